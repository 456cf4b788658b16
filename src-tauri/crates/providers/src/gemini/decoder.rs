//! From chunks to the steps of an answer: a pure state machine.

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
            "blockReason"
                | "candidates"
                | "citationMetadata"
                | "codeExecutionResult"
                | "content"
                | "error"
                | "executableCode"
                | "finishReason"
                | "functionCall"
                | "groundingMetadata"
                | "index"
                | "parts"
                | "promptFeedback"
                | "text"
                | "thought"
                | "usageMetadata"
        )
    },
    is_whole: |name| {
        matches!(
            name,
            "citationMetadata"
                | "codeExecutionResult"
                | "error"
                | "executableCode"
                | "functionCall"
                | "groundingMetadata"
                | "usageMetadata"
        )
    },
};

/// Decodes one answer.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    answer: Answer,
    stop_reason: Option<StopReason>,
}

impl Decode for Decoder {
    fn event(&mut self, _kind: &str, data: &str) -> Result<Vec<CompletionEvent>, Failure> {
        let data = data.trim();
        if self.answer.has_ended() || data.is_empty() || data == "[DONE]" {
            return Ok(Vec::new());
        }
        self.chunk(data)?;
        Ok(self.answer.take())
    }

    /// One chunk, or the list of chunks that comes where server-sent events were not asked for.
    fn whole(&mut self, document: &str) -> Result<Vec<CompletionEvent>, Failure> {
        let is_answer = match serde_json::from_str::<Value>(document) {
            Ok(Value::Array(chunks)) => {
                for chunk in &chunks {
                    self.chunk(&chunk.to_string())?;
                }
                !chunks.is_empty()
            }
            Ok(chunk) => {
                self.chunk(document)?;
                ["candidates", "promptFeedback"]
                    .iter()
                    .any(|name| chunk.get(name).is_some())
            }
            Err(_) => false,
        };
        if !is_answer {
            return Err(Failure::new(FailureKind::NotAnApi));
        }
        self.finish(Ending::Body)
    }

    fn finish(&mut self, _ending: Ending) -> Result<Vec<CompletionEvent>, Failure> {
        let Some(reason) = self.stop_reason else {
            return Err(Failure::new(FailureKind::EndedEarly));
        };
        self.answer.stop(match reason {
            StopReason::Done if self.answer.has_calls() => StopReason::ToolUse,
            other => other,
        });
        Ok(self.answer.take())
    }
}

impl Decoder {
    fn chunk(&mut self, data: &str) -> Result<(), Failure> {
        let mut chunk = json::object(data, FIELDS)?;
        if let Some(failure) = provider_error::in_event(&chunk) {
            return Err(failure);
        }
        self.answer.start();
        if let Some(reason) = chunk["promptFeedback"]["blockReason"].as_str()
            && reason != "BLOCK_REASON_UNSPECIFIED"
        {
            self.stop_reason = Some(StopReason::Filtered);
        }
        let candidates = match json::take(&mut chunk, "candidates") {
            Value::Array(candidates) => candidates,
            Value::Null => Vec::new(),
            _ => return Err(json::malformed("the candidates are not a list")),
        };
        // Only the first is shown; no request asks for more.
        let is_first = |candidate: &Value| json::count(&candidate["index"]).unwrap_or(0) == 0;
        for mut candidate in candidates.into_iter().filter(is_first) {
            let mut content = json::take(&mut candidate, "content");
            if let Value::Array(parts) = json::take(&mut content, "parts") {
                for part in parts {
                    self.part(part)?;
                }
            }
            self.cite(&candidate);
            if let Some(reason) = candidate["finishReason"].as_str()
                && let Some(reason) = stop_reason(reason)
            {
                self.stop_reason = Some(reason);
            }
        }
        self.answer.usage(usage(&chunk["usageMetadata"]));
        Ok(())
    }

