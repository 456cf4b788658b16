//! Files that come with a message: what they are is told by their bytes, not by their names.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The largest text file, in bytes.
pub const LARGEST_TEXT: usize = 1024 * 1024;
/// The largest file of another kind, in bytes. Providers take less.
pub const LARGEST_FILE: usize = 32 * 1024 * 1024;
/// The most files of one message.
pub const MOST_FILES: usize = 20;
/// The most that the files of one message may hold together, in bytes.
pub const LARGEST_TOTAL: usize = 64 * 1024 * 1024;
/// The longest name that is kept, in characters.
const LONGEST_NAME: usize = 120;

/// A file that comes with a message. Clones share its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// The file's name, without a path.
    pub name: String,
    /// What is in it.
    pub content: AttachmentContent,
}

/// What is in an attached file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttachmentContent {
    /// Text of any kind.
    Text(Arc<str>),
    /// A picture.
    Image(ImageType, Arc<[u8]>),
    /// A PDF.
    Pdf(Arc<[u8]>),
}

/// What kind of file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttachmentKind {
    /// Text of any kind.
    Text,
    /// A picture.
    Image(ImageType),
    /// A PDF.
    Pdf,
}

/// What is shown of an attached file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachedFile {
    /// Its name, without a path.
    pub name: String,
    /// What it is.
    pub kind: AttachmentKind,
    /// How large it is, in bytes.
    pub bytes: u64,
}

/// The kinds of pictures that providers with eyes read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ImageType {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// GIF; of a moving one, the first picture.
    Gif,
    /// WebP.
    Webp,
}

/// Why a file can't come with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAttachable {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// It is neither text nor a picture nor a PDF.
    #[error("the file is of no kind that models read")]
    UnknownKind,
    /// It holds more than [`LARGEST_TEXT`] or [`LARGEST_FILE`].
    #[error("the file is too large")]
    TooLarge,
}

impl Attachment {
    /// A file of that name with these bytes.
    ///
    /// # Errors
    /// [`NotAttachable`].
    pub fn read(name: &str, bytes: Vec<u8>) -> Result<Self, NotAttachable> {
        let kind = kind_of(&bytes).ok_or(NotAttachable::UnknownKind)?;
        if bytes.is_empty() {
            return Err(NotAttachable::Empty);
        }
        let largest = match kind {
            AttachmentKind::Text => LARGEST_TEXT,
            AttachmentKind::Image(_) | AttachmentKind::Pdf => LARGEST_FILE,
        };
        if bytes.len() > largest {
            return Err(NotAttachable::TooLarge);
        }
        let content = AttachmentContent::of(kind, bytes).ok_or(NotAttachable::UnknownKind)?;
        Ok(Self {
            name: plain_name(name),
            content,
        })
    }

    /// What is shown of it.
    pub fn file(&self) -> AttachedFile {
        AttachedFile {
            name: self.name.clone(),
            kind: self.content.kind(),
            bytes: self.content.bytes().len() as u64,
        }
    }
}

impl AttachmentContent {
    /// Bytes of a kind that is known. `None` for text that is no UTF-8.
    pub fn of(kind: AttachmentKind, bytes: Vec<u8>) -> Option<Self> {
        Some(match kind {
            AttachmentKind::Text => {
                let text = String::from_utf8(bytes).ok()?;
                Self::Text(text.trim_start_matches('\u{FEFF}').into())
            }
            AttachmentKind::Image(image) => Self::Image(image, bytes.into()),
            AttachmentKind::Pdf => Self::Pdf(bytes.into()),
        })
    }

    /// What kind it is.
    pub fn kind(&self) -> AttachmentKind {
        match self {
            Self::Text(_) => AttachmentKind::Text,
            Self::Image(image, _) => AttachmentKind::Image(*image),
            Self::Pdf(_) => AttachmentKind::Pdf,
        }
    }

    /// All of it.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Image(_, bytes) | Self::Pdf(bytes) => bytes,
        }
    }
}

impl AttachmentKind {
    /// Every one of them.
    pub const ALL: [Self; 6] = [
        Self::Text,
        Self::Image(ImageType::Png),
        Self::Image(ImageType::Jpeg),
        Self::Image(ImageType::Gif),
        Self::Image(ImageType::Webp),
        Self::Pdf,
    ];

