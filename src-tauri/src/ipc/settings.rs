//! Providers, keys and the credential store as the settings window shows them. A key has a name, a host and a state; it
//! has no characters, no dots and no length.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::error::CommandError;

/// The state of the credential store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum StoreState {
    /// It can be used.
    Ready {
        /// The collection that keys go into, where the store has such a thing.
        collection: Option<String>,
    },
    /// It has no collection yet: its own dialog for a new password comes with the first key.
    New,
    /// It is locked.
    Locked {
        /// The collection that is locked.
        collection: Option<String>,
    },
    /// Its prompt was dismissed.
    Dismissed,
    /// There is none.
    Absent {
        /// What is missing.
        reason: AbsentReason,
        /// The command that installs one here, if there is one.
        install: Option<String>,
        /// The distribution that the command is for.
        distribution: Option<String>,
    },
    /// It does not answer.
    TimedOut,
    /// It fails in another way.
    Failed {
        /// The store's own words.
        detail: String,
    },
}

/// What is missing for a credential store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum AbsentReason {
    /// No session bus.
    NoBus,
    /// No service on the bus.
    NoService,
    /// This system has no store at all.
    NoStore,
}

/// Where a key is kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum KeptIn {
    /// In the system's credential store.
    #[default]
    System,
    /// In the app's memory, until it quits.
    Session,
    /// In a file that a passphrase seals.
    Sealed,
}

/// The state of one key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum KeyState {
    /// It is there.
    Ready,
    /// The store is locked.
    Locked,
    /// The store's prompt was dismissed.
    Dismissed,
    /// The store is not there.
    StoreAbsent,
    /// The store does not answer.
    StoreTimedOut,
    /// The store fails in another way.
    StoreFailed,
    /// It was there, and no longer is.
    Gone,
}

/// The state of the file that keys can be sealed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum SealedState {
    /// This system has no dialog that could ask for a passphrase.
    Unavailable,
    /// There is none yet.
    None,
    /// It is there, and its passphrase has not been given.
    Locked,
    /// Its keys can be used.
    Open,
}

/// One key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KeyCard {
    /// Its number among its provider's keys.
    pub slot: u16,
    /// Whether it is the one that is used.
    pub is_default: bool,
    /// Whether it is older than the reminder allows.
    pub due: bool,
    /// The name that the person gave it.
    pub name: String,
    /// The origin it is bound to, as ASCII: `https://api.openai.com`.
    pub origin: String,
    /// Where it is kept.
    pub kept_in: KeptIn,
    /// When it was pasted, in milliseconds since 1970 (UTC).
    #[ts(type = "number")]
    pub set_at: i64,
    /// When it was last used, in milliseconds since 1970 (UTC).
    #[ts(type = "number | null")]
    pub last_used_at: Option<i64>,
    /// Its state.
    pub state: KeyState,
}

/// One provider.
#[allow(
    clippy::struct_excessive_bools,
    reason = "each says a thing of its own, and they come in every combination"
)]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProviderCard {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The host, with its port if that is not the usual one.
    pub host: String,
    /// The base URL.
    pub base_url: String,
    /// Whether the person added it (else it is a vendor of the catalogue).
    pub own: bool,
    /// The protocol it speaks.
    pub protocol: Protocol,
    /// Whether the host is this computer.
    pub local: bool,
    /// The model that new chats use; empty if none is named.
    pub default_model: String,
    /// Its keys, the one that is used first.
    pub keys: Vec<KeyCard>,
    /// Whether the page is known on which a key is revoked.
    pub can_revoke: bool,
    /// Whether nothing but a key is known of it: its entry in the settings is gone.
    pub orphan: bool,
}

/// A vendor of the catalogue that a key can be for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct VendorItem {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its host.
    pub host: String,
}

/// Everything the page of providers and keys shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SettingsState {
    /// Whether this is the first run: no settings have been saved yet.
    pub first_run: bool,
    /// The store, looked at without a prompt.
    pub store: StoreState,
    /// The file that keys can be sealed in.
    pub sealed: SealedState,
    /// After how many days a key is old enough for a reminder; `null` for never.
    pub rotate_after_days: Option<u16>,
    /// Providers with a key, and those that the person added.
    pub providers: Vec<ProviderCard>,
    /// The vendors, for a key of no known shape.
    pub vendors: Vec<VendorItem>,
    /// What a server of one's own may be.
    pub own_kinds: Vec<OwnKindItem>,
}

/// What a server of one's own may be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OwnKindItem {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The protocol it speaks.
    pub protocol: Protocol,
    /// The address that it has from the start, or one that shows the form.
    pub base_url: String,
    /// Whether that is this computer, and so may be right as it is.
    pub local: bool,
}

