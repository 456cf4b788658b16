//! The domain's port for conversations.

use chat::{
    Content, Conversation, ConversationId, ConversationStore, Message, MessageId, MessageState,
    NewTurn, RequestOptions, StoreFailure, StoredTurn, Totals,
};
use rusqlite::{Connection, Error, OptionalExtension, params};

use crate::database::{Database, found};
use crate::path::{self, Bounds};
use crate::{clock, rows, turns};

impl ConversationStore for Database {
    fn conversations(&self) -> Result<Vec<Conversation>, StoreFailure> {
        self.read(|snapshot| {
            let mut all = snapshot.prepare_cached(&format!(
                "SELECT {} FROM conversation WHERE deleted_at IS NULL
                 ORDER BY updated_at DESC, number DESC",
                rows::CONVERSATION_COLUMNS
            ))?;
            let rows = all.query_map([], rows::conversation)?;
            rows.filter_map(Result::transpose).collect()
        })
    }

    fn open(
        &self,
        id: ConversationId,
        before: Option<MessageId>,
        limit: usize,
    ) -> Result<(Conversation, Vec<Message>), StoreFailure> {
        let bounds = Bounds {
            messages: limit,
            bytes: usize::MAX,
        };
        self.read(|snapshot| {
            let conversation = conversation(snapshot, id)?;
            let end = match before {
                None => path::leaf(snapshot, id)?,
                Some(before) => parent(snapshot, id, before)?,
            };
            let messages = match end {
                Some(end) => {
                    path::up_from(snapshot, id, &end, bounds, self.last_of_earlier_runs())?
                }
                None => Vec::new(),
            };
            Ok((conversation, messages))
        })
    }

    fn message_text(
        &self,
        conversation: ConversationId,
        message: MessageId,
    ) -> Result<String, StoreFailure> {
        self.read(|snapshot| {
            snapshot.query_row(
                "SELECT text FROM message WHERE id = ?1 AND conversation_id = ?2",
                params![message.to_string(), conversation.to_string()],
                |row| rows::text(row, 0),
            )
        })
    }

    fn totals(&self, conversation: ConversationId) -> Result<Totals, StoreFailure> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT total(input_tokens), total(output_tokens), total(cost),
                        sum(input_tokens IS NULL OR output_tokens IS NULL), sum(cost IS NULL)
                     FROM message
                     WHERE conversation_id = ?1 AND role = 'assistant' AND state <> 'streaming'
                        AND (state <> 'failed' OR text <> '' OR output_tokens IS NOT NULL)",
                )?
                .query_row([conversation.to_string()], rows::totals)
        })
    }

    fn rename(&self, id: ConversationId, title: &str) -> Result<(), StoreFailure> {
        self.write(|transaction| {
            transaction
                .execute(
                    "UPDATE conversation SET title = ?2 WHERE id = ?1 AND deleted_at IS NULL",
                    params![id.to_string(), title],
                )
                .and_then(found)
        })
    }

    fn choose_options(
        &self,
        id: ConversationId,
        options: &RequestOptions,
    ) -> Result<(), StoreFailure> {
        self.write(|transaction| {
            transaction
                .execute(
                    "UPDATE conversation SET options = ?2 WHERE id = ?1 AND deleted_at IS NULL",
                    params![id.to_string(), rows::options_column(options)],
                )
                .and_then(found)
        })
    }

    fn delete(&self, id: ConversationId) -> Result<(), StoreFailure> {
        self.write(|transaction| {
            transaction
                .execute(
                    "UPDATE conversation SET deleted_at = ?2 WHERE id = ?1 AND deleted_at IS NULL",
                    params![id.to_string(), clock::now()],
                )
                .and_then(found)
        })
    }

    fn restore(&self, id: ConversationId) -> Result<(), StoreFailure> {
        self.write(|transaction| {
            transaction
                .execute(
                    "UPDATE conversation SET deleted_at = NULL WHERE id = ?1",
                    [id.to_string()],
                )
                .and_then(found)
        })
    }

    fn begin_turn(&self, turn: &NewTurn) -> Result<StoredTurn, StoreFailure> {
        let last = self.last_of_earlier_runs();
        self.write(|transaction| turns::begin(transaction, turn, last))
    }

    fn save_answer(
        &self,
        answer: MessageId,
        content: &Content,
        state: &MessageState,
    ) -> Result<(), StoreFailure> {
        let (state, stop_reason, failure) = rows::state_columns(state);
        // In a deleted conversation too: what came must be there if it is restored.
        self.write(|transaction| {
            transaction
                .prepare_cached(
                    "UPDATE message SET text = ?2, reasoning = ?3, state = ?4, stop_reason = ?5, failure = ?6,
                        input_tokens = ?7, output_tokens = ?8, reasoning_tokens = ?9, cached_tokens = ?10,
                        tool_calls = ?11, citations = ?12, cost = ?13, left_out = ?14
                     WHERE id = ?1 AND role = 'assistant'",
                )?
                .execute(params![
                    answer.to_string(),
                    content.text,
                    content.reasoning,
                    state,
                    stop_reason,
                    failure,
                    rows::count_column(content.usage.input_tokens),
                    rows::count_column(content.usage.output_tokens),
                    rows::count_column(content.usage.reasoning_tokens),
                    rows::count_column(content.usage.cached_tokens),
                    rows::list_column(&content.tool_calls),
                    rows::list_column(&content.citations),
                    rows::count_column(content.cost),
                    rows::count_column(Some(content.left_out)),
                ])
                .and_then(found)
        })
    }
}

/// A conversation that is not deleted.
fn conversation(connection: &Connection, id: ConversationId) -> rusqlite::Result<Conversation> {
    connection
        .prepare_cached(&format!(
            "SELECT {} FROM conversation WHERE id = ?1 AND deleted_at IS NULL",
            rows::CONVERSATION_COLUMNS
        ))?
        .query_row([id.to_string()], rows::conversation)?
        .ok_or(Error::QueryReturnedNoRows)
}

fn parent(
    connection: &Connection,
    conversation: ConversationId,
    message: MessageId,
) -> rusqlite::Result<Option<String>> {
    connection
        .prepare_cached("SELECT parent_id FROM message WHERE conversation_id = ?1 AND id = ?2")?
        .query_row(
            params![conversation.to_string(), message.to_string()],
            |row| row.get(0),
        )
        .optional()?
        .ok_or(Error::QueryReturnedNoRows)
}

#[cfg(test)]
mod tests;
