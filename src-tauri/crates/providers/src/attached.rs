//! Attached files as text and as base64.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chat::{Attachment, AttachmentContent, CompletionRequest, PromptMessage};

use crate::protocol::Abilities;

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

/// The request with files that the protocol does not take, as a chat that began with another provider may hold, in words: the model
/// learns that there was one.
pub(crate) fn as_taken(
    request: &CompletionRequest,
    abilities: Abilities,
) -> Cow<'_, CompletionRequest> {
    let is_taken = |one: &Attachment| {
        let bytes = one.content.bytes().len();
        abilities.take(one.content.kind(), bytes).is_ok()
    };
    let mut messages = request.messages.iter();
    if messages.all(|message| message.attachments.iter().all(is_taken)) {
        return Cow::Borrowed(request);
    }
    let mut request = request.clone();
    let attachments = request
        .messages
        .iter_mut()
        .flat_map(|message| &mut message.attachments);
    for one in attachments.filter(|one| !is_taken(one)) {
        one.content = AttachmentContent::Text(
            "(This file can’t be read by this model and was left out.)".into(),
        );
    }
    Cow::Owned(request)
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
    use chat::{ImageType, Role};

    use crate::protocol::{NotTaken, Protocol};

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
    fn what_a_protocol_does_not_take_is_told_in_words() {
        let gif = |size: usize| AttachmentContent::Image(ImageType::Gif, vec![0; size].into());
        let mut message = PromptMessage::new(Role::User, "What is it?");
        message.attachments = vec![Attachment {
            name: "a.gif".into(),
            content: gif(1),
        }];
        let request = CompletionRequest::new("m", vec![message]);
        let sent = |protocol: Protocol| {
            let taken = as_taken(&request, protocol.abilities());
            words(&taken.messages[0]).into_owned()
        };
        assert_eq!(sent(Protocol::OpenaiChat), "What is it?");
        assert!(sent(Protocol::Gemini).starts_with("<file name=\"a.gif\">\n(This file can’t"));
        let abilities = Protocol::AnthropicMessages.abilities();
        let largest = abilities.largest_image;
        assert_eq!(abilities.take(gif(1).kind(), largest), Ok(()));
        assert_eq!(
            abilities.take(gif(1).kind(), largest + 1),
            Err(NotTaken::LargerThan(largest))
        );
        let pdf = AttachmentContent::Pdf(b"%PDF-"[..].into());
        assert_eq!(
            Protocol::Ollama.abilities().take(pdf.kind(), 5),
            Err(NotTaken::Kind)
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
