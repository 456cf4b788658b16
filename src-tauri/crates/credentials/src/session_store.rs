//! Keys that last until the program ends.

use std::collections::HashMap;
use std::future::ready;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::credential::Credential;
use crate::item_id::ItemId;
use crate::store::{CredentialStore, ItemPresence, Pending, StoreError, StoreStatus};

/// A store in this process's memory. It is chosen by the user, never fallen into.
#[derive(Debug, Default)]
pub struct SessionStore {
    items: Mutex<HashMap<ItemId, Credential>>,
}

impl SessionStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn items(&self) -> MutexGuard<'_, HashMap<ItemId, Credential>> {
        // No code that holds the lock can leave the map half changed.
        self.items.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CredentialStore for SessionStore {
    fn name(&self) -> &'static str {
        "this session's memory"
    }

    fn status(&self) -> Pending<'_, StoreStatus> {
        Box::pin(ready(StoreStatus::Ready { collection: None }))
    }

    fn unlock(&self) -> Pending<'_, Result<(), StoreError>> {
        Box::pin(ready(Ok(())))
    }

    fn get<'a>(&'a self, id: &'a ItemId) -> Pending<'a, Result<Credential, StoreError>> {
        let found = self.items().get(id).map(Credential::duplicate);
        Box::pin(ready(found.ok_or(StoreError::ItemGone)))
    }

    fn put<'a>(
        &'a self,
        id: &'a ItemId,
        credential: &'a Credential,
    ) -> Pending<'a, Result<(), StoreError>> {
        self.items().insert(id.clone(), credential.duplicate());
        Box::pin(ready(Ok(())))
    }

    fn remove<'a>(&'a self, id: &'a ItemId) -> Pending<'a, Result<(), StoreError>> {
        self.items().remove(id);
        Box::pin(ready(Ok(())))
    }

    fn presence<'a>(&'a self, id: &'a ItemId) -> Pending<'a, ItemPresence> {
        Box::pin(ready(if self.items().contains_key(id) {
            ItemPresence::Present
        } else {
            ItemPresence::Missing
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api_key::ApiKey;

    #[tokio::test]
    async fn a_key_is_kept_and_removed() {
        let store: &dyn CredentialStore = &SessionStore::new();
        let (id, other) = (ItemId::of("openai"), ItemId::of("groq"));
        assert_eq!(store.get(&id).await.unwrap_err(), StoreError::ItemGone);
        for text in ["sk-first", "sk-second"] {
            let key = ApiKey::parse(text.into()).unwrap();
            let origin = "https://api.openai.com".parse().unwrap();
            let credential = Credential::new(key, origin, "work", 1);
            store.put(&id, &credential).await.unwrap();
        }
        assert_eq!(
            store.get(&id).await.unwrap().key().characters(),
            "sk-second"
        );
        assert_eq!(store.presence(&id).await, ItemPresence::Present);
        assert_eq!(store.presence(&other).await, ItemPresence::Missing);
        store.remove(&id).await.unwrap();
        store.remove(&id).await.unwrap();
        assert_eq!(store.presence(&id).await, ItemPresence::Missing);
    }
}
