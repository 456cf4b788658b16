//! Names for what is kept beside a file.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::clock;

/// A name beside `path` that nothing has yet: `chats.sqlite` and `damaged` give `chats.damaged-2026-11-24T231028Z.sqlite`.
pub(crate) fn dated(path: &Path, label: &str) -> PathBuf {
    let stamp = clock::stamp(clock::now());
    let mut tried = named(path, &format!("{label}-{stamp}"));
    let mut count = 2;
    // What can't be looked at may exist, so only a clear "no" will do.
    while !matches!(tried.symlink_metadata(), Err(error) if error.kind() == std::io::ErrorKind::NotFound)
        && count < 1000
    {
        tried = named(path, &format!("{label}-{stamp}-{count}"));
        count += 1;
    }
    tried
}

fn named(path: &Path, between: &str) -> PathBuf {
    let mut name = OsString::from(path.file_stem().unwrap_or_default());
    name.push(".");
    name.push(between);
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

/// The path with a text after its name: `chats.sqlite-wal`.
pub(crate) fn suffixed(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
