//! The app's own updates.

use tauri::ipc::Channel;
use tauri::{AppHandle, State, WebviewWindow};

use crate::app::App;
use crate::ipc::{CommandError, SetUpdateChecks, Updates};

#[tauri::command]
pub(crate) async fn watch_updates(
    window: WebviewWindow,
    app: State<'_, App>,
    events: Channel<Updates>,
) -> Result<(), CommandError> {
    app.watch_updates(&window, events);
    Ok(())
}

#[tauri::command]
pub(crate) async fn check_for_update(
    handle: AppHandle,
    app: State<'_, App>,
) -> Result<(), CommandError> {
    app.check_for_update(&handle, true).await;
    Ok(())
}

#[tauri::command]
pub(crate) async fn set_update_checks(
    app: State<'_, App>,
    request: SetUpdateChecks,
) -> Result<(), CommandError> {
    app.set_update_checks(request.automatic)
}

#[tauri::command]
pub(crate) async fn update_notes(
    app: State<'_, App>,
) -> Result<Vec<markdown::Block>, CommandError> {
    app.update_notes()
}

#[tauri::command]
pub(crate) async fn download_update(
    handle: AppHandle,
    app: State<'_, App>,
) -> Result<(), CommandError> {
    app.download_update(&handle)
}

#[tauri::command]
pub(crate) async fn cancel_download(app: State<'_, App>) -> Result<(), CommandError> {
    app.cancel_download()
}

#[tauri::command]
pub(crate) async fn install_update(
    handle: AppHandle,
    window: WebviewWindow,
    app: State<'_, App>,
) -> Result<(), CommandError> {
    app.install_update(&handle, window).await
}

#[tauri::command]
pub(crate) async fn put_off_update(app: State<'_, App>) -> Result<(), CommandError> {
    app.put_off_update()
}

#[tauri::command]
pub(crate) async fn skip_update(app: State<'_, App>) -> Result<(), CommandError> {
    app.skip_update()
}

#[tauri::command]
pub(crate) async fn open_release_page(
    handle: AppHandle,
    window: WebviewWindow,
    app: State<'_, App>,
) -> Result<bool, CommandError> {
    app.open_release_page(&handle, window).await
}
