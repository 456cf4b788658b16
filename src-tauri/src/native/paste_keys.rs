//! Takes the paste keys of the settings window before the page can.
//!
//! Left to the page, a paste delivers its text to script even if no field has the focus. So Rust reads first: what may
//! be a key goes the way of a key and the page gets no event; other text goes on to the field that has the focus. The
//! ways of pasting that can't be told apart like this (the context menu, the middle button) are off in this window.

use gtk::gdk::{self, ModifierType};
use gtk::glib::{self, Propagation};
use gtk::prelude::*;
use tauri::WebviewWindow;
use webkit2gtk::{WebView, WebViewExt};

use super::clipboard;
use super::paste_route::{PasteRoute, route};

/// The name that WebKit gives its paste command.
const PASTE: &str = "Paste";

/// Throws unless a field that takes text has the focus.
const FIELD: &str = "
    const focused = document.activeElement;
    const takes = focused?.matches('input, textarea') && !focused.disabled && !focused.readOnly;
    if (!takes && !focused?.isContentEditable) throw new Error('no field');
";

/// Watches the window's keys. `looks_like_key` tells of a text whether it has the shape of a known key; `key_pasted` is
/// called when a paste that may be a key was asked for.
pub(crate) fn watch(
    window: &WebviewWindow,
    looks_like_key: impl Fn(&str) -> bool + Clone + Send + 'static,
    key_pasted: impl Fn() + Clone + Send + 'static,
) -> tauri::Result<()> {
    let app = window.app_handle_clone();
    window.with_webview(move |platform| {
        let view = platform.inner();
        // A key theme gives the engine more paste keys than are watched here: Emacs's has Ctrl+Y. What is set here wins
        // over the desktop's own setting, now and whenever that changes.
        if let Some(settings) = gtk::Settings::default() {
            settings.set_gtk_key_theme_name(None);
        }
        view.connect_context_menu(|_, _, _, _| true);
        // The engine pastes on release, and might on press.
        view.connect_button_press_event(|_, event| unless_middle(event));
        view.connect_button_release_event(|_, event| unless_middle(event));
        view.connect_key_press_event(move |view, event| {
            if !is_paste(event) {
                return Propagation::Proceed;
            }
            let (app, view) = (app.clone(), view.clone());
            let (looks_like_key, key_pasted) = (looks_like_key.clone(), key_pasted.clone());
            glib::MainContext::default().spawn_local(async move {
                // The time limit needs the runtime; this thread is GTK's.
                let read = tauri::async_runtime::spawn(async move { clipboard::read(&app).await });
                let looks_like_key = match read.await {
                    Ok(Ok(text)) => looks_like_key(&text),
                    // An error is told like any failed paste, in the window's own words.
                    _ => true,
                };
                match route(looks_like_key, field_has_focus(&view).await) {
                    PasteRoute::Key => key_pasted(),
                    PasteRoute::Field => view.execute_editing_command(PASTE),
                }
            });
            Propagation::Stop
        });
    })
}

fn unless_middle(event: &gdk::EventButton) -> Propagation {
    if event.button() == gdk::BUTTON_MIDDLE {
        Propagation::Stop
    } else {
        Propagation::Proceed
    }
}

/// Asks the page itself, in a world that its own script can't reach into: the state that the view keeps of it comes late
/// and forgets that a field has lost the focus.
async fn field_has_focus(view: &WebView) -> bool {
    view.evaluate_javascript_future(FIELD, Some("paste"), None)
        .await
        .is_ok()
}

/// Ctrl+V, Ctrl+Shift+V and Shift+Insert, whatever the keyboard's layout writes on the V key.
fn is_paste(event: &gdk::EventKey) -> bool {
    let held = event.state()
        & (ModifierType::CONTROL_MASK
            | ModifierType::SHIFT_MASK
            | ModifierType::MOD1_MASK
            | ModifierType::SUPER_MASK);
    let key = event.keyval();
    if key == gdk::keys::constants::Insert || key == gdk::keys::constants::KP_Insert {
        return held == ModifierType::SHIFT_MASK;
    }
    let with_control = held == ModifierType::CONTROL_MASK
        || held == ModifierType::CONTROL_MASK | ModifierType::SHIFT_MASK;
    let is_v = || {
        event.window().is_some_and(|window| {
            gdk::Keymap::for_display(&window.display()).is_some_and(|keymap| {
                keymap
                    .entries_for_keyval(*gdk::keys::constants::v)
                    .iter()
                    .any(|entry| entry.keycode() == u32::from(event.hardware_keycode()))
            })
        })
    };
    with_control && (key == gdk::keys::constants::v || key == gdk::keys::constants::V || is_v())
}

trait AppHandleOf {
    fn app_handle_clone(&self) -> tauri::AppHandle;
}

impl AppHandleOf for WebviewWindow {
    fn app_handle_clone(&self) -> tauri::AppHandle {
        use tauri::Manager;
        self.app_handle().clone()
    }
}
