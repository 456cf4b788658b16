//! What the keys of a provider look like.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::api_key::ApiKey;
use crate::key_text::find_key;
use crate::redactor::REMOVED;

/// A prefix shorter than this stands in too much ordinary text to look for it there.
const SHORTEST_PREFIX_IN_TEXT: usize = 3;

/// The shape of a provider's keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyShape {
    /// The provider's id.
    pub provider: String,
    /// What every key begins with.
    pub prefix: String,
    /// The least number of characters, prefix included.
    pub min_len: usize,
    /// What follows the prefix.
    #[serde(default)]
    pub charset: KeyCharset,
}

/// The characters of a key after its prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyCharset {
    /// `0-9 a-f A-F`
    Hex,
    /// `0-9 a-z A-Z`
    Alphanumeric,
    /// `0-9 a-z A-Z - _`
    #[default]
    UrlSafe,
    /// `0-9 a-z A-Z - _ . ~ + / =`
    Token,
}

impl KeyCharset {
    pub(crate) fn contains(self, byte: u8) -> bool {
        match self {
            Self::Hex => byte.is_ascii_hexdigit(),
            Self::Alphanumeric => byte.is_ascii_alphanumeric(),
            Self::UrlSafe => byte.is_ascii_alphanumeric() || b"-_".contains(&byte),
            Self::Token => byte.is_ascii_alphanumeric() || b"-_.~+/=".contains(&byte),
        }
    }
}

/// Whose key it is, by its shape alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recognition {
    /// One provider's keys look like this: its id.
    Known(String),
    /// Several providers' keys do, such as plain `sk-`: their ids, in the order of the shapes.
    Shared(Vec<String>),
    /// No known provider's keys do.
    Unknown,
}

/// Tells whose key it is. The longest prefix that fits decides: what begins with `sk-ant-` is never taken for a plain `sk-` key, even
/// when it is too short.
pub fn recognise(key: &ApiKey, shapes: &[KeyShape]) -> Recognition {
    recognise_characters(key.characters(), shapes)
}

/// As [`recognise`], for text that may be a key with white space around it. Text that is no key is [`Recognition::Unknown`].
pub fn recognise_text(text: &str, shapes: &[KeyShape]) -> Recognition {
    find_key(text).map_or(Recognition::Unknown, |key| {
        recognise_characters(key, shapes)
    })
}

/// As [`recognise`], for text that is a key as far as anyone can tell.
pub(crate) fn recognise_characters(key: &str, shapes: &[KeyShape]) -> Recognition {
    let fits = |shape: &&KeyShape| key.starts_with(&shape.prefix);
    let Some(longest) = shapes.iter().filter(fits).map(|s| s.prefix.len()).max() else {
        return Recognition::Unknown;
    };
    let mut providers: Vec<String> = Vec::new();
    for shape in shapes.iter().filter(fits) {
        let rest = &key.as_bytes()[shape.prefix.len()..];
        if shape.prefix.len() == longest
            && key.len() >= shape.min_len
            && rest.iter().all(|&byte| shape.charset.contains(byte))
            && !providers.contains(&shape.provider)
        {
            providers.push(shape.provider.clone());
        }
    }
    match providers.len() {
        0 => Recognition::Unknown,
        1 => Recognition::Known(providers.swap_remove(0)),
        _ => Recognition::Shared(providers),
    }
}

/// Replaces everything of a key's shape by `[key removed]`, also keys that were masked in part (`sk-ab****yz`). For texts such as error
/// bodies, which may speak of a key that this program does not hold.
pub fn redact_shapes<'a>(text: &'a str, shapes: &[KeyShape]) -> Cow<'a, str> {
    let mut clean = String::new();
    let mut done = 0;
    while let Some((start, end)) = next_key(text, done, shapes) {
        clean.push_str(&text[done..start]);
        clean.push_str(REMOVED);
        done = end;
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    clean.push_str(&text[done..]);
    Cow::Owned(clean)
}

