//! How the app is to be started.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::desk::Desk;

/// A program, its arguments and what it gets beside the desk's environment.
#[derive(Debug, Clone)]
pub struct Launch {
    binary: PathBuf,
    arguments: Vec<OsString>,
    // `None` takes a variable away.
    environment: Vec<(OsString, Option<OsString>)>,
}

impl Launch {
    /// The app under test, with the desk's data folder.
    pub fn new(desk: &Desk) -> Self {
        Self::of(crate::app_binary())
            .env("CHATELAINE_DATA_DIR", desk.data_folder())
            // What fails is asked again at once, where the provider does not say when.
            .env("CHATELAINE_SWITCH_RETRY_MS", "20")
            .env("CHATELAINE_SWITCH_LOCAL", "")
    }

    /// Another program, with nothing but the desk's environment.
    pub fn of(binary: impl Into<PathBuf>) -> Self {
        Self {
            binary: binary.into(),
            arguments: Vec::new(),
            environment: Vec::new(),
        }
    }

    /// Sets a variable of its environment.
    #[must_use]
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.environment
            .push((name.as_ref().to_owned(), Some(value.as_ref().to_owned())));
        self
    }

    /// Takes a variable out of its environment.
    #[must_use]
    pub fn without_env(mut self, name: impl AsRef<OsStr>) -> Self {
        self.environment.push((name.as_ref().to_owned(), None));
        self
    }

    /// Adds an argument.
    #[must_use]
    pub fn argument(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.arguments.push(argument.as_ref().to_owned());
        self
    }

    pub(super) fn binary(&self) -> &Path {
        &self.binary
    }

    pub(super) fn arguments(&self) -> &[OsString] {
        &self.arguments
    }

    /// Gives `command` this environment.
    pub(super) fn furnish(&self, command: &mut Command) {
        for (name, value) in &self.environment {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
    }
}
