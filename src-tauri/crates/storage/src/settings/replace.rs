//! Writing a small file whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Puts `bytes` in the place of the file at `path`: whoever reads it, after a power cut too, finds the old or the new.
/// Only its owner may read it.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // Behind a symbolic link it is the file that is replaced, and the link stays.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = target.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let temporary = temporary(&target);
    let written = create(&temporary, bytes).and_then(|()| fs::rename(&temporary, &target));
    if written.is_err() {
        // It may not be there; then there is nothing to clean up.
        let _ = fs::remove_file(&temporary);
        return written;
    }
    sync_folder(folder)
}

/// Writes a new file to the disk. Only its owner may read it.
pub(super) fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn temporary(target: &Path) -> PathBuf {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let mut name = std::ffi::OsString::from(".");
    name.push(target.file_name().unwrap_or_default());
    name.push(format!(".{}-{count}.tmp", std::process::id()));
    target.with_file_name(name)
}

/// Brings the new name to the disk. Windows has no such call, and some file systems refuse it.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        let _ = File::open(folder)?.sync_all();
    }
    Ok(())
}
