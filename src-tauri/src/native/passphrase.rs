//! Asks for the passphrase of the sealed file.
//!
//! GTK has a password field; what draws the dialogs of macOS and Windows has none. Those systems always have a store of their own, so the
//! sealed file is not offered there.
//!
//! GTK overwrites what a password field held when it is emptied. What an input method or the clipboard keeps of it is out of reach.

use credentials::{Passphrase, PassphraseError};
use tauri::{AppHandle, WebviewWindow};

use super::dialog::{DialogOpen, Dialogs};

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

/// Whether this system has a dialog for it.
pub(crate) const CAN_ASK: bool = cfg!(target_os = "linux");

impl Dialogs {
    /// Asks for a passphrase, and waits for it off the UI thread. `None` if nobody gave one, or where it can't be asked for.
    ///
    /// Script may have the dialog opened, even while a person types elsewhere: what is typed then goes into the field and to no script.
    /// A new passphrase is typed twice, so no such words can become one.
    ///
    /// # Errors
    /// [`DialogOpen`] if a dialog is open already.
    pub(crate) async fn passphrase(
        &self,
        app: &AppHandle,
        parent: Option<WebviewWindow>,
        ask: Ask,
    ) -> Result<Option<Passphrase>, DialogOpen> {
        let _turn = self.turn()?;
        Ok(show(app, parent, ask).await)
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
    fn fields(self) -> &'static [&'static str] {
        match self {
            Self::New => &["Passphrase", "The same again"],
            Self::Unlock { .. } => &["Passphrase"],
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

    /// The passphrase, or what to say about what was typed into the fields. Their text is wiped.
    fn take(self, texts: Vec<String>) -> Result<Passphrase, String> {
        let mut texts = texts.into_iter();
        let first = texts.next().unwrap_or_default();
        match self {
            Self::Unlock { .. } => Passphrase::parse(first).map_err(complaint_about),
            Self::New => {
                // Both are taken before either is judged, so that both are wiped.
                let again = Passphrase::parse(texts.next().unwrap_or_default());
                let first = Passphrase::parse_new(first).map_err(complaint_about)?;
                match again {
                    Ok(again) if again.same_as(&first) => Ok(first),
                    _ => Err("The two are not the same.".to_owned()),
                }
            }
        }
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

#[cfg(not(target_os = "linux"))]
async fn show(_: &AppHandle, _: Option<WebviewWindow>, _: Ask) -> Option<Passphrase> {
    None
}

#[cfg(target_os = "linux")]
async fn show(app: &AppHandle, parent: Option<WebviewWindow>, ask: Ask) -> Option<Passphrase> {
    let (answer, answered) = tokio::sync::oneshot::channel();
    let shown = app.run_on_main_thread(move || {
        let parent = parent.and_then(|window| window.gtk_window().ok());
        linux::present(parent.as_ref(), ask, move |passphrase| {
            // Nobody waits any more if the app is quitting.
            let _ = answer.send(passphrase);
        });
    });
    shown.ok()?;
    answered.await.ok().flatten()
}

#[cfg(target_os = "linux")]
mod linux {
    use std::cell::Cell;

    use credentials::Passphrase;
    use gtk::prelude::{BoxExt, DialogExt, EntryExt, GtkWindowExt, LabelExt, WidgetExt};
    use gtk::{Entry, InputHints, InputPurpose, Label, ResponseType};

    use super::Ask;
    use crate::native::dialog::said;

    pub(super) fn present(
        parent: Option<&gtk::ApplicationWindow>,
        ask: Ask,
        answer: impl FnOnce(Option<Passphrase>) + 'static,
    ) {
        let (dialog, area) = said(parent, ask.title(), &ask.body());
        let entries: Vec<Entry> = ask.fields().iter().map(|_| entry()).collect();
        let complaint = left_aligned(ask.complaint());
        if let Some(area) = area {
            for (name, entry) in ask.fields().iter().zip(&entries) {
                let label = left_aligned(name);
                label.set_mnemonic_widget(Some(entry));
                area.pack_start(&label, false, false, 0);
                area.pack_start(entry, false, false, 0);
            }
            area.pack_start(&complaint, false, false, 0);
        }
        dialog.add_button("Cancel", ResponseType::Cancel);
        dialog.add_button(ask.yes(), ResponseType::Accept);
        // Unlike other questions this one says yes with Return: who has typed a passphrase expects that, and nothing is said yes to
        // without one.
        dialog.set_default_response(ResponseType::Accept);
        lead_on(&entries);
        if let Some(first) = entries.first() {
            first.grab_focus();
        }
        let answer = Cell::new(Some(answer));
        dialog.connect_response(move |dialog, response| {
            let texts = entries.iter().map(|entry| entry.buffer().text()).collect();
            let taken = ask.take(texts);
            for entry in &entries {
                entry.buffer().set_text("");
            }
            let passphrase = match (response, taken) {
                (ResponseType::Accept, Ok(passphrase)) => Some(passphrase),
                (ResponseType::Accept, Err(why)) => {
                    complaint.set_text(&why);
                    if let Some(first) = entries.first() {
                        first.grab_focus();
                    }
                    return;
                }
                _ => None,
            };
            if let Some(answer) = answer.take() {
                answer(passphrase);
                dialog.close();
            }
        });
        dialog.show_all();
        dialog.present();
    }

    /// Return goes to the next field, and from the last one it says yes.
    fn lead_on(entries: &[Entry]) {
        for pair in entries.windows(2) {
            let next = pair[1].clone();
            pair[0].connect_activate(move |_| next.grab_focus());
        }
        if let Some(last) = entries.last() {
            last.set_activates_default(true);
        }
    }

    fn entry() -> Entry {
        let entry = Entry::new();
        entry.set_visibility(false);
        entry.set_input_purpose(InputPurpose::Password);
        entry.set_input_hints(InputHints::NO_SPELLCHECK);
        entry
    }

    fn left_aligned(text: &str) -> Label {
        let label = Label::new(Some(text));
        label.set_xalign(0.0);
        label.set_line_wrap(true);
        label.set_max_width_chars(crate::native::dialog::LINE);
        label
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(ask: Ask, texts: &[&str]) -> Option<String> {
        let texts = texts.iter().map(ToString::to_string).collect();
        ask.take(texts).err()
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
