//! Why an answer ends.
//!
//! Source: `FinishReason` and `BlockReason` in the references of the Gemini API and of Vertex AI.

use chat::StopReason;
use serde_json::Value;

/// Why the answer ends, if the body ends now.
#[derive(Debug)]
pub(super) enum End {
    Stopped(StopReason),
    /// The model wrote what is no answer, with the provider's words for it.
    Broken(Option<String>),
}

impl End {
    /// What a candidate's finish reason says. `None` if it says nothing new.
    pub(super) fn of_candidate(
        reason: &Value,
        words: Option<String>,
        earlier: Option<&Self>,
    ) -> Option<Self> {
        let reason = match reason {
            Value::String(reason) if !reason.is_empty() => reason.to_ascii_uppercase(),
            // The numbers of the two APIs differ.
            Value::Number(_) => String::new(),
            _ => return None,
        };
        Some(Self::Stopped(match reason.as_str() {
            "STOP" => StopReason::Done,
            "MAX_TOKENS" => StopReason::Length,
            "SAFETY"
            | "RECITATION"
            | "LANGUAGE"
            | "BLOCKLIST"
            | "PROHIBITED_CONTENT"
            | "SPII"
            | "MODEL_ARMOR"
            | "IMAGE_SAFETY"
            | "IMAGE_PROHIBITED_CONTENT"
            | "IMAGE_RECITATION" => StopReason::Filtered,
            "MALFORMED_FUNCTION_CALL"
            | "MALFORMED_RESPONSE"
            | "UNEXPECTED_TOOL_CALL"
            | "TOO_MANY_TOOL_CALLS"
            | "MISSING_THOUGHT_SIGNATURE" => return Some(Self::Broken(words)),
            // The default of its type, which some write where there is none: it takes nothing back.
            "FINISH_REASON_UNSPECIFIED" if earlier.is_some() => return None,
            _ => StopReason::Other,
        }))
    }

    /// What the feedback on a prompt says: there is no answer to one that is blocked.
    pub(super) fn of_prompt(block_reason: &Value) -> Option<Self> {
        let is_blocked = match block_reason {
            Value::String(reason) => !reason.is_empty() && !reason.ends_with("_UNSPECIFIED"),
            Value::Number(reason) => reason.as_u64() != Some(0),
            _ => false,
        };
        is_blocked.then_some(Self::Stopped(StopReason::Filtered))
    }
}
