//! The beginning of a turn: what is said, the place of the answer, and the end of the path, in one transaction.

use chat::{
    Content, ConversationId, MessageId, ModelRef, NewTurn, RequestOptions, Role, StoredTurn,
    title_from,
};
use rusqlite::{Error, Transaction, params};

use crate::attachments;
use crate::clock;
use crate::drafts;
use crate::path::{self, Bounds};
use crate::rows;

/// What of a history is read for a prompt, files included: more than any model takes, and less than memory holds.
const HISTORY: Bounds = Bounds {
    messages: 20_000,
    bytes: 128 * 1024 * 1024,
};

pub(crate) fn begin(
    transaction: &Transaction<'_>,
    turn: &NewTurn,
    last_of_earlier_runs: i64,
) -> rusqlite::Result<StoredTurn> {
    let now = clock::now();
    let (conversation, parent, model) = match turn {
        NewTurn::Say {
            conversation,
            text,
            attachments,
            model,
            options,
        } => {
            drafts::said(transaction, *conversation, text)?;
            let conversation = if let Some(id) = conversation {
                present(transaction, *id)?
            } else {
                let first_file = attachments.first().map(|file| file.name.as_str());
                let title = match title_from(text) {
                    title if title.is_empty() => title_from(first_file.unwrap_or_default()),
                    title => title,
                };
                create(transaction, &title, options, now)?
            };
            let question = say(transaction, conversation, text, now)?;
            attachments::add(transaction, &question, attachments)?;
            (conversation, question, model)
        }
        NewTurn::Again {
            conversation,
            answer,
            model,
        } => {
            present(transaction, *conversation)?;
            (
                *conversation,
                parent_of_another(transaction, *conversation, *answer)?,
                model,
            )
        }
        NewTurn::GoOn {
            conversation,
            answer,
            model,
        } => {
            present(transaction, *conversation)?;
            cut_off(transaction, *conversation, *answer)?;
            (*conversation, answer.to_string(), model)
        }
    };
    let (answer, before) = match turn {
        NewTurn::GoOn { answer, .. } => {
            let before = reopen(transaction, *answer, model, last_of_earlier_runs)?;
            (*answer, Some(before))
        }
        NewTurn::Say { .. } | NewTurn::Again { .. } => {
            let answer = place_answer(transaction, conversation, &parent, model, now)?;
            (answer, None)
        }
    };
    transaction.execute(
        "UPDATE conversation SET leaf_id = ?2, updated_at = ?3 WHERE id = ?1",
        params![conversation.to_string(), answer.to_string(), now],
    )?;
    let history = path::up_from(
        transaction,
        conversation,
        &parent,
        HISTORY,
        last_of_earlier_runs,
    )?;
    let question = history
        .iter()
        .rfind(|message| message.role == Role::User)
        .map(|message| message.id)
        .ok_or(Error::QueryReturnedNoRows)?;
    let options = transaction.query_row(
        "SELECT options FROM conversation WHERE id = ?1",
        [conversation.to_string()],
        |row| Ok(rows::options(&rows::text(row, 0)?)),
    )?;
    Ok(StoredTurn {
        conversation,
        question,
        answer,
        before,
        attachments: attachments::of_history(transaction, &history)?,
        history,
        options,
    })
}

fn present(transaction: &Transaction<'_>, id: ConversationId) -> rusqlite::Result<ConversationId> {
    transaction.query_row(
        "SELECT 1 FROM conversation WHERE id = ?1 AND deleted_at IS NULL",
        [id.to_string()],
        |_| Ok(id),
    )
}

fn create(
    transaction: &Transaction<'_>,
    title: &str,
    options: &RequestOptions,
    now: i64,
) -> rusqlite::Result<ConversationId> {
    let id = ConversationId::new();
    transaction.execute(
        "INSERT INTO conversation (id, title, created_at, updated_at, options) VALUES (?1, ?2, ?3, ?3, ?4)",
        params![id.to_string(), title, now, rows::options_column(options)],
    )?;
    Ok(id)
}

