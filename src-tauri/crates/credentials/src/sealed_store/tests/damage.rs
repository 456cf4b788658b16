//! Wrong passphrases and files that are not as they were written.

use age::x25519;
use proptest::prelude::*;

use super::*;
use crate::item_format::ItemUnreadable;

#[tokio::test]
async fn ten_wrong_passphrases_change_nothing() {
    let desk = Desk::with_keys().await;
    let before = desk.bytes();
    let again = desk.restarted();
    for attempt in 0..10 {
        let wrong = phrase(&format!("seven green kites {attempt}"));
        assert_eq!(again.open(wrong).await, Err(SealedError::WrongPassphrase));
        assert!(!again.is_open());
    }
    assert_eq!(desk.bytes(), before);
    again.open(phrase(RIGHT)).await.unwrap();
    assert_eq!(key_in(&again, &openai()).await.unwrap(), "sk-first");
    // A store that is open stays so.
    let wrong = again.open(phrase("another")).await;
    assert_eq!(wrong, Err(SealedError::WrongPassphrase));
    assert_eq!(key_in(&again, &openai()).await.unwrap(), "sk-first");
}

/// The bytes of the header in which the passphrase is at work: the salt, the digits of the work, and the sealed file key.
fn indistinct(sealed: &[u8]) -> std::ops::Range<usize> {
    let start = sealed.iter().position(|&byte| byte == b'>').unwrap() + "> scrypt ".len();
    let lines = sealed[start..].iter().enumerate();
    let second_end = lines.filter(|(_, byte)| **byte == b'\n').nth(1).unwrap().0;
    start..start + second_end
}

#[tokio::test]
async fn a_flipped_bit_is_told_from_a_wrong_passphrase() {
    let desk = Desk::with_keys().await;
    let sealed = desk.bytes();
    let header = sealed.windows(4).position(|four| four == b"--- ").unwrap() + 48 + 16;
    let indistinct = indistinct(&sealed);
    let body = (header..sealed.len())
        .step_by(10_007)
        .chain([sealed.len() - 1]);
    let flipped = Desk::new();
    for at in (0..header).chain(body) {
        // The lowest changes a letter into its neighbour; the other goes through all of them.
        for bit in [0, at % 7 + 1] {
            let mut bytes = sealed.clone();
            bytes[at] ^= 1 << bit;
            fs::write(flipped.store.path(), &bytes).unwrap();
            let error = flipped.store.open(phrase(RIGHT)).await.unwrap_err();
            let told = matches!(
                error,
                SealedError::Damaged(_) | SealedError::TooMuchWork { .. }
            );
            let wrong = error == SealedError::WrongPassphrase && indistinct.contains(&at);
            assert!(told || wrong, "byte {at}, bit {bit}: {error:?}");
            assert_eq!(flipped.bytes(), bytes, "byte {at}, bit {bit}");
        }
    }
}

#[tokio::test]
async fn a_file_that_was_cut_off_is_damaged() {
    let desk = Desk::with_keys().await;
    let sealed = desk.bytes();
    let cut = Desk::new();
    for length in (0..400).chain((400..sealed.len()).step_by(997)) {
        fs::write(cut.store.path(), &sealed[..length]).unwrap();
        let error = cut.store.open(phrase(RIGHT)).await.unwrap_err();
        assert!(
            matches!(error, SealedError::Damaged(_)),
            "{length}: {error:?}"
        );
    }
    let longer = [&sealed[..], b"\n"].concat();
    fs::write(cut.store.path(), longer).unwrap();
    let error = cut.store.open(phrase(RIGHT)).await.unwrap_err();
    assert_eq!(error, SealedError::Damaged(Damage::Body));
}

