//! Files for the next message: choose, take, drop.

use tauri::{AppHandle, State, WebviewWindow};

use crate::app::App;
use crate::ipc::{AttachFile, Attached, CommandError, DraftFileRef};

#[tauri::command]
pub(crate) async fn choose_files(
    handle: AppHandle,
    window: WebviewWindow,
    app: State<'_, App>,
) -> Result<Attached, CommandError> {
    app.choose_files(&handle, window).await
}

#[tauri::command]
pub(crate) async fn attach_file(
    app: State<'_, App>,
    request: AttachFile,
) -> Result<Attached, CommandError> {
    Ok(app.attach_file(request).await)
}

#[tauri::command]
pub(crate) async fn detach_file(
    app: State<'_, App>,
    request: DraftFileRef,
) -> Result<(), CommandError> {
    app.waiting_files.remove(&[request.id]);
    Ok(())
}
