//! What is written down when a part of the app breaks, for the next start to offer. It is never sent.
//!
//! A report is made to be posted where anybody can read it: which version, when, on what, and where in the program. What
//! a panic says is in it only where those words stand in the program itself: words that are put together while it runs
//! may hold a piece of a chat, the way out of a network, or a name.

use std::any::Any;
use std::fs::{self, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::panic::{self, PanicHookInfo};
use std::path::{Path, PathBuf};
use std::sync::Once;

use crate::diagnostics;

/// The longest report that is read, in bytes. One that is written is far shorter.
const LONGEST: u64 = 8 * 1024;

/// From now on, the first thing in this run that breaks is written into a file, in place of what an earlier run left there.
pub(crate) fn watch(file: PathBuf) {
    let first = Once::new();
    let as_before = panic::take_hook();
    panic::set_hook(Box::new(move |broken| {
        // What breaks after it breaks because of it, more often than not. Nothing is logged from here: the log may be
        // what broke.
        first.call_once(|| {
            let _ = write(&file, &report(broken));
        });
        if cfg!(debug_assertions) {
            as_before(broken);
        } else {
            // Standard error ends in the desktop's journal: the words that may be a person's own don't go there either.
            let _ = io::stderr().write_all(report(broken).as_bytes());
        }
    }));
}

/// Moves what the last run has left to where it stays until a person has seen it.
pub(crate) fn keep_of_the_last_run(file: &Path, earlier: &Path) {
    match fs::rename(file, earlier) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            tracing::warn!(%error, "the report of what broke can't be moved");
        }
        _ => {}
    }
}

/// What an earlier run has left.
pub(crate) fn left_by_an_earlier_run(file: &Path) -> Option<String> {
    let mut report = String::new();
    fs::File::open(file)
        .ok()?
        .take(LONGEST)
        .read_to_string(&mut report)
        .ok()?;
    (!report.trim().is_empty()).then_some(report)
}

/// Forgets it.
///
/// # Errors
/// When the file can't be removed.
pub(crate) fn forget(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Breaks, for the test that looks at what comes of it: `CHATELAINE_SWITCH_BREAK` holds the words.
#[cfg(feature = "switches")]
#[allow(clippy::panic, reason = "it is what is asked for")]
pub(crate) fn break_if_told() {
    if let Ok(words) = std::env::var("CHATELAINE_SWITCH_BREAK") {
        panic!("broken as told: {words}");
    }
}

fn write(file: &Path, report: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.create(true).write(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)?.write_all(report.as_bytes())
}

fn report(broken: &PanicHookInfo<'_>) -> String {
    let place = broken.location().map_or_else(
        || "unknown".to_owned(),
        |at| {
            format!(
                "{}:{}:{}",
                within_sources(at.file()),
                at.line(),
                at.column()
            )
        },
    );
    let thread = std::thread::current();
    format!(
        "{}When: {}\nWhere: {place}, on the thread {}\nIt said: {}\n",
        diagnostics::of_the_build(),
        jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M:%S UTC"),
        thread.name().unwrap_or("without a name"),
        fixed_words(broken.payload()).unwrap_or("(words that are not written down)"),
    )
}

/// What a panic said, if those words stand in the program itself.
fn fixed_words(payload: &(dyn Any + Send)) -> Option<&'static str> {
    payload.downcast_ref::<&'static str>().copied()
}

/// A source file's path without the folder it was built in, which may bear a person's name.
fn within_sources(file: &str) -> &str {
    if let Some((_, from_registry)) = file.split_once("/registry/src/") {
        return from_registry.split_once('/').map_or(file, |(_, path)| path);
    }
    if Path::new(file).is_relative() {
        return file;
    }
    file.split_once("/library/").map_or_else(
        || file.rsplit(['/', '\\']).next().unwrap_or(file),
        |(_, path)| path,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::panic::catch_unwind;
    use std::sync::{Mutex, PoisonError};

    /// The hook is the whole process's: two tests may not hang theirs in at once.
    static HOOK: Mutex<()> = Mutex::new(());

    fn report_of(breaks: impl FnOnce() + panic::UnwindSafe) -> String {
        let _held = HOOK.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("crash.txt");
        let as_before = panic::take_hook();
        panic::set_hook(Box::new(|_| {}));
        watch(file.clone());
        catch_unwind(breaks).unwrap_err();
        panic::set_hook(as_before);
        left_by_an_earlier_run(&file).unwrap()
    }

    #[test]
    fn a_report_tells_where_it_broke_and_what_the_program_says_of_it() {
        let report = report_of(|| panic!("the roof came down"));
        assert!(report.starts_with("Chatelaine 0."), "{report}");
        assert!(report.contains("crash.rs:"), "{report}");
        assert!(
            report.ends_with("It said: the roof came down\n"),
            "{report}"
        );
    }

    #[test]
    fn what_was_put_together_while_it_ran_is_not_written_down() {
        let secret = "a line of a chat".to_owned();
        let report = report_of(move || panic!("no such thing: {secret}"));
        assert!(!report.contains("a line of a chat"), "{report}");
        assert!(report.contains("crash.rs:"), "{report}");
    }

    #[test]
    fn the_first_thing_that_broke_is_told_of() {
        let report = report_of(|| {
            let _ = catch_unwind(|| panic!("the beam"));
            panic!("the roof");
        });
        assert!(report.contains("the beam"), "{report}");
    }

    #[test]
    fn paths_bear_no_name_of_who_built_it() {
        for (built, told) in [
            ("src-tauri/src/app.rs", "src-tauri/src/app.rs"),
            (
                "/home/ada/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/gtk-0.18.2/src/lib.rs",
                "gtk-0.18.2/src/lib.rs",
            ),
            (
                "/rustc/0123abcd/library/core/src/option.rs",
                "core/src/option.rs",
            ),
            ("/home/ada/chatelaine/src/app.rs", "app.rs"),
        ] {
            assert_eq!(within_sources(built), told);
        }
    }

    #[test]
    fn what_is_forgotten_is_gone_and_may_be_forgotten_twice() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("crash.txt");
        write(&file, "Chatelaine 0.1.0\n").unwrap();
        forget(&file).unwrap();
        forget(&file).unwrap();
        assert_eq!(left_by_an_earlier_run(&file), None);
    }
}
