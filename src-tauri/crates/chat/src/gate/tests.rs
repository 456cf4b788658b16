//! The gate against a ledger in memory, a clock that the test moves and a calendar of plain days and months.

mod budgets;
mod cap;
mod clock;
mod money;
mod several;

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use super::*;
use crate::completion::Usage;
use crate::failure::{LimitHit, LimitPeriod};
use crate::ports::PastSend;

/// Where the clock begins: the first moment of a day and of a month.
const START: i64 = 600 * DAY_MS;

/// A ledger in memory that a test can break.
#[derive(Default)]
struct Ledger {
    inner: MemoryLedger,
    broken: AtomicBool,
    reads: AtomicI64,
}

impl Ledger {
    fn check(&self) -> Result<(), StoreFailure> {
        if self.broken.load(Ordering::Relaxed) {
            return Err(StoreFailure::ReadOnly);
        }
        Ok(())
    }

    /// What every send has taken, in order.
    fn spent(&self) -> Vec<Spent> {
        let all = self.inner.sends_since(i64::MIN, i64::MAX).unwrap();
        let sent = all.into_iter().filter(|send| send.provider.is_some());
        sent.map(|send| send.spent).collect()
    }
}

impl SendLedger for Ledger {
    fn note_send(&self, send: NewSend<'_>) -> Result<i64, StoreFailure> {
        self.check()?;
        self.inner.note_send(send)
    }

    fn note_time(&self, at: i64) -> Result<i64, StoreFailure> {
        self.check()?;
        self.inner.note_time(at)
    }

    fn settle_send(&self, number: i64, spent: Spent) -> Result<(), StoreFailure> {
        self.inner.settle_send(number, spent)
    }

    fn withdraw_send(&self, number: i64) -> Result<(), StoreFailure> {
        self.inner.withdraw_send(number)
    }

    fn sends_since(&self, since: i64, now: i64) -> Result<Vec<PastSend>, StoreFailure> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        self.inner.sends_since(since, now)
    }
}

struct Place {
    ledger: Arc<Ledger>,
    clock: Arc<AtomicI64>,
    limits: Limits,
}

impl Place {
    fn new(limits: impl Into<Limits>) -> Self {
        Self {
            ledger: Arc::default(),
            clock: Arc::new(AtomicI64::new(START)),
            limits: limits.into(),
        }
    }

    /// A place with one budget for all providers.
    fn with(period: Period, measure: Measure, most: u64) -> Self {
        Self::new(Limits {
            budgets: vec![budget(None, period, measure, most)],
            ..Limits::default()
        })
    }

    /// The gate as it is after a start of the app.
    fn gate(&self) -> Arc<SendGate> {
        let clock = Arc::clone(&self.clock);
        let world = World::new(move || clock.load(Ordering::Relaxed))
            .with_prices(|model| (model.provider == "shop").then_some(PRICE))
            .with_dearest(|provider| ["shop", "mall"].contains(&provider).then_some(PRICE));
        SendGate::new(Arc::clone(&self.ledger) as _, self.limits.clone(), world).unwrap()
    }

    fn pass(&self, ms: i64) {
        self.clock.fetch_add(ms, Ordering::Relaxed);
    }

    fn set_clock(&self, to: i64) {
        self.clock.store(to, Ordering::Relaxed);
    }
}

/// What the models of "shop" cost: $1 and $10 for a million tokens.
const PRICE: Price = Price {
    input: 1_000_000,
    cached_input: Some(100_000),
    output: 10_000_000,
};

fn budget(provider: Option<&str>, period: Period, measure: Measure, most: u64) -> Budget {
    Budget {
        provider: provider.map(Into::into),
        period,
        measure,
        most,
    }
}

fn model(provider: &str) -> ModelRef {
    ModelRef {
        provider: provider.into(),
        model: "m".into(),
    }
}

/// Asks to send `input_bytes` to a provider.
fn ask_with(
    gate: &Arc<SendGate>,
    provider: &str,
    input_bytes: u64,
) -> Result<Reservation, Failure> {
    let ask = Ask {
        model: &model(provider),
        is_metered: provider != "demo",
        input_bytes,
    };
    gate.reserve(ask).map(|(_, reservation)| reservation)
}

fn ask(gate: &Arc<SendGate>) -> Result<Reservation, Failure> {
    ask_with(gate, "p", 0)
}

/// A whole turn that took so many tokens.
fn turn(gate: &Arc<SendGate>, provider: &str, input: u64, output: u64) {
    let reservation = ask_with(gate, provider, 0).unwrap();
    reservation.settle(reported(input, output), SendEnd::Whole);
}

fn reported(input: u64, output: u64) -> Usage {
    Usage {
        input_tokens: Some(input),
        output_tokens: Some(output),
        ..Usage::default()
    }
}

fn refused(gate: &Arc<SendGate>) -> Failure {
    ask(gate).map(|_| ()).unwrap_err()
}

fn limit(written: Result<(), Passed>) -> Failure {
    match written {
        Err(Passed::Limit(failure)) => failure,
        other => panic!("{other:?}"),
    }
}
