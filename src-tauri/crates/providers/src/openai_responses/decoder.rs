//! From events to the steps of an answer: a pure state machine.
//!
//! The same words come several times: in pieces, when their part is done, when their item is done and when the whole is. They are said
//! the first time that they come, by whatever event, and not again.

use std::collections::HashSet;

use chat::{Citation, CompletionEvent, Failure, FailureKind, StopReason, Usage};
use serde_json::Value;

use crate::answer::{Answer, CallPiece};
use crate::decoder::{Decode, Ending};
use crate::json::{self, Fields};
use crate::provider_error;

const FIELDS: Fields = Fields {
    is_read: |name| {
        matches!(
            name,
            "annotation"
                | "annotations"
                | "arguments"
                | "call_id"
                | "code"
                | "content"
                | "content_index"
                | "delta"
                | "error"
                | "id"
                | "incomplete_details"
                | "input"
                | "item"
                | "message"
                | "name"
                | "object"
                | "output"
                | "output_index"
                | "part"
                | "refusal"
                | "response"
                | "status"
                | "summary"
                | "summary_index"
                | "text"
                | "type"
                | "usage"
        )
    },
    is_whole: |name| {
        matches!(
            name,
            "annotation" | "annotations" | "error" | "incomplete_details" | "usage"
        )
    },
};

/// What a part of an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    /// Words to the person, a refusal among them.
    Said,
    /// What the model thought, in full or as a summary.
    Thought,
    /// Arguments of a call.
    Arguments,
}

/// A part: what it is, which item it belongs to, and which part of that it is.
type Part = (Kind, u64, u64);

/// Decodes one answer.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    answer: Answer,
    /// The parts of which something was said.
    begun: HashSet<Part>,
}

/// The most parts of one answer.
const MOST_PARTS: usize = 10_000;

impl Decode for Decoder {
    fn event(&mut self, kind: &str, data: &str) -> Result<Vec<CompletionEvent>, Failure> {
        let data = data.trim();
        // Some put the end marker of Chat Completions behind the last event.
        if self.answer.has_ended() || data.is_empty() || data == "[DONE]" {
            return Ok(Vec::new());
        }
        let mut event = json::object(data, FIELDS)?;
        if let Some(failure) = provider_error::in_event(&event) {
            return Err(failure);
        }
        // The data repeats what the frame says, and is believed first.
        let kind = json::take_text(&mut event, "type").unwrap_or_else(|| kind.to_owned());
        // The flat form.
        if kind == "error" {
            return Err(provider_error::in_stream(&event));
        }
        if let Some(kind) = kind.strip_prefix("response.") {
            self.answer.start();
            self.take(kind, event)?;
        }
        Ok(self.answer.take())
    }

    fn whole(&mut self, document: &str) -> Result<Vec<CompletionEvent>, Failure> {
        let response = json::object(document, FIELDS)?;
        if !response["output"].is_array() {
            return Err(Failure::new(FailureKind::NotAnApi));
        }
        self.answer.start();
        let status = response["status"].as_str().unwrap_or_default().to_owned();
        self.end(&status, response)?;
        if self.answer.has_ended() {
            Ok(self.answer.take())
        } else {
            Err(Failure::new(FailureKind::EndedEarly))
        }
    }

    fn finish(&mut self, _ending: Ending) -> Result<Vec<CompletionEvent>, Failure> {
        Err(Failure::new(FailureKind::EndedEarly))
    }
}

