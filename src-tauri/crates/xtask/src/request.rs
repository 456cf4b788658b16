//! What was asked of `cargo xtask test`, read from its arguments.

use std::path::{Path, PathBuf};

use crate::process::Failure;

/// How much of a part is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// All of it: it was asked for by name.
    Whole,
    /// Of long proofs a sample, because all parts are run.
    Sample,
}

/// Which part, how much of it, and what goes into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Request {
    /// The part's name; none for all that a plain run has.
    pub(crate) part: Option<String>,
    pub(crate) extent: Extent,
    /// A folder with one hostile payload in each file, tried beside the built-in ones.
    pub(crate) payloads: Option<PathBuf>,
    /// Only the defences whose words contain this.
    pub(crate) only: Option<String>,
}

/// What the arguments ask for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    Help,
    Run(Request),
}

/// The parts that show hostile payloads to the window.
const WITH_PAYLOADS: [&str; 2] = ["secrecy", "e2e"];

/// The parts that try the defences one by one.
const WITH_DEFENCES: [&str; 1] = ["defences"];

/// Reads the arguments; paths are meant from `folder`.
pub(crate) fn read(arguments: &[String], folder: &Path) -> Result<Asked, Failure> {
    let mut request = Request {
        part: None,
        extent: Extent::Sample,
        payloads: None,
        only: None,
    };
    let mut left = arguments.iter();
    while let Some(argument) = left.next() {
        let (flag, value) = match argument.split_once('=') {
            Some((flag, value)) if flag.starts_with("--") => (flag, Some(value.to_owned())),
            _ => (argument.as_str(), None),
        };
        let mut value_of = |what: &str| {
            value
                .clone()
                .or_else(|| left.next().cloned())
                .filter(|value| !value.is_empty())
                .ok_or_else(|| Failure::new(format!("{flag} needs {what}")))
        };
        match flag {
            "--help" | "-h" => return Ok(Asked::Help),
            "--payloads" => {
                request.payloads = Some(payload_folder(&folder.join(value_of("a folder")?))?);
            }
            "--only" => request.only = Some(value_of("a part of a defence's words")?),
            _ if flag.starts_with('-') => {
                return Err(Failure::new(format!("there is no option `{flag}`")));
            }
            _ if request.part.is_some() => return Err(Failure::new("one part at a time")),
            name => request.part = Some(name.to_owned()),
        }
    }
    if request.part.is_some() {
        request.extent = Extent::Whole;
    }
    request.fits()?;
    Ok(Asked::Run(request))
}

impl Request {
    /// Whether the options belong to the part: one that would be overlooked is refused.
    fn fits(&self) -> Result<(), Failure> {
        let given = [
            ("--payloads", self.payloads.is_some(), &WITH_PAYLOADS[..]),
            ("--only", self.only.is_some(), &WITH_DEFENCES[..]),
        ];
        let part = self.part.as_deref().unwrap_or_default();
        match given
            .iter()
            .find(|(_, is_given, parts)| *is_given && !parts.contains(&part))
        {
            None => Ok(()),
            Some((option, _, parts)) => Err(Failure::new(format!(
                "{option} goes with the part {}",
                parts.join(" or ")
            ))),
        }
    }
}

/// The folder's whole path, once it is known to be one and to hold a file.
fn payload_folder(path: &Path) -> Result<PathBuf, Failure> {
    let folder = path
        .canonicalize()
        .map_err(|error| Failure::new(format!("--payloads {}: {error}", path.display())))?;
    if !folder.is_dir() {
        return Err(Failure::new(format!(
            "--payloads {}: this is no folder; it takes one with a payload in each file",
            path.display()
        )));
    }
    let entries = std::fs::read_dir(&folder).map_err(|error| Failure::at(&folder, &error))?;
    if !entries.flatten().any(|entry| entry.path().is_file()) {
        return Err(Failure::new(format!(
            "--payloads {}: there is no file in this folder",
            path.display()
        )));
    }
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_words(words: &[&str]) -> Result<Asked, Failure> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        read(&words, Path::new(env!("CARGO_MANIFEST_DIR")))
    }

    fn request(words: &[&str]) -> Request {
        match read_words(words) {
            Ok(Asked::Run(request)) => request,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_part_that_is_named_is_run_whole_and_all_of_them_as_samples() {
        assert_eq!(request(&[]).extent, Extent::Sample);
        let named = request(&["secrecy"]);
        assert_eq!(named.extent, Extent::Whole);
        assert_eq!(named.part.as_deref(), Some("secrecy"));
    }

    #[test]
    fn a_folder_of_payloads_becomes_an_absolute_path() {
        let whole = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("src")
            .canonicalize()
            .unwrap();
        for words in [
            &["secrecy", "--payloads", "src"][..],
            &["--payloads=src", "secrecy"],
        ] {
            assert_eq!(request(words).payloads.as_ref(), Some(&whole), "{words:?}");
        }
    }

    #[test]
    fn what_is_no_folder_of_payloads_is_refused_by_its_name() {
        for path in ["Cargo.toml", "no-such-folder"] {
            let error = read_words(&["secrecy", "--payloads", path]).unwrap_err();
            assert!(error.0.contains(path), "{error}");
        }
        let error = read_words(&["secrecy", "--payloads"]).unwrap_err();
        assert!(error.0.contains("needs a folder"), "{error}");
    }

    #[test]
    fn an_option_of_another_part_is_refused_and_not_overlooked() {
        for words in [
            &["unit", "--payloads", "src"][..],
            &["--payloads", "src"],
            &["secrecy", "--only", "redirect"],
            &["secrecy", "--quick"],
            &["secrecy", "unit"],
        ] {
            assert!(read_words(words).is_err(), "{words:?}");
        }
        assert_eq!(
            request(&["defences", "--only", "redirect"]).only.as_deref(),
            Some("redirect")
        );
    }
}
