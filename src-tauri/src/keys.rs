//! Which keys there are, where each is kept, and what state it is in. The keys themselves stay in the stores.

mod known;
mod recover;
mod state;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use credentials::{
    Credential, CredentialStore, ItemId, ItemPresence, Pending, SealedStore, SessionStore,
    StoreError,
};
use providers::{KeySource, Keyless, StoredKey};
use storage::{CredentialRecord, Database};

use crate::app::now_ms;
use crate::ipc::{CommandError, ErrorCode, KeptIn};

pub(crate) use known::KeyRecord;
pub(crate) use state::StoreStates;

/// The keys, by provider.
pub(crate) struct Keys {
    database: Arc<Database>,
    system: Arc<dyn CredentialStore>,
    session: Arc<SessionStore>,
    sealed: SealedStore,
    /// What was known of the keys that are kept for good when it was last read.
    last_read: Mutex<Vec<CredentialRecord>>,
    /// What is known of keys that last until the app quits. They leave nothing on disk.
    session_records: SessionRecords,
}

type SessionRecords = Arc<Mutex<Vec<CredentialRecord>>>;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Lists are replaced, or grow by one: there is nothing half-done behind the poison.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Keys {
    /// The keys that the database knows of, in the system's store and in the sealed file.
    pub(crate) fn new(
        database: Arc<Database>,
        system: Arc<dyn CredentialStore>,
        sealed: SealedStore,
    ) -> Self {
        Self {
            database,
            system,
            session: Arc::default(),
            sealed,
            last_read: Mutex::default(),
            session_records: Arc::default(),
        }
    }

    /// The system's store.
    pub(crate) fn system(&self) -> &Arc<dyn CredentialStore> {
        &self.system
    }

    /// The file that keys are sealed in.
    pub(crate) fn sealed(&self) -> &SealedStore {
        &self.sealed
    }

    fn store(&self, kept_in: KeptIn) -> Arc<dyn CredentialStore> {
        match kept_in {
            KeptIn::System => Arc::clone(&self.system),
            KeptIn::Session => Arc::clone(&self.session) as _,
            KeptIn::Sealed => Arc::new(self.sealed.clone()),
        }
    }

    /// Every key that is known of; of each provider's the one that is used first, then in the order they came.
    pub(crate) fn records(&self) -> Vec<KeyRecord> {
        let session = lock(&self.session_records).clone();
        known::in_order(session.into_iter().chain(self.kept_records()))
    }

    /// The keys that are kept for good. If they can't be read just now, those of the last time count: a failed read is no
    /// reason to say that there is no key.
    fn kept_records(&self) -> Vec<CredentialRecord> {
        let mut last = lock(&self.last_read);
        match self.database.credential_records().list() {
            Ok(records) => last.clone_from(&records),
            Err(failure) => tracing::error!(%failure, "what is known of the keys can't be read"),
        }
        last.clone()
    }

    /// The keys of one provider, the one that is used first.
    pub(crate) fn of(&self, provider: &str) -> Vec<KeyRecord> {
        let mut records = self.records();
        records.retain(|known| known.provider() == provider);
        records
    }

    /// The key of that number.
    pub(crate) fn in_slot(&self, provider: &str, slot: u16) -> Option<KeyRecord> {
        self.of(provider)
            .into_iter()
            .find(|known| known.slot() == slot)
    }

    /// Whether a key is known of.
    pub(crate) fn has(&self, provider: &str) -> bool {
        !self.of(provider).is_empty()
    }

    /// The ids of the providers that a key is known for.
    pub(crate) fn providers(&self) -> HashSet<String> {
        self.records()
            .into_iter()
            .map(|known| known.provider().to_owned())
            .collect()
    }

    /// Gives a provider's default key to the crate that sends, at each use afresh.
    pub(crate) fn source(&self, provider: &str) -> Arc<dyn KeySource> {
        match self.of(provider).into_iter().next() {
            None => Arc::new(Keyless),
            Some(known) => self.source_of(known),
        }
    }

    /// The same of one certain key.
    pub(crate) fn source_of(&self, known: KeyRecord) -> Arc<dyn KeySource> {
        Arc::new(NotedUse {
            key: StoredKey::new(self.store(known.kept_in), known.item()),
            known,
            database: Arc::clone(&self.database),
            session: Arc::clone(&self.session_records),
        })
    }

    /// Puts a key away, makes it the one that is used, and notes that it is there. The note comes first: what can't be
    /// noted is not stored, and the key that was there before stays. With `replaced`, that one goes.
    ///
    /// # Errors
    /// That the note can't be written, or the store's state; nothing has changed then.
    pub(crate) async fn put(
        &self,
        provider: &str,
        credential: &Credential,
        kept_in: KeptIn,
        replaced: Option<&KeyRecord>,
    ) -> Result<(), CommandError> {
        let in_place = replaced.filter(|known| known.kept_in == kept_in);
        let item = match in_place {
            Some(known) => known.item(),
            None => self.free_item(provider, kept_in).await?,
        };
        let mut record = known::record_of(&item, credential, kept_in);
        match kept_in {
            KeptIn::Session => {
                record.is_default = true;
                self.session.put(&item, credential).await?;
                let mut records = lock(&self.session_records);
                records.retain(|known| known.item != record.item);
                known::none_is_default(&mut records, provider);
                records.push(record);
            }
            KeptIn::System | KeptIn::Sealed => {
                let records = self.database.credential_records();
                // As it stands there: in this session another key may go before the default of the others.
                let noted = records.list()?;
                let noted = noted.into_iter().find(|noted| noted.item == record.item);
                records.put(&record)?;
                let store = self.store(kept_in);
                if let Err(error) = store.put(&item, credential).await {
                    let taken_back = match &noted {
                        Some(before) => records.put(before),
                        None => records.remove(&record.item),
                    };
                    if let Err(failure) = taken_back {
                        tracing::warn!(%failure, "a note of a key that was not stored stays");
                    }
                    return Err(self.told(error, kept_in));
                }
                self.make_default(&KeyRecord { record, kept_in })?;
            }
        }
        if let Some(old) = replaced.filter(|old| old.kept_in != kept_in)
            && let Err(error) = self.remove(old).await
        {
            // It is listed on, with the state of its store.
            tracing::warn!(code = ?error.code, "a key that was replaced could not be removed");
        }
        Ok(())
    }

    /// A number that no key of this provider has, in no store: not even one that nothing is known of any more.
    ///
    /// # Errors
    /// The state of a store that can't tell. A key that nobody knows of any more must not be written over.
    async fn free_item(&self, provider: &str, kept_in: KeptIn) -> Result<ItemId, CommandError> {
        let taken: HashSet<_> = self.of(provider).iter().map(KeyRecord::slot).collect();
        let store = self.store(kept_in);
        for slot in (1..u16::MAX).filter(|slot| !taken.contains(slot)) {
            let item = ItemId::in_slot(provider, slot);
            let is_free = is_free(store.as_ref(), &item).await;
            if is_free.map_err(|error| self.told(error, kept_in))? {
                return Ok(item);
            }
        }
        Err(CommandError::new(ErrorCode::StoreFailed))
    }

    /// Makes a key the one of its provider's that is used.
    ///
    /// # Errors
    /// That it can't be noted.
    pub(crate) fn make_default(&self, known: &KeyRecord) -> Result<(), CommandError> {
        if known.kept_in != KeptIn::Session {
            self.database
                .credential_records()
                .make_default(&known.record.item)?;
        }
        let mut records = lock(&self.session_records);
        known::none_is_default(&mut records, known.provider());
        for record in records
            .iter_mut()
            .filter(|record| known.kept_in == KeptIn::Session && record.item == known.record.item)
        {
            record.is_default = true;
        }
        Ok(())
    }

    /// Takes every key of a provider out of every store: the provider itself goes.
    ///
    /// # Errors
    /// The state of a store, or that a note can't be written. Keys that come before it are gone then.
    pub(crate) async fn remove_all(&self, provider: &str) -> Result<(), CommandError> {
        for known in self.of(provider) {
            self.remove(&known).await?;
        }
        Ok(())
    }

    /// The name of the store that a key is kept in.
    pub(crate) fn place(&self, kept_in: KeptIn) -> &'static str {
        match kept_in {
            KeptIn::System => self.system.name(),
            KeptIn::Session => "this session’s memory",
            KeptIn::Sealed => "the sealed file",
        }
    }

    /// Takes a key out of its store and forgets it. That it was gone already is no error. If it was the one that is used,
    /// that becomes the one of its provider's that was used last.
    ///
    /// # Errors
    /// The store's state, and then nothing has changed; or that the note can't be written.
    pub(crate) async fn remove(&self, known: &KeyRecord) -> Result<(), CommandError> {
        match self.store(known.kept_in).remove(&known.item()).await {
            Ok(()) | Err(StoreError::ItemGone) => {}
            Err(error) => return Err(self.told(error, known.kept_in)),
        }
        let was_used = self
            .of(known.provider())
            .first()
            .is_some_and(|first| first.record.item == known.record.item);
        if known.kept_in == KeptIn::Session {
            lock(&self.session_records).retain(|record| record.item != known.record.item);
        } else {
            self.database
                .credential_records()
                .remove(&known.record.item)?;
        }
        if was_used && let Some(next) = known::heir(self.of(known.provider())) {
            self.make_default(&next)?;
        }
        Ok(())
    }

    /// A store's error with the name of the store.
    fn told(&self, error: StoreError, kept_in: KeptIn) -> CommandError {
        match (kept_in, error) {
            (KeptIn::Sealed, StoreError::Locked) => CommandError::new(ErrorCode::SealedLocked),
            (KeptIn::Sealed, StoreError::Failed(what)) => {
                CommandError::new(ErrorCode::SealedFailed).with_detail(what)
            }
            (_, error) => CommandError::from(error).about(self.place(kept_in)),
        }
    }

    /// Takes every key of this app out of the system's store, those that nothing is known of too, and says how many there
    /// were. What is known of them stays noted.
    ///
    /// # Errors
    /// The store's state. If it is locked, nothing has been removed.
    pub(crate) async fn clear_system(&self) -> Result<usize, StoreError> {
        let known: Vec<_> = self.kept_in(KeptIn::System);
        self.system.clear(&known).await
    }

    /// Forgets the keys of this session, and says how many there were.
    pub(crate) async fn clear_session(&self) -> usize {
        let known = self.kept_in(KeptIn::Session);
        lock(&self.session_records).clear();
        // Memory is never locked.
        self.session.clear(&known).await.unwrap_or(known.len())
    }

    /// The items of the keys that are kept there, as far as they are known.
    pub(crate) fn kept_in(&self, kept_in: KeptIn) -> Vec<ItemId> {
        let records = self.records().into_iter();
        records
            .filter(|known| known.kept_in == kept_in)
            .map(|known| known.item())
            .collect()
    }
}

