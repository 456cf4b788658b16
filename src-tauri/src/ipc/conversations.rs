//! Conversations, messages and turns as a window sees them.

use chat::{
    RequestOptions, StopReason as DomainStop, Temperature, Totals as DomainTotals,
    Usage as DomainUsage,
};
use markdown::{Block, link_host, offered_link};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::attachments::AttachedFile;
use super::error::{CommandError, ErrorCode};
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

/// What is written and not yet said. From a window it is the text that is to be kept; to a window, the one that was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DraftText {
    /// The conversation it is for; `null` for the new chat.
    pub conversation: Option<String>,
    /// The text.
    pub text: String,
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
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConversationPage {
    /// The conversation.
    pub conversation: ConversationItem,
    /// Oldest first.
    pub messages: Vec<MessageView>,
    /// Whether there are earlier ones.
    pub has_earlier: bool,
    /// What the conversation's answers took.
    pub totals: Totals,
    /// What is chosen for its answers.
    pub options: Options,
}

/// What may be chosen about the answers in a conversation. What its model's protocol has no place for is not sent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(default, rename_all = "camelCase")]
pub struct Options {
    /// The system prompt; empty for none.
    pub system: String,
    /// How freely the model chooses its words, from 0 to 2.
    pub temperature: Option<f64>,
    /// How long the model may think.
    pub effort: Option<Effort>,
    /// Texts at which an answer ends.
    pub stop: Vec<String>,
    /// The most tokens of an answer.
    #[ts(type = "number | null")]
    pub most_output: Option<u64>,
}

/// How long a model may think.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Effort {
    /// As little as it can.
    Low,
    /// As it is meant to.
    Medium,
    /// As much as it can.
    High,
}

/// Chooses something else for a conversation's next answers.
#[derive(Debug, Clone, PartialEq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChooseOptions {
    /// Its id.
    pub conversation: String,
    /// All of them.
    pub options: Options,
}

/// The longest system prompt, in bytes.
const LONGEST_SYSTEM: usize = 200_000;
/// The most texts that end an answer, and the longest of them, in bytes.
const STOPS: (usize, usize) = (16, 200);
/// The most tokens that may be asked for.
const MOST_OUTPUT: u64 = 10_000_000;

impl TryFrom<Options> for RequestOptions {
    type Error = CommandError;

    /// The window checks what it takes, so what does not fit is a call that it never makes.
    fn try_from(options: Options) -> Result<Self, CommandError> {
        let bad = || CommandError::new(ErrorCode::BadRequest);
        if options.system.len() > LONGEST_SYSTEM {
            return Err(CommandError::new(ErrorCode::MessageTooLong));
        }
        let stop: Vec<_> = options
            .stop
            .into_iter()
            .filter(|text| !text.is_empty())
            .collect();
        if stop.len() > STOPS.0 || stop.iter().any(|text| text.len() > STOPS.1) {
            return Err(bad());
        }
        if options
            .most_output
            .is_some_and(|most| most == 0 || most > MOST_OUTPUT)
        {
            return Err(bad());
        }
        Ok(Self {
            system: (!options.system.trim().is_empty()).then_some(options.system),
            temperature: options
                .temperature
                .map(Temperature::try_from)
                .transpose()
                .map_err(|_| bad())?,
            effort: options.effort.map(Into::into),
            stop,
            most_output: options.most_output,
        })
    }
}

impl From<RequestOptions> for Options {
    fn from(options: RequestOptions) -> Self {
        Self {
            system: options.system.unwrap_or_default(),
            temperature: options.temperature.map(f64::from),
            effort: options.effort.map(Into::into),
            stop: options.stop,
            most_output: options.most_output,
        }
    }
}

macro_rules! same_effort {
    ($($name:ident),+) => {
        impl From<Effort> for chat::Effort {
            fn from(effort: Effort) -> Self {
                match effort { $(Effort::$name => Self::$name),+ }
            }
        }

        impl From<chat::Effort> for Effort {
            fn from(effort: chat::Effort) -> Self {
                match effort { $(chat::Effort::$name => Self::$name),+ }
            }
        }
    };
}
same_effort!(Low, Medium, High);

/// What the answers of a conversation took, all tries together, without one that is still being made or failed before it began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Totals {
    /// Tokens read.
    #[ts(type = "number")]
    pub input_tokens: u64,
    /// Tokens written.
    #[ts(type = "number")]
    pub output_tokens: u64,
    /// What they cost, in millionths of a dollar.
    #[ts(type = "number")]
    pub cost: u64,
    /// Answers that reported no tokens and so are not in these counts.
    #[ts(type = "number")]
    pub uncounted: u64,
    /// Answers that are not in the cost.
    #[ts(type = "number")]
    pub unpriced: u64,
}

