//! `cargo xtask test`: all parts, or one; what each took, and what the runners counted.

use std::fmt::Write as _;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::counts::Counts;
use crate::packages::{self, Purpose};
use crate::parts::{PARTS, Part};
use crate::process::{Failure, say};
use crate::request::{self, Asked, Request};

/// How a part ended.
#[derive(Debug)]
enum End {
    Passed,
    Failed(Failure),
    NotCovered(&'static str),
}

/// A part that has been run.
struct Report {
    name: &'static str,
    time: Duration,
    counts: Counts,
    end: End,
}

/// Runs the part that is named, or all.
pub(crate) fn test(arguments: &[String]) -> Result<ExitCode, Failure> {
    let here = std::env::current_dir()
        .map_err(|error| Failure::new(format!("the current folder is unknown: {error}")))?;
    let request = match request::read(arguments, &here) {
        Ok(Asked::Run(request)) => request,
        Ok(Asked::Help) => {
            print!("{}", help());
            return Ok(ExitCode::SUCCESS);
        }
        Err(failure) => {
            let words = format!("{failure}; `cargo xtask test --help` tells more");
            return Err(Failure::new(words));
        }
    };
    let parts = chosen(&request)?;
    if parts.iter().any(|part| part.compiles) {
        packages::ensure(Purpose::Drive)
            .or_else(|failure| only_where_windows_are_driven(failure, &parts))?;
    }
    let reports: Vec<Report> = parts.iter().map(|part| run(part, &request)).collect();
    print!("\n{}", table(&reports));
    let failed = reports
        .iter()
        .any(|report| matches!(report.end, End::Failed(_)));
    Ok(if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

fn chosen(request: &Request) -> Result<Vec<&'static Part>, Failure> {
    let Some(name) = &request.part else {
        return Ok(PARTS.iter().filter(|part| !part.by_name).collect());
    };
    match PARTS.iter().find(|part| part.name == name) {
        Some(part) => Ok(vec![part]),
        None => Err(Failure::new(format!("no part `{name}`.\n\n{}", help()))),
    }
}

/// A part that compiles but drives no window can do without what drives one.
fn only_where_windows_are_driven(failure: Failure, parts: &[&Part]) -> Result<(), Failure> {
    if parts.iter().any(|part| part.drives_window) {
        return Err(failure);
    }
    packages::ensure(Purpose::Build)?;
    say(&format!(
        "tests that need a desktop's services may fail: {failure}"
    ));
    Ok(())
}

fn run(part: &Part, request: &Request) -> Report {
    println!("\n── {}: {}", part.name, part.what);
    let start = Instant::now();
    let mut counts = Counts::default();
    let end = match (part.not_covered)() {
        Some(why) => End::NotCovered(why),
        None => match (part.run)(request, &mut counts) {
            Ok(()) if part.has_tests && counts.run() == 0 => {
                End::Failed(Failure::new("not one test was run"))
            }
            Ok(()) => End::Passed,
            Err(failure) => End::Failed(failure),
        },
    };
    let time = start.elapsed();
    match &end {
        End::Passed => say(&format!("{} passed in {}", part.name, seconds(time))),
        End::Failed(failure) => say(&format!(
            "{} FAILED after {}: {failure}",
            part.name,
            seconds(time)
        )),
        End::NotCovered(why) => say(&format!("{} is NOT COVERED here: {why}", part.name)),
    }
    Report {
        name: part.name,
        time,
        counts,
        end,
    }
}

/// A line for each part, the sum, and last the tests alone.
fn table(reports: &[Report]) -> String {
    let mut table = format!("{:<12} {:>9}  result\n", "part", "time");
    let mut sum = Counts::default();
    for report in reports {
        let tests = if report.counts == Counts::default() {
            String::new()
        } else {
            format!(" ({})", report.counts)
        };
        let result = match &report.end {
            End::Passed => format!("passed{tests}"),
            // The rest of the words stands where the part ended.
            End::Failed(failure) => {
                let first = failure.0.lines().next().unwrap_or_default();
                format!("FAILED{tests}: {first}")
            }
            End::NotCovered(why) => format!("NOT COVERED here: {why}"),
        };
        let time = seconds(report.time);
        // Writing to a String cannot fail.
        let _ = writeln!(table, "{:<12} {time:>9}  {result}", report.name);
        sum += report.counts;
    }
    let time: Duration = reports.iter().map(|report| report.time).sum();
    let _ = writeln!(table, "{:<12} {:>9}\n", "all", seconds(time));
    let _ = writeln!(table, "{sum}");
    table
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

fn help() -> String {
    let mut help = String::from(
        "Usage: cargo xtask test [part] [options]\n\n\
         Without a part all of the first list are run, the long ones as samples; a part that is named is run whole.\n\
         Exits with 0 only when every part has passed.\n\n\
         Parts:\n",
    );
    let list = |help: &mut String, by_name: bool| {
        for part in PARTS.iter().filter(|part| part.by_name == by_name) {
            // Writing to a String cannot fail.
            let _ = writeln!(help, "  {:<12} {}", part.name, part.what);
        }
    };
    list(&mut help, false);
    help.push_str(
        "\nRun by their names alone, because their tests are in the parts above or take long:\n",
    );
    list(&mut help, true);
    help.push_str(
        "\nOptions:\n  \
         --payloads DIR   with secrecy or e2e: one more hostile payload per file of a folder, run like the built-in ones\n  \
         --only WORDS     with defences: those whose attack, words or test contain these\n",
    );
    help
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::Extent;

    fn report(name: &'static str, counts: Counts, end: End) -> Report {
        Report {
            name,
            time: Duration::from_millis(1200),
            counts,
            end,
        }
    }

    #[test]
    fn the_last_line_is_the_sum_of_what_the_runners_counted() {
        let one = Counts {
            passed: 10,
            failed: 0,
            skipped: 2,
        };
        let two = Counts {
            passed: 5,
            failed: 1,
            skipped: 0,
        };
        let table = table(&[
            report("format", Counts::default(), End::Passed),
            report("unit", one, End::Passed),
            report(
                "ui",
                two,
                End::Failed(Failure::new("`npm test` failed\nmore")),
            ),
            report("e2e", Counts::default(), End::NotCovered("no such driver")),
        ]);
        assert_eq!(table.lines().last(), Some("15 passed, 1 failed, 2 skipped"));
        assert!(table.contains("FAILED (5 passed, 1 failed, 0 skipped): `npm test` failed\n"));
        assert!(table.contains("NOT COVERED here: no such driver"));
        assert!(table.contains("4.8 s"));
    }

    fn whole() -> Request {
        Request {
            part: None,
            extent: Extent::Whole,
            payloads: None,
            only: None,
        }
    }

    fn part(run: fn(&Request, &mut Counts) -> Result<(), Failure>) -> Part {
        Part {
            name: "made-up",
            what: "a part of this test",
            compiles: false,
            drives_window: false,
            has_tests: true,
            by_name: false,
            not_covered: || None,
            run,
        }
    }

    #[test]
    fn a_part_that_should_have_run_tests_and_ran_none_has_failed() {
        let nothing = part(|_, counts| {
            counts.skipped = 40;
            Ok(())
        });
        assert!(matches!(run(&nothing, &whole()).end, End::Failed(_)));
        let something = part(|_, counts| {
            counts.passed = 1;
            Ok(())
        });
        assert!(matches!(run(&something, &whole()).end, End::Passed));
    }

    #[test]
    fn what_is_not_covered_is_neither_run_nor_passed() {
        let mut elsewhere = part(|_, _| Err(Failure::new("was run")));
        elsewhere.not_covered = || Some("no window");
        assert!(matches!(
            run(&elsewhere, &whole()).end,
            End::NotCovered("no window")
        ));
    }

    #[test]
    fn a_part_that_does_not_exist_is_refused_with_the_ones_that_do() {
        let error = test(&["everything".to_owned()]).unwrap_err();
        for part in PARTS {
            assert!(error.0.contains(part.name), "{error}");
        }
    }

    #[test]
    fn a_plain_run_has_no_test_twice() {
        let plain = chosen(&whole()).unwrap();
        assert!(plain.iter().any(|part| part.name == "e2e"));
        for name in ["secrecy", "defences", "credentials", "providers"] {
            assert!(!plain.iter().any(|part| part.name == name), "{name}");
            let named = Request {
                part: Some(name.to_owned()),
                ..whole()
            };
            assert_eq!(chosen(&named).unwrap()[0].name, name);
        }
    }
}
