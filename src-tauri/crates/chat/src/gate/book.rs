//! What was sent and what is on its way, as the gate counts it. It is read from the ledger on disk, and everything is
//! written there before it is sent; here it can be summed without waiting for the disk.

use std::collections::HashSet;
use std::sync::Arc;

use super::price::Spent;
use crate::failure::Measure;
use crate::ports::PastSend;

/// One send.
#[derive(Debug)]
struct Entry {
    /// Its number in the ledger.
    number: i64,
    /// What the clock showed when it was sent.
    at: i64,
    /// The time that it counts at: see [`Book::date`].
    counts_at: i64,
    /// The provider. Nobody, where only the time was noted.
    provider: Option<Arc<str>>,
    /// What it has taken; while it is on its way, what is kept for it.
    spent: Spent,
}

/// What counts towards a limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sum {
    /// Requests, tokens, or millionths of a dollar.
    pub count: u64,
    /// Sends that are not in a sum of money, since nobody knows their price.
    pub unpriced: u32,
}

/// Everything that may count.
#[derive(Debug, Default)]
pub(super) struct Book {
    /// In the order in which they were sent.
    entries: Vec<Entry>,
    /// The time from which on all entries are here; `None` until they are read.
    since: Option<i64>,
    /// What the clock showed last.
    now: i64,
    /// Whether some lie in the future, so that all have to be dated again when time passes.
    has_future: bool,
}

impl Book {
    /// Whether the ledger has to be read for what counts from `since` on.
    pub(super) fn is_stale(&self, since: i64, now: i64) -> bool {
        now < self.now || self.since.is_none_or(|from| since < from)
    }

    /// Takes in what the ledger holds from `since` on. What is here already is known better here.
    pub(super) fn take_in(&mut self, past: Vec<PastSend>, since: i64) {
        let known: HashSet<i64> = self.entries.iter().map(|entry| entry.number).collect();
        let read = past
            .into_iter()
            .filter(|send| !known.contains(&send.number));
        self.entries.extend(read.map(|send| Entry {
            number: send.number,
            at: send.at,
            counts_at: send.at,
            provider: send.provider.map(Arc::from),
            spent: send.spent,
        }));
        self.entries.sort_by_key(|entry| entry.number);
        self.since = Some(since);
        self.has_future = true;
    }

    /// Dates every entry anew, now that the clock shows `now`. Says whether the time has to be noted in the ledger.
    ///
    /// Entries come in the order in which they were sent, whatever the clock showed. One that lies in the future was sent
    /// while the clock was ahead, so it was really sent before any that follows it, and before now: it counts at the
    /// earliest of those times. With the time noted after it, it ages from there on, across restarts too. Once the clock
    /// has passed it again, it counts when it says.
    pub(super) fn date(&mut self, now: i64) -> bool {
        self.now = now;
        if !self.has_future {
            return false;
        }
        let mut earliest = now;
        self.has_future = false;
        for entry in self.entries.iter_mut().rev() {
            if entry.at > now {
                self.has_future = true;
                entry.counts_at = earliest;
            } else {
                entry.counts_at = entry.at;
            }
            earliest = earliest.min(entry.at);
        }
        self.entries.last().is_some_and(|last| last.at > now)
    }

    /// Adds a send, or with no provider the time alone.
    pub(super) fn add(&mut self, number: i64, at: i64, provider: Option<&str>, spent: Spent) {
        self.entries.push(Entry {
            number,
            at,
            counts_at: at,
            provider: provider.map(Arc::from),
            spent,
        });
    }

    /// Gives a send the number that the ledger has for it.
    pub(super) fn number(&mut self, provisional: i64, number: i64) {
        let mut entries = self.entries.iter_mut().rev();
        if let Some(entry) = entries.find(|entry| entry.number == provisional) {
            entry.number = number;
        }
    }

    /// Notes what a send has taken, or what is kept for it.
    pub(super) fn set(&mut self, number: i64, spent: Spent) {
        // What was sent last is what changes.
        let mut entries = self.entries.iter_mut().rev();
        if let Some(entry) = entries.find(|entry| entry.number == number) {
            entry.spent = spent;
        }
    }

    /// Forgets a send that did not happen.
    pub(super) fn remove(&mut self, number: i64) {
        self.entries.retain(|entry| entry.number != number);
    }

    fn sent(&self, provider: Option<&str>, since: i64) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| {
            entry.counts_at >= since
                && entry
                    .provider
                    .as_deref()
                    .is_some_and(|of| provider.is_none_or(|provider| provider == of))
        })
    }

    /// What counts from `since` on, for one provider or for all.
    pub(super) fn sum(&self, measure: Measure, provider: Option<&str>, since: i64) -> Sum {
        let mut sum = Sum::default();
        for entry in self.sent(provider, since) {
            let (count, unpriced) = match measure {
                Measure::Requests => (1, false),
                Measure::Tokens => (entry.spent.tokens(), false),
                Measure::Cost => match entry.spent.cost {
                    Some(cost) => (cost, false),
                    // What took nothing costs nothing.
                    None => (0, entry.spent.tokens() > 0),
                },
            };
            sum.count = sum.count.saturating_add(count);
            sum.unpriced = sum.unpriced.saturating_add(u32::from(unpriced));
        }
        sum
    }

    /// Tokens written from `since` on.
    pub(super) fn written(&self, since: i64) -> u64 {
        self.sent(None, since).fold(0, |sum, entry| {
            sum.saturating_add(entry.spent.output_tokens)
        })
    }

    /// When so much of what counts from `since` on lies before it that less than `most` is left in it, as the time of the
    /// last entry that has to go. `of` says what an entry weighs.
    pub(super) fn last_to_go(
        &self,
        since: i64,
        most: u64,
        of: impl Fn(Spent) -> u64,
    ) -> Option<i64> {
        let mut entries: Vec<(i64, u64)> = self
            .sent(None, since)
            .map(|entry| (entry.counts_at, of(entry.spent)))
            .filter(|(_, weight)| *weight > 0)
            .collect();
        entries.sort_unstable();
        let mut left = entries
            .iter()
            .fold(0u64, |sum, (_, weight)| sum.saturating_add(*weight));
        for (at, weight) in entries {
            left = left.saturating_sub(weight);
            if left < most {
                return Some(at);
            }
        }
        None
    }
}
