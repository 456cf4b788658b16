//! The cap that is always on.

use super::*;

fn place() -> Place {
    Place::new(Cap {
        turns_per_hour: 3,
        output_tokens_per_day: 100,
    })
}

#[test]
fn lets_as_many_turns_through_as_the_cap_says_and_says_when_the_next_may_pass() {
    let place = place();
    let gate = place.gate();
    for _ in 0..3 {
        turn(&gate, "p", 1, 1);
        place.pass(60_000);
    }
    let failure = refused(&gate);
    assert_eq!(failure.kind, FailureKind::CapTurns);
    assert_eq!(failure.retry_after_seconds, Some(57 * 60));
    assert_eq!(
        failure.limit,
        Some(Box::new(LimitHit {
            provider: None,
            period: LimitPeriod::Hour,
            measure: Measure::Requests,
            limit: 3,
            left: 0,
            renews_at: START + HOUR_MS,
        }))
    );
    place.pass(57 * 60_000 - 1);
    assert_eq!(refused(&gate).kind, FailureKind::CapTurns);
    place.pass(1);
    ask(&gate).unwrap();
}

#[test]
fn a_cap_that_is_lowered_waits_until_enough_has_aged() {
    let place = place();
    let gate = place.gate();
    for _ in 0..3 {
        turn(&gate, "p", 1, 1);
        place.pass(60_000);
    }
    let cap = gate.cap();
    gate.set_limits(|| {
        Limits::from(Cap {
            turns_per_hour: 1,
            ..cap
        })
    });
    // The youngest of the three has to go.
    assert_eq!(refused(&gate).retry_after_seconds, Some(59 * 60));
    let cap = gate.cap();
    gate.set_limits(|| {
        Limits::from(Cap {
            turns_per_hour: 0,
            ..cap
        })
    });
    assert_eq!(refused(&gate).retry_after_seconds, None);
}

#[test]
fn counts_across_a_restart() {
    let place = place();
    for _ in 0..3 {
        turn(&place.gate(), "p", 1, 1);
    }
    assert_eq!(refused(&place.gate()).kind, FailureKind::CapTurns);
}

#[test]
fn the_demo_is_not_counted() {
    let place = place();
    let gate = place.gate();
    for _ in 0..50 {
        let mut reservation = ask_with(&gate, "demo", 10_000).unwrap();
        reservation.write(10_000).unwrap();
    }
    assert_eq!(place.ledger.spent(), []);
}

#[test]
fn ends_a_stream_that_passes_the_day_and_refuses_the_next() {
    let place = place();
    let gate = place.gate();
    let mut reservation = ask(&gate).unwrap();
    reservation.write(300).unwrap();
    assert!(!reservation.has_passed());
    assert_eq!(limit(reservation.write(1)).kind, FailureKind::CapTokens);
    assert!(reservation.has_passed());
    drop(reservation);
    let failure = refused(&gate);
    assert_eq!(failure.kind, FailureKind::CapTokens);
    assert_eq!(failure.limit.unwrap().renews_at, START + DAY_MS);
    place.pass(DAY_MS);
    ask(&gate).unwrap();
}

#[test]
fn settles_with_what_was_reported_and_else_with_the_estimate() {
    let place = place();
    let gate = place.gate();
    let mut reservation = ask_with(&gate, "p", 30).unwrap();
    reservation.write(150).unwrap();
    reservation.settle(reported(12, 7), SendEnd::Whole);
    let mut reservation = ask_with(&gate, "p", 31).unwrap();
    reservation.write(30).unwrap();
    reservation.settle(Usage::default(), SendEnd::Whole);
    let taken: Vec<_> = place
        .ledger
        .spent()
        .iter()
        .map(|spent| (spent.input_tokens, spent.output_tokens))
        .collect();
    assert_eq!(taken, [(12, 7), (11, 10)]);
}

#[test]
fn a_refused_request_costs_nothing_and_is_one_all_the_same() {
    let place = place();
    let gate = place.gate();
    let reservation = ask_with(&gate, "shop", 3_000).unwrap();
    reservation.settle(Usage::default(), SendEnd::Refused);
    assert_eq!(
        place.ledger.spent(),
        [Spent {
            input_tokens: 0,
            output_tokens: 0,
            cost: Some(0)
        }]
    );
    for _ in 0..2 {
        turn(&gate, "p", 1, 1);
    }
    assert_eq!(refused(&gate).kind, FailureKind::CapTurns);
}

#[test]
fn a_released_reservation_does_not_count_after_a_restart_either() {
    let place = place();
    let gate = place.gate();
    for _ in 0..10 {
        ask(&gate).unwrap().release();
    }
    for gate in [gate, place.gate()] {
        turn(&gate, "p", 1, 1);
    }
}

#[test]
fn an_absurd_report_neither_overflows_nor_locks_everybody_out() {
    let place = Place::new(Cap::default());
    let gate = place.gate();
    for _ in 0..2 {
        turn(&gate, "p", u64::MAX, u64::MAX);
    }
    ask(&gate).unwrap();
    // A ledger that was tampered with doesn't overflow either.
    for number in 1..=2 {
        let most = Spent {
            input_tokens: u64::MAX,
            output_tokens: u64::MAX,
            cost: Some(u64::MAX),
        };
        place.ledger.settle_send(number, most).unwrap();
    }
    assert_eq!(refused(&place.gate()).kind, FailureKind::CapTokens);
}

