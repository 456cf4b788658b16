//! `cargo xtask test defences`: each defence is switched off in a copy of the sources, and a test must fail for it.
//!
//! A test that still passes proves nothing of the defence. What is changed is the defence's own code, never a test. The
//! app has no hook for this, and the sources that one works on are never touched.

mod copy;
mod table;
mod trial;

use std::collections::BTreeMap;
use std::time::Instant;

use crate::counts::Counts;
use crate::interface;
use crate::process::{Failure, say};
use crate::proof::columns;
use copy::Copy;
use table::{Defence, Shows, defences};
use trial::{Fate, Trial};

/// How the trial of a defence ended, in words.
type Outcome = Result<String, String>;

/// Tries all defences, or those whose words contain `only`.
pub(crate) fn show(only: Option<&str>, counts: &mut Counts) -> Result<(), Failure> {
    let chosen: Vec<&Defence> = defences()
        .filter(|defence| only.is_none_or(|words| defence.mentions(words)))
        .collect();
    if chosen.is_empty() {
        return Err(Failure::new(format!(
            "no defence mentions `{}`",
            only.unwrap_or_default()
        )));
    }
    let window = |defence: &&Defence| {
        defence.touches_interface() || matches!(defence.shows, Shows::Window(_))
    };
    if chosen.iter().any(window) {
        interface::ensure_built()?;
    } else {
        interface::ensure_embeddable()?;
    }
    let copy = Copy::of_the_sources()?;
    let trial = Trial::new(&copy);
    let unchanged = try_unchanged(&trial, &chosen)?;
    let mut lines =
        vec![["attack", "switched off", "where", "what failed for it"].map(str::to_owned)];
    let mut faults = Vec::new();
    for (number, defence) in chosen.iter().enumerate() {
        let start = Instant::now();
        let outcome = match unchanged.get(defence.test) {
            Some(fault) => Err(fault.clone()),
            None => try_without(&trial, &copy, defence)?,
        };
        let (mark, words) = match &outcome {
            Ok(words) => ("matters", words),
            Err(words) => ("NOT SHOWN", words),
        };
        say(&format!(
            "{}/{} {mark}: {} ({:.0} s): {words}",
            number + 1,
            chosen.len(),
            defence.what,
            start.elapsed().as_secs_f64(),
        ));
        let told = match outcome {
            Ok(words) => {
                counts.passed += 1;
                words
            }
            Err(words) => {
                counts.failed += 1;
                faults.push(format!("{}: {words}", defence.what));
                format!("NOT SHOWN: {words}")
            }
        };
        lines.push([
            defence.attack.to_owned(),
            defence.what.to_owned(),
            defence.changes[0].file.to_owned(),
            told,
        ]);
    }
    print!("\n{}\n", columns(&lines));
    if faults.is_empty() {
        say(&format!(
            "{} defences, each with a test that fails without it",
            chosen.len()
        ));
        return Ok(());
    }
    Err(Failure::new(format!(
        "not shown to matter:\n  {}",
        faults.join("\n  ")
    )))
}

/// Runs the tests in the copy as it is; what does not pass there is returned with its fault, by its name.
fn try_unchanged(
    trial: &Trial<'_>,
    chosen: &[&'static Defence],
) -> Result<BTreeMap<&'static str, String>, Failure> {
    let mut programs: BTreeMap<Shows, Vec<&'static str>> = BTreeMap::new();
    for defence in chosen {
        if !matches!(defence.shows, Shows::Compiler(_)) {
            let tests = programs.entry(defence.shows).or_default();
            if !tests.contains(&defence.test) {
                tests.push(defence.test);
            }
        }
    }
    let mut faults = BTreeMap::new();
    for (shows, tests) in programs {
        say(&format!("unchanged: {} tests of {shows}", tests.len()));
        if let Err(errors) = trial.build(shows)? {
            return Err(Failure::new(format!(
                "the copy of the sources does not build:\n{errors}"
            )));
        }
        for test in tests {
            match trial.run(shows, test)? {
                Fate::Passed => {}
                Fate::Failed(output) => {
                    let words = panic_words(&output);
                    faults.insert(test, format!("{test} fails with all defences on: {words}"));
                }
                Fate::NotRun(why) => {
                    faults.insert(test, format!("{test}: {why}"));
                }
            }
        }
    }
    Ok(faults)
}

/// Switches one defence off, builds, runs its test, and puts everything back.
fn try_without(trial: &Trial<'_>, copy: &Copy, defence: &Defence) -> Result<Outcome, Failure> {
    let _changed = match copy.change(defence.changes) {
        Ok(changed) => changed,
        Err(failure) => return Ok(Err(failure.0)),
    };
    if defence.touches_interface() {
        trial.build_interface()?;
    }
    let built = trial.build(defence.shows)?;
    if matches!(defence.shows, Shows::Compiler(_)) {
        return Ok(match built {
            Ok(()) => Err("it compiles without it".to_owned()),
            Err(errors) if errors.contains(defence.says) => {
                Ok(format!("the compiler: {}", defence.says))
            }
            Err(errors) => Err(format!(
                "the compiler fails for another reason: {}",
                first_error(&errors)
            )),
        });
    }
    if let Err(errors) = built {
        return Ok(Err(format!(
            "the change does not compile: {}",
            first_error(&errors)
        )));
    }
    let test = defence.test;
    Ok(match trial.run(defence.shows, test)? {
        Fate::Passed => Err(format!("{test} passes without it")),
        Fate::NotRun(why) => Err(format!("{test}: {why}")),
        Fate::Failed(output) if output.contains(defence.says) => {
            Ok(format!("{test}: {}", panic_words(&output)))
        }
        Fate::Failed(output) => Err(format!(
            "{test} fails for another reason: {}",
            panic_words(&output)
        )),
    })
}

/// What a test said as it failed, on one line: the first panic that says something.
fn panic_words(output: &str) -> String {
    let mut words = output.split("panicked at ").skip(1).map(|panic| {
        let words: Vec<&str> = panic
            .lines()
            .skip(1)
            .map(str::trim)
            .take_while(|line| !line.is_empty() && !line.starts_with("note:"))
            .collect();
        words.join(" ")
    });
    let words = words.find(|words| !words.is_empty()).unwrap_or_default();
    let short: String = words.chars().take(160).collect();
    if short.len() < words.len() {
        format!("{short}…")
    } else {
        short
    }
}

fn first_error(output: &str) -> String {
    let mut lines = output.lines().skip_while(|line| !line.starts_with("error"));
    let words: Vec<&str> = lines.by_ref().take(2).map(str::trim).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_test_is_told_by_its_first_panic() {
        let output = "running 1 test\n\nthread 'a' panicked at src/a.rs:1:2:\nassertion failed: no key\n  left: 1\nnote: run with\n\n\
                      thread 'b' panicked at src/b.rs:1:2:\nlater\n";
        assert_eq!(panic_words(output), "assertion failed: no key left: 1");
    }

    #[test]
    fn a_change_that_does_not_compile_is_told_by_its_first_error() {
        let output = "warning: x\nerror[E0425]: cannot find value\n --> a.rs:1:1\n";
        assert_eq!(
            first_error(output),
            "error[E0425]: cannot find value --> a.rs:1:1"
        );
    }
}
