//! Which keys there are, where each is kept, and what state it is in. The keys themselves stay in the stores.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use credentials::{
    Credential, CredentialStore, ItemId, ItemPresence, Pending, SessionStore, StoreError,
    StoreStatus,
};
use providers::{KeySource, Keyless, Provider, StoredKey};
use storage::{CredentialRecord, Database};

use crate::app::now_ms;
use crate::ipc::{CommandError, KeptIn, KeyCard, KeyState};

/// How the database names the system's store.
const SYSTEM: &str = "system";

/// The keys, by provider.
pub(crate) struct Keys {
    database: Arc<Database>,
    system: Arc<dyn CredentialStore>,
    session: Arc<SessionStore>,
    /// What was known of the keys that are kept for good when it was last read.
    last_read: Mutex<Vec<CredentialRecord>>,
    /// What is known of keys that last until the app quits. They leave nothing on disk.
    session_records: Mutex<HashMap<String, CredentialRecord>>,
}

/// A key as it is known without reading it.
#[derive(Debug, Clone)]
pub(crate) struct KeyRecord {
    record: CredentialRecord,
    kept_in: KeptIn,
}

impl Keys {
    /// The keys that the database knows of, in the system's store.
    pub(crate) fn new(database: Arc<Database>, system: Arc<dyn CredentialStore>) -> Self {
        Self {
            database,
            system,
            session: Arc::default(),
            last_read: Mutex::default(),
            session_records: Mutex::default(),
        }
    }

    /// The system's store.
    pub(crate) fn system(&self) -> &Arc<dyn CredentialStore> {
        &self.system
    }

    fn session_records(&self) -> MutexGuard<'_, HashMap<String, CredentialRecord>> {
        self.session_records
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn store(&self, kept_in: KeptIn) -> Arc<dyn CredentialStore> {
        match kept_in {
            KeptIn::System => Arc::clone(&self.system),
            KeptIn::Session => Arc::clone(&self.session) as _,
        }
    }

    /// Every key that is known of. One that is kept for the session hides one that is kept for good.
    pub(crate) fn records(&self) -> Vec<KeyRecord> {
        let session: Vec<_> = self.session_records().values().cloned().collect();
        let taken: HashSet<_> = session
            .iter()
            .map(|record| record.provider.clone())
            .collect();
        let kept = self
            .kept_records()
            .into_iter()
            .filter(|record| !taken.contains(&record.provider))
            .map(|record| KeyRecord {
                record,
                kept_in: KeptIn::System,
            });
        let session = session.into_iter().map(|record| KeyRecord {
            record,
            kept_in: KeptIn::Session,
        });
        session.chain(kept).collect()
    }

    /// The keys that are kept for good. If they can't be read just now, those of the last time count: a failed read is no
    /// reason to say that there is no key.
    fn kept_records(&self) -> Vec<CredentialRecord> {
        let mut last = self
            .last_read
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        match self.database.credential_records().list() {
            Ok(records) => last.clone_from(&records),
            Err(failure) => tracing::error!(%failure, "what is known of the keys can't be read"),
        }
        last.clone()
    }

    /// Looks in the system's store for keys that nothing is known of any more, because the database that knew of them was
    /// set aside, and notes them anew. Never prompts: of a key in a locked store only that it is there is found out.
    pub(crate) async fn recover(&self, providers: Vec<Provider>) -> usize {
        let mut found = 0;
        for provider in providers {
            let item = ItemId::of(provider.id());
            if self.has(provider.id()) || self.system.presence(&item).await != ItemPresence::Present
            {
                continue;
            }
            let Ok(origin) = provider.origin() else {
                continue;
            };
            let record = match self.system.get(&item).await {
                Ok(credential) => record_of(&item, provider.id(), &credential),
                Err(_) => CredentialRecord {
                    item: item.to_string(),
                    provider: provider.id().to_owned(),
                    name: provider.name().to_owned(),
                    origin: origin.to_string(),
                    set_at: now_ms(),
                    last_used_at: None,
                    store: SYSTEM.into(),
                },
            };
            match self.database.credential_records().put(&record) {
                Ok(()) => found += 1,
                Err(failure) => tracing::warn!(%failure, "a key that was found could not be noted"),
            }
        }
        found
    }

    /// The key of one provider, if one is known of.
    pub(crate) fn record(&self, provider: &str) -> Option<KeyRecord> {
        self.records()
            .into_iter()
            .find(|record| record.record.provider == provider)
    }

    /// Whether a key is known of.
    pub(crate) fn has(&self, provider: &str) -> bool {
        self.record(provider).is_some()
    }

    /// The ids of the providers that a key is known for.
    pub(crate) fn providers(&self) -> HashSet<String> {
        self.records()
            .into_iter()
            .map(|record| record.record.provider)
            .collect()
    }

    /// Gives a provider's key to the crate that sends, at each use afresh.
    pub(crate) fn source(&self, provider: &str) -> Arc<dyn KeySource> {
        match self.record(provider) {
            None => Arc::new(Keyless),
            Some(known) => Arc::new(NotedUse {
                key: StoredKey::new(self.store(known.kept_in), ItemId::of(provider)),
                item: known.record.item,
                database: Arc::clone(&self.database),
            }),
        }
    }

