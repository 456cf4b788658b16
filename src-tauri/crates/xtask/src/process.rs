//! Other programs: how they are started, shown, and listened to.

use std::ffi::OsStr;
use std::fmt;
use std::io::{self, BufRead, BufReader, IsTerminal, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, Sender};
use std::thread;

use crate::counts::{Counts, Runner, without_colours};

/// Why a command could not be carried out, in words for the person at the terminal.
#[derive(Debug)]
pub(crate) struct Failure(pub(crate) String);

impl Failure {
    pub(crate) fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }

    /// What failed on a file or folder, and why.
    pub(crate) fn at(path: &Path, error: &io::Error) -> Self {
        Self(format!("{}: {error}", path.display()))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A command in `folder` that does not inherit what Cargo told this process about the package `xtask`.
pub(crate) fn command(program: impl AsRef<OsStr>, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder);
    // Some build scripts are run again when these change, so leaving them in would rebuild half of
    // the dependencies each time one goes from `cargo build` to `cargo xtask` and back.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}

/// Says what is being done.
pub(crate) fn say(words: &str) {
    println!("· {words}");
}

/// Whether the program starts and ends well; what it prints is dropped.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// What the program printed on its standard output.
pub(crate) fn output(command: &mut Command) -> Result<String, Failure> {
    let shown = shown(command);
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| not_started(&shown, &error))?;
    if !output.status.success() {
        return Err(Failure(format!("`{shown}` failed: {}", output.status)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Shows the command, runs it on this terminal, and fails when it fails.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    let shown = shown(command);
    println!("$ {shown}");
    let status = command
        .status()
        .map_err(|error| not_started(&shown, &error))?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure(format!("`{shown}` failed: {status}")))
    }
}

/// Like [`run`], and counts the tests as the runner reports them while its output passes by.
pub(crate) fn run_tests(
    command: &mut Command,
    runner: Runner,
    counts: &mut Counts,
) -> Result<(), Failure> {
    println!("$ {}", shown(command));
    if io::stdout().is_terminal() {
        command.env("CARGO_TERM_COLOR", "always");
    }
    count(command, runner, counts, io::stdout(), io::stderr())
}

/// Every failure of steps that have all been run, so that one run shows all of them.
pub(crate) fn all_of(
    results: impl IntoIterator<Item = Result<(), Failure>>,
) -> Result<(), Failure> {
    let failures: Vec<String> = results
        .into_iter()
        .filter_map(Result::err)
        .map(|failure| failure.0)
        .collect();
    if failures.is_empty() {
        Ok(())
    } else {
        Err(Failure::new(failures.join("; ")))
    }
}

/// Runs the command, copies its two streams, and counts.
fn count(
    command: &mut Command,
    runner: Runner,
    counts: &mut Counts,
    output: impl Write + Send + 'static,
    errors: impl Write + Send + 'static,
) -> Result<(), Failure> {
    let shown = shown(command);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| not_started(&shown, &error))?;
    let (lines, heard) = mpsc::channel();
    let listeners = [
        child
            .stdout
            .take()
            .map(|from| listen(from, output, lines.clone())),
        child.stderr.take().map(|from| listen(from, errors, lines)),
    ];
    let mut tally = runner.tally();
    for line in heard {
        tally.read(without_colours(&line).trim());
    }
    for listener in listeners.into_iter().flatten() {
        // A listener that panicked has lost output, and with it possibly a failed test.
        if !matches!(listener.join(), Ok(Ok(()))) {
            return Err(Failure(format!("the output of `{shown}` was lost")));
        }
    }
    let status = child.wait().map_err(|error| not_started(&shown, &error))?;
    let counted = tally.counts();
    *counts += counted;
    if !status.success() {
        return Err(Failure(format!("`{shown}` failed: {status}")));
    }
    if counted.failed > 0 {
        return Err(Failure(format!(
            "`{shown}` reported {} failed tests and yet ended well",
            counted.failed
        )));
    }
    Ok(())
}

/// Copies each line to `to` as it comes, and to the channel.
fn listen(
    from: impl Read + Send + 'static,
    mut to: impl Write + Send + 'static,
    lines: Sender<String>,
) -> thread::JoinHandle<io::Result<()>> {
    thread::spawn(move || {
        let mut from = BufReader::new(from);
        let mut line = Vec::new();
        while from.read_until(b'\n', &mut line)? > 0 {
            to.write_all(&line)?;
            to.flush()?;
            // Nobody listening any more is no reason to stop copying.
            let _ = lines.send(String::from_utf8_lossy(&line).into_owned());
            line.clear();
        }
        Ok(())
    })
}

fn not_started(shown: &str, error: &io::Error) -> Failure {
    Failure(format!("`{shown}` could not be started: {error}"))
}

/// The command as one would type it: the program without its folder, then its arguments.
fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut shown = program
        .file_stem()
        .unwrap_or(program.as_os_str())
        .to_string_lossy()
        .into_owned();
    for argument in command.get_args() {
        let argument = argument.to_string_lossy();
        shown.push(' ');
        if argument.contains([' ', '(', ')']) {
            shown.push('\'');
            shown.push_str(&argument);
            shown.push('\'');
        } else {
            shown.push_str(&argument);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts without copying: a summary that is made up must not reach whoever counts these tests.
    #[cfg(unix)]
    fn counted(command: &mut Command, runner: Runner, counts: &mut Counts) -> Result<(), Failure> {
        count(command, runner, counts, io::sink(), io::sink())
    }

    #[test]
    fn a_command_is_shown_as_one_would_type_it() {
        let mut command = Command::new("/opt/tools/cargo");
        command.args(["nextest", "run", "-E", "not package(e2e)"]);
        assert_eq!(shown(&command), "cargo nextest run -E 'not package(e2e)'");
    }

    #[test]
    fn a_program_that_does_not_exist_is_named() {
        let error = run(&mut Command::new("no-such-program-anywhere")).unwrap_err();
        assert!(error.0.contains("no-such-program-anywhere"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn tests_are_counted_on_both_streams_and_a_failure_is_kept() {
        let mut command = Command::new("sh");
        command.args([
            "-c",
            "echo 'test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out'; \
             echo 'test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out' >&2; \
             exit 101",
        ]);
        let mut counts = Counts::default();
        let error = counted(&mut command, Runner::Libtest, &mut counts).unwrap_err();
        assert!(error.0.contains("101"), "{error}");
        assert_eq!(counts.to_string(), "4 passed, 2 failed, 1 skipped");
    }

    #[cfg(unix)]
    #[test]
    fn a_runner_that_reports_failures_and_ends_well_has_failed() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo '      Tests  1 failed | 2 passed (3)'"]);
        let error = counted(&mut command, Runner::Vitest, &mut Counts::default()).unwrap_err();
        assert!(error.0.contains("1 failed"), "{error}");
    }
}
