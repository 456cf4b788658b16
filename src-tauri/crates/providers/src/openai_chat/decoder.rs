//! From events to the steps of an answer: a pure state machine.

use chat::{Citation, CompletionEvent, Failure, FailureKind, StopReason};
use serde_json::Value;

use super::{END_MARKER, usage};
use crate::answer::{Answer, CallPiece};
use crate::decoder::{Decode, Ending};
use crate::json::{self, Fields, malformed};
use crate::provider_error;

const FIELDS: Fields = Fields {
    is_read: |name| {
        matches!(
            name,
            "annotations"
                | "arguments"
                | "choices"
                | "citations"
                | "content"
                | "delta"
                | "error"
                | "finish_reason"
                | "function"
                | "function_call"
                | "id"
                | "index"
                | "message"
                | "name"
                | "object"
                | "reasoning"
                | "reasoning_content"
                | "reasoning_details"
                | "refusal"
                | "search_results"
                | "summary"
                | "text"
                | "thinking"
                | "tool_calls"
                | "type"
                | "usage"
                | "x_groq"
        )
    },
    is_whole: |name| {
        matches!(
            name,
            "annotations" | "arguments" | "citations" | "error" | "search_results" | "usage"
        )
    },
};

/// Decodes one answer.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    answer: Answer,
    stop_reason: Option<StopReason>,
    /// The finish reason was "error". The words for it may still come.
    broken: bool,
}

/// Whether a chunk has a list of choices, which may be empty.
#[derive(PartialEq, Eq)]
enum Choices {
    Some,
    None,
}

impl Decode for Decoder {
    fn event(&mut self, _kind: &str, data: &str) -> Result<Vec<CompletionEvent>, Failure> {
        let data = data.trim();
        if self.answer.has_ended() || data.is_empty() {
            return Ok(Vec::new());
        }
        if data == END_MARKER {
            return self.stop();
        }
        self.chunk(data)?;
        Ok(self.answer.take())
    }

    fn whole(&mut self, document: &str) -> Result<Vec<CompletionEvent>, Failure> {
        if self.chunk(document)? == Choices::None {
            return Err(Failure::new(FailureKind::NotAnApi));
        }
        if self.stop_reason.is_none() {
            return Err(self.failure());
        }
        self.stop()
    }

    fn finish(&mut self, ending: Ending) -> Result<Vec<CompletionEvent>, Failure> {
        match ending {
            Ending::Recorded if self.stop_reason.is_some() => self.stop(),
            Ending::Recorded | Ending::Body => Err(self.failure()),
        }
    }
}

impl Decoder {
    /// Why this is no whole answer.
    fn failure(&self) -> Failure {
        Failure::new(if self.broken {
            FailureKind::ProviderError
        } else {
            FailureKind::EndedEarly
        })
    }

    fn stop(&mut self) -> Result<Vec<CompletionEvent>, Failure> {
        if self.broken {
            return Err(self.failure());
        }
        // The marker alone says that the answer is whole.
        self.answer
            .stop(self.stop_reason.unwrap_or(StopReason::Done));
        Ok(self.answer.take())
    }

    fn chunk(&mut self, data: &str) -> Result<Choices, Failure> {
        let mut chunk = json::object(data, FIELDS)?;
        let groq = json::take(&mut chunk, "x_groq");
        if let Some(failure) = [&chunk, &groq]
            .into_iter()
            .find_map(provider_error::in_event)
        {
            return Err(failure);
        }
        self.answer.start();
        let (choices, seen) = match json::take(&mut chunk, "choices") {
            Value::Array(choices) => (choices, Choices::Some),
            Value::Null => (Vec::new(), Choices::None),
            // The answer is in there, and can't be read. To go on would be to lose it without a word.
            _ => return Err(malformed("the choices are not a list")),
        };
        let mut reported = None;
        // Only the first choice is shown; no request asks for more.
        let is_first = |choice: &Value| choice["index"].as_u64().unwrap_or(0) == 0;
        for mut choice in choices.into_iter().filter(is_first) {
            let delta = match json::take(&mut choice, "delta") {
                delta @ Value::Object(_) => delta,
                // In its place in an answer that was not streamed.
                _ => json::take(&mut choice, "message"),
            };
            self.push_delta(delta)?;
            match choice["finish_reason"].as_str() {
                None | Some("") => {}
                Some("error") => self.broken = true,
                Some(reason) => self.stop_reason = Some(stop_reason(reason)),
            }
            // Moonshot's place for it.
            reported = usage::read(&choice["usage"]).or(reported);
        }
        // Groq's own corner repeats the usage.
        let usage = [&chunk["usage"], &groq["usage"]];
        if let Some(usage) = usage.into_iter().find_map(usage::read).or(reported) {
            self.answer.usage(usage);
        }
        self.cite_results(&chunk);
        Ok(seen)
    }

