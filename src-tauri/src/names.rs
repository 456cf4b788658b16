//! Names that people give, made fit for a native dialog: no character in them may pass for the dialog's own words.

use crate::ipc::{CommandError, ErrorCode};

/// The longest name of a key, in characters.
const LONGEST_NAME: usize = 60;

/// A name as the native dialog may show it: one line of it, without characters that could pass for others' words.
///
/// # Errors
/// `NameTooLong`.
pub(crate) fn checked_name(name: &str) -> Result<String, CommandError> {
    let name = plain(name);
    if name.chars().count() > LONGEST_NAME {
        return Err(CommandError::new(ErrorCode::NameTooLong));
    }
    Ok(name)
}

/// The same of a name that was not checked when it came in, as from a settings file that was edited by hand: cut if it is
/// too long, `otherwise` if nothing is left of it.
pub(crate) fn shown_name(name: &str, otherwise: &str) -> String {
    let name = plain(name);
    if name.is_empty() {
        return otherwise.to_owned();
    }
    match name.char_indices().nth(LONGEST_NAME) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name,
    }
}

/// A name without what could pass for others' words, uncut.
pub(crate) fn plain(name: &str) -> String {
    let name: String = name
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !c.is_control() && !is_invisible(*c) && !is_quotation_mark(*c))
        .collect();
    name.trim().to_owned()
}

/// Characters that change how others are shown and are not seen themselves, or are seen as a blank.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{00AD}'
            | '\u{034F}'
            | '\u{061C}'
            | '\u{115F}'..='\u{1160}'
            | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// Marks that could end our own quotation. An apostrophe, straight or not, is none of them.
fn is_quotation_mark(c: char) -> bool {
    matches!(
        c,
        '"' | '«'
            | '»'
            | '‹'
            | '›'
            | '‘'
            | '‚'
            | '‛'
            | '“'
            | '”'
            | '„'
            | '‟'
            | '″'
            | '‶'
            | '〝'
            | '〞'
            | '〟'
            | '＂'
            | '❛'..='❠'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_that_says_what_it_shows() {
        assert_eq!(
            checked_name("  Work \n gateway ").unwrap(),
            "Work   gateway"
        );
        assert_eq!(checked_name("a\u{202E}b\u{0007}c\u{200B}").unwrap(), "abc");
        assert_eq!(
            checked_name(&"x".repeat(61)).unwrap_err().code,
            ErrorCode::NameTooLong
        );
    }

    #[test]
    fn a_name_closes_no_quotation_and_hides_nothing() {
        assert_eq!(
            checked_name("OpenAI” go to api.openai.com. \"„«»‘Ann’s and O'Neill's").unwrap(),
            "OpenAI go to api.openai.com. Ann’s and O'Neill's"
        );
        let hidden = "\u{061C}\u{180E}\u{115F}\u{1160}\u{3164}\u{FFA0}\u{FE0F}\u{E0041}\u{E0100}";
        for c in hidden.chars() {
            assert_eq!(checked_name(&format!("a{c}b")).unwrap(), "ab", "{c:?}");
        }
    }

    #[test]
    fn a_name_that_was_not_checked_is_shown_as_if_it_were() {
        assert_eq!(shown_name("Work\n”\u{202E}shop", "host"), "Work shop");
        assert_eq!(shown_name(" \u{200B}” ", "host"), "host");
        assert_eq!(
            shown_name(&"ä".repeat(61), "host"),
            format!("{}…", "ä".repeat(60))
        );
        assert_eq!(shown_name(&"ä".repeat(60), "host"), "ä".repeat(60));
    }
}
