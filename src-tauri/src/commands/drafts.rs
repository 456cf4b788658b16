//! What is written and not yet said: kept, so that an end of the app costs nobody their text.

use chat::turn::LONGEST_MESSAGE;
use credentials::may_become_key;
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

/// Keeps a draft in the place of the one before, and says whether it is kept. Where the chats are not kept, none is.
/// What holds something of a key's shape is not, and neither is what was kept before it: a key must not come to the disk
/// because it stood in a field for a moment. While one may be being typed, what was kept before stays.
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
    if app.is_thrown_away() || request.text.len() > LONGEST_MESSAGE {
        return Ok(false);
    }
    let (text, found) = look_in(&app, request.text).await?;
    let is_kept = found.is_none() && !may_become_key(&text, app.catalog.key_shapes());
    with_store(&app.database, move |store| {
        let drafts = store.drafts();
        match found {
            Some(_) => drafts.forget(conversation),
            None if is_kept => drafts.keep(conversation, &text),
            None => Ok(()),
        }
    })
    .await?;
    Ok(is_kept)
}
