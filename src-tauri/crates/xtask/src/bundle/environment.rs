//! The environment that packages are built in: what makes two builds of one commit the same, and no key for updates.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::config::variable;
use super::signing;
use crate::cargo::{root, target_folder};
use crate::process::{self, Failure, command, say};

/// The version of the workspace.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What Tauri takes for given as soon as it is set, though a workflow sets what it does not have to nothing.
const APPLE: [&str; 9] = [
    "APPLE_CERTIFICATE",
    "APPLE_CERTIFICATE_PASSWORD",
    "APPLE_SIGNING_IDENTITY",
    "APPLE_ID",
    "APPLE_PASSWORD",
    "APPLE_TEAM_ID",
    "APPLE_API_ISSUER",
    "APPLE_API_KEY",
    "APPLE_API_KEY_PATH",
];

/// What stands between two flags in the form in which Cargo takes flags with spaces in them.
const BETWEEN: &str = "\x1f";

/// Prepares the command that compiles.
pub(super) fn prepare(build: &mut Command) -> Result<(), Failure> {
    for name in APPLE {
        if variable(name).is_none() {
            build.env_remove(name);
        }
    }
    if variable(super::config::RELEASE_PAGE).is_none() {
        build.env_remove(super::config::RELEASE_PAGE);
    }
    // Compiling runs code of every dependency. The key for updates is none of its business.
    signing::hide_key(build);
    if let Some(seconds) = source_date() {
        build.env("SOURCE_DATE_EPOCH", seconds.to_string());
    } else {
        say("no commit is known here: packages will hold the time at which they were built");
    }
    let names = other_names()?;
    // There is no `rustflags` in .cargo/config.toml, which these would put out of force.
    build.env(
        "CARGO_ENCODED_RUSTFLAGS",
        rust_flags(&names, &own_rust_flags()),
    );
    if !cfg!(windows) {
        let own = variable("CFLAGS").unwrap_or_default();
        build.env("CFLAGS", c_flags(&names, &own));
    }
    Ok(())
}

/// The time of the sources, in seconds of Unix: what `SOURCE_DATE_EPOCH` says, or that of the commit.
pub(crate) fn source_date() -> Option<u64> {
    if let Some(seconds) = variable("SOURCE_DATE_EPOCH") {
        return seconds.parse().ok();
    }
    let mut log = command("git", &root());
    process::output(log.args(["log", "-1", "--format=%ct"]))
        .ok()
        .and_then(|seconds| seconds.trim().parse().ok())
}

/// Folders and what they are called in what is built. Where several fit, the last one holds.
fn other_names() -> Result<Vec<(PathBuf, String)>, Failure> {
    let mut names = Vec::new();
    let home = variable("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    names.extend(home.map(|home| (home, "/cargo".to_owned())));
    names.push((root(), "/chatelaine".to_owned()));
    let target = target_folder()?;
    if target != root().join("target") {
        names.push((target, "/chatelaine/target".to_owned()));
    }
    names.extend(standard_library());
    Ok(names)
}

/// The sources of the standard library, if they are installed: without them it has this other name of its own accord.
fn standard_library() -> Option<(PathBuf, String)> {
    let rustc = |arguments: &[&str]| process::output(command("rustc", &root()).args(arguments));
    let sources =
        Path::new(rustc(&["--print", "sysroot"]).ok()?.trim()).join("lib/rustlib/src/rust");
    let told = rustc(&["-vV"]).ok()?;
    let commit = told
        .lines()
        .find_map(|line| line.strip_prefix("commit-hash: "))?;
    sources
        .exists()
        .then(|| (sources, format!("/rustc/{commit}")))
}

/// What the environment gives the compiler already.
fn own_rust_flags() -> Vec<String> {
    if let Some(encoded) = variable("CARGO_ENCODED_RUSTFLAGS") {
        return encoded.split(BETWEEN).map(str::to_owned).collect();
    }
    let plain = variable("RUSTFLAGS").unwrap_or_default();
    plain.split_whitespace().map(str::to_owned).collect()
}

fn rust_flags(names: &[(PathBuf, String)], own: &[String]) -> String {
    let remap = |(folder, name): &(PathBuf, String)| {
        format!("--remap-path-prefix={}={name}", folder.display())
    };
    let flags: Vec<String> = own.iter().cloned().chain(names.iter().map(remap)).collect();
    flags.join(BETWEEN)
}

/// The same for C. Here spaces part the flags, so a folder with one in its name keeps its own.
fn c_flags(names: &[(PathBuf, String)], own: &str) -> String {
    let remap = |(folder, name): &(PathBuf, String)| {
        let folder = folder.display().to_string();
        let is_one_word = !folder.contains(char::is_whitespace);
        is_one_word.then(|| format!("-ffile-prefix-map={folder}={name}"))
    };
    let flags: Vec<String> = names.iter().filter_map(remap).collect();
    format!("{own} {}", flags.join(" ")).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_get_other_names_behind_flags_that_were_there() {
        let names = [
            (PathBuf::from("/home/a b/.cargo"), "/cargo".to_owned()),
            (PathBuf::from("/src"), "/chatelaine".to_owned()),
        ];
        assert_eq!(
            rust_flags(&names, &["-Dwarnings".to_owned()]),
            "-Dwarnings\x1f--remap-path-prefix=/home/a b/.cargo=/cargo\x1f--remap-path-prefix=/src=/chatelaine"
        );
        assert_eq!(
            c_flags(&names, "-O1"),
            "-O1 -ffile-prefix-map=/src=/chatelaine"
        );
        assert_eq!(c_flags(&names, ""), "-ffile-prefix-map=/src=/chatelaine");
    }

    #[test]
    fn the_folders_of_this_build_get_other_names() {
        let names = other_names().unwrap();
        assert!(
            names
                .iter()
                .any(|(folder, name)| *folder == root() && name == "/chatelaine")
        );
        assert!(names.iter().any(|(_, name)| name == "/cargo"));
    }
}
