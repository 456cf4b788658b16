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
    /// Who it is about, first and alone: an origin, as ASCII.
    pub host: String,
    /// The whole address there, as ASCII, if it says more than `host`.
    pub address: Option<String>,
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

/// The right to have a dialog open. It ends when this is dropped.
pub(super) struct Turn<'a>(&'a AtomicBool);

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
        let _turn = self.turn()?;
        Ok(show(app, parent, question).await)
    }

    /// Whether one is open.
    pub(crate) fn is_open(&self) -> bool {
        self.open.load(Ordering::Acquire)
    }

    /// For a dialog of another kind.
    ///
    /// # Errors
    /// [`DialogOpen`] if one is open already.
    pub(super) fn turn(&self) -> Result<Turn<'_>, DialogOpen> {
        if self.open.swap(true, Ordering::Acquire) {
            return Err(DialogOpen);
        }
        Ok(Turn(&self.open))
    }
}

#[cfg(target_os = "linux")]
async fn show(app: &AppHandle, parent: Option<WebviewWindow>, question: Question) -> bool {
    use std::cell::Cell;

    use gtk::ResponseType;
    use gtk::prelude::{DialogExt, GtkWindowExt, WidgetExt};

    let (answer, answered) = tokio::sync::oneshot::channel();
    let shown = app.run_on_main_thread(move || {
        let parent = parent.and_then(|window| window.gtk_window().ok());
        let dialog = laid_out(parent.as_ref(), &question);
        let cancel = dialog.add_button("Cancel", ResponseType::Cancel);
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
        // Not a scrolled address, which comes before it and would take Return.
        cancel.grab_focus();
        dialog.present();
    });
    shown.is_ok() && answered.await.unwrap_or(false)
}

/// The width of what a question says, in characters.
#[cfg(target_os = "linux")]
pub(super) const LINE: i32 = 60;

/// An address of more characters is scrolled.
#[cfg(target_os = "linux")]
const UNSCROLLED: usize = 500;

/// The height that a scrolled address takes, in pixels.
#[cfg(target_os = "linux")]
const SCROLLED_HEIGHT: i32 = 180;

/// The dialog without its buttons. However long its words are, they widen nothing: the host's beginning and the buttons stay
/// on the screen.
#[cfg(target_os = "linux")]
fn laid_out(parent: Option<&gtk::ApplicationWindow>, question: &Question) -> gtk::MessageDialog {
    use gtk::prelude::{BoxExt, MessageDialogExt};

    let (dialog, area) = said(parent, &question.title, &question.body);
    let Some(area) = area else {
        dialog.set_secondary_text(Some(&description(question)));
        return dialog;
    };
    let host = wrapped(&format!("<b>{}</b>", unhyphenated(&question.host)));
    area.pack_start(&host, false, false, 0);
    area.reorder_child(&host, 1);
    if let Some(address) = &question.address {
        let label = wrapped(&unhyphenated(address));
        if address.chars().count() > UNSCROLLED {
            let scrolled = scrolled(&label);
            area.pack_start(&scrolled, false, false, 0);
            area.reorder_child(&scrolled, 2);
        } else {
            area.pack_start(&label, false, false, 0);
            area.reorder_child(&label, 2);
        }
    }
    dialog
}

/// A dialog that says this, and the box that its labels are in, which is there in every GTK 3.
#[cfg(target_os = "linux")]
pub(super) fn said(
    parent: Option<&gtk::ApplicationWindow>,
    title: &str,
    body: &str,
) -> (gtk::MessageDialog, Option<gtk::Box>) {
    use gtk::prelude::{Cast, ContainerExt, GtkWindowExt, LabelExt, MessageDialogExt, WidgetExt};
    use gtk::{ButtonsType, DialogFlags, Label, MessageDialog, MessageType, pango};

    let dialog = MessageDialog::new(
        parent,
        DialogFlags::MODAL | DialogFlags::DESTROY_WITH_PARENT,
        MessageType::Question,
        ButtonsType::None,
        title,
    );
    dialog.set_title(title);
    dialog.set_secondary_text(Some(body));
    let area = dialog.message_area().downcast::<gtk::Box>().ok();
    for child in area.iter().flat_map(ContainerExt::children) {
        if let Ok(label) = child.downcast::<Label>() {
            label.set_line_wrap_mode(pango::WrapMode::WordChar);
            label.set_markup(&unhyphenated(&label.text()));
            label.set_xalign(0.0);
            label.set_halign(gtk::Align::Fill);
            label.set_max_width_chars(LINE);
        }
    }
    (dialog, area)
}

/// Markup of a text that gets no hyphen where a word is broken: one would pass for a part of an address.
#[cfg(target_os = "linux")]
fn unhyphenated(text: &str) -> String {
    let text = gtk::glib::markup_escape_text(text);
    format!("<span insert_hyphens=\"false\">{text}</span>")
}

/// A text that breaks anywhere.
#[cfg(target_os = "linux")]
fn wrapped(markup: &str) -> gtk::Label {
    use gtk::prelude::LabelExt;
    use gtk::{Label, pango};

    let label = Label::new(None);
    label.set_markup(markup);
    label.set_line_wrap(true);
    label.set_line_wrap_mode(pango::WrapMode::Char);
    label.set_max_width_chars(LINE);
    label.set_xalign(0.0);
    label
}

#[cfg(target_os = "linux")]
fn scrolled(label: &gtk::Label) -> gtk::ScrolledWindow {
    use gtk::prelude::{ContainerExt, ScrolledWindowExt};
    use gtk::{Adjustment, PolicyType, ScrolledWindow, ShadowType};

    let scrolled = ScrolledWindow::new(None::<&Adjustment>, None::<&Adjustment>);
    scrolled.set_policy(PolicyType::Never, PolicyType::Always);
    // The bar stays in sight: it tells that there is more.
    scrolled.set_overlay_scrolling(false);
    scrolled.set_shadow_type(ShadowType::In);
    scrolled.set_min_content_height(SCROLLED_HEIGHT);
    scrolled.set_max_content_height(SCROLLED_HEIGHT);
    scrolled.set_propagate_natural_width(true);
    scrolled.add(label);
    scrolled
}

/// All that is said below the title, the host first.
fn description(question: &Question) -> String {
    let address = question.address.iter().map(String::as_str);
    let parts = std::iter::once(question.host.as_str()).chain(address);
    let parts: Vec<&str> = parts.chain([question.body.as_str()]).collect();
    parts.join("\n\n")
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
            .set_description(description(&question))
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
