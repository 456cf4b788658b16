//! Files that came with messages.

use std::collections::BTreeMap;

use chat::{AttachedFile, Attachment, AttachmentContent, AttachmentKind, Message, MessageId, Role};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Transaction, params};

use crate::rows;

/// Keeps the files of a message.
pub(crate) fn add(
    transaction: &Transaction<'_>,
    message: &str,
    attachments: &[Attachment],
) -> rusqlite::Result<()> {
    let mut insert = transaction.prepare_cached(
        "INSERT INTO attachment (message_id, name, kind, content) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for one in attachments {
        let kind = one.content.kind().name();
        insert.execute(params![message, one.name, kind, one.content.bytes()])?;
    }
    Ok(())
}

/// What is shown of a message's files. Their content is not read for it.
pub(crate) fn files(
    connection: &Connection,
    message: MessageId,
) -> rusqlite::Result<Vec<AttachedFile>> {
    let mut all = connection.prepare_cached(
        "SELECT name, kind, length(content) FROM attachment WHERE message_id = ?1 ORDER BY number",
    )?;
    let found = all.query_map([message.to_string()], |row| {
        let bytes = rows::integer(row, 2)?.and_then(|bytes| u64::try_from(bytes).ok());
        Ok(kind(&rows::text(row, 1)?)
            .map(|kind| (kind, bytes))
            .zip(Some(rows::text(row, 0)?)))
    })?;
    found
        .filter_map(Result::transpose)
        .map(|found| {
            found.map(|((kind, bytes), name)| AttachedFile {
                name,
                kind,
                bytes: bytes.unwrap_or(0),
            })
        })
        .collect()
}

/// The files of the messages in a history.
pub(crate) fn of_history(
    connection: &Connection,
    history: &[Message],
) -> rusqlite::Result<BTreeMap<MessageId, Vec<Attachment>>> {
    let mut all = connection.prepare_cached(
        "SELECT name, kind, content FROM attachment WHERE message_id = ?1 ORDER BY number",
    )?;
    let mut found = BTreeMap::new();
    for message in history {
        if message.role != Role::User || message.content.attachments.is_empty() {
            continue;
        }
        let files = all.query_map([message.id.to_string()], |row| {
            let content = match row.get_ref(2)? {
                ValueRef::Blob(bytes) | ValueRef::Text(bytes) => bytes.to_vec(),
                _ => Vec::new(),
            };
            let content =
                kind(&rows::text(row, 1)?).and_then(|kind| AttachmentContent::of(kind, content));
            let name = rows::text(row, 0)?;
            Ok(content.map(|content| Attachment { name, content }))
        })?;
        let files: Vec<_> = files
            .filter_map(Result::transpose)
            .collect::<rusqlite::Result<_>>()?;
        found.insert(message.id, files);
    }
    Ok(found)
}

fn kind(name: &str) -> Option<AttachmentKind> {
    let kind = AttachmentKind::ALL
        .into_iter()
        .find(|kind| kind.name() == name);
    if kind.is_none() {
        tracing::warn!("a file of a kind that is not known was passed over");
    }
    kind
}
