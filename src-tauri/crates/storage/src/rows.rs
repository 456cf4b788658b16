//! Rows to the domain's types and back.
//!
//! Reading never fails on what a row holds: another program, another version or a fault may have written it, and one odd
//! value must not hide a message, let alone a conversation.

use chat::{
    Content, Conversation, ConversationId, Failure, FailureKind, Message, MessageId, MessageState,
    ModelRef, RequestOptions, Role, StopReason, Totals, Usage,
};
use rusqlite::Row;
use rusqlite::types::ValueRef;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The columns that [`message`] reads, in its order.
pub(crate) const MESSAGE_COLUMNS: &str = "number, id, parent_id, role, text, reasoning, provider, model, \
     state, stop_reason, failure, input_tokens, output_tokens, reasoning_tokens, cached_tokens, created_at, \
     tool_calls, citations, cost, left_out";

/// The columns that [`conversation`] reads, in its order.
pub(crate) const CONVERSATION_COLUMNS: &str = "id, title, created_at, updated_at, options";

/// The message in a row, unless its id is no id. One up to `last_of_earlier_runs` isn't being made any more.
pub(crate) fn message(
    row: &Row<'_>,
    last_of_earlier_runs: i64,
) -> rusqlite::Result<Option<Message>> {
    let Some(id) = MessageId::parse(&text(row, 1)?) else {
        tracing::warn!("a message without a legible id was passed over");
        return Ok(None);
    };
    let model = match (optional_text(row, 6)?, optional_text(row, 7)?) {
        (Some(provider), Some(model)) => Some(ModelRef { provider, model }),
        _ => None,
    };
    let role = match text(row, 3)?.as_str() {
        "user" => Role::User,
        "assistant" => Role::Assistant,
        _ if model.is_some() => Role::Assistant,
        _ => Role::User,
    };
    let state = match text(row, 8)?.as_str() {
        "streaming" if integer(row, 0)?.unwrap_or(0) > last_of_earlier_runs => {
            MessageState::Streaming
        }
        "streaming" => MessageState::Failed(Failure::new(FailureKind::Interrupted)),
        "cancelled" => MessageState::Cancelled,
        "failed" => MessageState::Failed(failure(&text(row, 10)?)),
        _ => MessageState::Complete(optional_text(row, 9)?.map(|name| stop_reason(&name))),
    };
    Ok(Some(Message {
        id,
        parent: optional_text(row, 2)?.and_then(|id| MessageId::parse(&id)),
        role,
        content: Content {
            text: text(row, 4)?,
            // They have rows of their own.
            attachments: Vec::new(),
            reasoning: text(row, 5)?,
            tool_calls: list(row, 16)?,
            citations: list(row, 17)?,
            usage: Usage {
                input_tokens: count(row, 11)?,
                output_tokens: count(row, 12)?,
                reasoning_tokens: count(row, 13)?,
                cached_tokens: count(row, 14)?,
            },
            cost: count(row, 18)?,
            left_out: count(row, 19)?.unwrap_or(0),
        },
        model,
        state,
        created_at: integer(row, 15)?.unwrap_or(0),
    }))
}

/// The conversation in a row, unless its id is no id.
pub(crate) fn conversation(row: &Row<'_>) -> rusqlite::Result<Option<Conversation>> {
    let Some(id) = ConversationId::parse(&text(row, 0)?) else {
        tracing::warn!("a conversation without a legible id was passed over");
        return Ok(None);
    };
    Ok(Some(Conversation {
        id,
        title: text(row, 1)?,
        created_at: integer(row, 2)?.unwrap_or(0),
        updated_at: integer(row, 3)?.unwrap_or(0),
        options: options(&text(row, 4)?),
    }))
}

