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

/// An item of more bytes was not written here: a key has at most 4 KiB, a name 60 characters.
const LONGEST: usize = 64 * 1024;

/// The last moment that a date can show everywhere, in milliseconds since 1970.
const LAST_MOMENT: u64 = 8_640_000_000_000_000;

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
        if bytes.len() > LONGEST {
            return Err(ItemUnreadable::Damaged);
        }
        let version: Version = parse(bytes)?;
        if version.v != VERSION {
            return Err(ItemUnreadable::OtherVersion { found: version.v });
        }
        let read: Read = parse(bytes)?;
        if read.set_at > LAST_MOMENT {
            return Err(ItemUnreadable::Damaged);
        }
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
    fn what_another_program_wrote_is_refused_and_not_repeated() {
        let item = credential("sk-canary", "work").to_item();
        let text = std::str::from_utf8(&item).unwrap();
        for (from, to) in [
            // Without a version, as nobody ever wrote it.
            ("\"v\":1,", ""),
            ("\"v\":1", "\"v\":1.0"),
            ("\"v\":1", "\"v\":-1"),
            ("\"v\":1", "\"v\":18446744073709551616"),
            ("\"v\":1", "\"v\":1,\"v\":1"),
            ("\"v\":1", "\"v\":1,\"key\":\"sk-other\""),
            ("sk-canary", "https://sk-canary.example"),
            ("sk-canary", "sk-can\u{e4}ry"),
            ("sk-canary", "sk-can\\u0000ary"),
            ("\"sk-canary\"", "[\"sk-canary\"]"),
            ("\"sk-canary\"", "null"),
            (
                "https://api.openai.com:8443",
                "https://user@api.openai.com:8443",
            ),
            ("https://api.openai.com:8443", "https://API.openai.com:8443"),
            (
                "https://api.openai.com:8443",
                "https://api.openai.com.:8443",
            ),
            ("https://api.openai.com:8443", "https://api.openai.com:0"),
            ("https://api.openai.com:8443", "https://api.openai.com:443"),
            (
                "https://api.openai.com:8443",
                "https://\u{430}pi.openai.com",
            ),
            ("https://api.openai.com:8443", "http://foo.localhost:1"),
            ("https://api.openai.com:8443", "file:///etc/passwd"),
            ("https://api.openai.com:8443", ""),
            ("1730000000000", "1e400"),
            ("1730000000000", "8640000000000001"),
            ("1730000000000", "\"1730000000000\""),
            ("}", "}}"),
            ("}", "} sk-canary"),
            ("{", "[{"),
        ] {
            let changed = text.replacen(from, to, 1);
            assert_ne!(changed, text);
            let error = fault(changed.as_bytes());
            assert_eq!(error, ItemUnreadable::Damaged, "{changed}");
            assert!(!format!("{error} {error:?}").contains("canary"));
        }
    }

    #[test]
    fn absurd_sizes_are_damaged() {
        let item = credential("sk-canary", "work").to_item();
        let text = std::str::from_utf8(&item).unwrap();
        for (from, to) in [
            ("sk-canary", "k".repeat(4097)),
            ("work", "w".repeat(LONGEST)),
            (
                "{",
                format!("{{\"more\":{}{},", "[".repeat(100), "]".repeat(100_000)),
            ),
            ("{", format!("{{\"more\":{},", "[".repeat(LONGEST / 2))),
            ("{", " ".repeat(10_000_000) + "{"),
            ("api", "a".repeat(300)),
        ] {
            let changed = text.replacen(from, &to, 1);
            assert_eq!(fault(changed.as_bytes()), ItemUnreadable::Damaged);
        }
    }

    #[test]
    fn a_field_more_is_no_damage() {
        let item = credential("sk-canary", "work").to_item();
        let text = std::str::from_utf8(&item).unwrap();
        let changed = text.replacen('{', "{\"more\":{\"a\":[1]},", 1);
        let read = Credential::from_item(changed.as_bytes()).unwrap();
        assert_eq!(read.key().characters(), "sk-canary");
    }

    #[test]
    fn an_item_with_another_origin_is_sent_there_and_nowhere_else() {
        let item = credential("sk-canary", "work").to_item();
        let text = std::str::from_utf8(&item).unwrap();
        let changed = text.replacen("api.openai.com:8443", "evil.example", 1);
        let read = Credential::from_item(changed.as_bytes()).unwrap();
        let mut headers = http::HeaderMap::new();
        let url = url::Url::parse("https://api.openai.com:8443/v1").unwrap();
        let refused = read.authorise(&url, crate::AuthScheme::Bearer, &mut headers);
        let mismatch = refused.unwrap_err();
        assert_eq!(mismatch.bound.to_string(), "https://evil.example");
        assert!(headers.is_empty());
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300)) {
            proptest::prop_assert!(Credential::from_item(&bytes).is_err());
        }

        #[test]
        fn no_change_of_one_byte_makes_it_panic(at in 0..1000_usize, byte: u8) {
            let mut item = credential("sk-canary", "work").to_item();
            let at = at % item.len();
            item[at] = byte;
            let _ = Credential::from_item(&item);
        }
    }

    #[test]
    fn another_version_says_so_before_anything_else() {
        assert_eq!(
            fault(br#"{"v":2,"secret":{}}"#),
            ItemUnreadable::OtherVersion { found: 2 }
        );
        assert_eq!(
            fault(br#"{"v":0,"key":"sk-canary"}"#),
            ItemUnreadable::OtherVersion { found: 0 }
        );
        assert_eq!(
            fault(br#"{"v":18446744073709551615}"#),
            ItemUnreadable::OtherVersion { found: u64::MAX }
        );
    }
}
