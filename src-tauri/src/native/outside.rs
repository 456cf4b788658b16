//! Opens an address in another program.

use std::io;

/// Hands an address to the desktop, which opens it with whatever is meant for it.
///
/// # Errors
/// When there is nothing to open it with.
pub(crate) fn open(address: &str) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    match open_with_xdg(address) {
        // Left to those who know more desktops.
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        outcome => return outcome,
    }
    tauri_plugin_opener::open_url(address, None::<&str>).map_err(io::Error::other)
}

/// With `xdg-open`, in the environment that the app was given: what it has added for WebKit is not meant for a browser.
#[cfg(target_os = "linux")]
fn open_with_xdg(address: &str) -> io::Result<()> {
    use std::process::Stdio;

    let mut command = tokio::process::Command::from(super::anew::outside("xdg-open"));
    command
        .arg(address)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // Of a group of its own: it must not end with the app's.
        .process_group(0)
        .spawn()
        .map(drop)
}
