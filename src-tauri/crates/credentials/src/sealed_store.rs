//! Keys in one file that is sealed with a passphrase, for computers without a credential store.
//!
//! The file is an age file with one scrypt recipient: `age -d keys.age` shows the JSON that it holds.
//! From [`SealedStore::open`] to [`SealedStore::close`], or until the program ends, the credentials and the passphrase are in this process's
//! memory, the passphrase because every change seals the whole file anew. Both are wiped when the store is closed.
//!
//! The file decides: if another program changes or removes it while it is open, the store closes itself, and writes nothing over it.

mod content;
mod error;
mod file;
mod seal;
mod sealed_file;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use self::content::Entry;
pub use self::error::{Damage, SealedError};
use self::sealed_file::SealedFile;
use crate::credential::Credential;
use crate::item_id::ItemId;
use crate::passphrase::Passphrase;
use crate::store::{AbsentReason, CredentialStore, ItemPresence, Pending, StoreError, StoreStatus};

/// A store in one sealed file. It is chosen by the user, never fallen into.
///
/// Cheap to clone: all clones are one store. No two processes may write the same file.
#[derive(Clone)]
pub struct SealedStore {
    file: Arc<SealedFile>,
}

impl SealedStore {
    /// The store in the file at `path`, which need not be there. Nothing is read yet.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self::with_work(path, seal::WORK)
    }

    /// The same with the binary logarithm of scrypt's work for what is written: 1 to 20. Each step doubles what a guess costs.
    pub fn with_work(path: impl Into<PathBuf>, log_n: u8) -> Self {
        let log_n = log_n.clamp(1, seal::MOST_WORK);
        Self {
            file: Arc::new(SealedFile::at(path.into(), log_n)),
        }
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// Opens the file. One that is open already is read anew. Takes about a second.
    ///
    /// # Errors
    /// [`SealedError`]. The store is then as it was.
    pub async fn open(&self, passphrase: Passphrase) -> Result<(), SealedError> {
        self.blocking(move |file| file.unseal(passphrase)).await
    }

    /// Whether the keys are in memory. Looks at no file.
    pub fn is_open(&self) -> bool {
        self.file.is_open()
    }

    /// Makes a new file without keys and leaves it open. Takes about a second.
    ///
    /// # Errors
    /// [`SealedError::Exists`] if there is one, [`SealedError::Passphrase`] if the passphrase is too easily guessed, or why it can't be written.
    pub async fn create(&self, passphrase: Passphrase) -> Result<(), SealedError> {
        self.blocking(move |file| file.create(passphrase)).await
    }

    /// Seals the file with another passphrase. It has to be open. Takes about a second.
    ///
    /// # Errors
    /// [`StoreError::Locked`] if it is closed, or why it can't be written; the old passphrase then stays.
    pub async fn change_passphrase(&self, passphrase: Passphrase) -> Result<(), StoreError> {
        passphrase.check_strength().map_err(SealedError::from)?;
        self.blocking(move |file| file.reseal(passphrase)).await
    }

    /// Wipes the keys and the passphrase from memory. A write that is under way ends first or goes on without them; the file stays.
    pub fn close(&self) {
        self.file.close();
    }

    /// Removes the file with all its keys, and closes the store. It is no error if there is none.
    ///
    /// # Errors
    /// [`SealedError::Io`] if it can't be removed.
    pub async fn delete_file(&self) -> Result<(), SealedError> {
        self.blocking(SealedFile::delete).await
    }

    /// Runs what may block where it may. A call that is given up still ends there, so that file and memory stay of one mind.
    async fn blocking<T: Send + 'static, E: From<SealedError> + Send + 'static>(
        &self,
        work: impl FnOnce(&SealedFile) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        let file = Arc::clone(&self.file);
        tokio::task::spawn_blocking(move || work(&file))
            .await
            .unwrap_or_else(|_| Err(SealedError::Io(std::io::ErrorKind::Interrupted).into()))
    }
}

impl CredentialStore for SealedStore {
    fn name(&self) -> &'static str {
        "a sealed file"
    }

    fn status(&self) -> Pending<'_, StoreStatus> {
        Box::pin(async {
            self.blocking(|file| file.look(|_| StoreStatus::Ready { collection: None }))
                .await
                .unwrap_or_else(StoreStatus::from)
        })
    }

    /// It asks nobody: only [`SealedStore::open`] unlocks it.
    fn unlock(&self) -> Pending<'_, Result<(), StoreError>> {
        Box::pin(self.blocking(|file| file.look(|_| ())))
    }

    fn get<'a>(&'a self, id: &'a ItemId) -> Pending<'a, Result<Credential, StoreError>> {
        let name = id.to_string();
        Box::pin(self.blocking(move |file| {
            file.look(|content| match content.get(&name) {
                Some(Entry::Read(credential)) => Ok(credential.duplicate()),
                Some(Entry::Unreadable(why, _)) => Err(StoreError::ItemUnreadable(*why)),
                None => Err(StoreError::ItemGone),
            })?
        }))
    }

    fn put<'a>(
        &'a self,
        id: &'a ItemId,
        credential: &'a Credential,
    ) -> Pending<'a, Result<(), StoreError>> {
        let (name, credential) = (id.to_string(), credential.duplicate());
        Box::pin(self.blocking(move |file| file.change(name, Some(credential))))
    }

    fn remove<'a>(&'a self, id: &'a ItemId) -> Pending<'a, Result<(), StoreError>> {
        let name = id.to_string();
        Box::pin(self.blocking(move |file| match file.change(name, None) {
            // Without a file there is no item either.
            Err(StoreError::Absent(AbsentReason::NoFile)) => Ok(()),
            other => other,
        }))
    }

    fn presence<'a>(&'a self, id: &'a ItemId) -> Pending<'a, ItemPresence> {
        let name = id.to_string();
        Box::pin(async {
            let found = self
                .blocking(move |file| file.look(|content| content.get(&name).is_some()))
                .await;
            match found {
                Ok(true) => ItemPresence::Present,
                Ok(false) | Err(StoreError::Absent(AbsentReason::NoFile)) => ItemPresence::Missing,
                Err(_) => ItemPresence::Unknown,
            }
        })
    }
}
