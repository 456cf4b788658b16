//! From events to the steps of an answer: a pure state machine.

use chat::{CompletionEvent, Failure, FailureKind, StopReason, Usage};

use super::wire::{Chunk, Content, Delta};
use super::{END_MARKER, usage};
use crate::provider_error;

/// Decodes one answer.
#[derive(Debug, Default)]
pub struct Decoder {
    started: bool,
    stop_reason: Option<StopReason>,
    usage: Option<Usage>,
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
            return Ok(vec![self.stop()?]);
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
        steps.push(self.stop()?);
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

    fn stop(&mut self) -> Result<CompletionEvent, Failure> {
        if self.broken {
            return Err(Failure::new(FailureKind::ProviderError));
        }
        self.ended = true;
        // The marker alone says that the answer is whole.
        let reason = self.stop_reason.unwrap_or(StopReason::Done);
        Ok(CompletionEvent::Stopped { reason })
    }

    fn chunk(&mut self, json: &str) -> Result<Vec<CompletionEvent>, Failure> {
        let chunk: Chunk<'_> = serde_json::from_str(json).map_err(|error| {
            // Where, not what: the error's own text may repeat the answer's.
            let place = format!("not the protocol's JSON, at column {}", error.column());
            Failure::new(FailureKind::MalformedStream).with_detail(place)
        })?;
        if let Some(failure) = error_in(&chunk) {
            return Err(failure);
        }
        let mut steps = Vec::new();
        if !self.started {
            self.started = true;
            steps.push(CompletionEvent::Started);
        }
        // Only the first choice is shown; no request asks for more.
        let choices = chunk.choices.unwrap_or_default().into_iter();
        for choice in choices.filter(|choice| choice.index.unwrap_or(0) == 0) {
            if let Some(delta) = choice.delta.or(choice.message) {
                push_delta(delta, &mut steps);
            }
            match choice.finish_reason.as_deref() {
                None | Some("") => {}
                Some("error") => self.broken = true,
                Some(reason) => self.stop_reason = Some(stop_reason(reason)),
            }
        }
        let groq = chunk.x_groq.and_then(|x_groq| x_groq.usage);
        let reported = [chunk.usage, groq].iter().flatten().find_map(usage::read);
        if let Some(usage) = reported
            && self.usage != Some(usage)
        {
            self.usage = Some(usage);
            steps.push(CompletionEvent::Usage(usage));
        }
        Ok(steps)
    }
}

/// An error stands before all else, whatever the HTTP status said.
fn error_in(chunk: &Chunk<'_>) -> Option<Failure> {
    let groq = chunk
        .x_groq
        .as_ref()
        .and_then(|x_groq| x_groq.error.as_ref());
    let named = [chunk.error.as_ref(), groq].into_iter().flatten();
    if let Some(error) = named
        .into_iter()
        .find(|error| provider_error::is_one(error))
    {
        return Some(provider_error::in_stream(error));
    }
    (chunk.object.as_deref() == Some("error")).then(|| {
        provider_error::in_stream(&serde_json::json!({
            "message": chunk.message,
            "code": chunk.code,
            "type": chunk.kind,
        }))
    })
}

fn push_delta(delta: Delta, steps: &mut Vec<CompletionEvent>) {
    // Servers that are changing from one name to the other send both.
    let reasoning = [delta.reasoning_content, delta.reasoning]
        .into_iter()
        .flatten()
        .filter_map(super::wire::Reasoning::into_text)
        .find(|text| !text.is_empty());
    push_reasoning(reasoning, steps);
    match delta.content {
        None => {}
        Some(Content::Text(text)) => push_text(Some(text), steps),
        Some(Content::Parts(parts)) => {
            for part in parts {
                push_reasoning(part.thinking.map(flat_text), steps);
                push_text(part.text, steps);
                push_text(part.refusal, steps);
            }
        }
    }
    push_text(delta.refusal, steps);
}

fn flat_text(content: Content) -> String {
    match content {
        Content::Text(text) => text,
        Content::Parts(parts) => parts.into_iter().filter_map(|part| part.text).collect(),
    }
}

fn push_text(text: Option<String>, steps: &mut Vec<CompletionEvent>) {
    steps.extend(
        text.filter(|text| !text.is_empty())
            .map(CompletionEvent::text),
    );
}

fn push_reasoning(text: Option<String>, steps: &mut Vec<CompletionEvent>) {
    steps.extend(
        text.filter(|text| !text.is_empty())
            .map(CompletionEvent::reasoning),
    );
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
