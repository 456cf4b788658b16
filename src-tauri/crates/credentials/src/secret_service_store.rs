//! The Secret Service, as GNOME, KDE and password keepers provide it.
//!
//! Each call has a connection of its own. So a service that starts later is found without a restart, a call that is given up leaves
//! nothing behind that a later one could wait for, and the bus tells the service that nobody waits for its prompt any more.

use std::collections::HashMap;
use std::future::Future;
use std::time::Duration;

use secret_service::{Collection, EncryptionType, Error, Item, SearchItemsResult, SecretService};
use zeroize::Zeroizing;

use crate::credential::Credential;
use crate::item_id::ItemId;
use crate::secret_service_error::state_of;
use crate::store::{AbsentReason, CredentialStore, ItemPresence, Pending, StoreError, StoreStatus};
use crate::time_limits::TimeLimits;

/// The attribute that keeps other programs' items out of every search.
const APPLICATION: (&str, &str) = ("application", "chatelaine");
/// The attribute that names an item.
const ITEM: &str = "item";
const CONTENT_TYPE: &str = "application/json";
/// The name of the collection that is made where there is none.
const NEW_COLLECTION: &str = "Default keyring";

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

    /// Runs a call that asks nobody.
    fn call<'a, T: 'a>(
        &self,
        call: impl Future<Output = Result<T, StoreError>> + Send + 'a,
    ) -> Pending<'a, Result<T, StoreError>> {
        within(self.limits.call, call)
    }

    /// Runs a call that may wait for a person.
    fn prompting<'a, T: 'a>(
        &self,
        call: impl Future<Output = Result<T, Error>> + Send + 'a,
    ) -> Pending<'a, Result<T, StoreError>> {
        within(self.limits.prompt, async {
            call.await.map_err(|error| state_of(&error))
        })
    }

    async fn connect(&self) -> Result<SecretService<'static>, StoreError> {
        self.call(async {
            let bus = zbus::Connection::session()
                .await
                .map_err(|_| StoreError::Absent(AbsentReason::NoBus))?;
            SecretService::connect_with_existing(EncryptionType::Dh, bus)
                .await
                .map_err(|error| state_of(&error))
        })
        .await
    }

    async fn read_status(&self) -> Result<StoreStatus, StoreError> {
        let service = self.connect().await?;
        self.call(async {
            let Some(collection) = default_collection(&service).await? else {
                return Ok(StoreStatus::NeedsCollection);
            };
            let label = collection
                .get_label()
                .await
                .map_err(|error| state_of(&error))?;
            let label = Some(label).filter(|label| !label.is_empty());
            Ok(if is_locked(&collection).await? {
                StoreStatus::Locked { collection: label }
            } else {
                StoreStatus::Ready { collection: label }
            })
        })
        .await
    }

    async fn unlock_default(&self) -> Result<(), StoreError> {
        let service = self.connect().await?;
        if let Some(collection) = self.call(default_collection(&service)).await? {
            self.unlock_collection(&collection).await?;
        }
        // Keys may lie in another collection: it was the default once.
        for item in self.call(find_all(&service)).await?.locked {
            // The one before may have been of the same collection, which is unlocked as a whole.
            if self.call(item_is_locked(&item)).await? {
                self.prompting(item.unlock()).await?;
                if self.call(item_is_locked(&item)).await? {
                    return Err(StoreError::Locked);
                }
            }
        }
        Ok(())
    }

    async fn unlock_collection(&self, collection: &Collection<'_>) -> Result<(), StoreError> {
        if self.call(is_locked(collection)).await? {
            self.prompting(collection.unlock()).await?;
            // A service may close its prompt without a dismissal and without unlocking.
            if self.call(is_locked(collection)).await? {
                return Err(StoreError::Locked);
            }
        }
        Ok(())
    }

    async fn read_item(&self, id: &ItemId) -> Result<Credential, StoreError> {
        let service = self.connect().await?;
        self.call(async {
            let mut items = find(&service, id).await?;
            let item = match items.unlocked.len() {
                0 => return Err(why_missing(&service, &items).await?),
                1 => items.unlocked.swap_remove(0),
                _ => newest(items.unlocked).await?,
            };
            let bytes = item.get_secret().await.map_err(|error| state_of(&error))?;
            Ok(Credential::from_item(&Zeroizing::new(bytes))?)
        })
        .await
    }

    async fn write_item(&self, id: &ItemId, credential: &Credential) -> Result<(), StoreError> {
        let service = self.connect().await?;
        let collection = match self.call(default_collection(&service)).await? {
            Some(collection) => collection,
            None => {
                self.prompting(service.create_collection(NEW_COLLECTION, "default"))
                    .await?
            }
        };
        self.unlock_collection(&collection).await?;
        let name = id.to_string();
        let label = format!(
            "Chatelaine: {} ({})",
            id.provider(),
            credential.origin().host()
        );
        let bytes = credential.to_item();
        self.prompting(collection.create_item(
            &label,
            attributes(&name),
            &bytes,
            true,
            CONTENT_TYPE,
        ))
        .await?;
        Ok(())
    }

    async fn remove_item(&self, id: &ItemId) -> Result<(), StoreError> {
        let service = self.connect().await?;
        let items = self.call(find(&service, id)).await?;
        self.remove_found(&service, items).await.map(drop)
    }

    async fn remove_every_item(&self) -> Result<usize, StoreError> {
        let service = self.connect().await?;
        let items = self.call(find_all(&service)).await?;
        self.remove_found(&service, items).await
    }

    /// Removes items, all or, if one of them is locked, none.
    async fn remove_found(
        &self,
        service: &SecretService<'_>,
        items: SearchItemsResult<Item<'_>>,
    ) -> Result<usize, StoreError> {
        if !items.locked.is_empty() {
            return Err(StoreError::Locked);
        }
        if items.unlocked.is_empty() {
            return match self.call(why_missing(service, &items)).await? {
                StoreError::ItemGone => Ok(0),
                error => Err(error),
            };
        }
        for item in &items.unlocked {
            match self.prompting(item.delete()).await {
                // Removed by someone else in the same moment.
                Ok(()) | Err(StoreError::ItemGone) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(items.unlocked.len())
    }

    async fn look_for(&self, id: &ItemId) -> Result<ItemPresence, StoreError> {
        let service = self.connect().await?;
        self.call(async {
            let items = find(&service, id).await?;
            if !items.unlocked.is_empty() {
                return Ok(ItemPresence::Present);
            }
            if !items.locked.is_empty() {
                return Ok(ItemPresence::Locked);
            }
            Ok(match why_missing(&service, &items).await? {
                StoreError::ItemGone => ItemPresence::Missing,
                _ => ItemPresence::Unknown,
            })
        })
        .await
    }
}

impl CredentialStore for SystemStore {
    fn name(&self) -> &'static str {
        "Secret Service"
    }

    fn status(&self) -> Pending<'_, StoreStatus> {
        Box::pin(async { self.read_status().await.unwrap_or_else(StoreStatus::from) })
    }

    fn unlock(&self) -> Pending<'_, Result<(), StoreError>> {
        Box::pin(self.unlock_default())
    }

    fn get<'a>(&'a self, id: &'a ItemId) -> Pending<'a, Result<Credential, StoreError>> {
        Box::pin(self.read_item(id))
    }

    fn put<'a>(
        &'a self,
        id: &'a ItemId,
        credential: &'a Credential,
    ) -> Pending<'a, Result<(), StoreError>> {
        Box::pin(self.write_item(id, credential))
    }

    fn remove<'a>(&'a self, id: &'a ItemId) -> Pending<'a, Result<(), StoreError>> {
        Box::pin(self.remove_item(id))
    }

    fn presence<'a>(&'a self, id: &'a ItemId) -> Pending<'a, ItemPresence> {
        Box::pin(async { self.look_for(id).await.unwrap_or(ItemPresence::Unknown) })
    }

    fn clear<'a>(&'a self, _known: &'a [ItemId]) -> Pending<'a, Result<usize, StoreError>> {
        Box::pin(self.remove_every_item())
    }
}