    fn push_delta(&mut self, mut delta: Value) -> Result<(), Failure> {
        // Servers that are changing from one name to the other send both.
        let reasoning = ["reasoning_content", "reasoning"]
            .into_iter()
            .filter_map(|name| json::take_text(&mut delta, name))
            .find(|text| !text.is_empty())
            .unwrap_or_else(|| detailed_reasoning(&mut delta));
        self.answer.reasoning(reasoning);
        match json::take(&mut delta, "content") {
            Value::String(text) => self.answer.text(text),
            // Mistral's list of parts, into which text changes in mid-stream.
            Value::Array(parts) => {
                for part in parts {
                    self.push_part(part)?;
                }
            }
            part => self.push_part(part)?,
        }
        self.answer
            .text(json::take_text(&mut delta, "refusal").unwrap_or_default());
        if let Value::Array(calls) = json::take(&mut delta, "tool_calls") {
            for call in calls {
                self.push_call(call)?;
            }
        }
        // The form of earlier years, which knew one call.
        if let call @ Value::Object(_) = json::take(&mut delta, "function_call") {
            self.push_call(serde_json::json!({"index": 0, "function": call}))?;
        }
        for annotation in delta["annotations"].as_array().into_iter().flatten() {
            self.cite(annotation);
        }
        Ok(())
    }

    fn push_call(&mut self, mut call: Value) -> Result<(), Failure> {
        let key = json::key(&call["index"]);
        let id = json::take_text(&mut call, "id");
        let mut function = json::take(&mut call, "function");
        let name = json::take_text(&mut function, "name");
        let arguments = json::arguments(&json::take(&mut function, "arguments"));
        let piece = CallPiece {
            key,
            id,
            name,
            arguments,
        };
        // Without an index, what names its tool is a call of its own.
        if piece.key.is_none() && piece.name.as_ref().is_some_and(|name| !name.is_empty()) {
            return self.answer.whole_call(piece);
        }
        self.answer.call(piece)
    }

    /// OpenAI's citations of web pages, and OpenRouter's, which are the same.
    fn cite(&mut self, annotation: &Value) {
        let fields = &annotation["url_citation"];
        let text = |name: &str| fields[name].as_str().map(str::to_owned);
        self.answer.citation(Citation {
            url: text("url"),
            title: text("title"),
            quote: text("content"),
        });
    }

    /// Perplexity's results of its search, and the bare addresses that it and xAI send.
    fn cite_results(&mut self, chunk: &Value) {
        let results = chunk["search_results"].as_array();
        for result in results.into_iter().flatten() {
            let text = |name: &str| result[name].as_str().map(str::to_owned);
            self.answer.citation(Citation {
                url: text("url"),
                title: text("title"),
                quote: text("snippet"),
            });
        }
        if results.is_none_or(Vec::is_empty) {
            let addresses = chunk["citations"].as_array().into_iter().flatten();
            for address in addresses.filter_map(Value::as_str) {
                self.answer.citation(Citation {
                    url: Some(address.to_owned()),
                    ..Citation::default()
                });
            }
        }
    }

    fn push_part(&mut self, mut part: Value) -> Result<(), Failure> {
        if part.is_array() {
            return Err(malformed("a list within the list of content"));
        }
        let thinking = match json::take(&mut part, "thinking") {
            Value::String(text) => Some(text),
            Value::Array(mut parts) => Some(
                parts
                    .iter_mut()
                    .filter_map(|part| json::take_text(part, "text"))
                    .collect(),
            ),
            _ => None,
        };
        self.answer.reasoning(thinking.unwrap_or_default());
        self.answer
            .text(json::take_text(&mut part, "text").unwrap_or_default());
        self.answer
            .text(json::take_text(&mut part, "refusal").unwrap_or_default());
        Ok(())
    }
}

/// OpenRouter's list of what a model thought, for servers that send nothing else.
fn detailed_reasoning(delta: &mut Value) -> String {
    let Value::Array(mut details) = json::take(delta, "reasoning_details") else {
        return String::new();
    };
    details
        .iter_mut()
        .filter_map(|detail| {
            ["text", "summary"]
                .into_iter()
                .find_map(|name| json::take_text(detail, name))
        })
        .collect()
}

fn stop_reason(reason: &str) -> StopReason {
    match reason {
        "stop" | "eos" | "end_turn" | "stop_sequence" => StopReason::Done,
        "length" | "max_tokens" | "model_length" => StopReason::Length,
        "content_filter" => StopReason::Filtered,
        "tool_calls" | "function_call" => StopReason::ToolUse,
        _ => StopReason::Other,
    }
}
