use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use credentials::{
    ApiKey, Credential, CredentialStore, ItemId, ItemPresence, Passphrase, Pending, SealedStore,
    SessionStore, StoreError, StoreStatus,
};
use providers::Provider;
use storage::Database;

use super::{KeyRecord, Keys};
use crate::ipc::{ErrorCode, KeptIn, KeyState, SealedState};

struct House {
    folder: tempfile::TempDir,
    keys: Keys,
    system: Arc<Fickle>,
}

/// A store in memory that stands for the system's, and that may stop answering.
#[derive(Default)]
struct Fickle {
    kept: SessionStore,
    hangs: AtomicBool,
}

impl Fickle {
    async fn answer<T>(&self, answer: Pending<'_, Result<T, StoreError>>) -> Result<T, StoreError> {
        if self.hangs.load(Ordering::SeqCst) {
            return Err(StoreError::TimedOut);
        }
        answer.await
    }
}

impl CredentialStore for Fickle {
    fn name(&self) -> &'static str {
        "Secret Service"
    }

    fn status(&self) -> Pending<'_, StoreStatus> {
        self.kept.status()
    }

    fn unlock(&self) -> Pending<'_, Result<(), StoreError>> {
        Box::pin(self.answer(self.kept.unlock()))
    }

    fn get<'a>(&'a self, id: &'a ItemId) -> Pending<'a, Result<Credential, StoreError>> {
        Box::pin(self.answer(self.kept.get(id)))
    }

    fn put<'a>(
        &'a self,
        id: &'a ItemId,
        credential: &'a Credential,
    ) -> Pending<'a, Result<(), StoreError>> {
        Box::pin(self.answer(self.kept.put(id, credential)))
    }

    fn remove<'a>(&'a self, id: &'a ItemId) -> Pending<'a, Result<(), StoreError>> {
        Box::pin(self.answer(self.kept.remove(id)))
    }

    fn presence<'a>(&'a self, id: &'a ItemId) -> Pending<'a, ItemPresence> {
        if self.hangs.load(Ordering::SeqCst) {
            return Box::pin(async { ItemPresence::Unknown });
        }
        self.kept.presence(id)
    }

    fn clear<'a>(&'a self, known: &'a [ItemId]) -> Pending<'a, Result<usize, StoreError>> {
        Box::pin(self.answer(self.kept.clear(known)))
    }
}

/// Keys over it.
fn house() -> House {
    let folder = tempfile::tempdir().unwrap();
    let database = Arc::new(Database::open(&folder.path().join("chats.sqlite")).unwrap());
    let system = Arc::new(Fickle::default());
    // The least work: what it protects is made up.
    let sealed = SealedStore::with_work(folder.path().join("keys.age"), 1);
    let keys = Keys::new(database, Arc::clone(&system) as _, sealed);
    House {
        folder,
        keys,
        system,
    }
}

fn credential(name: &str, set_at: u64) -> Credential {
    let key = ApiKey::parse(format!("sk-{}", name.replace(' ', "-"))).unwrap();
    Credential::new(key, "https://api.openai.com".parse().unwrap(), name, set_at)
}

fn passphrase() -> Passphrase {
    Passphrase::parse_new("quince tart and tea".into())
        .ok()
        .unwrap()
}

impl House {
    async fn put(&self, name: &str, set_at: u64, kept_in: KeptIn) {
        let credential = credential(name, set_at);
        let put = self.keys.put("openai", &credential, kept_in, None).await;
        put.unwrap();
    }

    fn names(&self) -> Vec<String> {
        let keys = self.keys.of("openai");
        assert!(
            keys.iter()
                .enumerate()
                .all(|(at, key)| key.record.is_default == (at == 0)),
            "exactly one is the default"
        );
        keys.iter().map(|key| key.name().to_owned()).collect()
    }

    async fn used(&self) -> Result<String, StoreError> {
        let read = self.keys.source("openai").credential().await?;
        Ok(read.unwrap().name().to_owned())
    }

    async fn remove(&self, name: &str) {
        let keys = self.keys.of("openai");
        let known = keys.iter().find(|key| key.name() == name).unwrap();
        self.keys.remove(known).await.unwrap();
    }
}

