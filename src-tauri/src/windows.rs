//! The two windows. Each has a label, a page and a closed list of commands; neither can go anywhere else.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use tauri::webview::{NewWindowResponse, WebviewWindowBuilder};
use tauri::{AppHandle, Manager, Url, WebviewUrl, WebviewWindow};

use crate::app::App;
use crate::ipc::{CommandError, ErrorCode, Theme};

/// The window that renders what models write.
pub(crate) const CHAT: &str = "chat";
/// The window that may touch keys.
pub(crate) const SETTINGS: &str = "settings";

/// Opens a window, or brings it to the front. Building one waits for the UI thread, so this is for other threads.
///
/// # Errors
/// When the system can't make a window.
pub(crate) fn open(app: &AppHandle, label: &str) -> Result<(), CommandError> {
    let opened = if label == SETTINGS {
        open_settings(app)
    } else {
        open_chat(app)
    };
    match opened {
        Ok(_) => Ok(()),
        Err(error) => {
            tracing::error!(%error, label, "a window could not be opened");
            Err(CommandError::new(ErrorCode::WindowNotOpened))
        }
    }
}

/// Has the system draw the windows' own frames light or dark.
pub(crate) fn apply_theme(app: &AppHandle, theme: Theme) {
    app.set_theme(match theme {
        Theme::System => None,
        Theme::Light => Some(tauri::Theme::Light),
        Theme::Dark => Some(tauri::Theme::Dark),
    });
}

/// Opens the chat window, or brings it to the front.
///
/// # Errors
/// When the system can't make a window.
pub(crate) fn open_chat(app: &AppHandle) -> tauri::Result<WebviewWindow> {
    if let Some(window) = app.get_webview_window(CHAT) {
        raise(&window);
        return Ok(window);
    }
    let window = build(app, CHAT, "Chatelaine", (1280.0, 800.0))?;
    app.state::<App>()
        .chat_was_open
        .store(true, Ordering::Relaxed);
    Ok(window)
}

/// Opens the settings window, or brings it to the front.
///
/// # Errors
/// When the system can't make a window.
pub(crate) fn open_settings(app: &AppHandle) -> tauri::Result<WebviewWindow> {
    if let Some(window) = app.get_webview_window(SETTINGS) {
        raise(&window);
        return Ok(window);
    }
    let window = build(app, SETTINGS, "Chatelaine Settings", (960.0, 720.0))?;
    let state = app.state::<App>();
    let shapes = state.catalog.key_shapes();
    let events = Arc::clone(&state.settings_events);
    let looks_like_key = move |text: &str| {
        !matches!(
            credentials::recognise_text(text, shapes),
            credentials::Recognition::Unknown
        )
    };
    let key_pasted = move || events.tell(crate::ipc::SettingsEvent::PasteRequested);
    #[cfg(target_os = "linux")]
    crate::native::paste_keys::watch(&window, looks_like_key, key_pasted)?;
    #[cfg(not(target_os = "linux"))]
    crate::native::paste_shortcut::watch(&window, looks_like_key, key_pasted);
    Ok(window)
}

/// Brings whichever window there is to the front: the answer to a second start.
pub(crate) fn raise_any(app: &AppHandle) {
    let window = app
        .get_webview_window(CHAT)
        .or_else(|| app.get_webview_window(SETTINGS));
    if let Some(window) = window {
        raise(&window);
    }
}

pub(crate) fn raise(window: &WebviewWindow) {
    // A window that can't be raised is still there; nothing is lost.
    let _ = window.unminimize();
    let _ = window.show();
    let _ = window.set_focus();
}

fn build(
    app: &AppHandle,
    label: &str,
    title: &str,
    (width, height): (f64, f64),
) -> tauri::Result<WebviewWindow> {
    let page = format!("{label}.html");
    let own = page.clone();
    let folder = app.state::<App>().folder.web_data();
    let builder = WebviewWindowBuilder::new(app, label, WebviewUrl::App(page.into()));
    #[cfg(not(target_os = "linux"))]
    let builder = if label == SETTINGS {
        builder.initialization_script_for_all_frames(crate::native::paste_shortcut::WALLS)
    } else {
        builder
    };
    let builder = builder
        .title(title)
        .inner_size(width, height)
        .min_inner_size(360.0, 480.0);
    app.state::<App>()
        .placements
        .apply(app, label, builder)
        .data_directory(folder)
        .disable_drag_drop_handler()
        .on_navigation(move |url| is_own_page(url, &own))
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .build()
}

/// Whether an address is the window's own page. It may load that again, and nothing else.
fn is_own_page(url: &Url, page: &str) -> bool {
    // Windows has no schemes of an app's own. Elsewhere this name would be a server's on this computer.
    let own_origin = if cfg!(windows) {
        matches!(url.scheme(), "http" | "https") && url.host_str() == Some("tauri.localhost")
    } else {
        url.scheme() == "tauri" && url.host_str() == Some("localhost")
    };
    own_origin
        && url.port().is_none()
        && url.query().is_none()
        && url.username().is_empty()
        && url.password().is_none()
        && url.path().trim_start_matches('/') == page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_may_load_its_own_page_alone() {
        let may = |url: &str| is_own_page(&Url::parse(url).unwrap(), "chat.html");
        let own = if cfg!(windows) {
            "http://tauri.localhost"
        } else {
            "tauri://localhost"
        };
        assert!(may(&format!("{own}/chat.html")));
        assert!(may(&format!("{own}/chat.html#top")));
        for path in ["/settings.html", "/chat.html?leak", ":8080/chat.html", "/"] {
            assert!(!may(&format!("{own}{path}")), "{path}");
        }
        for url in [
            "http://tauri.localhost:8080/chat.html?leak",
            "tauri://user@localhost/chat.html",
            "tauri://evil.example/chat.html",
            "https://evil.example/chat.html",
            "http://localhost/chat.html",
            "file:///chat.html",
            "data:text/html,chat.html",
            "about:blank",
            "javascript:alert(1)",
        ] {
            assert!(!may(url), "{url}");
        }
    }
}
