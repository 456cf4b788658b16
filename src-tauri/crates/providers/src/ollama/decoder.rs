//! From lines to the steps of an answer: a pure state machine.

use chat::{CompletionEvent, Failure, FailureKind, StopReason, Usage};
use serde_json::Value;

use crate::answer::{Answer, CallPiece};
use crate::decoder::{Decode, Ending};
use crate::json::{self, Fields};
use crate::provider_error;

const FIELDS: Fields = Fields {
    is_read: |name| {
        matches!(
            name,
            "content"
                | "done"
                | "done_reason"
                | "error"
                | "eval_count"
                | "message"
                | "prompt_eval_count"
                | "thinking"
                | "tool_calls"
        )
    },
    is_whole: |name| matches!(name, "error" | "tool_calls"),
};

/// Decodes one answer.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    answer: Answer,
}

impl Decode for Decoder {
    fn event(&mut self, _kind: &str, data: &str) -> Result<Vec<CompletionEvent>, Failure> {
        let data = data.trim();
        if self.answer.has_ended() || data.is_empty() {
            return Ok(Vec::new());
        }
        let mut line = json::object(data, FIELDS)?;
        if let Some(failure) = provider_error::in_event(&line) {
            return Err(failure);
        }
        self.answer.start();
        let mut message = json::take(&mut line, "message");
        let thinking = json::take_text(&mut message, "thinking");
        self.answer.reasoning(thinking.unwrap_or_default());
        let content = json::take_text(&mut message, "content");
        self.answer.text(content.unwrap_or_default());
        if let Value::Array(calls) = &message["tool_calls"] {
            for call in calls {
                self.call(call)?;
            }
        }
        // What was read from the cache is not counted at all, so its absence says nothing.
        self.answer.usage(Usage {
            input_tokens: json::count(&line["prompt_eval_count"]),
            output_tokens: json::count(&line["eval_count"]),
            ..Usage::default()
        });
        if line["done"] == true || line["done"] == "true" {
            self.answer.stop(match line["done_reason"].as_str() {
                None | Some("stop" | "") if self.answer.has_calls() => StopReason::ToolUse,
                // A model that was loaded or put away has said nothing, and whoever watches the turn says so.
                None | Some("stop" | "" | "load" | "unload") => StopReason::Done,
                Some("length") => StopReason::Length,
                Some(_) => StopReason::Other,
            });
        }
        Ok(self.answer.take())
    }

    /// A whole answer is a line like the others.
    fn whole(&mut self, document: &str) -> Result<Vec<CompletionEvent>, Failure> {
        let steps = self.event("", document)?;
        if self.answer.has_ended() {
            Ok(steps)
        } else {
            Err(Failure::new(FailureKind::EndedEarly))
        }
    }

    fn finish(&mut self, _ending: Ending) -> Result<Vec<CompletionEvent>, Failure> {
        Err(Failure::new(FailureKind::EndedEarly))
    }
}

impl Decoder {
    fn call(&mut self, call: &Value) -> Result<(), Failure> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        self.answer.whole_call(CallPiece {
            key: None,
            id: text(&call["id"]),
            name: text(&call["function"]["name"]),
            arguments: json::arguments(&call["function"]["arguments"]),
        })
    }
}
