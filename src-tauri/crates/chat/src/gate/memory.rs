//! A ledger without a disk.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::price::Spent;
use crate::ports::{NewSend, PastSend, SendLedger, StoreFailure};

/// A ledger that is gone when the program ends: for programs that keep nothing, and for tests.
#[derive(Debug, Default)]
pub struct MemoryLedger {
    sends: Mutex<Vec<PastSend>>,
}

impl MemoryLedger {
    fn lock(&self) -> MutexGuard<'_, Vec<PastSend>> {
        self.sends.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, at: i64, provider: Option<String>, spent: Spent) -> i64 {
        let mut sends = self.lock();
        let number = sends.last().map_or(1, |last| last.number + 1);
        sends.push(PastSend {
            number,
            at,
            provider,
            spent,
        });
        number
    }
}

impl SendLedger for MemoryLedger {
    fn note_send(&self, send: NewSend<'_>) -> Result<i64, StoreFailure> {
        Ok(self.push(send.at, Some(send.model.provider.clone()), send.reserved))
    }

    fn note_time(&self, at: i64) -> Result<i64, StoreFailure> {
        Ok(self.push(at, None, Spent::default()))
    }

    fn settle_send(&self, number: i64, spent: Spent) -> Result<(), StoreFailure> {
        let mut sends = self.lock();
        let send = sends.iter_mut().find(|send| send.number == number);
        send.ok_or(StoreFailure::NotFound)?.spent = spent;
        Ok(())
    }

    fn withdraw_send(&self, number: i64) -> Result<(), StoreFailure> {
        self.lock().retain(|send| send.number != number);
        Ok(())
    }

    fn sends_since(&self, since: i64, now: i64) -> Result<Vec<PastSend>, StoreFailure> {
        let sends = self.lock();
        let ahead = sends.iter().position(|send| send.at > now);
        let counts = |(index, send): &(usize, &PastSend)| {
            send.at >= since || ahead.is_some_and(|ahead| *index >= ahead)
        };
        Ok(sends
            .iter()
            .enumerate()
            .filter(counts)
            .map(|(_, send)| send.clone())
            .collect())
    }
}
