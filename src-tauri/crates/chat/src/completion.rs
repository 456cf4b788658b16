//! What every provider's answer becomes: a stream of events that ends in exactly one way.

use serde::{Deserialize, Serialize};

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
    /// More of a call that the model asks for.
    ToolCallDelta(ToolCallDelta),
    /// A source that the model names for what it said.
    Citation(Citation),
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

/// A piece of a call. The pieces of one index make one call: the id and the name come once, with its first piece, and the
/// arguments are joined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ToolCallDelta {
    /// Which call of the answer, from 0, without gaps.
    pub index: u32,
    /// The provider's id for the call, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The tool's name, in a call's first piece. Empty if the provider named none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// More of the arguments, as text; JSON once it is whole, unless the model wrote something else. May be empty.
    pub arguments: String,
}

/// A source. At least one of its fields says something.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Citation {
    /// Where it lies, as the provider wrote it. Hostile until proven otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What it is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The words that it is cited for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
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