fn within<'a, T: 'a>(
    limit: Duration,
    call: impl Future<Output = Result<T, StoreError>> + Send + 'a,
) -> Pending<'a, Result<T, StoreError>> {
    Box::pin(async move {
        tokio::time::timeout(limit, call)
            .await
            .unwrap_or(Err(StoreError::TimedOut))
    })
}

fn attributes(item: &str) -> HashMap<&str, &str> {
    HashMap::from([APPLICATION, (ITEM, item)])
}

async fn find<'a>(
    service: &'a SecretService<'_>,
    id: &ItemId,
) -> Result<SearchItemsResult<Item<'a>>, StoreError> {
    service
        .search_items(attributes(&id.to_string()))
        .await
        .map_err(|error| state_of(&error))
}

/// Every item of this program, in whatever collection.
async fn find_all<'a>(
    service: &'a SecretService<'_>,
) -> Result<SearchItemsResult<Item<'a>>, StoreError> {
    service
        .search_items(HashMap::from([APPLICATION]))
        .await
        .map_err(|error| state_of(&error))
}

async fn item_is_locked(item: &Item<'_>) -> Result<bool, StoreError> {
    item.is_locked().await.map_err(|error| state_of(&error))
}

async fn default_collection<'a>(
    service: &'a SecretService<'_>,
) -> Result<Option<Collection<'a>>, StoreError> {
    match service.get_default_collection().await {
        Ok(collection) => Ok(Some(collection)),
        Err(Error::NoResult) => Ok(None),
        Err(error) => Err(state_of(&error)),
    }
}

async fn is_locked(collection: &Collection<'_>) -> Result<bool, StoreError> {
    collection
        .is_locked()
        .await
        .map_err(|error| state_of(&error))
}

/// Why no readable item was found. A locked collection never passes for an empty one: some services find nothing in it, whatever it holds.
async fn why_missing(
    service: &SecretService<'_>,
    items: &SearchItemsResult<Item<'_>>,
) -> Result<StoreError, StoreError> {
    if !items.locked.is_empty() {
        return Ok(StoreError::Locked);
    }
    Ok(match default_collection(service).await? {
        Some(collection) if is_locked(&collection).await? => StoreError::Locked,
        _ => StoreError::ItemGone,
    })
}

/// The item that was changed last, where several collections hold one of this name.
async fn newest(items: Vec<Item<'_>>) -> Result<Item<'_>, StoreError> {
    let mut newest = None;
    for item in items {
        let modified = item
            .get_modified()
            .await
            .map_err(|error| state_of(&error))?;
        if newest.as_ref().is_none_or(|&(latest, _)| modified > latest) {
            newest = Some((modified, item));
        }
    }
    newest.map(|(_, item)| item).ok_or(StoreError::ItemGone)
}