#[tokio::test]
async fn the_newest_key_is_used_and_the_others_are_kept_in_whatever_store() {
    let house = house();
    house.keys.sealed().create(passphrase()).await.unwrap();
    house.put("first", 1, KeptIn::System).await;
    house.put("second", 2, KeptIn::Session).await;
    house.put("third", 3, KeptIn::Sealed).await;
    house.put("fourth", 4, KeptIn::System).await;
    assert_eq!(house.names(), ["fourth", "first", "second", "third"]);
    let mut slots: Vec<_> = house
        .keys
        .of("openai")
        .iter()
        .map(KeyRecord::slot)
        .collect();
    slots.sort_unstable();
    assert_eq!(slots, [1, 2, 3, 4]);
    assert_eq!(house.used().await.unwrap(), "fourth");
    for name in ["second", "third", "first"] {
        let keys = house.keys.of("openai");
        let chosen = keys.iter().find(|key| key.name() == name).unwrap();
        house.keys.make_default(chosen).unwrap();
        assert_eq!(house.names()[0], name);
        assert_eq!(house.used().await.unwrap(), name);
    }
}

#[tokio::test]
async fn when_the_default_goes_the_one_that_was_used_last_takes_its_place_else_the_oldest() {
    let house = house();
    for (name, set_at) in [("first", 1), ("second", 2), ("third", 3)] {
        house.put(name, set_at, KeptIn::System).await;
    }
    house.remove("third").await;
    assert_eq!(house.names(), ["first", "second"]);
    house.put("fourth", 4, KeptIn::Session).await;
    let second = house.keys.in_slot("openai", 2).unwrap();
    house.keys.source_of(second).credential().await.unwrap();
    house.remove("fourth").await;
    assert_eq!(house.names(), ["second", "first"]);
    // Of those that stay, nothing changes when another one goes.
    house.remove("first").await;
    assert_eq!(house.names(), ["second"]);
}

#[tokio::test]
async fn a_replaced_key_is_gone_wherever_it_was() {
    let house = house();
    house.put("first", 1, KeptIn::System).await;
    house.put("second", 2, KeptIn::System).await;
    let first = house.keys.in_slot("openai", 1).unwrap();
    let anew = credential("anew", 3);
    let put = house
        .keys
        .put("openai", &anew, KeptIn::System, Some(&first));
    put.await.unwrap();
    assert_eq!(house.names(), ["anew", "second"]);
    assert_eq!(house.keys.in_slot("openai", 1).unwrap().name(), "anew");

    let second = house.keys.in_slot("openai", 2).unwrap();
    let moved = credential("moved", 4);
    let put = house
        .keys
        .put("openai", &moved, KeptIn::Session, Some(&second));
    put.await.unwrap();
    assert_eq!(house.names(), ["moved", "anew"]);
    assert_eq!(house.keys.clear_system().await, Ok(1));
}

#[tokio::test]
async fn a_key_of_this_session_leaves_the_default_of_the_others_as_it_was() {
    let house = house();
    house.put("first", 1, KeptIn::System).await;
    house.put("second", 2, KeptIn::System).await;
    house.put("passing", 3, KeptIn::Session).await;
    assert_eq!(house.names()[0], "passing");
    // What the next start finds.
    let database = Arc::clone(&house.keys.database);
    let sealed = house.keys.sealed().clone();
    let keys = Keys::new(database, Arc::clone(&house.system) as _, sealed);
    let names: Vec<_> = keys
        .of("openai")
        .iter()
        .map(|key| key.name().to_owned())
        .collect();
    assert_eq!(names, ["second", "first"]);
}

