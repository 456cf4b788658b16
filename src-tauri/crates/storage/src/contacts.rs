//! Which hosts were asked, and when: day by day, without a word of what was said.

use chat::StoreFailure;
use rusqlite::params;

use crate::database::Database;
use crate::rows;

const DAY_MS: i64 = 86_400_000;

/// One request to a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// The host, with its port if that is not the scheme's own.
    pub host: String,
    /// What it was asked: `turn` or `inquiry`.
    pub purpose: String,
    /// Whether the request carried a key.
    pub with_key: bool,
    /// Bytes of the request's body.
    pub sent_bytes: u64,
    /// When it was sent, in milliseconds since 1970 (UTC).
    pub at: i64,
}

/// All requests to a host for one purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostContacts {
    /// The host, with its port if that is not the scheme's own.
    pub host: String,
    /// What it was asked: `turn` or `inquiry`.
    pub purpose: String,
    /// How many requests.
    pub requests: u64,
    /// How many of them carried a key.
    pub with_key: u64,
    /// Bytes of their bodies.
    pub sent_bytes: u64,
    /// When the last one was sent, in milliseconds since 1970 (UTC).
    pub last_at: i64,
}

impl Database {
    /// The list of hosts that were asked.
    pub fn contacts(&self) -> Contacts<'_> {
        Contacts { database: self }
    }
}

/// The hosts that were asked.
#[derive(Debug, Clone, Copy)]
pub struct Contacts<'d> {
    database: &'d Database,
}

impl Contacts<'_> {
    /// Notes a request.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn note(&self, contact: &Contact) -> Result<(), StoreFailure> {
        self.database.write(|transaction| {
            transaction
                .prepare_cached(
                    "INSERT INTO contact
                        (host, purpose, day, requests, with_key, sent_bytes, last_at)
                     VALUES (?1, ?2, ?3, 1, ?4, ?5, ?6)
                     ON CONFLICT (host, purpose, day) DO UPDATE SET
                        requests = requests + 1,
                        with_key = with_key + excluded.with_key,
                        sent_bytes = sent_bytes + excluded.sent_bytes,
                        last_at = max(last_at, excluded.last_at)",
                )?
                .execute(params![
                    contact.host,
                    contact.purpose,
                    contact.at.div_euclid(DAY_MS),
                    i64::from(contact.with_key),
                    rows::count_column(Some(contact.sent_bytes)),
                    contact.at
                ])
                .map(drop)
        })
    }

    /// Every host that was asked since a time (in milliseconds since 1970, UTC; the whole of its day counts), the one that
    /// was asked last first.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn since(&self, at: i64) -> Result<Vec<HostContacts>, StoreFailure> {
        self.database.read(|snapshot| {
            snapshot
                .prepare_cached(
                    "SELECT host, purpose, sum(requests), sum(with_key), sum(sent_bytes), max(last_at)
                     FROM contact WHERE day >= ?1
                     GROUP BY host, purpose ORDER BY max(last_at) DESC, host, purpose",
                )?
                .query_map([at.div_euclid(DAY_MS)], |row| {
                    let count = |column| {
                        rows::integer(row, column)
                            .map(|count| u64::try_from(count.unwrap_or(0)).unwrap_or(0))
                    };
                    Ok(HostContacts {
                        host: rows::text(row, 0)?,
                        purpose: rows::text(row, 1)?,
                        requests: count(2)?,
                        with_key: count(3)?,
                        sent_bytes: count(4)?,
                        last_at: rows::integer(row, 5)?.unwrap_or(0),
                    })
                })?
                .collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Folder;

    fn contact(host: &str, purpose: &str, at: i64) -> Contact {
        Contact {
            host: host.into(),
            purpose: purpose.into(),
            with_key: purpose == "turn",
            sent_bytes: 100,
            at,
        }
    }

    #[test]
    fn requests_are_counted_by_host_and_purpose_and_outlive_a_restart() {
        let folder = Folder::new();
        let database = folder.open();
        for (host, purpose, at) in [
            ("a.example", "turn", 5),
            ("a.example", "turn", DAY_MS + 7),
            ("a.example", "inquiry", DAY_MS + 6),
            ("127.0.0.1:8080", "turn", 2 * DAY_MS),
        ] {
            database
                .contacts()
                .note(&contact(host, purpose, at))
                .unwrap();
        }
        drop(database);

        let database = folder.open();
        let counted: Vec<_> = database
            .contacts()
            .since(0)
            .unwrap()
            .into_iter()
            .map(|host| {
                (
                    host.host,
                    host.requests,
                    host.with_key,
                    host.sent_bytes,
                    host.last_at,
                )
            })
            .collect();
        assert_eq!(
            counted,
            [
                ("127.0.0.1:8080".into(), 1, 1, 100, 2 * DAY_MS),
                ("a.example".into(), 2, 2, 200, DAY_MS + 7),
                ("a.example".into(), 1, 0, 100, DAY_MS + 6),
            ]
        );
        let later = database.contacts().since(DAY_MS + 8).unwrap();
        assert_eq!(
            later.iter().map(|host| host.requests).sum::<u64>(),
            3,
            "whole days count"
        );
        assert_eq!(database.contacts().since(3 * DAY_MS).unwrap(), []);
    }
}
