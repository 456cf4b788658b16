//! The history as a provider is asked to read it.

use std::collections::BTreeMap;

use crate::attachment::{Attachment, AttachmentContent};
use crate::conversation::{Message, Role};
use crate::ids::MessageId;
use crate::request::{PromptMessage, RequestOptions};

/// Turns a path of messages into a prompt: empty answers say nothing and are left out, and of several tries at one
/// answer the last counts. A partial answer that the user went on from stays: it is what they read.
pub fn prompt_from(
    history: &[Message],
    attachments: &BTreeMap<MessageId, Vec<Attachment>>,
) -> Vec<PromptMessage> {
    let mut prompt = in_order(history, attachments);
    while prompt
        .last()
        .is_some_and(|last| last.role == Role::Assistant)
    {
        prompt.pop();
    }
    prompt
}

/// What asks a model to go on. It is not part of the conversation.
const GO_ON: &str = "Your answer was cut off. Go on exactly where it ends, in the middle of a word or of code if need be: without \
                     an introduction, and without repeating anything.";

/// The same for an answer that was cut off and is to go on: it is the end of the history, and the model reads what it has written.
pub fn prompt_to_go_on(
    history: &[Message],
    attachments: &BTreeMap<MessageId, Vec<Attachment>>,
) -> Vec<PromptMessage> {
    let mut prompt = in_order(history, attachments);
    prompt.push(PromptMessage::new(Role::User, GO_ON));
    prompt
}

fn in_order(
    history: &[Message],
    attachments: &BTreeMap<MessageId, Vec<Attachment>>,
) -> Vec<PromptMessage> {
    let mut prompt: Vec<PromptMessage> = Vec::with_capacity(history.len());
    for message in history {
        if message.role == Role::Assistant {
            if message.content.text.trim().is_empty() {
                continue;
            }
            if prompt
                .last()
                .is_some_and(|last| last.role == Role::Assistant)
            {
                prompt.pop();
            }
        }
        prompt.push(PromptMessage {
            role: message.role,
            text: message.content.text.clone(),
            attachments: attachments.get(&message.id).cloned().unwrap_or_default(),
        });
    }
    prompt
}

/// What the words around each message are believed to take, in bytes.
const AROUND_A_MESSAGE: u64 = 12;
/// What is kept free for the answer where nothing says how long it may be, in tokens, unless that is more than a quarter of the window.
const USUAL_ROOM: u64 = 4_096;
/// What a picture is believed to take, in tokens. Providers count differently; most make this or less of one that fills a screen.
const A_PICTURE: u64 = 1_600;
/// Bytes of a PDF per token: it is read as text and pictures, of which its size tells little.
const PDF_BYTES_PER_TOKEN: u64 = 40;
/// The most tokens that a picture is billed as anywhere, and the most that a PDF may hold: a budget must not be passed by one that is
/// small as a file.
const DEAREST_PICTURE: u64 = 40_000;
const LARGEST_PDF: u64 = 200_000;
/// A budget counts three bytes as a token.
const BYTES_PER_TOKEN: u64 = 3;

/// A request's size in bytes of text: what a budget counts with. Pictures and PDFs count as the most that they can come to, which is no
/// more than the model's window where that is known.
pub(crate) fn input_bytes(
    messages: &[PromptMessage],
    options: &RequestOptions,
    window: Option<u64>,
) -> u64 {
    let system = options.system_prompt().map_or(0, |text| text.len() as u64);
    let mut text = system;
    let mut seen: u64 = 0;
    for message in messages {
        text += AROUND_A_MESSAGE + message.text.len() as u64;
        for one in &message.attachments {
            match &one.content {
                AttachmentContent::Text(file) => text += file.len() as u64,
                AttachmentContent::Image(..) => seen += DEAREST_PICTURE,
                AttachmentContent::Pdf(_) => seen += LARGEST_PDF,
            }
        }
    }
    let seen = seen.min(window.unwrap_or(u64::MAX));
    text.saturating_add(seen.saturating_mul(BYTES_PER_TOKEN))
}

/// What a model and its provider take at most, where that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Room {
    /// What the model reads and writes in one turn, in tokens.
    pub(crate) window: Option<u64>,
    /// The largest request, in bytes.
    pub(crate) request: Option<u64>,
    /// How many of the last messages stay whatever their size: without them the request would ask for something else.
    pub(crate) last: usize,
}

impl Room {
    /// Of a question: it stays.
    pub(crate) const QUESTION: usize = 1;
    /// Of an answer that goes on: the question, what there is of the answer, and the word to go on.
    pub(crate) const GOING_ON: usize = 3;
}

