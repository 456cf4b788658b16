//! Where the app keeps what it writes.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Moves everything that the app writes into the folder it names.
const OVERRIDE: &str = "CHATELAINE_DATA_DIR";

/// The one folder with chats, settings, log and web data.
#[derive(Debug, Clone)]
pub(crate) struct DataFolder(PathBuf);

impl DataFolder {
    /// Finds the folder and makes it, open to its owner alone. `usual` is the platform's own place for it.
    ///
    /// # Errors
    /// When it can't be made.
    pub(crate) fn prepare(usual: impl FnOnce() -> Option<PathBuf>) -> io::Result<Self> {
        let folder = env::var_os(OVERRIDE)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
            .or_else(usual)
            .ok_or_else(|| io::Error::other("this system names no folder for data"))?;
        let folder = std::path::absolute(folder)?;
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&folder)?;
        Ok(Self(folder))
    }

    /// A folder of a test's own.
    #[cfg(test)]
    pub(crate) fn at(folder: &Path) -> Self {
        Self(folder.to_owned())
    }

    /// A number that tells data folders which were chosen by hand apart; `None` for the usual one.
    pub(crate) fn override_mark() -> Option<u64> {
        let value = env::var_os(OVERRIDE).filter(|value| !value.is_empty())?;
        let mut hasher = DefaultHasher::new();
        value.hash(&mut hasher);
        Some(hasher.finish())
    }

    /// The folder itself.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// The database of conversations.
    pub(crate) fn chats(&self) -> PathBuf {
        self.0.join("chats.sqlite")
    }

    /// The log.
    pub(crate) fn log(&self) -> PathBuf {
        self.0.join("chatelaine.log")
    }

    /// What was written down when a part of the app broke.
    pub(crate) fn crash(&self) -> PathBuf {
        self.0.join("chatelaine.crash.txt")
    }

    /// Tells how far the last start came.
    pub(crate) fn started(&self) -> PathBuf {
        self.0.join("chatelaine.started")
    }

    /// Stands while the chats are to be put back as they were before an update.
    pub(crate) fn put_back(&self) -> PathBuf {
        self.0.join("chatelaine.put-chats-back")
    }

    /// What was fetched for an update.
    pub(crate) fn updates(&self) -> PathBuf {
        self.0.join("updates")
    }

    /// The same of an earlier run, until the person has seen it.
    pub(crate) fn earlier_crash(&self) -> PathBuf {
        self.0.join("chatelaine.crash.old.txt")
    }

    /// The keys that are sealed with a passphrase.
    pub(crate) fn sealed(&self) -> PathBuf {
        self.0.join("keys.age")
    }

    /// Stands while what the web engine keeps is to be removed.
    pub(crate) fn web_data_goes(&self) -> PathBuf {
        self.0.join("chatelaine.remove-web-data")
    }

    /// Where the windows were.
    pub(crate) fn placements(&self) -> PathBuf {
        self.0.join("windows.json")
    }

    /// Held while the app runs, so that two never write into one folder.
    pub(crate) fn lock(&self) -> PathBuf {
        self.0.join("chatelaine.lock")
    }

    /// What the web engine keeps.
    pub(crate) fn web_data(&self) -> PathBuf {
        self.0.join("webview")
    }
}
