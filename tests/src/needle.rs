//! A secret to search for, in every form in which it may have been left behind.

use std::fmt;

use memchr::memmem::Finder;

/// The shortest half that is searched for: a shorter one turns up by chance.
const SHORTEST_HALF: usize = 12;

/// How a secret was written where it was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Encoding {
    /// As it is.
    Utf8,
    /// As the engine's 16-bit strings hold it.
    Utf16,
    /// Base64, beginning at any of the three places.
    Base64,
    /// Base64 with `-` and `_`.
    Base64Url,
    /// Two hexadecimal digits a byte, of either case.
    Hex,
    /// As a JSON string writes it, where that differs.
    Json,
    /// Every character as JSON's `\u` escape.
    JsonUnicode,
    /// As a URL writes it, where that differs.
    Percent,
}

/// How much of the secret it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// All of it.
    Whole,
    /// Its first half.
    FirstHalf,
    /// Its second half.
    SecondHalf,
}

/// Where one form of the secret was found. It doesn't hold the secret, so it can be printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// What was searched: a process and one of its mappings, or a file.
    pub place: String,
    /// Bytes from the start of that place (for memory: the address).
    pub offset: u64,
    /// How it is written there.
    pub encoding: Encoding,
    /// How much of it is there.
    pub part: Part,
}

/// A secret and all the forms to look for. Never printed.
pub struct Needle {
    forms: Vec<Form>,
}

struct Form {
    encoding: Encoding,
    part: Part,
    finder: Finder<'static>,
}

impl Needle {
    /// Everything to look for when `secret` must be nowhere.
    ///
    /// # Panics
    /// For a secret that is too short to be told from chance.
    pub fn new(secret: &str) -> Self {
        let letters: Vec<char> = secret.chars().collect();
        assert!(
            letters.len() >= SHORTEST_HALF,
            "too short to be searched for"
        );
        let (first, second) = letters.split_at(letters.len() / 2);
        let mut parts = vec![(Part::Whole, secret.to_owned())];
        if first.len() >= SHORTEST_HALF {
            parts.push((Part::FirstHalf, first.iter().collect()));
            parts.push((Part::SecondHalf, second.iter().collect()));
        }
        let mut forms = Vec::<Form>::new();
        for (part, text) in parts {
            for (encoding, bytes) in encodings(&text) {
                if !forms.iter().any(|form| form.finder.needle() == bytes) {
                    let finder = Finder::new(&bytes).into_owned();
                    forms.push(Form {
                        encoding,
                        part,
                        finder,
                    });
                }
            }
        }
        Self { forms }
    }

    /// Only as it is, in 8 and in 16 bits: for what was planted that way, to show that a search would find it.
    pub fn as_it_is(text: &str) -> Self {
        let mut needle = Self::new(text);
        needle.forms.retain(|form| {
            form.part == Part::Whole && matches!(form.encoding, Encoding::Utf8 | Encoding::Utf16)
        });
        needle
    }

    /// Every form found in `haystack`, each once, at its first place. `place` and `base` say where the haystack lies.
    pub fn search(&self, haystack: &[u8], place: &str, base: u64) -> Vec<Hit> {
        let mut hits = Vec::new();
        for form in &self.forms {
            if let Some(at) = form.finder.find(haystack) {
                hits.push(Hit {
                    place: place.to_owned(),
                    offset: base + at as u64,
                    encoding: form.encoding,
                    part: form.part,
                });
            }
        }
        hits
    }

    /// Every form found in `haystack`, at each of its places.
    pub fn search_every(&self, haystack: &[u8], place: &str, base: u64) -> Vec<Hit> {
        let hits = self.forms.iter().flat_map(|form| {
            let places = form.finder.find_iter(haystack);
            places.map(|at| Hit {
                place: place.to_owned(),
                offset: base + at as u64,
                encoding: form.encoding,
                part: form.part,
            })
        });
        hits.collect()
    }

    /// The bytes that two neighbouring pieces must share so that nothing on their border is missed.
    pub fn overlap(&self) -> usize {
        let longest = self
            .forms
            .iter()
            .map(|form| form.finder.needle().len())
            .max();
        longest.map_or(0, |longest| longest - 1)
    }
}

impl fmt::Debug for Needle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Needle({} forms)", self.forms.len())
    }
}

