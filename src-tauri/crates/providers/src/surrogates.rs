//! Halves of characters.
//!
//! Servers that cut an answer by UTF-16 units send an emoji as two deltas, `"…\ud83d"` and `"\ude00…"`. Neither is a character, and
//! `serde_json` refuses both. Before the JSON is read, such an escape is exchanged for a stand-in: U+FDD0, which Unicode keeps for a
//! program's own use, and a private character for the half. Afterwards [`Joint`] makes characters of halves that belong together.

use std::borrow::Cow;

const STAND_IN: char = '\u{fdd0}';
/// U+D800 stands as U+E000, and so on.
const SHIFT: u16 = 0x800;

/// Exchanges escaped halves without their other half. Borrowed if there are none, which is nearly always.
pub(crate) fn stand_in(json: &str) -> Cow<'_, str> {
    let mut mended = String::new();
    let mut copied = 0;
    let mut at = 0;
    while let Some(found) = json[at..].find('\\') {
        let start = at + found;
        match half(&json[start..]) {
            None => at = start + 1 + json[start + 1..].chars().next().map_or(0, char::len_utf8),
            Some(high) if is_high(high) && half(&json[start + 6..]).is_some_and(is_low) => {
                at = start + 12;
            }
            Some(unit) => {
                at = start + 6;
                mended.push_str(&json[copied..start]);
                mended.push(STAND_IN);
                mended.extend(char::from_u32(u32::from(unit + SHIFT)));
                copied = at;
            }
        }
    }
    if copied == 0 {
        return Cow::Borrowed(json);
    }
    mended.push_str(&json[copied..]);
    Cow::Owned(mended)
}

/// Text with U+FFFD for every half.
pub(crate) fn replace(text: &str) -> String {
    let mut joint = Joint::default();
    let mut joined = joint.join(text.to_owned());
    joined.extend(joint.end());
    joined
}

/// Joins the pieces of one text.
#[derive(Debug, Default)]
pub(crate) struct Joint {
    /// The first half of a character, at the end of the last piece.
    high: Option<u16>,
}

impl Joint {
    /// The next piece, without a half at its end, with the character that its beginning completes. A half alone is U+FFFD.
    pub(crate) fn join(&mut self, piece: String) -> String {
        if self.high.is_none() && !piece.contains(STAND_IN) {
            return piece;
        }
        let mut joined = String::with_capacity(piece.len());
        let mut rest = piece.chars().peekable();
        while let Some(c) = rest.next() {
            let unit = match rest.peek() {
                Some(&shifted) if c == STAND_IN => unit_of(shifted),
                _ => None,
            };
            if unit.is_some() {
                rest.next();
            }
            match (self.high.take(), unit) {
                (Some(high), Some(low)) if is_low(low) => {
                    joined.extend(char::decode_utf16([high, low]).flatten());
                    continue;
                }
                (Some(_), _) => joined.push(char::REPLACEMENT_CHARACTER),
                (None, _) => {}
            }
            match unit {
                None => joined.push(c),
                Some(high) if is_high(high) => self.high = Some(high),
                Some(_) => joined.push(char::REPLACEMENT_CHARACTER),
            }
        }
        joined
    }

    /// The text is over: what is left of it.
    pub(crate) fn end(&mut self) -> Option<String> {
        self.high
            .take()
            .map(|_| char::REPLACEMENT_CHARACTER.to_string())
    }
}

/// The half that an escape at the beginning of a text stands for.
fn half(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    u16::from_str_radix(digits, 16)
        .ok()
        .filter(|unit| is_high(*unit) || is_low(*unit))
}

fn unit_of(shifted: char) -> Option<u16> {
    let unit = u16::try_from(u32::from(shifted)).ok()?.checked_sub(SHIFT)?;
    (is_high(unit) || is_low(unit)).then_some(unit)
}

fn is_high(unit: u16) -> bool {
    (0xD800..0xDC00).contains(&unit)
}

fn is_low(unit: u16) -> bool {
    (0xDC00..0xE000).contains(&unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(pieces: &[&str]) -> String {
        let mut joint = Joint::default();
        let mut text = String::new();
        for piece in pieces {
            let json = format!("\"{piece}\"");
            let piece: String = serde_json::from_str(&stand_in(&json)).unwrap();
            text += &joint.join(piece);
        }
        text.extend(joint.end());
        text
    }

    #[test]
    fn whole_characters_stay_as_they_are() {
        for json in [
            r"\ud83d\uDE00",
            r"\\ud83d",
            r"\u00e9\n\\",
            "é\\",
            r"\ud83",
            r"\u+d83",
            "",
        ] {
            assert!(
                matches!(stand_in(json), Cow::Borrowed(same) if same == json),
                "{json}"
            );
        }
    }

    #[test]
    fn halves_are_joined_over_pieces() {
        assert_eq!(joined(&[r"a\ud83d", r"\ude00b"]), "a😀b");
        assert_eq!(joined(&[r"\ud83d", "", r"\ude00\ud83d", r"\ude01"]), "😀😁");
    }

    #[test]
    fn a_half_alone_is_a_replacement_character() {
        assert_eq!(joined(&[r"a\ud83d", "b"]), "a\u{fffd}b");
        assert_eq!(joined(&[r"a\ud83db\ude00c"]), "a\u{fffd}b\u{fffd}c");
        assert_eq!(joined(&[r"\ude00\ud83d"]), "\u{fffd}\u{fffd}");
        assert_eq!(joined(&[r"\ud83d\ud83d", r"\ude00"]), "\u{fffd}😀");
        assert_eq!(joined(&[r"\ud83d\\ude00"]), "\u{fffd}\\ude00");
    }
}
