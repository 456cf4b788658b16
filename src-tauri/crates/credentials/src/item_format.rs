//! A credential as the bytes of a store item: versioned JSON.
//!
//! `{"v":1,"key":"…","origin":"https://…","name":"…","set_at":1730000000000}`

use std::io::Cursor;

use serde::{Deserialize, Deserializer, Serialize};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::api_key::ApiKey;
use crate::credential::Credential;
use crate::origin::Origin;

const VERSION: u64 = 1;

/// Why the bytes of an item are no credential. It never holds any of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ItemUnreadable {
    /// Not what this program writes.
    #[error("the item was changed by another program or is damaged")]
    Damaged,
    /// Written by another version of this program.
    #[error("the item was written in format {found}, this version reads format {VERSION}")]
    OtherVersion {
        /// The format it was written in.
        found: u64,
    },
}

#[derive(Serialize)]
struct Written<'a> {
    v: u64,
    key: &'a str,
    origin: &'a Origin,
    name: &'a str,
    set_at: u64,
}

#[derive(Deserialize)]
struct Version {
    v: u64,
}

#[derive(Deserialize)]
struct Read {
    key: KeyText,
    origin: Origin,
    name: String,
    set_at: u64,
}

/// The key's text on its way in, wiped when dropped.
struct KeyText(Zeroizing<String>);

impl<'de> Deserialize<'de> for KeyText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(Zeroizing::new(text)))
    }
}

impl Credential {
    /// The bytes of a store item.
    pub(crate) fn to_item(&self) -> Zeroizing<Vec<u8>> {
        let written = Written {
            v: VERSION,
            key: self.key().characters(),
            origin: self.origin(),
            name: self.name(),
            set_at: self.set_at(),
        };
        // A buffer that can't grow: one that moved would leave a copy of the key behind. An escape in JSON takes at most six bytes.
        let longest = 6 * (written.key.len() + written.name.len()) + 1024;
        let mut bytes = Zeroizing::new(vec![0; longest]);
        let mut writer = Cursor::new(bytes.as_mut_slice());
        let outcome = serde_json::to_writer(&mut writer, &written);
        let length = writer.position();
        debug_assert!(outcome.is_ok(), "the buffer holds the longest item");
        bytes.truncate(usize::try_from(length).unwrap_or(0));
        bytes
    }

    /// Reads the bytes of a store item.
    ///
    /// # Errors
    /// [`ItemUnreadable`] for anything but what [`Credential::to_item`] writes.
    pub(crate) fn from_item(bytes: &[u8]) -> Result<Self, ItemUnreadable> {
        let version: Version = parse(bytes)?;
        if version.v != VERSION {
            return Err(ItemUnreadable::OtherVersion { found: version.v });
        }
        let read: Read = parse(bytes)?;
        let key = ApiKey::from_text(&read.key.0).map_err(|_| ItemUnreadable::Damaged)?;
        Ok(Self::new(key, read.origin, read.name, read.set_at))
    }
}

/// serde's own errors can quote the input, so they end here.
fn parse<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, ItemUnreadable> {
    serde_json::from_slice(bytes).map_err(|_| ItemUnreadable::Damaged)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credential(key: &str, name: &str) -> Credential {
        let key = ApiKey::parse(key.into()).unwrap();
        let origin = "https://api.openai.com:8443".parse().unwrap();
        Credential::new(key, origin, name, 1_730_000_000_000)
    }

    fn fault(bytes: &[u8]) -> ItemUnreadable {
        Credential::from_item(bytes).unwrap_err()
    }

    #[test]
    fn an_item_holds_everything() {
        let longest = "\"".repeat(4094);
        for (key, name) in [
            ("sk-canary", "work"),
            ("a\"b\\c/d", "\u{1}\u{1F511} \"name\""),
            (&*format!("k{longest}k"), &*"\u{1}".repeat(1000)),
        ] {
            let read = Credential::from_item(&credential(key, name).to_item()).unwrap();
            assert_eq!(read.key().characters(), key);
            assert_eq!(read.origin().to_string(), "https://api.openai.com:8443");
            assert_eq!(read.name(), name);
            assert_eq!(read.set_at(), 1_730_000_000_000);
        }
    }

    #[test]
    fn the_written_form_is_the_documented_one() {
        assert_eq!(
            std::str::from_utf8(&credential("sk-canary", "work").to_item()).unwrap(),
            r#"{"v":1,"key":"sk-canary","origin":"https://api.openai.com:8443","name":"work","set_at":1730000000000}"#
        );
    }

    #[test]
    fn other_bytes_are_damaged() {
        let item = credential("sk-canary", "work").to_item();
        for end in 0..item.len() {
            assert_eq!(fault(&item[..end]), ItemUnreadable::Damaged);
        }
        let text = std::str::from_utf8(&item).unwrap();
        for (from, to) in [
            ("sk-canary", "sk canary"),
            ("sk-canary", ""),
            ("https", "http"),
            ("8443", "8443/v1"),
            ("1730000000000", "-1"),
            ("\"v\":1", "\"v\":\"1\""),
            ("\"key\"", "\"kex\""),
        ] {
            let changed = text.replacen(from, to, 1);
            assert_ne!(changed, text);
            assert_eq!(
                fault(changed.as_bytes()),
                ItemUnreadable::Damaged,
                "{changed}"
            );
        }
        for bytes in [&b"sk-canary"[..], b"\xFF\xFE", b"null", b"[]"] {
            assert_eq!(fault(bytes), ItemUnreadable::Damaged);
        }
    }

    #[test]
    fn another_version_says_so_before_anything_else() {
        assert_eq!(
            fault(br#"{"v":2,"secret":{}}"#),
            ItemUnreadable::OtherVersion { found: 2 }
        );
    }
}
