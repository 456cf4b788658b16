//! What is written is opened again with age's own decryptor, and what is read was sealed with its own encryptor: the file is age's, not ours.

mod damage;
mod file;
mod keeping;

use std::fs;
use std::io::{Read, Write};
use std::iter;

use age::secrecy::SecretString;
use age::{Decryptor, Encryptor, scrypt};
use tempfile::TempDir;

use super::*;
use crate::api_key::ApiKey;

const RIGHT: &str = "seven green kites";
/// So little work that it takes no time.
const LITTLE: u8 = 2;

struct Desk {
    folder: TempDir,
    store: SealedStore,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = SealedStore::with_work(folder.path().join("keys.age"), LITTLE);
        Self { folder, store }
    }

    /// With a file that holds two keys, and is open.
    async fn with_keys() -> Self {
        let desk = Self::new();
        desk.store.create(phrase(RIGHT)).await.unwrap();
        for (id, key) in [(openai(), "sk-first"), (groq(), "gsk-other")] {
            desk.store.put(&id, &credential(key)).await.unwrap();
        }
        desk
    }

    /// With this in the place of its file, and another store that has not opened it.
    fn with_file(bytes: &[u8]) -> Self {
        let desk = Self::new();
        fs::write(desk.store.path(), bytes).unwrap();
        desk
    }

    fn bytes(&self) -> Vec<u8> {
        fs::read(self.store.path()).unwrap()
    }

    /// The same file in a program that starts anew.
    fn restarted(&self) -> SealedStore {
        SealedStore::with_work(self.store.path(), LITTLE)
    }

    /// The files that are there.
    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

fn openai() -> ItemId {
    ItemId::of("openai")
}

fn groq() -> ItemId {
    ItemId::in_slot("groq", 2)
}

fn phrase(text: &str) -> Passphrase {
    Passphrase::parse(text.into()).ok().unwrap()
}

fn credential(key: &str) -> Credential {
    let key = ApiKey::parse(key.into()).unwrap();
    Credential::new(key, "https://api.openai.com".parse().unwrap(), "work", 5)
}

async fn key_in(store: &SealedStore, id: &ItemId) -> Result<String, StoreError> {
    let credential = store.get(id).await?;
    Ok(credential.key().characters().to_owned())
}

/// Seals `text` as age's program would, with a passphrase.
fn sealed_by_age(text: &[u8], log_n: u8) -> Vec<u8> {
    let mut recipient = scrypt::Recipient::new(SecretString::from(RIGHT));
    recipient.set_work_factor(log_n);
    sealed_for(text, &recipient)
}

fn sealed_for(text: &[u8], recipient: &dyn age::Recipient) -> Vec<u8> {
    let encryptor = Encryptor::with_recipients(iter::once(recipient)).unwrap();
    let mut writer = encryptor.wrap_output(Vec::new()).unwrap();
    writer.write_all(text).unwrap();
    writer.finish().unwrap()
}

fn opened_by_age(sealed: &[u8]) -> String {
    let identity = scrypt::Identity::new(SecretString::from(RIGHT));
    let decryptor = Decryptor::new(sealed).unwrap();
    let mut reader = decryptor
        .decrypt(iter::once(&identity as &dyn age::Identity))
        .unwrap();
    let mut text = String::new();
    reader.read_to_string(&mut text).unwrap();
    text
}
