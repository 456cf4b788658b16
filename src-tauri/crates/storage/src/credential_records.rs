//! What is known about a key outside the store that holds it. Never the key, nor a part of it.

use chat::StoreFailure;
use rusqlite::params;

use crate::database::{Database, found};
use crate::rows;

/// One key, as the settings window lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialRecord {
    /// The name of the item in its store.
    pub item: String,
    /// The provider's id.
    pub provider: String,
    /// The name that the user gave.
    pub name: String,
    /// The origin that the key is bound to, as shown; the binding itself lies in the store's item.
    pub origin: String,
    /// When it was pasted, in milliseconds since 1970 (UTC).
    pub set_at: i64,
    /// When it was last sent, in milliseconds since 1970 (UTC).
    pub last_used_at: Option<i64>,
    /// Which kind of store holds it.
    pub store: String,
    /// Whether it is the one of its provider's keys that is used.
    pub is_default: bool,
}

impl Database {
    /// The records of keys.
    pub fn credential_records(&self) -> CredentialRecords<'_> {
        CredentialRecords { database: self }
    }
}

/// The records of keys, one for each item of a store.
#[derive(Debug, Clone, Copy)]
pub struct CredentialRecords<'d> {
    database: &'d Database,
}

impl CredentialRecords<'_> {
    /// All of them, the earliest first.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn list(&self) -> Result<Vec<CredentialRecord>, StoreFailure> {
        self.database.read(|snapshot| {
            snapshot
                .prepare_cached(
                    "SELECT item, provider, name, origin, set_at, last_used_at, store, is_default
                     FROM credential_record ORDER BY set_at, item",
                )?
                .query_map([], |row| {
                    Ok(CredentialRecord {
                        item: rows::text(row, 0)?,
                        provider: rows::text(row, 1)?,
                        name: rows::text(row, 2)?,
                        origin: rows::text(row, 3)?,
                        set_at: rows::integer(row, 4)?.unwrap_or(0),
                        last_used_at: rows::integer(row, 5)?,
                        store: rows::text(row, 6)?,
                        is_default: rows::integer(row, 7)? == Some(1),
                    })
                })?
                .collect()
        })
    }

    /// Keeps a record; one of the same item gives way to it.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn put(&self, record: &CredentialRecord) -> Result<(), StoreFailure> {
        self.database.write(|transaction| {
            transaction
                .prepare_cached(
                    "INSERT INTO credential_record
                        (item, provider, name, origin, set_at, last_used_at, store, is_default)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                     ON CONFLICT (item) DO UPDATE SET
                        provider = excluded.provider, name = excluded.name, origin = excluded.origin,
                        set_at = excluded.set_at, last_used_at = excluded.last_used_at,
                        store = excluded.store, is_default = excluded.is_default",
                )?
                .execute(params![
                    record.item,
                    record.provider,
                    record.name,
                    record.origin,
                    record.set_at,
                    record.last_used_at,
                    record.store,
                    record.is_default
                ])
                .map(drop)
        })
    }

    /// Makes a key the one of its provider's that is used, and no other.
    ///
    /// # Errors
    /// `NotFound`, or when the store can't be written.
    pub fn make_default(&self, item: &str) -> Result<(), StoreFailure> {
        self.database.write(|transaction| {
            transaction
                .execute(
                    "UPDATE credential_record SET is_default = (item = ?1)
                     WHERE provider = (SELECT provider FROM credential_record WHERE item = ?1)",
                    [item],
                )
                .and_then(found)
        })
    }

    /// Forgets a record. One that is not there is forgotten already.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn remove(&self, item: &str) -> Result<(), StoreFailure> {
        self.database.write(|transaction| {
            transaction
                .execute("DELETE FROM credential_record WHERE item = ?1", [item])
                .map(drop)
        })
    }

    /// Notes that a key was sent at a time, in milliseconds since 1970 (UTC).
    ///
    /// # Errors
    /// `NotFound`, or when the store can't be written.
    pub fn touch(&self, item: &str, at: i64) -> Result<(), StoreFailure> {
        self.database.write(|transaction| {
            transaction
                .prepare_cached("UPDATE credential_record SET last_used_at = ?2 WHERE item = ?1")?
                .execute(params![item, at])
                .and_then(found)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Folder;

    #[test]
    fn records_are_put_replaced_touched_and_removed() {
        let folder = Folder::new();
        let database = folder.open();
        let records = database.credential_records();
        let mut record = CredentialRecord {
            item: "a".into(),
            provider: "openai".into(),
            name: "work".into(),
            origin: "https://api.openai.com".into(),
            set_at: 5,
            last_used_at: None,
            store: "secret-service".into(),
            is_default: false,
        };
        let other = CredentialRecord {
            item: "b".into(),
            set_at: 1,
            ..record.clone()
        };
        records.put(&record).unwrap();
        records.put(&other).unwrap();
        record.name = "home".into();
        records.put(&record).unwrap();
        records.touch("a", 9).unwrap();
        record.last_used_at = Some(9);
        records.make_default("b").unwrap();
        records.make_default("a").unwrap();
        record.is_default = true;
        assert_eq!(records.make_default("c"), Err(StoreFailure::NotFound));
        drop(database);

        let database = folder.open();
        let records = database.credential_records();
        assert_eq!(records.list().unwrap(), [other, record.clone()]);
        records.remove("b").unwrap();
        records.remove("b").unwrap();
        assert_eq!(records.list().unwrap(), [record]);
        assert_eq!(records.touch("b", 1), Err(StoreFailure::NotFound));
    }
}