/// What the answers of a conversation took, from sums that are numbers of any kind.
pub(crate) fn totals(row: &Row<'_>) -> rusqlite::Result<Totals> {
    let sum = |column| {
        Ok::<_, rusqlite::Error>(match row.get_ref(column)? {
            ValueRef::Integer(value) => u64::try_from(value).unwrap_or(0),
            // Added up in floating point, which never overflows; exact up to 2^53, and negative for no count.
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            ValueRef::Real(value) => value as u64,
            _ => 0,
        })
    };
    Ok(Totals {
        input_tokens: sum(0)?,
        output_tokens: sum(1)?,
        cost: sum(2)?,
        uncounted: sum(3)?,
        unpriced: sum(4)?,
    })
}

/// A state as its three columns: its name, the reason to stop, the failure.
pub(crate) fn state_columns(
    state: &MessageState,
) -> (&'static str, Option<&'static str>, Option<String>) {
    match state {
        MessageState::Complete(reason) => ("complete", reason.map(stop_reason_name), None),
        MessageState::Streaming => ("streaming", None, None),
        MessageState::Cancelled => ("cancelled", None, None),
        MessageState::Failed(failure) => ("failed", None, Some(failure_json(failure))),
    }
}

/// A failure as it is kept.
pub(crate) fn failure_json(failure: &Failure) -> String {
    // It holds texts and numbers alone, which can always be written.
    serde_json::to_string(failure).unwrap_or_default()
}

/// Options as they are kept: JSON, or nothing if nothing is chosen.
pub(crate) fn options_column(options: &RequestOptions) -> String {
    if *options == RequestOptions::default() {
        return String::new();
    }
    // It holds texts and numbers alone, which can always be written.
    serde_json::to_string(options).unwrap_or_default()
}

pub(crate) fn options(json: &str) -> RequestOptions {
    if json.is_empty() {
        return RequestOptions::default();
    }
    serde_json::from_str(json).unwrap_or_else(|_| {
        tracing::warn!("the options of a conversation are not legible");
        RequestOptions::default()
    })
}

/// A list as it is kept: JSON, or nothing if it is empty.
pub(crate) fn list_column<T: Serialize>(list: &[T]) -> String {
    if list.is_empty() {
        return String::new();
    }
    // It holds texts alone, which can always be written.
    serde_json::to_string(list).unwrap_or_default()
}

fn list<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<Vec<T>> {
    let json = text(row, column)?;
    if json.is_empty() {
        return Ok(Vec::new());
    }
    Ok(serde_json::from_str(&json).unwrap_or_else(|_| {
        tracing::warn!("a list beside a message is not legible");
        Vec::new()
    }))
}

/// A count as `SQLite` can hold it.
pub(crate) fn count_column(count: Option<u64>) -> Option<i64> {
    count.map(|count| i64::try_from(count).unwrap_or(i64::MAX))
}

fn failure(json: &str) -> Failure {
    serde_json::from_str(json).unwrap_or_else(|_| {
        tracing::warn!("the failure of a message is not legible");
        Failure::new(FailureKind::Interrupted)
    })
}

fn stop_reason_name(reason: StopReason) -> &'static str {
    match reason {
        StopReason::Done => "done",
        StopReason::Length => "length",
        StopReason::Filtered => "filtered",
        StopReason::ToolUse => "tool_use",
        StopReason::Other => "other",
    }
}

fn stop_reason(name: &str) -> StopReason {
    match name {
        "done" => StopReason::Done,
        "length" => StopReason::Length,
        "filtered" => StopReason::Filtered,
        "tool_use" => StopReason::ToolUse,
        _ => StopReason::Other,
    }
}

/// A text, as far as it is one; bytes that are no UTF-8 become U+FFFD.
pub(crate) fn text(row: &Row<'_>, column: usize) -> rusqlite::Result<String> {
    Ok(optional_text(row, column)?.unwrap_or_default())
}

fn optional_text(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<String>> {
    Ok(match row.get_ref(column)? {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
            Some(String::from_utf8_lossy(bytes).into_owned())
        }
        _ => None,
    })
}

pub(crate) fn integer(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<i64>> {
    Ok(match row.get_ref(column)? {
        ValueRef::Integer(value) => Some(value),
        _ => None,
    })
}

fn count(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<u64>> {
    Ok(integer(row, column)?.and_then(|value| u64::try_from(value).ok()))
}