/// Adds the user's message at the end of the active path.
fn say(
    transaction: &Transaction<'_>,
    conversation: ConversationId,
    text: &str,
    now: i64,
) -> rusqlite::Result<String> {
    let id = MessageId::new().to_string();
    let parent = path::leaf(transaction, conversation)?;
    transaction.execute(
        "INSERT INTO message (id, conversation_id, parent_id, role, text, reasoning, state, created_at)
         VALUES (?1, ?2, ?3, 'user', ?4, '', 'complete', ?5)",
        params![id, conversation.to_string(), parent, text, now],
    )?;
    Ok(id)
}

/// Where another try at the last answer goes: below it if it says something, beside it if not. An answer that is whole, or
/// that the conversation has gone on from, is not tried again: what follows it would be out of reach.
fn parent_of_another(
    transaction: &Transaction<'_>,
    conversation: ConversationId,
    answer: MessageId,
) -> rusqlite::Result<String> {
    let parent: Option<String> = transaction.query_row(
        "SELECT iif(trim(message.text, ' ' || char(9, 10, 13)) = '', parent_id, message.id)
         FROM message JOIN conversation ON conversation.id = message.conversation_id
         WHERE message.conversation_id = ?1 AND message.id = ?2 AND message.role = 'assistant'
             AND message.state IN ('failed', 'cancelled') AND conversation.leaf_id = message.id",
        params![conversation.to_string(), answer.to_string()],
        |row| row.get(0),
    )?;
    parent.ok_or(Error::QueryReturnedNoRows)
}

/// That an answer is the conversation's last, says something, and was cut off.
fn cut_off(
    transaction: &Transaction<'_>,
    conversation: ConversationId,
    answer: MessageId,
) -> rusqlite::Result<()> {
    transaction.query_row(
        "SELECT 1 FROM message JOIN conversation ON conversation.id = message.conversation_id
         WHERE message.conversation_id = ?1 AND message.id = ?2 AND message.role = 'assistant'
             AND trim(message.text, ' ' || char(9, 10, 13)) <> '' AND conversation.leaf_id = message.id
             AND (message.state IN ('failed', 'cancelled', 'streaming')
                 OR message.state = 'complete' AND message.stop_reason = 'length')",
        params![conversation.to_string(), answer.to_string()],
        |_| Ok(()),
    )
}

/// Makes an answer one that is being made, and gives what is there of it. It gets a number of this run: one of an earlier run is known
/// not to be made any more.
fn reopen(
    transaction: &Transaction<'_>,
    answer: MessageId,
    model: &ModelRef,
    last_of_earlier_runs: i64,
) -> rusqlite::Result<Content> {
    let before = transaction.query_row(
        &format!(
            "SELECT {} FROM message WHERE id = ?1",
            rows::MESSAGE_COLUMNS
        ),
        [answer.to_string()],
        |row| rows::message(row, last_of_earlier_runs),
    )?;
    transaction.execute(
        "UPDATE message SET state = 'streaming', stop_reason = NULL, failure = NULL, provider = ?2, model = ?3,
             number = (SELECT max(number) + 1 FROM message)
         WHERE id = ?1",
        params![answer.to_string(), model.provider, model.model],
    )?;
    before
        .map(|message| message.content)
        .ok_or(Error::QueryReturnedNoRows)
}

fn place_answer(
    transaction: &Transaction<'_>,
    conversation: ConversationId,
    parent: &str,
    model: &ModelRef,
    now: i64,
) -> rusqlite::Result<MessageId> {
    let id = MessageId::new();
    transaction.execute(
        "INSERT INTO message
            (id, conversation_id, parent_id, role, text, reasoning, provider, model, state, created_at)
         VALUES (?1, ?2, ?3, 'assistant', '', '', ?4, ?5, 'streaming', ?6)",
        params![
            id.to_string(),
            conversation.to_string(),
            parent,
            model.provider,
            model.model,
            now
        ],
    )?;
    Ok(id)
}
