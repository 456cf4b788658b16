//! The one gate that everything sent to a provider passes.
//!
//! A [`SendTicket`] has no public constructor, and a provider can't be asked without one: the compiler holds the rule
//! that nothing is sent past the gate. The gate enforces the cap that is on from the first run, which bounds what script in
//! a window could spend, and the budgets that a person sets.
//!
//! Before a turn is sent, what it may take is reserved, in memory and in the ledger on disk; so several turns at once don't
//! pass a limit together, and what was on its way counts should the app end without a word. While the answer comes, the
//! reservation grows as far as the limits let it; at its end it is settled with what was really taken.

mod book;
mod limits;
mod memory;
mod price;
mod reservation;
mod standing;
mod usage;
mod world;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::failure::{Failure, FailureKind, Measure};
use crate::ids::ModelRef;
use crate::ports::{NewSend, SendLedger, StoreFailure};
use book::Book;
pub use limits::{Budget, Cap, Limits, OwnPrice, Period, Span};
pub use memory::MemoryLedger;
pub use price::{Price, Spent};
use reservation::tokens_in;
pub use reservation::{Checkpoint, Passed, Reservation, SendEnd};
use standing::Standings;
pub use usage::{BudgetUse, GateUse};
pub use world::World;

/// The send that the ledger has not numbered yet: there is one at a time, and the ledger counts from 1.
const UNNUMBERED: i64 = 0;
const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// How many tokens an answer is believed to take at first, unless it may take fewer.
pub const USUAL_ANSWER: u64 = 4_096;
/// An answer of fewer tokens is not worth asking for.
const LEAST_ANSWER: u64 = 16;
/// How much more than it needs a reservation grows at a time, in tokens.
const GROWTH: u64 = 1_024;
/// The most tokens that one turn is believed to have read or written, whatever a provider reports. One absurd number must
/// not lock every provider out.
const MOST_TOKENS_OF_A_TURN: u64 = 200_000;
/// Questions about a provider itself (its models, whether it takes the key) per hour. They cost nothing, so the bound
/// only keeps script from using them as a hammer.
const INQUIRIES_PER_HOUR: usize = 240;

/// Proof that the gate let one request pass. It is used up by the request.
#[derive(Debug)]
pub struct SendTicket(());

/// What a turn is about to send.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// Who is asked.
    pub model: &'a ModelRef,
    /// Whether it counts. Only the built-in demo does not.
    pub is_metered: bool,
    /// Bytes of text in the request.
    pub input_bytes: u64,
}

