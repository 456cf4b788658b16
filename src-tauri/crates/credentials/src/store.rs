//! What every credential store can do, and the states it can be in.

use std::future::Future;
use std::pin::Pin;

use thiserror::Error;

use crate::credential::Credential;
use crate::item_format::ItemUnreadable;
use crate::item_id::ItemId;

/// An answer that is still to come.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A place that holds credentials.
///
/// Every call ends within the store's time limits. A future that is dropped gives the call up.
pub trait CredentialStore: Send + Sync {
    /// What people call this store: "Secret Service", "Keychain", "Credential Manager", "this session's memory", "a sealed file".
    fn name(&self) -> &'static str;

    /// The state of the store. Never prompts.
    fn status(&self) -> Pending<'_, StoreStatus>;

    /// Asks for the store to be unlocked, which may open a prompt. A store that isn't locked is left alone.
    ///
    /// # Errors
    /// [`StoreError::Dismissed`], [`StoreError::TimedOut`] or what keeps the store from being used.
    fn unlock(&self) -> Pending<'_, Result<(), StoreError>>;

    /// Reads a credential. Never unlocks the store.
    ///
    /// # Errors
    /// [`StoreError::ItemGone`] if a store that can be read holds no such item, else the store's or the item's own state.
    fn get<'a>(&'a self, id: &'a ItemId) -> Pending<'a, Result<Credential, StoreError>>;

    /// Writes a credential, in place of an earlier one. May prompt, to unlock the store or to create it.
    ///
    /// # Errors
    /// The state that kept the store from taking it. The caller still has the credential.
    fn put<'a>(
        &'a self,
        id: &'a ItemId,
        credential: &'a Credential,
    ) -> Pending<'a, Result<(), StoreError>>;

    /// Removes a credential. It is no error if there is none.
    ///
    /// # Errors
    /// The state that kept the store from removing it; [`StoreError::Locked`] if it can't tell.
    fn remove<'a>(&'a self, id: &'a ItemId) -> Pending<'a, Result<(), StoreError>>;

    /// Whether there is such an item. Never prompts.
    fn presence<'a>(&'a self, id: &'a ItemId) -> Pending<'a, ItemPresence>;

    /// Removes every credential of this program: those that are `known`, and where the store can look for them those that nothing is
    /// known of too. Says how many there were. Never prompts.
    ///
    /// # Errors
    /// The state that keeps the store from removing them. If a part of it is locked, nothing has been removed.
    fn clear<'a>(&'a self, known: &'a [ItemId]) -> Pending<'a, Result<usize, StoreError>> {
        Box::pin(async move {
            let mut removed = 0;
            for id in known {
                let was_there = self.presence(id).await == ItemPresence::Present;
                self.remove(id).await?;
                removed += usize::from(was_there);
            }
            Ok(removed)
        })
    }
}

/// Whether a store holds an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemPresence {
    /// It does.
    Present,
    /// It does, in a part of the store that is locked.
    Locked,
    /// It does not.
    Missing,
    /// Nobody can tell without a prompt, or the store can't be reached.
    Unknown,
}

/// The state of a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreStatus {
    /// It can be used.
    Ready {
        /// The name of the collection in use, where the store has such names.
        collection: Option<String>,
    },
    /// It can be used, but the first `put` has the system ask for a new password, because there is no collection yet.
    NeedsCollection,
    /// It has to be unlocked first.
    Locked {
        /// The name of the locked collection, where the store has such names.
        collection: Option<String>,
    },
    /// There is none.
    Absent(AbsentReason),
    /// It did not answer in time.
    TimedOut,
    /// It answered with an error.
    Failed(String),
}

/// Why there is no store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AbsentReason {
    /// No session bus to look for it on.
    #[error("there is no D-Bus session bus")]
    NoBus,
    /// A session bus, and nothing on it that keeps secrets.
    #[error("no program on the session bus keeps secrets")]
    NoService,
    /// The operating system has no store that is known here.
    #[error("this system has no credential store")]
    NoStore,
    /// The store is a sealed file, and there is none yet, or no more.
    #[error("there is no sealed file")]
    NoFile,
}

/// Why a call to a store failed. It never holds a secret.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StoreError {
    /// The store is locked. This says nothing about what it holds.
    #[error("the credential store is locked")]
    Locked,
    /// The sealed file is locked. This says nothing about what it holds.
    #[error("the sealed file is locked")]
    FileLocked,
    /// A person closed the prompt. Nothing was changed.
    #[error("the prompt was dismissed")]
    Dismissed,
    /// There is no store.
    #[error("there is no credential store: {0}")]
    Absent(AbsentReason),
    /// The store, or the person it asked, did not answer in time.
    #[error("the credential store did not answer in time")]
    TimedOut,
    /// The store can be read and holds no such item.
    #[error("the key is no longer in the credential store")]
    ItemGone,
    /// The item is there and can't be understood.
    #[error("the key in the credential store can't be read: {0}")]
    ItemUnreadable(#[from] ItemUnreadable),
    /// Anything else: the kind of error, in the store's own terms.
    #[error("the credential store failed: {0}")]
    Failed(String),
}

impl From<StoreError> for StoreStatus {
    /// The state that an error speaks of.
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Locked | StoreError::FileLocked => Self::Locked { collection: None },
            StoreError::Absent(reason) => Self::Absent(reason),
            StoreError::TimedOut => Self::TimedOut,
            StoreError::Dismissed
            | StoreError::ItemGone
            | StoreError::ItemUnreadable(_)
            | StoreError::Failed(_) => Self::Failed(match error {
                StoreError::Failed(what) => what,
                other => other.to_string(),
            }),
        }
    }
}
