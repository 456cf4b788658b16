//! Tests run, failed and skipped, read from what the runners print about themselves.

use std::fmt;
use std::ops::AddAssign;

/// How many tests passed, failed and were skipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl Counts {
    /// How many tests were run, to whatever end.
    pub(crate) fn run(self) -> u64 {
        self.passed + self.failed
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} passed, {} failed, {} skipped",
            self.passed, self.failed, self.skipped
        )
    }
}

/// The program that runs the tests, and so the form of its summary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Runner {
    /// `Summary [ 1.2s] 5 tests run: 4 passed, 1 failed, 2 skipped`, once per run.
    Nextest,
    /// `test result: ok. 3 passed; 0 failed; 1 ignored; …`, once per test binary.
    Libtest,
    /// `Tests  1 failed | 4 passed | 2 skipped (7)`, once per run.
    Vitest,
}

impl Runner {
    pub(crate) fn tally(self) -> Tally {
        Tally {
            runner: self,
            counts: Counts::default(),
        }
    }
}

/// Counts so far of one run of a runner.
#[derive(Debug)]
pub(crate) struct Tally {
    runner: Runner,
    counts: Counts,
}

impl Tally {
    /// Takes one line of the runner's output, trimmed and without colours.
    pub(crate) fn read(&mut self, line: &str) {
        match self.runner {
            Runner::Libtest => {
                if let Some(counts) = libtest(line) {
                    self.counts += counts;
                }
            }
            // A failed test's own output is printed before the summary, so the last one counts.
            Runner::Nextest => self.counts = nextest(line).unwrap_or(self.counts),
            Runner::Vitest => self.counts = vitest(line).unwrap_or(self.counts),
        }
    }

    pub(crate) fn counts(&self) -> Counts {
        self.counts
    }
}

fn nextest(line: &str) -> Option<Counts> {
    let (_, summary) = line.strip_prefix("Summary [")?.split_once(']')?;
    let (run, results) = summary
        .split_once("tests run:")
        .or_else(|| summary.split_once("test run:"))?;
    let mut counts = tally_of(&without_parentheses(results), ',');
    // `3/10 tests run`: the run was broken off, and what was never started did not pass.
    if let Some((started, planned)) = run.trim().split_once('/') {
        let (started, planned): (u64, u64) = (started.parse().ok()?, planned.parse().ok()?);
        counts.failed += planned.saturating_sub(started);
    }
    Some(counts)
}

fn libtest(line: &str) -> Option<Counts> {
    let (_, results) = line.strip_prefix("test result:")?.split_once(". ")?;
    Some(tally_of(results, ';'))
}

fn vitest(line: &str) -> Option<Counts> {
    let results = line.strip_prefix("Tests ")?;
    let counts = tally_of(&without_parentheses(results), '|');
    (counts != Counts::default()).then_some(counts)
}

/// Adds up `<number> <label>` items; labels that say nothing about a test's end are left out.
fn tally_of(items: &str, separator: char) -> Counts {
    let mut counts = Counts::default();
    for item in items.split(separator) {
        let Some((number, label)) = item.trim().split_once(' ') else {
            continue;
        };
        let Ok(number) = number.parse::<u64>() else {
            continue;
        };
        match label.trim() {
            "passed" => counts.passed += number,
            "failed" | "exec failed" | "timed out" => counts.failed += number,
            "skipped" | "ignored" | "todo" => counts.skipped += number,
            _ => {}
        }
    }
    counts
}

/// Drops remarks such as `(1 slow, 2 flaky)`, whose items are counted elsewhere already.
fn without_parentheses(text: &str) -> String {
    let mut depth = 0_u32;
    text.chars()
        .filter(|&c| {
            match c {
                '(' => depth += 1,
                ')' => {
                    depth = depth.saturating_sub(1);
                    return false;
                }
                _ => {}
            }
            depth == 0
        })
        .collect()
}