impl From<DomainTotals> for Totals {
    fn from(totals: DomainTotals) -> Self {
        Self {
            input_tokens: totals.input_tokens,
            output_tokens: totals.output_tokens,
            cost: totals.cost,
            uncounted: totals.uncounted,
            unpriced: totals.unpriced,
        }
    }
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
#[allow(
    clippy::large_enum_variant,
    reason = "every other message is an answer, and none is kept"
)]
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
        /// The files that came with it.
        files: Vec<AttachedFile>,
    },
    /// A model's answer.
    Assistant {
        /// The Markdown, parsed.
        blocks: Vec<Block>,
        /// What the model thought first; plain text, empty if it said nothing of it.
        reasoning: String,
        /// What it asked to have done. Nothing of it was run.
        tool_calls: Vec<ToolCall>,
        /// The sources that it named.
        citations: Vec<Citation>,
        /// Which model.
        model: ModelLabel,
        /// Tokens, as reported.
        usage: Usage,
        /// How many of the oldest messages the model was not sent.
        #[ts(type = "number")]
        left_out: u64,
    },
}

/// A call that a model asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ToolCall {
    /// The tool's name; empty if the model named none.
    pub name: String,
    /// The arguments as the model wrote them.
    pub arguments: String,
}

impl From<chat::ToolCall> for ToolCall {
    fn from(call: chat::ToolCall) -> Self {
        Self {
            name: call.name,
            arguments: call.arguments,
        }
    }
}

/// A source that a model named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Citation {
    /// Where it lies, if that is an address that may be offered.
    pub url: Option<String>,
    /// The host of that address, for a person to read.
    pub host: Option<String>,
    /// What it is called.
    pub title: Option<String>,
    /// The words that it is cited for.
    pub quote: Option<String>,
}

impl From<chat::Citation> for Citation {
    fn from(citation: chat::Citation) -> Self {
        let url = citation.url.as_deref().and_then(offered_link);
        Self {
            host: url.as_deref().and_then(link_host),
            // An address that may not be offered is still told, as words.
            title: citation.title.or(citation.url.filter(|_| url.is_none())),
            url,
            quote: citation.quote,
        }
    }
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

/// Token counts as reported, and what they cost; `null` means that the provider did not say, or that nobody knows the price.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Usage {
    /// Tokens read, cached ones included.
    #[ts(type = "number | null")]
    pub input_tokens: Option<u64>,
    /// Tokens written, reasoning included.
    #[ts(type = "number | null")]
    pub output_tokens: Option<u64>,
    /// Of the written ones, those spent on reasoning.
    #[ts(type = "number | null")]
    pub reasoning_tokens: Option<u64>,
    /// Of the read ones, those that came from the provider's cache.
    #[ts(type = "number | null")]
    pub cached_tokens: Option<u64>,
    /// Millionths of a dollar.
    #[ts(type = "number | null")]
    pub cost: Option<u64>,
}

impl Usage {
    /// Counts with what they cost.
    pub(crate) fn of(usage: DomainUsage, cost: Option<u64>) -> Self {
        Self {
            input_tokens: usage.input_tokens,
            output_tokens: usage.output_tokens,
            reasoning_tokens: usage.reasoning_tokens,
            cached_tokens: usage.cached_tokens,
            cost,
        }
    }
}

/// Says something and asks for an answer.
#[derive(Debug, Clone, PartialEq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StartTurn {
    /// Where; `null` begins a conversation.
    pub conversation: Option<String>,
    /// What is said.
    pub text: String,
    /// The files that come with it, by their ids.
    #[serde(default)]
    pub attachments: Vec<String>,
    /// Who is to answer.
    pub model: ModelRef,
    /// Whether the person has seen that it holds something of a key's shape, and sends it all the same. Without it such a
    /// text is refused.
    #[serde(default)]
    pub as_text: bool,
    /// What is chosen for the answers of a conversation that begins with this; one that is there has its own.
    #[serde(default)]
    pub options: Options,
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
    /// The answer that failed, was stopped, or was cut off by its length.
    pub answer: String,
    /// Who is to answer.
    pub model: ModelRef,
    /// Whether it goes on from what is there of it, instead of being made anew.
    #[serde(default)]
    pub go_on: bool,
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
