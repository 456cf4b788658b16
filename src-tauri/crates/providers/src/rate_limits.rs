//! What a provider says is left of its own limits, in the headers of its answers.
//!
//! `x-ratelimit-…` as OpenAI documents it (<https://platform.openai.com/docs/guides/rate-limits>), which Groq, Together and others send
//! too; `anthropic-ratelimit-…` (<https://docs.claude.com/en/api/rate-limits>). What is no number is passed over.

use http::HeaderMap;

/// How much is left of something, and of how much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// How much is left.
    pub left: u64,
    /// How much there is in all, where that is told.
    pub of: Option<u64>,
}

/// What is left of a provider's own limits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RateLimits {
    /// Requests.
    pub requests: Option<Left>,
    /// Tokens; of several kinds the one of which least is left.
    pub tokens: Option<Left>,
}

impl RateLimits {
    /// What an answer's headers tell. `None` if they tell nothing.
    pub(crate) fn told(headers: &HeaderMap) -> Option<Self> {
        let count = |name: String| {
            let text = headers.get(name)?.to_str().ok()?;
            text.trim().parse::<u64>().ok()
        };
        let usual = |what: &str| {
            let left = count(format!("x-ratelimit-remaining-{what}"))?;
            let of = count(format!("x-ratelimit-limit-{what}"));
            Some(Left { left, of })
        };
        let anthropic = |what: &str| {
            let left = count(format!("anthropic-ratelimit-{what}-remaining"))?;
            let of = count(format!("anthropic-ratelimit-{what}-limit"));
            Some(Left { left, of })
        };
        let tokens = [
            usual("tokens"),
            anthropic("tokens"),
            anthropic("input-tokens"),
            anthropic("output-tokens"),
        ];
        let told = Self {
            requests: usual("requests").or_else(|| anthropic("requests")),
            tokens: tokens.into_iter().flatten().min_by_key(|one| one.left),
        };
        (told != Self::default()).then_some(told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(headers: &[(&'static str, &'static str)]) -> Option<RateLimits> {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect();
        RateLimits::told(&headers)
    }

    fn left(left: u64, of: u64) -> Left {
        Left { left, of: Some(of) }
    }

    #[test]
    fn both_families_of_headers_are_read() {
        let of_openai = told(&[
            ("x-ratelimit-limit-requests", "60"),
            ("x-ratelimit-limit-tokens", "150000"),
            ("x-ratelimit-remaining-requests", "59"),
            ("x-ratelimit-remaining-tokens", "149984"),
            ("x-ratelimit-reset-requests", "1s"),
        ]);
        let expected = RateLimits {
            requests: Some(left(59, 60)),
            tokens: Some(left(149_984, 150_000)),
        };
        assert_eq!(of_openai, Some(expected));
        let of_anthropic = told(&[
            ("anthropic-ratelimit-requests-limit", "50"),
            ("anthropic-ratelimit-requests-remaining", "49"),
            ("anthropic-ratelimit-input-tokens-limit", "30000"),
            ("anthropic-ratelimit-input-tokens-remaining", "29000"),
            ("anthropic-ratelimit-output-tokens-limit", "8000"),
            ("anthropic-ratelimit-output-tokens-remaining", "8000"),
        ]);
        let expected = RateLimits {
            requests: Some(left(49, 50)),
            tokens: Some(left(8_000, 8_000)),
        };
        assert_eq!(of_anthropic, Some(expected));
    }

    #[test]
    fn what_is_no_number_tells_nothing() {
        for odd in ["", "-1", "many", "1.5", "99999999999999999999"] {
            assert_eq!(told(&[("x-ratelimit-remaining-requests", odd)]), None);
        }
        assert_eq!(told(&[("x-ratelimit-limit-requests", "60")]), None);
        let alone = told(&[("x-ratelimit-remaining-requests", " 5 ")]).unwrap();
        assert_eq!(alone.requests, Some(Left { left: 5, of: None }));
    }
}
