//! Conversations: list, open, rename, delete.

use chat::ConversationStore;
use tauri::State;

use super::turns::checked_options;
use super::with_store;
use crate::app::App;
use crate::ipc::{
    ChooseOptions, CommandError, ConversationItem, ConversationPage, ConversationRef, MessageRef,
    OpenConversation, RenameConversation,
};
use crate::transcript_view::{conversation_id, conversation_item, message_id, message_view};

/// How many messages the window gets at a time.
const PAGE: usize = 40;
/// The longest title that is kept, in characters.
const LONGEST_TITLE: usize = 200;

#[tauri::command]
pub(crate) async fn list_conversations(
    app: State<'_, App>,
) -> Result<Vec<ConversationItem>, CommandError> {
    let running = app.turns.running();
    let all = with_store(&app.database, ConversationStore::conversations).await?;
    Ok(all
        .into_iter()
        .map(|conversation| {
            let runs = running.contains(&conversation.id);
            conversation_item(conversation, runs)
        })
        .collect())
}

#[tauri::command]
pub(crate) async fn open_conversation(
    app: State<'_, App>,
    request: OpenConversation,
) -> Result<ConversationPage, CommandError> {
    let id = conversation_id(&request.conversation)?;
    let before = request.before.as_deref().map(message_id).transpose()?;
    let running = app.turns.running().contains(&id);
    // One more than is shown tells whether there are earlier ones.
    let ((conversation, mut messages), totals) = with_store(&app.database, move |store| {
        Ok((store.open(id, before, PAGE + 1)?, store.totals(id)?))
    })
    .await?;
    let has_earlier = messages.len() > PAGE;
    if has_earlier {
        messages.remove(0);
    }
    let options = conversation.options.clone().into();
    Ok(ConversationPage {
        conversation: conversation_item(conversation, running),
        messages: messages.into_iter().map(message_view).collect(),
        has_earlier,
        totals: totals.into(),
        options,
    })
}

#[tauri::command]
pub(crate) async fn rename_conversation(
    app: State<'_, App>,
    request: RenameConversation,
) -> Result<(), CommandError> {
    let id = conversation_id(&request.conversation)?;
    let title: String = request.title.trim().chars().take(LONGEST_TITLE).collect();
    with_store(&app.database, move |store| store.rename(id, &title)).await
}

#[tauri::command]
pub(crate) async fn choose_options(
    app: State<'_, App>,
    request: ChooseOptions,
) -> Result<(), CommandError> {
    let id = conversation_id(&request.conversation)?;
    let options = checked_options(&app, request.options).await?;
    with_store(&app.database, move |store| {
        store.choose_options(id, &options)
    })
    .await
}

#[tauri::command]
pub(crate) async fn delete_conversation(
    app: State<'_, App>,
    request: ConversationRef,
) -> Result<(), CommandError> {
    let id = conversation_id(&request.conversation)?;
    app.turns.stop(id);
    with_store(&app.database, move |store| store.delete(id)).await
}

#[tauri::command]
pub(crate) async fn restore_conversation(
    app: State<'_, App>,
    request: ConversationRef,
) -> Result<(), CommandError> {
    let id = conversation_id(&request.conversation)?;
    with_store(&app.database, move |store| store.restore(id)).await
}

#[tauri::command]
pub(crate) async fn message_text(
    app: State<'_, App>,
    request: MessageRef,
) -> Result<String, CommandError> {
    let conversation = conversation_id(&request.conversation)?;
    let message = message_id(&request.message)?;
    with_store(&app.database, move |store| {
        store.message_text(conversation, message)
    })
    .await
}
