//! Takes known keys out of text that comes from outside.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::api_key::ApiKey;
use crate::credential::Credential;
use crate::encodings::{SecretText, forms};

/// What stands where a key was.
pub const REMOVED: &str = "[key removed]";

/// A shorter key is looked for nowhere: it would be a word of ordinary text, and taking it out would tell what it is.
const SHORTEST_KEY: usize = 8;
/// The least number of characters that count as half a key.
const SHORTEST_HALF: usize = 12;
/// How much of an encoded key, or of a key's second half, a stream shows before it keeps back what follows. Their first letters are any
/// letters: to wait at each of those would delay every other word.
pub(crate) const SHOWN_AT_MOST: usize = 3;

/// Replaces given keys by [`REMOVED`]: as they are, JSON-escaped, percent-encoded and in base64, and also either half of each form where
/// a half has 12 characters or more. A key of fewer than 8 characters is not looked for.
#[derive(Clone, Default)]
pub struct Redactor {
    secrets: Arc<[Secret]>,
}

/// One text to look for.
struct Secret {
    text: SecretText,
    /// As much of its beginning as must be there.
    least: usize,
    /// As much of its beginning as makes a stream wait for the rest.
    suspicious: usize,
}

/// How far a scan got.
pub(crate) struct Scanned {
    /// The end of the last key.
    pub(crate) key_end: usize,
    /// The end of what the caller has now seen.
    pub(crate) shown: usize,
    /// Where something begins that may turn out to be a key; the end of the text if nothing does.
    pub(crate) undecided: usize,
}

/// What stands at one place of a text.
enum Place {
    /// This many bytes are of a key.
    Key(usize),
    /// The text ends too early to tell.
    Undecided,
    /// No key begins here.
    Clear,
}

impl Redactor {
    /// Looks for one key.
    pub fn for_key(key: &ApiKey) -> Self {
        Self::for_keys([key])
    }

    /// Looks for the keys of some credentials.
    pub fn for_credentials<'a>(credentials: impl IntoIterator<Item = &'a Credential>) -> Self {
        Self::for_keys(credentials.into_iter().map(Credential::key))
    }

    /// Looks for several keys.
    pub fn for_keys<'a>(keys: impl IntoIterator<Item = &'a ApiKey>) -> Self {
        let secrets = keys
            .into_iter()
            .filter(|key| key.characters().len() >= SHORTEST_KEY)
            .flat_map(|key| forms(key.characters()).into_iter().enumerate())
            .flat_map(|(form, text)| Secret::whole_and_second_half(text, form == 0))
            .collect();
        Self { secrets }
    }

    /// The text without the keys.
    pub fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut clean = String::new();
        self.scan(text, 0, true, &mut clean);
        if clean == text {
            Cow::Borrowed(text)
        } else {
            Cow::Owned(clean)
        }
    }

    /// Appends the text without the keys to `clean`, except its first `shown` bytes, which a caller has seen. Unless the text is
    /// `complete`, it stops where something begins that may turn out to be a key.
    pub(crate) fn scan(
        &self,
        text: &str,
        shown: usize,
        complete: bool,
        clean: &mut String,
    ) -> Scanned {
        let bytes = text.as_bytes();
        let mut key_end = 0;
        let mut copied = shown;
        let mut at = 0;
        while at < bytes.len() {
            match self.place(&bytes[at..], complete) {
                // Secrets are ASCII, so each begins and ends between characters.
                Place::Key(length) => {
                    clean.push_str(text.get(copied..at).unwrap_or_default());
                    clean.push_str(REMOVED);
                    at += length;
                    key_end = at;
                    copied = at;
                }
                Place::Undecided => break,
                Place::Clear => at += 1,
            }
        }
        clean.push_str(text.get(copied..at).unwrap_or_default());
        Scanned {
            key_end,
            shown: at.max(copied),
            undecided: at,
        }
    }

    fn place(&self, bytes: &[u8], complete: bool) -> Place {
        let mut longest = 0;
        for secret in &*self.secrets {
            let text = secret.text.as_bytes();
            let common = text.iter().zip(bytes).take_while(|(a, b)| a == b).count();
            let cut_off = common == bytes.len() && common < text.len();
            if cut_off && !complete && common >= secret.suspicious {
                return Place::Undecided;
            }
            if common >= secret.least {
                longest = longest.max(common);
            }
        }
        if longest > 0 {
            Place::Key(longest)
        } else {
            Place::Clear
        }
    }
}

