//! Whether this version has ever come as far as showing a window, and the way back to the chats as they were before it.

use std::path::{Path, PathBuf};
use std::time::SystemTime;
use std::{fs, io};

use storage::Database;
use tauri::{AppHandle, WebviewWindow};

use crate::app::App;
use crate::folder::DataFolder;
use crate::ipc::{CommandError, ErrorCode, Notice};
use crate::native::dialog::Question;

/// In the file that tells: this version was started, and has not shown a window yet.
const STARTS: &str = "starts";
/// In the file that tells: this version has shown a window.
const STANDS: &str = "stands";

/// Notes that this version starts. Tells if it did so before in vain, and of the chats as they were before it.
pub(crate) fn begin(folder: &DataFolder) -> Option<Notice> {
    let file = folder.started();
    let noted = fs::read_to_string(&file).unwrap_or_default();
    // It has stood before: a start that ends early, at the end of a session say, tells nothing of it.
    if noted == line(STANDS) {
        return None;
    }
    if noted != line(STARTS) {
        note(&file, STARTS);
        return None;
    }
    // One that is older than this version's first start was made for another, and much may have been written since.
    let began = modified(&file)?;
    let copy =
        latest_copy(folder).filter(|copy| modified(copy).is_some_and(|made| made >= began))?;
    tracing::warn!(copy = %copy.display(), "an earlier start of this version broke off");
    Some(Notice::StartBrokeOff {
        kept_as: copy.display().to_string(),
    })
}

/// Notes that a window was shown.
pub(crate) fn stands(folder: &DataFolder) {
    note(&folder.started(), STANDS);
}

/// Puts the chats back, if that was asked for before this start. Gives where those are that were there instead, until
/// [`is_put_back`] says that all of it is done.
pub(crate) fn put_back(folder: &DataFolder) -> Option<Result<PathBuf, Notice>> {
    let wish = fs::read_to_string(folder.put_back()).ok()?;
    if !wish.is_empty() {
        return Some(Ok(wish.into()));
    }
    let Some(copy) = latest_copy(folder) else {
        is_put_back(folder);
        return None;
    };
    Some(match Database::put_back(&folder.chats(), &copy) {
        Ok(kept) => {
            // What is taken over from there is taken over at the next start, should this one end before.
            if let Err(error) = fs::write(folder.put_back(), kept.display().to_string()) {
                tracing::error!(%error, "that the chats were put back is not noted");
            }
            Ok(kept)
        }
        Err(error) => {
            tracing::error!(%error, "the chats could not be put back");
            is_put_back(folder);
            Err(Notice::ChatsNotPutBack {
                kept_as: copy.display().to_string(),
            })
        }
    })
}

/// Nothing is left to do of what was asked for.
pub(crate) fn is_put_back(folder: &DataFolder) {
    if let Err(error) = fs::remove_file(folder.put_back())
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::warn!(%error, "that the chats were put back will be told again");
    }
}

fn latest_copy(folder: &DataFolder) -> Option<PathBuf> {
    Database::copies(&folder.chats()).pop()
}

fn modified(file: &Path) -> Option<SystemTime> {
    file.metadata().and_then(|file| file.modified()).ok()
}

fn line(how_far: &str) -> String {
    format!("{} {how_far}\n", env!("CARGO_PKG_VERSION"))
}

/// A folder that can't be written has other things told of it.
fn note(file: &Path, how_far: &str) {
    if let Err(error) = fs::write(file, line(how_far)) {
        tracing::warn!(%error, "how far this start came is not noted");
    }
}

impl App {
    /// Starts again with the chats as they were before this version changed them, past a native confirmation. False if the
    /// person said no.
    ///
    /// # Errors
    /// If there is no copy, while an answer is being made, or when the wish can't be noted.
    pub(crate) async fn put_chats_back(
        &self,
        handle: &AppHandle,
        window: WebviewWindow,
    ) -> Result<bool, CommandError> {
        // It is offered after a start that broke off, and at no other time.
        let is_offered = |notice: &Notice| matches!(notice, Notice::StartBrokeOff { .. });
        let copy = latest_copy(&self.folder)
            .filter(|_| self.notices.iter().any(is_offered))
            .ok_or_else(|| CommandError::new(ErrorCode::NotFound))?;
        let question = Question {
            title: "Put the chats back as they were before the update?".into(),
            host: copy.display().to_string(),
            address: None,
            body: "What was written since is kept beside them, in a file of its own, for two weeks or until you delete a chat. \
                   Keys, limits and what was spent stay as they are now. Chatelaine starts again."
                .into(),
            yes: "Put back".into(),
        };
        if !self.dialogs.confirm(handle, Some(window), question).await? {
            return Ok(false);
        }
        if self.turns.any_runs() {
            return Err(CommandError::new(ErrorCode::TurnRuns));
        }
        fs::write(self.folder.put_back(), "").map_err(|error| {
            tracing::warn!(%error, "that the chats are to be put back is not noted");
            CommandError::new(ErrorCode::DatabaseReadOnly)
        })?;
        self.start_again(handle);
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn folder() -> (tempfile::TempDir, DataFolder) {
        let temporary = tempfile::tempdir().unwrap();
        let folder = DataFolder::at(temporary.path());
        (temporary, folder)
    }

    #[test]
    fn a_start_that_broke_off_is_told_of_where_there_is_a_copy_to_go_back_to() {
        let (temporary, folder) = folder();
        assert_eq!(begin(&folder), None);
        // Broken off, but no chats were changed.
        assert_eq!(begin(&folder), None);
        let copy = temporary
            .path()
            .join("chats.before-update-2026-11-24T231028Z.sqlite");
        fs::write(&copy, "").unwrap();
        let told = Notice::StartBrokeOff {
            kept_as: copy.display().to_string(),
        };
        assert_eq!(begin(&folder), Some(told));
        // It was made for an earlier version: what was written since this one came is not to be lost to it.
        let earlier = SystemTime::now() - Duration::from_secs(600);
        let file = fs::File::options().write(true).open(&copy).unwrap();
        file.set_modified(earlier).unwrap();
        assert_eq!(begin(&folder), None);
        stands(&folder);
        assert_eq!(begin(&folder), None);
        // Once it has stood, a start that ends early tells nothing.
        assert_eq!(begin(&folder), None);
    }

    #[test]
    fn another_version_s_start_is_none_of_this_one_s() {
        let (temporary, folder) = folder();
        fs::write(folder.started(), "0.0.1 starts\n").unwrap();
        let copy = "chats.before-update-2026-11-24T231028Z.sqlite";
        fs::write(temporary.path().join(copy), "").unwrap();
        assert_eq!(begin(&folder), None);
    }

    #[test]
    fn chats_are_put_back_once_and_only_when_asked() {
        let (temporary, folder) = folder();
        let copy = temporary
            .path()
            .join("chats.before-update-2026-11-24T231028Z.sqlite");
        fs::write(&copy, "old").unwrap();
        fs::write(folder.chats(), "new").unwrap();
        assert_eq!(put_back(&folder), None);
        fs::write(folder.put_back(), "").unwrap();
        let kept = put_back(&folder).unwrap().unwrap();
        assert_eq!(fs::read_to_string(folder.chats()).unwrap(), "old");
        assert_eq!(fs::read_to_string(&kept).unwrap(), "new");
        // Until all is done it is gone on with, and nothing is put back a second time.
        assert_eq!(put_back(&folder), Some(Ok(kept)));
        is_put_back(&folder);
        assert_eq!(put_back(&folder), None);
        assert_eq!(fs::read_to_string(folder.chats()).unwrap(), "old");
    }
}
