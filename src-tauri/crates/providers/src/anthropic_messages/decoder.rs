//! From events to the steps of an answer: a pure state machine.

use chat::{Citation, CompletionEvent, Failure, FailureKind, StopReason};
use serde_json::Value;

use super::calls::OpenCalls;
use super::usage::Tally;
use crate::answer::Answer;
use crate::decoder::{Decode, Ending};
use crate::json::{self, Fields};
use crate::{provider_error, surrogates};

const FIELDS: Fields = Fields {
    is_read: |name| {
        matches!(
            name,
            "citation"
                | "citations"
                | "cited_text"
                | "code"
                | "content"
                | "content_block"
                | "delta"
                | "document_title"
                | "error"
                | "id"
                | "index"
                | "input"
                | "message"
                | "name"
                | "object"
                | "partial_json"
                | "source"
                | "status"
                | "stop_reason"
                | "text"
                | "thinking"
                | "title"
                | "type"
                | "url"
                | "usage"
        )
    },
    is_whole: |name| matches!(name, "error" | "input" | "usage"),
};

/// Ends the streams of other protocols, and those of gateways that translate from them.
const FOREIGN_END_MARKER: &str = "[DONE]";

/// Decodes one answer.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    answer: Answer,
    calls: OpenCalls,
    tally: Tally,
    stop_reason: Option<StopReason>,
}

impl Decode for Decoder {
    fn event(&mut self, kind: &str, data: &str) -> Result<Vec<CompletionEvent>, Failure> {
        let data = data.trim();
        if self.answer.has_ended() || data.is_empty() {
            return Ok(Vec::new());
        }
        if data == FOREIGN_END_MARKER {
            if self.stop_reason.is_some() || kind == "message_stop" {
                self.stop()?;
            }
            return Ok(self.answer.take());
        }
        match json::object(data, FIELDS) {
            Ok(event) => self.object(kind, event)?,
            Err(_) if kind == "error" => {
                return Err(Failure::new(FailureKind::ProviderError).with_detail(data));
            }
            Err(_) if is_unknown(kind) => {}
            Err(failure) => return Err(failure),
        }
        Ok(self.answer.take())
    }

    fn whole(&mut self, document: &str) -> Result<Vec<CompletionEvent>, Failure> {
        let message = json::object(document, FIELDS)?;
        if let Some(failure) = provider_error::in_event(&message) {
            return Err(failure);
        }
        if message["type"] != "message" && !message["content"].is_array() {
            return Err(Failure::new(FailureKind::NotAnApi));
        }
        self.message(message)?;
        if self.stop_reason.is_none() {
            return Err(Failure::new(FailureKind::EndedEarly));
        }
        self.stop()?;
        Ok(self.answer.take())
    }

    fn finish(&mut self, _ending: Ending) -> Result<Vec<CompletionEvent>, Failure> {
        // The last event is JSON like the others; a recording has it too.
        Err(Failure::new(FailureKind::EndedEarly))
    }
}

impl Decoder {
    fn object(&mut self, kind: &str, mut event: Value) -> Result<(), Failure> {
        if let Some(failure) = provider_error::in_event(&event) {
            return Err(failure);
        }
        let own_kind = json::take(&mut event, "type");
        let own_kind = own_kind.as_str().filter(|kind| !kind.is_empty());
        if kind == "error" || own_kind == Some("error") {
            return Err(flat_error(own_kind, event));
        }
        let index = index(&event["index"]);
        match own_kind.unwrap_or(kind) {
            "message_start" => self.message(json::take(&mut event, "message"))?,
            "content_block_start" => {
                self.answer.start();
                self.open_block(index, json::take(&mut event, "content_block"))?;
            }
            "content_block_delta" => {
                self.answer.start();
                self.delta(index.as_deref(), json::take(&mut event, "delta"))?;
            }
            "content_block_stop" => self.calls.close(&mut self.answer, index.as_deref())?,
            "message_delta" => {
                self.answer.start();
                self.stop_reason(&event["delta"]);
                self.usage(&event["delta"]["usage"]);
                self.usage(&event["usage"]);
            }
            "message_stop" => {
                self.usage(&event["usage"]);
                self.stop()?;
            }
            // Pings, and whatever the protocol learns to say.
            _ => {}
        }
        Ok(())
    }

    /// A message: of a stream its beginning, which may hold content already, or a whole one.
    fn message(&mut self, mut message: Value) -> Result<(), Failure> {
        self.answer.start();
        match json::take(&mut message, "content") {
            Value::Array(blocks) => {
                for block in blocks {
                    self.open_block(None, block)?;
                    self.calls.close_all(&mut self.answer)?;
                }
            }
            Value::String(text) => self.answer.text(text),
            _ => {}
        }
        self.stop_reason(&message);
        self.usage(&message["usage"]);
        Ok(())
    }

