//! The errors of Google's APIs.
//!
//! Source: "API errors" of the Gemini API, `google.rpc.Code` and `google.rpc.ErrorInfo`, and errors that people report. One status
//! covers several causes; the reason among the details, or else the words, tells them apart.

use chat::{Failure, FailureKind};
use serde_json::Value;

use crate::provider_error;

/// The kind of an error that has one of Google's statuses.
pub(crate) fn kind(error: &Value) -> Option<FailureKind> {
    kind_of(error.get("status")?.as_str()?, error)
}

/// As [`provider_error::in_event`]. Gateways leave the status out and keep its number.
pub(super) fn in_event(event: &Value) -> Option<Failure> {
    let mut failure = provider_error::in_event(event)?;
    if failure.kind == FailureKind::ProviderError {
        let error = &event["error"];
        let number = error["code"].as_u64().and_then(status_of);
        let kind = number.and_then(|status| kind_of(status, error));
        failure.kind = kind.unwrap_or(failure.kind);
    }
    Some(failure)
}

fn kind_of(status: &str, error: &Value) -> Option<FailureKind> {
    let words = error["message"].as_str().unwrap_or_default();
    let words = words.to_ascii_lowercase();
    let says = |texts: &[&str]| texts.iter().any(|text| words.contains(text));
    let is_key_dead = || {
        has_reason(error, "API_KEY_INVALID")
            || says(&[
                "api key not valid",
                "api key not found",
                "api key expired",
                "reported as leaked",
            ])
    };
    Some(match status {
        "UNAUTHENTICATED" => FailureKind::KeyRejected,
        "INVALID_ARGUMENT" | "PERMISSION_DENIED" | "FAILED_PRECONDITION" if is_key_dead() => {
            FailureKind::KeyRejected
        }
        "PERMISSION_DENIED" => FailureKind::NotPermitted,
        "INVALID_ARGUMENT" | "FAILED_PRECONDITION"
            if says(&["location is not supported", "not available in your country"]) =>
        {
            FailureKind::NotPermitted
        }
        "INVALID_ARGUMENT" if says(&["token count"]) && says(&["exceeds the maximum"]) => {
            FailureKind::PromptTooLong
        }
        "INVALID_ARGUMENT" | "FAILED_PRECONDITION" | "OUT_OF_RANGE" | "UNIMPLEMENTED" => {
            FailureKind::RequestRefused
        }
        "NOT_FOUND" => FailureKind::ModelUnknown,
        "RESOURCE_EXHAUSTED" if says(&["credits are depleted", "spending cap"]) => {
            FailureKind::OutOfCredit
        }
        "RESOURCE_EXHAUSTED" => FailureKind::RateLimited,
        "UNAVAILABLE" if says(&["overloaded", "high demand", "capacity"]) => {
            FailureKind::ProviderOverloaded
        }
        "UNAVAILABLE" | "INTERNAL" | "DEADLINE_EXCEEDED" | "ABORTED" | "DATA_LOSS" => {
            FailureKind::ProviderUnavailable
        }
        _ => return None,
    })
}

fn has_reason(error: &Value, reason: &str) -> bool {
    error["details"]
        .as_array()
        .is_some_and(|details| details.iter().any(|detail| detail["reason"] == reason))
}

fn status_of(code: u64) -> Option<&'static str> {
    Some(match code {
        400 => "INVALID_ARGUMENT",
        401 => "UNAUTHENTICATED",
        403 => "PERMISSION_DENIED",
        404 => "NOT_FOUND",
        429 => "RESOURCE_EXHAUSTED",
        500 => "INTERNAL",
        503 => "UNAVAILABLE",
        504 => "DEADLINE_EXCEEDED",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_status_has_its_kind() {
        use FailureKind as K;
        for (status, message, expected) in [
            ("UNAUTHENTICATED", "", Some(K::KeyRejected)),
            (
                "INVALID_ARGUMENT",
                "API key not valid. Please pass a valid API key.",
                Some(K::KeyRejected),
            ),
            (
                "PERMISSION_DENIED",
                "Your API key was reported as leaked.",
                Some(K::KeyRejected),
            ),
            ("PERMISSION_DENIED", "", Some(K::NotPermitted)),
            (
                "FAILED_PRECONDITION",
                "User location is not supported for the API use.",
                Some(K::NotPermitted),
            ),
            ("FAILED_PRECONDITION", "", Some(K::RequestRefused)),
            (
                "INVALID_ARGUMENT",
                "The input token count (9) exceeds the maximum number of tokens allowed (8).",
                Some(K::PromptTooLong),
            ),
            ("INVALID_ARGUMENT", "", Some(K::RequestRefused)),
            ("NOT_FOUND", "", Some(K::ModelUnknown)),
            (
                "RESOURCE_EXHAUSTED",
                "You exceeded your current quota, please check your plan and billing details.",
                Some(K::RateLimited),
            ),
            (
                "RESOURCE_EXHAUSTED",
                "Your prepayment credits are depleted.",
                Some(K::OutOfCredit),
            ),
            (
                "UNAVAILABLE",
                "The model is overloaded.",
                Some(K::ProviderOverloaded),
            ),
            ("UNAVAILABLE", "", Some(K::ProviderUnavailable)),
            ("INTERNAL", "", Some(K::ProviderUnavailable)),
            ("DEADLINE_EXCEEDED", "", Some(K::ProviderUnavailable)),
            ("SOMETHING_NEW", "", None),
        ] {
            let error = json!({"code": 0, "status": status, "message": message});
            assert_eq!(kind(&error), expected, "{status} {message}");
        }
        let reason =
            json!({"status": "INVALID_ARGUMENT", "details": [{}, {"reason": "API_KEY_INVALID"}]});
        assert_eq!(kind(&reason), Some(K::KeyRejected));
        assert_eq!(kind(&json!({"status": 7, "details": "x"})), None);
        assert_eq!(kind(&json!("no")), None);
    }
}
