//! The windows themselves, and what both need to know.

use tauri::ipc::Channel;
use tauri::{AppHandle, Manager, State, WebviewWindow};

use crate::app::App;
use crate::ipc::{
    AppEvent, AppInfo, CommandError, OpenChat, OpenLink, OpenSettings, SettingsEvent, StoreState,
};
use crate::windows;

#[tauri::command]
pub(crate) async fn app_info(
    handle: AppHandle,
    app: State<'_, App>,
) -> Result<AppInfo, CommandError> {
    Ok(app.info(&handle.package_info().version.to_string()))
}

#[tauri::command]
pub(crate) async fn window_ready(
    window: WebviewWindow,
    app: State<'_, App>,
) -> Result<(), CommandError> {
    tracing::info!(window = window.label(), "the window shows its page");
    app.painted.set(window.label());
    crate::first_start::stands(&app.folder);
    #[cfg(feature = "switches")]
    crate::crash::break_if_told();
    Ok(())
}

#[tauri::command]
pub(crate) async fn watch_app(
    app: State<'_, App>,
    events: Channel<AppEvent>,
) -> Result<(), CommandError> {
    app.chat_events.watch(events);
    Ok(())
}

#[tauri::command]
pub(crate) async fn open_settings(
    handle: AppHandle,
    app: State<'_, App>,
    request: OpenSettings,
) -> Result<(), CommandError> {
    let is_open = handle.get_webview_window(windows::SETTINGS).is_some();
    let event = SettingsEvent::Page { page: request.page };
    if is_open {
        app.settings_events.tell(event);
    } else {
        app.settings_events.tell_when_open(event);
    }
    windows::open(&handle, windows::SETTINGS)
}

#[tauri::command]
pub(crate) async fn open_chat(
    handle: AppHandle,
    window: WebviewWindow,
    app: State<'_, App>,
    request: OpenChat,
) -> Result<(), CommandError> {
    app.end_first_run(request.demo)?;
    windows::open(&handle, windows::CHAT)?;
    // The chat is where the person goes now; settings are one key away.
    let _ = window.close();
    Ok(())
}

#[tauri::command]
pub(crate) async fn open_link(
    handle: AppHandle,
    window: WebviewWindow,
    app: State<'_, App>,
    request: OpenLink,
) -> Result<bool, CommandError> {
    app.open_link(&handle, window, &request.url).await
}

#[tauri::command]
pub(crate) async fn forget_crash(app: State<'_, App>) -> Result<(), CommandError> {
    app.forget_crash();
    Ok(())
}

#[tauri::command]
pub(crate) async fn diagnostics(app: State<'_, App>) -> Result<String, CommandError> {
    Ok(app.diagnostics().await)
}

#[tauri::command]
pub(crate) async fn put_chats_back(
    handle: AppHandle,
    window: WebviewWindow,
    app: State<'_, App>,
) -> Result<bool, CommandError> {
    app.put_chats_back(&handle, window).await
}

#[tauri::command]
pub(crate) async fn unlock_store(app: State<'_, App>) -> Result<StoreState, CommandError> {
    let state = app.unlock_store().await;
    app.tell_of_change();
    Ok(state)
}
