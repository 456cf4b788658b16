//! What was sent, so that limits outlive a restart.

use chat::{ModelRef, NewSend, PastSend, SendLedger, Spent, StoreFailure};
use rusqlite::{Row, params};

use crate::database::{Database, found};
use crate::rows;

/// What a row says of nobody: the time alone was noted.
const NOBODY: &str = "";

impl SendLedger for Database {
    fn note_send(&self, send: NewSend<'_>) -> Result<i64, StoreFailure> {
        let Spent {
            input_tokens,
            output_tokens,
            cost,
        } = send.reserved;
        self.write(|transaction| {
            transaction
                .prepare_cached(
                    "INSERT INTO send (at, provider, model, input_tokens, output_tokens, cost)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                )?
                .insert(params![
                    send.at,
                    send.model.provider,
                    send.model.model,
                    rows::count_column(Some(input_tokens)),
                    rows::count_column(Some(output_tokens)),
                    rows::count_column(cost),
                ])
        })
    }

    fn note_time(&self, at: i64) -> Result<i64, StoreFailure> {
        self.write(|transaction| {
            transaction
                .prepare_cached("INSERT INTO send (at, provider) VALUES (?1, ?2)")?
                .insert(params![at, NOBODY])
        })
    }

    fn settle_send(&self, number: i64, spent: Spent) -> Result<(), StoreFailure> {
        self.write(|transaction| {
            transaction
                .prepare_cached(
                    "UPDATE send SET input_tokens = ?2, output_tokens = ?3, cost = ?4 WHERE number = ?1",
                )?
                .execute(params![
                    number,
                    rows::count_column(Some(spent.input_tokens)),
                    rows::count_column(Some(spent.output_tokens)),
                    rows::count_column(spent.cost),
                ])
                .and_then(found)
        })
    }

    fn withdraw_send(&self, number: i64) -> Result<(), StoreFailure> {
        self.write(|transaction| {
            transaction
                .prepare_cached("DELETE FROM send WHERE number = ?1")?
                .execute([number])
                .and_then(found)
        })
    }

    fn sends_since(&self, since: i64, now: i64) -> Result<Vec<PastSend>, StoreFailure> {
        self.read(|snapshot| {
            snapshot
                .prepare_cached(
                    "SELECT number, at, provider, input_tokens, output_tokens, cost FROM send
                     WHERE at >= ?1 OR number >= (SELECT min(number) FROM send WHERE at > ?2)
                     ORDER BY number",
                )?
                .query_map([since, now], past_send)?
                .collect()
        })
    }
}

impl Database {
    /// The models that were asked since a time (in milliseconds since 1970, UTC), the last one first.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn models_asked(&self, since: i64) -> Result<Vec<ModelRef>, StoreFailure> {
        self.read(|snapshot| {
            snapshot
                .prepare_cached(
                    "SELECT provider, model FROM send WHERE at >= ?1 AND provider <> ?2 AND model <> ''
                     GROUP BY provider, model ORDER BY max(number) DESC",
                )?
                .query_map(params![since, NOBODY], |row| {
                    Ok(ModelRef {
                        provider: rows::text(row, 0)?,
                        model: rows::text(row, 1)?,
                    })
                })?
                .collect()
        })
    }
}

fn past_send(row: &Row<'_>) -> rusqlite::Result<PastSend> {
    let provider = rows::text(row, 2)?;
    Ok(PastSend {
        number: row.get(0)?,
        at: row.get(1)?,
        provider: (provider != NOBODY).then_some(provider),
        spent: Spent {
            input_tokens: count(row, 3)?.unwrap_or(0),
            output_tokens: count(row, 4)?.unwrap_or(0),
            cost: count(row, 5)?,
        },
    })
}

/// A count that can't be is counted as the most there is: no limit is lowered by an edit.
fn count(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<u64>> {
    let value: Option<i64> = row.get(column)?;
    Ok(value.map(|value| u64::try_from(value).unwrap_or(u64::from(u32::MAX))))
}

#[cfg(test)]
mod tests;
