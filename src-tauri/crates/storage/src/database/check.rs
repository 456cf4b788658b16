//! Whether a file is damaged, found out cheaply.

use std::path::Path;

use rusqlite::Connection;

/// Files up to this size, in bytes, are looked through whole at every start. A larger one is found damaged by its header,
/// its length or its schema, and page by page as it is read: looking through it would hold up the start.
const LOOKED_THROUGH: u64 = 32 * 1024 * 1024;

/// Whether pages of the file contradict each other.
///
/// `SQLite`'s check also reports rows that break a rule of their table. Those are not damage: such a row is read as well
/// as it can be, and must not cost all the others.
pub(super) fn is_damaged(connection: &Connection, path: &Path) -> rusqlite::Result<bool> {
    let size = path.metadata().map_or(0, |file| file.len());
    if size > LOOKED_THROUGH {
        return Ok(false);
    }
    let mut check = connection.prepare("PRAGMA quick_check(100)")?;
    let mut remarks = check.query([])?;
    while let Some(remark) = remarks.next()? {
        if remark.get::<_, String>(0)?.starts_with("*** in database") {
            return Ok(true);
        }
    }
    Ok(false)
}
