//! Removes every key and everything that the app has written, past a native confirmation that says what and where.
//!
//! Keys come first. While one of them can't be removed, nothing else is without a second yes, since what is known of it goes with the
//! rest. Of files only those go that the app has made; the data folder may hold others.

mod files;

use std::sync::atomic::Ordering;
use std::time::Duration;

use credentials::{StoreError, StoreStatus};
use tauri::{AppHandle, Manager, WebviewWindow};

use crate::app::App;
use crate::folder::DataFolder;
use crate::ipc::{
    CommandError, ErrorCode, KeptIn, Notice, Removal, RemovalItem, RemovalOutcome, RemovalPart,
    Theme,
};
use crate::native::dialog::Question;
use crate::native::login_item;
use crate::windows;

/// How long running answers may take to end.
const LAST_WORDS: Duration = Duration::from_secs(2);

impl App {
    /// Removes everything. `None` if the person said no.
    ///
    /// # Errors
    /// Why the keys in the system's store can't be removed, where the person did not want the rest removed either; or that the chats
    /// can't be written. Nothing else has been removed then.
    pub(crate) async fn remove_everything(
        &self,
        app: &AppHandle,
        window: WebviewWindow,
    ) -> Result<Option<Removal>, CommandError> {
        let question = self.removal_question();
        if !self
            .dialogs
            .confirm(app, Some(window.clone()), question)
            .await?
        {
            return Ok(None);
        }
        if self.database.unwritable().is_some() {
            return Err(CommandError::new(ErrorCode::DatabaseReadOnly));
        }
        if self.updates.is_installing() {
            return Err(CommandError::new(ErrorCode::UpdateInstalls));
        }
        let system = self.clear_system_keys().await;
        if let Err(error) = &system {
            let question = self.rest_question(error);
            if !self
                .dialogs
                .confirm(app, Some(window.clone()), question)
                .await?
            {
                let store = self.keys.system().name();
                return Err(CommandError::from(error.clone()).about(store));
            }
        }
        let mut items = self.remove_keys(system).await;
        // Nothing may be written behind what is removed.
        let _ = tokio::time::timeout(LAST_WORDS, self.turns.stop_all()).await;
        if let Some(chat) = app.get_webview_window(windows::CHAT) {
            // It shows chats that are gone in a moment.
            let _ = chat.destroy();
        }
        items.push(self.remove_chats().await);
        items.push(self.remove_settings(app));
        items.extend(files::remove(&self.folder));
        items.extend(self.remove_updates());
        items.extend(remove_login_item(app));
        items.push(self.remove_web_data(&window));
        // New connections, by the way out that is usual: the proxy was a setting too.
        self.reroute().await;
        let stays = |item: &RemovalItem| matches!(item.outcome, RemovalOutcome::Left { .. });
        let left = items.iter().filter(|item| stays(item)).count();
        tracing::info!(
            left,
            "all keys and data were removed, but for what was left"
        );
        Ok(Some(Removal { items }))
    }

    fn removal_question(&self) -> Question {
        let count = |kept_in| self.keys.kept_in(kept_in).len();
        let keys = [KeptIn::System, KeptIn::Sealed, KeptIn::Session]
            .into_iter()
            .filter(|kept_in| *kept_in == KeptIn::System || count(*kept_in) > 0)
            .map(|kept_in| {
                let (count, place) = (count(kept_in), self.keys.place(kept_in));
                let noun = if count == 1 { "key" } else { "keys" };
                format!("{count} {noun} in {place}")
            });
        let keys: Vec<_> = keys.collect();
        Question {
            title: "Remove all keys and data?".into(),
            host: self.folder.path().display().to_string(),
            address: None,
            body: format!(
                "{}; in this folder every chat, the settings, what the windows keep and what was fetched for an update; and the \
                 log. Nothing can be brought back. The keys stay valid at their providers until you revoke them there. Files that Chatelaine did not make \
                 stay.",
                keys.join(", ")
            ),
            yes: "Remove everything".into(),
        }
    }

    /// Asks whether the rest is to go where keys stay.
    fn rest_question(&self, error: &StoreError) -> Question {
        Question {
            title: "Remove the rest?".into(),
            host: self.keys.system().name().into(),
            address: None,
            body: format!(
                "The keys in {} could not all be removed: {error}. They stay there, under the name Chatelaine, until you remove them \
                 there. Everything else goes, and nothing of it can be brought back.",
                self.keys.place(KeptIn::System)
            ),
            yes: "Remove the rest".into(),
        }
    }

    /// Removes the keys in the system's store, and says how many there were.
    async fn clear_system_keys(&self) -> Result<usize, StoreError> {
        // What the records do not tell since they could not be read may be there all the same.
        let may_hold_keys =
            !self.keys.kept_in(KeptIn::System).is_empty() || self.has_lost_records();
        match self.keys.system().status().await {
            StoreStatus::Absent(reason) if may_hold_keys => Err(StoreError::Absent(reason)),
            // Without a store, or a collection in it, there is nothing in it.
            StoreStatus::Absent(_) | StoreStatus::NeedsCollection => Ok(0),
            StoreStatus::Locked { .. } => Err(StoreError::Locked),
            StoreStatus::TimedOut => Err(StoreError::TimedOut),
            StoreStatus::Failed(what) => Err(StoreError::Failed(what)),
            StoreStatus::Ready { .. } => self.keys.clear_system().await,
        }
    }

    /// What became of what was fetched for an update, if anything was.
    fn remove_updates(&self) -> Option<RemovalItem> {
        let folder = self.folder.updates();
        let was_there = folder.exists();
        let place = folder.display().to_string();
        match self.forget_updates() {
            Ok(()) => was_there.then(|| removed(RemovalPart::Updates, place, 1)),
            Err(error) => Some(left(RemovalPart::Updates, place, error)),
        }
    }

