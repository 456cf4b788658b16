//! The database file as two connections.

mod check;
mod copies;
mod erase;
mod failure;
mod opening;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chat::StoreFailure;
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::beside;
pub use opening::OpenError;

/// Conversations, what was sent, and what is known of keys, in one `SQLite` file. Safe to share between threads.
///
/// One connection writes and one reads, so that a list or a page is never kept waiting by a write's way to the disk.
#[derive(Debug)]
pub struct Database {
    // First, so that it is closed first: the last one to close folds the write-ahead log into the file.
    reader: Mutex<Connection>,
    writer: Mutex<Connection>,
    unwritable: Option<StoreFailure>,
    last_of_earlier_runs: i64,
}

impl Database {
    /// Opens the database at `path`, or makes a new one with its folder, and brings its tables up to date.
    ///
    /// Answers that were being made when the app last ended become failed ones (`Interrupted`) with the text they have;
    /// deleted conversations go for good. A file that can't be written is opened for reading: see [`Self::unwritable`].
    ///
    /// Every commit is synced to the disk (`synchronous = FULL`), not the beginning of a turn alone: the ledger and an
    /// answer's text must outlive a power cut too, and one sync per 200 ms of a stream costs nothing that can be felt.
    ///
    /// # Errors
    /// See [`OpenError`]. The file is left as it was.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        opening::open(path)
    }

    /// Moves a damaged database and its side files out of the way, to a dated name in the same folder
    /// (`chats.damaged-2026-11-24T231028Z.sqlite`), which is given back. Nothing is deleted.
    ///
    /// # Errors
    /// When a file can't be renamed.
    pub fn set_aside(path: &Path) -> io::Result<PathBuf> {
        Self::move_aside(path, "damaged")
    }

    fn move_aside(path: &Path, label: &str) -> io::Result<PathBuf> {
        let kept = beside::dated(path, label);
        move_all(path, &kept)?;
        Ok(kept)
    }

    /// The copies that were made beside the database before a newer version changed its tables, the latest last. They go
    /// after two weeks, and as soon as anything that they hold is deleted for good.
    pub fn copies(path: &Path) -> Vec<PathBuf> {
        copies::find(path)
    }

    /// Puts such a copy in the database's place. What was there is moved to a dated name, which is given back
    /// (`chats.replaced-2026-11-24T231028Z.sqlite`), and goes when a copy would. Nobody may have it open.
    ///
    /// # Errors
    /// When a file can't be renamed. Then everything is where it was.
    pub fn put_back(path: &Path, copy: &Path) -> io::Result<PathBuf> {
        let kept = Self::move_aside(path, copies::REPLACED)?;
        if let Err(error) = std::fs::rename(copy, path) {
            move_all(&kept, path)?;
            return Err(error);
        }
        Ok(kept)
    }

    /// Takes over from a database whose place this one has taken what is no chat: what was sent, so that no limit is set back;
    /// which hosts were asked; what is known of keys; and what was being written, where there is its chat.
    ///
    /// # Errors
    /// When the other one can't be read, or has other tables. Nothing is taken over then.
    pub fn take_over_from(&self, other: &Path) -> Result<(), StoreFailure> {
        let connection = lock(&self.writer);
        let taken = (|| {
            connection.execute("ATTACH ?1 AS other", [other.to_string_lossy()])?;
            let taken = connection.execute_batch(
                "BEGIN IMMEDIATE;
                 DELETE FROM main.send;
                 INSERT INTO main.send SELECT * FROM other.send;
                 DELETE FROM main.contact;
                 INSERT INTO main.contact SELECT * FROM other.contact;
                 DELETE FROM main.credential_record;
                 INSERT INTO main.credential_record SELECT * FROM other.credential_record;
                 INSERT OR REPLACE INTO main.draft (conversation_id, text)
                    SELECT conversation_id, text FROM other.draft
                    WHERE conversation_id IS NULL OR conversation_id IN (SELECT id FROM main.conversation);
                 COMMIT;",
            );
            if taken.is_err() {
                let _ = connection.execute_batch("ROLLBACK");
            }
            connection.execute_batch("DETACH other")?;
            taken
        })();
        taken.map_err(|error| failure::of(&error))
    }

    /// Why nothing can be written, if the file was opened for reading alone. Every write fails with it.
    pub fn unwritable(&self) -> Option<&StoreFailure> {
        self.unwritable.as_ref()
    }

    /// The number of the last message that an earlier run of the app began. If one up to it is still marked as streaming,
    /// because that could not be put right on disk, nobody streams it any more.
    pub(crate) fn last_of_earlier_runs(&self) -> i64 {
        self.last_of_earlier_runs
    }

    /// Reads from one snapshot. `QueryReturnedNoRows` stands for "not found".
    pub(crate) fn read<T>(
        &self,
        look: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, StoreFailure> {
        let mut connection = lock(&self.reader);
        let found = connection
            .transaction()
            .and_then(|snapshot| look(&snapshot));
        found.map_err(|error| failure::of(&error))
    }

    /// Writes in one transaction: whole and on disk when this returns, or not at all.
    pub(crate) fn write<T>(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, StoreFailure> {
        if let Some(failure) = &self.unwritable {
            return Err(failure.clone());
        }
        let mut connection = lock(&self.writer);
        let changed = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .and_then(|transaction| {
                let value = change(&transaction)?;
                transaction.commit()?;
                Ok(value)
            });
        changed.map_err(|error| failure::of(&error))
    }

    #[cfg(test)]
    pub(crate) fn raw(&self) -> MutexGuard<'_, Connection> {
        lock(&self.writer)
    }
}

/// Moves a database with what lies beside it; all of it or nothing.
fn move_all(from: &Path, to: &Path) -> io::Result<()> {
    // The log goes first: left beside a new database, it would be played into it.
    const ALL: [&str; 4] = ["-wal", "-journal", "-shm", ""];
    for (at, suffix) in ALL.into_iter().enumerate() {
        let moved = std::fs::rename(beside::suffixed(from, suffix), beside::suffixed(to, suffix));
        match moved {
            Err(error) if !suffix.is_empty() && error.kind() == io::ErrorKind::NotFound => {}
            Ok(()) => {}
            Err(error) => {
                for suffix in &ALL[..at] {
                    let _ = std::fs::rename(
                        beside::suffixed(to, suffix),
                        beside::suffixed(from, suffix),
                    );
                }
                return Err(error);
            }
        }
    }
    Ok(())
}

fn lock(connection: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    // A panic rolls its transaction back, so the connection behind the poison is sound.
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

/// "Not found" where an update touched no row.
pub(crate) fn found(changed: usize) -> rusqlite::Result<()> {
    match changed {
        0 => Err(rusqlite::Error::QueryReturnedNoRows),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
