//! Questions that only a person can answer. No script can show, hide or press these dialogs.
//!
//! On Linux the dialog is GTK's own, through the same crate that the windows run on: it can make Cancel the default,
//! which rfd's GTK backend can't, and it stays on GTK's one thread. Elsewhere it is rfd's.

use std::sync::atomic::{AtomicBool, Ordering};

use tauri::{AppHandle, WebviewWindow};

/// A question with two answers. Cancel is the default, and Escape is Cancel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Question {
    /// The question itself.
    pub title: String,
    /// What it is about, alone on its line and in full: a host or an address, as ASCII.
    pub object: String,
    /// What follows from saying yes.
    pub body: String,
    /// The button that says yes, as a verb.
    pub yes: String,
}

/// A dialog is open already: one at a time, so that script can't stack them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("another dialog is open")]
pub struct DialogOpen;

/// Asks questions, one at a time.
#[derive(Debug, Default)]
pub(crate) struct Dialogs {
    open: AtomicBool,
}

struct Turn<'a>(&'a AtomicBool);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

impl Dialogs {
    /// Asks, and waits for the answer off the UI thread. Whatever is not a clear yes is a no.
    ///
    /// # Errors
    /// [`DialogOpen`] if a question is open already.
    pub(crate) async fn confirm(
        &self,
        app: &AppHandle,
        parent: Option<WebviewWindow>,
        question: Question,
    ) -> Result<bool, DialogOpen> {
        if self.open.swap(true, Ordering::Acquire) {
            return Err(DialogOpen);
        }
        let _turn = Turn(&self.open);
        Ok(show(app, parent, question).await)
    }
}

#[cfg(target_os = "linux")]
async fn show(app: &AppHandle, parent: Option<WebviewWindow>, question: Question) -> bool {
    use std::cell::Cell;

    use gtk::prelude::{DialogExt, GtkWindowExt, MessageDialogExt, WidgetExt};
    use gtk::{ButtonsType, DialogFlags, MessageDialog, MessageType, ResponseType};

    let (answer, answered) = tokio::sync::oneshot::channel();
    let shown = app.run_on_main_thread(move || {
        let parent = parent.and_then(|window| window.gtk_window().ok());
        let dialog = MessageDialog::new(
            parent.as_ref(),
            DialogFlags::MODAL | DialogFlags::DESTROY_WITH_PARENT,
            MessageType::Question,
            ButtonsType::None,
            &question.title,
        );
        dialog.set_secondary_text(Some(&format!("{}\n\n{}", question.object, question.body)));
        dialog.set_title(&question.title);
        dialog.add_button("Cancel", ResponseType::Cancel);
        dialog.add_button(&question.yes, ResponseType::Accept);
        dialog.set_default_response(ResponseType::Cancel);
        let answer = Cell::new(Some(answer));
        dialog.connect_response(move |dialog, response| {
            if let Some(answer) = answer.take() {
                // Nobody waits any more if the app is quitting.
                let _ = answer.send(response == ResponseType::Accept);
                dialog.close();
            }
        });
        dialog.show_all();
        dialog.present();
    });
    shown.is_ok() && answered.await.unwrap_or(false)
}

#[cfg(not(target_os = "linux"))]
async fn show(app: &AppHandle, parent: Option<WebviewWindow>, question: Question) -> bool {
    use rfd::{AsyncMessageDialog, MessageButtons, MessageDialogResult, MessageLevel};

    let (answer, answered) = tokio::sync::oneshot::channel();
    let yes = question.yes.clone();
    let shown = app.run_on_main_thread(move || {
        // The first button is the default one, so it is Cancel.
        let mut dialog = AsyncMessageDialog::new()
            .set_level(MessageLevel::Warning)
            .set_title(&question.title)
            .set_description(format!("{}\n\n{}", question.object, question.body))
            .set_buttons(MessageButtons::OkCancelCustom(
                "Cancel".into(),
                question.yes,
            ));
        if let Some(parent) = &parent {
            dialog = dialog.set_parent(parent);
        }
        let asked = dialog.show();
        tauri::async_runtime::spawn(async move {
            let _ = answer.send(asked.await);
        });
    });
    shown.is_ok() && matches!(answered.await, Ok(MessageDialogResult::Custom(text)) if text == yes)
}
