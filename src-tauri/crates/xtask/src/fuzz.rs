//! `cargo xtask fuzz`: damaged streams for the decoders.

use std::process::ExitCode;

use crate::cargo::cargo;
use crate::process::{Failure, run, say};

/// Builds the example `fuzz` of `providers` with optimisation, and runs it.
pub(crate) fn fuzz(arguments: &[String]) -> Result<ExitCode, Failure> {
    say("building the decoders with optimisation");
    let mut fuzz = cargo("run");
    fuzz.args([
        "--release",
        "--package",
        "providers",
        "--example",
        "fuzz",
        "--",
    ])
    .args(arguments);
    run(&mut fuzz)?;
    Ok(ExitCode::SUCCESS)
}
