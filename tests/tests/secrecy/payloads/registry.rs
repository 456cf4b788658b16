//! Hostile strings that others have collected, fetched from the package registry when the test runs. None of them is kept
//! in the repository.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::payload::Payload;

/// A package and what it holds.
struct Package {
    name: &'static str,
    version: &'static str,
    /// The checksum of the archive (SHA-512), as `sha512sum` tells it.
    checksum: &'static str,
    /// The file with the strings: an array in JSON.
    file: &'static str,
}

/// The Big List of Naughty Strings, under the MIT licence.
const PACKAGE: Package = Package {
    name: "blns",
    version: "2.0.4",
    checksum: "6446590fc0ef189853c3da04dee2e3c938450cc4506dc1f4d756324942be90072e787bda50345f58aa7b409ad06e56adf16cdc7a05b0545b8d77e5d9e3d2d139",
    file: "package/resources/blns.json",
};

/// What the package is called, with its version.
pub(super) fn name() -> String {
    format!("{} {}", PACKAGE.name, PACKAGE.version)
}

/// The strings, each with its number from `first` on.
///
/// # Errors
/// In words: when the registry can't be reached.
///
/// # Panics
/// When what it gives is not what was looked at.
pub(super) fn strings(first: usize) -> Result<Vec<Payload>, String> {
    let Package {
        name,
        version,
        checksum,
        file,
    } = PACKAGE;
    let folder = e2e::target_folder().join("e2e/registry");
    fs::create_dir_all(&folder).expect("a folder for what is fetched");
    let archive = folder.join(format!("{name}-{version}.tgz"));
    if !archive.exists() {
        fetch(&folder, &format!("{name}@{version}"))?;
    }
    let found = output(Command::new("sha512sum").arg(&archive))?;
    let found = String::from_utf8_lossy(&found);
    assert!(
        found.starts_with(checksum),
        "{name} {version} is not the archive that was looked at: {found}"
    );
    let text = output(
        Command::new("tar")
            .args(["--extract", "--gzip", "--to-stdout", "--file"])
            .arg(&archive)
            .arg(file),
    )?;
    let strings: Vec<String> = serde_json::from_slice(&text).expect("an array of strings");
    let payload = |(number, text)| Payload {
        name: format!("{name} {number}"),
        number,
        text,
        html: false,
    };
    Ok((first..).zip(strings).map(payload).collect())
}

/// Fetches the archive by the registry's ordinary client; its install scripts are not run.
fn fetch(folder: &Path, package: &str) -> Result<(), String> {
    output(
        Command::new("npm")
            .args(["pack", package, "--ignore-scripts", "--pack-destination"])
            .arg(folder),
    )
    .map(|_| ())
    .map_err(|error| format!("{package} was left out, since it can't be fetched: {error}"))
}

fn output(command: &mut Command) -> Result<Vec<u8>, String> {
    let output = command
        .output()
        .map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(said.lines().last().unwrap_or_default().to_owned())
}