/// The byte range of the first text of a key's shape at or after `from`.
fn next_key(text: &str, from: usize, shapes: &[KeyShape]) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let in_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    (from..bytes.len()).find_map(|start| {
        if start > from && in_word(&bytes[start - 1]) {
            return None;
        }
        let longest = shapes
            .iter()
            .filter_map(|shape| key_length(&bytes[start..], shape))
            .max()?;
        Some((start, start + longest))
    })
}

/// How many bytes at the beginning of `bytes` have this shape.
fn key_length(bytes: &[u8], shape: &KeyShape) -> Option<usize> {
    if shape.prefix.len() < SHORTEST_PREFIX_IN_TEXT || !bytes.starts_with(shape.prefix.as_bytes()) {
        return None;
    }
    let rest = &bytes[shape.prefix.len()..];
    let tail = rest
        .iter()
        .take_while(|&&byte| shape.charset.contains(byte) || byte == b'*')
        .count();
    let length = shape.prefix.len() + tail;
    // Four at least: up to three are Markdown's.
    let masked = rest[..tail].windows(4).any(|stars| stars == b"****");
    (length >= shape.min_len || masked).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(provider: &str, prefix: &str, min_len: usize) -> KeyShape {
        KeyShape {
            provider: provider.into(),
            prefix: prefix.into(),
            min_len,
            charset: KeyCharset::UrlSafe,
        }
    }

    fn shapes() -> Vec<KeyShape> {
        vec![
            shape("openai", "sk-", 20),
            shape("deepseek", "sk-", 20),
            shape("openai", "sk-proj-", 20),
            shape("anthropic", "sk-ant-", 20),
            shape("groq", "gsk_", 20),
        ]
    }

    fn recognised(text: &str) -> Recognition {
        let key = ApiKey::parse(text.into()).unwrap();
        let recognition = recognise(&key, &shapes());
        assert_eq!(
            recognise_text(&format!(" {text}\n"), &shapes()),
            recognition
        );
        recognition
    }

    #[test]
    fn the_longest_prefix_decides() {
        let known = |id: &str| Recognition::Known(id.into());
        assert_eq!(recognised("sk-proj-0123456789abcdef"), known("openai"));
        assert_eq!(recognised("sk-ant-0123456789abcdef"), known("anthropic"));
        assert_eq!(recognised("gsk_0123456789abcdef"), known("groq"));
        assert_eq!(
            recognised("sk-0123456789abcdefgh"),
            Recognition::Shared(vec!["openai".into(), "deepseek".into()])
        );
    }

    #[test]
    fn a_short_or_odd_key_falls_to_nobody() {
        for text in [
            "sk-ant-short",
            "sk-ant-0123456789abc.def",
            "gsk_short",
            "0123456789abcdef0123456789",
        ] {
            assert_eq!(recognised(text), Recognition::Unknown, "{text}");
        }
        assert_eq!(recognise_text("two words", &shapes()), Recognition::Unknown);
        assert_eq!(recognise_text("", &shapes()), Recognition::Unknown);
    }

    #[test]
    fn keys_are_cut_out_of_text() {
        let text =
            "é: sk-ant-0123456789abcdef, \"gsk_0123456789abcdef\"; sk-proj-ab****************yz.";
        assert_eq!(
            redact_shapes(text, &shapes()),
            "é: [key removed], \"[key removed]\"; [key removed]."
        );
    }

    #[test]
    fn ordinary_text_stays() {
        let mut shapes = shapes();
        shapes.push(shape("mistral", "", 8));
        for text in [
            "a task-0123456789abcdefghijk is done",
            "sk-learn",
            "",
            "ask **sk-** why",
        ] {
            assert!(matches!(redact_shapes(text, &shapes), Cow::Borrowed(same) if same == text));
        }
    }

    #[test]
    fn keys_in_a_row_are_all_cut_out() {
        let key = "gsk_0123456789abcdef";
        assert_eq!(
            redact_shapes(&format!("{key}.{key}"), &shapes()),
            "[key removed].[key removed]"
        );
    }
}
