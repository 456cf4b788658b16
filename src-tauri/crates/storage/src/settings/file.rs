//! `settings.json`, read when the app starts and written when something is set.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value};

use super::origin::{SetAsideReason, SettingsOrigin};
use super::problem::SettingsProblem;
use super::{Settings, merge, parse, replace};
use crate::beside;

const NAME: &str = "settings.json";

/// The settings could not be written. They are as they were, in the file and in use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SaveError {
    /// The file or its folder may not be written.
    #[error("read-only")]
    ReadOnly,
    /// The disk is full.
    #[error("disk full")]
    Full,
    /// The change would not be read back as it is: an id that is empty or there twice, an address that is none.
    #[error("not valid")]
    Invalid,
    /// Another failure, in the system's own words.
    #[error("{0}")]
    Other(String),
}

impl From<io::Error> for SaveError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            _ => Self::Other(error.to_string()),
        }
    }
}

#[derive(Debug, Clone, Default)]
struct State {
    object: Map<String, Value>,
    settings: Settings,
    problems: Vec<SettingsProblem>,
}

impl State {
    fn of(object: Map<String, Value>) -> Self {
        let (settings, problems) = parse::settings(&object);
        Self {
            object,
            settings,
            problems,
        }
    }
}

/// What stands in the file's place.
enum Found {
    Nothing,
    Good(Map<String, Value>),
    Unusable {
        reason: SetAsideReason,
        content: Vec<u8>,
    },
}

/// The settings in use and the file they are kept in. Safe to share between threads.
#[derive(Debug)]
pub struct SettingsFile {
    path: PathBuf,
    state: Mutex<State>,
}

impl SettingsFile {
    /// Reads `settings.json` in the data folder. It is never made here: its first writing ends the first run.
    ///
    /// A file that can't be used is copied to a dated name beside it (`settings.broken-2026-11-24T231028Z.json`), once
    /// for each content, and stays where it is until something is set: whoever edits it by hand can mend it and start
    /// again. One that can't be read isn't touched.
    pub fn load(folder: &Path) -> (Self, SettingsOrigin) {
        let path = folder.join(NAME);
        let (state, origin) = match look(&path) {
            Found::Nothing => (State::default(), SettingsOrigin::FirstRun),
            Found::Good(object) => (State::of(object), SettingsOrigin::Loaded),
            Found::Unusable { reason, content } => {
                let kept_as = match reason {
                    SetAsideReason::Unreadable => path.clone(),
                    _ => keep_copy(&path, label(reason), &content).unwrap_or_else(|error| {
                        tracing::warn!(%error, "settings.json can't be used, and could not be copied");
                        path.clone()
                    }),
                };
                let origin = SettingsOrigin::SetAside { reason, kept_as };
                (State::default(), origin)
            }
        };
        let state = Mutex::new(state);
        (Self { path, state }, origin)
    }

    /// The settings in use.
    pub fn current(&self) -> Settings {
        self.lock().settings.clone()
    }

    /// The values in the file that can't be used, in the file's order.
    pub fn problems(&self) -> Vec<SettingsProblem> {
        self.lock().problems.clone()
    }

    /// Changes the settings and writes them, whole or not at all. The change is made to what the file holds now, so that
    /// one made by hand in the meantime stays.
    ///
    /// # Errors
    /// See [`SaveError`]; nothing has changed then.
    pub fn update(&self, change: impl FnOnce(&mut Settings)) -> Result<Settings, SaveError> {
        let mut state = self.lock();
        let before = match look(&self.path) {
            Found::Good(object) => State::of(object),
            Found::Nothing => state.clone(),
            Found::Unusable { reason, content } => {
                self.make_room(reason, &content)?;
                state.clone()
            }
        };
        let mut wanted = before.settings.clone();
        change(&mut wanted);
        let mut object = before.object;
        merge::changes(&mut object, &before.settings, &wanted);
        let after = State::of(object);
        if after.settings != wanted {
            return Err(SaveError::Invalid);
        }
        let mut bytes = serde_json::to_vec_pretty(&after.object).map_err(io::Error::from)?;
        bytes.push(b'\n');
        replace::replace(&self.path, &bytes)?;
        *state = after;
        Ok(wanted)
    }

    /// Removes the file, and goes back to how everything is before anything is set. Says whether there was one. What is
    /// kept beside it stays.
    ///
    /// # Errors
    /// When it can't be removed; nothing has changed then.
    pub fn erase(&self) -> io::Result<bool> {
        let mut state = self.lock();
        let was_there = match fs::remove_file(&self.path) {
            Ok(()) => true,
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) => return Err(error),
        };
        *state = State::default();
        Ok(was_there)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // The state is replaced whole, so there is nothing half-done behind the poison.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes sure that what stands in the file's place outlives a new file.
    fn make_room(&self, reason: SetAsideReason, content: &[u8]) -> io::Result<()> {
        match reason {
            SetAsideReason::Unreadable => {
                fs::rename(&self.path, beside::dated(&self.path, label(reason)))
            }
            _ => keep_copy(&self.path, label(reason), content).map(drop),
        }
    }
}

fn look(path: &Path) -> Found {
    match fs::read(path) {
        Ok(content) => match parse::object(&content) {
            Ok(object) => Found::Good(object),
            Err(reason) => Found::Unusable { reason, content },
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Found::Nothing,
        Err(error) => {
            tracing::warn!(%error, "settings.json can't be read");
            Found::Unusable {
                reason: SetAsideReason::Unreadable,
                content: Vec::new(),
            }
        }
    }
}

fn label(reason: SetAsideReason) -> &'static str {
    match reason {
        SetAsideReason::Broken { .. } => "broken",
        SetAsideReason::Newer { .. } => "newer",
        SetAsideReason::Unreadable => "unreadable",
    }
}

/// Copies the content to a dated name, unless an earlier start has kept the same.
fn keep_copy(path: &Path, label: &str, content: &[u8]) -> io::Result<PathBuf> {
    let prefix = format!("settings.{label}-");
    let folder = path.parent().unwrap_or(Path::new("."));
    for entry in fs::read_dir(folder)?.flatten() {
        if entry.file_name().to_string_lossy().starts_with(&prefix)
            && fs::read(entry.path()).is_ok_and(|kept| kept == content)
        {
            return Ok(entry.path());
        }
    }
    let kept = beside::dated(path, label);
    let copied = replace::create(&kept, content);
    if copied.is_err() {
        // Half a copy would look like one.
        let _ = fs::remove_file(&kept);
    }
    copied.map(|()| kept)
}