#[test]
fn what_is_kept_for_an_answer_is_on_disk_before_it_comes_and_while_it_grows() {
    let place = Place::new(Cap::default());
    let gate = place.gate();
    let mut reservation = ask_with(&gate, "p", 30).unwrap();
    let kept = |output_tokens| {
        [Spent {
            input_tokens: 10,
            output_tokens,
            cost: None,
        }]
    };
    assert_eq!(place.ledger.spent(), kept(USUAL_ANSWER));
    assert!(reservation.checkpoint().is_none(), "it is on disk already");
    reservation
        .write(3 * usize::try_from(USUAL_ANSWER).unwrap() + 1)
        .unwrap();
    reservation.checkpoint().unwrap().write();
    assert!(reservation.checkpoint().is_none());
    assert_eq!(place.ledger.spent(), kept(USUAL_ANSWER + 1 + GROWTH));
    // The app ends here without a word; the next one counts on.
    std::mem::forget(reservation);
    let used = place.gate().usage(&[]).unwrap();
    assert_eq!(used.output_tokens, USUAL_ANSWER + 1 + GROWTH);
}

#[test]
fn an_early_report_of_a_broken_answer_does_not_make_it_cheap() {
    let place = place();
    let gate = place.gate();
    let mut reservation = ask_with(&gate, "p", 30).unwrap();
    reservation.write(90).unwrap();
    reservation.settle(reported(1, 1), SendEnd::Cut);
    let spent = place.ledger.spent()[0];
    assert_eq!((spent.input_tokens, spent.output_tokens), (10, 30));
}

#[test]
fn what_cannot_be_counted_is_not_sent() {
    let place = place();
    let gate = place.gate();
    place.ledger.broken.store(true, Ordering::Relaxed);
    for _ in 0..5 {
        assert_eq!(refused(&gate).kind, FailureKind::StorageFailed);
    }
    place.ledger.broken.store(false, Ordering::Relaxed);
    for _ in 0..3 {
        turn(&gate, "p", 1, 1);
    }
}

#[test]
fn inquiries_are_bounded_and_apart_from_turns() {
    let place = place();
    let gate = place.gate();
    for _ in 0..INQUIRIES_PER_HOUR {
        gate.inquire().unwrap();
    }
    let failure = gate.inquire().unwrap_err();
    assert_eq!(failure.kind, FailureKind::CapInquiries);
    assert_eq!(failure.retry_after_seconds, Some(3_600));
    ask(&gate).unwrap();
    // A clock that is set back neither frees them nor keeps them for ever.
    place.pass(-DAY_MS * 365);
    gate.inquire().unwrap_err();
    place.pass(HOUR_MS);
    gate.inquire().unwrap();
}

#[test]
fn what_is_cut_before_its_first_word_costs_what_was_kept_for_it() {
    for ends in [0, 1, 2] {
        let place = Place::with(Period::Day, Measure::Tokens, 5_000);
        let gate = place.gate();
        let mut passed = 0;
        for _ in 0..60 {
            let Ok(reservation) = ask_with(&gate, "p", 30) else {
                continue;
            };
            passed += 1;
            match ends {
                0 => reservation.settle(Usage::default(), SendEnd::Cut),
                // What some providers report before the first word.
                1 => reservation.settle(reported(10, 1), SendEnd::Cut),
                _ => drop(reservation),
            }
        }
        // The second is let in for what the first has left.
        assert_eq!(passed, 2);
        assert_eq!(refused(&gate).kind, FailureKind::BudgetTokens);
        let spent: Vec<_> = place
            .ledger
            .spent()
            .iter()
            .map(|one| one.tokens())
            .collect();
        assert_eq!(spent, [10 + USUAL_ANSWER, 5_000 - 10 - USUAL_ANSWER]);
    }
}

#[test]
fn what_is_cut_after_words_costs_the_words_unless_the_model_reasoned() {
    let place = Place::new(Cap::default());
    let gate = place.gate();
    let begun = || {
        let mut reservation = ask(&gate).unwrap();
        reservation.write(30).unwrap();
        reservation
    };
    begun().settle(Usage::default(), SendEnd::Cut);
    drop(begun());
    let mut reservation = begun();
    reservation.reason(30).unwrap();
    reservation.settle(Usage::default(), SendEnd::Cut);
    // Of a whole answer the reasoning is seen, or reported.
    let mut reservation = begun();
    reservation.reason(30).unwrap();
    reservation.settle(Usage::default(), SendEnd::Whole);
    ask(&gate).unwrap().settle(Usage::default(), SendEnd::Whole);
    let spent = place.ledger.spent();
    let written: Vec<_> = spent.iter().map(|one| one.output_tokens).collect();
    assert_eq!(written, [10, 10, USUAL_ANSWER, 20, USUAL_ANSWER]);
}
