//! `cargo xtask run`: from a fresh clone to the open app.

use std::process::{Command, ExitCode};

use crate::cargo::{built, cargo, root};
use crate::interface;
use crate::packages::{self, Purpose};
use crate::process::{self, Failure, run as run_command, say};
use crate::system::System;

/// Opens the app, or has it hold one conversation with the demo model where there is no display.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode, Failure> {
    let demo = System::here().drives_windows() && !has_display();
    packages::ensure(if demo { Purpose::Drive } else { Purpose::Build })?;
    interface::ensure_built()?;
    say("building the app");
    // The example asks for the features that the tests build dependencies with, so that they build nothing again.
    let mut build = cargo("build");
    build.args([
        "--workspace",
        "--bin",
        "chatelaine",
        "--example",
        "bindings",
    ]);
    if demo {
        build.args(["--bin", "demo"]);
    }
    run_command(&mut build)?;

    let app = built("chatelaine")?;
    if demo {
        say("no display: holding one conversation with the demo model in a window under Xvfb");
        let mut conversation = process::command(built("demo")?, &root());
        conversation.env("CHATELAINE_BIN", app).args(arguments);
        return hand_over(&mut conversation);
    }
    say("opening the app");
    // In the caller's own folder: a file named in the arguments is meant from there.
    hand_over(Command::new(app).args(arguments))
}

/// Whether there is a screen to open a window on.
fn has_display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// Becomes the other program, so that signals and the exit status are its own.
#[cfg(unix)]
fn hand_over(command: &mut Command) -> Result<ExitCode, Failure> {
    use std::os::unix::process::CommandExt;

    let error = command.exec();
    Err(Failure::new(format!(
        "{} could not be started: {error}",
        command.get_program().to_string_lossy()
    )))
}

/// Runs the other program and passes its exit status on.
#[cfg(not(unix))]
fn hand_over(command: &mut Command) -> Result<ExitCode, Failure> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command
        .status()
        .map_err(|error| Failure::new(format!("{program} could not be started: {error}")))?;
    let code = status
        .code()
        .and_then(|code| u8::try_from(code).ok())
        .unwrap_or(1);
    Ok(ExitCode::from(code))
}
