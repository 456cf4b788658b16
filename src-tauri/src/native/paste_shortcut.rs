//! Takes the paste key of the settings window before the page can, on macOS and Windows.
//!
//! The key is the app's own shortcut for as long as that window has the focus, so the web view never sees it. What may be
//! a key goes the way of a key and the page gets no event; other text is put into the field that has the focus. The other
//! ways of pasting are closed to the page by [`WALLS`], which runs before any script of the page does.

use tauri::{AppHandle, Manager, WebviewWindow, WindowEvent};
use tauri_plugin_global_shortcut::{Code, GlobalShortcutExt, Modifiers, Shortcut, ShortcutState};
use tokio::sync::oneshot;

use super::clipboard;
use super::paste_route::{PasteRoute, route};

/// Keeps pasted and dropped text, and the menu that pastes, from the page.
pub(crate) const WALLS: &str = r"(() => {
    const close = (event) => { event.preventDefault(); event.stopImmediatePropagation(); };
    for (const type of ['paste', 'drop', 'contextmenu']) addEventListener(type, close, true);
    addEventListener('beforeinput', (event) => {
        if (event.inputType === 'insertFromPaste' || event.inputType === 'insertFromDrop') close(event);
    }, true);
})();";

/// Asks whether a field has the focus. A page that lies about it only gets text that is no key.
const FIELD_HAS_FOCUS: &str = "document.activeElement instanceof HTMLInputElement";

/// Watches the window's paste key. `looks_like_key` tells of a text whether it has the shape of a known key; `key_pasted`
/// is called when a paste that may be a key was asked for.
pub(crate) fn watch(
    window: &WebviewWindow,
    looks_like_key: impl Fn(&str) -> bool + Clone + Send + Sync + 'static,
    key_pasted: impl Fn() + Clone + Send + Sync + 'static,
) {
    let watched = window.clone();
    window.on_window_event(move |event| {
        let app = watched.app_handle().clone();
        match event {
            WindowEvent::Focused(true) => take(
                &app,
                watched.clone(),
                looks_like_key.clone(),
                key_pasted.clone(),
            ),
            WindowEvent::Focused(false) | WindowEvent::Destroyed => {
                // That it was not taken is the state that is wanted.
                let _ = app.global_shortcut().unregister(paste_key());
            }
            _ => {}
        }
    });
}

fn paste_key() -> Shortcut {
    let held = if cfg!(target_os = "macos") {
        Modifiers::SUPER
    } else {
        Modifiers::CONTROL
    };
    Shortcut::new(Some(held), Code::KeyV)
}

fn take(
    app: &AppHandle,
    window: WebviewWindow,
    looks_like_key: impl Fn(&str) -> bool + Clone + Send + Sync + 'static,
    key_pasted: impl Fn() + Clone + Send + Sync + 'static,
) {
    let shortcuts = app.global_shortcut();
    if shortcuts.is_registered(paste_key()) {
        return;
    }
    let taken = shortcuts.on_shortcut(paste_key(), move |app, _, event| {
        if event.state() != ShortcutState::Pressed {
            return;
        }
        let (app, window) = (app.clone(), window.clone());
        let (looks_like_key, key_pasted) = (looks_like_key.clone(), key_pasted.clone());
        tauri::async_runtime::spawn(async move {
            let Ok(text) = clipboard::read(&app).await else {
                // An error is told like any failed paste, in the window's own words.
                key_pasted();
                return;
            };
            match route(looks_like_key(&text), field_has_focus(&window).await) {
                PasteRoute::Key => {
                    clipboard::wipe(text);
                    key_pasted();
                }
                PasteRoute::Field => insert(&window, &text),
            }
        });
    });
    if let Err(error) = taken {
        tracing::error!(%error, "the paste key could not be taken; the button is left");
    }
}

async fn field_has_focus(window: &WebviewWindow) -> bool {
    let (answer, answered) = oneshot::channel();
    let answer = std::sync::Mutex::new(Some(answer));
    let asked = window.eval_with_callback(FIELD_HAS_FOCUS, move |result| {
        let sender = answer.lock().ok().and_then(|mut answer| answer.take());
        if let Some(sender) = sender {
            // Nobody waits any more if the window is closing.
            let _ = sender.send(result == "true");
        }
    });
    asked.is_ok() && answered.await.unwrap_or(false)
}

fn insert(window: &WebviewWindow, text: &str) {
    let text = serde_json::Value::from(text);
    if let Err(error) = window.eval(format!("document.execCommand('insertText', false, {text})")) {
        tracing::warn!(%error, "text could not be put into a field");
    }
}
