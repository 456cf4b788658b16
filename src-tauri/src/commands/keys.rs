//! Keys: paste, verify, remove. None of these takes a key or gives one.

use tauri::ipc::Channel;
use tauri::{AppHandle, State, WebviewWindow};

use crate::app::App;
use crate::ipc::{
    CommandError, KeyRef, PasteKey, PasteOutcome, ProviderRef, SealedState, SettingsEvent,
    SettingsState, Verification,
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
    request: KeyRef,
) -> Result<Verification, CommandError> {
    app.verify_key(&request).await
}

#[tauri::command]
pub(crate) async fn remove_key(
    handle: AppHandle,
    window: WebviewWindow,
    app: State<'_, App>,
    request: KeyRef,
) -> Result<bool, CommandError> {
    let removed = app.remove_key(&handle, window, &request).await?;
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

#[tauri::command]
pub(crate) async fn use_key(app: State<'_, App>, request: KeyRef) -> Result<(), CommandError> {
    app.use_key(&request)?;
    app.tell_of_change();
    Ok(())
}

#[tauri::command]
pub(crate) async fn open_key_page(
    handle: AppHandle,
    window: WebviewWindow,
    app: State<'_, App>,
    request: ProviderRef,
) -> Result<bool, CommandError> {
    app.open_key_page(&handle, window, &request.provider).await
}

#[tauri::command]
pub(crate) async fn unlock_sealed(
    handle: AppHandle,
    window: WebviewWindow,
    app: State<'_, App>,
) -> Result<SealedState, CommandError> {
    let state = app.unlock_sealed(&handle, window).await?;
    app.tell_of_change();
    Ok(state)
}

#[tauri::command]
pub(crate) async fn lock_sealed(app: State<'_, App>) -> Result<(), CommandError> {
    app.keys.sealed().close();
    app.tell_of_change();
    Ok(())
}