#[tokio::test]
async fn other_files_are_told_and_left_alone() {
    let identity = x25519::Identity::generate();
    let item = r#"{"v":1,"items":{}}"#;
    for (bytes, error) in [
        (
            sealed_for(item.as_bytes(), &identity.to_public()),
            SealedError::Damaged(Damage::OtherRecipient),
        ),
        (
            b"age-encryption.org/v2\n-> x y\n\n--- z\n".to_vec(),
            SealedError::Damaged(Damage::Header),
        ),
        (
            b"-----BEGIN AGE ENCRYPTED FILE-----\n".to_vec(),
            SealedError::Damaged(Damage::Header),
        ),
        (item.into(), SealedError::Damaged(Damage::Header)),
        (vec![], SealedError::Damaged(Damage::Header)),
        (vec![0; 5_000_000], SealedError::TooLarge),
        (
            sealed_by_age(b"", LITTLE),
            SealedError::Damaged(Damage::Content),
        ),
        (
            sealed_by_age(b"\xFF\xFE", LITTLE),
            SealedError::Damaged(Damage::Content),
        ),
        (
            sealed_by_age(b"[]", LITTLE),
            SealedError::Damaged(Damage::Content),
        ),
        (
            sealed_by_age(b"sk-secret", LITTLE),
            SealedError::Damaged(Damage::Content),
        ),
        (
            sealed_by_age(br#"{"items":{}}"#, LITTLE),
            SealedError::Damaged(Damage::Content),
        ),
        (
            sealed_by_age(br#"{"v":1,"items":[]}"#, LITTLE),
            SealedError::Damaged(Damage::Content),
        ),
        (
            sealed_by_age(br#"{"v":1,"items":{},"more":1}"#, LITTLE),
            SealedError::Damaged(Damage::Content),
        ),
        (
            sealed_by_age("[".repeat(100_000).as_bytes(), LITTLE),
            SealedError::Damaged(Damage::Content),
        ),
        (
            sealed_by_age(br#"{"v":2,"keys":[]}"#, LITTLE),
            SealedError::OtherVersion { found: 2 },
        ),
        (
            sealed_by_age(br#"{"v":0}"#, LITTLE),
            SealedError::OtherVersion { found: 0 },
        ),
    ] {
        let desk = Desk::with_file(&bytes);
        assert_eq!(desk.store.open(phrase(RIGHT)).await, Err(error));
        assert_eq!(
            desk.store.create(phrase(RIGHT)).await,
            Err(SealedError::Exists)
        );
        assert_eq!(desk.bytes(), bytes, "{error:?}");
        assert!(!error.to_string().contains("secret"));
    }
}

#[tokio::test]
async fn a_file_that_asks_for_too_much_work_is_refused_at_once() {
    for log_n in [seal::MOST_WORK + 1, 40, 63] {
        // The work is refused before it is done, so the rest of the header need not be right.
        let sealed = String::from_utf8_lossy(&sealed_by_age(b"{}", 2)).into_owned();
        let line = sealed.lines().nth(1).unwrap().to_owned();
        let harder = line.strip_suffix(" 2").unwrap().to_owned() + &format!(" {log_n}");
        let start = "age-encryption.org/v1\n".len();
        let mut bytes = sealed_by_age(b"{}", 2);
        let end = start + line.len();
        bytes.splice(start..end, harder.bytes());
        let desk = Desk::with_file(&bytes);
        let refused = desk.store.open(phrase(RIGHT)).await;
        assert_eq!(refused, Err(SealedError::TooMuchWork { log_n }));
    }
}

#[tokio::test]
async fn an_item_that_cannot_be_read_stays_beside_the_others() {
    let item = credential("sk-good").to_item();
    let item = std::str::from_utf8(&item).unwrap();
    let newer = r#"{"v":7,"token":{"sk":"new"}}"#;
    let text = format!(r#"{{"v":1,"items":{{"a/1":{newer},"b/1":17,"openai/1":{item}}}}}"#);
    let desk = Desk::with_file(&sealed_by_age(text.as_bytes(), LITTLE));
    desk.store.open(phrase(RIGHT)).await.unwrap();
    for (name, why) in [
        ("a", ItemUnreadable::OtherVersion { found: 7 }),
        ("b", ItemUnreadable::Damaged),
    ] {
        let found = key_in(&desk.store, &ItemId::of(name)).await;
        assert_eq!(found, Err(StoreError::ItemUnreadable(why)));
        assert_eq!(
            desk.store.presence(&ItemId::of(name)).await,
            ItemPresence::Present
        );
    }
    assert_eq!(key_in(&desk.store, &openai()).await.unwrap(), "sk-good");

    desk.store
        .put(&groq(), &credential("sk-more"))
        .await
        .unwrap();
    desk.store.remove(&ItemId::of("b")).await.unwrap();
    let text = opened_by_age(&desk.bytes());
    assert!(
        text.contains(newer),
        "what was not understood is written back as it was"
    );
    assert!(!text.contains("b/1"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_sealed_comes_out_as_it_went_in(length in 0..3 * seal::CHUNK, fill in b'a'..=b'z') {
        let text = vec![fill; length];
        let sealed = seal::seal(&text, &phrase(RIGHT), LITTLE).unwrap();
        let opened = seal::unseal(&sealed, &phrase(RIGHT)).unwrap();
        prop_assert_eq!(&opened[..length], &text[..]);
        prop_assert!(opened[length..].iter().all(|&byte| byte == b' '));
        prop_assert!(opened.len() >= length + seal::CHUNK);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        prop_assert!(seal::unseal(&bytes, &phrase(RIGHT)).is_err());
        let with_magic = [b"age-encryption.org/v1\n-> scrypt ", &bytes[..]].concat();
        prop_assert!(seal::unseal(&with_magic, &phrase(RIGHT)).is_err());
        let _ = content::Content::from_text(&bytes);
    }
}
