//! `SQLite`'s errors in the domain's words.

use chat::StoreFailure;
use rusqlite::ffi::SQLITE_IOERR_SHMSIZE;
use rusqlite::{Error, ErrorCode};

/// What an error means. `SQLite`'s own message is left out of it: it may quote what was written.
pub(super) fn of(error: &Error) -> StoreFailure {
    let code = match error {
        Error::QueryReturnedNoRows => return StoreFailure::NotFound,
        Error::SqliteFailure(code, _) => code,
        Error::SqlInputError { error, .. } => error,
        _ => return StoreFailure::Other("the database gave an unexpected value".into()),
    };
    match code.code {
        ErrorCode::ReadOnly
        | ErrorCode::PermissionDenied
        | ErrorCode::AuthorizationForStatementDenied
        // A write that can't open its log: the folder takes no new file.
        | ErrorCode::CannotOpen => StoreFailure::ReadOnly,
        ErrorCode::DiskFull => StoreFailure::Full,
        // The log's index could not grow.
        ErrorCode::SystemIoFailure if code.extended_code == SQLITE_IOERR_SHMSIZE => {
            StoreFailure::Full
        }
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => StoreFailure::Damaged,
        _ => StoreFailure::Other(code.to_string()),
    }
}
