//! Where things are, who was asked what, and what is in force.

use serde::Serialize;
use ts_rs::TS;

use super::settings::StoreState;

/// What a host was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ContactPurpose {
    /// To answer: messages went there.
    Turn,
    /// Which models it has, or whether it takes a key. No message went there.
    Inquiry,
    /// Nothing: a connection was opened, so that the next turn need not wait for one.
    Connection,
    /// Whether there is a new version of the app, or for one.
    Update,
}

/// The requests to one host for one purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ContactRow {
    /// The host, with its port if that is not the scheme's own.
    pub host: String,
    /// What it was asked.
    pub purpose: ContactPurpose,
    /// How many requests, those among them that failed too.
    pub requests: u32,
    /// Whether a key went along with any of them.
    pub with_key: bool,
    /// Bytes of the requests' bodies.
    #[ts(type = "number")]
    pub sent_bytes: u64,
    /// When the last one was sent, in milliseconds since 1970 (UTC).
    #[ts(type = "number")]
    pub last_at: i64,
}

/// The wall around the process that draws the pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum SandboxState {
    /// It is up: the process can't reach the session bus's other services.
    On,
    /// A person has switched it off.
    SwitchedOff,
    /// This system does not allow it.
    Unavailable {
        /// What was missing or refused, in the system's terms.
        reason: String,
    },
    /// This system's web view has its own, which the app does not control.
    NotHere,
}

/// Where things are, who was asked what, and what is in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PrivacyReport {
    /// The store, looked at without a prompt.
    pub store: StoreState,
    /// The folder with chats and settings.
    pub data_folder: String,
    /// The cap that is always on: turns per hour.
    pub turns_per_hour: u32,
    /// The cap that is always on: output tokens per day.
    pub output_tokens_per_day: u32,
    /// Hosts that are set up, in the roster's order, each once.
    pub hosts: Vec<String>,
    /// How many days `contacts` looks back.
    pub contact_days: u32,
    /// Hosts that were asked in these days, the last one first; `null` if the list can't be read.
    pub contacts: Option<Vec<ContactRow>>,
    /// The wall around the process that draws the pages.
    pub sandbox: SandboxState,
}
