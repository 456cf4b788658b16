//! The file that this program is started by.

use std::path::PathBuf;
use std::{env, io};

use tauri::utils::config::BundleType;
use tauri::utils::platform::{bundle_type, current_exe};

/// What starts this program again: the AppImage, if it runs from one, else the program's own file, by the name that it had at
/// the start. Behind that name may be a newer version by now.
///
/// Tauri's own answer takes the variable for given, which is also there in whatever was started from a terminal inside another
/// AppImage.
///
/// # Errors
/// When the system does not tell.
pub(crate) fn path() -> io::Result<PathBuf> {
    if matches!(bundle_type(), Some(BundleType::AppImage))
        && let Some(file) = env::var_os("APPIMAGE")
    {
        return Ok(file.into());
    }
    current_exe()
}
