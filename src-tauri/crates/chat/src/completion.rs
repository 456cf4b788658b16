//! What every provider becomes: one request, and a stream of events that ends in exactly one way.

use serde::{Deserialize, Serialize};

use crate::conversation::Role;

/// One message of the history as a provider is asked to read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptMessage {
    /// Who said it.
    pub role: Role,
    /// What was said, as written.
    pub text: String,
}

/// Asks a model to go on from a history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompletionRequest {
    /// The model's id as the provider's API spells it.
    pub model: String,
    /// Oldest first. The last one is the user's.
    pub messages: Vec<PromptMessage>,
    /// The most tokens that the answer may have, reasoning included; `None` leaves it to the provider.
    pub most_output: Option<u64>,
}

/// A step of an answer. A stream of these ends after `Stopped`; a stream that ends without it has failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum CompletionEvent {
    /// The provider has begun to answer.
    Started,
    /// More of the answer's text.
    TextDelta {
        /// Never empty.
        text: String,
    },
    /// More of what the model thought before it answered.
    ReasoningDelta {
        /// Never empty.
        text: String,
    },
    /// Tokens so far, as the provider counts them. A later one replaces an earlier one.
    Usage(Usage),
    /// The protocol's end marker was seen: the answer is whole, or ended for the reason given.
    Stopped {
        /// Why the model stopped.
        reason: StopReason,
    },
}

impl CompletionEvent {
    /// More of the answer's text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::TextDelta { text: text.into() }
    }

    /// More of the model's reasoning.
    pub fn reasoning(text: impl Into<String>) -> Self {
        Self::ReasoningDelta { text: text.into() }
    }
}

/// Why a model stopped of its own accord.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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

/// Token counts as reported. `None` means that the provider did not say; it never means zero.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Usage {
    /// Tokens read, cached ones included.
    pub input_tokens: Option<u64>,
    /// Tokens written, reasoning included.
    pub output_tokens: Option<u64>,
    /// Of the written ones, those spent on reasoning.
    pub reasoning_tokens: Option<u64>,
    /// Of the read ones, those that came from the provider's cache.
    pub cached_tokens: Option<u64>,
}
