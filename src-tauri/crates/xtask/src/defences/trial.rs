//! Builds the copy and runs one test of it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use super::copy::Copy;
use super::table::Shows;
use crate::cargo::{TestProgram, test_programs_in};
use crate::counts::{Counts, Runner};
use crate::process::{self, Failure};

/// A test that takes longer has not failed by what it asserts.
const LIMIT: Duration = Duration::from_secs(6 * 60);

/// How a test ended.
pub(super) enum Fate {
    Passed,
    /// With what it printed.
    Failed(String),
    /// It was not run, or not to its end.
    NotRun(String),
}

/// Where defences are tried.
pub(super) struct Trial<'a> {
    copy: &'a Copy,
    built: RefCell<BTreeMap<Shows, TestProgram>>,
}

impl<'a> Trial<'a> {
    pub(super) fn new(copy: &'a Copy) -> Self {
        Self {
            copy,
            built: RefCell::new(BTreeMap::new()),
        }
    }

    /// Builds the interface of the copy.
    pub(super) fn build_interface(&self) -> Result<(), Failure> {
        let mut npm = process::command("npm", &self.copy.sources.join("ui"));
        process::output(npm.args(["run", "build"]))?;
        self.copy.embed_anew()
    }

    /// Builds the program that shows it, and the app for those that open it. The inner error is what the compiler said.
    pub(super) fn build(&self, shows: Shows) -> Result<Result<(), String>, Failure> {
        let mut cargo = self.cargo();
        // With the whole workspace's features what needs the shell finds its dependencies built already. A crate alone
        // has fewer; what it needs is built once, and then each trial compiles next to nothing.
        let shell = ["--workspace", "--features", "chatelaine/switches"];
        match shows {
            Shows::Unit("chatelaine") => cargo.args(["test", "--no-run", "--lib"]).args(shell),
            Shows::Compiler(package) | Shows::Unit(package) => {
                cargo.args(["test", "--no-run", "--lib", "--package", package])
            }
            Shows::Program(package, name) => {
                cargo.args(["build", "--test", name, "--package", package])
            }
            Shows::Window(name) => {
                let app = ["build", "--bin", "chatelaine", "--test", name];
                cargo.args(app).args(shell)
            }
        };
        cargo.args(["--message-format", "json-render-diagnostics"]);
        let output = cargo
            .output()
            .map_err(|error| Failure::new(format!("cargo could not be started: {error}")))?;
        if !output.status.success() {
            return Ok(Err(String::from_utf8_lossy(&output.stderr).into_owned()));
        }
        if matches!(shows, Shows::Compiler(_)) {
            return Ok(Ok(()));
        }
        let folder = self.copy.sources.join(shows.folder());
        let program = test_programs_in(&String::from_utf8_lossy(&output.stdout))
            .into_iter()
            .find(|program| {
                program.folder == folder
                    && match shows.program() {
                        Some(name) => !program.is_unit && program.target == name,
                        None => program.is_unit,
                    }
            })
            .ok_or_else(|| Failure::new(format!("Cargo built no program for {shows}")))?;
        self.built.borrow_mut().insert(shows, program);
        Ok(Ok(()))
    }

    /// Runs one test of the program that was built last.
    pub(super) fn run(&self, shows: Shows, test: &str) -> Result<Fate, Failure> {
        let built = self.built.borrow();
        let Some(program) = built.get(&shows) else {
            return Ok(Fate::NotRun("it was never built".to_owned()));
        };
        let mut command = process::command(&program.program, &program.folder);
        command.args(["--exact", test]);
        command.env("CARGO_MANIFEST_DIR", &program.folder);
        command.env("CHATELAINE_BIN", self.target().join("debug/chatelaine"));
        command.env("CARGO_TARGET_DIR", self.target());
        // A sample is enough to fail by, and no row of a proof may come from here.
        command.env("CHATELAINE_SAMPLE", "1");
        command.env_remove("CHATELAINE_PROOF_DIR");
        command.env_remove("CHATELAINE_PAYLOADS");
        command.env("RUST_BACKTRACE", "0");
        watched(&mut command, &self.target().join("output"))
    }