    /// Puts a key away and notes that it is there. The note comes first: what can't be noted is not stored, and the key
    /// that was there before stays.
    ///
    /// # Errors
    /// That the note can't be written, or the store's state; nothing has changed then.
    pub(crate) async fn put(
        &self,
        provider: &str,
        credential: &Credential,
        kept_in: KeptIn,
    ) -> Result<(), CommandError> {
        let item = ItemId::of(provider);
        let record = record_of(&item, provider, credential);
        match kept_in {
            KeptIn::Session => {
                self.session.put(&item, credential).await?;
                self.session_records().insert(provider.to_owned(), record);
            }
            KeptIn::System => {
                let records = self.database.credential_records();
                let before = self
                    .kept_records()
                    .into_iter()
                    .find(|known| known.item == record.item);
                records.put(&record)?;
                if let Err(error) = self.system.put(&item, credential).await {
                    let taken_back = match before {
                        Some(before) => records.put(&before),
                        None => records.remove(&record.item),
                    };
                    if let Err(failure) = taken_back {
                        tracing::warn!(%failure, "a note of a key that was not stored stays");
                    }
                    return Err(CommandError::from(error).about(self.system.name()));
                }
                self.forget_session(provider).await;
            }
        }
        Ok(())
    }

    async fn forget_session(&self, provider: &str) {
        self.session_records().remove(provider);
        // A key that is not there is forgotten already.
        let _ = self.session.remove(&ItemId::of(provider)).await;
    }

    /// Takes every key of a provider out of every store: the provider itself goes.
    ///
    /// # Errors
    /// The state of the system's store, or that the note can't be written.
    pub(crate) async fn remove_all(&self, provider: &str) -> Result<(), CommandError> {
        let kept = self
            .kept_records()
            .into_iter()
            .find(|record| record.provider == provider);
        if let Some(record) = kept {
            self.remove(&KeyRecord {
                record,
                kept_in: KeptIn::System,
            })
            .await?;
        }
        self.forget_session(provider).await;
        Ok(())
    }

    /// The name of the store that a key is kept in.
    pub(crate) fn place(&self, known: &KeyRecord) -> &'static str {
        self.store(known.kept_in).name()
    }

    /// Takes a provider's key out of its store and forgets it. That it was gone already is no error.
    ///
    /// # Errors
    /// The store's state, and then nothing has changed; or that the note can't be written.
    pub(crate) async fn remove(&self, known: &KeyRecord) -> Result<(), CommandError> {
        let item = ItemId::of(known.record.provider.as_str());
        match self.store(known.kept_in).remove(&item).await {
            Ok(()) | Err(StoreError::ItemGone) => {}
            Err(error) => return Err(CommandError::from(error).about(self.system.name())),
        }
        match known.kept_in {
            KeptIn::Session => {
                self.session_records().remove(&known.record.provider);
            }
            KeptIn::System => self
                .database
                .credential_records()
                .remove(&known.record.item)?,
        }
        Ok(())
    }

    /// The key as the settings window shows it. Looking never prompts.
    pub(crate) async fn card(&self, known: &KeyRecord, status: &StoreStatus) -> KeyCard {
        KeyCard {
            name: known.record.name.clone(),
            origin: known.record.origin.clone(),
            kept_in: known.kept_in,
            set_at: known.record.set_at,
            last_used_at: known.record.last_used_at,
            state: match known.kept_in {
                KeptIn::Session => KeyState::Ready,
                KeptIn::System => self.state(known, status).await,
            },
        }
    }

    async fn state(&self, known: &KeyRecord, status: &StoreStatus) -> KeyState {
        match status {
            StoreStatus::Locked { .. } => KeyState::Locked,
            StoreStatus::Absent(_) => KeyState::StoreAbsent,
            StoreStatus::TimedOut => KeyState::StoreTimedOut,
            StoreStatus::Failed(_) => KeyState::StoreFailed,
            StoreStatus::NeedsCollection => KeyState::Gone,
            StoreStatus::Ready { .. } => {
                let item = ItemId::of(known.record.provider.as_str());
                match self.system.presence(&item).await {
                    ItemPresence::Present => KeyState::Ready,
                    ItemPresence::Missing => KeyState::Gone,
                    // The status was looked at a moment ago; what changed since shows at the next look.
                    ItemPresence::Unknown => KeyState::StoreTimedOut,
                }
            }
        }
    }
}

/// What is noted of a key beside the store.
fn record_of(item: &ItemId, provider: &str, credential: &Credential) -> CredentialRecord {
    CredentialRecord {
        item: item.to_string(),
        provider: provider.to_owned(),
        name: credential.name().to_owned(),
        origin: credential.origin().to_string(),
        set_at: i64::try_from(credential.set_at()).unwrap_or(0),
        last_used_at: None,
        store: SYSTEM.into(),
    }
}

impl KeyRecord {
    /// The origin that the key is bound to, as text.
    pub(crate) fn origin(&self) -> &str {
        &self.record.origin
    }
}

/// Notes when a key is read for use.
struct NotedUse {
    key: StoredKey,
    item: String,
    database: Arc<Database>,
}

impl KeySource for NotedUse {
    fn credential(&self) -> Pending<'_, Result<Option<Credential>, StoreError>> {
        Box::pin(async {
            let credential = self.key.credential().await?;
            if let Err(failure) = self
                .database
                .credential_records()
                .touch(&self.item, now_ms())
            {
                tracing::warn!(%failure, "the use of a key could not be noted");
            }
            Ok(credential)
        })
    }
}
