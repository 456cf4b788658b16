//! From events to the steps of an answer: a pure state machine.

use chat::{CompletionEvent, Failure, FailureKind, StopReason, Usage};
use serde_json::Value;

use super::surrogates::{self, Joint};
use super::{END_MARKER, usage, wire};
use crate::provider_error;

/// Decodes one answer.
#[derive(Debug, Default)]
pub struct Decoder {
    started: bool,
    stop_reason: Option<StopReason>,
    usage: Option<Usage>,
    /// Where a delta may end within a character.
    text: Joint,
    reasoning: Joint,
    /// The finish reason was "error". The words for it may still come.
    broken: bool,
    ended: bool,
}

impl Decoder {
    /// Nothing has come yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether the end marker was seen.
    pub fn has_ended(&self) -> bool {
        self.ended
    }

    /// Takes the data of one event. What comes after the end marker is ignored.
    ///
    /// # Errors
    /// `ProviderError` (or a more exact kind) if the event reports an error, `MalformedStream` if it is not the protocol's JSON. The
    /// detail is the provider's own text: it must pass redaction before anybody sees it.
    pub fn event(&mut self, data: &str) -> Result<Vec<CompletionEvent>, Failure> {
        let data = data.trim();
        if self.ended || data.is_empty() {
            return Ok(Vec::new());
        }
        if data == END_MARKER {
            return self.stop();
        }
        self.chunk(data)
    }

    /// Takes a whole answer that came as one JSON document, not streamed.
    ///
    /// # Errors
    /// As [`Decoder::event`], and `EndedEarly` if the answer gives no reason for its end.
    pub fn whole(&mut self, json: &str) -> Result<Vec<CompletionEvent>, Failure> {
        let mut steps = self.chunk(json)?;
        if self.stop_reason.is_none() {
            self.finish()?;
        }
        steps.extend(self.stop()?);
        Ok(steps)
    }

    /// The body has ended.
    ///
    /// # Errors
    /// `EndedEarly` if the end marker did not come, `ProviderError` if the provider gave an error as the reason for that.
    pub fn finish(&self) -> Result<(), Failure> {
        if self.ended {
            Ok(())
        } else if self.broken {
            Err(Failure::new(FailureKind::ProviderError))
        } else {
            Err(Failure::new(FailureKind::EndedEarly))
        }
    }

    fn stop(&mut self) -> Result<Vec<CompletionEvent>, Failure> {
        if self.broken {
            return Err(Failure::new(FailureKind::ProviderError));
        }
        self.ended = true;
        let mut steps = Vec::new();
        steps.extend(self.reasoning.end().map(CompletionEvent::reasoning));
        steps.extend(self.text.end().map(CompletionEvent::text));
        // The marker alone says that the answer is whole.
        let reason = self.stop_reason.unwrap_or(StopReason::Done);
        steps.push(CompletionEvent::Stopped { reason });
        Ok(steps)
    }

    fn chunk(&mut self, json: &str) -> Result<Vec<CompletionEvent>, Failure> {
        let json = surrogates::stand_in(json);
        let mut chunk = wire::read(&json).map_err(|error| {
            // Where, not what: the error's own text may repeat the answer's.
            malformed(format!(
                "not the protocol's JSON, at column {}",
                error.column()
            ))
        })?;
        if !chunk.is_object() {
            return Err(malformed("not an object"));
        }
        if let Some(mut failure) = error_in(&chunk) {
            failure.detail = failure.detail.as_deref().map(surrogates::replace);
            return Err(failure);
        }
        let mut steps = Vec::new();
        if !self.started {
            self.started = true;
            steps.push(CompletionEvent::Started);
        }
        let choices = match wire::take(&mut chunk, "choices") {
            Value::Array(choices) => choices,
            Value::Null => Vec::new(),
            // The answer is in there, and can't be read. To go on would be to lose it without a word.
            _ => return Err(malformed("the choices are not a list")),
        };
        // Only the first choice is shown; no request asks for more.
        let is_first = |choice: &Value| choice["index"].as_u64().unwrap_or(0) == 0;
        for mut choice in choices.into_iter().filter(is_first) {
            let delta = match wire::take(&mut choice, "delta") {
                delta @ Value::Object(_) => delta,
                // In its place in an answer that was not streamed.
                _ => wire::take(&mut choice, "message"),
            };
            self.push_delta(delta, &mut steps)?;
            match choice["finish_reason"].as_str() {
                None | Some("") => {}
                Some("error") => self.broken = true,
                Some(reason) => self.stop_reason = Some(stop_reason(reason)),
            }
        }
        // Groq's own corner repeats the usage.
        let reported = [&chunk["usage"], &chunk["x_groq"]["usage"]];
        if let Some(usage) = reported.into_iter().find_map(usage::read)
            && self.usage != Some(usage)
        {
            self.usage = Some(usage);
            steps.push(CompletionEvent::Usage(usage));
        }
        Ok(steps)
    }