    fn open_block(&mut self, index: Option<String>, mut block: Value) -> Result<(), Failure> {
        if index.is_some() {
            self.calls.close(&mut self.answer, index.as_deref())?;
        }
        match block["type"].as_str() {
            Some("text") | None => {
                self.text(&mut block);
                if let Value::Array(citations) = json::take(&mut block, "citations") {
                    for citation in citations {
                        self.citation(citation);
                    }
                }
            }
            Some("thinking") => self.reasoning(&mut block),
            Some("tool_use") => self.calls.open(&mut self.answer, index, block)?,
            // What the provider's own tools were asked and found, and thoughts that nobody may read. Sources that the answer relies
            // on come as citations.
            Some(_) => {}
        }
        Ok(())
    }

    fn delta(&mut self, index: Option<&str>, mut delta: Value) -> Result<(), Failure> {
        let kind = json::take_text(&mut delta, "type");
        // Without a type its fields tell.
        let may_be = |name: &str| kind.as_deref().is_none_or(|kind| kind == name);
        if may_be("text_delta") {
            self.text(&mut delta);
        }
        if may_be("thinking_delta") {
            self.reasoning(&mut delta);
        }
        if may_be("citations_delta") {
            self.citation(json::take(&mut delta, "citation"));
        }
        if may_be("input_json_delta") {
            let arguments = json::take_text(&mut delta, "partial_json").unwrap_or_default();
            self.calls.arguments(&mut self.answer, index, arguments)?;
        }
        Ok(())
    }

    fn text(&mut self, object: &mut Value) {
        self.answer
            .text(json::take_text(object, "text").unwrap_or_default());
    }

    fn reasoning(&mut self, object: &mut Value) {
        self.answer
            .reasoning(json::take_text(object, "thinking").unwrap_or_default());
    }

    fn citation(&mut self, mut citation: Value) {
        let mut first_of = |names: &[&str]| {
            names
                .iter()
                .filter_map(|name| json::take_text(&mut citation, name))
                .find(|text| !text.is_empty())
                .map(|text| surrogates::replace(&text))
        };
        // A page on the web has a URL, a search result a source, a document only its title.
        let citation = Citation {
            url: first_of(&["url", "source"]),
            title: first_of(&["title", "document_title"]),
            quote: first_of(&["cited_text"]),
        };
        self.answer.citation(citation);
    }

    fn stop_reason(&mut self, object: &Value) {
        if let Some(reason) = object["stop_reason"]
            .as_str()
            .filter(|name| !name.is_empty())
        {
            self.stop_reason = Some(stop_reason(reason));
        }
    }

    fn usage(&mut self, usage: &Value) {
        let usage = self.tally.update(usage);
        self.answer.usage(usage);
    }

    fn stop(&mut self) -> Result<(), Failure> {
        self.calls.close_all(&mut self.answer)?;
        // The last event alone says that the answer is whole.
        self.answer
            .stop(self.stop_reason.unwrap_or(StopReason::Done));
        Ok(())
    }
}

/// Whether the framing names an event that the protocol does not have: it may hold anything.
fn is_unknown(kind: &str) -> bool {
    !matches!(
        kind,
        "" | "message"
            | "message_start"
            | "content_block_start"
            | "content_block_delta"
            | "content_block_stop"
            | "message_delta"
            | "message_stop"
    )
}

/// Which block an event is about. Some write numbers as text.
fn index(index: &Value) -> Option<String> {
    match index {
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        _ => None,
    }
}

/// An event that is an error, without an object of its own for it.
fn flat_error(own_kind: Option<&str>, mut event: Value) -> Failure {
    if let (Some(kind), Some(fields)) = (own_kind, event.as_object_mut()) {
        fields.insert("type".to_owned(), kind.into());
    }
    let mut failure = provider_error::in_stream(&event);
    failure.detail = failure.detail.as_deref().map(surrogates::replace);
    failure
}

fn stop_reason(reason: &str) -> StopReason {
    match reason {
        "end_turn" | "stop_sequence" | "stop" => StopReason::Done,
        "max_tokens" | "model_context_window_exceeded" | "length" => StopReason::Length,
        "tool_use" | "tool_calls" => StopReason::ToolUse,
        "refusal" | "content_filter" => StopReason::Filtered,
        // "pause_turn" among them: the provider wants to be asked to go on with its own tools.
        _ => StopReason::Other,
    }
}
