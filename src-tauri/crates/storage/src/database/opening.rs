//! Opening the file, for writing if that can be and else for reading.

use std::fmt::Write as _;
use std::io;
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use chat::{Failure, FailureKind, StoreFailure};
use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior};

use super::{Database, check, copies, failure};
use crate::{beside, rows, schema};

/// How long a connection waits for another one's lock.
pub(super) const LOCK_WAIT: Duration = Duration::from_secs(5);

/// The database could not be opened. The file is as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The file is damaged, or no database. [`Database::set_aside`] makes room for a new one.
    #[error("the database is damaged")]
    Damaged,
    /// A later version of the app has written the file.
    #[error("the database has schema {found}; this version knows {known}")]
    Newer {
        /// The file's schema.
        found: i64,
        /// The latest schema known here.
        known: i64,
    },
    /// There is no database and none may be made, or there is an older one that may not be brought up to date.
    #[error("the database may not be written")]
    ReadOnly,
    /// The disk is full, and there is no database that could be read instead.
    #[error("the disk is full")]
    Full,
    /// Another failure, in the system's own words.
    #[error("{0}")]
    Other(String),
}

impl From<StoreFailure> for OpenError {
    fn from(failure: StoreFailure) -> Self {
        match failure {
            StoreFailure::Damaged => Self::Damaged,
            StoreFailure::ReadOnly => Self::ReadOnly,
            StoreFailure::Full => Self::Full,
            StoreFailure::NotFound => Self::Other("the database gave no answer".into()),
            StoreFailure::Other(words) => Self::Other(words),
        }
    }
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        failure::of(&error).into()
    }
}

impl From<rusqlite_migration::Error> for OpenError {
    fn from(error: rusqlite_migration::Error) -> Self {
        match error {
            rusqlite_migration::Error::RusqliteError { err, .. } => err.into(),
            other => Self::Other(other.to_string()),
        }
    }
}

pub(super) fn open(path: &Path) -> Result<Database, OpenError> {
    let refused = match open_to_write(path) {
        Err(OpenError::ReadOnly) => StoreFailure::ReadOnly,
        Err(OpenError::Full) => StoreFailure::Full,
        other => return other,
    };
    if path.metadata().map_or(0, |file| file.len()) == 0 {
        return Err(refused.into());
    }
    tracing::warn!(%refused, "the database can only be read");
    match open_to_read(path, &refused) {
        // A file that can be read but not locked or indexed: as it stands, without what its log may add.
        Err(OpenError::ReadOnly | OpenError::Full | OpenError::Other(_)) => {
            open_as_it_stands(path, &refused)
        }
        other => other,
    }
}

fn open_to_write(path: &Path) -> Result<Database, OpenError> {
    make_file(path)?;
    let mut writer = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    // SQLite falls back to reading of its own accord.
    if writer.is_readonly("main")? {
        return Err(OpenError::ReadOnly);
    }
    let version = checked_version(&writer, path)?;
    writer.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    writer.pragma_update(None, "synchronous", "FULL")?;
    writer.pragma_update(None, "foreign_keys", true)?;
    // What is deleted must not stay legible in pages that are free.
    writer.pragma_update(None, "secure_delete", true)?;
    if version < schema::known() {
        if version > 0 {
            // What was deleted must not live on in the copy, nor in one from before.
            if purge(&mut writer)? > 0 {
                copies::remove(path);
            }
            let copy = copies::make(&writer, path)?;
            tracing::info!(copy = %copy.display(), version, "the database was copied before it is changed");
            if let Err(error) = schema::MIGRATIONS.to_latest(&mut writer) {
                // It has changed nothing, and the next try makes a copy of its own.
                let _ = std::fs::remove_file(copy);
                return Err(error.into());
            }
        } else {
            schema::MIGRATIONS.to_latest(&mut writer)?;
        }
    }
    let last_of_earlier_runs = last_number(&writer)?;
    match tidy(&mut writer) {
        // Every copy still holds what has just been deleted for good.
        Ok(purged) if purged > 0 => copies::remove(path),
        Ok(_) => copies::remove_old(path, SystemTime::now()),
        Err(error) => match failure::of(&error) {
            StoreFailure::Damaged => return Err(OpenError::Damaged),
            // Reading goes on without it, and the next start tries again.
            failure => tracing::warn!(%failure, "the last run could not be tidied up"),
        },
    }
    let reader = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    Ok(Database {
        reader: Mutex::new(reader),
        writer: Mutex::new(writer),
        unwritable: None,
        last_of_earlier_runs,
    })
}

