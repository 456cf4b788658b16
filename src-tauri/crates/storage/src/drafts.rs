//! What is written and not yet said.

use chat::{ConversationId, StoreFailure};
use rusqlite::types::ValueRef;
use rusqlite::{OptionalExtension, Transaction, params};

use crate::database::Database;
use crate::rows;

/// What is being written in a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The conversation; `None` stands for the new chat.
    pub conversation: Option<ConversationId>,
    /// The text, as it was written.
    pub text: String,
}

impl Database {
    /// The drafts.
    pub fn drafts(&self) -> Drafts<'_> {
        Drafts { database: self }
    }
}

/// The drafts that outlive the window. A conversation's go for good when it does.
#[derive(Debug, Clone, Copy)]
pub struct Drafts<'d> {
    database: &'d Database,
}

impl Drafts<'_> {
    /// Keeps a text in the place of the one before. One that says nothing is not kept.
    ///
    /// # Errors
    /// When there is no such conversation, or the store can't be written.
    pub fn keep(
        &self,
        conversation: Option<ConversationId>,
        text: &str,
    ) -> Result<(), StoreFailure> {
        let id = conversation.map(|id| id.to_string());
        self.database.write(|transaction| {
            if text.trim().is_empty() {
                return transaction
                    .prepare_cached("DELETE FROM draft WHERE conversation_id IS ?1")?
                    .execute([id])
                    .map(drop);
            }
            if let Some(id) = &id {
                // "Not found" says more than a foreign key that does not hold.
                transaction
                    .prepare_cached("SELECT 1 FROM conversation WHERE id = ?1")?
                    .query_row([id], |_| Ok(()))?;
            }
            transaction
                .prepare_cached(
                    "INSERT INTO draft (conversation_id, text) VALUES (?1, ?2)
                     ON CONFLICT (ifnull(conversation_id, '')) DO UPDATE SET text = excluded.text",
                )?
                .execute(params![id, text])
                .map(drop)
        })
    }

    /// Lets go of a text that must not stay on the disk: not in a free page, and not in the log either.
    ///
    /// # Errors
    /// When the store can't be written.
    pub fn forget(&self, conversation: Option<ConversationId>) -> Result<(), StoreFailure> {
        self.keep(conversation, "")?;
        self.database.empty_log()
    }

    /// All of them, those of deleted conversations too: these may be restored.
    ///
    /// # Errors
    /// When the store can't be read.
    pub fn list(&self) -> Result<Vec<Draft>, StoreFailure> {
        self.database.read(|snapshot| {
            snapshot
                .prepare_cached("SELECT conversation_id, text FROM draft ORDER BY number")?
                .query_map([], |row| {
                    let conversation = match row.get_ref(0)? {
                        ValueRef::Null => Some(None),
                        // One that is no id is written by nothing that this app is, and no window could name it.
                        _ => ConversationId::parse(&rows::text(row, 0)?).map(Some),
                    };
                    let text = rows::text(row, 1)?;
                    Ok(conversation.map(|conversation| Draft { conversation, text }))
                })?
                .filter_map(Result::transpose)
                .collect()
        })
    }
}

/// What has just been said is no draft any more, nor is what it grew from. Any other text is left: the window that it stands in
/// knows what became of it. In the transaction that keeps the message, so that a crash never leaves neither.
pub(crate) fn said(
    transaction: &Transaction<'_>,
    conversation: Option<ConversationId>,
    text: &str,
) -> rusqlite::Result<()> {
    let id = conversation.map(|id| id.to_string());
    let kept = transaction
        .prepare_cached("SELECT text FROM draft WHERE conversation_id IS ?1")?
        .query_row([&id], |row| rows::text(row, 0))
        .optional()?;
    if kept.is_none_or(|kept| !text.starts_with(&kept)) {
        return Ok(());
    }
    transaction
        .prepare_cached("DELETE FROM draft WHERE conversation_id IS ?1")?
        .execute([&id])
        .map(drop)
}

#[cfg(test)]
mod tests {
    use chat::ConversationStore;

    use super::*;
    use crate::testing::{Folder, say, talk};

    fn kept(database: &Database) -> Vec<(Option<ConversationId>, String)> {
        let drafts = database.drafts().list().unwrap();
        drafts
            .into_iter()
            .map(|draft| (draft.conversation, draft.text))
            .collect()
    }