/// Leaves the oldest messages out until the rest fits into a model's window, with room for the answer, and into a request. What stays
/// begins with the user, and the last messages stay whatever their size: the provider has the last word on that. Gives how many were
/// left out.
///
/// The sizes are estimates: four letters of the Latin alphabet to a token, and every other character a token of its own.
pub(crate) fn fit(messages: &mut Vec<PromptMessage>, options: &RequestOptions, room: Room) -> u64 {
    let mut tokens_left = room.window.map_or(u64::MAX, |window| {
        let answer = options.most_output.unwrap_or(USUAL_ROOM).min(window / 4);
        let system = options.system_prompt().map_or(0, tokens);
        window.saturating_sub(answer).saturating_sub(system)
    });
    let mut bytes_left = room.request.map_or(u64::MAX, |bytes| {
        bytes - bytes / 16 - options.system_prompt().map_or(0, |text| text.len() as u64)
    });
    let mut kept = 0;
    for message in messages.iter().rev() {
        let (size, weight) = (size(message), weight(message));
        if kept >= room.last && (size > tokens_left || weight > bytes_left) {
            break;
        }
        tokens_left = tokens_left.saturating_sub(size);
        bytes_left = bytes_left.saturating_sub(weight);
        kept += 1;
    }
    let mut cut = messages.len() - kept;
    while cut > 0
        && messages
            .get(cut)
            .is_some_and(|first| first.role == Role::Assistant)
    {
        cut += 1;
    }
    messages.drain(..cut);
    cut as u64
}

fn size(message: &PromptMessage) -> u64 {
    let attached = message.attachments.iter().map(|one| match &one.content {
        AttachmentContent::Text(text) => tokens(text),
        AttachmentContent::Image(..) => A_PICTURE,
        AttachmentContent::Pdf(bytes) => bytes.len() as u64 / PDF_BYTES_PER_TOKEN,
    });
    attached.sum::<u64>() + tokens(&message.text) + AROUND_A_MESSAGE / 4
}

/// How many bytes of a request a message takes: text as it is, escapes aside, and other files in base64.
fn weight(message: &PromptMessage) -> u64 {
    let attached = message.attachments.iter().map(|one| match &one.content {
        AttachmentContent::Text(text) => text.len() as u64,
        AttachmentContent::Image(_, bytes) | AttachmentContent::Pdf(bytes) => {
            (bytes.len() as u64).div_ceil(3) * 4
        }
    });
    attached.sum::<u64>() + message.text.len() as u64
}

