//! Clocks that are set.

use super::*;

const YEAR_MS: i64 = 365 * DAY_MS;

fn spent_day() -> (Place, Arc<SendGate>) {
    let place = Place::with(Period::Day, Measure::Requests, 2);
    place.pass(HOUR_MS);
    let gate = place.gate();
    for _ in 0..2 {
        turn(&gate, "p", 1, 1);
    }
    (place, gate)
}

#[test]
fn set_back_a_year_nobody_gets_the_budget_anew_and_nobody_is_locked_out_for_a_year() {
    for restart in [false, true] {
        let (place, gate) = spent_day();
        place.pass(-YEAR_MS);
        let gate = if restart { place.gate() } else { gate };
        let failure = refused(&gate);
        assert_eq!(failure.kind, FailureKind::BudgetRequests);
        // Not in a year, but tomorrow, by the clock there is.
        assert_eq!(failure.retry_after_seconds, Some(23 * 3_600));
        place.pass(DAY_MS);
        let gate = if restart { place.gate() } else { gate };
        turn(&gate, "p", 1, 1);
        turn(&gate, "p", 1, 1);
        assert_eq!(refused(&gate).kind, FailureKind::BudgetRequests);
    }
}

#[test]
fn set_back_and_forward_again_what_was_sent_counts_again() {
    for restart in [false, true] {
        let (place, gate) = spent_day();
        place.pass(-YEAR_MS);
        refused(&gate);
        place.pass(YEAR_MS + HOUR_MS);
        let gate = if restart { place.gate() } else { gate };
        assert_eq!(refused(&gate).retry_after_seconds, Some(22 * 3_600));
        place.pass(DAY_MS);
        turn(&gate, "p", 1, 1);
    }
}

#[test]
fn set_forward_a_year_and_back_again_all_of_it_counts() {
    for restart in [false, true] {
        let place = Place::with(Period::Day, Measure::Requests, 3);
        let mut gate = place.gate();
        turn(&gate, "p", 1, 1);
        place.pass(YEAR_MS);
        turn(&gate, "p", 1, 1);
        place.pass(HOUR_MS - YEAR_MS);
        if restart {
            gate = place.gate();
        }
        // One from before, and one from the year to come.
        turn(&gate, "p", 1, 1);
        assert_eq!(refused(&gate).kind, FailureKind::BudgetRequests);
        // Tomorrow they are yesterday's, the one from the year to come too.
        place.pass(DAY_MS);
        if restart {
            gate = place.gate();
        }
        for _ in 0..3 {
            turn(&gate, "p", 1, 1);
        }
        refused(&gate);
    }
}

#[test]
fn the_cap_ages_by_the_clock_there_is() {
    let place = Place::new(Cap {
        turns_per_hour: 2,
        output_tokens_per_day: 1_000,
    });
    let gate = place.gate();
    place.pass(YEAR_MS);
    for _ in 0..2 {
        turn(&gate, "p", 1, 1);
    }
    place.set_clock(START);
    assert_eq!(refused(&gate).retry_after_seconds, Some(3_600));
    place.pass(HOUR_MS);
    turn(&gate, "p", 1, 1);
}

#[test]
fn what_is_on_its_way_while_the_clock_is_set_back_counts_once() {
    let place = Place::with(Period::Day, Measure::Tokens, 10_000);
    let gate = place.gate();
    let reservation = ask(&gate).unwrap();
    place.pass(-YEAR_MS);
    let used = || {
        let day = budget(None, Period::Day, Measure::Tokens, 0);
        gate.usage(&[day]).unwrap().budgets[0].used
    };
    assert_eq!(used(), USUAL_ANSWER);
    reservation.settle(reported(3, 4), SendEnd::Whole);
    assert_eq!(used(), 7);
}

#[test]
fn times_at_the_end_of_all_numbers_do_no_harm() {
    let place = Place::with(Period::Month, Measure::Requests, 1);
    let gate = place.gate();
    for at in [0, -1, i64::MIN, i64::MAX, START] {
        place.set_clock(at);
        if let Ok(reservation) = ask(&gate) {
            drop(reservation);
        }
        gate.inquire().unwrap();
    }
    assert_eq!(refused(&gate).kind, FailureKind::BudgetRequests);
}

#[test]
fn the_ledger_is_read_at_the_start_and_when_the_clock_leaves_what_was_read() {
    let (place, gate) = spent_day();
    refused(&gate);
    place.pass(45 * DAY_MS);
    turn(&gate, "p", 1, 1);
    assert_eq!(place.ledger.reads.load(Ordering::Relaxed), 1);
    place.pass(-DAY_MS);
    turn(&gate, "p", 1, 1);
    assert_eq!(place.ledger.reads.load(Ordering::Relaxed), 2);
}

#[test]
fn where_nothing_can_be_written_the_app_starts_and_nothing_is_sent() {
    let (place, _) = spent_day();
    place.pass(-YEAR_MS);
    place.ledger.broken.store(true, Ordering::Relaxed);
    let gate = place.gate();
    let day = budget(None, Period::Day, Measure::Requests, 0);
    assert_eq!(gate.usage(&[day]).unwrap().budgets[0].used, 2);
    assert_eq!(refused(&gate).kind, FailureKind::BudgetRequests);
}
