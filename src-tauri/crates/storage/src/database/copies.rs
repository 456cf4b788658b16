//! Copies of the database from before its tables were changed by a newer version.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rusqlite::Connection;

use super::opening::OpenError;
use crate::beside;

/// What such a copy is called: `chats.before-update-2026-11-24T231028Z.sqlite`.
const LABEL: &str = "before-update";

/// What a database is called whose place such a copy has taken.
pub(super) const REPLACED: &str = "replaced";

/// How the name of a copy ends that is being made.
const UNFINISHED: &str = ".part";

/// For how long a copy is kept.
const KEPT: Duration = Duration::from_secs(14 * 24 * 3600);

/// Copies the database as it is, into a file of its own beside it. It is whole and on the disk when this returns, or not there.
pub(super) fn make(connection: &Connection, path: &Path) -> Result<PathBuf, OpenError> {
    remove_unfinished(path);
    let copy = beside::dated(path, LABEL);
    let unfinished = beside::suffixed(&copy, UNFINISHED);
    let made = make_at(connection, path, &unfinished)
        .and_then(|()| fs::rename(&unfinished, &copy).map_err(|error| refused(&error)));
    match made {
        Ok(()) => Ok(copy),
        Err(error) => {
            let _ = fs::remove_file(&unfinished);
            Err(error)
        }
    }
}

fn make_at(connection: &Connection, path: &Path, copy: &Path) -> Result<(), OpenError> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(copy).map_err(|error| refused(&error))?;
    if let Some(name) = copy.to_str() {
        // SQLite takes an empty file, and keeps its permissions.
        connection.execute("VACUUM INTO ?1", [name])?;
    } else {
        // It takes no name that is no text. Nobody else writes: what the log holds is in the file after this.
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        fs::copy(path, copy).map_err(|error| refused(&error))?;
    }
    File::open(copy)
        .and_then(|file| file.sync_all())
        .map_err(|error| refused(&error))
}

fn refused(error: &io::Error) -> OpenError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => OpenError::Full,
        _ => OpenError::Other(error.to_string()),
    }
}

/// The copies there are, the latest last.
pub(super) fn find(path: &Path) -> Vec<PathBuf> {
    labelled(path, LABEL)
}

fn labelled(path: &Path, label: &str) -> Vec<PathBuf> {
    let is_whole = |file: &PathBuf| file.extension() == path.extension();
    let mut found: Vec<_> = beginning(path, label).filter(is_whole).collect();
    // Their names hold the time, and a number behind it where two fell into one second.
    found.sort_by(|one, other| one.file_stem().cmp(&other.file_stem()));
    found
}

/// The files whose names begin as those of such copies do.
fn beginning(path: &Path, label: &str) -> impl Iterator<Item = PathBuf> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let begin = format!("{stem}.{label}-");
    let entries = path.parent().map(fs::read_dir);
    let files = entries.into_iter().flatten().flatten().flatten();
    files.map(|entry| entry.path()).filter(move |file| {
        let name = file.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.starts_with(&begin))
    })
}

/// Removes copies that were never finished: the app was killed while it made them.
fn remove_unfinished(path: &Path) {
    let ends = ["", "-journal"].map(|end| format!("{UNFINISHED}{end}"));
    for file in beginning(path, LABEL) {
        let name = file.to_string_lossy();
        if ends.iter().any(|end| name.ends_with(end.as_str())) {
            let _ = fs::remove_file(&file);
        }
    }
}

/// Removes all copies, and what they have replaced: they hold what was deleted since.
pub(super) fn remove(path: &Path) {
    remove_if(path, |_| true);
}

/// Removes those that are old.
pub(super) fn remove_old(path: &Path, now: SystemTime) {
    remove_if(path, |copy| {
        let made = copy.metadata().and_then(|copy| copy.modified());
        made.is_ok_and(|made| now.duration_since(made).is_ok_and(|age| age > KEPT))
    });
}

fn remove_if(path: &Path, goes: impl Fn(&Path) -> bool) {
    remove_unfinished(path);
    for copy in [LABEL, REPLACED]
        .into_iter()
        .flat_map(|label| labelled(path, label))
    {
        if !goes(&copy) {
            continue;
        }
        // The log of one that was replaced; a copy has none.
        let all = ["-wal", "-shm", ""].map(|suffix| beside::suffixed(&copy, suffix));
        for file in all {
            match fs::remove_file(file) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    tracing::warn!(%error, "a copy from before an update can't be removed");
                }
                _ => {}
            }
        }
    }
}
