//! Attached files as text and as base64.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chat::{AttachmentContent, PromptMessage};

/// The words of a message with the text files that came with it, which stand first and say where they begin and end.
pub(crate) fn words(message: &PromptMessage) -> Cow<'_, str> {
    let mut words = String::new();
    for attachment in &message.attachments {
        if let AttachmentContent::Text(text) = &attachment.content {
            let name = attachment.name.replace(['"', '\n', '\r'], " ");
            words.extend(["<file name=\"", &name, "\">\n", text, "\n</file>\n\n"]);
        }
    }
    if words.is_empty() {
        return Cow::Borrowed(&message.text);
    }
    words.push_str(&message.text);
    Cow::Owned(words)
}

/// Bytes in base64.
pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Bytes as a URL that holds them.
pub(crate) fn data_url(media_type: &str, bytes: &[u8]) -> String {
    format!("data:{media_type};base64,{}", base64(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chat::{Attachment, Role};

    #[test]
    fn text_files_stand_before_the_words() {
        let mut message = PromptMessage::new(Role::User, "What is it?");
        assert!(matches!(words(&message), Cow::Borrowed("What is it?")));
        let file = |name: &str, text: &str| Attachment {
            name: name.into(),
            content: AttachmentContent::Text(text.into()),
        };
        message.attachments = vec![file("a.txt", "one"), file("b\"\n>.md", "two")];
        assert_eq!(
            words(&message),
            "<file name=\"a.txt\">\none\n</file>\n\n<file name=\"b  >.md\">\ntwo\n</file>\n\nWhat is it?"
        );
    }

    #[test]
    fn bytes_become_a_url() {
        assert_eq!(
            data_url("image/png", b"\xff\x00a"),
            "data:image/png;base64,/wBh"
        );
    }
}
