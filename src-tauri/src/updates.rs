//! The app's own updates: one state, what moves it, and what the windows are told of it.
//!
//! The manifest and the package are fetched by the client that everything else leaves by, so that the proxy and the
//! certificates that a person has set count here too, and every hop is https. Tauri's plugin checks the signature and installs
//! (see [`install`]); it never asks a server. What may follow on what is in [`machine`].

mod download;
mod fault;
mod install;
mod machine;
mod manifest;
mod package;
mod source;

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use semver::Version;
use tauri::{AppHandle, Manager as _, WebviewWindow};

use crate::app::{App, now_ms};
use crate::folder::DataFolder;
use crate::ipc::{
    AppEvent, CommandError, ErrorCode, PutOff, UpdateFault, UpdateFaultKind, Updates, UpdatesOff,
};
use crate::native::dialog::Question;
use crate::window_events::WindowEvents;
use download::Staging;
use machine::{Inner, Stage};
use manifest::{Offer, Release};
use source::Source;

#[cfg(target_os = "linux")]
pub(crate) use install::{ARGUMENT as INSTALL_ARGUMENT, run as run_installer};

/// How long after its start the app asks for the first time, so that the start is not slower for it.
const FIRST: Duration = Duration::from_secs(10);
/// How often it is looked whether a day has passed. A computer that slept has slept through its appointments.
const LOOK: Duration = Duration::from_secs(15 * 60);
const DAY_MS: i64 = 86_400_000;
/// How long the app waits before it asks a server again that has not answered.
const AGAIN_MS: i64 = 60 * 60 * 1000;
/// How often the windows hear of a download's progress.
const TELL: Duration = Duration::from_millis(200);

/// Where the app stands with its own updates.
pub(crate) struct AppUpdates {
    staging: Staging,
    /// Where new versions come from; it is found after the start.
    source: OnceLock<Result<Source, UpdatesOff>>,
    inner: Mutex<Inner>,
    /// Held while the windows are told, so that the last thing they hear is how it stands.
    telling: Mutex<()>,
    chat: WindowEvents<Updates>,
    settings: WindowEvents<Updates>,
}

