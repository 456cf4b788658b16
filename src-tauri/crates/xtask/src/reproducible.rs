//! `cargo xtask test reproducible`: the .deb of one commit, built in two folders, must come out the same.
//!
//! It builds the commit that is checked out, not what was changed since. With two processors it takes a quarter of an hour.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::bundle::VERSION;
use crate::cargo::{root, target_folder};
use crate::process::{Failure, command, output, run, say, succeeds};

/// The folders. Their paths have different lengths, so that a path that got in moves what is behind it.
const FOLDERS: [&str; 2] = ["one", "the/other/with-a-longer-path"];

/// The most differences that are named.
const NAMED: usize = 40;

/// Why nothing can be compared here.
pub(crate) fn not_covered() -> Option<&'static str> {
    let has_dpkg =
        cfg!(target_os = "linux") && succeeds(command("dpkg-deb", &root()).arg("--version"));
    (!has_dpkg).then_some("the .deb is compared, which takes dpkg-deb")
}

/// Builds twice and compares.
pub(crate) fn test() -> Result<(), Failure> {
    let commit = output(command("git", &root()).args(["rev-parse", "HEAD"]))?;
    let commit = commit.trim();
    let changed = output(command("git", &root()).args(["status", "--porcelain"]))?;
    if !changed.is_empty() {
        say("there are changes that are not committed; they are left out");
    }
    let work = target_folder()?.join("reproducible");
    let mut debs = Vec::new();
    for folder in FOLDERS {
        let sources = work.join(folder);
        check_out(&sources, commit)?;
        debs.push(build(&sources)?);
    }
    let contents = [
        unpacked(&debs[0], &work, "a")?,
        unpacked(&debs[1], &work, "b")?,
    ];
    let differences = differences(&contents[0], &contents[1])?;
    if !differences.is_empty() {
        let more = differences.len().saturating_sub(NAMED);
        let mut named = differences;
        named.truncate(NAMED);
        if more > 0 {
            named.push(format!("and {more} more"));
        }
        return Err(Failure::new(format!(
            "two builds of {commit} differ in\n  {}\nThe packages: {} {}",
            named.join("\n  "),
            debs[0].display(),
            debs[1].display(),
        )));
    }
    if read(&debs[0])? != read(&debs[1])? {
        return Err(Failure::new(format!(
            "all files are the same, but not the packages around them (order, times, owners, compression): {} {}",
            debs[0].display(),
            debs[1].display()
        )));
    }
    let sums = output(command("sha256sum", &work).arg(&debs[0]))?;
    let sum = sums.split_whitespace().next().unwrap_or_default();
    say(&format!(
        "two builds of {commit} are the same, bit for bit: {sum}"
    ));
    Ok(())
}

/// A fresh copy of the repository at the commit.
pub(crate) fn check_out(sources: &Path, commit: &str) -> Result<(), Failure> {
    let _ = fs::remove_dir_all(sources);
    fs::create_dir_all(sources).map_err(|error| Failure::at(sources, &error))?;
    run(command("git", &root())
        .args(["clone", "--quiet", "--no-checkout"])
        .arg(root())
        .arg(sources))?;
    run(command("git", sources).args(["checkout", "--quiet", "--detach", commit]))
}

/// Builds as a release does, with a target folder within the copy.
fn build(sources: &Path) -> Result<PathBuf, Failure> {
    run(command("cargo", sources)
        .env_remove("CARGO_TARGET_DIR")
        .env_remove("CARGO_BUILD_TARGET_DIR")
        // It is the commit's own time that counts.
        .env_remove("SOURCE_DATE_EPOCH")
        .args([
            "run",
            "--quiet",
            "--package",
            "xtask",
            "--",
            "bundle",
            "--kinds",
            "deb",
        ]))?;
    let folder = sources.join("target/release/bundle/deb");
    let deb = folder.join(format!("Chatelaine_{VERSION}_amd64.deb"));
    if deb.exists() {
        return Ok(deb);
    }
    Err(Failure::new(format!("{} was not built", deb.display())))
}

/// The package's files, those that say what to do with it among them.
fn unpacked(deb: &Path, work: &Path, name: &str) -> Result<PathBuf, Failure> {
    let folder = work.join("unpacked").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(work.join("unpacked")).map_err(|error| Failure::at(work, &error))?;
    run(command("dpkg-deb", work)
        .arg("--raw-extract")
        .arg(deb)
        .arg(&folder))?;
    Ok(folder)
}

/// What differs, each in a line.
fn differences(one: &Path, other: &Path) -> Result<Vec<String>, Failure> {
    let (ours, theirs) = (files(one)?, files(other)?);
    let mut lines = Vec::new();
    for (name, path) in &ours {
        match theirs.get(name) {
            None => lines.push(format!("{name}: only in the first")),
            Some(other) => {
                if let Some(difference) = difference(&read(path)?, &read(other)?) {
                    lines.push(format!("{name}: {difference}"));
                }
            }
        }
    }
    let new = theirs.keys().filter(|name| !ours.contains_key(*name));
    lines.extend(new.map(|name| format!("{name}: only in the second")));
    Ok(lines)
}

/// How two contents differ, with what stands around the first place where they do.
fn difference(one: &[u8], other: &[u8]) -> Option<String> {
    if one == other {
        return None;
    }
    let at = one
        .iter()
        .zip(other)
        .position(|(a, b)| a != b)
        .unwrap_or(one.len().min(other.len()));
    let count = one.iter().zip(other).filter(|(a, b)| a != b).count();
    let around = |bytes: &[u8]| {
        let part = bytes.get(at.saturating_sub(32)..(at + 48).min(bytes.len()));
        part.unwrap_or_default().escape_ascii().to_string()
    };
    Some(format!(
        "{} and {} bytes, {count} of them unlike, first at {at}\n    {}\n    {}",
        one.len(),
        other.len(),
        around(one),
        around(other)
    ))
}

fn files(folder: &Path) -> Result<BTreeMap<String, PathBuf>, Failure> {
    let mut files = BTreeMap::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).map_err(|error| Failure::at(&next, &error))? {
            let path = entry.map_err(|error| Failure::at(&next, &error))?.path();
            if path.is_dir() {
                open.push(path);
            } else if let Ok(name) = path.strip_prefix(folder) {
                files.insert(name.display().to_string(), path.clone());
            }
        }
    }
    Ok(files)
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| Failure::at(path, &error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn every_file_that_differs_is_named_with_the_place() {
        let scratch = Scratch::new("reproducible");
        for (name, text) in [
            ("a/usr/same", "x"),
            ("b/usr/same", "x"),
            ("a/usr/bin/program", "built in /one/"),
            ("b/usr/bin/program", "built in /the/other/"),
            ("a/usr/gone", ""),
            ("b/usr/new", ""),
        ] {
            scratch.file(name, text);
        }
        let (one, other) = (scratch.path().join("a"), scratch.path().join("b"));
        assert_eq!(differences(&one, &one).unwrap(), Vec::<String>::new());
        let found = differences(&one, &other).unwrap();
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(
            found[0].starts_with("usr/bin/program: 14 and 20 bytes"),
            "{found:?}"
        );
        assert!(
            found[0].contains("first at 10") && found[0].contains("/the/other/"),
            "{found:?}"
        );
        assert_eq!(found[1], "usr/gone: only in the first");
        assert_eq!(found[2], "usr/new: only in the second");
    }

    #[test]
    fn a_content_that_goes_on_is_a_difference() {
        assert_eq!(difference(b"same", b"same"), None);
        assert!(
            difference(b"same", b"same and more")
                .unwrap()
                .contains("first at 4")
        );
    }
}
