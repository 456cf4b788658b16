//! Where the app keeps what it writes.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Moves everything that the app writes into the folder it names.
const OVERRIDE: &str = "CHATELAINE_DATA_DIR";

/// The folder with chats, settings and web data, and the one with the log, which is the same where a person has named it.
#[derive(Debug, Clone)]
pub(crate) struct DataFolder {
    data: PathBuf,
    logs: PathBuf,
}

/// The platform's own places.
#[derive(Debug)]
pub(crate) struct Usual {
    /// For data.
    pub data: PathBuf,
    /// For logs.
    pub logs: PathBuf,
}

impl DataFolder {
    /// Finds the folders and makes them, open to their owner alone. `usual` are the platform's own places for them.
    ///
    /// # Errors
    /// When the one for data can't be made. A log that can't be written keeps nobody from anything.
    pub(crate) fn prepare(usual: impl FnOnce() -> Option<Usual>) -> io::Result<Self> {
        let named = env::var_os(OVERRIDE)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from);
        let Usual { data, logs } = named
            .map(|folder| Usual {
                data: folder.clone(),
                logs: folder,
            })
            .or_else(usual)
            .ok_or_else(|| io::Error::other("this system names no folder for data"))?;
        let folder = Self {
            data: std::path::absolute(data)?,
            logs: std::path::absolute(logs)?,
        };
        make(&folder.data)?;
        let _ = make(&folder.logs);
        Ok(folder)
    }

    /// A folder of a test's own.
    #[cfg(test)]
    pub(crate) fn at(folder: &Path) -> Self {
        Self {
            data: folder.to_owned(),
            logs: folder.to_owned(),
        }
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
        &self.data
    }

    /// The database of conversations.
    pub(crate) fn chats(&self) -> PathBuf {
        self.data.join("chats.sqlite")
    }

    /// The log.
    pub(crate) fn log(&self) -> PathBuf {
        self.logs.join("chatelaine.log")
    }

    /// The log before it.
    pub(crate) fn old_log(&self) -> PathBuf {
        self.logs.join("chatelaine.log.old")
    }

    /// What was written down when a part of the app broke.
    pub(crate) fn crash(&self) -> PathBuf {
        self.data.join("chatelaine.crash.txt")
    }

    /// Tells how far the last start came.
    pub(crate) fn started(&self) -> PathBuf {
        self.data.join("chatelaine.started")
    }

    /// Stands while the chats are to be put back as they were before an update.
    pub(crate) fn put_back(&self) -> PathBuf {
        self.data.join("chatelaine.put-chats-back")
    }

    /// What was fetched for an update.
    pub(crate) fn updates(&self) -> PathBuf {
        self.data.join("updates")
    }

    /// The same of an earlier run, until the person has seen it.
    pub(crate) fn earlier_crash(&self) -> PathBuf {
        self.data.join("chatelaine.crash.old.txt")
    }

    /// The keys that are sealed with a passphrase.
    pub(crate) fn sealed(&self) -> PathBuf {
        self.data.join("keys.age")
    }

    /// Stands while what the web engine keeps is to be removed.
    pub(crate) fn web_data_goes(&self) -> PathBuf {
        self.data.join("chatelaine.remove-web-data")
    }

    /// Where the windows were.
    pub(crate) fn placements(&self) -> PathBuf {
        self.data.join("windows.json")
    }

    /// Held while the app runs, so that two never write into one folder.
    pub(crate) fn lock(&self) -> PathBuf {
        self.data.join("chatelaine.lock")
    }

    /// What the web engine keeps.
    pub(crate) fn web_data(&self) -> PathBuf {
        self.data.join("webview")
    }
}

fn make(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
