//! What a person sets, and what they are told of it.

use storage::TextSize;
use tauri::{AppHandle, State, WebviewWindow};

use crate::app::App;
use crate::ipc::{
    AppEvent, Appearance, CommandError, ErrorCode, PrivacyReport, ProviderRef, Removal,
    SaveProvider, SetOpenAtLogin, SetRotationReminder, Theme,
};
use crate::native::login_item;
use crate::own_providers::not_saved;

#[tauri::command]
pub(crate) async fn save_provider(
    handle: AppHandle,
    window: WebviewWindow,
    app: State<'_, App>,
    request: SaveProvider,
) -> Result<bool, CommandError> {
    let saved = app.save_provider(&handle, window, request).await?;
    app.tell_of_change();
    Ok(saved)
}

#[tauri::command]
pub(crate) async fn remove_provider(
    handle: AppHandle,
    window: WebviewWindow,
    app: State<'_, App>,
    request: ProviderRef,
) -> Result<bool, CommandError> {
    let removed = app
        .remove_provider(&handle, window, &request.provider)
        .await?;
    app.tell_of_change();
    Ok(removed)
}

#[tauri::command]
pub(crate) async fn set_appearance(
    handle: AppHandle,
    app: State<'_, App>,
    request: Appearance,
) -> Result<(), CommandError> {
    let text_size = TextSize::from_pixels(request.text_size.into())
        .ok_or_else(|| CommandError::new(ErrorCode::BadRequest))?;
    app.settings
        .update(|settings| {
            settings.text_size = text_size;
            settings.theme = match request.theme {
                Theme::System => storage::Theme::System,
                Theme::Light => storage::Theme::Light,
                Theme::Dark => storage::Theme::Dark,
            };
        })
        .map_err(not_saved)?;
    crate::windows::apply_theme(&handle, request.theme);
    app.chat_events.tell(AppEvent::AppearanceChanged {
        appearance: request,
    });
    Ok(())
}

#[tauri::command]
pub(crate) async fn privacy_report(app: State<'_, App>) -> Result<PrivacyReport, CommandError> {
    Ok(app.privacy_report().await)
}

#[tauri::command]
pub(crate) async fn set_rotation_reminder(
    app: State<'_, App>,
    request: SetRotationReminder,
) -> Result<(), CommandError> {
    if !matches!(request.days, None | Some(30 | 90 | 180 | 365)) {
        return Err(CommandError::new(ErrorCode::BadRequest));
    }
    app.settings
        .update(|settings| {
            settings.rotate_after_days = request.days.and_then(std::num::NonZeroU16::new);
        })
        .map_err(not_saved)?;
    app.tell_of_change();
    Ok(())
}

#[tauri::command]
pub(crate) async fn remove_everything(
    handle: AppHandle,
    window: WebviewWindow,
    app: State<'_, App>,
) -> Result<Option<Removal>, CommandError> {
    app.remove_everything(&handle, window).await
}

#[tauri::command]
pub(crate) async fn open_at_login(handle: AppHandle) -> Result<bool, CommandError> {
    Ok(login_item::is_set(&handle))
}

#[tauri::command]
pub(crate) async fn set_open_at_login(
    handle: AppHandle,
    request: SetOpenAtLogin,
) -> Result<(), CommandError> {
    login_item::set(&handle, request.open).map_err(|error| {
        tracing::warn!(%error, "whether the app opens at login can't be changed");
        CommandError::new(ErrorCode::LoginItemFailed)
    })
}