/// How a provider is spoken to, as the settings' file names it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum Protocol {
    /// OpenAI's Chat Completions.
    #[default]
    OpenaiChat,
    /// OpenAI's Responses.
    OpenaiResponses,
    /// Anthropic's Messages.
    AnthropicMessages,
    /// Google's Gemini.
    Gemini,
    /// Ollama's own.
    Ollama,
}

macro_rules! same_protocol {
    ($($name:ident / $stored:ident),+) => {
        impl From<providers::Protocol> for Protocol {
            fn from(protocol: providers::Protocol) -> Self {
                match protocol { $(providers::Protocol::$name => Self::$name),+ }
            }
        }

        impl From<Protocol> for providers::Protocol {
            fn from(protocol: Protocol) -> Self {
                match protocol { $(Protocol::$name => Self::$name),+ }
            }
        }

        impl From<Protocol> for storage::Protocol {
            fn from(protocol: Protocol) -> Self {
                match protocol { $(Protocol::$name => Self::$stored),+ }
            }
        }
    };
}
same_protocol!(
    OpenaiChat / OpenAiChat,
    OpenaiResponses / OpenAiResponses,
    AnthropicMessages / AnthropicMessages,
    Gemini / Gemini,
    Ollama / Ollama
);

/// Names a provider.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProviderRef {
    /// Its id.
    pub provider: String,
}

/// Names one of a provider's keys.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KeyRef {
    /// The provider's id.
    pub provider: String,
    /// The key's number.
    pub slot: u16,
}

/// Sets after how many days a key is old enough for a reminder.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SetRotationReminder {
    /// One of 30, 90, 180 and 365; `null` for never.
    pub days: Option<u16>,
}

/// What was removed with everything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum RemovalPart {
    /// Keys in the system's store.
    SystemKeys,
    /// Keys in the sealed file, and the file.
    SealedKeys,
    /// Keys in memory.
    SessionKeys,
    /// Conversations, and what was noted of sends and hosts.
    Chats,
    /// settings.json.
    Settings,
    /// Files that were set aside, and the older log.
    SetAside,
    /// The log.
    Log,
    /// What the web engine keeps.
    WebData,
    /// What was fetched for an update.
    Updates,
    /// The entry that opens the app at login.
    LoginItem,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum RemovalOutcome {
    /// It is gone.
    Removed,
    /// It goes when the app quits.
    AtQuit,
    /// It could not be removed.
    Left {
        /// Why, in the system's words.
        why: String,
    },
}

/// One kind of thing that was to be removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RemovalItem {
    /// What.
    pub part: RemovalPart,
    /// From where: a store's name, or a path; may be empty.
    pub place: String,
    /// How many there were.
    pub count: u32,
    /// What became of it.
    pub outcome: RemovalOutcome,
}

/// What was removed, from where, and what was not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Removal {
    /// Keys first.
    pub items: Vec<RemovalItem>,
}

/// Asks to take a key from the clipboard. Rust reads the clipboard; the window never sees what is in it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PasteKey {
    /// A name for the key, at most 60 characters; empty for the provider's name.
    pub name: String,
    /// Whose key it is; `null` to go by its shape.
    pub provider: Option<String>,
    /// Where to keep it.
    pub keep_in: KeptIn,
    /// The key that it takes the place of, if that is of the same provider; `null` for a further one.
    #[serde(default)]
    pub replace: Option<KeyRef>,
}

/// How a paste ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum PasteOutcome {
    /// The key is put away.
    Stored {
        /// Its provider, with the key's state.
        provider: Box<ProviderCard>,
        /// Whether the provider was recognised from the key's shape.
        recognised: bool,
        /// The collection it went into, where the store has such a thing.
        collection: Option<String>,
        /// What the provider says of it.
        verification: Verification,
    },
    /// The shape does not tell whose key it is. Nothing was stored.
    ChooseProvider {
        /// The ids of those whose keys look like this; empty if none does.
        candidates: Vec<String>,
    },
    /// The person said no in the native dialog. Nothing was stored.
    Declined,
}

/// What a provider says of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Verification {
    /// It takes it.
    Accepted {
        /// How many models it offers, where that was the question.
        models: Option<u32>,
    },
    /// It refuses it, or could not be asked. The key is kept.
    Failed {
        /// Why.
        error: CommandError,
    },
}

/// Adds or changes a provider of one's own. A new or changed base URL is confirmed natively.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SaveProvider {
    /// Its id; `null` for a new one.
    pub id: Option<String>,
    /// Its name.
    pub name: String,
    /// The address that every endpoint's begins with: `http://127.0.0.1:8080/v1`.
    pub base_url: String,
    /// The model that new chats use; may be empty.
    pub default_model: String,
    /// The protocol it speaks.
    #[serde(default)]
    pub protocol: Protocol,
}
