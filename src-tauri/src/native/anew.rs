//! The app's environment: what it adds to its own before anything starts, what it takes out of another program's, and a
//! new start in this process's place.

use std::ffi::OsStr;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::{env, fs, io};

use gtk::glib;

/// Names the variables that the app has added, so that the programs it starts don't inherit them.
const ADDED: &str = "CHATELAINE_ADDED";

/// Adds variables to the app's own environment, for the libraries that read them later. Comes back with them set, or
/// not at all.
///
/// Called before anything else runs: GLib writes the environment in place, which is sound only while no other thread
/// can read it. Should there be one, the app starts anew with the variables instead, which takes longer.
///
/// # Errors
/// When the environment can't be changed in either way.
pub(crate) fn add(variables: &[(&str, &str)]) -> io::Result<()> {
    if variables.is_empty() {
        return Ok(());
    }
    if !is_alone() {
        return Err(replace(variables));
    }
    let added = added_with(variables);
    for (name, value) in variables.iter().copied().chain([(ADDED, added.as_str())]) {
        glib::setenv(name, value, true).map_err(io::Error::other)?;
    }
    Ok(())
}

/// Whether the process has one thread.
fn is_alone() -> bool {
    fs::read_dir("/proc/self/task").is_ok_and(|threads| threads.count() == 1)
}

/// Starts anew with a variable set. Comes back only with the reason why it can't.
///
/// The environment can't be changed in place any more: it is read by other threads.
pub(crate) fn with(name: &str, value: &str) -> io::Error {
    replace(&[(name, value)])
}

/// Starts anew, unless this start is such a one already: `mark` is the variable by which it knows.
pub(crate) fn once(mark: &str) -> io::Error {
    match env::var_os(mark) {
        None => with(mark, "1"),
        Some(_) => io::Error::other("asked twice"),
    }
}

/// Starts another program, or another version of this one, in this process's place, in the environment that this one was
/// given. Comes back only with the reason why it can't.
pub(crate) fn as_program(program: &Path) -> io::Error {
    outside(program).exec()
}

fn replace(variables: &[(&str, &str)]) -> io::Error {
    match env::current_exe() {
        Ok(program) => Command::new(program)
            .args(env::args_os().skip(1))
            .envs(variables.iter().copied())
            .env(ADDED, added_with(variables))
            .exec(),
        Err(error) => error,
    }
}

/// Another program, to be started in the environment that the app itself was given.
pub(crate) fn outside(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for name in added().split(',').chain([ADDED]) {
        if !name.is_empty() {
            command.env_remove(name);
        }
    }
    command
}

/// The names of what the app has added so far.
fn added() -> String {
    env::var(ADDED).unwrap_or_default()
}

/// The same, with these.
fn added_with(variables: &[(&str, &str)]) -> String {
    let before = added();
    let mut names: Vec<&str> = before.split(',').filter(|name| !name.is_empty()).collect();
    for (name, _) in variables {
        if !names.contains(name) {
            names.push(name);
        }
    }
    names.join(",")
}
