//! What the system draws, holds or walls off itself, out of reach of any script: dialogs, the clipboard, the paste keys,
//! the sandbox around the pages' process.

#[cfg(target_os = "linux")]
pub(crate) mod anew;
pub(crate) mod clipboard;
pub(crate) mod dialog;
pub(crate) mod files;
pub(crate) mod form;
#[cfg(target_os = "linux")]
pub(crate) mod graphics;
pub(crate) mod leftovers;
pub(crate) mod login_item;
pub(crate) mod outside;
pub(crate) mod passphrase;
#[cfg(target_os = "linux")]
pub(crate) mod paste_keys;
pub(crate) mod paste_route;
#[cfg(not(target_os = "linux"))]
pub(crate) mod paste_shortcut;
#[cfg(target_os = "linux")]
pub(crate) mod program;
pub(crate) mod sandbox;
