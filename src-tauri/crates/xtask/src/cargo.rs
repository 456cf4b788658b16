//! Cargo as every command here calls it, so that one build serves them all.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::process::{self, Failure};

/// The whole workspace with the tests' switches. Cargo unites the features of what it builds
/// together, so any other choice of packages would build shared dependencies a second time.
pub(crate) const EVERYTHING: [&str; 4] = [
    "--workspace",
    "--all-targets",
    "--features",
    "chatelaine/switches",
];

/// The folder of the workspace's `Cargo.toml`.
pub(crate) fn root() -> PathBuf {
    // Cargo sets it when it runs this program; what was compiled in serves a direct start.
    let package = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    package
        .ancestors()
        .nth(3)
        .map_or(package.clone(), Path::to_path_buf)
}

/// `cargo <subcommand>` in the root of the workspace.
pub(crate) fn cargo(subcommand: &str) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = process::command(program, &root());
    command.arg(subcommand);
    command
}

/// Whether `cargo <subcommand>` exists on this machine.
pub(crate) fn has(subcommand: &str) -> bool {
    process::succeeds(cargo(subcommand).arg("--version"))
}

/// A test program that Cargo built, and the folder it expects to be run in.
pub(crate) struct TestProgram {
    pub(crate) program: PathBuf,
    pub(crate) folder: PathBuf,
    /// What it tests: a library's own name, or that of a file or folder in `tests/`.
    pub(crate) target: String,
    /// Whether its tests stand beside the code: it is no program of `tests/`.
    pub(crate) is_unit: bool,
}

/// The test programs of the one build, for those packages that `wanted` picks by their manifest's folder.
///
/// `cargo test` can only be told which packages to build, and fewer packages mean other features, hence another build.
pub(crate) fn test_programs(wanted: impl Fn(&Path) -> bool) -> Result<Vec<TestProgram>, Failure> {
    let messages = process::output(cargo("test").args(EVERYTHING).args([
        "--no-run",
        "--message-format",
        "json-render-diagnostics",
    ]))?;
    let mut programs = test_programs_in(&messages);
    programs.retain(|test| wanted(&test.folder));
    Ok(programs)
}

/// Reads Cargo's messages, one JSON object a line.
pub(crate) fn test_programs_in(messages: &str) -> Vec<TestProgram> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["profile"]["test"] == true)
        .filter_map(|message| {
            Some(TestProgram {
                program: PathBuf::from(message["executable"].as_str()?),
                folder: Path::new(message["manifest_path"].as_str()?)
                    .parent()?
                    .to_path_buf(),
                target: message["target"]["name"].as_str()?.to_owned(),
                is_unit: message["target"]["kind"][0] != "test",
            })
        })
        .collect()
}

/// Adds a component of the toolchain (`rustfmt`, `clippy`) when it is not there, which a minimal install leaves out.
pub(crate) fn ensure_component(subcommand: &str, component: &str) -> Result<(), Failure> {
    if has(subcommand) {
        return Ok(());
    }
    process::say(&format!("installing {component}"));
    process::run(process::command("rustup", &root()).args(["component", "add", component])).map_err(
        |failure| {
            Failure::new(format!(
                "{component} is missing and could not be added ({failure}); install it with your Rust toolchain"
            ))
        },
    )
}

/// The folder that debug builds land in: this program lies there itself.
pub(crate) fn debug_folder() -> Result<PathBuf, Failure> {
    let program = std::env::current_exe()
        .map_err(|error| Failure::new(format!("this program's own path is unknown: {error}")))?;
    program
        .parent()
        .map(Path::to_path_buf)
        .ok_or_else(|| Failure::new("this program lies in no folder"))
}

/// A file that this tool keeps between runs, under the target folder.
pub(crate) fn kept(name: &str) -> Result<PathBuf, Failure> {
    Ok(target_folder()?.join("xtask").join(name))
}

/// The folder that everything built lands in.
pub(crate) fn target_folder() -> Result<PathBuf, Failure> {
    let debug = debug_folder()?;
    Ok(debug.parent().unwrap_or(&debug).to_path_buf())
}

/// The path of a built program.
pub(crate) fn built(name: &str) -> Result<PathBuf, Failure> {
    Ok(debug_folder()?.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_programs_that_hold_tests_are_test_programs() {
        let messages = [
            r#"{"reason":"compiler-artifact","manifest_path":"/w/chat/Cargo.toml","target":{"name":"turn","kind":["test"]},"profile":{"test":true},"executable":"/w/target/debug/deps/turn-1"}"#,
            r#"{"reason":"compiler-artifact","manifest_path":"/w/e2e/Cargo.toml","profile":{"test":false},"executable":"/w/target/debug/demo"}"#,
            r#"{"reason":"compiler-artifact","manifest_path":"/w/chat/Cargo.toml","profile":{"test":true},"executable":null}"#,
            r#"{"reason":"build-finished","success":true}"#,
            "a line of something else",
        ]
        .join("\n");
        let programs = test_programs_in(&messages);
        assert_eq!(programs.len(), 1);
        assert_eq!(
            programs[0].program,
            Path::new("/w/target/debug/deps/turn-1")
        );
        assert_eq!(programs[0].target, "turn");
        assert!(!programs[0].is_unit);
        assert_eq!(programs[0].folder, Path::new("/w/chat"));
    }
}
