//! The active path of a conversation: from a message upward, parent by parent, as far as is asked and no further.

use std::collections::HashSet;

use chat::{ConversationId, Message, Role};
use rusqlite::{Connection, params};

use crate::attachments;
use crate::rows;

/// The numbers of at most `?3` messages, from `?2` upward. The limit stands inside, where it ends the walk itself.
pub(crate) const WALK: &str = "
    WITH RECURSIVE path (number, parent_id, depth) AS (
        SELECT number, parent_id, 0 FROM message WHERE conversation_id = ?1 AND id = ?2
        UNION ALL
        SELECT above.number, above.parent_id, path.depth + 1
        FROM path JOIN message AS above ON above.conversation_id = ?1 AND above.id = path.parent_id
        LIMIT ?3
    )
    SELECT number FROM path ORDER BY depth";

/// How much of a path is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// At most so many messages.
    pub(crate) messages: usize,
    /// No more once this many bytes of text and files are passed.
    pub(crate) bytes: usize,
}

/// The path that ends at `end`, oldest first.
pub(crate) fn up_from(
    connection: &Connection,
    conversation: ConversationId,
    end: &str,
    bounds: Bounds,
    last_of_earlier_runs: i64,
) -> rusqlite::Result<Vec<Message>> {
    let limit = i64::try_from(bounds.messages).unwrap_or(i64::MAX);
    let numbers: Vec<i64> = connection
        .prepare_cached(WALK)?
        .query_map(params![conversation.to_string(), end, limit], |row| {
            row.get(0)
        })?
        .collect::<Result<_, _>>()?;
    let mut one = connection.prepare_cached(&format!(
        "SELECT {} FROM message WHERE number = ?1",
        rows::MESSAGE_COLUMNS
    ))?;
    let mut path = Vec::with_capacity(numbers.len());
    let mut bytes = 0;
    let mut seen = HashSet::with_capacity(numbers.len());
    for number in numbers {
        // In a damaged file a path may bite its tail.
        if !seen.insert(number) || bytes > bounds.bytes {
            break;
        }
        let message = one.query_row([number], |row| rows::message(row, last_of_earlier_runs))?;
        if let Some(mut message) = message {
            bytes += message.content.text.len() + message.content.reasoning.len();
            if message.role == Role::User {
                message.content.attachments = attachments::files(connection, message.id)?;
                let sizes = message.content.attachments.iter().map(|file| file.bytes);
                bytes += usize::try_from(sizes.sum::<u64>()).unwrap_or(usize::MAX);
            }
            path.push(message);
        }
    }
    path.reverse();
    Ok(path)
}

/// The end of the active path; `None` in a conversation without messages.
pub(crate) fn leaf(
    connection: &Connection,
    conversation: ConversationId,
) -> rusqlite::Result<Option<String>> {
    // Should the leaf be missing, the last message is better than none.
    connection
        .prepare_cached(
            "SELECT coalesce(
                (SELECT leaf.id FROM conversation JOIN message AS leaf
                    ON leaf.conversation_id = conversation.id AND leaf.id = conversation.leaf_id
                 WHERE conversation.id = ?1),
                (SELECT id FROM message WHERE number =
                    (SELECT max(number) FROM message WHERE conversation_id = ?1)))",
        )?
        .query_row([conversation.to_string()], |row| row.get(0))
}
