//! Notices a key in a text that a person is about to send.
//!
//! A key that is missed goes to a model's provider; ordinary text that is taken for a key costs a click. Still, prose, names in source
//! code and addresses must not be: beside its prefix and its length a key is told by its randomness.

use crate::key_shape::{KeyShape, Recognition, recognise_characters};
use crate::key_text::LONGEST_KEY;

/// A prefix shorter than this stands in too much ordinary text to look for it there.
const SHORTEST_PREFIX: usize = 3;
/// A prefix of this length belongs to one vendor's keys and to hardly anything else (`sk-ant-`, `sk-proj-`).
const OWN_PREFIX: usize = 7;
/// So many digits make a key of what follows such a prefix, however much the rest reads like words.
const DIGITS_OF_OWN: usize = 4;
/// Words and names of this length have a joint somewhere.
const LONG_RUN: usize = 32;
/// So many groups of digits in a long run are no version and no year.
const GROUPS_OF_RANDOM: usize = 3;

/// Looks for a key of one of these shapes anywhere in a text: alone or in a sentence, quoted, after `=`, `:` or `Bearer `, in JSON, in a
/// shell's line, in an address's query. Tells whose it is, as far as its shape does.
///
/// It takes time in proportion to the text, whatever the text.
pub fn key_in_text(text: &str, shapes: &[KeyShape]) -> Option<Recognition> {
    let bytes = text.as_bytes();
    let mut begins = [false; 256];
    for shape in shapes.iter().filter(|s| s.prefix.len() >= SHORTEST_PREFIX) {
        if let Some(&first) = shape.prefix.as_bytes().first() {
            begins[usize::from(first)] = true;
        }
    }
    let mut start = 0;
    while start < bytes.len() {
        if !begins[usize::from(bytes[start])] || !may_begin(bytes, start) {
            start += 1;
            continue;
        }
        let Some(prefix) = longest_prefix(&bytes[start..], shapes) else {
            start += 1;
            continue;
        };
        let body = start + prefix;
        let end = body + bytes[body..].iter().take_while(|b| in_key(**b)).count();
        let long_enough = |s: &KeyShape| {
            s.prefix.len() == prefix
                && bytes[start..].starts_with(s.prefix.as_bytes())
                && end - start >= s.min_len
        };
        // In the path of an address the words of a title stand, with its year: there only randomness counts.
        let own = prefix >= OWN_PREFIX && bytes[..start].last() != Some(&b'/');
        let looks = Look::at(&bytes[body..end]);
        if end - start <= LONGEST_KEY
            && shapes.iter().any(long_enough)
            && (looks.random() || own && looks.digits >= DIGITS_OF_OWN)
        {
            return Some(recognise_characters(&text[start..end], shapes));
        }
        // No key begins within one: a later one is not read again and again.
        start = end;
    }
    None
}

/// Whether a text ends in what a key may begin with: a known prefix and something behind it. Whoever types a key by hand has not
/// come as far as [`key_in_text`] would tell.
pub fn may_become_key(text: &str, shapes: &[KeyShape]) -> bool {
    let bytes = text.as_bytes();
    let begins = |start: usize| {
        let goes_on = |shape: &KeyShape| {
            let body = bytes[start..].strip_prefix(shape.prefix.as_bytes());
            let fits = |byte: &u8| in_key(*byte) || shape.charset.contains(*byte);
            shape.prefix.len() >= SHORTEST_PREFIX
                && body.is_some_and(|body| !body.is_empty() && body.iter().all(fits))
        };
        may_begin(bytes, start) && shapes.iter().any(goes_on)
    };
    (bytes.len().saturating_sub(LONGEST_KEY)..bytes.len()).any(begins)
}

/// Characters that a key goes on with.
fn in_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

/// Whether a key may begin here: not within a word, but after an escape that ends like one (`\n`, `%3D`, `\u003d`).
fn may_begin(bytes: &[u8], start: usize) -> bool {
    let before = &bytes[..start];
    match before {
        [.., last] if !in_key(*last) => true,
        [] | [.., b'\\', b'n' | b'r' | b't'] => true,
        [.., b'%', a, b] | [.., b'\\', b'u', b'0', b'0', a, b] => {
            a.is_ascii_hexdigit() && b.is_ascii_hexdigit()
        }
        _ => false,
    }
}

