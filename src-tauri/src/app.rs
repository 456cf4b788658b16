//! The parts of the app, built once and shared by every command.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{SystemTime, UNIX_EPOCH};

use chat::{ConversationStore, RETRY_WAITS, RetryWaits, SendGate, SendLedger, Turns, World};
use credentials::{CredentialStore, SealedStore, SystemStore, TimeLimits};
use providers::{Catalog, Client};
use storage::{
    Database, OpenError, SetAsideReason, SettingsFile, SettingsOrigin, SettingsProblemKind,
};

use crate::attachments::Waiting;
use crate::folder::DataFolder;
use crate::intake::PastedMark;
use crate::ipc::{
    AppEvent, AppInfo, Appearance, CommandError, EntryFault, KeptIn, Notice, Platform,
    SettingsEvent, SettingsFault, Theme,
};
use crate::keys::Keys;
use crate::models::KnownModels;
use crate::native::dialog::Dialogs;
use crate::painted::Painted;
use crate::placement::Placements;
use crate::privacy::{HeardLimits, KeptContacts};
use crate::updates::AppUpdates;
use crate::warm_up::Warmed;
use crate::window_events::WindowEvents;

/// Everything that commands use.
pub(crate) struct App {
    /// Where the app writes.
    pub folder: DataFolder,
    /// What the person must be told.
    pub notices: Vec<Notice>,
    /// Conversations and what is known of keys.
    pub database: Arc<Database>,
    /// settings.json.
    pub settings: SettingsFile,
    /// The gate that every send passes.
    pub gate: Arc<SendGate>,
    /// The turns that run.
    pub turns: Arc<Turns>,
    /// The vendors there are.
    pub catalog: &'static Catalog,
    /// Speaks HTTP.
    pub client: Client,
    /// The keys.
    pub keys: Keys,
    /// The models that providers have told of.
    pub models: KnownModels,
    /// Held while the store's own prompt is open.
    pub(crate) unlocking: tokio::sync::Mutex<()>,
    /// Held while requests are given another way out.
    pub(crate) rerouting: tokio::sync::Mutex<()>,
    /// Which text was pasted as a key.
    pub pasted: PastedMark,
    /// What providers say is left of their own limits.
    pub(crate) heard_limits: Arc<HeardLimits>,
    /// To which hosts a connection was opened, and when.
    pub(crate) warmed: Warmed,
    /// Files that are to go with the next message.
    pub(crate) waiting_files: Waiting,
    /// Asks what only a person can answer.
    pub dialogs: Dialogs,
    /// Tells the settings window what happens.
    pub settings_events: Arc<WindowEvents<SettingsEvent>>,
    /// Tells the chat window what happens.
    pub chat_events: WindowEvents<AppEvent>,
    /// Whether the chat window has been open since the start.
    pub chat_was_open: AtomicBool,
    /// Whether what the windows keep is removed when the app quits.
    pub web_data_goes: AtomicBool,
    /// Where the windows were.
    pub(crate) placements: Placements,
    /// Which windows have shown something.
    pub painted: Painted,
    /// The app's own updates.
    pub(crate) updates: AppUpdates,
    /// Whether the app starts again once it has quit.
    pub(crate) starts_again: AtomicBool,
}

/// The app can't start.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    /// No database could be opened, not even one that is thrown away.
    #[error("no database can be opened: {0}")]
    Database(OpenError),
    /// The ledger of what was sent can't be read, so nothing may be sent.
    #[error("the ledger of what was sent can't be read: {0}")]
    Ledger(chat::StoreFailure),
    /// TLS can't be set up.
    #[error(transparent)]
    Client(#[from] providers::ClientError),
}

