//! What was sent, so that the cap outlives a restart.

use chat::{SendLedger, StoreFailure};
use rusqlite::params;

use crate::database::{Database, found};
use crate::rows;

impl SendLedger for Database {
    fn note_send(&self, at: i64, provider: &str) -> Result<i64, StoreFailure> {
        self.write(|transaction| {
            transaction
                .prepare_cached("INSERT INTO send (at, provider) VALUES (?1, ?2)")?
                .insert(params![at, provider])
        })
    }

    fn settle_send(&self, entry: i64, output_tokens: u64) -> Result<(), StoreFailure> {
        let tokens = rows::count_column(Some(output_tokens));
        self.write(|transaction| {
            transaction
                .prepare_cached("UPDATE send SET output_tokens = ?2 WHERE number = ?1")?
                .execute(params![entry, tokens])
                .and_then(found)
        })
    }

    fn withdraw_send(&self, entry: i64) -> Result<(), StoreFailure> {
        self.write(|transaction| {
            transaction
                .prepare_cached("DELETE FROM send WHERE number = ?1")?
                .execute([entry])
                .and_then(found)
        })
    }

    fn sends_since(&self, since: i64) -> Result<Vec<(i64, u64)>, StoreFailure> {
        self.read(|snapshot| {
            snapshot
                .prepare_cached(
                    "SELECT at, output_tokens FROM send WHERE at > ?1 ORDER BY at, number",
                )?
                .query_map([since], |row| {
                    let tokens: i64 = row.get(1)?;
                    // A cost that can't be is counted as the most there is: the cap must not be lowered by an edit.
                    Ok((
                        row.get(0)?,
                        u64::try_from(tokens).unwrap_or(u64::from(u32::MAX)),
                    ))
                })?
                .collect()
        })
    }
}
