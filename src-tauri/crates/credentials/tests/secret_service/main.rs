//! Every state of the Secret Service, with GNOME Keyring itself in that state.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod collections;
mod desktop;

use std::time::Duration;

use credentials::{
    AbsentReason, ApiKey, AuthScheme, Credential, CredentialStore, ItemId, ItemPresence,
    ItemUnreadable, StoreError, StoreStatus, SystemStore, TimeLimits,
};
use desktop::{
    Bus, GENEROUS, answer, choose_password, headless, prompt, run_program, start_keyring,
    with_display,
};
use http::HeaderMap;
use secret_service::{EncryptionType, SecretService};
use url::Url;

const PASSWORD: &str = "pw";
const ORIGIN: &str = "https://api.openai.com";

fn store() -> SystemStore {
    SystemStore::with_limits(GENEROUS)
}

fn credential(key: &str) -> Credential {
    let key = ApiKey::parse(key.into()).unwrap();
    Credential::new(key, ORIGIN.parse().unwrap(), "work", 1_730_000_000_000)
}

/// The key, by the one way out that it has.
fn sent_by(credential: &Credential) -> String {
    let mut headers = HeaderMap::new();
    let url = Url::parse(ORIGIN).unwrap();
    credential
        .authorise(&url, AuthScheme::Bearer, &mut headers)
        .unwrap();
    headers["authorization"].to_str().unwrap().to_owned()
}

fn ready() -> StoreStatus {
    StoreStatus::Ready {
        collection: Some("Login".into()),
    }
}

fn locked() -> StoreStatus {
    StoreStatus::Locked {
        collection: Some("Login".into()),
    }
}

async fn service() -> SecretService<'static> {
    SecretService::connect(EncryptionType::Plain).await.unwrap()
}

/// Starts a keyring that holds `openai/1` and locks it.
async fn start_locked() {
    start_keyring(PASSWORD).await;
    store()
        .put(&ItemId::of("openai"), &credential("sk-canary"))
        .await
        .unwrap();
    let service = service().await;
    let collection = service.get_default_collection().await.unwrap();
    collection.lock().await.unwrap();
}

#[test]
fn a_key_is_kept_and_removed() {
    headless("a_key_is_kept_and_removed", Bus::Usual, || async {
        start_keyring(PASSWORD).await;
        let (store, openai, groq) = (store(), ItemId::of("openai"), ItemId::of("groq"));
        assert_eq!(store.status().await, ready());
        assert_eq!(store.get(&openai).await.unwrap_err(), StoreError::ItemGone);
        assert_eq!(store.presence(&openai).await, ItemPresence::Missing);

        store.put(&openai, &credential("sk-first")).await.unwrap();
        store.put(&openai, &credential("sk-second")).await.unwrap();
        store.put(&groq, &credential("gsk-other")).await.unwrap();
        let kept = SystemStore::new().get(&openai).await.unwrap();
        assert_eq!(sent_by(&kept), "Bearer sk-second");
        assert_eq!(kept.origin().to_string(), ORIGIN);
        assert_eq!((kept.name(), kept.set_at()), ("work", 1_730_000_000_000));
        assert_eq!(store.presence(&openai).await, ItemPresence::Present);

        store.remove(&openai).await.unwrap();
        store.remove(&openai).await.unwrap();
        assert_eq!(store.get(&openai).await.unwrap_err(), StoreError::ItemGone);
        assert_eq!(
            sent_by(&store.get(&groq).await.unwrap()),
            "Bearer gsk-other"
        );
    });
}

#[test]
fn an_item_says_what_it_is() {
    headless("an_item_says_what_it_is", Bus::Usual, || async {
        start_keyring(PASSWORD).await;
        store()
            .put(&ItemId::of("openai"), &credential("sk-canary"))
            .await
            .unwrap();
        let service = service().await;
        let items = service
            .search_items([("application", "chatelaine"), ("item", "openai/1")].into())
            .await
            .unwrap();
        assert_eq!(items.unlocked.len(), 1);
        assert_eq!(
            items.unlocked[0].get_label().await.unwrap(),
            "Chatelaine: openai (api.openai.com)"
        );
    });
}

