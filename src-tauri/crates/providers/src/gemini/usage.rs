//! Token counts.
//!
//! Source: `UsageMetadata` in the reference of the Gemini API. The prompt's count includes what came from the cache; those of thoughts
//! and of what tools put into the prompt are beside the others.

use chat::Usage;
use serde_json::Value;

/// The counts of one answer, as reported so far. A later one replaces an earlier one.
#[derive(Debug, Default)]
pub(super) struct Counts {
    prompt: Option<u64>,
    tool_use: Option<u64>,
    candidates: Option<u64>,
    thoughts: Option<u64>,
    cached: Option<u64>,
    total: Option<u64>,
}

impl Counts {
    /// Reads what stands under `usageMetadata`.
    pub(super) fn read(&mut self, usage: &Value) {
        for (kept, camel, snake) in [
            (&mut self.prompt, "promptTokenCount", "prompt_token_count"),
            (
                &mut self.tool_use,
                "toolUsePromptTokenCount",
                "tool_use_prompt_token_count",
            ),
            (
                &mut self.candidates,
                "candidatesTokenCount",
                "candidates_token_count",
            ),
            (
                &mut self.thoughts,
                "thoughtsTokenCount",
                "thoughts_token_count",
            ),
            (
                &mut self.cached,
                "cachedContentTokenCount",
                "cached_content_token_count",
            ),
            (&mut self.total, "totalTokenCount", "total_token_count"),
        ] {
            let reported = [camel, snake].iter().find_map(|name| count(&usage[*name]));
            *kept = reported.or(*kept);
        }
    }

    /// What they come to.
    pub(super) fn usage(&self) -> Usage {
        let tool_use = self.tool_use.unwrap_or_default();
        let input_tokens = self.prompt.map(|prompt| prompt.saturating_add(tool_use));
        let output_tokens = match (self.candidates, self.thoughts) {
            (Some(written), Some(thoughts)) if !self.has_thoughts_within(written) => {
                Some(written.saturating_add(thoughts))
            }
            // A count of 0 is left out: while the model only thinks, there is none of candidates.
            (written, thoughts) => written.or(thoughts),
        };
        Usage {
            input_tokens,
            output_tokens,
            reasoning_tokens: self.thoughts,
            cached_tokens: self.cached,
        }
    }

    /// Some servers count thoughts among the candidates' tokens. The total tells.
    fn has_thoughts_within(&self, written: u64) -> bool {
        let beside_thoughts = self
            .prompt
            .and_then(|prompt| prompt.checked_add(self.tool_use.unwrap_or_default()))
            .and_then(|input| input.checked_add(written));
        beside_thoughts.is_some() && beside_thoughts == self.total && self.thoughts <= Some(written)
    }
}

/// A count, which JSON of protocol buffers may hold as text.
fn count(value: &Value) -> Option<u64> {
    match value {
        Value::String(text) => text.trim().parse().ok(),
        other => other.as_u64(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn usage(reports: &[Value]) -> Usage {
        let mut counts = Counts::default();
        for report in reports {
            counts.read(report);
        }
        counts.usage()
    }

    #[test]
    fn what_is_not_said_is_unknown() {
        let nothing = json!({"promptTokenCount": null, "candidatesTokenCount": -1, "x": 3});
        assert_eq!(usage(&[nothing, json!(null)]), Usage::default());
        let only = usage(&[json!({"prompt_token_count": "9", "totalTokenCount": 9})]);
        assert_eq!((only.input_tokens, only.output_tokens), (Some(9), None));
    }

    #[test]
    fn thoughts_are_counted_once() {
        let of = |total| {
            let report = json!({"promptTokenCount": 10, "toolUsePromptTokenCount": 5, "candidatesTokenCount": 30, "thoughtsTokenCount": 20, "totalTokenCount": total});
            usage(&[report])
        };
        assert_eq!(of(65).output_tokens, Some(50));
        assert_eq!(of(45).output_tokens, Some(30));
        assert_eq!(of(45).input_tokens, Some(15));
        assert_eq!(of(45).reasoning_tokens, Some(20));
    }

    #[test]
    fn a_later_count_replaces_an_earlier_one() {
        let both = usage(&[
            json!({"promptTokenCount": 7, "thoughtsTokenCount": 20}),
            json!({"promptTokenCount": 6, "candidatesTokenCount": 2}),
        ]);
        assert_eq!((both.input_tokens, both.output_tokens), (Some(6), Some(22)));
    }

    #[test]
    fn huge_numbers_do_not_overflow() {
        let max = u64::MAX;
        let report = json!({"promptTokenCount": max, "toolUsePromptTokenCount": max, "candidatesTokenCount": max, "thoughtsTokenCount": max, "totalTokenCount": max});
        assert_eq!(usage(&[report]).output_tokens, Some(max));
    }
}