impl App {
    /// Builds the parts over a data folder. Says whether this is the first run.
    ///
    /// # Errors
    /// See [`StartError`]. Damaged, newer or unwritable files are no error: they are kept, and told of.
    pub(crate) fn open(folder: DataFolder) -> Result<(Self, bool), StartError> {
        crate::removal::finish(&folder);
        let mut notices = Vec::new();
        crate::crash::keep_of_the_last_run(&folder.crash(), &folder.earlier_crash());
        if let Some(report) = crate::crash::left_by_an_earlier_run(&folder.earlier_crash()) {
            notices.push(Notice::Broke { report });
        }
        let put_back = crate::first_start::put_back(&folder);
        notices.extend(crate::first_start::begin(&folder));
        let database = Arc::new(open_database(&folder, &mut notices)?);
        match put_back {
            // Of a session that is thrown away nothing is to be taken over, and the next start tries again.
            Some(Ok(_)) if notices.iter().any(is_thrown_away) => {}
            Some(Ok(kept)) => {
                if let Err(error) = database.take_over_from(&kept) {
                    tracing::error!(%error, "what was sent and what is known of keys is as it was before the update");
                }
                crate::first_start::is_put_back(&folder);
                notices.push(Notice::ChatsPutBack {
                    kept_as: kept.display().to_string(),
                });
            }
            Some(Err(notice)) => notices.push(notice),
            None => {}
        }
        let (settings, origin) = SettingsFile::load(folder.path());
        let first_run = origin == SettingsOrigin::FirstRun;
        tell_settings(&settings, origin, &mut notices);

        let ledger = Arc::clone(&database) as Arc<dyn SendLedger>;
        let gate = SendGate::new(
            ledger,
            crate::limits::in_force(&settings.current()),
            world(),
        )
        .map_err(StartError::Ledger)?;
        let conversations = Arc::clone(&database) as Arc<dyn ConversationStore>;
        let system: Arc<dyn CredentialStore> = Arc::new(SystemStore::with_limits(time_limits()));
        let sealed = SealedStore::at(folder.sealed());
        let heard_limits = Arc::<HeardLimits>::default();
        let contacts = Arc::new(KeptContacts {
            database: Arc::clone(&database),
            limits: Arc::clone(&heard_limits),
        });
        let keys = Keys::new(Arc::clone(&database), system, sealed);
        let network = settings.current().network;
        let client = crate::network::client(&network, &keys, contacts, &mut notices)?;
        let app = Self {
            placements: Placements::load(&folder),
            updates: AppUpdates::new(&folder),
            starts_again: AtomicBool::new(false),
            folder,
            notices,
            turns: Turns::with_retry_waits(conversations, Arc::clone(&gate), retry_waits()),
            gate,
            settings,
            catalog: Catalog::get(),
            client,
            keys,
            database,
            models: KnownModels::default(),
            unlocking: tokio::sync::Mutex::default(),
            rerouting: tokio::sync::Mutex::default(),
            pasted: PastedMark::default(),
            heard_limits,
            warmed: Warmed::default(),
            waiting_files: Waiting::default(),
            dialogs: Dialogs::default(),
            settings_events: Arc::default(),
            chat_events: WindowEvents::default(),
            chat_was_open: AtomicBool::new(false),
            web_data_goes: AtomicBool::new(false),
            painted: Painted::default(),
        };
        Ok((app, first_run))
    }
}

impl App {
    /// What both windows need to know when they open.
    pub(crate) fn info(&self, version: &str) -> AppInfo {
        AppInfo {
            version: version.to_owned(),
            platform: platform(),
            locale: locale(),
            store_name: self.keys.system().name().to_owned(),
            appearance: self.appearance(),
            notices: self.notices.clone(),
        }
    }

    /// The person has seen what was written down of an earlier run. A file that can't be removed is told of again.
    pub(crate) fn forget_crash(&self) {
        if let Err(error) = crate::crash::forget(&self.folder.earlier_crash()) {
            tracing::warn!(%error, "the report of what broke can't be removed");
        }
    }

    /// How the windows look.
    pub(crate) fn appearance(&self) -> Appearance {
        let settings = self.settings.current();
        Appearance {
            theme: match settings.theme {
                storage::Theme::System => Theme::System,
                storage::Theme::Light => Theme::Light,
                storage::Theme::Dark => Theme::Dark,
            },
            text_size: settings.text_size.pixels(),
        }
    }