    #[test]
    fn each_conversation_has_one_and_the_new_chat_too_and_they_outlive_a_restart() {
        let folder = Folder::new();
        let database = folder.open();
        let first = talk(&database, None, "Hello", "Hi").conversation;
        let drafts = database.drafts();
        for (conversation, text) in [
            (None, "a new"),
            (Some(first), "one more"),
            (None, " a new one\n"),
            (Some(first), "one more question"),
        ] {
            drafts.keep(conversation, text).unwrap();
        }
        drop(database);

        let database = folder.open();
        let expected = [
            (None, " a new one\n".into()),
            (Some(first), "one more question".into()),
        ];
        assert_eq!(kept(&database), expected);
        database.drafts().keep(None, " \n").unwrap();
        assert_eq!(kept(&database), expected[1..]);
    }

    #[test]
    fn what_was_said_is_no_draft_and_what_was_written_since_is() {
        let folder = Folder::new();
        let database = folder.open();
        database.drafts().keep(None, "Hello").unwrap();
        let first = say(&database, None, "Hello").conversation;
        assert_eq!(kept(&database), []);

        database
            .drafts()
            .keep(Some(first), "said, and more")
            .unwrap();
        say(&database, Some(first), "said");
        // A crash right behind Enter leaves no half of what was said.
        database.drafts().keep(None, "What is the capi").unwrap();
        say(&database, None, "What is the capital of France?");
        assert_eq!(kept(&database), [(Some(first), "said, and more".into())]);
        // Of what a message did not grow from nothing is known here.
        database.drafts().keep(None, "for another chat").unwrap();
        say(&database, None, "Something else");
        let expected = [
            (Some(first), "said, and more".into()),
            (None, "for another chat".into()),
        ];
        assert_eq!(kept(&database), expected);
    }

    fn holds(folder: &Folder, needle: &str) -> bool {
        let files = folder.names().into_iter();
        let mut files = files.filter_map(|name| std::fs::read(folder.root().join(name)).ok());
        files.any(|file| file.windows(needle.len()).any(|at| at == needle.as_bytes()))
    }

    #[test]
    fn what_is_forgotten_is_not_in_the_files_any_more() {
        let folder = Folder::new();
        let database = folder.open();
        database.drafts().keep(None, "a marked beginning").unwrap();
        assert!(holds(&folder, "marked beginning"));
        database.drafts().forget(None).unwrap();
        assert!(!holds(&folder, "marked beginning"));
        assert_eq!(kept(&database), []);
    }

    #[test]
    fn what_was_given_up_is_not_in_the_files_after_the_next_start() {
        let (folder, after_a_crash) = (Folder::new(), Folder::new());
        let database = folder.open();
        database.drafts().keep(None, "a marked thought").unwrap();
        database.drafts().keep(None, "").unwrap();
        // The files as a crash leaves them: closing the database would empty the log.
        for name in folder.names() {
            std::fs::copy(folder.root().join(&name), after_a_crash.root().join(&name)).unwrap();
        }
        assert!(holds(&after_a_crash, "marked thought"));
        let _database = after_a_crash.open();
        assert!(!holds(&after_a_crash, "marked thought"));
    }

    #[test]
    fn it_goes_with_its_conversation_and_comes_back_with_it() {
        let folder = Folder::new();
        let database = folder.open();
        let first = talk(&database, None, "Hello", "Hi").conversation;
        database.drafts().keep(Some(first), "one more").unwrap();
        database.delete(first).unwrap();
        assert_eq!(kept(&database), [(Some(first), "one more".into())]);
        drop(database);
        // Deleted conversations go for good at the next start.
        assert_eq!(kept(&folder.open()), []);
    }

    #[test]
    fn there_is_none_of_a_conversation_that_is_not_there() {
        let folder = Folder::new();
        let database = folder.open();
        let stranger = Some(ConversationId::new());
        let drafts = database.drafts();
        assert_eq!(drafts.keep(stranger, "text"), Err(StoreFailure::NotFound));
        assert_eq!(drafts.keep(stranger, ""), Ok(()));
        assert_eq!(kept(&database), []);
    }
}