fn longest_prefix(bytes: &[u8], shapes: &[KeyShape]) -> Option<usize> {
    let fitting = shapes.iter().map(|shape| &shape.prefix);
    let fitting = fitting
        .filter(|prefix| prefix.len() >= SHORTEST_PREFIX && bytes.starts_with(prefix.as_bytes()));
    fitting.map(String::len).max()
}

/// How a text looks: what tells a random one from words and names.
#[derive(Default)]
struct Look {
    digits: usize,
    /// Pairs of letters or digits that stand side by side.
    pairs: usize,
    /// Those of them whose two are of different kinds: a small letter, a capital, a digit.
    changes: usize,
    /// A long run without a joint has digits in several places.
    is_strewn: bool,
}

impl Look {
    fn at(body: &[u8]) -> Self {
        let kind = |byte: u8| match byte {
            b'0'..=b'9' => Some(0),
            b'a'..=b'z' => Some(1),
            b'A'..=b'Z' => Some(2),
            _ => None,
        };
        let mut look = Self {
            digits: body.iter().filter(|byte| byte.is_ascii_digit()).count(),
            ..Self::default()
        };
        look.is_strewn = body
            .split(|byte| !byte.is_ascii_alphanumeric())
            .any(|run| run.len() >= LONG_RUN && groups_of_digits(run) >= GROUPS_OF_RANDOM);
        for pair in body.windows(2) {
            if let (Some(one), Some(other)) = (kind(pair[0]), kind(pair[1])) {
                look.pairs += 1;
                look.changes += usize::from(one != other);
            }
        }
        look
    }

    /// Of random pairs, 4 to 6 in 10 change: in hex, and in letters and digits of both cases. Names in source code come to 1 in 10 with
    /// digits (`iso_context_32bit`), and to 1 in 3 with capitals (`getUserName`). One in some hundred keys of small letters and
    /// digits has few digits, and is told by where they are.
    fn random(&self) -> bool {
        let enough = self.changes >= 4;
        let mixed = self.digits >= 2 && self.changes * 5 >= self.pairs
            || self.changes * 20 >= self.pairs * 9;
        enough && (mixed || self.is_strewn)
    }
}