#[test]
fn other_programs_items_are_not_taken() {
    headless("other_programs_items_are_not_taken", Bus::Usual, || async {
        start_keyring(PASSWORD).await;
        let service = service().await;
        let collection = service.get_default_collection().await.unwrap();
        for attributes in [
            vec![("application", "other"), ("item", "openai/1")],
            vec![("item", "openai/1")],
            vec![("application", "chatelaine")],
        ] {
            collection
                .create_item(
                    "other",
                    attributes.into_iter().collect(),
                    b"x",
                    false,
                    "text/plain",
                )
                .await
                .unwrap();
        }
        let (store, id) = (store(), ItemId::of("openai"));
        assert_eq!(store.get(&id).await.unwrap_err(), StoreError::ItemGone);
        store.put(&id, &credential("sk-canary")).await.unwrap();
        store.remove(&id).await.unwrap();
        assert_eq!(collection.get_all_items().await.unwrap().len(), 3);
    });
}

#[test]
fn locked_is_seen_without_a_prompt() {
    with_display("locked_is_seen_without_a_prompt", || async {
        start_locked().await;
        let (store, id) = (store(), ItemId::of("openai"));
        assert_eq!(store.status().await, locked());
        assert_eq!(store.get(&id).await.unwrap_err(), StoreError::Locked);
        assert_eq!(
            store.get(&ItemId::of("groq")).await.unwrap_err(),
            StoreError::Locked
        );
        assert_eq!(store.remove(&id).await.unwrap_err(), StoreError::Locked);
        assert_eq!(store.presence(&id).await, ItemPresence::Locked);
        assert_eq!(
            store.presence(&ItemId::of("groq")).await,
            ItemPresence::Unknown
        );
        // The program that shows prompts was never started.
        let bus = zbus::Connection::session().await.unwrap();
        let names = zbus::fdo::DBusProxy::new(&bus)
            .await
            .unwrap()
            .list_names()
            .await
            .unwrap();
        assert!(
            names
                .iter()
                .any(|name| name.as_str() == "org.freedesktop.secrets")
        );
        assert!(
            !names.iter().any(|name| name.as_str().ends_with("Prompter")),
            "{names:?}"
        );
    });
}

#[test]
fn the_password_unlocks() {
    with_display("the_password_unlocks", || async {
        start_locked().await;
        let store = store();
        let unlocked = answer(store.unlock(), &["p", "w", "Return"]).await;
        assert_eq!(unlocked, Ok(()));
        assert_eq!(store.status().await, ready());
        let kept = store.get(&ItemId::of("openai")).await.unwrap();
        assert_eq!(sent_by(&kept), "Bearer sk-canary");
        assert_eq!(store.unlock().await, Ok(()));
    });
}

#[test]
fn a_dismissed_prompt_changes_nothing() {
    with_display("a_dismissed_prompt_changes_nothing", || async {
        start_locked().await;
        let (store, id, groq) = (store(), ItemId::of("openai"), ItemId::of("groq"));
        let unlocked = answer(store.unlock(), &["Escape"]).await;
        assert_eq!(unlocked, Err(StoreError::Dismissed));
        let other = credential("sk-other");
        let put = answer(store.put(&id, &other), &["Escape"]).await;
        assert_eq!(put, Err(StoreError::Dismissed));
        assert_eq!(store.status().await, locked());

        let put = answer(store.put(&groq, &other), &["p", "w", "Return"]).await;
        assert_eq!(put, Ok(()));
        assert_eq!(sent_by(&store.get(&id).await.unwrap()), "Bearer sk-canary");
    });
}

