//! The one gate that everything sent to a provider passes.
//!
//! A [`SendTicket`] has no public constructor, and a provider can't be asked without one: the compiler holds the rule
//! that nothing is sent past the gate. The gate enforces the cap that is on from the first run. It is no budget that a
//! person sets; it bounds what script in a window could spend.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::completion::Usage;
use crate::failure::{Failure, FailureKind};
use crate::ports::{SendLedger, StoreFailure};

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// Bytes of text per token where a provider reports none: few, so that the estimate is cautious.
const BYTES_PER_TOKEN: u64 = 3;
/// The most tokens that one answer is believed to have cost, whatever a provider reports. One absurd number must not
/// lock every provider out for a day.
const MOST_TOKENS_OF_A_TURN: u64 = 200_000;
/// Questions about a provider itself (its models, whether it takes the key) per hour. They cost nothing, so the bound
/// only keeps script from using them as a hammer.
const INQUIRIES_PER_HOUR: usize = 240;

/// The cap that is always on, for every provider but the demo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cap {
    /// Turns in any 60 minutes.
    pub turns_per_hour: usize,
    /// Tokens written by models in any 24 hours.
    pub output_tokens_per_day: u64,
}

impl Default for Cap {
    fn default() -> Self {
        Self {
            turns_per_hour: 60,
            output_tokens_per_day: 500_000,
        }
    }
}

/// Proof that the gate let one request pass. It is used up by the request.
#[derive(Debug)]
pub struct SendTicket(());

#[derive(Debug)]
struct Send {
    /// The ledger's number; `None` for a send that is not counted.
    entry: i64,
    at: i64,
    tokens: u64,
}

#[derive(Debug, Default)]
struct Counted {
    sends: VecDeque<Send>,
    inquiries: VecDeque<i64>,
}

impl Counted {
    fn written(&self) -> u64 {
        self.sends
            .iter()
            .fold(0, |sum, send| sum.saturating_add(send.tokens))
    }
}

/// Counts what is sent and refuses what would pass the cap.
pub struct SendGate {
    ledger: Arc<dyn SendLedger>,
    cap: Cap,
    now: Box<dyn Fn() -> i64 + std::marker::Send + Sync>,
    counted: Mutex<Counted>,
}

impl SendGate {
    /// A gate that goes on counting from what the ledger holds. `now` gives milliseconds since 1970 (UTC).
    ///
    /// # Errors
    /// When the ledger can't be read.
    pub fn new(
        ledger: Arc<dyn SendLedger>,
        cap: Cap,
        now: impl Fn() -> i64 + std::marker::Send + Sync + 'static,
    ) -> Result<Arc<Self>, StoreFailure> {
        let sends = ledger
            .sends_since(now() - DAY_MS)?
            .into_iter()
            .map(|(at, tokens)| Send {
                entry: 0,
                at,
                tokens,
            })
            .collect();
        Ok(Arc::new(Self {
            ledger,
            cap,
            now: Box::new(now),
            counted: Mutex::new(Counted {
                sends,
                inquiries: VecDeque::new(),
            }),
        }))
    }

    /// The cap in force.
    pub fn cap(&self) -> Cap {
        self.cap
    }

    fn lock(&self) -> MutexGuard<'_, Counted> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks to send one turn.
    ///
    /// # Errors
    /// `CapTurns` or `CapTokens` with the time until the next may pass; `StorageFailed` if the send can't be noted,
    /// since what can't be counted must not be sent.
    pub fn reserve(
        self: &Arc<Self>,
        provider: &str,
        metered: bool,
    ) -> Result<(SendTicket, Reservation), Failure> {
        if !metered {
            return Ok((SendTicket(()), Reservation::uncounted(self)));
        }
        let now = (self.now)();
        let mut counted = self.lock();
        // An entry from the future means that the clock was set back: it still counts.
        while counted
            .sends
            .front()
            .is_some_and(|send| send.at <= now - DAY_MS)
        {
            counted.sends.pop_front();
        }
        let mut in_hour = counted.sends.iter().filter(|send| send.at > now - HOUR_MS);
        if let Some(oldest) = in_hour.next()
            && in_hour.count() + 1 >= self.cap.turns_per_hour
        {
            return Err(Failure::new(FailureKind::CapTurns)
                .with_retry_after(Some(seconds_until(oldest.at + HOUR_MS, now))));
        }
        let written = counted.written();
        if written >= self.cap.output_tokens_per_day {
            return Err(Self::tokens_spent(&counted, now));
        }
        let entry = self
            .ledger
            .note_send(now, provider)
            .map_err(|_| Failure::new(FailureKind::StorageFailed))?;
        counted.sends.push_back(Send {
            entry,
            at: now,
            tokens: 0,
        });
        Ok((
            SendTicket(()),
            Reservation {
                gate: Arc::clone(self),
                entry: Some(entry),
                bytes: 0,
            },
        ))
    }

