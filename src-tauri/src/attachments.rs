//! Files that are to go with the next message. They come from a native dialog, whose paths no page learns, or with their bytes
//! from a paste or a drop; they wait here in memory until they are sent.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chat::{
    Attachment, AttachmentContent, AttachmentKind, LARGEST_FILE, LARGEST_TOTAL, MOST_FILES,
    MessageId, NotAttachable,
};
use tauri::{AppHandle, WebviewWindow};

use crate::app::App;
use crate::commands::turns::look_in;
use crate::ipc::{
    AttachFile, Attached, CommandError, DraftFile, ErrorCode, FileRefusal, FoundKey, ModelRef,
    RefusedFile,
};
use crate::native::files::Choice;

/// The most files that wait, and the most that they hold together, in bytes. Past it the oldest go.
const MOST_WAITING: (usize, usize) = (4 * MOST_FILES, 4 * LARGEST_TOTAL);

/// The files that wait to be sent.
#[derive(Default)]
pub(crate) struct Waiting(Mutex<Vec<Draft>>);

struct Draft {
    id: String,
    attachment: Attachment,
    key: Option<FoundKey>,
}

impl Draft {
    fn bytes(&self) -> usize {
        self.attachment.content.bytes().len()
    }

    fn shown(&self) -> DraftFile {
        DraftFile {
            id: self.id.clone(),
            file: self.attachment.file().into(),
            key: self.key.clone(),
        }
    }
}

impl Waiting {
    fn lock(&self) -> MutexGuard<'_, Vec<Draft>> {
        // Files are added and taken one at a time: there is nothing half-done behind the poison.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, draft: Draft) {
        let mut waiting = self.lock();
        waiting.push(draft);
        let (most, largest) = MOST_WAITING;
        while waiting.len() > most || waiting.iter().map(Draft::bytes).sum::<usize>() > largest {
            waiting.remove(0);
        }
    }

    /// Takes a file away.
    pub(crate) fn remove(&self, ids: &[String]) {
        self.lock().retain(|draft| !ids.contains(&draft.id));
    }

    /// The files of these names, and the first key that was found in one. They go on waiting.
    ///
    /// # Errors
    /// That one is not there any more, or that they are too many or too large for one message.
    pub(crate) fn get(
        &self,
        ids: &[String],
    ) -> Result<(Vec<Attachment>, Option<FoundKey>), CommandError> {
        let waiting = self.lock();
        let mut files = Vec::new();
        let mut key = None;
        for id in ids {
            let draft = waiting.iter().find(|draft| draft.id == *id);
            let draft = draft.ok_or_else(|| CommandError::new(ErrorCode::AttachmentGone))?;
            files.push(draft.attachment.clone());
            key = key.or_else(|| draft.key.clone());
        }
        let bytes: usize = files.iter().map(|file| file.content.bytes().len()).sum();
        if files.len() > MOST_FILES || bytes > LARGEST_TOTAL {
            return Err(CommandError::new(ErrorCode::TooManyAttachments));
        }
        Ok((files, key))
    }
}

impl App {
    /// Has files chosen in a native dialog, and keeps them for the next message.
    ///
    /// # Errors
    /// That a dialog is open already.
    pub(crate) async fn choose_files(
        &self,
        app: &AppHandle,
        window: WebviewWindow,
    ) -> Result<Attached, CommandError> {
        let choice = Choice {
            title: "Choose files for your message",
            yes: "Attach",
            kind: "Files",
            endings: &[],
            several: true,
        };
        let chosen = self.dialogs.choose_files(app, window, choice).await?;
        let mut attached = Attached::default();
        for (number, path) in chosen.into_iter().enumerate() {
            let name = path.file_name().unwrap_or(path.as_os_str());
            let name = name.to_string_lossy().into_owned();
            let read = if number < MOST_FILES {
                let read = tokio::task::spawn_blocking(move || read(&path)).await;
                read.unwrap_or(Err(FileRefusal::Unreadable))
            } else {
                Err(FileRefusal::TooMany)
            };
            self.take_file(&mut attached, &name, read).await;
        }
        Ok(attached)
    }

    /// Keeps a file whose bytes the window has, for the next message.
    pub(crate) async fn attach_file(&self, file: AttachFile) -> Attached {
        let read = if file.data.len() > LARGEST_FILE / 3 * 4 + 8 {
            Err(FileRefusal::TooLarge)
        } else {
            BASE64
                .decode(&file.data)
                .map_err(|_| FileRefusal::Unreadable)
        };
        let mut attached = Attached::default();
        self.take_file(&mut attached, &file.name, read).await;
        attached
    }

