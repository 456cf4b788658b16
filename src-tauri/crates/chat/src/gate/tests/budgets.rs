//! Budgets of requests and tokens, and the limit of one answer.

use super::*;

#[test]
fn a_budget_of_requests_ends_with_its_day_and_says_so() {
    let place = Place::with(Period::Day, Measure::Requests, 2);
    place.pass(DAY_MS / 2);
    let gate = place.gate();
    for _ in 0..2 {
        turn(&gate, "p", 1, 1);
    }
    for gate in [&gate, &place.gate()] {
        let failure = refused(gate);
        assert_eq!(failure.kind, FailureKind::BudgetRequests);
        assert_eq!(failure.retry_after_seconds, Some(12 * 3_600));
        assert_eq!(
            failure.limit,
            Some(Box::new(LimitHit {
                provider: None,
                period: LimitPeriod::Day,
                measure: Measure::Requests,
                limit: 2,
                left: 0,
                renews_at: START + DAY_MS,
            }))
        );
    }
    place.pass(DAY_MS / 2 - 1);
    refused(&gate);
    place.pass(1);
    ask(&gate).unwrap();
}

#[test]
fn the_calendar_is_asked_each_time() {
    // The time zone moves west by two hours while the app runs: today lasts longer, and what was sent in it counts on.
    let place = Place::with(Period::Day, Measure::Requests, 1);
    let west = Arc::new(AtomicI64::new(0));
    let (clock, zone) = (Arc::clone(&place.clock), Arc::clone(&west));
    let world =
        World::new(move || clock.load(Ordering::Relaxed)).with_calendar(move |period, at| {
            let offset = zone.load(Ordering::Relaxed);
            let span = (World::new(|| 0).calendar)(period, at - offset);
            Span {
                start: span.start + offset,
                end: span.end + offset,
            }
        });
    let gate = SendGate::new(Arc::clone(&place.ledger) as _, place.limits.clone(), world).unwrap();
    place.pass(DAY_MS - HOUR_MS);
    turn(&gate, "p", 1, 1);
    place.pass(HOUR_MS);
    west.store(2 * HOUR_MS, Ordering::Relaxed);
    assert_eq!(
        refused(&gate).limit.unwrap().renews_at,
        START + DAY_MS + 2 * HOUR_MS
    );
    place.pass(2 * HOUR_MS);
    ask(&gate).unwrap();
}

#[test]
fn a_providers_budget_is_its_own_and_all_share_the_others() {
    let place = Place::new(Limits {
        budgets: vec![
            budget(Some("a"), Period::Day, Measure::Requests, 1),
            budget(None, Period::Month, Measure::Requests, 3),
        ],
        ..Limits::default()
    });
    let gate = place.gate();
    turn(&gate, "a", 1, 1);
    let of_a = || ask_with(&gate, "a", 0).map(|_| ()).unwrap_err();
    assert_eq!(of_a().limit.unwrap().provider.as_deref(), Some("a"));
    for _ in 0..2 {
        turn(&gate, "b", 1, 1);
    }
    let failure = ask_with(&gate, "b", 0).map(|_| ()).unwrap_err();
    assert_eq!(failure.limit.unwrap().period, LimitPeriod::Month);
    // Both are in the way; the one that lasts longer is told.
    assert_eq!(of_a().limit.unwrap().renews_at, START + 30 * DAY_MS);
    place.pass(DAY_MS);
    assert_eq!(of_a().limit.unwrap().provider, None);
    place.pass(29 * DAY_MS);
    turn(&gate, "a", 1, 1);
}

#[test]
fn a_budget_of_nothing_lets_nothing_through() {
    for measure in [Measure::Requests, Measure::Tokens, Measure::Cost] {
        let place = Place::with(Period::Month, measure, 0);
        let gate = place.gate();
        // Whether the price is known or not.
        for provider in ["p", "shop"] {
            let failure = ask_with(&gate, provider, 0).map(|_| ()).unwrap_err();
            let hit = failure.limit.unwrap();
            assert_eq!((hit.measure, hit.limit, hit.left), (measure, 0, 0));
            assert_eq!(failure.retry_after_seconds, None, "nothing renews it");
        }
    }
}

#[test]
fn a_request_that_does_not_fit_is_refused_before_it_is_sent() {
    let place = Place::with(Period::Day, Measure::Tokens, 1_000);
    let gate = place.gate();
    turn(&gate, "p", 600, 100);
    // 285 tokens to read, and not even a short answer would fit.
    let failure = ask_with(&gate, "p", 3 * 285).map(|_| ()).unwrap_err();
    assert_eq!(failure.kind, FailureKind::BudgetTokens);
    let hit = failure.limit.unwrap();
    assert_eq!((hit.limit, hit.left), (1_000, 300));
    assert_eq!(place.ledger.spent().len(), 1);
    let reservation = ask_with(&gate, "p", 3 * 284).unwrap();
    assert_eq!(reservation.most_output(), Some(LEAST_ANSWER));
}