    /// What became of the keys in the system's store, and of those elsewhere, which go now.
    async fn remove_keys(&self, system: Result<usize, StoreError>) -> Vec<RemovalItem> {
        let store = self.keys.system().name();
        let mut items = vec![match system {
            Ok(cleared) => removed(RemovalPart::SystemKeys, store, cleared),
            Err(error) => left(RemovalPart::SystemKeys, store, error),
        }];
        let sealed = self.keys.kept_in(KeptIn::Sealed).len();
        let file = self.keys.sealed().path().to_owned();
        let was_there = file.symlink_metadata().is_ok();
        let place = file.display().to_string();
        match self.keys.sealed().delete_file().await {
            Ok(()) if was_there => items.push(removed(RemovalPart::SealedKeys, place, sealed)),
            Ok(()) => {}
            Err(error) => items.push(left(RemovalPart::SealedKeys, place, error)),
        }
        let session = self.keys.clear_session().await;
        if session > 0 {
            items.push(removed(RemovalPart::SessionKeys, "", session));
        }
        items
    }

    /// Whether the file with the chats could not be opened, so that another is in its place.
    fn was_not_opened(&self) -> bool {
        self.notices
            .iter()
            .any(|notice| matches!(notice, Notice::ChatsNewer | Notice::ChatsUnavailable { .. }))
    }

    async fn remove_chats(&self) -> RemovalItem {
        let place = self.folder.chats();
        let database = std::sync::Arc::clone(&self.database);
        let erased = tokio::task::spawn_blocking(move || database.erase()).await;
        let mut outcome = match erased {
            Ok(Ok(count)) => removed(
                RemovalPart::Chats,
                place.display().to_string(),
                usize::try_from(count).unwrap_or(usize::MAX),
            ),
            Ok(Err(failure)) => left(RemovalPart::Chats, place.display().to_string(), failure),
            Err(error) => left(RemovalPart::Chats, place.display().to_string(), error),
        };
        // A file that could not be opened is not the one that was emptied.
        if self.was_not_opened()
            && let Err(error) = files::remove_database(&place)
        {
            outcome.outcome = RemovalOutcome::Left {
                why: error.to_string(),
            };
        }
        outcome
    }

    fn remove_settings(&self, app: &AppHandle) -> RemovalItem {
        let place = self
            .folder
            .path()
            .join("settings.json")
            .display()
            .to_string();
        let erased = self.settings.erase();
        self.gate
            .set_limits(|| crate::limits::in_force(&self.settings.current()));
        self.placements.clear();
        let _ = std::fs::remove_file(self.folder.placements());
        windows::apply_theme(app, Theme::System);
        for provider in self.catalog.vendors() {
            self.models.forget(&provider.id);
        }
        self.chat_was_open.store(false, Ordering::Relaxed);
        match erased {
            Ok(was_there) => removed(RemovalPart::Settings, place, usize::from(was_there)),
            Err(error) => left(RemovalPart::Settings, place, error),
        }
    }

    fn remove_web_data(&self, window: &WebviewWindow) -> RemovalItem {
        if let Err(error) = window.clear_all_browsing_data() {
            tracing::warn!(%error, "the windows' data could not be cleared while they are open");
        }
        self.web_data_goes.store(true, Ordering::Relaxed);
        // A session may end without a word: then it is for the next start to do.
        if let Err(error) = std::fs::File::create(self.folder.web_data_goes()) {
            tracing::warn!(%error, "what the windows keep may outlast a sudden end");
        }
        RemovalItem {
            part: RemovalPart::WebData,
            place: self.folder.web_data().display().to_string(),
            count: 0,
            outcome: RemovalOutcome::AtQuit,
        }
    }

    /// Keeps where the windows are, unless everything was removed.
    pub(crate) fn keep_places(&self) {
        if !self.web_data_goes.load(Ordering::Relaxed) {
            self.placements.save(&self.folder);
        }
    }

    /// What can only go when no window is open any more.
    pub(crate) fn remove_at_quit(&self) {
        if self.web_data_goes.load(Ordering::Relaxed) {
            finish(&self.folder);
        }
    }
}

/// Removes what the windows have kept, if that was to be done and the app ended before it was. No window may be open.
pub(crate) fn finish(folder: &DataFolder) {
    if folder.web_data_goes().exists() {
        files::remove_web_data(&folder.web_data());
        let _ = std::fs::remove_file(folder.web_data_goes());
    }
}

/// What became of the entry that opens the app at login, if there was one. It is the usual data folder's alone.
fn remove_login_item(app: &AppHandle) -> Option<RemovalItem> {
    if DataFolder::override_mark().is_some() || !login_item::is_set(app) {
        return None;
    }
    let place = "the list of what is opened at login";
    Some(match login_item::set(app, false) {
        Ok(()) => removed(RemovalPart::LoginItem, place, 1),
        Err(error) => left(RemovalPart::LoginItem, place, error),
    })
}

fn removed(part: RemovalPart, place: impl Into<String>, count: usize) -> RemovalItem {
    RemovalItem {
        part,
        place: place.into(),
        count: u32::try_from(count).unwrap_or(u32::MAX),
        outcome: RemovalOutcome::Removed,
    }
}

fn left(part: RemovalPart, place: impl Into<String>, why: impl std::fmt::Display) -> RemovalItem {
    RemovalItem {
        part,
        place: place.into(),
        count: 0,
        outcome: RemovalOutcome::Left {
            why: why.to_string(),
        },
    }
}
