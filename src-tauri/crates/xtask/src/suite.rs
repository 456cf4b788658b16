//! Which tests are run, told to cargo-nextest or, where it is not installed, to the test programs themselves.

use std::path::Path;
use std::process::Command;

use crate::cargo::{EVERYTHING, TestProgram, built, cargo, has, root, test_programs};
use crate::counts::{Counts, Runner};
use crate::process::{self, Failure, all_of, run_tests, say};

/// Tests of one package, or of all but one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Suite {
    pub(crate) packages: Packages,
    /// One program of the package's `tests/` folder; none for all programs.
    pub(crate) program: Option<&'static str>,
    /// What the names of the tests begin with; none for all tests.
    pub(crate) names: &'static [&'static str],
}

/// Whose tests are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packages {
    EndToEnd,
    AllButEndToEnd,
    /// One of `src-tauri/crates`.
    Crate(&'static str),
}

impl Suite {
    /// All tests of these packages.
    pub(crate) const fn all(packages: Packages) -> Self {
        Self {
            packages,
            program: None,
            names: &[],
        }
    }

    /// All tests of one program.
    pub(crate) const fn of(packages: Packages, program: &'static str) -> Self {
        Self {
            packages,
            program: Some(program),
            names: &[],
        }
    }

    /// As an expression of cargo-nextest. A filter and no choice of packages, which would change the build.
    fn filter(&self) -> String {
        let mut filter = match self.packages {
            Packages::EndToEnd => "package(e2e)".to_owned(),
            Packages::AllButEndToEnd => "not package(e2e)".to_owned(),
            Packages::Crate(name) => format!("package({name})"),
        };
        if let Some(program) = self.program {
            filter = format!("{filter} & binary({program})");
        }
        if !self.names.is_empty() {
            let names: Vec<String> = self
                .names
                .iter()
                .map(|name| format!("test(/^{name}/)"))
                .collect();
            filter = format!("{filter} & ({})", names.join(" | "));
        }
        format!("({filter})")
    }

    fn has(&self, program: &TestProgram) -> bool {
        let end_to_end = program.folder == root().join("tests");
        let of_package = match self.packages {
            Packages::EndToEnd => end_to_end,
            Packages::AllButEndToEnd => !end_to_end,
            Packages::Crate(name) => program.folder == crate_folder(name),
        };
        of_package
            && self
                .program
                .is_none_or(|name| name == program.target && !program.is_unit)
    }
}

fn crate_folder(name: &str) -> std::path::PathBuf {
    root().join("src-tauri/crates").join(name)
}

/// Runs the tests of all suites out of the one build; `prepare` gives each run what it needs of its surroundings.
pub(crate) fn run_suites(
    suites: &[Suite],
    counts: &mut Counts,
    prepare: impl Fn(&mut Command) -> Result<(), Failure>,
) -> Result<(), Failure> {
    if has("nextest") {
        let filters: Vec<String> = suites.iter().map(Suite::filter).collect();
        let mut tests = cargo("nextest");
        tests.arg("run").args(EVERYTHING);
        tests.args(["-E", &filters.join(" | "), "--no-fail-fast"]);
        prepare(&mut tests)?;
        return run_tests(&mut tests, Runner::Nextest, counts);
    }
    say("cargo-nextest is not installed: running the test programs one after another");
    let programs = test_programs(|_| true)?;
    let mut results = Vec::new();
    for suite in suites {
        for test in programs.iter().filter(|program| suite.has(program)) {
            let mut tests = process::command(&test.program, &test.folder);
            // The filter of such a program finds its words anywhere in a name, which is no less than the beginning.
            tests.args(suite.names);
            if suite.packages == Packages::EndToEnd {
                // As many windows at once as .config/nextest.toml allows.
                tests.arg("--test-threads=2");
            }
            prepare(&mut tests)?;
            results.push(run_tests(&mut tests, Runner::Libtest, counts));
        }
    }
    all_of(results)
}

/// Names the app that windows are opened of, and where tests write what they have proved.
pub(crate) fn with_proofs(tests: &mut Command, proofs: &Path) -> Result<(), Failure> {
    tests.env("CHATELAINE_BIN", built("chatelaine")?);
    tests.env("CHATELAINE_PROOF_DIR", proofs);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suite_is_a_filter_that_changes_no_build() {
        assert_eq!(
            Suite::all(Packages::AllButEndToEnd).filter(),
            "(not package(e2e))"
        );
        let suite = Suite {
            names: &["states::", "session::"],
            ..Suite::of(Packages::EndToEnd, "keys")
        };
        assert_eq!(
            suite.filter(),
            "(package(e2e) & binary(keys) & (test(/^states::/) | test(/^session::/)))"
        );
    }

    #[test]
    fn a_program_belongs_to_its_package_and_name() {
        let program = |folder: &str, target: &str, is_unit| TestProgram {
            program: "x".into(),
            folder: root().join(folder),
            target: target.to_owned(),
            is_unit,
        };
        let network = Suite::of(Packages::Crate("providers"), "network");
        assert!(network.has(&program("src-tauri/crates/providers", "network", false)));
        assert!(!network.has(&program("src-tauri/crates/providers", "redaction", false)));
        assert!(!network.has(&program("tests", "network", false)));
        let all = Suite::all(Packages::Crate("providers"));
        assert!(all.has(&program("src-tauri/crates/providers", "providers", true)));
        assert!(Suite::all(Packages::EndToEnd).has(&program("tests", "keys", false)));
        assert!(!Suite::all(Packages::AllButEndToEnd).has(&program("tests", "keys", false)));
    }
}