    /// Saves the settings, which ends the first run; with `demo`, new chats use the demo model.
    ///
    /// # Errors
    /// When the settings can't be written and a choice would be lost by it.
    pub(crate) fn end_first_run(&self, demo: bool) -> Result<(), CommandError> {
        if self.settings_exist() && !demo {
            return Ok(());
        }
        let saved = self.settings.update(|settings| {
            if demo {
                settings.model = Some(chat::ModelRef {
                    provider: providers::demo::PROVIDER_ID.into(),
                    model: providers::demo::MODEL_ID.into(),
                });
            }
        });
        match saved {
            Ok(_) => {
                self.chat_events.tell(AppEvent::ModelsChanged);
                Ok(())
            }
            // Nothing was chosen that could be lost: the chat opens all the same, and the first run comes again.
            Err(error) if !demo => {
                tracing::warn!(%error, "the settings can't be written");
                Ok(())
            }
            Err(error) => Err(crate::own_providers::not_saved(error)),
        }
    }

    /// Whether the database that knew of the keys is not the one in use.
    pub(crate) fn has_lost_records(&self) -> bool {
        self.notices.iter().any(|notice| {
            matches!(
                notice,
                Notice::ChatsSetAside { .. }
                    | Notice::ChatsNewer
                    | Notice::ChatsUnavailable { .. }
                    | Notice::ChatsPutBack { .. }
            )
        })
    }

    /// Finds the keys of all providers that can have one in the store again.
    pub(crate) async fn recover_keys(&self, places: &[KeptIn]) {
        let vendors = self.catalog.vendors().iter();
        let own = self.roster().into_iter().map(|listed| listed.provider);
        let candidates = vendors
            .map(providers::Provider::of_vendor)
            .chain(own)
            .collect();
        let found = self.keys.recover(candidates, places).await;
        tracing::info!(
            found,
            "keys that nothing was known of any more were looked for"
        );
        self.tell_of_change();
    }

    /// Tells both windows that providers, keys or the chosen model may have changed.
    pub(crate) fn tell_of_change(&self) {
        self.settings_events.tell(SettingsEvent::Changed);
        self.chat_events.tell(AppEvent::ModelsChanged);
    }
}

/// The clock, the calendar and the prices that limits go by.
fn world() -> World {
    World::new(now_ms)
        .with_calendar(crate::limits::calendar::local)
        .with_prices(|model| {
            let known = Catalog::get().price(&model.provider, &model.model);
            known.map(|known| known.price)
        })
        .with_dearest(|provider| Catalog::get().dearest(provider))
}

/// How long is waited before what failed is asked again. `CHATELAINE_SWITCH_RETRY_MS` spares the tests the seconds that a
/// provider gets.
fn retry_waits() -> RetryWaits {
    #[cfg(feature = "switches")]
    if let Some(wait) = std::env::var("CHATELAINE_SWITCH_RETRY_MS")
        .ok()
        .and_then(|text| text.parse().ok())
        .map(std::time::Duration::from_millis)
    {
        return [wait; 2];
    }
    RETRY_WAITS
}

/// How long the store may take. `CHATELAINE_SWITCH_PROMPT_MS` spares the tests the minute that a person gets.
fn time_limits() -> TimeLimits {
    let limits = TimeLimits::default();
    #[cfg(feature = "switches")]
    if let Some(prompt) = std::env::var("CHATELAINE_SWITCH_PROMPT_MS")
        .ok()
        .and_then(|text| text.parse().ok())
        .map(std::time::Duration::from_millis)
    {
        return TimeLimits { prompt, ..limits };
    }
    limits
}

fn platform() -> Platform {
    if cfg!(target_os = "macos") {
        Platform::Macos
    } else if cfg!(target_os = "windows") {
        Platform::Windows
    } else {
        Platform::Linux
    }
}

/// A language tag that every engine takes. Under `LC_ALL=C` the system names none, and WebKitGTK would make one up.
fn locale() -> String {
    sys_locale::get_locale()
        .filter(|tag| tag.len() >= 2 && !tag.eq_ignore_ascii_case("posix"))
        .filter(|tag| tag.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'))
        .unwrap_or_else(|| "en-US".to_owned())
}

/// Milliseconds since 1970 (UTC).
pub(crate) fn now_ms() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|since| i64::try_from(since.as_millis()).ok())
        .unwrap_or(0)
}

