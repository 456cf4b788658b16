//! The defences: what switches each off, and the test that fails for it.
//!
//! To add one: the smallest change of its own code that switches it off, the test, and words that the test says as it
//! fails. Then `cargo xtask test defences --only WORDS`.

mod content;
mod files;
mod keys;
mod limits;
mod network;
mod stores;
mod updates;
mod windows;

use std::fmt;

use crate::process::Failure;

/// One defence.
#[derive(Debug)]
pub(super) struct Defence {
    /// The attack that it stops.
    pub(super) attack: &'static str,
    /// The defence, in words.
    pub(super) what: &'static str,
    /// What switches it off; mostly one change.
    pub(super) changes: &'static [Change],
    pub(super) shows: Shows,
    /// The test that must fail without it, by its whole name; empty where the compiler is the test.
    pub(super) test: &'static str,
    /// Words that must be in what the failing test prints, so that it fails for this reason and for no other.
    pub(super) says: &'static str,
}

/// One place in the sources.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) file: &'static str,
    /// Stands in the file exactly once.
    pub(super) find: &'static str,
    pub(super) replace: &'static str,
}

/// Which program the test is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shows {
    /// The compiler itself refuses this package.
    Compiler(&'static str),
    /// The tests beside the code of a package.
    Unit(&'static str),
    /// A program in `tests/` of a crate: the package and the program.
    Program(&'static str, &'static str),
    /// A program of the end-to-end tests, which open the app.
    Window(&'static str),
}

impl fmt::Display for Shows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Compiler(package) => write!(f, "the compiler of {package}"),
            Self::Unit(package) => f.write_str(package),
            Self::Program(package, name) => write!(f, "{package}/{name}"),
            Self::Window(name) => write!(f, "e2e/{name}"),
        }
    }
}

/// All defences.
pub(super) fn defences() -> impl Iterator<Item = &'static Defence> {
    [
        keys::DEFENCES,
        limits::DEFENCES,
        content::DEFENCES,
        files::DEFENCES,
        network::DEFENCES,
        stores::DEFENCES,
        updates::DEFENCES,
        windows::DEFENCES,
    ]
    .into_iter()
    .flatten()
}

impl Defence {
    pub(super) fn mentions(&self, words: &str) -> bool {
        let files = self.changes.iter().map(|change| change.file);
        let program = self.shows.to_string();
        [self.attack, self.what, self.test, &program]
            .into_iter()
            .chain(files)
            .any(|text| text.contains(words))
    }

    /// Whether the interface has to be built again.
    pub(super) fn touches_interface(&self) -> bool {
        self.changes
            .iter()
            .any(|change| change.file.starts_with("ui/"))
    }
}

impl Change {
    /// The file's text with the change made.
    pub(super) fn made_in(&self, text: &str) -> Result<String, Failure> {
        match text.matches(self.find).count() {
            1 => Ok(text.replacen(self.find, self.replace, 1)),
            found => Err(Failure::new(format!(
                "{} holds this {found} times and not once: {}",
                self.file, self.find
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::*;
    use crate::cargo::root;
    use crate::fingerprint::collect;

    #[test]
    fn every_change_still_fits_the_sources() {
        for defence in defences() {
            assert!(!defence.changes.is_empty(), "{}", defence.what);
            for change in defence.changes {
                let text = fs::read_to_string(root().join(change.file)).unwrap();
                change.made_in(&text).unwrap();
            }
        }
    }

    #[test]
    fn the_defence_is_changed_and_never_a_test() {
        for change in defences().flat_map(|defence| defence.changes) {
            assert_ne!(change.find, change.replace, "{}", change.file);
            assert!(
                !change
                    .file
                    .split('/')
                    .any(|part| part == "tests" || part == "xtask"),
                "{}",
                change.file
            );
            let text = fs::read_to_string(root().join(change.file)).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            assert!(
                code.contains(change.find),
                "{}: {}",
                change.file,
                change.find
            );
        }
    }

    #[test]
    fn every_test_that_is_named_exists() {
        for defence in defences() {
            assert!(!defence.says.is_empty(), "{}", defence.what);
            let name = defence.test.rsplit("::").next().unwrap();
            let folder = match defence.shows {
                Shows::Compiler(_) => continue,
                Shows::Unit("chatelaine") => root().join("src-tauri/src"),
                Shows::Unit(package) => root().join("src-tauri/crates").join(package).join("src"),
                Shows::Program(package, _) => {
                    root().join("src-tauri/crates").join(package).join("tests")
                }
                Shows::Window(program) => root().join("tests/tests").join(program),
            };
            assert!(declares(&folder, name), "{}: no test {name}", defence.shows);
        }
    }

    fn declares(folder: &Path, test: &str) -> bool {
        let mut files: Vec<PathBuf> = Vec::new();
        collect(folder, &[], &mut files).unwrap();
        let declaration = format!("fn {test}(");
        files
            .iter()
            .filter_map(|file| fs::read_to_string(file).ok())
            .any(|text| text.contains(&declaration))
    }
}
