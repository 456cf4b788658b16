//! Where things are, who was asked what, and what is in force.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chat::StoreFailure;
use providers::{Contact, ContactLog, Purpose, RateLimits};
use storage::Database;

use crate::app::{App, now_ms};
use crate::ipc::{ContactPurpose, ContactRow, PrivacyReport};
use crate::settings_view::store_state;

/// How many days the list of hosts looks back.
const CONTACT_DAYS: u32 = 30;
const DAY_MS: i64 = 86_400_000;
/// How the database names what a host was asked.
const TURN: &str = "turn";
const INQUIRY: &str = "inquiry";
const CONNECTION: &str = "connection";
const UPDATE: &str = "update";

/// Writes down which hosts are asked, and remembers what they say is left of their own limits.
pub(crate) struct KeptContacts {
    pub(crate) database: Arc<Database>,
    pub(crate) limits: Arc<HeardLimits>,
}

/// For how long what a provider says of its limits is told: they are limits by the minute.
const TOLD: Duration = Duration::from_secs(120);

/// What hosts have said is left of their own limits, while the app runs.
#[derive(Default)]
pub(crate) struct HeardLimits(Mutex<HashMap<String, (Instant, RateLimits)>>);

impl HeardLimits {
    /// What a host said a moment ago.
    pub(crate) fn of(&self, host: &str) -> Option<RateLimits> {
        let heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, limits) = heard.get(host)?;
        (at.elapsed() < TOLD).then_some(*limits)
    }
}

impl ContactLog for KeptContacts {
    fn note(&self, contact: Contact) {
        let database = Arc::clone(&self.database);
        let contact = storage::Contact {
            host: contact.host,
            purpose: match contact.purpose {
                Purpose::Turn => TURN,
                Purpose::Inquiry => INQUIRY,
                Purpose::Connection => CONNECTION,
                Purpose::Update => UPDATE,
            }
            .to_owned(),
            with_key: contact.with_key,
            sent_bytes: contact.sent_bytes,
            at: now_ms(),
        };
        // Beside the request, which must not wait for the disk.
        tauri::async_runtime::spawn_blocking(move || {
            if let Err(failure) = database.contacts().note(&contact) {
                tracing::warn!(%failure, host = contact.host, "that a host was asked could not be noted");
            }
        });
    }

    fn hear_limits(&self, host: &str, limits: RateLimits) {
        let mut heard = self.limits.0.lock().unwrap_or_else(PoisonError::into_inner);
        heard.insert(host.to_owned(), (Instant::now(), limits));
    }
}

impl App {
    /// Where things are, who was asked what, and what is in force.
    pub(crate) async fn privacy_report(&self) -> PrivacyReport {
        let cap = self.gate.cap();
        let mut seen = HashSet::new();
        let hosts = self
            .roster()
            .into_iter()
            .map(|listed| listed.provider.host());
        let contacts = self.contacts().await.inspect_err(
            |failure| tracing::error!(%failure, "the list of hosts that were asked can't be read"),
        );
        PrivacyReport {
            store: store_state(self.keys.system().status().await),
            data_folder: self.folder.path().display().to_string(),
            turns_per_hour: u32::try_from(cap.turns_per_hour).unwrap_or(u32::MAX),
            output_tokens_per_day: u32::try_from(cap.output_tokens_per_day).unwrap_or(u32::MAX),
            hosts: hosts.filter(|host| seen.insert(host.clone())).collect(),
            contact_days: CONTACT_DAYS,
            contacts: contacts.ok(),
            sandbox: crate::native::sandbox::state(),
        }
    }

    async fn contacts(&self) -> Result<Vec<ContactRow>, StoreFailure> {
        let database = Arc::clone(&self.database);
        let since = now_ms() - i64::from(CONTACT_DAYS) * DAY_MS;
        let read = tauri::async_runtime::spawn_blocking(move || database.contacts().since(since));
        let rows = read
            .await
            .map_err(|_| StoreFailure::Other("the store's thread ended".into()))??;
        Ok(rows
            .into_iter()
            .map(|row| ContactRow {
                purpose: match row.purpose.as_str() {
                    TURN => ContactPurpose::Turn,
                    CONNECTION => ContactPurpose::Connection,
                    UPDATE => ContactPurpose::Update,
                    _ => ContactPurpose::Inquiry,
                },
                host: row.host,
                requests: u32::try_from(row.requests).unwrap_or(u32::MAX),
                with_key: row.with_key > 0,
                sent_bytes: row.sent_bytes,
                last_at: row.last_at,
            })
            .collect())
    }
}
