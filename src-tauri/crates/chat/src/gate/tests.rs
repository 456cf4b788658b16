//! The gate against a ledger in memory and a clock that the test moves.

use std::sync::atomic::{AtomicI64, Ordering};

use super::*;

#[derive(Default)]
struct Ledger {
    sends: Mutex<Vec<(i64, u64)>>,
    broken: bool,
}

impl SendLedger for Ledger {
    fn note_send(&self, at: i64, _provider: &str) -> Result<i64, StoreFailure> {
        if self.broken {
            return Err(StoreFailure::ReadOnly);
        }
        let mut sends = self.sends.lock().unwrap();
        sends.push((at, 0));
        Ok(i64::try_from(sends.len()).unwrap())
    }

    fn withdraw_send(&self, entry: i64) -> Result<(), StoreFailure> {
        // Far in the past counts nowhere, and the numbers of the others stay.
        self.sends.lock().unwrap()[usize::try_from(entry - 1).unwrap()].0 = 0;
        Ok(())
    }

    fn settle_send(&self, entry: i64, output_tokens: u64) -> Result<(), StoreFailure> {
        self.sends.lock().unwrap()[usize::try_from(entry - 1).unwrap()].1 = output_tokens;
        Ok(())
    }

    fn sends_since(&self, since: i64) -> Result<Vec<(i64, u64)>, StoreFailure> {
        let sends = self.sends.lock().unwrap();
        Ok(sends
            .iter()
            .filter(|send| send.0 > since)
            .copied()
            .collect())
    }
}

struct World {
    ledger: Arc<Ledger>,
    clock: Arc<AtomicI64>,
}

impl World {
    fn new() -> Self {
        Self {
            ledger: Arc::default(),
            clock: Arc::new(AtomicI64::new(1_000 * DAY_MS)),
        }
    }

    fn gate(&self) -> Arc<SendGate> {
        let clock = Arc::clone(&self.clock);
        let cap = Cap {
            turns_per_hour: 3,
            output_tokens_per_day: 100,
        };
        SendGate::new(Arc::clone(&self.ledger) as _, cap, move || {
            clock.load(Ordering::Relaxed)
        })
        .unwrap()
    }

    fn pass(&self, ms: i64) {
        self.clock.fetch_add(ms, Ordering::Relaxed);
    }
}

fn refused(gate: &Arc<SendGate>) -> Failure {
    gate.reserve("p", true).map(|_| ()).unwrap_err()
}

#[test]
fn lets_as_many_turns_through_as_the_cap_says_and_says_when_the_next_may_pass() {
    let world = World::new();
    let gate = world.gate();
    for _ in 0..3 {
        gate.reserve("p", true).unwrap();
        world.pass(60_000);
    }
    let failure = refused(&gate);
    assert_eq!(failure.kind, FailureKind::CapTurns);
    assert_eq!(failure.retry_after_seconds, Some(57 * 60));
    world.pass(57 * 60_000);
    gate.reserve("p", true).unwrap();
}

#[test]
fn counts_across_a_restart_and_a_clock_that_is_set_back() {
    let world = World::new();
    for _ in 0..3 {
        world.gate().reserve("p", true).unwrap();
    }
    assert_eq!(refused(&world.gate()).kind, FailureKind::CapTurns);
    world.pass(-DAY_MS * 365);
    assert_eq!(refused(&world.gate()).kind, FailureKind::CapTurns);
}

#[test]
fn the_demo_is_not_counted() {
    let world = World::new();
    let gate = world.gate();
    for _ in 0..50 {
        let (_, mut reservation) = gate.reserve("demo", false).unwrap();
        reservation.write(10_000).unwrap();
    }
    assert!(world.ledger.sends.lock().unwrap().is_empty());
}

#[test]
fn ends_a_stream_that_passes_the_day_and_refuses_the_next() {
    let world = World::new();
    let gate = world.gate();
    let (_, mut reservation) = gate.reserve("p", true).unwrap();
    reservation.write(300).unwrap();
    assert_eq!(
        reservation.write(1).unwrap_err().kind,
        FailureKind::CapTokens
    );
    drop(reservation);
    assert_eq!(refused(&gate).kind, FailureKind::CapTokens);
    world.pass(DAY_MS + 1);
    gate.reserve("p", true).unwrap();
}

#[test]
fn settles_with_what_was_reported_and_else_with_the_estimate() {
    let world = World::new();
    let gate = world.gate();
    let (_, mut reservation) = gate.reserve("p", true).unwrap();
    reservation.write(150).unwrap();
    reservation.settle(reported(7), true);
    let (_, mut reservation) = gate.reserve("p", true).unwrap();
    reservation.write(30).unwrap();
    reservation.settle(Usage::default(), true);
    let tokens: Vec<u64> = world
        .ledger
        .sends
        .lock()
        .unwrap()
        .iter()
        .map(|s| s.1)
        .collect();
    assert_eq!(tokens, [7, 10]);
}

fn reported(tokens: u64) -> Usage {
    Usage {
        output_tokens: Some(tokens),
        ..Usage::default()
    }
}

#[test]
fn a_released_reservation_does_not_count_after_a_restart_either() {
    let world = World::new();
    let gate = world.gate();
    for _ in 0..10 {
        gate.reserve("p", true).unwrap().1.release();
    }
    for gate in [gate, world.gate()] {
        gate.reserve("p", true).unwrap();
    }
}

#[test]
fn an_absurd_report_neither_overflows_nor_locks_everybody_out() {
    let world = World::new();
    let cap = Cap {
        turns_per_hour: 10,
        output_tokens_per_day: 500_000,
    };
    let gate = SendGate::new(Arc::clone(&world.ledger) as _, cap, || DAY_MS).unwrap();
    for _ in 0..2 {
        let (_, reservation) = gate.reserve("p", true).unwrap();
        reservation.settle(reported(u64::MAX), true);
    }
    gate.reserve("p", true).unwrap();
}

#[test]
fn what_an_answer_costs_is_on_disk_while_it_grows() {
    let world = World::new();
    let (_, mut reservation) = world.gate().reserve("p", true).unwrap();
    reservation.write(300).unwrap();
    reservation.checkpoint().unwrap().write();
    // The app ends here without a word; the next one counts on.
    std::mem::forget(reservation);
    assert_eq!(refused(&world.gate()).kind, FailureKind::CapTokens);
}

#[test]
fn an_early_report_of_a_broken_answer_does_not_make_it_cheap() {
    let world = World::new();
    let gate = world.gate();
    let (_, mut reservation) = gate.reserve("p", true).unwrap();
    reservation.write(90).unwrap();
    reservation.settle(reported(1), false);
    assert_eq!(world.ledger.sends.lock().unwrap()[0].1, 30);
}

#[test]
fn what_cannot_be_counted_is_not_sent() {
    let ledger = Arc::new(Ledger {
        broken: true,
        ..Ledger::default()
    });
    let gate = SendGate::new(ledger, Cap::default(), || 0).unwrap();
    assert_eq!(refused(&gate).kind, FailureKind::StorageFailed);
}

#[test]
fn inquiries_are_bounded_and_apart_from_turns() {
    let world = World::new();
    let gate = world.gate();
    for _ in 0..INQUIRIES_PER_HOUR {
        gate.inquire().unwrap();
    }
    assert_eq!(gate.inquire().unwrap_err().kind, FailureKind::CapTurns);
    gate.reserve("p", true).unwrap();
    world.pass(HOUR_MS);
    gate.inquire().unwrap();
}
