//! Conversations, messages and turns as a window sees them.

use chat::{StopReason as DomainStop, Usage as DomainUsage};
use markdown::Block;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::error::CommandError;
use super::models::ModelRef;

/// A conversation in the sidebar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConversationItem {
    /// Its id.
    pub id: String,
    /// Its title; may be empty.
    pub title: String,
    /// When something was last said in it, in milliseconds since 1970 (UTC).
    #[ts(type = "number")]
    pub updated_at: i64,
    /// Whether an answer is being made in it.
    pub running: bool,
}

/// Names a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConversationRef {
    /// Its id.
    pub conversation: String,
}

/// Names a message.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MessageRef {
    /// The conversation it is in.
    pub conversation: String,
    /// Its id.
    pub message: String,
}

/// Asks for a conversation's messages, a page at a time from the end.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OpenConversation {
    /// Its id.
    pub conversation: String,
    /// The oldest message that the window has; `null` for the last page.
    pub before: Option<String>,
}

/// A page of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConversationPage {
    /// The conversation.
    pub conversation: ConversationItem,
    /// Oldest first.
    pub messages: Vec<MessageView>,
    /// Whether there are earlier ones.
    pub has_earlier: bool,
}

/// Gives a conversation another title.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RenameConversation {
    /// Its id.
    pub conversation: String,
    /// At most 200 characters are kept.
    pub title: String,
}

/// How far a message has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum MessageState {
    /// Whole.
    Complete {
        /// Why the model stopped; `null` for the user's messages.
        stop_reason: Option<StopReason>,
    },
    /// Being made: watch the turn.
    Streaming,
    /// Stopped by the person.
    Cancelled,
    /// Failed.
    Failed {
        /// Why.
        error: CommandError,
    },
}

/// What a message holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(
    tag = "role",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum MessageBody {
    /// The person's words, shown as written.
    User {
        /// As written.
        text: String,
    },
    /// A model's answer.
    Assistant {
        /// The Markdown, parsed.
        blocks: Vec<Block>,
        /// What the model thought first; plain text, empty if it said nothing of it.
        reasoning: String,
        /// Which model.
        model: ModelLabel,
        /// Tokens, as reported.
        usage: Usage,
    },
}

/// A model's name beside an answer. It is told even if the provider is no longer set up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ModelLabel {
    /// The model as it was chosen.
    pub model: ModelRef,
    /// The model's name.
    pub name: String,
    /// Whether it is the built-in demo.
    pub demo: bool,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MessageView {
    /// Its id.
    pub id: String,
    /// What it holds.
    pub body: MessageBody,
    /// How far it has come.
    pub state: MessageState,
    /// When it was begun, in milliseconds since 1970 (UTC).
    #[ts(type = "number")]
    pub created_at: i64,
}

/// Why a model stopped of its own accord.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum StopReason {
    /// It had said everything.
    Done,
    /// It reached the most tokens it may write.
    Length,
    /// A filter of the provider ended the answer.
    Filtered,
    /// It asked for a tool.
    ToolUse,
    /// The provider gave a reason that this version does not know.
    Other,
}

impl From<DomainStop> for StopReason {
    fn from(reason: DomainStop) -> Self {
        match reason {
            DomainStop::Done => Self::Done,
            DomainStop::Length => Self::Length,
            DomainStop::Filtered => Self::Filtered,
            DomainStop::ToolUse => Self::ToolUse,
            DomainStop::Other => Self::Other,
        }
    }
}

/// Token counts as reported; `null` means that the provider did not say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Usage {
    /// Tokens read.
    #[ts(type = "number | null")]
    pub input_tokens: Option<u64>,
    /// Tokens written.
    #[ts(type = "number | null")]
    pub output_tokens: Option<u64>,
}

impl From<DomainUsage> for Usage {
    fn from(usage: DomainUsage) -> Self {
        Self {
            input_tokens: usage.input_tokens,
            output_tokens: usage.output_tokens,
        }
    }
}

/// Says something and asks for an answer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StartTurn {
    /// Where; `null` begins a conversation.
    pub conversation: Option<String>,
    /// What is said.
    pub text: String,
    /// Who is to answer.
    pub model: ModelRef,
    /// Whether the person has seen that it holds something of a key's shape, and sends it all the same. Without it such a
    /// text is refused.
    #[serde(default)]
    pub as_text: bool,
}

/// Asks whether a text that is being written holds something of a key's shape.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LookForKey {
    /// The text.
    pub text: String,
}

/// Something of a key's shape was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FoundKey {
    /// The name of the provider whose keys look like this, if only one provider's do.
    pub provider: Option<String>,
}

/// Asks again for an answer that failed or was stopped.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RetryTurn {
    /// The conversation.
    pub conversation: String,
    /// The answer that failed.
    pub answer: String,
    /// Who is to answer.
    pub model: ModelRef,
}

/// A turn that has begun: what was said is on disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StartedTurn {
    /// The conversation.
    pub conversation: ConversationItem,
    /// The user's message.
    pub question: String,
    /// The answer that is being made.
    pub answer: MessageView,
}

/// Asks for the colours of a code block.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HighlightCode {
    /// What the fence says of the language.
    pub info: String,
    /// The lines, without line ends.
    pub lines: Vec<String>,
}
