//! Token counts.

use chat::Usage;
use serde_json::Value;

use crate::json;

/// Reads a `usage` object. `None` if it counts nothing.
pub(super) fn read(usage: &Value) -> Option<Usage> {
    if !usage.is_object() {
        return None;
    }
    let count = |pointer: &str| usage.pointer(pointer).and_then(json::count);
    let input_tokens = count("/prompt_tokens");
    let reasoning_tokens = count("/completion_tokens_details/reasoning_tokens");
    let mut output_tokens = count("/completion_tokens");
    // xAI counts reasoning beside the completion, everyone else inside it. The total tells.
    if let (Some(input), Some(output), Some(reasoning), Some(total)) = (
        input_tokens,
        output_tokens,
        reasoning_tokens,
        count("/total_tokens"),
    ) && input
        .checked_add(output)
        .and_then(|sum| sum.checked_add(reasoning))
        == Some(total)
    {
        output_tokens = output.checked_add(reasoning);
    }
    let usage = Usage {
        input_tokens,
        output_tokens,
        reasoning_tokens,
        cached_tokens: count("/prompt_tokens_details/cached_tokens")
            .or_else(|| count("/prompt_cache_hit_tokens")),
    };
    (usage != Usage::default()).then_some(usage)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_not_said_is_unknown() {
        assert_eq!(read(&json!({})), None);
        assert_eq!(
            read(&json!({"prompt_tokens": null, "completion_tokens": "nine"})),
            None
        );
        let only = read(&json!({"completion_tokens": 9, "prompt_tokens": -1})).unwrap();
        assert_eq!((only.input_tokens, only.output_tokens), (None, Some(9)));
    }

    #[test]
    fn reasoning_counts_as_output_once() {
        let details = json!({"reasoning_tokens": 110});
        let inside = json!({"prompt_tokens": 32, "completion_tokens": 119, "total_tokens": 151, "completion_tokens_details": details});
        let beside = json!({"prompt_tokens": 32, "completion_tokens": 9, "total_tokens": 151, "completion_tokens_details": details});
        assert_eq!(read(&inside).unwrap().output_tokens, Some(119));
        assert_eq!(read(&beside).unwrap().output_tokens, Some(119));
    }

    #[test]
    fn huge_numbers_do_not_overflow() {
        let max = u64::MAX;
        let usage = json!({"prompt_tokens": max, "completion_tokens": max, "total_tokens": max, "completion_tokens_details": {"reasoning_tokens": max}});
        assert_eq!(read(&usage).unwrap().output_tokens, Some(max));
    }
}
