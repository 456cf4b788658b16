//! From events to the steps of an answer: a pure state machine.

use chat::{CompletionEvent, Failure, FailureKind, StopReason};
use serde_json::Value;

use super::calls::Calls;
use super::end::End;
use super::fields::FIELDS;
use super::usage::Counts;
use super::{errors, sources, take};
use crate::answer::Answer;
use crate::decoder::{Decode, Ending};
use crate::json::{self, malformed};
use crate::surrogates;

/// Decodes one answer.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    answer: Answer,
    calls: Calls,
    counts: Counts,
    end: Option<End>,
    /// Whether the text, and the reasoning, so far ends within a line.
    text_within_line: bool,
    reasoning_within_line: bool,
}

/// Whether a document has anything that an answer has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    Answer,
    Nothing,
}

impl Decode for Decoder {
    fn event(&mut self, _kind: &str, data: &str) -> Result<Vec<CompletionEvent>, Failure> {
        let data = data.trim();
        // Gateways that speak several protocols end each of them with OpenAI's marker.
        if self.answer.has_ended() || data.is_empty() || data == "[DONE]" {
            return Ok(Vec::new());
        }
        self.document(data)?;
        Ok(self.answer.take())
    }

    fn whole(&mut self, document: &str) -> Result<Vec<CompletionEvent>, Failure> {
        if self.document(document)? == Seen::Nothing {
            return Err(Failure::new(FailureKind::NotAnApi));
        }
        self.stop()
    }

    fn finish(&mut self, _ending: Ending) -> Result<Vec<CompletionEvent>, Failure> {
        self.stop()
    }
}

impl Decoder {
    fn stop(&mut self) -> Result<Vec<CompletionEvent>, Failure> {
        let reason = match &self.end {
            None => return Err(Failure::new(FailureKind::EndedEarly)),
            Some(End::Broken(words)) => {
                let failure = Failure::new(FailureKind::ProviderError);
                return Err(match words {
                    Some(words) => failure.with_detail(surrogates::replace(words)),
                    None => failure,
                });
            }
            Some(End::Stopped(reason)) => *reason,
        };
        self.calls.close(&mut self.answer)?;
        // A call ends an answer as any last word does.
        let reason = match reason {
            StopReason::Done if self.answer.has_calls() => StopReason::ToolUse,
            other => other,
        };
        self.answer.stop(reason);
        Ok(self.answer.take())
    }

    /// One chunk, or a list of them: the form of an answer that was asked for without `alt=sse`.
    fn document(&mut self, data: &str) -> Result<Seen, Failure> {
        match json::document(data, FIELDS)? {
            Value::Array(chunks) => {
                let mut seen = Seen::Nothing;
                for chunk in chunks {
                    if self.chunk(chunk)? == Seen::Answer {
                        seen = Seen::Answer;
                    }
                }
                Ok(seen)
            }
            chunk => self.chunk(chunk),
        }
    }

    fn chunk(&mut self, mut chunk: Value) -> Result<Seen, Failure> {
        if !chunk.is_object() {
            return Err(malformed("not an object"));
        }
        // Google's own gateways wrap a chunk.
        let wrapped = json::take(&mut chunk, "response");
        if let Some(failure) = [&chunk, &wrapped].into_iter().find_map(errors::in_event) {
            return Err(failure);
        }
        if wrapped.is_object() {
            chunk = wrapped;
        }
        self.answer.start();
        let mut seen = Seen::Nothing;
        let mut feedback = take(&mut chunk, "promptFeedback", "prompt_feedback");
        if feedback.is_object() {
            seen = Seen::Answer;
        }
        if let Some(end) = End::of_prompt(&take(&mut feedback, "blockReason", "block_reason")) {
            self.end = Some(end);
        }
        match json::take(&mut chunk, "candidates") {
            Value::Array(candidates) => {
                seen = Seen::Answer;
                for (place, candidate) in candidates.into_iter().enumerate() {
                    // Only the first is shown; no request asks for more.
                    if candidate["index"].as_u64().unwrap_or(place as u64) == 0 {
                        self.candidate(candidate)?;
                    }
                }
            }
            Value::Null => {}
            // The answer is in there, and can't be read. To go on would be to lose it without a word.
            _ => return Err(malformed("the candidates are not a list")),
        }
        self.counts
            .read(&take(&mut chunk, "usageMetadata", "usage_metadata"));
        self.answer.usage(self.counts.usage());
        Ok(seen)
    }

    fn candidate(&mut self, mut candidate: Value) -> Result<(), Failure> {
        let mut content = json::take(&mut candidate, "content");
        match json::take(&mut content, "parts") {
            Value::Array(parts) => {
                for part in parts {
                    self.part(part)?;
                }
            }
            part => self.part(part)?,
        }
        for citation in sources::take(&mut candidate) {
            self.answer.citation(citation);
        }
        let words = take(&mut candidate, "finishMessage", "finish_message");
        let words = words.as_str().map(str::to_owned);
        let reason = take(&mut candidate, "finishReason", "finish_reason");
        if let Some(end) = End::of_candidate(&reason, words, self.end.as_ref()) {
            self.end = Some(end);
        }
        Ok(())
    }

    fn part(&mut self, mut part: Value) -> Result<(), Failure> {
        let call = take(&mut part, "functionCall", "function_call");
        if call.is_object() {
            self.calls.part(call, &mut self.answer)?;
        }
        let is_thought = part["thought"] == true || part["thought"] == "true";
        if let Some(text) = json::take_text(&mut part, "text") {
            self.say(is_thought, text);
        }
        let mut code = take(&mut part, "executableCode", "executable_code");
        if let Some(text) = json::take_text(&mut code, "code") {
            let language = json::take_text(&mut code, "language").unwrap_or_default();
            self.say_code(is_thought, &language, &text);
        }
        let mut result = take(&mut part, "codeExecutionResult", "code_execution_result");
        if let Some(output) = json::take_text(&mut result, "output") {
            self.say_code(is_thought, "", &output);
        }
        Ok(())
    }

    fn say(&mut self, is_thought: bool, text: String) {
        let within_line = if is_thought {
            &mut self.reasoning_within_line
        } else {
            &mut self.text_within_line
        };
        if !text.is_empty() {
            *within_line = !text.ends_with('\n');
        }
        if is_thought {
            self.answer.reasoning(text);
        } else {
            self.answer.text(text);
        }
    }

    /// Code that the model ran, or what came of it, as a fenced block on lines of its own.
    fn say_code(&mut self, is_thought: bool, language: &str, code: &str) {
        if code.is_empty() {
            return;
        }
        let within_line = if is_thought {
            self.reasoning_within_line
        } else {
            self.text_within_line
        };
        let block = fenced(language, code);
        self.say(
            is_thought,
            if within_line {
                format!("\n{block}")
            } else {
                block
            },
        );
    }
}

/// Code in a fence that is longer than any within it.
fn fenced(language: &str, code: &str) -> String {
    let longest = code
        .split(|c| c != '`')
        .map(str::len)
        .max()
        .unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    let is_name = language.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let language = if is_name { language } else { "" }.to_ascii_lowercase();
    let end = if code.ends_with('\n') { "" } else { "\n" };
    format!("{fence}{language}\n{code}{end}{fence}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fence_is_longer_than_what_it_holds() {
        assert_eq!(fenced("PYTHON", "print(1)"), "```python\nprint(1)\n```\n");
        assert_eq!(
            fenced("LANGUAGE_UNSPECIFIED", "````\n"),
            "`````\n````\n`````\n"
        );
        assert_eq!(fenced("a`\nb", "x"), "```\nx\n```\n");
    }
}
