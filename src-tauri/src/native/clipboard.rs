//! Reads the system clipboard in Rust, so that what is pasted never passes a web page.
//!
//! On Linux through GTK, which is there anyway and works under GNOME's Wayland (it has no data-control protocol);
//! elsewhere through arboard. Every read has a limit of time, since the owner of a clipboard may never answer, and of
//! size.

use std::time::Duration;

use credentials::ApiKey;
use tauri::AppHandle;

/// How long the owner of the clipboard may take.
const TIME_LIMIT: Duration = Duration::from_secs(5);
/// The longest text that is looked at, in bytes. No key is as long.
const SIZE_LIMIT: usize = 64 * 1024;

/// Why there is no text to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClipboardError {
    /// It holds nothing.
    #[error("the clipboard is empty")]
    Empty,
    /// It holds an image, files or something else that is no text.
    #[error("the clipboard holds no text")]
    NotText,
    /// It holds more text than any key.
    #[error("the clipboard holds too much text")]
    TooLarge,
    /// Its owner does not answer.
    #[error("the clipboard does not answer")]
    TimedOut,
}

/// Reads the text of the clipboard.
///
/// # Errors
/// A [`ClipboardError`]; none of them holds any of the text.
pub(crate) async fn read(app: &AppHandle) -> Result<String, ClipboardError> {
    let text = tokio::time::timeout(TIME_LIMIT, read_any(app))
        .await
        .unwrap_or(Err(ClipboardError::TimedOut))?;
    let refused = if text.len() > SIZE_LIMIT {
        ClipboardError::TooLarge
    } else if text.trim().is_empty() {
        ClipboardError::Empty
    } else {
        return Ok(text);
    };
    wipe(text);
    Err(refused)
}

/// Wipes a text that may hold a key, whatever it is.
pub(crate) fn wipe(text: String) {
    drop(ApiKey::parse(text));
}

#[cfg(target_os = "linux")]
async fn read_any(app: &AppHandle) -> Result<String, ClipboardError> {
    use gtk::gdk;

    let (sender, receiver) = tokio::sync::oneshot::channel();
    app.run_on_main_thread(move || {
        let clipboard = gtk::Clipboard::get(&gdk::SELECTION_CLIPBOARD);
        clipboard.request_contents(&gdk::Atom::intern("TARGETS"), move |clipboard, offered| {
            let answer = match offered.targets() {
                None => Some(ClipboardError::Empty),
                Some(targets) if targets.is_empty() => Some(ClipboardError::Empty),
                Some(_) if !offered.targets_include_text() => Some(ClipboardError::NotText),
                Some(_) => None,
            };
            if let Some(error) = answer {
                let _ = sender.send(Err(error));
                return;
            }
            clipboard.request_text(move |_, text| {
                let text = text.map(ToOwned::to_owned);
                let _ = sender.send(text.ok_or(ClipboardError::Empty));
            });
        });
    })
    .map_err(|_| ClipboardError::TimedOut)?;
    receiver.await.unwrap_or(Err(ClipboardError::TimedOut))
}

#[cfg(not(target_os = "linux"))]
async fn read_any(_app: &AppHandle) -> Result<String, ClipboardError> {
    // A thread of its own: a read that never ends must not hold up the next one.
    let (sender, receiver) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let text = arboard::Clipboard::new().and_then(|mut clipboard| clipboard.get_text());
        let _ = sender.send(text.map_err(|error| match error {
            arboard::Error::ContentNotAvailable => ClipboardError::Empty,
            _ => ClipboardError::NotText,
        }));
    });
    receiver.await.unwrap_or(Err(ClipboardError::TimedOut))
}

/// Empties the clipboard. What a clipboard manager has kept of it stays there.
pub(crate) async fn clear(app: &AppHandle) {
    #[cfg(target_os = "linux")]
    {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        let asked = app.run_on_main_thread(move || {
            let clipboard = gtk::Clipboard::get(&gtk::gdk::SELECTION_CLIPBOARD);
            // Only an owner can clear: take the clipboard over with nothing in it, then let it go.
            clipboard.set_text("");
            clipboard.clear();
            let _ = sender.send(());
        });
        if asked.is_ok() {
            let _ = receiver.await;
        }
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = app;
        let _ = tokio::task::spawn_blocking(|| {
            arboard::Clipboard::new().and_then(|mut clipboard| clipboard.clear())
        })
        .await;
    }
}
