//! Keys: paste, verify, remove. None of these takes a key or gives one.

use tauri::ipc::Channel;
use tauri::{AppHandle, State, WebviewWindow};

use crate::app::App;
use crate::ipc::{
    CommandError, PasteKey, PasteOutcome, ProviderRef, SettingsEvent, SettingsState, Verification,
};

#[tauri::command]
pub(crate) async fn settings_state(app: State<'_, App>) -> Result<SettingsState, CommandError> {
    Ok(app.settings_state().await)
}

#[tauri::command]
pub(crate) async fn watch_settings(
    app: State<'_, App>,
    events: Channel<SettingsEvent>,
) -> Result<(), CommandError> {
    app.settings_events.watch(events);
    Ok(())
}

#[tauri::command]
pub(crate) async fn paste_key(
    handle: AppHandle,
    window: WebviewWindow,
    app: State<'_, App>,
    request: PasteKey,
) -> Result<PasteOutcome, CommandError> {
    let outcome = app.paste_key(&handle, window, request).await?;
    app.tell_of_change();
    Ok(outcome)
}

#[tauri::command]
pub(crate) async fn verify_key(
    app: State<'_, App>,
    request: ProviderRef,
) -> Result<Verification, CommandError> {
    app.verify_key(&request.provider).await
}

#[tauri::command]
pub(crate) async fn remove_key(
    handle: AppHandle,
    window: WebviewWindow,
    app: State<'_, App>,
    request: ProviderRef,
) -> Result<bool, CommandError> {
    let removed = app.remove_key(&handle, window, &request.provider).await?;
    app.tell_of_change();
    Ok(removed)
}

#[tauri::command]
pub(crate) async fn clear_clipboard(
    handle: AppHandle,
    app: State<'_, App>,
) -> Result<bool, CommandError> {
    app.clear_clipboard(&handle).await
}
