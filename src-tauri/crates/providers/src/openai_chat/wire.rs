//! The JSON of a chunk, as leniently as can be: every field may be missing or null, and what is unknown is skipped.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

/// One event, or a whole answer that was not streamed.
#[derive(Debug, Deserialize)]
pub(super) struct Chunk<'a> {
    #[serde(default)]
    pub error: Option<Value>,
    /// `error` in vLLM's flat form; the message is then beside it.
    #[serde(default, borrow)]
    pub object: Option<Cow<'a, str>>,
    #[serde(default)]
    pub message: Option<Value>,
    #[serde(default)]
    pub code: Option<Value>,
    #[serde(default, rename = "type")]
    pub kind: Option<Value>,
    #[serde(default)]
    pub choices: Option<Vec<Choice>>,
    #[serde(default)]
    pub usage: Option<Value>,
    #[serde(default)]
    pub x_groq: Option<XGroq>,
}

/// Groq's own corner, which repeats the usage and may hold an error.
#[derive(Debug, Deserialize)]
pub(super) struct XGroq {
    #[serde(default)]
    pub usage: Option<Value>,
    #[serde(default)]
    pub error: Option<Value>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Choice {
    #[serde(default)]
    pub index: Option<u64>,
    #[serde(default)]
    pub delta: Option<Delta>,
    /// In place of `delta` in an answer that was not streamed.
    #[serde(default)]
    pub message: Option<Delta>,
    #[serde(default)]
    pub finish_reason: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Delta {
    #[serde(default)]
    pub content: Option<Content>,
    #[serde(default)]
    pub refusal: Option<String>,
    #[serde(default)]
    pub reasoning_content: Option<Reasoning>,
    #[serde(default)]
    pub reasoning: Option<Reasoning>,
}

/// Text; or Mistral's list of parts, into which it changes in mid-stream.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Content {
    Text(String),
    Parts(Vec<Part>),
}

#[derive(Debug, Deserialize)]
pub(super) struct Part {
    #[serde(default)]
    pub text: Option<String>,
    #[serde(default)]
    pub thinking: Option<Content>,
    #[serde(default)]
    pub refusal: Option<String>,
}

/// Text. Where it is something else, it is not text to show.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Reasoning {
    Text(String),
    Other(IgnoredAny),
}

impl Reasoning {
    pub(super) fn into_text(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text),
            Self::Other(IgnoredAny) => None,
        }
    }
}