    /// Asks to send a question about a provider itself, which costs no tokens: its models, or whether it takes the key.
    ///
    /// # Errors
    /// `CapTurns` if far more of them were sent within the hour than a person would.
    pub fn inquire(&self) -> Result<SendTicket, Failure> {
        let now = (self.now)();
        let mut counted = self.lock();
        counted.inquiries.retain(|at| *at > now - HOUR_MS);
        if counted.inquiries.len() >= INQUIRIES_PER_HOUR {
            return Err(Failure::new(FailureKind::CapTurns));
        }
        counted.inquiries.push_back(now);
        Ok(SendTicket(()))
    }

    fn tokens_spent(counted: &Counted, now: i64) -> Failure {
        let oldest = counted.sends.iter().find(|send| send.tokens > 0);
        Failure::new(FailureKind::CapTokens)
            .with_retry_after(oldest.map(|send| seconds_until(send.at + DAY_MS, now)))
    }

    fn set_tokens(&self, entry: i64, tokens: u64) -> Result<(), Failure> {
        let mut counted = self.lock();
        if let Some(send) = counted.sends.iter_mut().find(|send| send.entry == entry) {
            send.tokens = tokens;
        }
        let written = counted.written();
        if written > self.cap.output_tokens_per_day {
            return Err(Self::tokens_spent(&counted, (self.now)()));
        }
        Ok(())
    }
}

fn seconds_until(then: i64, now: i64) -> u64 {
    u64::try_from((then - now).max(0))
        .unwrap_or(0)
        .div_ceil(1000)
}

/// What one turn has been let through for. It counts while the answer comes, and settles when dropped at the latest.
pub struct Reservation {
    gate: Arc<SendGate>,
    entry: Option<i64>,
    bytes: u64,
}

impl Reservation {
    fn uncounted(gate: &Arc<SendGate>) -> Self {
        Self {
            gate: Arc::clone(gate),
            entry: None,
            bytes: 0,
        }
    }

    fn estimate(&self) -> u64 {
        self.bytes.div_ceil(BYTES_PER_TOKEN)
    }

    /// Counts text as it comes.
    ///
    /// # Errors
    /// `CapTokens` once the answer passes the cap: the stream must end.
    pub fn write(&mut self, bytes: usize) -> Result<(), Failure> {
        self.bytes = self.bytes.saturating_add(bytes as u64);
        match self.entry {
            Some(entry) => self.gate.set_tokens(entry, self.estimate()),
            None => Ok(()),
        }
    }

    /// What the answer has cost so far, to be written to disk beside its text: should the app end without a word, it counts.
    pub fn checkpoint(&self) -> Option<Checkpoint> {
        self.entry.map(|entry| Checkpoint {
            ledger: Arc::clone(&self.gate.ledger),
            entry,
            tokens: self.estimate(),
        })
    }

    /// Settles with what the provider reported, or with the estimate where it reported nothing. What is reported of an
    /// answer that did not come to its end may be of an early part, so there the larger of the two counts.
    pub fn settle(mut self, usage: Usage, is_whole: bool) {
        let estimate = self.estimate();
        let tokens = match usage.output_tokens {
            Some(reported) if is_whole => reported.min(MOST_TOKENS_OF_A_TURN.max(estimate)),
            Some(reported) => reported.min(MOST_TOKENS_OF_A_TURN).max(estimate),
            None => estimate,
        };
        self.settle_with(tokens);
    }

    /// Gives the reservation back: it turned out that nothing was sent.
    pub fn release(mut self) {
        if let Some(entry) = self.entry.take() {
            self.gate.lock().sends.retain(|send| send.entry != entry);
            if let Err(failure) = self.gate.ledger.withdraw_send(entry) {
                tracing::warn!(%failure, "a send that did not happen stays in the ledger");
            }
        }
    }

    fn settle_with(&mut self, tokens: u64) {
        if let Some(entry) = self.entry.take() {
            // Past the cap or not, this turn is over; the next one will be refused.
            let _ = self.gate.set_tokens(entry, tokens);
            if let Err(failure) = self.gate.ledger.settle_send(entry, tokens) {
                tracing::warn!(%failure, "a send could not be settled on disk");
            }
        }
    }
}

/// The cost of an answer at one moment.
pub struct Checkpoint {
    ledger: Arc<dyn SendLedger>,
    entry: i64,
    tokens: u64,
}

impl Checkpoint {
    /// Writes it to disk. May block.
    pub fn write(self) {
        if let Err(failure) = self.ledger.settle_send(self.entry, self.tokens) {
            tracing::warn!(%failure, "the cost of a growing answer could not be written");
        }
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        let tokens = self.estimate();
        self.settle_with(tokens);
    }
}

#[cfg(test)]
mod tests;
