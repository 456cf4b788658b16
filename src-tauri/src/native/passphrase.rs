//! Asks for the passphrase of the sealed file. Systems without a field for it always have a store of their own, so the
//! sealed file is not offered there.

use credentials::{Passphrase, PassphraseError};
use tauri::{AppHandle, WebviewWindow};

use super::dialog::{DialogOpen, Dialogs};
pub(crate) use super::form::CAN_ASK;
use super::form::{Field, Form};

/// What a passphrase is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ask {
    /// To seal a new file, or one anew.
    New,
    /// To open the file that is there.
    Unlock {
        /// The one before did not open it.
        wrong: bool,
    },
}

impl Dialogs {
    /// Asks for a passphrase, and waits for it off the UI thread. `None` if nobody gave one, or where it can't be asked for.
    ///
    /// A new passphrase is typed twice, so that no words meant for another place can become one.
    ///
    /// # Errors
    /// [`DialogOpen`] if a dialog is open already.
    pub(crate) async fn passphrase(
        &self,
        app: &AppHandle,
        parent: Option<WebviewWindow>,
        ask: Ask,
    ) -> Result<Option<Passphrase>, DialogOpen> {
        let form = Form {
            title: ask.title().to_owned(),
            body: ask.body(),
            yes: ask.yes().to_owned(),
            fields: ask.fields(),
            complaint: ask.complaint(),
            take: ask.taker(),
        };
        self.fill_in(app, parent, form).await
    }
}

impl Ask {
    fn title(self) -> &'static str {
        match self {
            Self::New => "Choose a passphrase for your keys",
            Self::Unlock { .. } => "Unlock your sealed keys",
        }
    }

    fn body(self) -> String {
        match self {
            Self::New => format!(
                "Your keys will be in one file that only this passphrase opens. Chatelaine asks for it after each start. If it is \
                 forgotten, nobody can open the file.\n\nUse at least {} characters. Four or more random words are good.",
                Passphrase::SHORTEST
            ),
            Self::Unlock { .. } => {
                "Type the passphrase of the file that your keys are in. It goes to Chatelaine alone, not to the page.".to_owned()
            }
        }
    }

    fn yes(self) -> &'static str {
        match self {
            Self::New => "Seal",
            Self::Unlock { .. } => "Unlock",
        }
    }

    /// The names of the fields.
    fn fields(self) -> &'static [Field] {
        const fn hidden(label: &'static str) -> Field {
            Field {
                label,
                hidden: true,
            }
        }
        match self {
            Self::New => const { &[hidden("Passphrase"), hidden("The same again")] },
            Self::Unlock { .. } => const { &[hidden("Passphrase")] },
        }
    }

    /// What is wrong before anything was typed.
    fn complaint(self) -> &'static str {
        match self {
            Self::Unlock { wrong: true } => {
                "That passphrase does not open the file. Check Caps Lock and the keyboard's language."
            }
            Self::New | Self::Unlock { wrong: false } => "",
        }
    }

    /// Makes the passphrase of what was typed into the fields, or says what is wrong with it. Their text is wiped.
    fn taker(self) -> fn(Vec<String>) -> Result<Passphrase, String> {
        match self {
            Self::Unlock { .. } => take_old,
            Self::New => take_new,
        }
    }
}

fn take_old(texts: Vec<String>) -> Result<Passphrase, String> {
    let first = texts.into_iter().next().unwrap_or_default();
    Passphrase::parse(first).map_err(complaint_about)
}

fn take_new(texts: Vec<String>) -> Result<Passphrase, String> {
    let mut texts = texts.into_iter();
    let first = texts.next().unwrap_or_default();
    // Both are taken before either is judged, so that both are wiped.
    let again = Passphrase::parse(texts.next().unwrap_or_default());
    let first = Passphrase::parse_new(first).map_err(complaint_about)?;
    match again {
        Ok(again) if again.same_as(&first) => Ok(first),
        _ => Err("The two are not the same.".to_owned()),
    }
}

fn complaint_about(error: PassphraseError) -> String {
    match error {
        PassphraseError::Empty => "Type a passphrase.".to_owned(),
        PassphraseError::TooShort => {
            format!("Use at least {} characters.", Passphrase::SHORTEST)
        }
        PassphraseError::TooUniform => format!(
            "Use at least {} different characters.",
            Passphrase::FEWEST_DIFFERENT
        ),
        PassphraseError::TooLong => "That is too long.".to_owned(),
        PassphraseError::Control => {
            "There is a line end or another character in it that can't be typed.".to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(ask: Ask, texts: &[&str]) -> Option<String> {
        let texts = texts.iter().map(ToString::to_string).collect();
        ask.taker()(texts).err()
    }

    #[test]
    fn a_new_passphrase_is_typed_twice_and_no_easy_one() {
        let long = "seven green kites";
        assert_eq!(complaint(Ask::New, &[long, long]), None);
        let said = |texts: &[&str]| complaint(Ask::New, texts).unwrap();
        assert_eq!(
            said(&[long, "seven green kite"]),
            "The two are not the same."
        );
        assert_eq!(said(&[long, ""]), "The two are not the same.");
        assert_eq!(said(&["", long]), "Type a passphrase.");
        assert_eq!(said(&["short", "short"]), "Use at least 12 characters.");
        let uniform = "abababababababab";
        assert_eq!(
            said(&[uniform, uniform]),
            "Use at least 5 different characters."
        );
    }

    #[test]
    fn an_old_passphrase_may_be_short_but_not_missing() {
        let ask = Ask::Unlock { wrong: false };
        assert_eq!(complaint(ask, &["x"]), None);
        assert_eq!(complaint(ask, &[""]).unwrap(), "Type a passphrase.");
    }

    #[test]
    fn only_a_second_try_begins_with_a_complaint() {
        assert_eq!(Ask::New.complaint(), "");
        assert_eq!(Ask::Unlock { wrong: false }.complaint(), "");
        assert!(
            Ask::Unlock { wrong: true }
                .complaint()
                .contains("does not open")
        );
    }
}
