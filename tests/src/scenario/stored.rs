//! Conversations as the database holds them, read beside the app.

use rusqlite::{Connection, OpenFlags, Row};
use serde_json::Value;

use crate::desk::Desk;
use crate::wait::{SOON, wait_for};

/// A message as the database holds it.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "the columns of the table, by their names")]
pub struct Stored {
    pub id: String,
    pub parent: Option<String>,
    pub role: String,
    pub text: String,
    pub state: String,
    pub stop_reason: Option<String>,
    pub failure: Option<Value>,
    pub model: Option<String>,
    pub input_tokens: Option<i64>,
    pub output_tokens: Option<i64>,
}

impl Stored {
    /// The kind of its failure, such as `rate_limited`.
    pub fn failure_kind(&self) -> Option<&str> {
        self.failure.as_ref()?["kind"].as_str()
    }
}

/// All messages of the conversation that begins with `question`, in the order in which they were begun.
///
/// The app may be running: it is read as the disk has it.
pub fn stored(desk: &Desk, question: &str) -> Vec<Stored> {
    let path = desk.data_folder().join("chats.sqlite");
    let database = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .expect("the database can be opened");
    let mut rows = database
        .prepare(
            "SELECT id, parent_id, role, text, state, stop_reason, failure, model, input_tokens, output_tokens
             FROM message WHERE conversation_id =
                 (SELECT conversation_id FROM message WHERE parent_id IS NULL AND text = ?1 ORDER BY number DESC)
             ORDER BY number",
        )
        .expect("the table is there");
    let messages = rows.query_map([question], message);
    let messages: rusqlite::Result<Vec<_>> = messages.expect("the table can be read").collect();
    messages.expect("the rows have their types")
}

/// Waits until no answer to `question` is being made any more as far as the disk knows; gives what it holds.
#[track_caller]
pub fn wait_until_stored(desk: &Desk, question: &str) -> Vec<Stored> {
    wait_for("the end of the answer on disk", SOON, || {
        let messages = stored(desk, question);
        let ended =
            messages.len() > 1 && messages.iter().all(|message| message.state != "streaming");
        ended.then_some(messages)
    })
}

/// The texts of all drafts, in the order in which they were begun.
pub fn stored_drafts(desk: &Desk) -> Vec<String> {
    let path = desk.data_folder().join("chats.sqlite");
    let database = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .expect("the database can be opened");
    let mut rows = database
        .prepare("SELECT text FROM draft ORDER BY number")
        .expect("the table is there");
    let texts = rows.query_map([], |row| row.get(0));
    let texts: rusqlite::Result<Vec<_>> = texts.expect("the table can be read").collect();
    texts.expect("the rows have their types")
}

fn message(row: &Row<'_>) -> rusqlite::Result<Stored> {
    let failure: Option<String> = row.get(6)?;
    Ok(Stored {
        id: row.get(0)?,
        parent: row.get(1)?,
        role: row.get(2)?,
        text: row.get(3)?,
        state: row.get(4)?,
        stop_reason: row.get(5)?,
        failure: failure.and_then(|text| serde_json::from_str(&text).ok()),
        model: row.get(7)?,
        input_tokens: row.get(8)?,
        output_tokens: row.get(9)?,
    })
}
