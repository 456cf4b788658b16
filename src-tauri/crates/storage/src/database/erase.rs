//! Empties the database.

use std::time::Duration;

use chat::StoreFailure;

use super::{Database, failure, lock, opening};

impl Database {
    /// Removes every row of every table, so that the file holds none of what was in it, and says how many conversations
    /// there were. The tables stay, and the database can be used on.
    ///
    /// # Errors
    /// When the file can't be written. It is then as it was, or empty with the old bytes still in its free pages.
    pub fn erase(&self) -> Result<u64, StoreFailure> {
        let conversations = self.write(|transaction| {
            let count: i64 =
                transaction.query_row("SELECT count(*) FROM conversation", [], |row| row.get(0))?;
            // Rows refer to each other in both directions, so all go before any is checked.
            transaction.pragma_update(None, "defer_foreign_keys", true)?;
            let tables: Vec<String> = transaction
                .prepare(
                    "SELECT name FROM sqlite_schema
                     WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_'",
                )?
                .query_map([], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            for table in tables {
                let name = table.replace('"', "\"\"");
                transaction.execute(&format!("DELETE FROM \"{name}\""), [])?;
            }
            Ok(count)
        })?;
        // The rows are gone, their bytes are not: the file is written anew, and the log emptied.
        let writer = lock(&self.writer);
        writer
            .execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE);")
            .map_err(|error| failure::of(&error))?;
        Ok(u64::try_from(conversations).unwrap_or(0))
    }

    /// Empties the log, which holds every page as it was at each commit since it was last emptied. While another program reads
    /// the file that can't be; the next start does it.
    ///
    /// # Errors
    /// When the file can't be written.
    pub(crate) fn empty_log(&self) -> Result<(), StoreFailure> {
        // Nobody of this program reads meanwhile: a reader would keep the log as it is.
        let (writer, _reader) = (lock(&self.writer), lock(&self.reader));
        // And nobody here is to wait for another one.
        let waits = |limit| {
            writer
                .busy_timeout(limit)
                .map_err(|error| failure::of(&error))
        };
        waits(Duration::ZERO)?;
        let busy = writer.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0));
        waits(opening::LOCK_WAIT)?;
        let busy: i64 = busy.map_err(|error| failure::of(&error))?;
        if busy != 0 {
            tracing::warn!("another program reads the chats: what was deleted is still in the log");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use chat::SendLedger;

    use crate::CredentialRecord;
    use crate::testing::Folder;

    fn everything(folder: &Folder) -> Vec<u8> {
        let names = folder.names();
        let files = names
            .iter()
            .filter_map(|name| std::fs::read(folder.root().join(name)).ok());
        files.flatten().collect()
    }

    fn holds(folder: &Folder, needle: &str) -> bool {
        everything(folder)
            .windows(needle.len())
            .any(|window| window == needle.as_bytes())
    }

    #[test]
    fn nothing_of_what_was_in_it_is_left_in_the_files_and_it_can_be_used_on() {
        let folder = Folder::new();
        let database = folder.open();
        let record = CredentialRecord {
            item: "openai/1".into(),
            provider: "openai".into(),
            name: "marked-name-of-a-key".into(),
            origin: "https://api.openai.com".into(),
            set_at: 1,
            last_used_at: None,
            store: "system".into(),
            is_default: true,
        };
        let records = database.credential_records();
        records.put(&record).unwrap();
        database.note_time(5).unwrap();
        let raw = |sql: &str| database.raw().execute_batch(sql).unwrap();
        raw("BEGIN;
             INSERT INTO conversation (id, title, created_at, updated_at, leaf_id)
             VALUES ('c', 'marked-title', 1, 1, 'm');
             INSERT INTO message (id, conversation_id, role, text, reasoning, state, created_at)
             VALUES ('m', 'c', 'user', 'marked-question', '', 'complete', 1);
             COMMIT;");
        database.drafts().keep(None, "marked-draft").unwrap();
        let marks = [
            "marked-name-of-a-key",
            "marked-title",
            "marked-question",
            "marked-draft",
        ];
        for mark in marks {
            assert!(holds(&folder, mark), "{mark} is there before");
        }

        assert_eq!(database.erase(), Ok(1));
        for mark in marks {
            assert!(!holds(&folder, mark), "{mark} is gone");
        }
        assert_eq!(records.list().unwrap(), []);
        records.put(&record).unwrap();
        assert_eq!(records.list().unwrap(), [record]);
    }
}
