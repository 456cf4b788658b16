//! What the system draws or holds itself, out of reach of any script: dialogs, the clipboard, the paste keys.

#[cfg(target_os = "linux")]
pub(crate) mod anew;
pub(crate) mod clipboard;
pub(crate) mod dialog;
#[cfg(target_os = "linux")]
pub(crate) mod graphics;
#[cfg(target_os = "linux")]
pub(crate) mod paste_keys;
pub(crate) mod paste_route;
#[cfg(not(target_os = "linux"))]
pub(crate) mod paste_shortcut;
