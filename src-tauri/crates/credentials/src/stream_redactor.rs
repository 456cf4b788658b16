//! Takes known keys out of text that comes in pieces.

use std::fmt;

use zeroize::Zeroizing;

use crate::redactor::{Redactor, SHOWN_AT_MOST};

/// A [`Redactor`] for a stream of pieces: a key that is split over several is found all the same.
///
/// It keeps back only an end of the text that a key may begin with, so ordinary text passes at once. What comes out in all is what
/// [`Redactor::redact`] makes of the whole text, except that up to three characters of an encoded key, or of a key's second half that
/// stands alone, may have been shown before it was known for one.
pub struct StreamRedactor {
    redactor: Redactor,
    /// The end of the text so far that the next piece may turn into a key.
    tail: Zeroizing<String>,
    /// How many bytes of `tail` were returned already.
    shown: usize,
}

impl StreamRedactor {
    /// A new stream.
    pub fn new(redactor: Redactor) -> Self {
        Self {
            redactor,
            tail: Zeroizing::default(),
            shown: 0,
        }
    }

    /// Takes the next piece and returns the text that can be shown now, which may be none.
    pub fn push(&mut self, piece: &str) -> String {
        // Copied into a buffer of the right size: one that grows would leave a copy of half a key behind.
        let text = Zeroizing::new([&*self.tail, piece].concat());
        let mut clean = String::new();
        let scanned = self.redactor.scan(&text, self.shown, false, &mut clean);
        let look_back = scanned.undecided.saturating_sub(SHOWN_AT_MOST);
        let from = (look_back.max(scanned.key_end)..scanned.undecided)
            .find(|&at| text.is_char_boundary(at))
            .unwrap_or(scanned.undecided);
        self.tail = Zeroizing::new(text[from..].to_owned());
        self.shown = scanned.shown - from;
        clean
    }

    /// Returns what was kept back, at the end of the stream. The next piece begins a new one.
    pub fn finish(&mut self) -> String {
        let text = std::mem::take(&mut self.tail);
        let mut clean = String::new();
        self.redactor.scan(&text, self.shown, true, &mut clean);
        self.shown = 0;
        clean
    }
}