fn open_to_read(path: &Path, refused: &StoreFailure) -> Result<Database, OpenError> {
    read_only(path, refused, || {
        connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
    })
}

fn open_as_it_stands(path: &Path, refused: &StoreFailure) -> Result<Database, OpenError> {
    let log = beside::suffixed(path, "-wal");
    if log
        .metadata()
        .is_ok_and(|log| log.is_file() && log.len() > 0)
    {
        tracing::warn!("the database's log can't be read; the latest messages may be missing");
    }
    let uri = immutable_uri(path);
    read_only(path, refused, || {
        connect(
            Path::new(&uri),
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI,
        )
    })
}

fn read_only(
    path: &Path,
    refused: &StoreFailure,
    connect: impl Fn() -> rusqlite::Result<Connection>,
) -> Result<Database, OpenError> {
    let reader = connect()?;
    if checked_version(&reader, path)? < schema::known() {
        return Err(refused.clone().into());
    }
    let last_of_earlier_runs = last_number(&reader)?;
    Ok(Database {
        reader: Mutex::new(reader),
        writer: Mutex::new(connect()?),
        unwritable: Some(refused.clone()),
        last_of_earlier_runs,
    })
}

/// Makes the folder and an empty file that only its owner may read; `SQLite` gives its side files the same permissions.
fn make_file(path: &Path) -> Result<(), OpenError> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let folder = path.parent().map_or(Ok(()), std::fs::create_dir_all);
    let made = folder.and_then(|()| options.open(path));
    made.map(drop).map_err(|error| match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => OpenError::ReadOnly,
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => OpenError::Full,
        _ => OpenError::Other(error.to_string()),
    })
}

fn connect(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(LOCK_WAIT)?;
    connection.set_prepared_statement_cache_capacity(32);
    Ok(connection)
}

/// The file's schema version, once it is known to be a sound database that this version can read.
fn checked_version(connection: &Connection, path: &Path) -> Result<i64, OpenError> {
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let known = schema::known();
    if found > known {
        return Err(OpenError::Newer { found, known });
    }
    if found < 0 || check::is_damaged(connection, path)? {
        return Err(OpenError::Damaged);
    }
    Ok(found)
}

fn last_number(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("SELECT ifnull(max(number), 0) FROM message", [], |row| {
        row.get(0)
    })
}

/// Puts right what the last run left: answers that nobody makes any more, and conversations that were deleted. Says how many
/// of those there were.
fn tidy(writer: &mut Connection) -> rusqlite::Result<usize> {
    let interrupted = rows::failure_json(&Failure::new(FailureKind::Interrupted));
    writer.execute(
        "UPDATE message SET state = 'failed', failure = ?1 WHERE state = 'streaming'",
        [interrupted],
    )?;
    purge(writer)
}

/// Deletes for good what was deleted. The tables have been so from the first version on.
fn purge(writer: &mut Connection) -> rusqlite::Result<usize> {
    let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute(
        "DELETE FROM message
         WHERE conversation_id IN (SELECT id FROM conversation WHERE deleted_at IS NOT NULL)",
        [],
    )?;
    let purged =
        transaction.execute("DELETE FROM conversation WHERE deleted_at IS NOT NULL", [])?;
    transaction.commit()?;
    // Until then the log still holds what was deleted, now or in the last run.
    writer
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .optional()?;
    Ok(purged)
}

/// The file as an address that tells `SQLite` to take it as unchanging: no lock, no log.
fn immutable_uri(path: &Path) -> String {
    let mut uri = String::from("file:");
    let bytes = path.as_os_str().as_encoded_bytes();
    if cfg!(windows) && bytes.get(1) == Some(&b':') {
        uri.push_str("///");
    }
    for &byte in bytes {
        match byte {
            b'\\' if cfg!(windows) => uri.push('/'),
            b'/' | b':' | b'.' | b'-' | b'_' => uri.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
            // Writing to a string can't fail.
            _ => drop(write!(uri, "%{byte:02X}")),
        }
    }
    uri.push_str("?immutable=1");
    uri
}