fn tokens(text: &str) -> u64 {
    let ascii = text.bytes().filter(u8::is_ascii).count() as u64;
    let other = text.chars().filter(|c| !c.is_ascii()).count() as u64;
    ascii.div_ceil(4) + other
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::{Content, MessageState};
    use crate::ids::MessageId;

    fn message(role: Role, text: &str) -> Message {
        Message {
            id: MessageId::new(),
            parent: None,
            role,
            content: Content::text(text),
            model: None,
            state: MessageState::Complete(None),
            created_at: 0,
        }
    }

    fn texts(history: &[Message]) -> Vec<String> {
        prompt_from(history, &BTreeMap::new())
            .into_iter()
            .map(|m| m.text)
            .collect()
    }

    #[test]
    fn keeps_the_order_and_leaves_empty_answers_out() {
        let history = [
            message(Role::User, "a"),
            message(Role::Assistant, ""),
            message(Role::User, "b"),
            message(Role::Assistant, "c"),
            message(Role::User, "d"),
        ];
        assert_eq!(texts(&history), ["a", "b", "c", "d"]);
    }

    #[test]
    fn of_several_tries_the_last_counts() {
        let history = [
            message(Role::User, "a"),
            message(Role::Assistant, "partial"),
            message(Role::Assistant, "whole"),
            message(Role::User, "b"),
        ];
        assert_eq!(texts(&history), ["a", "whole", "b"]);
    }

    #[test]
    fn ends_with_the_user() {
        let history = [
            message(Role::User, "a"),
            message(Role::Assistant, "partial"),
        ];
        assert_eq!(texts(&history), ["a"]);
    }

    fn said(sizes: &[usize]) -> Vec<PromptMessage> {
        let role = |at| [Role::User, Role::Assistant][at % 2];
        sizes
            .iter()
            .enumerate()
            .map(|(at, size)| PromptMessage::new(role(at), "word".repeat(*size)))
            .collect()
    }

    fn kept(sizes: &[usize], options: &RequestOptions, window: u64) -> (usize, u64) {
        let mut messages = said(sizes);
        let room = Room {
            window: Some(window),
            request: None,
            last: Room::QUESTION,
        };
        let left_out = fit(&mut messages, options, room);
        assert_eq!(messages.len() as u64 + left_out, sizes.len() as u64);
        assert_eq!(messages[0].role, Role::User);
        (messages.len(), left_out)
    }

    #[test]
    fn what_fits_is_sent_whole() {
        let options = RequestOptions::default();
        assert_eq!(kept(&[100, 100, 100], &options, 1_000), (3, 0));
    }

    #[test]
    fn the_oldest_go_first_and_what_stays_begins_with_the_user() {
        let options = RequestOptions::default();
        // 750 tokens beside the answer: the last two fit with the one before, which is an answer.
        assert_eq!(kept(&[400, 200, 200, 200, 200], &options, 1_000), (3, 2));
        assert_eq!(kept(&[400, 300, 300, 400, 300], &options, 1_000), (1, 4));
    }

    #[test]
    fn room_is_kept_for_the_system_prompt_and_the_answer() {
        let mut options = RequestOptions {
            system: Some("word".repeat(300)),
            ..RequestOptions::default()
        };
        assert_eq!(kept(&[200, 200, 200], &options, 1_000), (1, 2));
        options.system = None;
        assert_eq!(kept(&[200, 200, 200], &options, 1_000), (3, 0));
        options.most_output = Some(10);
        assert_eq!(kept(&[320, 320, 320], &options, 1_000), (3, 0));
    }

    #[test]
    fn the_question_is_sent_whatever_its_size() {
        let options = RequestOptions::default();
        assert_eq!(kept(&[1, 1, 5_000], &options, 1_000), (1, 2));
        assert_eq!(kept(&[5_000], &options, 0), (1, 0));
    }

    #[test]
    fn files_that_no_longer_fit_into_a_request_go_with_their_messages() {
        let mut messages = said(&[1, 1, 1]);
        let picture = Attachment {
            name: "a.png".into(),
            content: AttachmentContent::Image(crate::ImageType::Png, vec![0; 3_000].into()),
        };
        messages[0].attachments = vec![picture.clone()];
        messages[2].attachments = vec![picture];
        let room = |request| Room {
            window: None,
            request: Some(request),
            last: Room::QUESTION,
        };
        let options = RequestOptions::default();
        let left_out = |request| fit(&mut messages.clone(), &options, room(request));
        assert_eq!(left_out(10_000), 0);
        assert_eq!(left_out(8_000), 2);
        // The question goes whatever its size.
        assert_eq!(left_out(1_000), 2);
    }

    #[test]
    fn an_answer_that_goes_on_is_read_by_its_model() {
        let history = [
            message(Role::User, "a"),
            message(Role::Assistant, "try"),
            message(Role::Assistant, "partial"),
        ];
        let prompt = prompt_to_go_on(&history, &BTreeMap::new());
        let said: Vec<_> = prompt.iter().map(|one| one.text.as_str()).collect();
        assert_eq!(said[..2], ["a", "partial"]);
        assert!(said[2].starts_with("Your answer was cut off."));
        assert_eq!(prompt[2].role, Role::User);
    }

    #[test]
    fn what_an_answer_goes_on_from_is_sent_whatever_its_size() {
        let mut messages = said(&[900, 900, 5_000, 3_000, 1]);
        let room = Room {
            window: Some(1_000),
            request: None,
            last: Room::GOING_ON,
        };
        assert_eq!(fit(&mut messages, &RequestOptions::default(), room), 2);
        assert_eq!(messages[0].text.len(), 4 * 5_000);
    }

    #[test]
    fn a_small_file_counts_as_the_most_that_it_can_come_to() {
        let mut message = PromptMessage::new(Role::User, "a");
        let pdf = Attachment::read("a.pdf", b"%PDF-1.7".to_vec()).unwrap();
        message.attachments = vec![pdf];
        let bytes = |window| {
            input_bytes(
                std::slice::from_ref(&message),
                &RequestOptions::default(),
                window,
            )
        };
        assert_eq!(bytes(None), 600_000 + 1 + AROUND_A_MESSAGE);
        assert_eq!(bytes(Some(8_000)), 24_000 + 1 + AROUND_A_MESSAGE);
    }

    #[test]
    fn files_stand_with_their_messages() {
        let said = message(Role::User, "a");
        let file = Attachment::read("a.txt", b"one".to_vec()).unwrap();
        let attachments = BTreeMap::from([(said.id, vec![file.clone()])]);
        let prompt = prompt_from(&[said, message(Role::User, "b")], &attachments);
        assert_eq!(prompt[0].attachments, [file]);
        assert!(prompt[1].attachments.is_empty());
    }

    #[test]
    fn letters_of_other_scripts_are_tokens_of_their_own() {
        assert_eq!(tokens("word"), 1);
        assert_eq!(tokens("語語語"), 3);
        assert_eq!(tokens(""), 0);
    }
}