/// How often digits stand together, or alone.
fn groups_of_digits(run: &[u8]) -> usize {
    run.chunk_by(|one, other| one.is_ascii_digit() == other.is_ascii_digit())
        .filter(|group| group.first().is_some_and(u8::is_ascii_digit))
        .count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    use super::*;
    use crate::key_shape::KeyCharset;

    fn shape(provider: &str, prefix: &str, min_len: usize, charset: KeyCharset) -> KeyShape {
        KeyShape {
            provider: provider.into(),
            prefix: prefix.into(),
            min_len,
            charset,
        }
    }

    fn shapes() -> Vec<KeyShape> {
        use KeyCharset::{Alphanumeric, Token, UrlSafe};
        vec![
            shape("openai", "sk-proj-", 40, UrlSafe),
            shape("openai", "sk-", 32, Alphanumeric),
            shape("deepseek", "sk-", 32, Alphanumeric),
            shape("openrouter", "sk-or-", 40, UrlSafe),
            shape("anthropic", "sk-ant-", 40, UrlSafe),
            shape("groq", "gsk_", 40, UrlSafe),
            shape("xai", "xai-", 40, UrlSafe),
            shape("fireworks", "fw_", 20, UrlSafe),
            shape("gemini", "AIza", 39, UrlSafe),
            shape("gemini", "AQ.", 20, Token),
            // One without a prefix can't be looked for.
            shape("mistral", "", 8, UrlSafe),
        ]
    }

    fn found(text: &str) -> Option<Recognition> {
        key_in_text(text, &shapes())
    }

    fn known(id: &str) -> Recognition {
        Recognition::Known(id.into())
    }

    const GROQ: &str = "gsk_Zq3vT9mLx2RwKd8Yb5NcHp7JfSg4Ua6Ee1Vo0Qi2WnBz3Xk";

    #[test]
    fn a_key_tells_whose_it_is() {
        let hex = "9f3c27ab41de8650b7c2f19e04ad6c83";
        for (key, provider) in [
            (format!("sk-proj-{hex}_{hex}-Ab3"), known("openai")),
            (
                "sk-proj-EXAMPLE-this-is-not-a-real-key-0000".into(),
                known("openai"),
            ),
            (format!("sk-ant-api03-{hex}-{hex}AA"), known("anthropic")),
            (format!("sk-or-v1-{hex}{hex}"), known("openrouter")),
            (GROQ.into(), known("groq")),
            (format!("xai-{hex}{hex}"), known("xai")),
            ("fw_3ZnQ8mTy5LpWcX2vBk7RdJ".into(), known("fireworks")),
            (
                "AIzaSyD4kR7wQm2ZtXn9Lc_Vb5-HjPf8GoYe3Ui1A".into(),
                known("gemini"),
            ),
            ("AQ.Ab8RN6Kp2xYtQ4wZmL9cVd7HjT5".into(), known("gemini")),
            (
                format!("sk-{hex}"),
                Recognition::Shared(vec!["openai".into(), "deepseek".into()]),
            ),
            // Few digits, as chance has it.
            (
                "xai-4iftgncjbbpkpetfeuo4bmkypbezadiwv6za8irvsn6kgpxc".into(),
                known("xai"),
            ),
            // Of a kind that no shape describes whole.
            (format!("sk-admin-{hex}"), Recognition::Unknown),
        ] {
            assert_eq!(found(&key), Some(provider), "{key}");
        }
    }

    #[test]
    fn what_a_text_ends_in_may_become_a_key() {
        let may = |text: &str| may_become_key(text, &shapes());
        for begun in [
            "sk-p",
            "My key is gsk_Zq3",
            "KEY=\"AIzaSy",
            "key: AQ.Ab8RN6",
            "AQ.Ab8.RN~6",
            "é sk-ant-a",
        ] {
            assert!(may(begun), "{begun}");
        }
        // Every beginning of a key, until it can be told to be one.
        let long_enough = (5..GROQ.len()).find(|end| found(&GROQ[..*end]).is_some());
        assert!((5..long_enough.unwrap()).all(|end| may(&GROQ[..end])));
        for other in [
            "",
            "sk-",
            "sk-learn is",
            "task-sk-x ",
            "risk-averse",
            "sk-learn.",
            "密钥",
        ] {
            assert!(!may(other), "{other}");
        }
    }

    #[test]
    fn a_key_is_found_wherever_it_stands() {
        for (before, after) in [
            ("", ""),
            ("My key is ", ". Does it work?"),
            ("\"", "\""),
            ("'", "',"),
            ("`", "`"),
            ("GROQ_API_KEY=", "\n"),
            ("export GROQ_API_KEY=\"", "\" && ./run"),
            ("key:", ""),
            ("Authorization: Bearer ", "\r\n"),
            ("curl -H 'Authorization: Bearer ", "' https://api.groq.com"),
            ("{\"apiKey\":\"", "\",\"model\":\"m\"}"),
            ("\"a=1\\n", "\\nb=2\""),
            ("https://api.example/v1?key=", "&alt=sse"),
            ("key%3D", "%26alt"),
            ("%20", ""),
            ("\\u003d", ""),
            ("client = Client(", ")"),
            ("密钥", "。"),
            ("é", "é"),
            ("sk-learn, task-sk-, gsk_a: ", ""),
            ("sk-ant-sk-proj-", ""),
            ("\u{200B}", "\u{200B}"),
        ] {
            let text = format!("{before}{GROQ}{after}");
            if before == "sk-ant-sk-proj-" {
                // Run into another prefix it is one word with it, and still a key's shape.
                assert!(found(&text).is_some(), "{text}");
            } else {
                assert_eq!(found(&text), Some(known("groq")), "{text}");
            }
        }
    }

    #[test]
    fn ordinary_text_is_no_key() {
        for text in [
            "",
            "sk-",
            "ask **sk-** why",
            "Use scikit-learn (sk-learn) and sk-something-very-long-that-goes-on-and-on-and-on",
            "a task-0123456789abcdef0123456789abcdef is done",
            "sk-ant-… is how Anthropic's keys begin, sk-proj-… how OpenAI's do",
            "export OPENAI_API_KEY=sk-proj-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "OPENAI_API_KEY=sk-your-key-goes-here-and-nowhere-else-in-the-world",
            "sk-ant-************************************************",
            "gsk_gl_shader_builder_add_snippet_with_uniforms_and_attributes(self);",
            "gsk_render_node_draw_with_color_state_and_opacity_v2",
            "fw_iso_context_create_32bit_and_queue",
            "fw_getUserNameFromTheDatabaseOfPeople",
            "fw_getusernamefromtheversion2databaseofpeoplein2025",
            "xai-the-company-that-makes-grok-and-its-many-models-of-2025",
            "https://example.org/blog/sk-proj-keys-explained-for-everybody-2024-2025",
            "https://example.org/gsk_9f3c27ab",
            "the FAQ.Ab8RN6Kp2xYtQ4wZmL9cVd7HjT5 anchor",
            "AIza and so on",
            "3f786850e387550fdab836ed7e6dc881de23001b",
            "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }

    #[test]
    fn hostile_text_is_read_once() {
        // Each would take hours if what was read at one place were read again from the next.
        for unit in [
            "sk-", "sk-proj-", "AQ.", "AQ./", "%3Dsk-", "\\nsk-", "gsk_", "AIza", "s", "é",
        ] {
            let text = unit.repeat(4 * 1024 * 1024 / unit.len());
            let text = format!("{text} {GROQ}");
            assert_eq!(found(&text), Some(known("groq")), "{unit}");
        }
    }

    fn digits_and_letters(length: std::ops::Range<usize>) -> impl Strategy<Value = String> {
        let letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        let letters: Vec<char> = letters.chars().collect();
        prop::collection::vec(prop::sample::select(letters), length)
            .prop_map(|c| c.into_iter().collect())
    }

    /// How many of 5,000 random keys are missed.
    fn missed(bodies: impl Strategy<Value = String>) -> usize {
        let mut runner = TestRunner::deterministic();
        (0..5_000)
            .filter(|_| {
                let body = bodies.new_tree(&mut runner).expect("any will do").current();
                found(&format!("sk-{body}")).is_none()
            })
            .count()
    }

    #[test]
    fn hardly_a_random_key_looks_like_words() {
        let letters: Vec<char> = "abcdefghijklmnopqrstuvwxyz0123456789".chars().collect();
        let small = |length| {
            prop::collection::vec(prop::sample::select(letters.clone()), length)
                .prop_map(|c| c.into_iter().collect())
        };
        for (kind, missed) in [
            ("of both cases", missed(digits_and_letters(44..100))),
            ("of small letters", missed(small(48))),
        ] {
            assert!(missed <= 2, "{missed} of 5000 {kind}");
        }
    }

    proptest! {
        #[test]
        fn a_random_key_is_found_between_any_words(
            prefix in prop::sample::select(vec!["sk-", "sk-proj-", "sk-ant-api03-", "gsk_", "xai-", "AIza"]),
            body in digits_and_letters(44..100),
            before in "(\\PC{0,40}[ =:\"'(\n])?",
            after in "([ \"'),.;\n]\\PC{0,40})?",
        ) {
            prop_assume!(Look::at(body.as_bytes()).random());
            let text = format!("{before}{prefix}{body}{after}");
            prop_assert!(found(&text).is_some());
        }

        #[test]
        fn names_of_many_words_are_no_keys(
            prefix in prop::sample::select(vec!["sk-", "sk-proj-", "gsk_", "fw_", "xai-", "AIza", "AQ."]),
            words in prop::collection::vec("[a-z]{3,10}", 1..12),
            join in prop::sample::select(vec!["-", "_"]),
        ) {
            let text = format!("{prefix}{}", words.join(join));
            prop_assert_eq!(found(&text), None);
        }

        #[test]
        fn any_text_is_read(text in "\\PC{0,200}") {
            let _ = found(&text);
        }
    }
}
