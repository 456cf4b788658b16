//! Starts the app anew in this process's place.

use std::ffi::OsStr;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::{env, io};

/// Starts anew with a variable set. Comes back only with the reason why it can't.
///
/// The environment can't be changed in place: it is read by other threads.
pub(crate) fn with(name: &str, value: impl AsRef<OsStr>) -> io::Error {
    match env::current_exe() {
        Ok(program) => Command::new(program)
            .args(env::args_os().skip(1))
            .env(name, value)
            .exec(),
        Err(error) => error,
    }
}

/// Starts anew, unless this start is such a one already: `mark` is the variable by which it knows.
pub(crate) fn once(mark: &str) -> io::Error {
    match env::var_os(mark) {
        None => with(mark, "1"),
        Some(_) => io::Error::other("asked twice"),
    }
}
