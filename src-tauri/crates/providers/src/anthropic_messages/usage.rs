//! Token counts.

use chat::Usage;
use serde_json::Value;

/// The counts so far. An answer's first event counts what was read, a later one what was written; either may repeat, correct or leave
/// out any of them.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Read and neither written to the cache nor taken from it.
    uncached: Option<u64>,
    cache_writes: Option<u64>,
    cache_reads: Option<u64>,
    output: Option<u64>,
    reasoning: Option<u64>,
}

impl Tally {
    /// Takes a `usage` object, or what stands in its place; gives all that is known by now.
    pub(super) fn update(&mut self, usage: &Value) -> Usage {
        let reported = |name: &str| count(&usage[name]);
        self.uncached = reported("input_tokens").or(self.uncached);
        self.cache_writes = reported("cache_creation_input_tokens").or(self.cache_writes);
        self.cache_reads = reported("cache_read_input_tokens").or(self.cache_reads);
        self.output = reported("output_tokens").or(self.output);
        self.reasoning =
            count(&usage["output_tokens_details"]["thinking_tokens"]).or(self.reasoning);
        Usage {
            input_tokens: self.uncached.map(|uncached| {
                [self.cache_writes, self.cache_reads]
                    .into_iter()
                    .flatten()
                    .fold(uncached, u64::saturating_add)
            }),
            output_tokens: self.output,
            reasoning_tokens: self.reasoning,
            cached_tokens: self.cache_reads,
        }
    }
}

/// A number of tokens, which some write as text.
fn count(value: &Value) -> Option<u64> {
    match value {
        Value::String(digits) => digits.trim().parse().ok(),
        number => number.as_u64(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn after(reports: &[Value]) -> Usage {
        let mut tally = Tally::default();
        let mut usage = Usage::default();
        for report in reports {
            usage = tally.update(report);
        }
        usage
    }

    #[test]
    fn what_is_not_said_is_unknown() {
        for nothing in [
            json!(null),
            json!({}),
            json!([1]),
            json!({"input_tokens": null, "output_tokens": -1, "output_tokens_details": 7}),
            json!({"input_tokens": "many", "output_tokens": 1.5}),
        ] {
            assert_eq!(
                after(std::slice::from_ref(&nothing)),
                Usage::default(),
                "{nothing}"
            );
        }
    }

    #[test]
    fn what_was_cached_was_read_too() {
        let usage = after(&[json!({
            "input_tokens": 5,
            "cache_creation_input_tokens": 70,
            "cache_read_input_tokens": 600,
            "output_tokens": 1,
        })]);
        assert_eq!(usage.input_tokens, Some(675));
        assert_eq!(usage.cached_tokens, Some(600));
    }

    #[test]
    fn the_cache_alone_is_not_all_that_was_read() {
        let usage = after(&[json!({"cache_read_input_tokens": 600})]);
        assert_eq!(usage.input_tokens, None);
        assert_eq!(usage.cached_tokens, Some(600));
    }

    #[test]
    fn a_later_count_replaces_an_earlier_one_and_what_is_left_out_stays() {
        let usage = after(&[
            json!({"input_tokens": 5, "cache_read_input_tokens": 600, "output_tokens": 9}),
            json!({"input_tokens": "6", "output_tokens": 8, "output_tokens_details": {"thinking_tokens": 3}}),
            json!({"cache_read_input_tokens": null}),
        ]);
        assert_eq!(
            usage,
            Usage {
                input_tokens: Some(606),
                output_tokens: Some(8),
                reasoning_tokens: Some(3),
                cached_tokens: Some(600),
            }
        );
    }

    #[test]
    fn a_sum_beyond_all_numbers_is_the_highest() {
        let usage = after(&[json!({"input_tokens": u64::MAX, "cache_read_input_tokens": 1})]);
        assert_eq!(usage.input_tokens, Some(u64::MAX));
    }
}
