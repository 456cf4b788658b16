//! From what a person copied to the key in it.

use thiserror::Error;

/// The longest key that is taken, in bytes.
pub(crate) const LONGEST_KEY: usize = 4 * 1024;
/// Text longer than this, in bytes, is refused unread.
const LONGEST_TEXT: usize = 64 * 1024;

/// Why a text is not taken for a key. It never holds any of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KeyTextError {
    /// There is nothing but white space.
    #[error("there is no text")]
    Empty,
    /// The text is longer than any key.
    #[error("the text is too long to be a key")]
    TooLong,
    /// The text can't be sent in a header, or is plainly something else: several words, an address, a piece of JSON.
    #[error("the text is not a key")]
    NotAKey,
}

/// Finds the key in clipboard text: drops what surrounds it and checks that the rest can stand in a header.
///
/// # Errors
/// See [`KeyTextError`].
pub(crate) fn find_key(text: &str) -> Result<&str, KeyTextError> {
    if text.len() > LONGEST_TEXT {
        return Err(KeyTextError::TooLong);
    }
    let key = trim(unquoted(assigned(trim(text))));
    if key.is_empty() {
        return Err(KeyTextError::Empty);
    }
    if key.len() > LONGEST_KEY {
        return Err(KeyTextError::TooLong);
    }
    check(key)?;
    Ok(key)
}

/// Checks a key that stands alone.
///
/// # Errors
/// [`KeyTextError::NotAKey`] if it can't stand in a header or is plainly something else.
fn check(key: &str) -> Result<(), KeyTextError> {
    let visible = key.bytes().all(|byte| byte.is_ascii_graphic());
    let address = key.contains("://");
    let markup = [('{', '}'), ('[', ']'), ('<', '>')]
        .iter()
        .any(|&(open, close)| key.starts_with(open) && key.ends_with(close));
    if visible && !address && !markup {
        Ok(())
    } else {
        Err(KeyTextError::NotAKey)
    }
}

pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c))
}

/// Characters that editors, pages and clipboards put around text without anyone seeing them.
fn is_invisible(c: char) -> bool {
    matches!(c, '\0' | '\u{AD}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// The value of `NAME=value` or `export NAME=value`, where the name is one that people give to keys. Anything else stays as it is:
/// a key may itself end in `=`.
fn assigned(text: &str) -> &str {
    let line = text
        .strip_prefix("export")
        .and_then(|rest| rest.strip_prefix([' ', '\t']))
        .map_or(text, str::trim_start);
    let Some((name, value)) = line.split_once('=') else {
        return text;
    };
    let for_a_key = name.ends_with("_KEY") || name.ends_with("_TOKEN");
    let a_name = name
        .bytes()
        .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    if for_a_key && a_name { value } else { text }
}

/// The text between a pair of quotes that encloses all of it.
fn unquoted(text: &str) -> &str {
    ['"', '\'', '`']
        .iter()
        .find_map(|&quote| text.strip_prefix(quote)?.strip_suffix(quote))
        .unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_surrounds_a_key_is_dropped() {
        for text in [
            "sk-abc",
            "  sk-abc\r\n",
            "\u{FEFF}sk-abc\u{A0}",
            "\u{200B}sk-abc\u{200D}\0",
            "\"sk-abc\"",
            "'sk-abc'",
            "`sk-abc`\n",
            "OPENAI_API_KEY=sk-abc",
            "export OPENAI_API_KEY=\"sk-abc\"\n",
            "export  HF_TOKEN='sk-abc'",
        ] {
            assert_eq!(find_key(text), Ok("sk-abc"), "{text:?}");
        }
    }

    #[test]
    fn what_belongs_to_a_key_stays() {
        for key in [
            "abc==",
            "ABC_KEY",
            "export",
            "a\"b",
            "\"abc",
            "name=value",
            "{abc",
            "ABCD=",
        ] {
            assert_eq!(find_key(key), Ok(key));
        }
    }

    #[test]
    fn nothing_is_empty() {
        for text in [
            "",
            " \r\n\t",
            "\u{FEFF}\u{200B}\0",
            "\"\"",
            "OPENAI_API_KEY=",
        ] {
            assert_eq!(find_key(text), Err(KeyTextError::Empty), "{text:?}");
        }
    }

    #[test]
    fn other_text_is_no_key() {
        for text in [
            "sk-abc def",
            "sk-abc\ndef",
            "sk-ab\u{7}c",
            "sk-äbc",
            "sk-abc\u{200B}def",
            "sk\u{2010}abc",
            "https://example.com/",
            "{\"key\":\"sk-abc\"}",
            "<b>sk-abc</b>",
            "export A_KEY=sk-abc OTHER=1",
        ] {
            assert_eq!(find_key(text), Err(KeyTextError::NotAKey), "{text:?}");
        }
    }

    #[test]
    fn the_length_is_measured_after_trimming() {
        let longest = "k".repeat(LONGEST_KEY);
        assert_eq!(find_key(&format!("  {longest}\n")), Ok(&*longest));
        assert_eq!(find_key(&format!("{longest}k")), Err(KeyTextError::TooLong));
        assert_eq!(
            find_key(&" ".repeat(LONGEST_TEXT + 1)),
            Err(KeyTextError::TooLong)
        );
    }
}