    fn part(&mut self, mut part: Value) -> Result<(), Failure> {
        if let Some(text) = json::take_text(&mut part, "text") {
            if part["thought"] == true {
                self.answer.reasoning(text);
            } else {
                self.answer.text(text);
            }
        }
        if let Value::Object(call) = &part["functionCall"] {
            let text = |name: &str| call.get(name).and_then(Value::as_str).map(str::to_owned);
            // Each part is a whole call, so no two share a key.
            self.answer.whole_call(CallPiece {
                key: None,
                id: text("id"),
                name: text("name"),
                arguments: call.get("args").map(json::arguments).unwrap_or_default(),
            })?;
        }
        // Code that the model ran at Google's is part of what it says.
        if let Some(code) = part["executableCode"]["code"].as_str() {
            let language = part["executableCode"]["language"].as_str();
            let language = language.unwrap_or_default().to_ascii_lowercase();
            self.answer.text(fenced(&language, code));
        }
        if let Some(output) = part["codeExecutionResult"]["output"].as_str() {
            self.answer.text(fenced("", output));
        }
        Ok(())
    }

    fn cite(&mut self, candidate: &Value) {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let chunks = candidate["groundingMetadata"]["groundingChunks"].as_array();
        for chunk in chunks.into_iter().flatten() {
            // From the web, from a store of one's own, or from a map.
            for kind in ["web", "retrievedContext", "maps"] {
                self.answer.citation(Citation {
                    url: text(&chunk[kind]["uri"]),
                    title: text(&chunk[kind]["title"]),
                    quote: None,
                });
            }
        }
        let metadata = &candidate["citationMetadata"];
        let sources = ["citationSources", "citations"]
            .iter()
            .filter_map(|name| metadata[*name].as_array());
        for source in sources.flatten() {
            self.answer.citation(Citation {
                url: text(&source["uri"]),
                title: text(&source["title"]),
                quote: None,
            });
        }
    }
}

/// A block of code, on lines of its own whatever stands before it. The fence is longer than any in it.
fn fenced(language: &str, code: &str) -> String {
    let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(3.max(longest + 1));
    let code = code.strip_suffix('\n').unwrap_or(code);
    format!("\n\n{fence}{language}\n{code}\n{fence}\n\n")
}

/// `None` if the reason says nothing.
fn stop_reason(reason: &str) -> Option<StopReason> {
    Some(match reason {
        "" | "FINISH_REASON_UNSPECIFIED" => return None,
        "STOP" => StopReason::Done,
        "MAX_TOKENS" => StopReason::Length,
        "SAFETY"
        | "RECITATION"
        | "BLOCKLIST"
        | "PROHIBITED_CONTENT"
        | "SPII"
        | "IMAGE_SAFETY"
        | "IMAGE_PROHIBITED_CONTENT"
        | "IMAGE_RECITATION" => StopReason::Filtered,
        _ => StopReason::Other,
    })
}

/// Thoughts are counted beside the candidates, and what tools were told beside the prompt.
fn usage(metadata: &Value) -> Usage {
    let count = |name: &str| metadata.get(name).and_then(json::count);
    let sum = |one: Option<u64>, other: Option<u64>| match (one, other) {
        (Some(one), Some(other)) => Some(one.saturating_add(other)),
        (one, other) => one.or(other),
    };
    let thoughts = count("thoughtsTokenCount");
    Usage {
        input_tokens: count("promptTokenCount")
            .map(|prompt| prompt.saturating_add(count("toolUsePromptTokenCount").unwrap_or(0))),
        output_tokens: sum(count("candidatesTokenCount"), thoughts),
        reasoning_tokens: thoughts,
        cached_tokens: count("cachedContentTokenCount"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn thoughts_are_output_and_counted_once() {
        let counted = usage(&json!({
            "promptTokenCount": 10, "candidatesTokenCount": 5, "thoughtsTokenCount": 20, "totalTokenCount": 35,
            "cachedContentTokenCount": 4, "toolUsePromptTokenCount": 7,
        }));
        assert_eq!(
            (counted.input_tokens, counted.output_tokens),
            (Some(17), Some(25))
        );
        assert_eq!(
            (counted.reasoning_tokens, counted.cached_tokens),
            (Some(20), Some(4))
        );
        assert_eq!(usage(&json!({"totalTokenCount": 9})), Usage::default());
        assert_eq!(usage(&Value::Null), Usage::default());
    }

    #[test]
    fn code_with_fences_stays_whole() {
        assert_eq!(
            fenced("python", "print(1)\n"),
            "\n\n```python\nprint(1)\n```\n\n"
        );
        assert_eq!(fenced("", "````"), "\n\n`````\n````\n`````\n\n");
    }
}