#[test]
fn a_prompt_that_nobody_answers_holds_nobody_up() {
    with_display("a_prompt_that_nobody_answers_holds_nobody_up", || async {
        start_locked().await;
        let impatient = SystemStore::with_limits(TimeLimits {
            prompt: Duration::from_secs(2),
            ..GENEROUS
        });
        let id = ItemId::of("openai");
        assert_eq!(impatient.unlock().await, Err(StoreError::TimedOut));
        assert_eq!(impatient.status().await, locked());
        assert_eq!(impatient.get(&id).await.unwrap_err(), StoreError::Locked);

        let patient = store();
        let unlocked = answer(patient.unlock(), &["p", "w", "Return"]).await;
        assert_eq!(unlocked, Ok(()));
        assert_eq!(
            sent_by(&patient.get(&id).await.unwrap()),
            "Bearer sk-canary"
        );
    });
}

#[test]
fn calls_go_on_beside_a_prompt() {
    with_display("calls_go_on_beside_a_prompt", || async {
        start_locked().await;
        let store = store();
        let unlock = tokio::spawn(async move { store.unlock().await });
        prompt().await;
        assert_eq!(store.status().await, locked());
        assert!(!unlock.is_finished());
        let unlocked = answer(unlock, &["Escape"]).await.unwrap();
        assert_eq!(unlocked, Err(StoreError::Dismissed));
    });
}

#[test]
fn the_first_key_makes_the_keyring() {
    with_display("the_first_key_makes_the_keyring", || async {
        let (store, id, first) = (store(), ItemId::of("openai"), credential("sk-canary"));
        assert_eq!(store.status().await, StoreStatus::NeedsCollection);
        assert_eq!(store.get(&id).await.unwrap_err(), StoreError::ItemGone);
        assert_eq!(store.unlock().await, Ok(()));

        let put = answer(store.put(&id, &first), &["Escape"]).await;
        assert_eq!(put, Err(StoreError::Dismissed));
        assert_eq!(store.status().await, StoreStatus::NeedsCollection);

        let keys = ["p", "w", "Tab", "p", "w", "Return"];
        let put = choose_password(async || store.put(&id, &first).await, &keys).await;
        assert_eq!(put, Ok(()));
        assert_eq!(
            store.status().await,
            StoreStatus::Ready {
                collection: Some("Default keyring".into())
            }
        );
        assert_eq!(sent_by(&store.get(&id).await.unwrap()), "Bearer sk-canary");
    });
}

#[test]
fn a_service_that_hangs_holds_nobody_up() {
    headless(
        "a_service_that_hangs_holds_nobody_up",
        Bus::Usual,
        || async {
            start_keyring(PASSWORD).await;
            let bus = zbus::Connection::session().await.unwrap();
            let names = zbus::fdo::DBusProxy::new(&bus).await.unwrap();
            let service = "org.freedesktop.secrets".try_into().unwrap();
            let process = names
                .get_connection_unix_process_id(service)
                .await
                .unwrap()
                .to_string();

            run_program("kill", &["-STOP", &process]).await;
            let second = Duration::from_secs(1);
            let impatient = SystemStore::with_limits(TimeLimits {
                call: second,
                prompt: second,
            });
            let id = ItemId::of("openai");
            assert_eq!(impatient.status().await, StoreStatus::TimedOut);
            assert_eq!(impatient.get(&id).await.unwrap_err(), StoreError::TimedOut);
            assert_eq!(impatient.presence(&id).await, ItemPresence::Unknown);

            run_program("kill", &["-CONT", &process]).await;
            assert_eq!(store().status().await, ready());
        },
    );
}

async fn assert_absent(reason: AbsentReason) {
    let (store, id) = (store(), ItemId::of("openai"));
    let absent = StoreError::Absent(reason);
    assert_eq!(store.status().await, StoreStatus::Absent(reason));
    assert_eq!(store.unlock().await.unwrap_err(), absent);
    assert_eq!(store.get(&id).await.unwrap_err(), absent);
    assert_eq!(
        store.put(&id, &credential("sk-canary")).await.unwrap_err(),
        absent
    );
    assert_eq!(store.remove(&id).await.unwrap_err(), absent);
    assert_eq!(store.presence(&id).await, ItemPresence::Unknown);
}

