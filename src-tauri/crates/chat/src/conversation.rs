//! Conversations and messages as they are kept.

use serde::{Deserialize, Serialize};

use crate::attachment::AttachedFile;
use crate::completion::{Citation, StopReason, Usage};
use crate::failure::Failure;
use crate::ids::{ConversationId, MessageId, ModelRef};
use crate::request::RequestOptions;

/// The longest title made from a message, in characters.
const TITLE_CHARACTERS: usize = 60;

/// A conversation without its messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    /// Its id.
    pub id: ConversationId,
    /// What the sidebar shows.
    pub title: String,
    /// When it was begun, in milliseconds since 1970 (UTC).
    pub created_at: i64,
    /// When something was last said in it, in milliseconds since 1970 (UTC).
    pub updated_at: i64,
    /// What was chosen for its answers.
    pub options: RequestOptions,
}

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The person.
    User,
    /// The model.
    Assistant,
}

/// How far a message has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MessageState {
    /// Whole. For an answer, with the model's reason to stop.
    Complete(Option<StopReason>),
    /// An answer that is being made.
    Streaming,
    /// Stopped by the person; the text is as far as it came.
    Cancelled,
    /// Failed; the text is as far as it came.
    Failed(Failure),
}

/// One message. Messages form a tree: each but the first has a parent in the same conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// The message it answers or follows.
    pub parent: Option<MessageId>,
    /// Who speaks.
    pub role: Role,
    /// What it holds.
    pub content: Content,
    /// The model that answers. `None` for the user's messages.
    pub model: Option<ModelRef>,
    /// How far it has come.
    pub state: MessageState,
    /// When it was begun, in milliseconds since 1970 (UTC).
    pub created_at: i64,
}

/// What a message holds. All but the text and the attachments is an answer's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Content {
    /// The text, Markdown for answers.
    pub text: String,
    /// The files that came with it, in the person's order.
    pub attachments: Vec<AttachedFile>,
    /// What the model thought before it answered; empty if it said nothing of it.
    pub reasoning: String,
    /// What it asked to have done, in its order.
    pub tool_calls: Vec<ToolCall>,
    /// The sources that it named.
    pub citations: Vec<Citation>,
    /// Tokens, as the provider reported them.
    pub usage: Usage,
    /// What they cost, in millionths of a dollar. `None` if that is not known: no count was reported, or nobody knows the
    /// model's price.
    pub cost: Option<u64>,
    /// How many of the oldest messages the model was not sent, since they no longer fitted beside the others.
    pub left_out: u64,
}

impl Content {
    /// Text alone.
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }
}

/// What the answers of a conversation took, all tries and versions together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Tokens read.
    pub input_tokens: u64,
    /// Tokens written.
    pub output_tokens: u64,
    /// What they cost, in millionths of a dollar.
    pub cost: u64,
    /// Answers that reported no tokens and so are not in these counts.
    pub uncounted: u64,
    /// Answers that are not in the cost.
    pub unpriced: u64,
}

/// A call that a model asked for. Nothing of it was run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ToolCall {
    /// The provider's id for it, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The tool's name. Empty if the model named none.
    pub name: String,
    /// The arguments as the model wrote them: JSON, unless it wrote something else or was stopped.
    pub arguments: String,
}

/// A title for a conversation, from its first message: the first line that says something, cut at a word.
pub fn title_from(text: &str) -> String {
    let line = text
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or_default();
    let mut cut = String::new();
    for word in line.split_whitespace() {
        let grown = cut.chars().count() + usize::from(!cut.is_empty()) + word.chars().count();
        if grown > TITLE_CHARACTERS {
            if cut.is_empty() {
                cut = word.chars().take(TITLE_CHARACTERS - 1).collect();
            }
            cut.push('…');
            break;
        }
        if !cut.is_empty() {
            cut.push(' ');
        }
        cut.push_str(word);
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_the_first_line_that_says_something() {
        assert_eq!(
            title_from("\n\n  Why does bread\tspread?  \nmore"),
            "Why does bread spread?"
        );
        assert_eq!(title_from("   \n "), "");
    }

    #[test]
    fn a_long_title_is_cut_at_a_word() {
        let title = title_from(&"word ".repeat(40));
        assert!(title.ends_with("word…"), "{title}");
        assert!(title.chars().count() <= TITLE_CHARACTERS + 1);
    }

    #[test]
    fn a_single_long_word_is_cut_between_characters() {
        let title = title_from(&"ä".repeat(500));
        assert_eq!(title.chars().count(), TITLE_CHARACTERS);
    }
}
