//! Copies of the database from before its tables were changed by a newer version.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rusqlite::Connection;

use super::opening::OpenError;
use crate::beside;

/// What such a copy is called: `chats.before-update-2026-11-24T231028Z.sqlite`.
const LABEL: &str = "before-update";

/// For how long a copy is kept.
const KEPT: Duration = Duration::from_secs(14 * 24 * 3600);

/// Copies the database as it is, into a file of its own beside it.
pub(super) fn make(connection: &Connection, path: &Path) -> Result<PathBuf, OpenError> {
    let copy = beside::dated(path, LABEL);
    let mut options = OpenOptions::new();
    options.create_new(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let made = options.open(&copy).map_err(|error| match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => OpenError::Full,
        _ => OpenError::Other(error.to_string()),
    });
    made?;
    // SQLite takes an empty file, and keeps its permissions.
    let name = copy.to_string_lossy();
    let copied = connection.execute("VACUUM INTO ?1", [name.as_ref()]);
    match copied {
        Ok(_) => Ok(copy),
        Err(error) => {
            let _ = fs::remove_file(&copy);
            Err(error.into())
        }
    }
}

/// The copies there are, the latest last.
pub(super) fn find(path: &Path) -> Vec<PathBuf> {
    let (Some(folder), Some(stem)) = (path.parent(), path.file_stem()) else {
        return Vec::new();
    };
    let begin = format!("{}.{LABEL}-", stem.to_string_lossy());
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<_> = entries
        .map(|entry| entry.path())
        .filter(|file| file.extension() == path.extension())
        .filter(|file| {
            let name = file.file_name().and_then(|name| name.to_str());
            name.is_some_and(|name| name.starts_with(&begin))
        })
        .collect();
    // Their names hold the time.
    found.sort();
    found
}

/// Removes all copies: they hold what was deleted since.
pub(super) fn remove(path: &Path) {
    remove_if(path, |_| true);
}

/// Removes the copies that are old.
pub(super) fn remove_old(path: &Path, now: SystemTime) {
    remove_if(path, |copy| {
        let made = copy.metadata().and_then(|copy| copy.modified());
        made.is_ok_and(|made| now.duration_since(made).is_ok_and(|age| age > KEPT))
    });
}

fn remove_if(path: &Path, goes: impl Fn(&Path) -> bool) {
    for copy in find(path) {
        if goes(&copy)
            && let Err(error) = fs::remove_file(&copy)
        {
            tracing::warn!(%error, "a copy from before an update can't be removed");
        }
    }
}
