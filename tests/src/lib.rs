//! The harness of the end-to-end tests: a private desk for each test, the app in a real window on it, and the
//! servers, keyrings and searches that the promises are proved with.
//!
//! Everything here blocks the calling test until it is done, so that a test reads from top to bottom. What must run
//! meanwhile (servers, the driver's connection) runs on a runtime of its own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    clippy::missing_errors_doc,
    clippy::print_stderr,
    reason = "a harness that can't go on fails the test, and says why where the test runner captures it"
)]

pub mod canary;
pub mod demo;
pub mod desk;
pub mod dialog;
pub mod disk;
pub mod gallery;
pub mod items;
pub mod llama;
pub mod memory;
pub mod needle;
pub mod processes;
pub mod proof;
pub mod provider;
pub mod proxy;
pub mod releases;
mod runtime;
pub mod scenario;
pub mod script;
pub mod settings_page;
pub mod sinks;
pub mod wait;
pub mod window;
pub mod workshop;

pub use desk::{Desk, Keyring};
pub use wait::{wait_for, wait_until};

use std::path::{Path, PathBuf};

/// The system's own Python, which has the system's packages: pyatspi and the bindings of GTK.
pub(crate) const SYSTEM_PYTHON: &str = "/usr/bin/python3";

/// The folder that built things go to: `target` of the workspace.
pub fn target_folder() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"),
        PathBuf::from,
    )
}

/// The app under test: `CHATELAINE_BIN`, or the debug build.
///
/// # Panics
/// When there is no such file, so that no test passes for want of an app.
pub fn app_binary() -> PathBuf {
    let binary = std::env::var_os("CHATELAINE_BIN")
        .map_or_else(|| target_folder().join("debug/chatelaine"), PathBuf::from);
    binary
        .canonicalize()
        .unwrap_or_else(|error| panic!("no app to test at {}: {error}", binary.display()))
}

/// Where screenshots of the scenarios go.
pub fn screenshot_folder() -> PathBuf {
    let folder = target_folder().join("e2e/screenshots");
    std::fs::create_dir_all(&folder).expect("the screenshot folder can be made");
    folder.canonicalize().expect("a folder that was just made")
}
