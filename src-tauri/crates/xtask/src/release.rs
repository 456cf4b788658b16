//! `cargo xtask release`: what a release needs beside its packages.

mod changelog;
mod check;
mod date;
mod manifest;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::bundle::{self, VERSION};
use crate::cargo::root;
use crate::process::{Failure, say};
use manifest::Artifacts;

const USAGE: &str = "\
usage: release check TAG         whether the tag, the version, CHANGELOG.md and the metadata say the same
       release notes [VERSION]   the version's section of CHANGELOG.md
       release sign FOLDER       sign what the updater installs, with TAURI_SIGNING_PRIVATE_KEY
       release manifest --base-url URL --out FILE FOLDER
                                 write what clients read, of signed packages that will lie at the address;
                                 a kind of package that is missing is an error, unless --partial comes first";

/// Does what is asked.
pub(crate) fn release(arguments: &[String]) -> Result<ExitCode, Failure> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["check", tag] => check(tag)?,
        ["notes"] => println!("{}", notes(VERSION)?),
        ["notes", version] => println!("{}", notes(version)?),
        ["sign", folder] => sign(Path::new(folder))?,
        ["manifest", "--base-url", url, "--out", file, folder] => {
            write_manifest(url, Path::new(file), Path::new(folder), true)?;
        }
        [
            "manifest",
            "--partial",
            "--base-url",
            url,
            "--out",
            file,
            folder,
        ] => {
            write_manifest(url, Path::new(file), Path::new(folder), false)?;
        }
        _ => return Err(Failure::new(USAGE)),
    }
    Ok(ExitCode::SUCCESS)
}

fn check(tag: &str) -> Result<(), Failure> {
    let faults = check::faults(&root(), VERSION, tag)?;
    if faults.is_empty() {
        say(&format!("{tag} can be released"));
        return Ok(());
    }
    Err(Failure::new(format!(
        "{tag} can't be released:\n  {}",
        faults.join("\n  ")
    )))
}

fn notes(version: &str) -> Result<String, Failure> {
    let path = root().join("CHANGELOG.md");
    let text = fs::read_to_string(&path).map_err(|error| Failure::at(&path, &error))?;
    let section = changelog::section(&text, version)
        .ok_or_else(|| Failure::new(format!("CHANGELOG.md has no section [{version}]")))?;
    if section.is_empty() {
        return Err(Failure::new(format!(
            "the section [{version}] of CHANGELOG.md is empty"
        )));
    }
    Ok(section.text)
}

fn sign(folder: &Path) -> Result<(), Failure> {
    // The command that signs runs in the root of the repository.
    let folder = folder
        .canonicalize()
        .map_err(|error| Failure::at(folder, &error))?;
    let files: Vec<PathBuf> = Artifacts::in_folder(&folder, VERSION)?.files().collect();
    if bundle::sign(&files)? {
        return Ok(());
    }
    Err(Failure::new("TAURI_SIGNING_PRIVATE_KEY is not set"))
}

fn write_manifest(url: &str, file: &Path, folder: &Path, whole: bool) -> Result<(), Failure> {
    let seconds = bundle::source_date()
        .ok_or_else(|| Failure::new("neither SOURCE_DATE_EPOCH nor a commit says the date"))?;
    let artifacts = Artifacts::in_folder(folder, VERSION)?;
    let missing = artifacts.missing();
    if whole && !missing.is_empty() {
        let missing = missing.join(", ");
        return Err(Failure::new(format!("there is no package for {missing}")));
    }
    let text = artifacts.manifest(url, &notes(VERSION)?, &date::rfc3339(seconds))?;
    fs::write(file, text).map_err(|error| Failure::at(file, &error))
}