impl fmt::Debug for StreamRedactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StreamRedactor(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::api_key::ApiKey;
    use crate::redactor::REMOVED;

    const KEYS: [&str; 3] = [
        "sk-test-0123456789abcdefghijklmnop",
        // One that begins again within itself, with characters that JSON and URLs escape.
        "abcabcabdabcabc\"/abcabcabd",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ];

    fn redactor(key: &str) -> Redactor {
        Redactor::for_key(&ApiKey::parse(key.into()).unwrap())
    }

    fn streamed<'a>(redactor: &Redactor, pieces: impl IntoIterator<Item = &'a str>) -> String {
        let mut stream = StreamRedactor::new(redactor.clone());
        let mut clean: String = pieces.into_iter().map(|piece| stream.push(piece)).collect();
        clean.push_str(&stream.finish());
        clean
    }

    #[test]
    fn a_key_is_found_at_every_split() {
        for key in KEYS {
            let redactor = redactor(key);
            let text = format!("é {key} or {}", key.replace('"', "\\\""));
            for (split, _) in text.char_indices() {
                let clean = streamed(&redactor, [&text[..split], &text[split..]]);
                assert_eq!(clean, "é [key removed] or [key removed]", "{split}");
            }
            let mut buffer = [0; 4];
            let mut stream = StreamRedactor::new(redactor.clone());
            let mut clean = String::new();
            for c in text.chars() {
                clean.push_str(&stream.push(c.encode_utf8(&mut buffer)));
            }
            clean.push_str(&stream.finish());
            assert_eq!(clean, "é [key removed] or [key removed]");
        }
    }

    #[test]
    fn ordinary_text_passes_at_once() {
        let mut stream = StreamRedactor::new(redactor("sk-test-0123456789abcdefghijklmnop"));
        for piece in ["Hello", ", world! ", "", "\u{1F600}", "a risk-free offer"] {
            assert_eq!(stream.push(piece), piece);
        }
        assert_eq!(stream.finish(), "");
    }

    #[test]
    fn only_the_beginning_of_a_key_is_kept_back() {
        let mut stream = StreamRedactor::new(redactor("sk-test-0123456789abcdefghijklmnop"));
        assert_eq!(stream.push("ask sk-te"), "ask ");
        assert_eq!(stream.push("ll"), "sk-tell");
        assert_eq!(stream.push(" sk-test"), " ");
        assert_eq!(stream.finish(), "sk-test");
        assert_eq!(stream.finish(), "");
    }

    #[test]
    fn the_first_letters_of_other_forms_do_not_wait() {
        let key = "sk-test-0123456789abcdefghijklmnop";
        let mut stream = StreamRedactor::new(redactor(key));
        let second_half = &key[17..];
        let mut clean = String::new();
        for (i, c) in second_half.char_indices() {
            clean.push_str(&stream.push(&second_half[i..i + c.len_utf8()]));
        }
        clean.push_str(&stream.push("."));
        assert_eq!(clean, format!("{}[key removed].", &second_half[..3]));
    }

    /// Cuts a text at these places, as far as they lie in it and between characters.
    fn cut(text: &str, places: Vec<usize>) -> Vec<&str> {
        let mut places: Vec<usize> = places
            .into_iter()
            .chain([0, text.len()])
            .filter(|&place| text.is_char_boundary(place))
            .collect();
        places.sort_unstable();
        places
            .windows(2)
            .map(|pair| &text[pair[0]..pair[1]])
            .collect()
    }

    fn is_subsequence(part: &str, whole: &str) -> bool {
        let mut rest = whole.chars();
        part.chars().all(|wanted| rest.any(|c| c == wanted))
    }

    proptest! {
        #[test]
        fn keys_and_words_come_out_as_from_the_whole(
            key in 0..KEYS.len(),
            words in prop::collection::vec(("[ -~\u{e9}\u{1F511}]{0,12}", any::<bool>()), 0..12),
            places in prop::collection::vec(0..600usize, 0..20),
        ) {
            let key = KEYS[key];
            let text: String = words
                .iter()
                .flat_map(|(word, with_key)| [word.as_str(), if *with_key { key } else { "" }])
                .collect();
            let redactor = redactor(key);
            prop_assert_eq!(streamed(&redactor, cut(&text, places)), redactor.redact(&text));
        }

        #[test]
        fn no_half_comes_out_in_any_form(
            key in 0..KEYS.len(),
            parts in prop::collection::vec((0..8usize, 0..40usize, 0..40usize), 0..12),
            places in prop::collection::vec(0..600usize, 0..20),
        ) {
            let key = KEYS[key];
            let forms = crate::encodings::forms(key);
            let text: String = parts
                .iter()
                .map(|&(kind, a, b)| match kind {
                    0 => key.to_owned(),
                    1 => "\u{1F511} and é".to_owned(),
                    2..4 => forms[a % forms.len()].to_string(),
                    _ => key[a.min(b).min(key.len())..a.max(b).min(key.len())].to_owned(),
                })
                .collect();
            let redactor = redactor(key);
            let whole = redactor.redact(&text);
            let clean = streamed(&redactor, cut(&text, places));
            for form in &forms {
                let half = form.len().div_ceil(2);
                prop_assert!(!whole.contains(&form[..half]));
                prop_assert!(!clean.contains(&form[..half]));
            }
            prop_assert!(is_subsequence(&whole, &clean), "{} in {}", whole, clean);
            let removed = clean.matches(REMOVED).count();
            prop_assert_eq!(removed, whole.matches(REMOVED).count());
            prop_assert!(clean.len() <= whole.len() + removed * SHOWN_AT_MOST);
        }
    }
}
