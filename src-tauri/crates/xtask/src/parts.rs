//! The parts of `cargo xtask test`, in the order in which they run: quick ones first, and the
//! interface before everything that embeds it.

use std::process::Command;

use crate::bindings;
use crate::cargo::{EVERYTHING, built, cargo, ensure_component, has, root, test_programs};
use crate::counts::{Counts, Runner};
use crate::dependencies;
use crate::interface::{self, npm};
use crate::process::{self, Failure, run, run_tests, say};
use crate::system::System;
use crate::test::Extent;

/// One part of the tests.
pub(crate) struct Part {
    pub(crate) name: &'static str,
    pub(crate) what: &'static str,
    /// Whether it compiles the app, which takes the system's packages.
    pub(crate) compiles: bool,
    /// Whether it opens the app's window.
    pub(crate) drives_window: bool,
    /// Whether it must not end without having run a test.
    pub(crate) has_tests: bool,
    /// Why the part can't be run on this system, where it can't.
    pub(crate) not_covered: fn() -> Option<&'static str>,
    pub(crate) run: fn(Extent, &mut Counts) -> Result<(), Failure>,
}

/// What most parts have in common.
const PLAIN: Part = Part {
    name: "",
    what: "",
    compiles: false,
    drives_window: false,
    has_tests: false,
    not_covered: || None,
    run: |_, _| Ok(()),
};

pub(crate) const PARTS: &[Part] = &[
    Part {
        name: "format",
        what: "the formatting of Rust and of the interface",
        run: |_, _| format(),
        ..PLAIN
    },
    Part {
        name: "deps",
        what: "which crate may use what, licences, sources, unused dependencies",
        run: |_, _| dependencies::check(),
        ..PLAIN
    },
    Part {
        name: "ui",
        what: "types, lint, tests and build of the interface",
        has_tests: true,
        run: |_, counts| ui(counts),
        ..PLAIN
    },
    Part {
        name: "lint",
        what: "clippy over every target, warnings denied",
        compiles: true,
        run: |_, _| lint(),
        ..PLAIN
    },
    Part {
        name: "unit",
        what: "unit, protocol and documentation tests of every crate but the end-to-end ones",
        compiles: true,
        has_tests: true,
        run: |_, counts| unit(counts),
        ..PLAIN
    },
    Part {
        name: "bindings",
        what: "whether the interface's generated types are the shell's",
        compiles: true,
        run: |_, _| {
            interface::ensure_built()?;
            bindings::check_drift()
        },
        ..PLAIN
    },
    Part {
        name: "e2e",
        what: "the built app in a real window",
        compiles: true,
        drives_window: true,
        has_tests: true,
        not_covered: || {
            let why = "the window is driven through Xvfb, WebKitWebDriver and gnome-keyring, which only Linux has";
            (!System::here().drives_windows()).then_some(why)
        },
        run: e2e,
    },
];

fn format() -> Result<(), Failure> {
    ensure_component("fmt", "rustfmt")?;
    let rust = run(cargo("fmt").args(["--all", "--check"]));
    interface::ensure_installed()?;
    let ui = run(&mut npm(&["run", "format:check"]));
    all_of([rust, ui])
}

fn lint() -> Result<(), Failure> {
    ensure_component("clippy", "clippy")?;
    interface::ensure_built()?;
    let deny = ["--", "--deny", "warnings"];
    let tested = run(cargo("clippy").args(EVERYTHING).args(deny));
    // As it is shipped, without the tests' switches: only the shell is checked again.
    let shipped = run(cargo("clippy")
        .args(["--workspace", "--all-targets"])
        .args(deny));
    all_of([tested, shipped])
}

fn unit(counts: &mut Counts) -> Result<(), Failure> {
    interface::ensure_built()?;
    let units = run_packages(Packages::AllButEndToEnd, None, counts);
    let documentation = run_tests(
        cargo("test").args([
            "--doc",
            "--workspace",
            "--features",
            "chatelaine/switches",
            "--no-fail-fast",
        ]),
        Runner::Libtest,
        counts,
    );
    all_of([units, documentation])
}

fn ui(counts: &mut Counts) -> Result<(), Failure> {
    interface::ensure_installed()?;
    let check = run(&mut npm(&["run", "check"]));
    let lint = run(&mut npm(&["run", "lint"]));
    let tests = run_tests(&mut npm(&["run", "test"]), Runner::Vitest, counts);
    let build = interface::ensure_built();
    all_of([check, lint, tests, build])
}

fn e2e(extent: Extent, counts: &mut Counts) -> Result<(), Failure> {
    interface::ensure_built()?;
    say("building the app with the tests' switches");
    run(cargo("build").args(EVERYTHING))?;
    if extent == Extent::Sample {
        say("long proofs run as samples; `cargo xtask test e2e` runs them whole");
    }
    run_packages(Packages::EndToEnd, Some(extent), counts)
}

/// Which packages' tests are run, all out of the same build.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Packages {
    EndToEnd,
    AllButEndToEnd,
}

/// Runs the tests of the packages with cargo-nextest, or one program after another where it is not installed.
fn run_packages(
    packages: Packages,
    extent: Option<Extent>,
    counts: &mut Counts,
) -> Result<(), Failure> {
    if has("nextest") {
        // A filter and no choice of packages, which would change the build.
        let filter = match packages {
            Packages::EndToEnd => "package(e2e)",
            Packages::AllButEndToEnd => "not package(e2e)",
        };
        let mut tests = cargo("nextest");
        tests.arg("run").args(EVERYTHING);
        tests.args(["-E", filter, "--no-fail-fast"]);
        prepare(&mut tests, extent)?;
        return run_tests(&mut tests, Runner::Nextest, counts);
    }
    say("cargo-nextest is not installed: running the test programs one after another");
    let end_to_end = root().join("tests");
    let programs =
        test_programs(|folder| (folder == end_to_end) == (packages == Packages::EndToEnd))?;
    let mut results = Vec::new();
    for test in programs {
        let mut tests = process::command(test.program, &test.folder);
        if packages == Packages::EndToEnd {
            // As many windows at once as .config/nextest.toml allows.
            tests.arg("--test-threads=2");
        }
        prepare(&mut tests, extent)?;
        results.push(run_tests(&mut tests, Runner::Libtest, counts));
    }
    all_of(results)
}

/// Tells the end-to-end tests which app to open and how much of their proofs to run.
fn prepare(tests: &mut Command, extent: Option<Extent>) -> Result<(), Failure> {
    let Some(extent) = extent else {
        return Ok(());
    };
    tests.env("CHATELAINE_BIN", built("chatelaine")?);
    match extent {
        Extent::Sample => tests.env("CHATELAINE_SAMPLE", "1"),
        Extent::Whole => tests.env_remove("CHATELAINE_SAMPLE"),
    };
    Ok(())
}

/// Every failure of steps that have all been run, so that one run shows all of them.
fn all_of(results: impl IntoIterator<Item = Result<(), Failure>>) -> Result<(), Failure> {
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