fn encodings(text: &str) -> Vec<(Encoding, Vec<u8>)> {
    let bytes = text.as_bytes();
    let mut forms = vec![
        (Encoding::Utf8, bytes.to_vec()),
        (
            Encoding::Utf16,
            text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        ),
    ];
    for shift in 0..3 {
        let standard = base64_within(bytes, shift);
        let url: Vec<u8> = standard.iter().map(|byte| url_digit(*byte)).collect();
        forms.push((Encoding::Base64, standard));
        forms.push((Encoding::Base64Url, url));
    }
    forms.push((
        Encoding::Hex,
        bytes
            .iter()
            .flat_map(|byte| format!("{byte:02x}").into_bytes())
            .collect(),
    ));
    forms.push((
        Encoding::Hex,
        bytes
            .iter()
            .flat_map(|byte| format!("{byte:02X}").into_bytes())
            .collect(),
    ));
    let json = serde_json::to_string(text).expect("a text is JSON");
    forms.push((Encoding::Json, json.as_bytes()[1..json.len() - 1].to_vec()));
    forms.push((
        Encoding::JsonUnicode,
        text.encode_utf16()
            .flat_map(|unit| format!("\\u{unit:04x}").into_bytes())
            .collect(),
    ));
    forms.push((
        Encoding::Percent,
        bytes.iter().flat_map(|byte| percent(*byte)).collect(),
    ));
    forms
}

/// The digits of base64 that `bytes` alone decide when `shift` unknown bytes stand before them.
fn base64_within(bytes: &[u8], shift: usize) -> Vec<u8> {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bit = |position: usize| -> u8 { (bytes[position / 8] >> (7 - position % 8)) & 1 };
    // The first digit that begins inside the known bits, counted from the first known bit.
    let lead = (6 - (shift * 8) % 6) % 6;
    let digits = (bytes.len() * 8 - lead) / 6;
    (0..digits)
        .map(|digit| {
            let value = (0..6).fold(0, |value, offset| {
                value << 1 | bit(lead + digit * 6 + offset)
            });
            DIGITS[usize::from(value)]
        })
        .collect()
}

fn url_digit(digit: u8) -> u8 {
    match digit {
        b'+' => b'-',
        b'/' => b'_',
        other => other,
    }
}

fn percent(byte: u8) -> Vec<u8> {
    if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
        vec![byte]
    } else {
        format!("%{byte:02X}").into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made while the test runs, so that no file holds it.
    fn secret() -> String {
        ["sk-", "unit", "+/\"=\u{e9}"].concat() + &"k7".repeat(14)
    }

    fn whole(haystack: &[u8]) -> Vec<Encoding> {
        let hits = Needle::new(&secret()).search(haystack, "here", 0);
        let whole = hits.into_iter().filter(|hit| hit.part == Part::Whole);
        whole.map(|hit| hit.encoding).collect()
    }

    // What `base64` of coreutils writes, with one, two and three strange bytes before the secret.
    #[test]
    fn base64_is_found_at_every_alignment() {
        for before in ["x", "xy", "xyz"] {
            let mut child = std::process::Command::new("base64")
                .arg("-w0")
                .stdin(std::process::Stdio::piped())
                .stdout(std::process::Stdio::piped())
                .spawn()
                .expect("base64 is there");
            let mut input = child.stdin.take().expect("piped");
            std::io::Write::write_all(&mut input, format!("{before}{}after", secret()).as_bytes())
                .expect("it reads");
            drop(input);
            let output = child.wait_with_output().expect("it ends");
            assert_eq!(
                whole(&output.stdout),
                [Encoding::Base64],
                "after {before:?}"
            );
        }
    }

    #[test]
    fn every_other_form_is_found() {
        let secret = secret();
        let json = serde_json::json!({ "key": secret }).to_string();
        assert_eq!(whole(json.as_bytes()), [Encoding::Json]);
        let wide: Vec<u8> = secret.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(whole(&wide), [Encoding::Utf16]);
        assert_eq!(whole(secret.as_bytes()), [Encoding::Utf8]);
        let hex: String = secret
            .bytes()
            .fold(String::new(), |hex, byte| hex + &format!("{byte:02X}"));
        assert_eq!(whole(hex.as_bytes()), [Encoding::Hex]);
        let address = format!(
            "https://host/?k={}",
            secret
                .bytes()
                .map(|b| String::from_utf8_lossy(&percent(b)).into_owned())
                .collect::<String>()
        );
        assert_eq!(whole(address.as_bytes()), [Encoding::Percent]);
    }

    #[test]
    fn a_half_is_found_alone() {
        let secret = secret();
        let letters: Vec<char> = secret.chars().collect();
        let half: String = letters[letters.len() / 2..].iter().collect();
        let hits = Needle::new(&secret).search(half.as_bytes(), "here", 0);
        assert!(hits.iter().all(|hit| hit.part == Part::SecondHalf) && !hits.is_empty());
    }

    #[test]
    fn neither_the_needle_nor_a_hit_prints_the_secret() {
        let secret = secret();
        let needle = Needle::new(&secret);
        let hits = needle.search(secret.as_bytes(), "here", 0);
        assert!(!format!("{needle:?}{hits:?}").contains(&secret[..6]));
    }
}