    /// The name that it is kept under.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Image(ImageType::Png) => "png",
            Self::Image(ImageType::Jpeg) => "jpeg",
            Self::Image(ImageType::Gif) => "gif",
            Self::Image(ImageType::Webp) => "webp",
            Self::Pdf => "pdf",
        }
    }
}

impl ImageType {
    /// Its media type: `image/png`.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
        }
    }
}

/// By the first bytes; text is UTF-8 without NUL.
fn kind_of(bytes: &[u8]) -> Option<AttachmentKind> {
    let image = |kind| Some(AttachmentKind::Image(kind));
    match bytes {
        [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => image(ImageType::Png),
        [0xFF, 0xD8, 0xFF, ..] => image(ImageType::Jpeg),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => image(ImageType::Gif),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => image(ImageType::Webp),
        [b'%', b'P', b'D', b'F', b'-', ..] => Some(AttachmentKind::Pdf),
        text => {
            let is_text = !text.contains(&0) && std::str::from_utf8(text).is_ok();
            is_text.then_some(AttachmentKind::Text)
        }
    }
}

/// A name that can stand in a line: without a path and without what can't be seen, and not too long.
fn plain_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let is_shown = |c: &char| {
        !c.is_control()
            && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    let shown: String = name.chars().filter(is_shown).take(LONGEST_NAME).collect();
    let shown = shown.trim();
    if shown.is_empty() {
        "file".to_owned()
    } else {
        shown.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\nrest";

    fn kind(name: &str, bytes: &[u8]) -> Result<&'static str, NotAttachable> {
        Attachment::read(name, bytes.to_vec()).map(|one| one.file().kind.name())
    }

    #[test]
    fn a_file_is_what_its_bytes_say() {
        for (bytes, expected) in [
            (PNG, "png"),
            (b"\xFF\xD8\xFF\xE0", "jpeg"),
            (b"GIF89a..", "gif"),
            (b"RIFF\0\0\0\0WEBPVP8 ", "webp"),
            (b"%PDF-1.7", "pdf"),
            ("fn main() {} // \u{e4}".as_bytes(), "text"),
            (b"GIF89", "text"),
            (b"RIFF", "text"),
        ] {
            assert_eq!(kind("a.exe", bytes), Ok(expected));
        }
        for odd in [&b"\x7fELF\0"[..], b"\xff\xfea\0", b"a\0b", b"\xc3"] {
            assert_eq!(kind("a.txt", odd), Err(NotAttachable::UnknownKind));
        }
        assert_eq!(kind("a.txt", b""), Err(NotAttachable::Empty));
    }

    #[test]
    fn size_is_bounded_by_kind() {
        let text = vec![b'a'; LARGEST_TEXT];
        assert_eq!(kind("a", &text), Ok("text"));
        let more = vec![b'a'; LARGEST_TEXT + 1];
        assert_eq!(kind("a", &more), Err(NotAttachable::TooLarge));
        let mut picture = PNG.to_vec();
        picture.resize(LARGEST_FILE + 1, 0);
        assert_eq!(kind("a", &picture), Err(NotAttachable::TooLarge));
        picture.pop();
        assert_eq!(kind("a", &picture), Ok("png"));
    }

    #[test]
    fn a_name_is_one_line_without_a_path() {
        for (name, shown) in [
            ("/home/me/notes.md", "notes.md"),
            ("C:\\notes.md", "notes.md"),
            ("a\u{202E}b\nc", "abc"),
            ("..", ".."),
            ("/", "file"),
            (" ", "file"),
        ] {
            assert_eq!(plain_name(name), shown);
        }
        assert_eq!(plain_name(&"\u{e4}".repeat(500)).chars().count(), 120);
    }

    #[test]
    fn a_byte_order_mark_is_no_text() {
        let file = Attachment::read("a", b"\xEF\xBB\xBFa".to_vec()).unwrap();
        assert_eq!(file.content, AttachmentContent::Text("a".into()));
    }

    #[test]
    fn each_kind_has_one_name() {
        let names: std::collections::HashSet<_> =
            AttachmentKind::ALL.map(AttachmentKind::name).into();
        assert_eq!(names.len(), AttachmentKind::ALL.len());
    }
}