impl Secret {
    /// The text, found by its first half already, and its second half, if halves are long enough to tell.
    fn whole_and_second_half(text: SecretText, is_the_key: bool) -> impl Iterator<Item = Self> {
        let half = text.len().div_ceil(2);
        let halves = half >= SHORTEST_HALF && text.len() - half >= SHORTEST_HALF;
        let second = halves
            .then(|| SecretText::new(text[half..].to_owned()))
            .map(|text| Self {
                least: text.len(),
                suspicious: SHOWN_AT_MOST + 1,
                text,
            });
        let whole = Self {
            least: if halves { half } else { text.len() },
            suspicious: if is_the_key { 1 } else { SHOWN_AT_MOST + 1 },
            text,
        };
        std::iter::once(whole).chain(second)
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Redactor(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "sk-test-0123456789abcdefghijklmnop";

    fn redactor(key: &str) -> Redactor {
        Redactor::for_key(&ApiKey::parse(key.into()).unwrap())
    }

    #[test]
    fn a_key_is_taken_out_wherever_it_stands() {
        let redactor = redactor(KEY);
        for (before, after) in [
            ("", ""),
            ("é", "é"),
            ("sk-", "."),
            ("sk-test-0123sk-", "sk-"),
            (&KEY[..9], ""),
        ] {
            assert_eq!(
                redactor.redact(&format!("{before}{KEY}{after}")),
                format!("{before}[key removed]{after}")
            );
        }
        assert_eq!(
            redactor.redact(&format!("{KEY}{KEY}")),
            "[key removed][key removed]"
        );
    }

    #[test]
    fn halves_are_taken_out() {
        let redactor = redactor(KEY);
        let half = KEY.len() / 2;
        assert_eq!(
            redactor.redact(&format!("a {} b", &KEY[..half])),
            "a [key removed] b"
        );
        assert_eq!(
            redactor.redact(&format!("a {} b", &KEY[..half + 5])),
            "a [key removed] b"
        );
        assert_eq!(
            redactor.redact(&format!("a {} b", &KEY[half..])),
            "a [key removed] b"
        );
        assert!(matches!(
            redactor.redact("a sk-test-01234 b"),
            Cow::Borrowed(_)
        ));
    }

    #[test]
    fn encoded_keys_are_taken_out() {
        // Independent of the code under test: written by other programs.
        let redactor = redactor("sk+test/0123456789=");
        for text in [
            "\"sk+test\\/0123456789=\"",
            "key=sk%2Btest%2F0123456789%3D&",
            "key=sk%2btest%2f0123456789%3d&",
            r"sk\u002btest\/0123456789\u003d",
        ] {
            let clean = redactor.redact(text);
            assert!(
                clean.contains(REMOVED) && !clean.contains("test"),
                "{clean}"
            );
        }
        // "Bearer sk+test/0123456789=" and ":sk+test/0123456789="
        for text in [
            "QmVhcmVyIHNrK3Rlc3QvMDEyMzQ1Njc4OT0=",
            "OnNrK3Rlc3QvMDEyMzQ1Njc4OT0=",
        ] {
            let clean = redactor.redact(text);
            assert!(
                clean.contains(REMOVED) && !clean.contains("MDEyMzQ"),
                "{clean}"
            );
        }
    }

    #[test]
    fn several_keys_are_taken_out() {
        let keys =
            ["first-key-1234", "second-key-1234"].map(|text| ApiKey::parse(text.into()).unwrap());
        assert_eq!(
            Redactor::for_keys(&keys).redact("first-key-1234second-key-1234"),
            "[key removed][key removed]"
        );
    }

    #[test]
    fn a_word_is_no_key() {
        assert_eq!(redactor("test").redact("a test"), "a test");
        assert_eq!(Redactor::default().redact("a test"), "a test");
    }

    #[test]
    fn debug_shows_nothing_of_the_key() {
        assert_eq!(format!("{:?}", redactor(KEY)), "Redactor(…)");
    }
}
