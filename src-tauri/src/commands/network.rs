//! The way out: look at it, change it.

use tauri::{AppHandle, State, WebviewWindow};

use crate::app::App;
use crate::ipc::{CommandError, HeaderRef, NetworkState, ProviderRef, SetProxy, SetWaitLimit};

#[tauri::command]
pub(crate) async fn network_state(app: State<'_, App>) -> Result<NetworkState, CommandError> {
    Ok(app.network_state().await)
}

#[tauri::command]
pub(crate) async fn set_proxy(
    handle: AppHandle,
    window: WebviewWindow,
    app: State<'_, App>,
    request: SetProxy,
) -> Result<bool, CommandError> {
    app.set_proxy(&handle, window, request).await
}

#[tauri::command]
pub(crate) async fn set_proxy_login(
    handle: AppHandle,
    window: WebviewWindow,
    app: State<'_, App>,
) -> Result<bool, CommandError> {
    app.set_proxy_login(&handle, window).await
}

#[tauri::command]
pub(crate) async fn remove_proxy_login(app: State<'_, App>) -> Result<(), CommandError> {
    app.remove_proxy_login().await
}

#[tauri::command]
pub(crate) async fn choose_certificates(
    handle: AppHandle,
    window: WebviewWindow,
    app: State<'_, App>,
) -> Result<bool, CommandError> {
    app.choose_certificates(&handle, window).await
}

#[tauri::command]
pub(crate) async fn remove_certificates(app: State<'_, App>) -> Result<(), CommandError> {
    app.remove_certificates().await
}

#[tauri::command]
pub(crate) async fn add_header(
    handle: AppHandle,
    window: WebviewWindow,
    app: State<'_, App>,
    request: ProviderRef,
) -> Result<bool, CommandError> {
    app.add_header(&handle, window, &request.provider).await
}

#[tauri::command]
pub(crate) async fn remove_header(
    handle: AppHandle,
    window: WebviewWindow,
    app: State<'_, App>,
    request: HeaderRef,
) -> Result<bool, CommandError> {
    app.remove_header(&handle, window, &request).await
}

#[tauri::command]
pub(crate) async fn set_wait_limit(
    app: State<'_, App>,
    request: SetWaitLimit,
) -> Result<(), CommandError> {
    app.set_wait_limit(request).await
}