#[tokio::test]
async fn a_locked_file_is_locked_and_a_file_that_is_gone_is_gone() {
    let house = house();
    house.keys.sealed().create(passphrase()).await.unwrap();
    house.put("first", 1, KeptIn::Sealed).await;
    house.keys.sealed().close();
    assert_eq!(house.used().await, Err(StoreError::FileLocked));
    let states = house.keys.states().await;
    assert_eq!(states.sealed_state(), SealedState::Locked);
    let known = house.keys.in_slot("openai", 1).unwrap();
    let card = house.keys.card(&known, &states, None).await;
    assert_eq!(
        (card.state, card.kept_in),
        (KeyState::Locked, KeptIn::Sealed)
    );
    let refused = house.keys.remove(&known).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::SealedLocked);
    assert_eq!(house.names(), ["first"]);

    house.keys.sealed().open(passphrase()).await.unwrap();
    assert_eq!(house.used().await.unwrap(), "first");
    std::fs::remove_file(house.folder.path().join("keys.age")).unwrap();
    assert_eq!(house.used().await, Err(StoreError::ItemGone));
    let states = house.keys.states().await;
    let card = house.keys.card(&known, &states, None).await;
    assert_eq!(card.state, KeyState::Gone);
    house.keys.remove(&known).await.unwrap();
    assert_eq!(house.names(), [""; 0]);
}

#[tokio::test]
async fn a_key_is_due_after_the_days_that_were_set() {
    let house = house();
    let day = 86_400_000;
    let now = u64::try_from(crate::app::now_ms()).unwrap();
    house.put("old", now - 30 * day - 1, KeptIn::System).await;
    let states = house.keys.states().await;
    let known = house.keys.in_slot("openai", 1).unwrap();
    for (days, due) in [(None, false), (Some(30), true), (Some(90), false)] {
        let card = house.keys.card(&known, &states, days).await;
        assert_eq!(card.due, due, "{days:?}");
    }
}

#[tokio::test]
async fn lost_records_of_several_keys_are_found_again_even_with_a_gap() {
    let house = house();
    for slot in [1, 2, 5] {
        let item = ItemId::in_slot("openai", slot);
        let name = format!("key {slot}");
        let credential = credential(&name, 1);
        let put = credentials::CredentialStore::put(&*house.system, &item, &credential);
        put.await.unwrap();
    }
    let provider = Provider::own(
        "openai",
        "OpenAI",
        providers::Protocol::OpenaiChat,
        "https://api.openai.com/v1",
    );
    let providers = vec![provider.unwrap()];
    let both = [KeptIn::System, KeptIn::Sealed];
    assert_eq!(house.keys.recover(providers.clone(), &both).await, 3);
    assert_eq!(house.names(), ["key 1", "key 2", "key 5"]);
    assert_eq!(house.keys.recover(providers, &both).await, 0);
    // A further key takes a place that nobody has.
    house.put("new", 9, KeptIn::System).await;
    assert_eq!(house.keys.in_slot("openai", 3).unwrap().name(), "new");
}

#[tokio::test]
async fn a_store_that_can_not_tell_what_it_holds_is_given_no_key() {
    let house = house();
    house.put("first", 1, KeptIn::System).await;
    house.system.hangs.store(true, Ordering::SeqCst);
    let second = credential("second", 2);
    let refused = house
        .keys
        .put("openai", &second, KeptIn::System, None)
        .await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::StoreTimedOut);
    assert_eq!(house.names(), ["first"]);
    house.system.hangs.store(false, Ordering::SeqCst);
    let unnoted = ItemId::in_slot("openai", 2);
    let missing = house.system.get(&unnoted).await;
    assert!(matches!(missing, Err(StoreError::ItemGone)));
}

#[tokio::test]
async fn a_replacement_that_fails_leaves_the_default_as_it_was_noted() {
    let house = house();
    for (name, set_at) in [("first", 1), ("second", 2), ("third", 3)] {
        house.put(name, set_at, KeptIn::System).await;
    }
    // Of this session, and so before the others; which of those is chosen stays noted.
    house.put("fourth", 4, KeptIn::Session).await;
    let third = house.keys.in_slot("openai", 3).unwrap();
    house.system.hangs.store(true, Ordering::SeqCst);
    let fifth = credential("fifth", 5);
    let refused = house
        .keys
        .put("openai", &fifth, KeptIn::System, Some(&third))
        .await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::StoreTimedOut);
    // What is kept for good is read anew, as after a restart.
    let noted = house.keys.database.credential_records().list().unwrap();
    let chosen: Vec<_> = noted
        .iter()
        .filter(|record| record.is_default)
        .map(|record| record.name.as_str())
        .collect();
    assert_eq!(chosen, ["third"]);
}