/// Counts what is sent and refuses what would pass a limit.
pub struct SendGate {
    ledger: Arc<dyn SendLedger>,
    world: World,
    limits: Mutex<Limits>,
    /// Held by whoever reads or writes the ledger, so that what is read is not being changed.
    desk: Mutex<()>,
    /// Never held over a call to the ledger: streams that grow ask here.
    book: Mutex<Book>,
    inquiries: Mutex<VecDeque<i64>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing behind these locks is left half-done by a panic.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl SendGate {
    /// A gate that goes on counting from what the ledger holds.
    ///
    /// # Errors
    /// When the ledger can't be read.
    pub fn new(
        ledger: Arc<dyn SendLedger>,
        limits: impl Into<Limits>,
        world: impl Into<World>,
    ) -> Result<Arc<Self>, StoreFailure> {
        let gate = Self {
            ledger,
            world: world.into(),
            limits: Mutex::new(limits.into()),
            desk: Mutex::default(),
            book: Mutex::default(),
            inquiries: Mutex::default(),
        };
        gate.read((gate.world.now)())?;
        Ok(Arc::new(gate))
    }

    /// The cap in force.
    pub fn cap(&self) -> Cap {
        lock(&self.limits).cap
    }

    /// All limits in force.
    pub fn limits(&self) -> Limits {
        lock(&self.limits).clone()
    }

    /// Puts other limits in force, for what is on its way too. They are asked for when it is their turn, so that of
    /// several changes at once it is the last one's that stay.
    pub fn set_limits(&self, limits: impl FnOnce() -> Limits) {
        let mut in_force = lock(&self.limits);
        *in_force = limits();
    }

    /// What a model costs: what the person says, else what is known.
    pub fn price(&self, model: &ModelRef) -> Option<Price> {
        let limits = lock(&self.limits);
        let own = limits.prices.iter().find(|own| own.model == *model);
        match own {
            Some(own) => Some(own.price),
            None => (self.world.price)(model),
        }
    }

    /// What a model is counted with: its price. Where that isn't known and a budget of money covers it, the dearest that is
    /// known of its provider, for a budget that an unknown price passes by holds nobody.
    fn price_counted(&self, model: &ModelRef, limits: &Limits) -> Option<Price> {
        let is_covered = || {
            limits.budgets.iter().any(|budget| {
                budget.measure == Measure::Cost
                    && budget
                        .provider
                        .as_ref()
                        .is_none_or(|provider| *provider == model.provider)
            })
        };
        self.price(model)
            .or_else(|| (self.world.dearest)(&model.provider).filter(|_| is_covered()))
    }

    /// Asks to send one turn. Blocks on the disk.
    ///
    /// # Errors
    /// The limit that would be passed, with what is left of it and when there is more; of several the one that lasts
    /// longest. `StorageFailed` if the send can't be noted, since what can't be counted must not be sent.
    pub fn reserve(self: &Arc<Self>, ask: Ask<'_>) -> Result<(SendTicket, Reservation), Failure> {
        if !ask.is_metered {
            return Ok((SendTicket(()), Reservation::uncounted(self)));
        }
        let storage_failed = |failure: StoreFailure| {
            tracing::warn!(%failure, "a send can't be counted, so it is not sent");
            Failure::new(FailureKind::StorageFailed)
        };
        let now = (self.world.now)();
        let limits = self.limits();
        let price = self.price_counted(ask.model, &limits);
        let desk = lock(&self.desk);
        self.bring_up_to_date(now).map_err(storage_failed)?;
        let provider = &ask.model.provider;
        let allowed = {
            let mut book = lock(&self.book);
            let standings = Standings::of(&limits, &self.world, &book, provider, now);
            let allowed = standings.let_in(tokens_in(ask.input_bytes), price)?;
            // Before the lock is gone, so that nothing that is on its way grows into what was just given away.
            book.add(UNNUMBERED, now, Some(provider), allowed.held);
            allowed
        };
        let noted = self.ledger.note_send(NewSend {
            at: now,
            model: ask.model,
            reserved: allowed.held,
        });
        let number = match noted {
            Ok(number) => {
                lock(&self.book).number(UNNUMBERED, number);
                number
            }
            Err(failure) => {
                lock(&self.book).remove(UNNUMBERED);
                return Err(storage_failed(failure));
            }
        };
        drop(desk);
        let reservation = Reservation::of(self, number, provider, price, allowed.held)
            .bounded(allowed.most_output, limits.answer_tokens)
            .priced(self.price(ask.model));
        Ok((SendTicket(()), reservation))
    }

    /// Asks to send a question about a provider itself, which costs no tokens: its models, or whether it takes the key.
    ///
    /// # Errors
    /// `CapInquiries` if far more of them were sent within the hour than a person would.
    pub fn inquire(&self) -> Result<SendTicket, Failure> {
        let now = (self.world.now)();
        let mut inquiries = lock(&self.inquiries);
        for at in inquiries.iter_mut() {
            // The clock was set back.
            *at = (*at).min(now);
        }
        inquiries.retain(|at| *at > now.saturating_sub(HOUR_MS));
        if inquiries.len() >= INQUIRIES_PER_HOUR {
            let oldest = inquiries.front().map(|at| at.saturating_add(HOUR_MS));
            return Err(Failure::new(FailureKind::CapInquiries)
                .with_retry_after(oldest.map(|then| seconds_until(then, now))));
        }
        inquiries.push_back(now);
        Ok(SendTicket(()))
    }

    /// What of each limit is used. Blocks on the disk.
    ///
    /// # Errors
    /// When the ledger can't be read.
    pub fn usage(&self, budgets: &[Budget]) -> Result<GateUse, StoreFailure> {
        let now = (self.world.now)();
        self.read(now)?;
        let cap = self.cap();
        let book = lock(&self.book);
        Ok(usage::usage(cap, budgets, &self.world, &book, now))
    }

    fn read(&self, now: i64) -> Result<(), StoreFailure> {
        let _desk = lock(&self.desk);
        self.bring_up_to_date(now)
    }

    /// Brings the book up to date. The caller holds the desk.
    fn bring_up_to_date(&self, now: i64) -> Result<(), StoreFailure> {
        let month = (self.world.calendar)(Period::Month, now);
        let since = month.start.min(now.saturating_sub(DAY_MS));
        let is_stale = lock(&self.book).is_stale(since, now);
        if is_stale {
            let past = self.ledger.sends_since(since, now)?;
            lock(&self.book).take_in(past, since);
        }
        let must_be_noted = lock(&self.book).date(now);
        if must_be_noted {
            match self.ledger.note_time(now) {
                Ok(number) => {
                    let mut book = lock(&self.book);
                    book.add(number, now, None, Spent::default());
                    book.date(now);
                }
                // Until it can be noted, entries from the future count now. What can't be written alone is no reason not to
                // start, and to send something it has to be written anyway.
                Err(failure) => {
                    tracing::warn!(%failure, "that the clock was set back could not be noted");
                }
            }
        }
        Ok(())
    }

    /// Lets a reservation grow to hold `written` tokens of output. Gives what is kept for it then: all that was written,
    /// even where that has passed a limit.
    fn grow(
        &self,
        entry: i64,
        provider: &str,
        price: Option<Price>,
        held: Spent,
        written: u64,
    ) -> (Spent, Result<(), Failure>) {
        let now = (self.world.now)();
        let limits = self.limits();
        let mut book = lock(&self.book);
        let standings = Standings::of(&limits, &self.world, &book, provider, now);
        let (held, grown) = standings.let_grow(held, written, price);
        book.set(entry, held);
        (held, grown)
    }

    fn settle(&self, entry: i64, spent: Spent) {
        let _desk = lock(&self.desk);
        lock(&self.book).set(entry, spent);
        if let Err(failure) = self.ledger.settle_send(entry, spent) {
            tracing::warn!(%failure, "a send could not be settled on disk");
        }
    }

    fn withdraw(&self, entry: i64) {
        let _desk = lock(&self.desk);
        lock(&self.book).remove(entry);
        if let Err(failure) = self.ledger.withdraw_send(entry) {
            tracing::warn!(%failure, "a send that did not happen stays in the ledger");
        }
    }
}

fn seconds_until(then: i64, now: i64) -> u64 {
    u64::try_from(then.saturating_sub(now).max(0))
        .unwrap_or(0)
        .div_ceil(1000)
}

#[cfg(test)]
mod tests;
