//! What both windows need to know of the app.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The platform, as far as words and keys differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Platform {
    /// Linux and the other free desktops.
    Linux,
    /// macOS.
    Macos,
    /// Windows.
    Windows,
}

/// Light, dark, or as the system has it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// How the windows look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Appearance {
    /// Light or dark.
    pub theme: Theme,
    /// The size of the transcript's text, in CSS pixels: 14, 15, 17 or 19.
    pub text_size: u8,
}

/// Something that the person must be told at the start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Notice {
    /// settings.json could not be used; the defaults are.
    SettingsSetAside {
        /// Why.
        reason: SettingsFault,
        /// Where the old file is kept; `None` if it stayed where it was.
        kept_as: Option<String>,
    },
    /// An entry of settings.json could not be used; the others are.
    SettingsEntryUnusable {
        /// Where it stands: `theme`, `providers[2].baseUrl`.
        entry: String,
        /// What is wrong with it.
        fault: EntryFault,
    },
    /// The chats' file was damaged; a new one was begun.
    ChatsSetAside {
        /// Where the old file is kept.
        kept_as: String,
    },
    /// The chats can be read, but nothing can be written.
    ChatsReadOnly,
    /// The chats are from a newer version; they were left alone, and this session is kept in memory only.
    ChatsNewer,
    /// The chats could be neither read nor written; this session is kept in memory only.
    ChatsUnavailable {
        /// What the system says.
        detail: String,
    },
    /// An earlier start of this version showed no window, after it had changed the chats.
    StartBrokeOff {
        /// Where the chats are kept as they were before.
        kept_as: String,
    },
    /// The chats are as they were before an update, as was asked for.
    ChatsPutBack {
        /// Where those are kept that were there instead.
        kept_as: String,
    },
    /// The chats could not be put back as they were before an update.
    ChatsNotPutBack {
        /// Where the copy is.
        kept_as: String,
    },
    /// A part of an earlier run broke.
    Broke {
        /// What was written down of it, safe to post anywhere.
        report: String,
    },
}

/// What is wrong with an entry of settings.json.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum EntryFault {
    /// A value that the field does not take.
    BadValue,
    /// A field that must be there is missing or empty.
    Missing,
    /// An entry before it has the same id.
    DuplicateId,
    /// No protocol that is known.
    UnknownProtocol,
    /// No address that can be used.
    BadUrl,
    /// No proxy's address, or one with a password in it.
    BadProxy,
    /// A file without certificates, or none that can be read.
    BadCertificates,
}

/// Why settings.json could not be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum SettingsFault {
    /// It is no JSON, or not of this shape.
    Broken,
    /// It may not be read.
    Unreadable,
    /// It is from a newer version.
    Newer,
}

/// What both windows need to know when they open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AppInfo {
    /// The app's version.
    pub version: String,
    /// The platform.
    pub platform: Platform,
    /// A BCP 47 language tag that `Intl` takes.
    pub locale: String,
    /// What the credential store is called here: "Secret Service", "Keychain", "Credential Manager".
    pub store_name: String,
    /// How the windows look.
    pub appearance: Appearance,
    /// What the person must be told.
    pub notices: Vec<Notice>,
}

/// A page of the settings window.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum SettingsPage {
    /// Providers and keys.
    #[default]
    Keys,
    /// Limits and prices.
    Limits,
    /// Appearance.
    Appearance,
    /// The way out.
    Network,
    /// New versions of the app.
    Updates,
    /// Privacy and proof.
    Privacy,
    /// About.
    About,
}

/// Asks for the settings window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OpenSettings {
    /// The page to show.
    pub page: SettingsPage,
}

/// Asks for the chat window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OpenChat {
    /// Whether to choose the demo model first.
    pub demo: bool,
}

/// Asks to open a link in the browser. It is confirmed natively, with the whole address.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OpenLink {
    /// An absolute http, https or mailto URL.
    pub url: String,
}
