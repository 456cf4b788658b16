//! The file on the disk: when it is written, by whom, and what happens if it can't be.

use super::*;
use crate::passphrase::PassphraseError;
use crate::sealed_store::file;

#[tokio::test]
async fn a_new_file_needs_a_strong_passphrase_and_an_empty_place() {
    let desk = Desk::new();
    let weak = desk.store.create(phrase("short")).await;
    assert_eq!(
        weak,
        Err(SealedError::Passphrase(PassphraseError::TooShort))
    );
    assert_eq!(desk.names(), Vec::<String>::new());

    let desk = Desk::with_keys().await;
    let before = desk.bytes();
    let again = desk.restarted();
    assert_eq!(again.create(phrase(RIGHT)).await, Err(SealedError::Exists));
    assert_eq!(desk.bytes(), before);
}

#[tokio::test]
async fn a_write_that_fails_changes_neither_file_nor_memory() {
    let desk = Desk::with_keys().await;
    let before = desk.bytes();
    // A folder that is not empty stands where the new file would be written.
    let obstacle = file::temporary(desk.store.path());
    fs::create_dir_all(obstacle.join("full")).unwrap();
    let put = desk.store.put(&openai(), &credential("sk-new")).await;
    assert!(matches!(put, Err(StoreError::Failed(_))), "{put:?}");
    let removed = desk.store.remove(&groq()).await;
    assert!(matches!(removed, Err(StoreError::Failed(_))), "{removed:?}");
    let changed = desk
        .store
        .change_passphrase(phrase("eight red kites"))
        .await;
    assert!(matches!(changed, Err(StoreError::Failed(_))), "{changed:?}");
    assert_eq!(desk.bytes(), before);
    assert_eq!(key_in(&desk.store, &openai()).await.unwrap(), "sk-first");
    assert_eq!(key_in(&desk.store, &groq()).await.unwrap(), "gsk-other");

    fs::remove_dir_all(&obstacle).unwrap();
    desk.store
        .put(&openai(), &credential("sk-new"))
        .await
        .unwrap();
    let again = desk.restarted();
    again.open(phrase(RIGHT)).await.unwrap();
    assert_eq!(key_in(&again, &openai()).await.unwrap(), "sk-new");
}

#[tokio::test]
async fn what_a_cut_off_write_left_is_cleared_away() {
    let desk = Desk::with_keys().await;
    let left = file::temporary(desk.store.path());
    fs::write(&left, b"half").unwrap();
    desk.store
        .put(&openai(), &credential("sk-new"))
        .await
        .unwrap();
    assert_eq!(desk.names(), ["keys.age"]);
    fs::write(&left, b"half").unwrap();
    desk.store.delete_file().await.unwrap();
    assert_eq!(desk.names(), Vec::<String>::new());
    assert!(!desk.store.is_open());
    assert_eq!(
        desk.store.status().await,
        StoreStatus::Absent(AbsentReason::NoFile)
    );
}

