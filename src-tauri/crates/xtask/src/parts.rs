//! The parts of `cargo xtask test`, in the order in which they run: quick ones first, and the
//! interface before everything that embeds it.

use crate::bindings;
use crate::cargo::{EVERYTHING, cargo, ensure_component};
use crate::counts::{Counts, Runner};
use crate::defences;
use crate::dependencies;
use crate::installed;
use crate::interface::{self, npm};
use crate::process::{Failure, all_of, run, run_tests, say};
use crate::proof;
use crate::reproducible;
use crate::request::{Extent, Request};
use crate::suite::{Packages, Suite, run_suites, with_proofs};
use crate::system::System;
#[cfg(unix)]
use crate::updater;

/// One part of the tests.
#[allow(
    clippy::struct_excessive_bools,
    reason = "each says something of its own about a row of a table"
)]
pub(crate) struct Part {
    pub(crate) name: &'static str,
    pub(crate) what: &'static str,
    /// Whether it compiles the app, which takes the system's packages.
    pub(crate) compiles: bool,
    /// Whether it opens the app's window.
    pub(crate) drives_window: bool,
    /// Whether it must not end without having run a test.
    pub(crate) has_tests: bool,
    /// Whether it is run only by its name: its tests are in other parts too, or it takes long.
    pub(crate) by_name: bool,
    /// Why the part can't be run on this system, where it can't.
    pub(crate) not_covered: fn() -> Option<&'static str>,
    pub(crate) run: fn(&Request, &mut Counts) -> Result<(), Failure>,
}

/// What most parts have in common.
const PLAIN: Part = Part {
    name: "",
    what: "",
    compiles: false,
    drives_window: false,
    has_tests: false,
    by_name: false,
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
        not_covered: without_window,
        run: e2e,
        ..PLAIN
    },
    Part {
        name: "secrecy",
        what: "the whole proof that keys are safe: every attack, and that each defence matters",
        compiles: true,
        drives_window: true,
        has_tests: true,
        by_name: true,
        not_covered: without_window,
        run: secrecy,
    },
    Part {
        name: "defences",
        what: "whether a test fails for each defence that is switched off, in a copy of the sources",
        compiles: true,
        drives_window: true,
        has_tests: true,
        by_name: true,
        not_covered: without_window,
        run: |request, counts| defences::show(request.only.as_deref(), counts),
    },
    Part {
        name: "credentials",
        what: "the credential store in each of its states, with a real service",
        compiles: true,
        drives_window: true,
        has_tests: true,
        by_name: true,
        not_covered: without_window,
        run: credentials,
    },
    Part {
        name: "providers",
        what: "the protocols: recorded streams, the network, redaction",
        compiles: true,
        has_tests: true,
        by_name: true,
        run: |_, counts| {
            interface::ensure_embeddable()?;
            run_suites(&[Suite::all(Packages::Crate("providers"))], counts, |_| {
                Ok(())
            })
        },
        ..PLAIN
    },
    Part {
        name: "packages",
        what: "the .deb: built, looked at, installed, used and removed, as root or with sudo",
        compiles: true,
        drives_window: true,
        by_name: true,
        not_covered: installed::not_covered,
        run: |_, _| installed::test(),
        ..PLAIN
    },
    #[cfg(unix)]
    Part {
        name: "updater",
        what: "two real packages, of which one installs the other, as root or with sudo",
        compiles: true,
        drives_window: true,
        by_name: true,
        not_covered: updater::not_covered,
        run: |_, _| updater::test(),
        ..PLAIN
    },
    Part {
        name: "reproducible",
        what: "whether two builds of the commit in two folders give the same .deb, bit for bit",
        compiles: true,
        by_name: true,
        not_covered: reproducible::not_covered,
        run: |_, _| reproducible::test(),
        ..PLAIN
    },
];

/// Why no window can be driven here.
fn without_window() -> Option<&'static str> {
    let why = "the window is driven through Xvfb, WebKitWebDriver and gnome-keyring, which only Linux has";
    (!System::here().drives_windows()).then_some(why)
}

/// The tests that show the attacks of `proof`.
const PROOFS: &[Suite] = &[
    Suite::of(Packages::EndToEnd, "secrecy"),
    Suite::of(Packages::EndToEnd, "keys"),
    Suite {
        names: &["refused::"],
        ..Suite::of(Packages::EndToEnd, "updates")
    },
    Suite {
        names: &["walls::", "links::"],
        ..Suite::of(Packages::EndToEnd, "start")
    },
    Suite {
        names: &["key_shape::", "cap::"],
        ..Suite::of(Packages::EndToEnd, "conversation")
    },
    Suite::all(Packages::Crate("providers")),
];

/// The tests that show the states of `proof`, and those of the stores themselves.
const STATES: &[Suite] = &[
    Suite::all(Packages::Crate("credentials")),
    Suite::of(Packages::EndToEnd, "keys"),
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
    let proofs = proof::fresh_folder("unit")?;
    let units = run_suites(&[Suite::all(Packages::AllButEndToEnd)], counts, |tests| {
        with_proofs(tests, &proofs)
    });
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

fn e2e(request: &Request, counts: &mut Counts) -> Result<(), Failure> {
    build_app()?;
    if request.extent == Extent::Sample {
        say("long proofs run as samples; `cargo xtask test secrecy` runs them whole");
    }
    let tested = run_proofs("e2e", &[Suite::all(Packages::EndToEnd)], request, counts);
    let e2e = proof::folder("e2e")?;
    let shown = match request.extent {
        // The crates' tests have been run before, and have left their rows.
        Extent::Sample => proof::show_attacks(&[&proof::folder("unit")?, &e2e]),
        Extent::Whole => proof::show_attacks(&[&e2e]),
    };
    all_of([tested, shown])
}

fn secrecy(request: &Request, counts: &mut Counts) -> Result<(), Failure> {
    build_app()?;
    let tested = run_proofs("secrecy", PROOFS, request, counts);
    let shown = proof::show_attacks(&[&proof::folder("secrecy")?]);
    // A defence whose test fails already can't be shown to matter.
    if let Err(failure) = tested {
        say("the defences are not tried: there are failures already");
        return all_of([Err(failure), shown]);
    }
    all_of([shown, defences::show(None, counts)])
}

fn credentials(request: &Request, counts: &mut Counts) -> Result<(), Failure> {
    build_app()?;
    let tested = run_proofs("credentials", STATES, request, counts);
    let shown = proof::show_states(&[&proof::folder("credentials")?]);
    all_of([tested, shown])
}

fn build_app() -> Result<(), Failure> {
    interface::ensure_built()?;
    say("building the app with the tests' switches");
    run(cargo("build").args(EVERYTHING))
}

/// Runs the suites with a fresh folder for the rows of this part, as much of them as was asked for.
fn run_proofs(
    part: &str,
    suites: &[Suite],
    request: &Request,
    counts: &mut Counts,
) -> Result<(), Failure> {
    let proofs = proof::fresh_folder(part)?;
    run_suites(suites, counts, |tests| {
        with_proofs(tests, &proofs)?;
        match request.extent {
            Extent::Sample => tests.env("CHATELAINE_SAMPLE", "1"),
            Extent::Whole => tests.env_remove("CHATELAINE_SAMPLE"),
        };
        match &request.payloads {
            Some(folder) => tests.env("CHATELAINE_PAYLOADS", folder),
            None => tests.env_remove("CHATELAINE_PAYLOADS"),
        };
        Ok(())
    })
}
