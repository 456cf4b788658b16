//! Files that come with a message, as the chat window sees them: names, kinds and sizes, and never a path.

use chat::{AttachedFile as DomainFile, AttachmentKind, ImageType};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::conversations::FoundKey;

/// What kind of file it is, told by its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum FileKind {
    /// Text of any kind.
    Text,
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// GIF.
    Gif,
    /// WebP.
    Webp,
    /// PDF.
    Pdf,
}

/// A file that came with a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AttachedFile {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: FileKind,
    /// How large it is, in bytes.
    #[ts(type = "number")]
    pub bytes: u64,
}

/// A file that is to go with the next message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DraftFile {
    /// Names it until it is sent, or the app ends.
    pub id: String,
    /// What is shown of it.
    pub file: AttachedFile,
    /// Something of a key's shape was found in it.
    pub key: Option<FoundKey>,
}

/// Why a file was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum FileRefusal {
    /// There is nothing in it.
    Empty,
    /// It is neither text nor a picture nor a PDF.
    UnknownKind,
    /// It is larger than anything that can be sent.
    TooLarge,
    /// It can't be read, or is none.
    Unreadable,
    /// There are too many, or they are too large together.
    TooMany,
}

/// A file that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RefusedFile {
    /// Its name.
    pub name: String,
    /// Why.
    pub reason: FileRefusal,
}

/// What came of files that were chosen, pasted or dropped.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Attached {
    /// Those that were taken.
    pub files: Vec<DraftFile>,
    /// Those that were not.
    pub refused: Vec<RefusedFile>,
}

/// A file that was pasted or dropped into the window, which has its bytes already.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AttachFile {
    /// Its name.
    pub name: String,
    /// Its bytes in base64.
    pub data: String,
}

/// Names a file that is to go with the next message.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DraftFileRef {
    /// Its id.
    pub id: String,
}

impl From<AttachmentKind> for FileKind {
    fn from(kind: AttachmentKind) -> Self {
        match kind {
            AttachmentKind::Text => Self::Text,
            AttachmentKind::Pdf => Self::Pdf,
            AttachmentKind::Image(image) => image.into(),
        }
    }
}

impl From<ImageType> for FileKind {
    fn from(image: ImageType) -> Self {
        match image {
            ImageType::Png => Self::Png,
            ImageType::Jpeg => Self::Jpeg,
            ImageType::Gif => Self::Gif,
            ImageType::Webp => Self::Webp,
        }
    }
}

impl From<DomainFile> for AttachedFile {
    fn from(file: DomainFile) -> Self {
        Self {
            name: file.name,
            kind: file.kind.into(),
            bytes: file.bytes,
        }
    }
}