#[tokio::test]
async fn the_file_decides_when_another_program_touches_it() {
    let desk = Desk::with_keys().await;
    let sealed = desk.bytes();
    // The same bytes in a new file are the same file.
    fs::remove_file(desk.store.path()).unwrap();
    fs::write(desk.store.path(), &sealed).unwrap();
    assert_eq!(key_in(&desk.store, &openai()).await.unwrap(), "sk-first");

    let other = sealed_by_age(br#"{"v":1,"items":{}}"#, LITTLE);
    fs::write(desk.store.path(), &other).unwrap();
    let put = desk.store.put(&openai(), &credential("sk-new")).await;
    assert_eq!(put, Err(StoreError::Locked));
    assert!(!desk.store.is_open());
    assert_eq!(desk.bytes(), other);
    desk.store.open(phrase(RIGHT)).await.unwrap();
    assert_eq!(
        key_in(&desk.store, &openai()).await,
        Err(StoreError::ItemGone)
    );

    fs::remove_file(desk.store.path()).unwrap();
    let found = key_in(&desk.store, &openai()).await;
    assert_eq!(found, Err(StoreError::Absent(AbsentReason::NoFile)));
    assert!(!desk.store.is_open(), "removed keys are not kept in memory");
    assert_eq!(desk.names(), Vec::<String>::new());
}

#[tokio::test]
async fn reading_and_writing_at_once_lose_nothing() {
    let desk = Desk::with_keys().await;
    let writes = (0..20_u16).map(|slot| {
        let store = desk.store.clone();
        tokio::spawn(async move {
            let id = ItemId::in_slot("many", slot);
            store.put(&id, &credential(&format!("sk-{slot}"))).await
        })
    });
    let reads = (0..200).map(|_| {
        let store = desk.store.clone();
        tokio::spawn(async move { key_in(&store, &openai()).await.map(|_| ()) })
    });
    let tasks: Vec<_> = writes.chain(reads).collect();
    for task in tasks {
        assert_eq!(task.await.unwrap(), Ok(()));
    }
    let again = desk.restarted();
    again.open(phrase(RIGHT)).await.unwrap();
    for slot in 0..20 {
        let id = ItemId::in_slot("many", slot);
        assert_eq!(key_in(&again, &id).await.unwrap(), format!("sk-{slot}"));
    }
}

#[tokio::test]
async fn a_call_that_is_given_up_leaves_file_and_memory_of_one_mind() {
    let desk = Desk::with_keys().await;
    let (id, new) = (openai(), credential("sk-new"));
    let mut put = desk.store.put(&id, &new);
    // Begun, and dropped before it ended.
    let begun = futures_util::poll!(&mut put);
    drop(put);
    drop(begun);
    // It takes its turn after the write.
    desk.store
        .put(&groq(), &credential("gsk-new"))
        .await
        .unwrap();
    let again = desk.restarted();
    again.open(phrase(RIGHT)).await.unwrap();
    for id in [openai(), groq()] {
        let (here, there) = (key_in(&desk.store, &id).await, key_in(&again, &id).await);
        assert_eq!(here, there);
    }
}

#[tokio::test]
async fn more_keys_than_fit_are_refused_before_anything_is_written() {
    let desk = Desk::with_keys().await;
    let name = "\u{1}".repeat(800_000);
    let key = ApiKey::parse("sk-a".into()).unwrap();
    let huge = Credential::new(key, "https://a.example".parse().unwrap(), name, 1);
    let before = desk.bytes();
    let put = desk.store.put(&openai(), &huge).await;
    assert!(matches!(put, Err(StoreError::Failed(_))), "{put:?}");
    assert_eq!(desk.bytes(), before);
    assert_eq!(key_in(&desk.store, &openai()).await.unwrap(), "sk-first");
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_may_read_it_and_links_are_not_followed() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let desk = Desk::with_keys().await;
    fs::set_permissions(desk.store.path(), fs::Permissions::from_mode(0o644)).unwrap();
    desk.store
        .put(&openai(), &credential("sk-new"))
        .await
        .unwrap();
    let mode = fs::metadata(desk.store.path())
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);

    let elsewhere = desk.folder.path().join("elsewhere");
    fs::rename(desk.store.path(), &elsewhere).unwrap();
    symlink(&elsewhere, desk.store.path()).unwrap();
    let before = fs::read(&elsewhere).unwrap();
    let put = desk.store.put(&openai(), &credential("sk-newer")).await;
    assert!(matches!(put, Err(StoreError::Failed(_))), "{put:?}");
    assert!(!desk.store.is_open());
    assert_eq!(
        desk.store.open(phrase(RIGHT)).await,
        Err(SealedError::NotAFile)
    );
    let refused = desk.store.create(phrase(RIGHT)).await;
    assert_eq!(refused, Err(SealedError::NotAFile));
    desk.store.delete_file().await.unwrap();
    assert_eq!(
        fs::read(&elsewhere).unwrap(),
        before,
        "the link is removed, not what it leads to"
    );
    assert_eq!(desk.names(), ["elsewhere"]);

    fs::create_dir(desk.store.path()).unwrap();
    assert_eq!(
        desk.store.open(phrase(RIGHT)).await,
        Err(SealedError::NotAFile)
    );
}