    fn push_delta(
        &mut self,
        mut delta: Value,
        steps: &mut Vec<CompletionEvent>,
    ) -> Result<(), Failure> {
        // Servers that are changing from one name to the other send both.
        let reasoning = ["reasoning_content", "reasoning"]
            .into_iter()
            .filter_map(|name| wire::take_text(&mut delta, name))
            .find(|text| !text.is_empty());
        self.push_reasoning(reasoning, steps);
        match wire::take(&mut delta, "content") {
            Value::String(text) => self.push_text(Some(text), steps),
            // Mistral's list of parts, into which text changes in mid-stream.
            Value::Array(parts) => {
                for part in parts {
                    self.push_part(part, steps)?;
                }
            }
            part => self.push_part(part, steps)?,
        }
        self.push_text(wire::take_text(&mut delta, "refusal"), steps);
        Ok(())
    }

    fn push_part(
        &mut self,
        mut part: Value,
        steps: &mut Vec<CompletionEvent>,
    ) -> Result<(), Failure> {
        if part.is_array() {
            return Err(malformed("a list within the list of content"));
        }
        let thinking = match wire::take(&mut part, "thinking") {
            Value::String(text) => Some(text),
            Value::Array(mut parts) => Some(
                parts
                    .iter_mut()
                    .filter_map(|part| wire::take_text(part, "text"))
                    .collect(),
            ),
            _ => None,
        };
        self.push_reasoning(thinking, steps);
        self.push_text(wire::take_text(&mut part, "text"), steps);
        self.push_text(wire::take_text(&mut part, "refusal"), steps);
        Ok(())
    }

    fn push_text(&mut self, text: Option<String>, steps: &mut Vec<CompletionEvent>) {
        let text = text.map(|text| self.text.join(text));
        steps.extend(
            text.filter(|text| !text.is_empty())
                .map(CompletionEvent::text),
        );
    }

    fn push_reasoning(&mut self, text: Option<String>, steps: &mut Vec<CompletionEvent>) {
        let text = text.map(|text| self.reasoning.join(text));
        steps.extend(
            text.filter(|text| !text.is_empty())
                .map(CompletionEvent::reasoning),
        );
    }
}

fn malformed(detail: impl Into<String>) -> Failure {
    Failure::new(FailureKind::MalformedStream).with_detail(detail)
}

/// An error stands before all else, whatever the HTTP status said.
fn error_in(chunk: &Value) -> Option<Failure> {
    let named = [&chunk["error"], &chunk["x_groq"]["error"]]
        .into_iter()
        .find(|error| !says_nothing(error) && provider_error::is_one(error));
    if let Some(error) = named {
        return Some(provider_error::in_stream(error));
    }
    // vLLM's flat form.
    (chunk["object"] == "error").then(|| provider_error::in_stream(chunk))
}

/// Some say of every event that it has no error, as a number or an empty object.
fn says_nothing(error: &Value) -> bool {
    match error {
        Value::Number(code) => code.as_f64() == Some(0.0),
        Value::Object(fields) => fields.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
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
