//! Limits and prices: look at them, set them. Whatever would widen them asks a person.

use tauri::{AppHandle, State, WebviewWindow};

use crate::app::App;
use crate::ipc::{CommandError, LimitsState, SetAnswerLimit, SetBudget, SetCap, SetPrice};

#[tauri::command]
pub(crate) async fn limits_state(app: State<'_, App>) -> Result<LimitsState, CommandError> {
    app.limits_state().await
}

#[tauri::command]
pub(crate) async fn set_cap(
    handle: AppHandle,
    window: WebviewWindow,
    app: State<'_, App>,
    request: SetCap,
) -> Result<bool, CommandError> {
    app.set_cap(&handle, window, request).await
}

#[tauri::command]
pub(crate) async fn set_budget(
    handle: AppHandle,
    window: WebviewWindow,
    app: State<'_, App>,
    request: SetBudget,
) -> Result<bool, CommandError> {
    app.set_budget(&handle, window, request).await
}

#[tauri::command]
pub(crate) async fn set_answer_limit(
    handle: AppHandle,
    window: WebviewWindow,
    app: State<'_, App>,
    request: SetAnswerLimit,
) -> Result<bool, CommandError> {
    app.set_answer_limit(&handle, window, request).await
}

#[tauri::command]
pub(crate) async fn set_price(
    handle: AppHandle,
    window: WebviewWindow,
    app: State<'_, App>,
    request: SetPrice,
) -> Result<bool, CommandError> {
    app.set_price(&handle, window, request).await
}
