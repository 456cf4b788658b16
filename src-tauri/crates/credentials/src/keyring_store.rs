//! Keychain on macOS, Credential Manager on Windows.
//!
//! Their calls block, some of them on a person, and can't be called off. Each runs on a thread of its own; one that is given up is left
//! to end there, and holds up no other.

use keyring::{Entry, Error};
use zeroize::Zeroizing;

use crate::credential::Credential;
use crate::item_id::ItemId;
use crate::store::{AbsentReason, CredentialStore, ItemPresence, Pending, StoreError, StoreStatus};
use crate::time_limits::TimeLimits;

const SERVICE: &str = "Chatelaine";

/// The operating system's credential store.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemStore {
    limits: TimeLimits,
}

impl SystemStore {
    /// The store, with the usual time limits.
    pub fn new() -> Self {
        Self::default()
    }

    /// The store, with time limits of one's own.
    pub fn with_limits(limits: TimeLimits) -> Self {
        Self { limits }
    }

    /// Runs a call on an item. The system may ask its user first, so it has the longer limit.
    async fn on_item<T: Send + 'static>(
        self,
        id: &ItemId,
        call: impl FnOnce(&Entry) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, StoreError> {
        let name = id.to_string();
        let work = tokio::task::spawn_blocking(move || {
            let entry = Entry::new(SERVICE, &name).map_err(state_of)?;
            call(&entry).map_err(state_of)
        });
        match tokio::time::timeout(self.limits.prompt, work).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(StoreError::Failed("the call was broken off".to_owned())),
            Err(_) => Err(StoreError::TimedOut),
        }
    }

    async fn read_status(self) -> StoreStatus {
        let work = tokio::task::spawn_blocking(|| Entry::store_status().is_ok());
        match tokio::time::timeout(self.limits.call, work).await {
            Ok(Ok(true)) => StoreStatus::Ready { collection: None },
            Ok(_) => StoreStatus::Absent(AbsentReason::NoStore),
            Err(_) => StoreStatus::TimedOut,
        }
    }

    async fn read_item(self, id: &ItemId) -> Result<Credential, StoreError> {
        let bytes = self
            .on_item(id, |entry| entry.get_secret().map(Zeroizing::new))
            .await?;
        Ok(Credential::from_item(&bytes)?)
    }

    async fn remove_item(self, id: &ItemId) -> Result<(), StoreError> {
        match self.on_item(id, Entry::delete_credential).await {
            Err(StoreError::ItemGone) => Ok(()),
            other => other,
        }
    }

    /// Whether there is an item. Windows tells without asking anyone; macOS may ask before it lets an item be read.
    async fn look_for(self, id: &ItemId) -> ItemPresence {
        if cfg!(target_os = "macos") {
            return ItemPresence::Unknown;
        }
        let look = |entry: &Entry| entry.get_secret().map(|bytes| drop(Zeroizing::new(bytes)));
        match self.on_item(id, look).await {
            Ok(()) => ItemPresence::Present,
            Err(StoreError::ItemGone) => ItemPresence::Missing,
            Err(_) => ItemPresence::Unknown,
        }
    }
}

impl CredentialStore for SystemStore {
    fn name(&self) -> &'static str {
        if cfg!(target_os = "macos") {
            "Keychain"
        } else {
            "Credential Manager"
        }
    }

    fn status(&self) -> Pending<'_, StoreStatus> {
        Box::pin(self.read_status())
    }

    /// The system itself asks for the password when an item is needed.
    fn unlock(&self) -> Pending<'_, Result<(), StoreError>> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn get<'a>(&'a self, id: &'a ItemId) -> Pending<'a, Result<Credential, StoreError>> {
        Box::pin(self.read_item(id))
    }

    fn put<'a>(
        &'a self,
        id: &'a ItemId,
        credential: &'a Credential,
    ) -> Pending<'a, Result<(), StoreError>> {
        let bytes = credential.to_item();
        Box::pin(self.on_item(id, move |entry| entry.set_secret(&bytes)))
    }

    fn remove<'a>(&'a self, id: &'a ItemId) -> Pending<'a, Result<(), StoreError>> {
        Box::pin(self.remove_item(id))
    }

    fn presence<'a>(&'a self, id: &'a ItemId) -> Pending<'a, ItemPresence> {
        Box::pin(self.look_for(id))
    }
}

/// The state that an error speaks of. Some errors hold the bytes of an item, so they are taken apart here and none is ever formatted.
fn state_of(error: Error) -> StoreError {
    match error {
        Error::NoEntry => StoreError::ItemGone,
        Error::NoDefaultStore => StoreError::Absent(AbsentReason::NoStore),
        Error::BadEncoding(bytes) | Error::BadDataFormat(bytes, _) => {
            drop(Zeroizing::new(bytes));
            StoreError::ItemUnreadable(crate::item_format::ItemUnreadable::Damaged)
        }
        Error::TooLong(_, limit) => {
            StoreError::Failed(format!("an item can't be longer than {limit} bytes"))
        }
        Error::NoStorageAccess(cause) => {
            known_cause(&*cause).unwrap_or(StoreError::Failed("access was refused".to_owned()))
        }
        Error::PlatformFailure(cause) => {
            known_cause(&*cause).unwrap_or(StoreError::Failed("the system refused".to_owned()))
        }
        _ => StoreError::Failed("an error of the system's store".to_owned()),
    }
}

/// What Apple's error numbers say about the state of the keychain.
#[cfg(target_os = "macos")]
fn known_cause(cause: &(dyn std::error::Error + Send + Sync + 'static)) -> Option<StoreError> {
    const USER_CANCELED: i32 = -128;
    const AUTH_FAILED: i32 = -25293;
    const INTERACTION_NOT_ALLOWED: i32 = -25308;
    let error = cause.downcast_ref::<security_framework::base::Error>()?;
    match error.code() {
        USER_CANCELED => Some(StoreError::Dismissed),
        AUTH_FAILED | INTERACTION_NOT_ALLOWED => Some(StoreError::Locked),
        _ => None,
    }
}

/// Windows has no locked state and no prompt.
#[cfg(not(target_os = "macos"))]
fn known_cause(_: &(dyn std::error::Error + Send + Sync + 'static)) -> Option<StoreError> {
    None
}