impl AppUpdates {
    pub(crate) fn new(folder: &DataFolder) -> Self {
        Self {
            staging: Staging::at(folder.updates()),
            source: OnceLock::new(),
            inner: Mutex::default(),
            telling: Mutex::default(),
            chat: WindowEvents::default(),
            settings: WindowEvents::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a package is being installed. Nothing is asked of a model meanwhile: the app starts again after it.
    pub(crate) fn is_installing(&self) -> bool {
        self.lock().stage == Stage::Installing
    }

    /// Removes what was fetched of versions that are to go.
    fn forget(&self, goes: impl Fn(&Version) -> bool) {
        if let Err(error) = self.staging.clear(goes) {
            tracing::warn!(%error, "what was fetched for an update can't be removed");
        }
    }

    fn source(&self) -> Option<&Source> {
        self.source.get()?.as_ref().ok()
    }
}

/// Looks for new versions from now on, as long as the app runs and the person wants it.
pub(crate) fn begin(handle: AppHandle) {
    tauri::async_runtime::spawn(async move {
        let found = {
            let handle = handle.clone();
            tokio::task::spawn_blocking(move || source::find(&handle)).await
        };
        let app = handle.state::<App>();
        let found = found.unwrap_or(Err(UpdatesOff::NotBuiltIn));
        let is_on = found.is_ok()
            && handle
                .plugin(tauri_plugin_updater::Builder::new().build())
                .is_ok();
        let _ = app.updates.source.set(if is_on {
            found
        } else {
            Err(found.err().unwrap_or(UpdatesOff::NotBuiltIn))
        });
        app.tell_of_updates();
        // What was installed, or fetched by a version before this one.
        let running = handle.package_info().version.clone();
        app.updates.forget(|version| *version <= running);
        if !is_on {
            return;
        }
        tokio::time::sleep(first()).await;
        let mut tried_at = None;
        loop {
            let now = now_ms();
            let checked_at = app.updates.lock().checked_at;
            let is_due = is_past(checked_at, DAY_MS, now) && is_past(tried_at, AGAIN_MS, now);
            if is_due && app.settings.current().updates.automatic {
                tried_at = Some(now);
                app.check_for_update(&handle, false).await;
            }
            tokio::time::sleep(LOOK).await;
            // A version that was put off may be told of again.
            app.tell_of_updates();
        }
    });
}

/// Whether so long has passed since then. A time that is yet to come is from a clock that was set back since.
fn is_past(then: Option<i64>, wait: i64, now: i64) -> bool {
    then.is_none_or(|then| now - then >= wait || then > now)
}

/// When to ask for the first time. A test does not wait: `CHATELAINE_SWITCH_UPDATE_FIRST_MS`.
fn first() -> Duration {
    #[cfg(feature = "switches")]
    if let Some(first) = std::env::var("CHATELAINE_SWITCH_UPDATE_FIRST_MS")
        .ok()
        .and_then(|ms| ms.parse().ok())
        .map(Duration::from_millis)
    {
        return first;
    }
    FIRST
}

impl App {
    /// What the windows see.
    pub(crate) fn updates_view(&self) -> Updates {
        let chosen = self.settings.current().updates;
        let off = match self.updates.source.get() {
            Some(Err(why)) => Some(*why),
            _ if !chosen.automatic => Some(UpdatesOff::SwitchedOff),
            _ => None,
        };
        let inner = self.updates.lock().clone();
        let skipped = inner
            .release
            .as_ref()
            .is_some_and(|release| chosen.skip == Some(release.version.to_string()));
        let later = chosen
            .remind_after
            .is_some_and(|at| (1..=DAY_MS).contains(&at.saturating_sub(now_ms())));
        Updates {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            state: inner.state(off),
            automatic: chosen.automatic,
            checked_at: inner.checked_at,
            put_off: match (skipped, later) {
                (true, _) => Some(PutOff::Skipped),
                (_, true) => Some(PutOff::Later),
                _ => None,
            },
        }
    }

    pub(crate) fn tell_of_updates(&self) {
        let _telling = self.updates.telling.lock();
        let view = self.updates_view();
        self.updates.chat.tell(view.clone());
        self.updates.settings.tell(view);
    }

    /// Tells a window where it stands, now and from now on.
    pub(crate) fn watch_updates(
        &self,
        window: &WebviewWindow,
        events: tauri::ipc::Channel<Updates>,
    ) {
        let watch = if window.label() == crate::windows::CHAT {
            &self.updates.chat
        } else {
            &self.updates.settings
        };
        let _telling = self.updates.telling.lock();
        watch.watch(events);
        watch.tell(self.updates_view());
    }

    /// Asks the server what there is, unless something is going on.
    pub(crate) async fn check_for_update(&self, handle: &AppHandle, is_awaited: bool) {
        let Some(source) = self.updates.source() else {
            return;
        };
        if !self.updates.lock().check() {
            return;
        }
        self.tell_of_updates();
        let offer = self.offer(handle, source).await;
        if let Err(fault) = &offer {
            tracing::warn!(kind = ?fault.kind, host = fault.host, "there is no telling whether there is a new version");
        }
        let offered = match &offer {
            Ok(Offer::Newer(release)) => Some(release.version.clone()),
            _ => None,
        };
        let is_answer = offer.is_ok();
        let mut inner = self.updates.lock();
        inner.checked(offer, is_awaited, now_ms());
        let is_in_use = matches!(inner.stage, Stage::Installing | Stage::Downloading { .. });
        drop(inner);
        // Of other versions nothing is gone on with.
        if is_answer && !is_in_use {
            self.updates
                .forget(|version| Some(version) != offered.as_ref());
        }
        self.tell_of_updates();
    }

    async fn offer(&self, handle: &AppHandle, source: &Source) -> Result<Offer, UpdateFault> {
        let bytes = download::manifest(&self.client, &source.endpoint).await?;
        manifest::read(
            &bytes,
            &source.kind.target(),
            &handle.package_info().version,
        )
    }

    /// Begins to fetch the newer version. It goes on when the window is closed.
    ///
    /// # Errors
    /// If there is none that could be fetched.
    pub(crate) fn download_update(&self, handle: &AppHandle) -> Result<(), CommandError> {
        let (release, cancel) = {
            let mut inner = self.updates.lock();
            let release = inner.fetch().ok_or_else(not_there)?;
            (release, Arc::clone(&inner.cancel))
        };
        self.wanted(&release);
        self.tell_of_updates();
        let handle = handle.clone();
        tauri::async_runtime::spawn(async move {
            let app = handle.state::<App>();
            let outcome = tokio::select! {
                outcome = app.fetch(&handle, &release) => Some(outcome),
                () = cancel.notified() => None,
                never = app.tell_of_progress() => never,
            };
            app.updates.lock().downloaded(&release, outcome);
            app.tell_of_updates();
        });
        Ok(())
    }

    /// Whoever wants a version now does not put it off any more.
    fn wanted(&self, release: &Release) {
        let wanted = release.version.to_string();
        let chosen = self.settings.current().updates;
        if chosen.remind_after.is_none() && chosen.skip.as_ref() != Some(&wanted) {
            return;
        }
        let kept = self.choose(|chosen| {
            chosen.remind_after = None;
            chosen.skip.take_if(|skipped| *skipped == wanted);
        });
        if let Err(error) = kept {
            tracing::warn!(?error, "a choice about updates is not kept");
        }
    }

    /// Tells the windows how far a download is, every now and then. It never ends by itself.
    async fn tell_of_progress<T>(&self) -> T {
        let mut told = Stage::NotChecked;
        loop {
            tokio::time::sleep(TELL).await;
            let stage = self.updates.lock().stage.clone();
            if stage != told {
                self.tell_of_updates();
                told = stage;
            }
        }
    }

    /// Fetches a package and checks all that can be known of it.
    async fn fetch(&self, handle: &AppHandle, release: &Release) -> Result<(), UpdateFault> {
        let source = self
            .updates
            .source()
            .ok_or_else(|| UpdateFault::new(UpdateFaultKind::Interrupted))?;
        let staging = &self.updates.staging;
        let package = staging.package(release, source.kind.extension());
        // It was fetched before, and the app was closed since.
        if package.exists()
            && self
                .check_package(handle, source, release, &package)
                .await
                .is_ok()
        {
            return Ok(());
        }
        let part = staging
            .fetch(&self.client, release, |received, total| {
                self.updates.lock().progress(received, total);
            })
            .await?;
        let checked = self.check_package(handle, source, release, &part).await;
        if checked.is_ok() {
            tokio::fs::rename(&part, &package).await?;
        }
        // Whole or refused, there is nothing to go on with.
        staging.forget(release).await;
        checked
    }

    /// Checks a package that is whole: its signature, and what is inside.
    async fn check_package(
        &self,
        handle: &AppHandle,
        source: &Source,
        release: &Release,
        file: &Path,
    ) -> Result<(), UpdateFault> {
        let update = install::update(handle, source, release)?;
        let (kind, release, file) = (source.kind, release.clone(), file.to_owned());
        let checked = tokio::task::spawn_blocking(move || {
            update.verify(&std::fs::read(&file)?)?;
            package::check(kind, &file, &release.signature, &release.version)
        });
        checked
            .await
            .unwrap_or_else(|_| Err(UpdateFault::new(UpdateFaultKind::Interrupted)))
    }

    /// Stops fetching.
    ///
    /// # Errors
    /// If nothing is being fetched.
    pub(crate) fn cancel_download(&self) -> Result<(), CommandError> {
        let inner = self.updates.lock();
        if !matches!(inner.stage, Stage::Downloading { .. }) {
            return Err(not_there());
        }
        inner.cancel.notify_one();
        Ok(())
    }

    /// Begins to install what is ready, past a native confirmation; what is installed already needs the start alone.
    ///
    /// # Errors
    /// If there is nothing to install, or while an answer is being made.
    pub(crate) async fn install_update(
        &self,
        handle: &AppHandle,
        window: WebviewWindow,
    ) -> Result<(), CommandError> {
        self.runs_no_turn()?;
        let source = self.updates.source().ok_or_else(not_there)?;
        if self.updates.lock().stage == Stage::Installed {
            // Whoever answers one has something to finish.
            if self.dialogs.is_open() {
                return Err(CommandError::new(ErrorCode::DialogOpen));
            }
            match handle.get_webview_window(crate::windows::CHAT) {
                Some(chat) if chat.label() != window.label() => {
                    crate::windows::raise(&chat);
                    self.chat_events.tell(AppEvent::RestartWanted);
                }
                _ => self.start_again(handle),
            }
            return Ok(());
        }
        let has_package = |release: &Release| {
            let staging = &self.updates.staging;
            staging.package(release, source.kind.extension()).exists()
        };
        let release = self.updates.lock().installable(has_package);
        let release = release.ok_or_else(not_there)?;
        // A script can say so too, and not every system asks for permission.
        let question = installing(&release.version);
        if !self.dialogs.confirm(handle, Some(window), question).await? {
            return Ok(());
        }
        self.runs_no_turn()?;
        // Meanwhile another version may have come in its place, which nobody has said yes to.
        if !self.updates.lock().install(&release, has_package) {
            return Err(not_there());
        }
        self.wanted(&release);
        self.tell_of_updates();
        let handle = handle.clone();
        tauri::async_runtime::spawn(async move {
            handle.state::<App>().install_now(&handle, &release).await;
        });
        Ok(())
    }

    fn runs_no_turn(&self) -> Result<(), CommandError> {
        if self.turns.any_runs() {
            return Err(CommandError::new(ErrorCode::TurnRuns));
        }
        Ok(())
    }

    async fn install_now(&self, handle: &AppHandle, release: &Release) {
        let Some(source) = self.updates.source() else {
            return;
        };
        let package = self
            .updates
            .staging
            .package(release, source.kind.extension());
        let outcome = install::install(handle, source, release, &package).await;
        if let Err(fault) = &outcome {
            tracing::warn!(kind = ?fault.kind, "the update is not installed");
        }
        let is_installed = outcome.is_ok();
        self.updates.lock().installed(outcome);
        self.tell_of_updates();
        // The chat window knows whether something is written there that would be lost, and starts the app again if not.
        let chat = handle.get_webview_window(crate::windows::CHAT);
        if is_installed && chat.is_none() && !self.dialogs.is_open() {
            self.start_again(handle);
        }
    }

    /// Quits, and starts the program that is installed now.
    pub(crate) fn start_again(&self, handle: &AppHandle) {
        tracing::info!("the app starts again");
        self.starts_again
            .store(true, std::sync::atomic::Ordering::Relaxed);
        handle.exit(0);
    }

    /// Removes what was fetched, and ends what is being fetched.
    ///
    /// # Errors
    /// When something of it stays.
    pub(crate) fn forget_updates(&self) -> std::io::Result<()> {
        {
            let mut inner = self.updates.lock();
            if inner.stage == Stage::Installing {
                return Err(std::io::Error::other("a version is being installed"));
            }
            inner.cancel.notify_one();
            inner.release = None;
            inner.stage = Stage::NotChecked;
        }
        self.tell_of_updates();
        self.updates.staging.clear(|_| true)
    }

    /// Says nothing of the version that is there until tomorrow.
    pub(crate) fn put_off_update(&self) -> Result<(), CommandError> {
        self.choose(|chosen| chosen.remind_after = Some(now_ms() + DAY_MS))
    }

    /// Says nothing of the version that is there any more.
    ///
    /// # Errors
    /// If there is none, or the choice can't be kept.
    pub(crate) fn skip_update(&self) -> Result<(), CommandError> {
        let release = self.updates.lock().release.clone();
        let version = release.ok_or_else(not_there)?.version.to_string();
        self.choose(|chosen| chosen.skip = Some(version))
    }

    /// Whether to look by itself.
    pub(crate) fn set_update_checks(&self, automatic: bool) -> Result<(), CommandError> {
        self.choose(|chosen| chosen.automatic = automatic)
    }

    fn choose(
        &self,
        change: impl FnOnce(&mut storage::UpdateSettings),
    ) -> Result<(), CommandError> {
        let saved = self
            .settings
            .update(|settings| change(&mut settings.updates));
        saved.map_err(crate::own_providers::not_saved)?;
        self.tell_of_updates();
        Ok(())
    }

    /// What is new, as Markdown.
    ///
    /// # Errors
    /// If there is no newer version.
    pub(crate) fn update_notes(&self) -> Result<Vec<markdown::Block>, CommandError> {
        let release = self.updates.lock().release.clone();
        Ok(markdown::parse(&release.ok_or_else(not_there)?.notes))
    }

    /// Opens the page with the releases, past a native confirmation. False if the person said no.
    ///
    /// # Errors
    /// If this build knows of none.
    pub(crate) async fn open_release_page(
        &self,
        handle: &AppHandle,
        window: WebviewWindow,
    ) -> Result<bool, CommandError> {
        let page = source::release_page().ok_or_else(not_there)?;
        self.open_link(handle, window, page).await
    }
}

fn installing(version: &Version) -> Question {
    Question {
        title: "Install this version?".into(),
        host: format!("Chatelaine {version}"),
        address: None,
        body: "It is signed with the key that this app was built with. Your system may ask for your password. When it is \
               installed, Chatelaine starts again, unless something is being written."
            .into(),
        yes: "Install".into(),
    }
}

fn not_there() -> CommandError {
    CommandError::new(ErrorCode::UpdateNotThere)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_set_back_stops_no_look() {
        assert!(is_past(None, DAY_MS, 0));
        assert!(!is_past(Some(1), DAY_MS, DAY_MS));
        assert!(is_past(Some(1), DAY_MS, DAY_MS + 1));
        assert!(is_past(Some(DAY_MS), DAY_MS, 1));
    }
}
