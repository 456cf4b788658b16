//! What a sealed file keeps, and for whom.

use super::*;

#[tokio::test]
async fn keys_are_kept_over_a_restart() {
    let desk = Desk::with_keys().await;
    let again = desk.restarted();
    let locked = StoreStatus::Locked { collection: None };
    assert_eq!(again.status().await, locked);
    assert_eq!(again.unlock().await, Err(StoreError::Locked));
    assert_eq!(key_in(&again, &openai()).await, Err(StoreError::Locked));
    assert_eq!(again.presence(&openai()).await, ItemPresence::Unknown);
    let put = again.put(&openai(), &credential("sk-new")).await;
    assert_eq!(put, Err(StoreError::Locked));
    assert_eq!(again.remove(&openai()).await, Err(StoreError::Locked));

    again.open(phrase(RIGHT)).await.unwrap();
    let ready = StoreStatus::Ready { collection: None };
    assert_eq!(again.status().await, ready);
    assert_eq!(again.unlock().await, Ok(()));
    assert_eq!(key_in(&again, &openai()).await.unwrap(), "sk-first");
    assert_eq!(key_in(&again, &groq()).await.unwrap(), "gsk-other");
    assert_eq!(again.presence(&groq()).await, ItemPresence::Present);
    let first_of_groq = ItemId::of("groq");
    assert_eq!(again.presence(&first_of_groq).await, ItemPresence::Missing);
    let found = key_in(&again, &first_of_groq).await;
    assert_eq!(found, Err(StoreError::ItemGone));

    again
        .put(&openai(), &credential("sk-second"))
        .await
        .unwrap();
    again.remove(&groq()).await.unwrap();
    again.remove(&groq()).await.unwrap();
    again.close();
    assert!(!again.is_open());
    assert_eq!(again.status().await, locked);
    again.open(phrase(RIGHT)).await.unwrap();
    assert_eq!(key_in(&again, &openai()).await.unwrap(), "sk-second");
    assert_eq!(again.presence(&groq()).await, ItemPresence::Missing);
    assert_eq!(desk.names(), ["keys.age"]);
}

#[tokio::test]
async fn the_file_is_ages_own_and_holds_the_documented_text() {
    let desk = Desk::with_keys().await;
    let sealed = desk.bytes();
    assert!(sealed.starts_with(b"age-encryption.org/v1\n-> scrypt "));
    let text = opened_by_age(&sealed);
    assert_eq!(
        text.trim_end_matches(' '),
        r#"{"v":1,"items":{"openai/1":{"v":1,"key":"sk-first","origin":"https://api.openai.com","name":"work","set_at":5},"groq/2":{"v":1,"key":"gsk-other","origin":"https://api.openai.com","name":"work","set_at":5}}}"#
    );
    // The last chunk is spaces alone: it is what age's buffer is left with.
    assert_eq!(text.len(), 2 * seal::CHUNK);
}

#[tokio::test]
async fn what_ages_program_sealed_is_read() {
    let item = credential("sk-by-hand").to_item();
    let item = std::str::from_utf8(&item).unwrap();
    let text = format!("{{\n  \"items\": {{ \"openai/1\": {item} }},\n  \"v\": 1\n}}\n");
    let desk = Desk::with_file(&sealed_by_age(text.as_bytes(), 3));
    desk.store.open(phrase(RIGHT)).await.unwrap();
    assert_eq!(key_in(&desk.store, &openai()).await.unwrap(), "sk-by-hand");
}

#[tokio::test]
async fn without_a_file_it_is_absent_and_makes_none() {
    let desk = Desk::new();
    let absent = StoreError::Absent(AbsentReason::NoFile);
    assert_eq!(
        desk.store.status().await,
        StoreStatus::Absent(AbsentReason::NoFile)
    );
    assert_eq!(desk.store.unlock().await, Err(absent.clone()));
    assert_eq!(key_in(&desk.store, &openai()).await, Err(absent.clone()));
    let put = desk.store.put(&openai(), &credential("sk-a")).await;
    assert_eq!(put, Err(absent));
    assert_eq!(desk.store.remove(&openai()).await, Ok(()));
    assert_eq!(desk.store.presence(&openai()).await, ItemPresence::Missing);
    assert_eq!(
        desk.store.open(phrase(RIGHT)).await,
        Err(SealedError::NoFile)
    );
    assert_eq!(desk.store.delete_file().await, Ok(()));
    assert_eq!(desk.names(), Vec::<String>::new());
}

#[tokio::test]
async fn the_passphrase_can_be_changed() {
    let desk = Desk::with_keys().await;
    let weak = desk.store.change_passphrase(phrase("weak")).await;
    assert!(matches!(weak, Err(StoreError::Failed(_))));
    desk.store
        .change_passphrase(phrase("eight red kites"))
        .await
        .unwrap();
    desk.store
        .put(&openai(), &credential("sk-new"))
        .await
        .unwrap();
    let again = desk.restarted();
    let old = again.open(phrase(RIGHT)).await;
    assert_eq!(old, Err(SealedError::WrongPassphrase));
    again.open(phrase("eight red kites")).await.unwrap();
    assert_eq!(key_in(&again, &openai()).await.unwrap(), "sk-new");
    again.close();
    let locked = again.change_passphrase(phrase(RIGHT)).await;
    assert_eq!(locked, Err(StoreError::Locked));
}

#[tokio::test]
async fn a_guess_costs_what_it_costs_at_ages_own_program() {
    let folder = tempfile::tempdir().unwrap();
    let store = SealedStore::at(folder.path().join("keys.age"));
    store.create(phrase(RIGHT)).await.unwrap();
    let sealed = fs::read(store.path()).unwrap();
    let line = sealed.split(|&byte| byte == b'\n').nth(1).unwrap();
    assert!(line.ends_with(b" 18"), "{}", String::from_utf8_lossy(line));
    store.close();
    store.open(phrase(RIGHT)).await.unwrap();
}