impl Decoder {
    fn take(&mut self, kind: &str, mut event: Value) -> Result<(), Failure> {
        let item = json::count(&event["output_index"]).unwrap_or(0);
        let index = |name: &str| json::count(&event[name]).unwrap_or(0);
        let (content, summary) = (index("content_index"), index("summary_index"));
        match kind {
            "output_text.delta" | "refusal.delta" => {
                self.say((Kind::Said, item, content), text(&mut event, "delta"))?;
            }
            "output_text.done" => {
                self.say_late((Kind::Said, item, content), text(&mut event, "text"))?;
            }
            "refusal.done" => {
                self.say_late((Kind::Said, item, content), text(&mut event, "refusal"))?;
            }
            "output_text.annotation.added" => self.cite(&event["annotation"]),
            "reasoning_summary_part.added" => self.begin_summary(item, summary),
            "reasoning_summary_text.delta" | "reasoning_summary.delta" => {
                self.say((Kind::Thought, item, summary), text(&mut event, "delta"))?;
            }
            "reasoning_summary_text.done" | "reasoning_summary.done" => {
                self.say_late((Kind::Thought, item, summary), text(&mut event, "text"))?;
            }
            "reasoning_text.delta" => {
                self.say((Kind::Thought, item, content), text(&mut event, "delta"))?;
            }
            "reasoning_text.done" => {
                self.say_late((Kind::Thought, item, content), text(&mut event, "text"))?;
            }
            "content_part.done" => {
                let part = json::take(&mut event, "part");
                self.part(item, content, part)?;
            }
            "output_item.added" => {
                let added = json::take(&mut event, "item");
                self.begin_call(item, added)?;
            }
            "output_item.done" => {
                let done = json::take(&mut event, "item");
                self.item(item, done)?;
            }
            "function_call_arguments.delta"
            | "custom_tool_call_input.delta"
            | "mcp_call_arguments.delta" => {
                self.say((Kind::Arguments, item, 0), text(&mut event, "delta"))?;
            }
            "function_call_arguments.done" | "mcp_call_arguments.done" => {
                self.say_late((Kind::Arguments, item, 0), text(&mut event, "arguments"))?;
            }
            "custom_tool_call_input.done" => {
                self.say_late((Kind::Arguments, item, 0), text(&mut event, "input"))?;
            }
            "completed" | "incomplete" | "failed" | "cancelled" => {
                let response = json::take(&mut event, "response");
                self.end(kind, response)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn say(&mut self, part: Part, words: String) -> Result<(), Failure> {
        if words.is_empty() {
            return Ok(());
        }
        if self.begun.len() == MOST_PARTS && !self.begun.contains(&part) {
            return Err(json::malformed(format!("more than {MOST_PARTS} parts")));
        }
        self.begun.insert(part);
        match part {
            (Kind::Said, ..) => self.answer.text(words),
            (Kind::Thought, ..) => self.answer.reasoning(words),
            (Kind::Arguments, item, _) => self.answer.call(CallPiece {
                key: Some(item.to_string()),
                arguments: words,
                ..CallPiece::default()
            })?,
        }
        Ok(())
    }

    /// Says what is told as a whole, unless it came in pieces.
    fn say_late(&mut self, part: Part, words: String) -> Result<(), Failure> {
        if self.begun.contains(&part) {
            return Ok(());
        }
        self.say(part, words)
    }

    /// The parts of a summary are paragraphs.
    fn begin_summary(&mut self, item: u64, summary: u64) {
        let has_earlier = self
            .begun
            .iter()
            .any(|(kind, of, at)| *kind == Kind::Thought && (*of, *at) < (item, summary));
        if has_earlier && !self.begun.contains(&(Kind::Thought, item, summary)) {
            self.answer.reasoning("\n\n".to_owned());
        }
    }

    fn begin_call(&mut self, item: u64, mut added: Value) -> Result<(), Failure> {
        let kind = json::take_text(&mut added, "type").unwrap_or_default();
        if !matches!(
            kind.as_str(),
            "function_call" | "custom_tool_call" | "mcp_call"
        ) {
            return Ok(());
        }
        let id = ["call_id", "id"]
            .into_iter()
            .find_map(|name| json::take_text(&mut added, name));
        self.answer.call(CallPiece {
            key: Some(item.to_string()),
            id,
            name: json::take_text(&mut added, "name"),
            arguments: String::new(),
        })
    }

    /// An item that is done, with all of its parts.
    fn item(&mut self, at: u64, mut item: Value) -> Result<(), Failure> {
        match item["type"].as_str() {
            Some("message") => {
                if let Value::Array(parts) = json::take(&mut item, "content") {
                    for (index, part) in (0..).zip(parts) {
                        self.part(at, index, part)?;
                    }
                }
            }
            Some("reasoning") => {
                for name in ["summary", "content"] {
                    if let Value::Array(parts) = json::take(&mut item, name) {
                        for (index, mut part) in (0..).zip(parts) {
                            self.say_late((Kind::Thought, at, index), text(&mut part, "text"))?;
                        }
                    }
                }
            }
            Some("function_call" | "custom_tool_call" | "mcp_call") => {
                let arguments = ["arguments", "input"]
                    .into_iter()
                    .find_map(|name| json::take_text(&mut item, name));
                self.begin_call(at, item)?;
                self.say_late((Kind::Arguments, at, 0), arguments.unwrap_or_default())?;
            }
            _ => {}
        }
        Ok(())
    }

    fn part(&mut self, item: u64, index: u64, mut part: Value) -> Result<(), Failure> {
        let kind = match part["type"].as_str() {
            Some("output_text" | "refusal") => Kind::Said,
            Some("reasoning_text" | "summary_text") => Kind::Thought,
            _ => return Ok(()),
        };
        let words = ["text", "refusal"]
            .into_iter()
            .find_map(|name| json::take_text(&mut part, name));
        self.say_late((kind, item, index), words.unwrap_or_default())?;
        if let Value::Array(annotations) = &part["annotations"] {
            for annotation in annotations {
                self.cite(annotation);
            }
        }
        Ok(())
    }

    fn cite(&mut self, annotation: &Value) {
        // Newer servers put the fields of a citation into an object of their own.
        let fields = match &annotation["url_citation"] {
            Value::Null => annotation,
            fields => fields,
        };
        let text = |names: &[&str]| {
            names
                .iter()
                .find_map(|name| fields[*name].as_str())
                .map(str::to_owned)
        };
        self.answer.citation(Citation {
            url: text(&["url"]),
            title: text(&["title", "filename"]),
            quote: text(&["quote"]),
        });
    }

    fn end(&mut self, status: &str, mut response: Value) -> Result<(), Failure> {
        if status == "failed" {
            return Err(provider_error::in_stream(&response["error"]));
        }
        if let Value::Array(items) = json::take(&mut response, "output") {
            for (at, item) in (0..).zip(items) {
                self.item(at, item)?;
            }
        }
        self.answer.usage(usage(&response["usage"]));
        let reason = match (status, response["incomplete_details"]["reason"].as_str()) {
            ("completed", _) if self.answer.has_calls() => StopReason::ToolUse,
            ("completed", _) => StopReason::Done,
            ("incomplete", Some("max_output_tokens" | "max_tokens")) => StopReason::Length,
            ("incomplete", Some("content_filter")) => StopReason::Filtered,
            ("incomplete" | "cancelled", _) => StopReason::Other,
            _ => return Ok(()),
        };
        self.answer.stop(reason);
        Ok(())
    }
}

fn text(object: &mut Value, name: &str) -> String {
    json::take_text(object, name).unwrap_or_default()
}

fn usage(usage: &Value) -> Usage {
    let count = |pointer: &str| usage.pointer(pointer).and_then(json::count);
    Usage {
        input_tokens: count("/input_tokens"),
        output_tokens: count("/output_tokens"),
        reasoning_tokens: count("/output_tokens_details/reasoning_tokens"),
        cached_tokens: count("/input_tokens_details/cached_tokens"),
    }
}
