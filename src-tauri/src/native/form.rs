//! A dialog with fields for what a page must not see: passwords, and what belongs to them.
//!
//! GTK has a password field; what draws the dialogs of macOS and Windows has none. There nothing is asked for this way.
//!
//! GTK overwrites what a password field held when it is emptied. What an input method or the clipboard keeps of it is out of reach.

use tauri::{AppHandle, WebviewWindow};

use super::dialog::{DialogOpen, Dialogs};

/// Whether this system has a dialog for it.
pub(crate) const CAN_ASK: bool = cfg!(target_os = "linux");

/// A field of the dialog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Field {
    /// Its name.
    pub label: &'static str,
    /// Whether dots stand for what is typed.
    pub hidden: bool,
}

/// What is asked, and what is made of the answer.
pub(crate) struct Form<T> {
    /// The question itself.
    pub title: String,
    /// Where what is typed goes.
    pub body: String,
    /// The button that says yes, as a verb.
    pub yes: String,
    /// The fields, in order.
    pub fields: &'static [Field],
    /// What is wrong before anything was typed.
    pub complaint: &'static str,
    /// Makes the answer of the fields' texts, which it wipes, or says what is wrong with them.
    pub take: fn(Vec<String>) -> Result<T, String>,
}

impl Dialogs {
    /// Asks, and waits for the answer off the UI thread. `None` if nobody gave one, or where it can't be asked for.
    ///
    /// Script may have the dialog opened, even while a person types elsewhere: what is typed then goes into the fields and to no
    /// script.
    ///
    /// # Errors
    /// [`DialogOpen`] if a dialog is open already.
    pub(crate) async fn fill_in<T: Send + 'static>(
        &self,
        app: &AppHandle,
        parent: Option<WebviewWindow>,
        form: Form<T>,
    ) -> Result<Option<T>, DialogOpen> {
        let _turn = self.turn()?;
        Ok(show(app, parent, form).await)
    }
}

#[cfg(not(target_os = "linux"))]
async fn show<T>(_: &AppHandle, _: Option<WebviewWindow>, _: Form<T>) -> Option<T> {
    None
}

#[cfg(target_os = "linux")]
async fn show<T: Send + 'static>(
    app: &AppHandle,
    parent: Option<WebviewWindow>,
    form: Form<T>,
) -> Option<T> {
    let (answer, answered) = tokio::sync::oneshot::channel();
    let shown = app.run_on_main_thread(move || {
        let parent = parent.and_then(|window| window.gtk_window().ok());
        linux::present(parent.as_ref(), form, move |taken| {
            // Nobody waits any more if the app is quitting.
            let _ = answer.send(taken);
        });
    });
    shown.ok()?;
    answered.await.ok().flatten()
}

#[cfg(target_os = "linux")]
mod linux {
    use std::cell::Cell;

    use gtk::prelude::{BoxExt, DialogExt, EntryExt, GtkWindowExt, LabelExt, WidgetExt};
    use gtk::{Entry, InputHints, InputPurpose, Label, ResponseType};

    use super::{Field, Form};
    use crate::native::dialog::said;

    pub(super) fn present<T: 'static>(
        parent: Option<&gtk::ApplicationWindow>,
        form: Form<T>,
        answer: impl FnOnce(Option<T>) + 'static,
    ) {
        let Form {
            title,
            body,
            yes,
            fields,
            complaint,
            take,
        } = form;
        let (dialog, area) = said(parent, &title, &body);
        let entries: Vec<Entry> = fields.iter().map(entry).collect();
        let complaint = left_aligned(complaint);
        if let Some(area) = area {
            for (field, entry) in fields.iter().zip(&entries) {
                let label = left_aligned(field.label);
                label.set_mnemonic_widget(Some(entry));
                area.pack_start(&label, false, false, 0);
                area.pack_start(entry, false, false, 0);
            }
            area.pack_start(&complaint, false, false, 0);
        }
        dialog.add_button("Cancel", ResponseType::Cancel);
        dialog.add_button(&yes, ResponseType::Accept);
        // Unlike other questions this one says yes with Return: who has typed a password expects that, and nothing is said yes to
        // without one.
        dialog.set_default_response(ResponseType::Accept);
        lead_on(&entries);
        if let Some(first) = entries.first() {
            first.grab_focus();
        }
        let answer = Cell::new(Some(answer));
        dialog.connect_response(move |dialog, response| {
            let texts = entries.iter().map(|entry| entry.buffer().text()).collect();
            let taken = take(texts);
            let is_refused = response == ResponseType::Accept && taken.is_err();
            for (field, entry) in fields.iter().zip(&entries) {
                // What can be read is kept for another try.
                if field.hidden || !is_refused {
                    entry.buffer().set_text("");
                }
            }
            let taken = match (response, taken) {
                (ResponseType::Accept, Ok(taken)) => Some(taken),
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
                answer(taken);
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

    fn entry(field: &Field) -> Entry {
        let entry = Entry::new();
        if field.hidden {
            entry.set_visibility(false);
            entry.set_input_purpose(InputPurpose::Password);
        }
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
