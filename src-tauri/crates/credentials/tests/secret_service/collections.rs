//! Keys in a collection that is not the default one, or is no longer: each collection is locked by itself.

use std::collections::HashMap;

use credentials::{AuthScheme, CredentialStore, ItemId, ItemPresence, StoreError};
use http::HeaderMap;
use secret_service::{Collection, SecretService};
use url::Url;

use crate::desktop::{answer, choose_password, headless, start_keyring, with_display};
use crate::{Bus, PASSWORD, credential, ready, sent_by, service, store};

/// A second collection, which asks for a password of its own.
async fn other_collection<'a>(service: &'a SecretService<'_>) -> Collection<'a> {
    let keys = ["o", "w", "n", "Tab", "o", "w", "n", "Return"];
    choose_password(async || service.create_collection("Other", "").await, &keys)
        .await
        .unwrap()
}

async fn put_by_hand(collection: &Collection<'_>, name: &str, secret: &[u8]) {
    let attributes = HashMap::from([("application", "chatelaine"), ("item", name)]);
    collection
        .create_item(name, attributes, secret, true, "application/json")
        .await
        .unwrap();
}

const BY_HAND: &[u8] =
    br#"{"v":1,"key":"sk-elsewhere","origin":"https://evil.example","name":"work","set_at":1}"#;

#[test]
fn a_key_in_a_locked_collection_beside_the_default_is_locked() {
    with_display(
        "collections::a_key_in_a_locked_collection_beside_the_default_is_locked",
        || async {
            start_keyring(PASSWORD).await;
            let service = service().await;
            let (store, id, groq) = (store(), ItemId::of("openai"), ItemId::of("groq"));
            store.put(&groq, &credential("gsk-other")).await.unwrap();
            let other = other_collection(&service).await;
            put_by_hand(&other, "openai/1", BY_HAND).await;
            other.lock().await.unwrap();

            assert_eq!(store.status().await, ready());
            assert_eq!(store.get(&id).await.unwrap_err(), StoreError::Locked);
            assert_eq!(store.remove(&id).await.unwrap_err(), StoreError::Locked);
            assert_eq!(store.presence(&id).await, ItemPresence::Locked);
            let kept = store.get(&groq).await.unwrap();
            assert_eq!(sent_by(&kept), "Bearer gsk-other");

            let dismissed = answer(store.unlock(), &["Escape"]).await;
            assert_eq!(dismissed, Err(StoreError::Dismissed));
            assert_eq!(store.get(&id).await.unwrap_err(), StoreError::Locked);

            let unlocked = answer(store.unlock(), &["o", "w", "n", "Return"]).await;
            assert_eq!(unlocked, Ok(()));
            assert_eq!(store.presence(&id).await, ItemPresence::Present);
            assert!(store.get(&id).await.is_ok());
        },
    );
}

#[test]
fn a_key_that_another_program_bound_elsewhere_goes_nowhere_else() {
    headless(
        "collections::a_key_that_another_program_bound_elsewhere_goes_nowhere_else",
        Bus::Usual,
        || async {
            start_keyring(PASSWORD).await;
            let service = service().await;
            let collection = service.get_default_collection().await.unwrap();
            put_by_hand(&collection, "openai/1", BY_HAND).await;
            let kept = store().get(&ItemId::of("openai")).await.unwrap();
            let mut headers = HeaderMap::new();
            let url = Url::parse("https://api.openai.com/v1").unwrap();
            let refused = kept.authorise(&url, AuthScheme::Bearer, &mut headers);
            let mismatch = refused.unwrap_err();
            assert_eq!(mismatch.bound.to_string(), "https://evil.example");
            assert!(headers.is_empty());
        },
    );
}