/// Whether nothing is kept under an item's name. A store that is locked is unlocked for that: a key is about to go into it.
async fn is_free(store: &dyn CredentialStore, item: &ItemId) -> Result<bool, StoreError> {
    match store.presence(item).await {
        ItemPresence::Present | ItemPresence::Locked => return Ok(false),
        ItemPresence::Missing => return Ok(true),
        ItemPresence::Unknown => {}
    }
    let found = match store.get(item).await {
        Err(StoreError::Locked) => {
            store.unlock().await?;
            store.get(item).await
        }
        found => found,
    };
    match found {
        // An item that can't be read is one all the same.
        Ok(_) | Err(StoreError::ItemUnreadable(_)) => Ok(false),
        Err(StoreError::ItemGone) => Ok(true),
        Err(error) => Err(error),
    }
}

/// Notes when a key is read for use.
struct NotedUse {
    key: StoredKey,
    known: KeyRecord,
    database: Arc<Database>,
    session: SessionRecords,
}

impl NotedUse {
    fn note(&self) {
        let (item, now) = (&self.known.record.item, now_ms());
        if self.known.kept_in == KeptIn::Session {
            for record in lock(&self.session)
                .iter_mut()
                .filter(|record| record.item == *item)
            {
                record.last_used_at = Some(now);
            }
        } else if let Err(failure) = self.database.credential_records().touch(item, now) {
            tracing::warn!(%failure, "the use of a key could not be noted");
        }
    }
}

impl KeySource for NotedUse {
    fn credential(&self) -> Pending<'_, Result<Option<Credential>, StoreError>> {
        Box::pin(async {
            let read = self.key.credential().await;
            let credential = match (self.known.kept_in, read) {
                (KeptIn::Sealed, Err(StoreError::Locked)) => Err(StoreError::FileLocked),
                // Without the file the key is gone, too.
                (KeptIn::Sealed, Err(StoreError::Absent(_))) => Err(StoreError::ItemGone),
                (_, read) => read,
            }?;
            self.note();
            Ok(credential)
        })
    }
}

#[cfg(test)]
mod tests;
