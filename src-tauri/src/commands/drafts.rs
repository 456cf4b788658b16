//! What is written and not yet said: kept, so that an end of the app costs nobody their text.

use chat::turn::LONGEST_MESSAGE;
use tauri::State;

use super::turns::look_in;
use super::with_store;
use crate::app::App;
use crate::ipc::{CommandError, DraftText};
use crate::transcript_view::conversation_id;

#[tauri::command]
pub(crate) async fn list_drafts(app: State<'_, App>) -> Result<Vec<DraftText>, CommandError> {
    let drafts = with_store(&app.database, |store| store.drafts().list()).await?;
    Ok(drafts
        .into_iter()
        .map(|draft| DraftText {
            conversation: draft.conversation.map(|id| id.to_string()),
            text: draft.text,
        })
        .collect())
}

/// Keeps a draft in the place of the one before, and says whether it is kept. What holds something of a key's shape is
/// not, and neither is what was kept before it: a key must not come to the disk because it stood in a field for a moment.
#[tauri::command]
pub(crate) async fn keep_draft(
    app: State<'_, App>,
    request: DraftText,
) -> Result<bool, CommandError> {
    let conversation = request
        .conversation
        .as_deref()
        .map(conversation_id)
        .transpose()?;
    let fits = request.text.len() <= LONGEST_MESSAGE;
    let text = if fits { request.text } else { String::new() };
    let (text, found) = look_in(&app, text).await?;
    let kept = if found.is_none() { text } else { String::new() };
    with_store(&app.database, move |store| {
        store.drafts().keep(conversation, &kept)
    })
    .await?;
    Ok(fits && found.is_none())
}