#[test]
fn an_answer_is_asked_for_as_long_as_there_is_room_for_and_ends_where_the_room_does() {
    let place = Place::with(Period::Day, Measure::Tokens, 1_000);
    let gate = place.gate();
    let mut reservation = ask_with(&gate, "p", 300).unwrap();
    assert_eq!(reservation.most_output(), Some(900));
    reservation.write(2_700).unwrap();
    let failure = limit(reservation.write(1));
    assert_eq!(failure.kind, FailureKind::BudgetTokens);
    assert_eq!(failure.limit.unwrap().left, 0);
    reservation.settle(Usage::default(), SendEnd::Cut);
    assert_eq!(refused(&gate).kind, FailureKind::BudgetTokens);
}

#[test]
fn where_there_is_room_enough_nothing_is_asked_for_and_the_answer_may_grow() {
    let place = Place::with(Period::Month, Measure::Tokens, 100_000);
    let gate = place.gate();
    let mut reservation = ask(&gate).unwrap();
    assert_eq!(reservation.most_output(), None);
    reservation.write(299_999).unwrap();
    reservation.write(1).unwrap();
    limit(reservation.write(1));
}

#[test]
fn the_limit_of_one_answer_is_asked_for_and_holds_where_the_provider_does_not_keep_it() {
    let place = Place::new(Limits {
        answer_tokens: Some(100),
        ..Limits::default()
    });
    let gate = place.gate();
    let mut reservation = ask(&gate).unwrap();
    assert_eq!(reservation.most_output(), Some(100));
    // A provider that keeps to it writes up to six bytes a token.
    reservation.write(600).unwrap();
    assert_eq!(reservation.write(1), Err(Passed::Answer));
    assert!(reservation.has_passed());

    let place = Place::new(Limits {
        answer_tokens: Some(5),
        ..Limits::default()
    });
    assert_eq!(ask(&place.gate()).unwrap().most_output(), Some(5));
    let place = Place::new(Limits {
        answer_tokens: Some(0),
        ..Limits::default()
    });
    assert_eq!(refused(&place.gate()).kind, FailureKind::BudgetTokens);
}

#[test]
fn a_limit_that_is_lowered_ends_what_is_on_its_way() {
    let place = Place::with(Period::Day, Measure::Tokens, 1_000_000);
    let gate = place.gate();
    let mut reservation = ask(&gate).unwrap();
    reservation.write(12_000).unwrap();
    gate.set_limits(|| Limits {
        budgets: vec![budget(None, Period::Day, Measure::Tokens, 4_050)],
        ..Limits::default()
    });
    // What was kept for it before stays its own.
    reservation.write(288).unwrap();
    limit(reservation.write(1));
}

#[test]
fn what_is_used_is_told() {
    let place = Place::with(Period::Day, Measure::Requests, 5);
    let gate = place.gate();
    turn(&gate, "a", 10, 20);
    place.pass(DAY_MS);
    turn(&gate, "shop", 1_000, 100);
    let on_its_way = ask_with(&gate, "a", 30).unwrap();
    let used = |provider, period, measure| {
        let used = gate.usage(&[budget(provider, period, measure, 0)]).unwrap();
        let budget = &used.budgets[0];
        (budget.used, budget.unpriced_turns)
    };
    assert_eq!(used(None, Period::Day, Measure::Requests), (2, 0));
    assert_eq!(used(None, Period::Month, Measure::Requests), (3, 0));
    assert_eq!(used(Some("a"), Period::Month, Measure::Requests), (2, 0));
    assert_eq!(
        used(Some("a"), Period::Day, Measure::Tokens),
        (10 + USUAL_ANSWER, 0)
    );
    assert_eq!(used(None, Period::Month, Measure::Cost), (2_000, 2));
    let all = gate.usage(&[]).unwrap();
    assert_eq!((all.turns, all.output_tokens), (2, 100 + USUAL_ANSWER));
    assert_eq!(all.turns_renew_at, Some(START + DAY_MS + HOUR_MS));
    on_its_way.release();
    assert_eq!(used(None, Period::Day, Measure::Requests), (1, 0));
}

#[test]
fn a_long_answer_that_is_allowed_keeps_no_more_at_first_than_the_usual_one() {
    let place = Place::new(Limits {
        answer_tokens: Some(100_000),
        budgets: vec![budget(None, Period::Day, Measure::Tokens, 50_000)],
        ..Limits::default()
    });
    let gate = place.gate();
    let mut reservation = ask(&gate).unwrap();
    assert_eq!(reservation.most_output(), Some(50_000));
    assert_eq!(place.ledger.spent()[0].output_tokens, USUAL_ANSWER);
    reservation.write(150_000).unwrap();
    limit(reservation.write(1));
}