/// The text without terminal colour sequences (`ESC [ … letter`).
pub(crate) fn without_colours(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        if c != '\u{1b}' {
            plain.push(c);
        } else if characters.next() == Some('[') {
            characters.by_ref().find(char::is_ascii_alphabetic);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(runner: Runner, output: &str) -> Counts {
        let mut tally = runner.tally();
        for line in output.lines() {
            tally.read(without_colours(line).trim());
        }
        tally.counts()
    }

    fn counts(passed: u64, failed: u64, skipped: u64) -> Counts {
        Counts {
            passed,
            failed,
            skipped,
        }
    }

    #[test]
    fn nextest_says_all_passed() {
        let output = "        PASS [   0.003s] chat gate::tests::refuses\n\
                      ────────────\n     Summary [   0.010s] 45 tests run: 45 passed, 3 skipped\n";
        assert_eq!(read(Runner::Nextest, output), counts(45, 0, 3));
    }

    #[test]
    fn nextest_counts_time_outs_and_crashes_as_failures_and_remarks_only_once() {
        let output = "     Summary [ 12.100s] 9 tests run: 5 passed (1 slow, 2 flaky), 1 failed \
                      (1 due to being leaky), 1 exec failed, 2 timed out, 0 skipped";
        assert_eq!(read(Runner::Nextest, output), counts(5, 4, 0));
    }

    #[test]
    fn nextest_with_one_test_uses_the_singular() {
        let output = "     Summary [   0.010s] 1 test run: 1 passed, 0 skipped";
        assert_eq!(read(Runner::Nextest, output), counts(1, 0, 0));
    }

    #[test]
    fn a_run_that_was_broken_off_has_failed_in_what_it_did_not_start() {
        let output = "     Summary [   0.010s] 3/10 tests run: 2 passed, 1 failed, 4 skipped";
        assert_eq!(read(Runner::Nextest, output), counts(2, 8, 4));
    }

    #[test]
    fn the_last_summary_counts_when_a_test_printed_one_of_its_own() {
        let output = "Summary [ 1s] 7 tests run: 7 passed, 0 skipped\n\
                      Summary [ 2s] 2 tests run: 1 passed, 1 failed, 0 skipped";
        assert_eq!(read(Runner::Nextest, output), counts(1, 1, 0));
    }

    #[test]
    fn libtest_is_added_up_over_binaries_and_what_was_filtered_out_does_not_count() {
        let output = "test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 9 filtered out; finished in 0.00s\n\
                      test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.1s";
        assert_eq!(read(Runner::Libtest, output), counts(5, 1, 1));
    }

    #[test]
    fn vitest_counts_tests_and_not_files() {
        let output = " Test Files  1 failed | 2 passed (3)\n      Tests  1 failed | 11 passed | 2 skipped | 1 todo (15)";
        assert_eq!(read(Runner::Vitest, output), counts(11, 1, 3));
    }

    #[test]
    fn colours_do_not_hide_a_summary() {
        let output = "\u{1b}[2m      Tests \u{1b}[22m \u{1b}[1m\u{1b}[32m4 passed\u{1b}[39m\u{1b}[22m\u{1b}[90m (4)\u{1b}[39m";
        assert_eq!(read(Runner::Vitest, output), counts(4, 0, 0));
        let output = "\u{1b}[32;1m     Summary\u{1b}[0m [   0.1s] \u{1b}[1m4\u{1b}[0m tests run: \u{1b}[1m4\u{1b}[0m \u{1b}[32;1mpassed\u{1b}[0m, \u{1b}[1m0\u{1b}[0m skipped";
        assert_eq!(read(Runner::Nextest, output), counts(4, 0, 0));
    }

    #[test]
    fn no_summary_is_no_test() {
        let output = "error: could not compile `chat`\nTests are good\nSummary: fine";
        for runner in [Runner::Nextest, Runner::Libtest, Runner::Vitest] {
            assert_eq!(read(runner, output).run(), 0, "{runner:?}");
        }
    }

    #[test]
    fn the_last_line_has_its_fixed_form() {
        assert_eq!(counts(3, 0, 1).to_string(), "3 passed, 0 failed, 1 skipped");
    }
}
