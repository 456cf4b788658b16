//! The web interface in `ui/`: its packages and its build.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::cargo::{kept, root};
use crate::fingerprint::Fingerprint;
use crate::process::{self, Failure, run, say};

/// The oldest Node.js that the interface's tools run on: major and minor version.
const OLDEST_NODE: (u32, u32) = (20, 19);

fn folder() -> PathBuf {
    root().join("ui")
}

/// `npm <arguments>` in `ui/`.
pub(crate) fn npm(arguments: &[&str]) -> Command {
    // On Windows npm is a script, and is found only under its whole name.
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let mut command = process::command(program, &folder());
    command.args(arguments);
    command
}

/// Installs the packages of `package-lock.json` when it changed since the last time.
pub(crate) fn ensure_installed() -> Result<(), Failure> {
    ensure_node()?;
    let stamp = kept("packages.stamp")?;
    let lock = folder().join("package-lock.json");
    if !lock.exists() {
        return Err(Failure::new("ui/package-lock.json is missing"));
    }
    let state = Fingerprint::of(&[lock], &[])?;
    // npm writes this file last, so it tells a whole install from one that was broken off.
    let whole = folder().join("node_modules/.package-lock.json").exists();
    if whole && state.is_kept(&stamp) {
        return Ok(());
    }
    say("installing the interface's packages");
    run(&mut npm(&["ci", "--no-audit", "--no-fund"]))?;
    state.keep(&stamp)
}

/// Builds `ui/dist`, which the app embeds, when a source changed since the last time.
pub(crate) fn ensure_built() -> Result<(), Failure> {
    ensure_installed()?;
    let stamp = kept("interface.stamp")?;
    let state = Fingerprint::of(&[folder()], &["node_modules", "dist"])?;
    if has_dist() && state.is_kept(&stamp) {
        say("the interface is built already");
        return Ok(());
    }
    say("building the interface");
    run(&mut npm(&["run", "build"]))?;
    if !has_dist() {
        return Err(Failure::new("`npm run build` left no page in ui/dist"));
    }
    state.keep(&stamp)
}

/// Makes sure that the shell compiles where the interface was never built: its types need no page.
pub(crate) fn ensure_embeddable() -> Result<(), Failure> {
    let dist = folder().join("dist");
    fs::create_dir_all(&dist).map_err(|error| Failure::at(&dist, &error))
}

/// Whether `ui/dist` holds a page.
fn has_dist() -> bool {
    fs::read_dir(folder().join("dist")).is_ok_and(|entries| {
        entries
            .flatten()
            .any(|entry| entry.path().extension().is_some_and(|end| end == "html"))
    })
}

fn ensure_node() -> Result<(), Failure> {
    let (major, minor) = OLDEST_NODE;
    let advice = format!(
        "Node.js {major}.{minor} or newer is needed, with npm: install it from https://nodejs.org or with your package manager"
    );
    let mut node = process::command("node", &root());
    let Ok(version) = process::output(node.arg("--version")) else {
        return Err(Failure::new(format!("Node.js was not found. {advice}")));
    };
    match version_of(&version) {
        Some(found) if found >= OLDEST_NODE => {}
        _ => {
            return Err(Failure::new(format!(
                "Node.js {} is too old. {advice}",
                version.trim()
            )));
        }
    }
    if !process::succeeds(&mut npm(&["--version"])) {
        return Err(Failure::new(format!("npm was not found. {advice}")));
    }
    Ok(())
}

/// Major and minor version of `v20.19.1`.
fn version_of(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.trim().strip_prefix('v')?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_of_node_is_compared_by_number() {
        assert_eq!(version_of("v20.19.1\n"), Some((20, 19)));
        assert!(version_of("v20.9.0") < Some(OLDEST_NODE));
        assert!(version_of("v22.1.0") >= Some(OLDEST_NODE));
        assert_eq!(version_of("20"), None);
        assert_eq!(version_of("command not found"), None);
    }
}