#[test]
fn no_bus_is_absent() {
    headless("no_bus_is_absent", Bus::None, || {
        assert_absent(AbsentReason::NoBus)
    });
}

#[test]
fn a_bus_that_is_gone_is_absent() {
    headless("a_bus_that_is_gone_is_absent", Bus::Gone, || {
        assert_absent(AbsentReason::NoBus)
    });
}

#[test]
fn an_address_that_is_none_is_absent() {
    headless("an_address_that_is_none_is_absent", Bus::Nonsense, || {
        assert_absent(AbsentReason::NoBus)
    });
}

#[test]
fn a_service_that_starts_later_is_found() {
    headless(
        "a_service_that_starts_later_is_found",
        Bus::WithoutServices,
        || async {
            assert_absent(AbsentReason::NoService).await;
            start_keyring(PASSWORD).await;
            let (store, id) = (store(), ItemId::of("openai"));
            assert_eq!(store.status().await, ready());
            store.put(&id, &credential("sk-canary")).await.unwrap();
            assert_eq!(store.presence(&id).await, ItemPresence::Present);
        },
    );
}

#[test]
fn an_item_that_another_program_removed_is_gone() {
    headless(
        "an_item_that_another_program_removed_is_gone",
        Bus::Usual,
        || async {
            start_keyring(PASSWORD).await;
            let (store, id, other) = (store(), ItemId::of("openai"), ItemId::of("groq"));
            store.put(&id, &credential("sk-canary")).await.unwrap();
            store.put(&other, &credential("gsk-other")).await.unwrap();
            run_program(
                "secret-tool",
                &["clear", "application", "chatelaine", "item", "openai/1"],
            )
            .await;
            assert_eq!(store.get(&id).await.unwrap_err(), StoreError::ItemGone);
            assert_eq!(store.presence(&id).await, ItemPresence::Missing);
            assert_eq!(
                sent_by(&store.get(&other).await.unwrap()),
                "Bearer gsk-other"
            );
        },
    );
}

#[test]
fn an_item_that_another_program_changed_is_unreadable() {
    headless(
        "an_item_that_another_program_changed_is_unreadable",
        Bus::Usual,
        || async {
            start_keyring(PASSWORD).await;
            let (store, id) = (store(), ItemId::of("openai"));
            store.put(&id, &credential("sk-canary")).await.unwrap();
            let service = service().await;
            let items = service
                .search_items([("application", "chatelaine")].into())
                .await
                .unwrap();
            for (secret, why) in [
                (&b"\xFF sk-garbage"[..], ItemUnreadable::Damaged),
                (b"", ItemUnreadable::Damaged),
                (br#"{"v":7}"#, ItemUnreadable::OtherVersion { found: 7 }),
                (br#"{"v":0}"#, ItemUnreadable::OtherVersion { found: 0 }),
                (br#"{"key":"sk-garbage"}"#, ItemUnreadable::Damaged),
                (&[b'['; 10_000], ItemUnreadable::Damaged),
            ] {
                items.unlocked[0]
                    .set_secret(secret, "text/plain")
                    .await
                    .unwrap();
                let error = store.get(&id).await.unwrap_err();
                assert_eq!(error, StoreError::ItemUnreadable(why));
                assert!(!format!("{error} {error:?}").contains("garbage"));
            }
            assert_eq!(store.presence(&id).await, ItemPresence::Present);
            store.put(&id, &credential("sk-again")).await.unwrap();
            assert_eq!(sent_by(&store.get(&id).await.unwrap()), "Bearer sk-again");
            store.remove(&id).await.unwrap();
            assert_eq!(store.presence(&id).await, ItemPresence::Missing);
        },
    );
}
