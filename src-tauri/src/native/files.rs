//! Files that a person chooses. The system's own dialog shows the folders, so that no page learns what there is, and what was
//! chosen goes to Rust alone.

use std::path::PathBuf;

use tauri::{AppHandle, WebviewWindow};

use super::dialog::{DialogOpen, Dialogs};

/// What may be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Choice {
    /// The dialog's title.
    pub title: &'static str,
    /// The button that says yes, as a verb.
    pub yes: &'static str,
    /// What the files are, for the list of kinds.
    pub kind: &'static str,
    /// The endings of their names, in small letters; none for any.
    pub endings: &'static [&'static str],
    /// Whether there may be more than one.
    pub several: bool,
}

impl Dialogs {
    /// Has files chosen, and waits off the UI thread. Empty if the person chose none.
    ///
    /// # Errors
    /// [`DialogOpen`] if a dialog is open already.
    pub(crate) async fn choose_files(
        &self,
        app: &AppHandle,
        parent: WebviewWindow,
        choice: Choice,
    ) -> Result<Vec<PathBuf>, DialogOpen> {
        let _turn = self.turn()?;
        Ok(show(app, parent, choice).await)
    }
}

#[cfg(target_os = "linux")]
async fn show(app: &AppHandle, parent: WebviewWindow, choice: Choice) -> Vec<PathBuf> {
    use std::cell::RefCell;
    use std::rc::Rc;

    use gtk::prelude::{FileChooserExt, NativeDialogExt};
    use gtk::{FileChooserAction, FileChooserNative, FileFilter, ResponseType};

    let (answer, answered) = tokio::sync::oneshot::channel();
    let shown = app.run_on_main_thread(move || {
        let parent = parent.gtk_window().ok();
        let chooser = FileChooserNative::new(
            Some(choice.title),
            parent.as_ref(),
            FileChooserAction::Open,
            Some(choice.yes),
            Some("Cancel"),
        );
        chooser.set_modal(true);
        chooser.set_select_multiple(choice.several);
        if !choice.endings.is_empty() {
            let filter = FileFilter::new();
            filter.set_name(Some(choice.kind));
            for ending in choice.endings {
                filter.add_pattern(&format!("*.{ending}"));
                filter.add_pattern(&format!("*.{}", ending.to_uppercase()));
            }
            chooser.add_filter(filter);
            let any = FileFilter::new();
            any.set_name(Some("All files"));
            any.add_pattern("*");
            chooser.add_filter(any);
        }
        // It is nobody's child, so what holds it is this, until it has answered.
        let held = Rc::new(RefCell::new(Some((chooser.clone(), answer))));
        chooser.connect_response(move |chooser, response| {
            let Some((_held, answer)) = held.borrow_mut().take() else {
                return;
            };
            let chosen = match response {
                ResponseType::Accept => chooser.filenames(),
                _ => Vec::new(),
            };
            chooser.hide();
            // Nobody waits any more if the app is quitting.
            let _ = answer.send(chosen);
        });
        chooser.show();
    });
    if shown.is_err() {
        return Vec::new();
    }
    answered.await.unwrap_or_default()
}

#[cfg(not(target_os = "linux"))]
async fn show(app: &AppHandle, parent: WebviewWindow, choice: Choice) -> Vec<PathBuf> {
    use std::pin::Pin;

    use rfd::FileHandle;

    let (answer, answered) = tokio::sync::oneshot::channel();
    let shown = app.run_on_main_thread(move || {
        let mut dialog = rfd::AsyncFileDialog::new()
            .set_title(choice.title)
            .set_parent(&parent);
        if !choice.endings.is_empty() {
            dialog = dialog
                .add_filter(choice.kind, choice.endings)
                .add_filter("All files", &["*"]);
        }
        // The dialog is begun here, on the thread that may draw; only the wait for it is elsewhere.
        let asked: Pin<Box<dyn Future<Output = Vec<FileHandle>> + Send>> = if choice.several {
            let files = dialog.pick_files();
            Box::pin(async { files.await.unwrap_or_default() })
        } else {
            let file = dialog.pick_file();
            Box::pin(async { file.await.into_iter().collect() })
        };
        tauri::async_runtime::spawn(async move {
            let _ = answer.send(asked.await);
        });
    });
    if shown.is_err() {
        return Vec::new();
    }
    let chosen = answered.await.unwrap_or_default();
    chosen
        .into_iter()
        .map(|file: FileHandle| file.path().to_owned())
        .collect()
}