impl App {
    /// Whether the chats of this session are kept nowhere.
    pub(crate) fn is_thrown_away(&self) -> bool {
        self.notices.iter().any(is_thrown_away)
    }
}

/// Whether it tells that the chats of this session are kept nowhere.
fn is_thrown_away(notice: &Notice) -> bool {
    matches!(
        notice,
        Notice::ChatsNewer | Notice::ChatsUnavailable { .. } | Notice::ChatsReadOnly
    )
}

fn open_database(folder: &DataFolder, notices: &mut Vec<Notice>) -> Result<Database, StartError> {
    let path = folder.chats();
    let error = match Database::open(&path) {
        Ok(database) => {
            if database.unwritable().is_some() {
                notices.push(Notice::ChatsReadOnly);
            }
            return Ok(database);
        }
        Err(OpenError::Damaged) => match Database::set_aside(&path) {
            Ok(kept) => {
                tracing::error!(kept = %kept.display(), "the chats were damaged and set aside");
                notices.push(Notice::ChatsSetAside {
                    kept_as: kept.display().to_string(),
                });
                match Database::open(&path) {
                    Ok(database) => return Ok(database),
                    Err(error) => error,
                }
            }
            Err(error) => OpenError::Other(error.to_string()),
        },
        Err(error) => error,
    };
    tracing::error!(%error, "the chats can't be opened; this session is thrown away at its end");
    notices.push(match &error {
        OpenError::Newer { .. } => Notice::ChatsNewer,
        other => Notice::ChatsUnavailable {
            detail: other.to_string(),
        },
    });
    Database::open(&throwaway()).map_err(StartError::Database)
}

/// A database for a session that can't be kept.
fn throwaway() -> PathBuf {
    std::env::temp_dir()
        .join(format!("chatelaine-{}", chat::ConversationId::new()))
        .join("chats.sqlite")
}

fn tell_settings(settings: &SettingsFile, origin: SettingsOrigin, notices: &mut Vec<Notice>) {
    if let SettingsOrigin::SetAside { reason, kept_as } = origin {
        tracing::warn!(?reason, "settings.json can't be used; the defaults are");
        notices.push(Notice::SettingsSetAside {
            reason: match reason {
                SetAsideReason::Broken { .. } => SettingsFault::Broken,
                SetAsideReason::Unreadable => SettingsFault::Unreadable,
                SetAsideReason::Newer { .. } => SettingsFault::Newer,
            },
            // What can't be read can't be copied either: it stays where it is.
            kept_as: (reason != SetAsideReason::Unreadable).then(|| kept_as.display().to_string()),
        });
    }
    notices.extend(
        settings
            .problems()
            .into_iter()
            .map(|problem| Notice::SettingsEntryUnusable {
                entry: problem.place,
                fault: match problem.kind {
                    SettingsProblemKind::BadValue => EntryFault::BadValue,
                    SettingsProblemKind::Missing => EntryFault::Missing,
                    SettingsProblemKind::DuplicateId => EntryFault::DuplicateId,
                    SettingsProblemKind::UnknownProtocol => EntryFault::UnknownProtocol,
                    SettingsProblemKind::BadUrl => EntryFault::BadUrl,
                },
            }),
    );
    notices.extend(settings.current().providers.iter().filter_map(unusable));
}

/// What keeps a well-formed provider of one's own from being used, if anything does.
fn unusable(entry: &storage::ProviderEntry) -> Option<Notice> {
    let is_reserved = entry.id == providers::demo::PROVIDER_ID
        || crate::network::is_no_provider(&entry.id)
        || Catalog::get().by_id(&entry.id).is_some();
    let fault = match entry.protocol.name().parse() {
        _ if is_reserved => EntryFault::DuplicateId,
        Err(_) => EntryFault::UnknownProtocol,
        Ok(protocol) => {
            providers::Provider::own(&entry.id, &entry.name, protocol, &entry.base_url).err()?;
            EntryFault::BadUrl
        }
    };
    Some(Notice::SettingsEntryUnusable {
        entry: entry.name.clone(),
        fault,
    })
}
