//! Where the settings in use come from.

use std::path::PathBuf;

/// Where the settings in use come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingsOrigin {
    /// There is no file yet; these are the defaults.
    FirstRun,
    /// From the file.
    Loaded,
    /// The file can't be used; these are the defaults. The first change writes a new file in its place.
    SetAside {
        /// What is wrong with it.
        reason: SetAsideReason,
        /// Where its content is kept. The file itself, where it could not be copied: the first change then moves it to a
        /// dated name, or fails.
        kept_as: PathBuf,
    },
}

/// Why a file can't be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetAsideReason {
    /// It is no JSON object.
    Broken {
        /// The line where reading failed, counted from 1.
        line: usize,
        /// The column (in bytes) where reading failed.
        column: usize,
    },
    /// It can't be read, for want of permission or because it is no file.
    Unreadable,
    /// A later version of the app has written it.
    Newer {
        /// The version of its form.
        version: u64,
    },
}
