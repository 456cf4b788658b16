//! The file itself: read whole, replaced whole, never through a symbolic link.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::error::SealedError;
use super::seal::LARGEST;

/// Reads the file.
///
/// # Errors
/// [`SealedError::NoFile`], [`SealedError::NotAFile`], [`SealedError::TooLarge`] or [`SealedError::Io`].
pub(super) fn read(path: &Path) -> Result<Vec<u8>, SealedError> {
    if !is_there(path)? {
        return Err(SealedError::NoFile);
    }
    let mut bytes = Vec::new();
    let limit = u64::try_from(LARGEST).unwrap_or(u64::MAX) + 1;
    File::open(path)?.take(limit).read_to_end(&mut bytes)?;
    if bytes.len() > LARGEST {
        return Err(SealedError::TooLarge);
    }
    Ok(bytes)
}

/// Whether there is a file.
///
/// # Errors
/// [`SealedError::NotAFile`] if there is something else: to open a pipe would wait for ever, and a link leads to a place that nobody chose here.
pub(super) fn is_there(path: &Path) -> Result<bool, SealedError> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_file() => Ok(true),
        Ok(_) => Err(SealedError::NotAFile),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Puts `bytes` in the place of the file: whoever reads it, after a power cut too, finds the old or the new. Only its owner may read it.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<(), SealedError> {
    let temporary = temporary(path);
    // Left by a write that was cut off. It holds nothing but a sealed file.
    remove_if_there(&temporary)?;
    let written = create(&temporary, bytes).and_then(|()| fs::rename(&temporary, path));
    if let Err(error) = written {
        let _ = fs::remove_file(&temporary);
        return Err(SealedError::Io(error.kind()));
    }
    sync_folder(path);
    Ok(())
}

/// Removes the file, and what a write that was cut off left beside it. It is no error if there is none.
pub(super) fn remove(path: &Path) -> Result<(), SealedError> {
    remove_if_there(&temporary(path))?;
    remove_if_there(path)?;
    sync_folder(path);
    Ok(())
}

fn remove_if_there(path: &Path) -> Result<(), SealedError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(SealedError::Io(error.kind())),
        _ => Ok(()),
    }
}

fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// `keys.age.new` beside `keys.age`. Always the same name, so that none is left behind for good: this program runs once, and writes one at a time.
pub(super) fn temporary(path: &Path) -> PathBuf {
    let mut name = path.file_name().map_or_else(OsString::new, OsString::from);
    name.push(".new");
    path.with_file_name(name)
}

/// Brings the new name to the disk. Windows has no such call, and some file systems refuse it.
fn sync_folder(path: &Path) {
    if cfg!(unix)
        && let Some(folder) = path.parent()
    {
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
}