    fn cargo(&self) -> Command {
        let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = process::command(program, &self.copy.sources);
        command.env("CARGO_TARGET_DIR", self.target());
        command
    }

    fn target(&self) -> &Path {
        &self.copy.target
    }
}

/// Runs a test program for one test, with a limit of time.
fn watched(command: &mut Command, kept: &Path) -> Result<Fate, Failure> {
    let at = |error| Failure::at(kept, &error);
    let output = File::create(kept).map_err(at)?;
    let errors = output.try_clone().map_err(at)?;
    let mut child = command
        .stdout(output)
        .stderr(errors)
        .spawn()
        .map_err(|error| Failure::new(format!("a test could not be started: {error}")))?;
    let start = Instant::now();
    let ended = loop {
        match child.try_wait() {
            Ok(Some(_)) => break true,
            Ok(None) if start.elapsed() > LIMIT => break false,
            Ok(None) => thread::sleep(Duration::from_millis(50)),
            Err(error) => return Err(Failure::new(format!("a test was lost: {error}"))),
        }
    };
    if !ended {
        // What it started ends with it; if it is gone already, so much the better.
        let _ = child.kill();
        let _ = child.wait();
    }
    let output = fs::read(kept).map_err(|error| Failure::at(kept, &error))?;
    let output = String::from_utf8_lossy(&output).into_owned();
    Ok(if ended {
        fate(output)
    } else {
        Fate::NotRun(format!("no end after {} s", LIMIT.as_secs()))
    })
}

/// What the runner's own summary says.
fn fate(output: String) -> Fate {
    // Its last line: a test may run this program once more, on a desktop of its own, and show what that said.
    let summary = output
        .lines()
        .rfind(|line| line.starts_with("test result:"));
    let mut tally = Runner::Libtest.tally();
    tally.read(summary.unwrap_or_default());
    let Counts { passed, failed, .. } = tally.counts();
    match (passed, failed) {
        (1, 0) => Fate::Passed,
        (0, 1) => Fate::Failed(output),
        (0, 0) if summary.is_some() => Fate::NotRun("there is no test of this name".to_owned()),
        _ => Fate::NotRun("the runner broke off".to_owned()),
    }
}

impl Shows {
    /// The folder of its package.
    fn folder(self) -> PathBuf {
        match self {
            Self::Unit("chatelaine") => "src-tauri".into(),
            Self::Compiler(package) | Self::Unit(package) | Self::Program(package, _) => {
                Path::new("src-tauri/crates").join(package)
            }
            Self::Window(_) => "tests".into(),
        }
    }

    fn program(self) -> Option<&'static str> {
        match self {
            Self::Program(_, name) | Self::Window(name) => Some(name),
            Self::Unit(_) | Self::Compiler(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_test_that_ran_to_its_end_has_passed_or_failed() {
        let summary = |passed, failed| {
            format!("running 1 test\ntest result: x. {passed} passed; {failed} failed; 0 ignored\n")
        };
        assert!(matches!(fate(summary(1, 0)), Fate::Passed));
        assert!(matches!(fate(summary(0, 1)), Fate::Failed(_)));
        assert!(matches!(fate(summary(0, 0)), Fate::NotRun(_)));
        assert!(matches!(
            fate("running 1 test\n".to_owned()),
            Fate::NotRun(_)
        ));
    }

    #[cfg(unix)]
    #[test]
    fn both_streams_of_a_test_are_read() {
        let kept = std::env::temp_dir().join(format!("xtask-{}-output", std::process::id()));
        let mut command = Command::new("sh");
        command.args([
            "-c",
            "echo 'panicked at a' >&2; echo 'test result: FAILED. 0 passed; 1 failed; 0 ignored'; exit 101",
        ]);
        let fate = watched(&mut command, &kept).unwrap();
        let _ = fs::remove_file(&kept);
        assert!(matches!(fate, Fate::Failed(output) if output.contains("panicked at a")));
    }
}
