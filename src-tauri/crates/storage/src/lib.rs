//! Conversations in `SQLite` and settings in a file.
//!
//! [`Database`] implements the domain's ports and is the only place that knows SQL; [`SettingsFile`] keeps what a person
//! may also edit by hand. Neither ever deletes what it can't read: it is kept beside, under a dated name.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod attachments;
mod beside;
mod clock;
mod contacts;
mod conversations;
mod credential_records;
mod database;
mod drafts;
mod ledger;
mod path;
mod rows;
mod schema;
mod settings;
mod turns;

#[cfg(test)]
mod testing;

pub use contacts::{Contact, Contacts, HostContacts};
pub use credential_records::{CredentialRecord, CredentialRecords};
pub use database::{Database, OpenError};
pub use drafts::{Draft, Drafts};
pub use settings::file::{SaveError, SettingsFile};
pub use settings::limits;
pub use settings::network;
pub use settings::origin::{SetAsideReason, SettingsOrigin};
pub use settings::problem::{SettingsProblem, SettingsProblemKind};
pub use settings::updates::UpdateSettings;
pub use settings::{Protocol, ProviderEntry, Settings, TextSize, Theme};