    async fn take_file(
        &self,
        attached: &mut Attached,
        name: &str,
        read: Result<Vec<u8>, FileRefusal>,
    ) {
        let read = read.and_then(|bytes| Ok(Attachment::read(name, bytes)?));
        let attachment = match read {
            Ok(attachment) => attachment,
            Err(reason) => {
                return attached.refused.push(RefusedFile {
                    name: crate::names::shown_name(name, "—"),
                    reason,
                });
            }
        };
        let key = match &attachment.content {
            AttachmentContent::Text(text) => {
                let looked = look_in(self, text.to_string()).await;
                // What could not be looked into passes for nothing: it is looked into no further on the way.
                looked.map_or(Some(FoundKey { provider: None }), |(_, found)| found)
            }
            AttachmentContent::Image(..) | AttachmentContent::Pdf(_) => None,
        };
        let draft = Draft {
            // An id that nobody can guess is nothing to rely on; it is one that nobody else has.
            id: MessageId::new().to_string(),
            attachment,
            key,
        };
        attached.files.push(draft.shown());
        self.waiting_files.add(draft);
    }

    /// The files that go with a message to a model.
    ///
    /// # Errors
    /// That one is gone, that they are too many, that one holds something of a key's shape and is not to go as it is, or that the
    /// provider takes no such file.
    pub(crate) fn files_for(
        &self,
        model: &ModelRef,
        ids: &[String],
        as_text: bool,
    ) -> Result<Vec<Attachment>, CommandError> {
        let (files, key) = self.waiting_files.get(ids)?;
        if let Some(FoundKey { provider }) = key.filter(|_| !as_text) {
            let error = CommandError::new(ErrorCode::KeyInMessage);
            return Err(match provider {
                Some(name) => error.about(name),
                None => error,
            });
        }
        let listed = self.find_provider(&model.provider);
        let is_blind = self.reads_images(model) == Some(false);
        for file in &files {
            let kind = file.content.kind();
            let taken = match &listed {
                Some(_) if is_blind && matches!(kind, AttachmentKind::Image(_)) => {
                    Err(providers::NotTaken::Kind)
                }
                Some(listed) => listed
                    .provider
                    .abilities()
                    .take(kind, file.content.bytes().len()),
                // The demo reads nothing, and what it is given counts against no limit.
                None => Err(providers::NotTaken::Kind),
            };
            let code = match taken {
                Ok(()) => continue,
                Err(providers::NotTaken::Kind) => ErrorCode::AttachmentNotTaken,
                Err(providers::NotTaken::LargerThan(_)) => ErrorCode::AttachmentTooLarge,
            };
            return Err(CommandError::new(code).about(&file.name));
        }
        Ok(files)
    }
}

/// All of a file, or one byte more than is taken.
fn read(path: &Path) -> Result<Vec<u8>, FileRefusal> {
    let unreadable = |error: std::io::Error| {
        tracing::warn!(kind = ?error.kind(), "a chosen file can't be read");
        FileRefusal::Unreadable
    };
    // Before it is opened: what is no file may keep whoever opens it waiting.
    if !std::fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(FileRefusal::Unreadable);
    }
    let file = File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    let most = LARGEST_FILE as u64 + 1;
    file.take(most)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    Ok(bytes)
}

impl From<NotAttachable> for FileRefusal {
    fn from(error: NotAttachable) -> Self {
        match error {
            NotAttachable::Empty => Self::Empty,
            NotAttachable::UnknownKind => Self::UnknownKind,
            NotAttachable::TooLarge => Self::TooLarge,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(id: &str, bytes: usize) -> Draft {
        Draft {
            id: id.into(),
            attachment: Attachment {
                name: id.into(),
                content: AttachmentContent::Pdf(vec![0; bytes].into()),
            },
            key: None,
        }
    }

    #[test]
    fn the_oldest_of_too_many_goes() {
        let waiting = Waiting::default();
        for number in 0..=MOST_WAITING.0 {
            waiting.add(draft(&number.to_string(), 1));
        }
        let code = |id: &str| waiting.get(&[id.to_owned()]).err().map(|error| error.code);
        assert_eq!(code("0"), Some(ErrorCode::AttachmentGone));
        assert_eq!(code("1"), None);
        waiting.remove(&["1".to_owned()]);
        assert_eq!(code("1"), Some(ErrorCode::AttachmentGone));
    }

    #[test]
    fn one_message_takes_so_many_and_no_more() {
        let waiting = Waiting::default();
        let ids: Vec<String> = (0..=MOST_FILES).map(|number| number.to_string()).collect();
        for id in &ids {
            waiting.add(draft(id, 1));
        }
        assert_eq!(waiting.get(&ids[1..]).unwrap().0.len(), MOST_FILES);
        let refused = waiting.get(&ids).err().map(|error| error.code);
        assert_eq!(refused, Some(ErrorCode::TooManyAttachments));
        waiting.add(draft("large", LARGEST_TOTAL));
        let refused = waiting.get(&["large".into(), "1".into()]).err();
        assert_eq!(
            refused.map(|error| error.code),
            Some(ErrorCode::TooManyAttachments)
        );
    }

    #[test]
    fn what_is_no_file_is_not_read() {
        let folder = std::env::temp_dir();
        assert_eq!(read(&folder), Err(FileRefusal::Unreadable));
        assert_eq!(
            read(Path::new("/nowhere/at/all")),
            Err(FileRefusal::Unreadable)
        );
    }
}
