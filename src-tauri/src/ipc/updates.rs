//! The app's own updates, as both windows see them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Where the app stands with its own updates, and what a person has chosen about them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Updates {
    /// The version that runs.
    pub version: String,
    /// Where it stands.
    pub state: UpdateState,
    /// Whether the app looks for a new version by itself, at its start and once a day.
    pub automatic: bool,
    /// When the server was last asked and answered, in milliseconds since 1970.
    #[ts(type = "number | null")]
    pub checked_at: Option<i64>,
    /// Whether the version that is there is to be left out: the chat window shows no banner for it.
    pub put_off: Option<PutOff>,
}

/// Why a version that is there is not told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum PutOff {
    /// The person wants to be told tomorrow.
    Later,
    /// The person does not want this version.
    Skipped,
}

/// Where the app stands with its own updates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "is", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum UpdateState {
    /// It does not look for a new version.
    Off {
        /// Why.
        why: UpdatesOff,
    },
    /// It has not looked yet since it was started.
    NotChecked,
    /// It asks the server.
    Checking,
    /// There is nothing newer.
    UpToDate {
        /// The version that the server offers, if it is older than the one that runs.
        older: Option<String>,
    },
    /// There is a newer version.
    Available {
        /// What is known of it.
        update: Update,
    },
    /// It is being fetched.
    Downloading {
        /// What is known of it.
        update: Update,
        /// How much of it is here, in bytes.
        #[ts(type = "number")]
        received: u64,
        /// How much there is, in bytes; `null` until the server has said.
        #[ts(type = "number | null")]
        total: Option<u64>,
    },
    /// It is here, and its signature, its name and its version are right.
    Ready {
        /// What is known of it.
        update: Update,
    },
    /// It is being installed. The system may ask for permission.
    Installing {
        /// What is known of it.
        update: Update,
    },
    /// It is installed, and runs once the app is started again.
    Installed {
        /// What is known of it.
        update: Update,
    },
    /// Something went wrong. The version that runs goes on, and so does everything in it.
    Failed {
        /// What.
        fault: UpdateFault,
        /// What is known of the version that it was about; `null` if it never came so far.
        update: Option<Update>,
    },
}

/// Why the app does not look for a new version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum UpdatesOff {
    /// This build names no server and no key to check a version with: it was built from source.
    NotBuiltIn,
    /// A package manager or a store brings new versions, and nothing else may replace what it installed.
    Managed,
    /// The person has switched it off. Looking once, when asked, is still possible.
    SwitchedOff,
}

/// A newer version, as the server tells of it. Every text of it is untrusted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Update {
    /// Its number, such as `0.6.0`.
    pub version: String,
    /// Its size in bytes, if the server says.
    #[ts(type = "number | null")]
    pub size: Option<u64>,
    /// When it was published: `2026-11-21`; `null` if the server does not say.
    pub date: Option<String>,
    /// What is new in it, as written: plain text for the settings window. The chat window asks for it as Markdown.
    pub notes: String,
}

/// What went wrong with an update.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct UpdateFault {
    /// What.
    pub kind: UpdateFaultKind,
    /// The host it happened with.
    pub host: Option<String>,
    /// The HTTP status, where that was the reason.
    pub status: Option<u16>,
    /// The version or the name that was found in place of the right one; plain text.
    pub found: Option<String>,
    /// The command that installs the package by hand, where that is the way out.
    pub by_hand: Option<String>,
}

/// What can go wrong with an update. The window's table of words is total over this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[allow(
    missing_docs,
    reason = "each has its words in the window's table; where it comes from stands in `updates::fault`"
)]
pub enum UpdateFaultKind {
    // The way there.
    EndpointInsecure,
    RedirectInsecure,
    TooManyRedirects,
    HostUnknown,
    HostUnreachable,
    ProxyFailed,
    CertificateRefused,
    ServerFailed,
    Stalled,
    Cut,
    // What the server says of the version.
    ManifestEmpty,
    ManifestTooLarge,
    ManifestNotJson,
    ManifestIncomplete,
    ManifestVersion,
    ManifestPlatform,
    DownloadInsecure,
    // The package.
    TooLarge,
    WrongSize,
    NotSigned,
    SignatureUnreadable,
    SignatureOtherKey,
    SignatureWrong,
    SignedOtherVersion,
    SignedNoVersion,
    OtherProduct,
    OtherVersion,
    OtherMachine,
    PackageUnreadable,
    // This computer.
    DiskFull,
    NotWritten,
    NothingAsks,
    Denied,
    InstallerFailed,
    HalfInstalled,
    Interrupted,
}

/// Says whether the app is to look for a new version by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SetUpdateChecks {
    /// At its start and once a day.
    pub automatic: bool,
}

/// Says whether the app is to be started when the person logs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SetOpenAtLogin {
    /// Whether.
    pub open: bool,
}
