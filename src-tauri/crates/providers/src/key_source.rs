//! Where the key for a request comes from.

use std::sync::Arc;

use chat::{Failure, FailureKind};
use credentials::{Credential, CredentialStore, ItemId, Pending, StoreError};

/// Gives the key of one provider, afresh for each request, so that it lies in memory no longer than that.
pub trait KeySource: Send + Sync {
    /// The key; `None` if none was ever set.
    ///
    /// # Errors
    /// The state of the store that keeps it from being read.
    fn credential(&self) -> Pending<'_, Result<Option<Credential>, StoreError>>;
}

/// No key is set.
#[derive(Debug, Clone, Copy, Default)]
pub struct Keyless;

impl KeySource for Keyless {
    fn credential(&self) -> Pending<'_, Result<Option<Credential>, StoreError>> {
        Box::pin(std::future::ready(Ok(None)))
    }
}

/// A key that was put into a store. That it is no longer there is an error.
#[derive(Clone)]
pub struct StoredKey {
    store: Arc<dyn CredentialStore>,
    item: ItemId,
}

impl StoredKey {
    /// The key in this item of this store.
    pub fn new(store: Arc<dyn CredentialStore>, item: ItemId) -> Self {
        Self { store, item }
    }
}

impl KeySource for StoredKey {
    fn credential(&self) -> Pending<'_, Result<Option<Credential>, StoreError>> {
        Box::pin(async { self.store.get(&self.item).await.map(Some) })
    }
}

/// The failure of a turn whose key can't be read.
pub fn store_failure(error: StoreError) -> Failure {
    match error {
        StoreError::Locked => Failure::new(FailureKind::StoreLocked),
        StoreError::FileLocked => Failure::new(FailureKind::SealedLocked),
        StoreError::Dismissed => Failure::new(FailureKind::StoreDismissed),
        StoreError::Absent(reason) => {
            Failure::new(FailureKind::StoreAbsent).with_detail(reason.to_string())
        }
        StoreError::TimedOut => Failure::new(FailureKind::StoreTimedOut),
        StoreError::ItemGone => Failure::new(FailureKind::KeyGone),
        StoreError::ItemUnreadable(reason) => {
            Failure::new(FailureKind::KeyUnreadable).with_detail(reason.to_string())
        }
        StoreError::Failed(what) => Failure::new(FailureKind::StoreFailed).with_detail(what),
    }
}
