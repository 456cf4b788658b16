//! A provider's error objects, in all the forms they come in.

use chat::{Failure, FailureKind};
use serde_json::Value;

use crate::{gemini, surrogates};

/// Whether what stands under `error` is one. Some send `null` or `false` with every event.
pub(crate) fn is_one(error: &Value) -> bool {
    match error {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.is_empty(),
        _ => true,
    }
}

/// The failure behind an error in a stream that began well.
pub(crate) fn in_stream(error: &Value) -> Failure {
    let kind = known_kind(error).unwrap_or(FailureKind::ProviderError);
    let failure = Failure::new(kind).with_retry_after(retry_after(error));
    match message(error) {
        Some(message) => failure.with_detail(message),
        None => failure,
    }
}

/// The failure that an event reports under `error`, or as a whole in the flat form of some servers. It stands before all else in an
/// event, whatever the HTTP status said.
pub(crate) fn in_event(event: &Value) -> Option<Failure> {
    let error = &event["error"];
    let reported = if is_one(error) && !says_nothing(error) {
        error
    } else if event["object"] == "error" {
        event
    } else {
        return None;
    };
    let mut failure = in_stream(reported);
    failure.detail = failure.detail.as_deref().map(surrogates::replace);
    Some(failure)
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

/// The error within a JSON document: under `error`, or the document itself in the flat forms.
pub(crate) fn find(document: &Value) -> Option<&Value> {
    let document = match document {
        Value::Array(items) => items.first()?,
        other => other,
    };
    match document.get("error") {
        Some(error) if is_one(error) => Some(error),
        _ => {
            // What an answer has under these names is an object.
            let says =
                |name| matches!(document.get(name), Some(Value::String(_) | Value::Array(_)));
            let flat = document.get("object").and_then(Value::as_str) == Some("error")
                || says("message")
                || says("detail");
            (flat && document.get("choices").is_none()).then_some(document)
        }
    }
}

/// The kind, where the error's own code, or failing that its words, tell it apart from others of the same HTTP status.
///
/// Sources: the error pages of the vendors' references (OpenAI "Error codes", Anthropic "Errors", Google "Troubleshooting guide"), and
/// llama.cpp's server for `exceed_context_size_error`.
pub(crate) fn known_kind(error: &Value) -> Option<FailureKind> {
    let code = ["code", "type", "status"]
        .iter()
        .filter_map(|name| error.get(name)?.as_str())
        .find_map(kind_of_code);
    code.or_else(|| gemini::error_kind(error))
        .or_else(|| kind_of_words(error))
        // One type for every request that is refused, whose words have told nothing.
        .or_else(|| {
            let kind = error.get("type").and_then(Value::as_str);
            (kind == Some("invalid_request_error")).then_some(FailureKind::RequestRefused)
        })
}

fn kind_of_code(code: &str) -> Option<FailureKind> {
    match code {
        "context_length_exceeded"
        | "exceed_context_size_error"
        | "model_context_window_exceeded" => Some(FailureKind::PromptTooLong),
        "insufficient_quota"
        | "billing_hard_limit_reached"
        | "insufficient_balance"
        | "billing_error"
        | "billing_not_active" => Some(FailureKind::OutOfCredit),
        "rate_limit_exceeded" | "rate_limit_error" => Some(FailureKind::RateLimited),
        "overloaded_error" | "overloaded" => Some(FailureKind::ProviderOverloaded),
        "invalid_api_key" | "authentication_error" => Some(FailureKind::KeyRejected),
        "permission_error"
        | "forbidden"
        | "unsupported_country_region_territory"
        | "organization_must_be_verified" => Some(FailureKind::NotPermitted),
        "request_too_large" => Some(FailureKind::RequestRefused),
        "model_not_found" | "not_found_error" | "DeploymentNotFound" => {
            Some(FailureKind::ModelUnknown)
        }
        _ => None,
    }
}

/// What some say in words alone.
fn kind_of_words(error: &Value) -> Option<FailureKind> {
    let words = error.get("message")?.as_str()?.to_ascii_lowercase();
    let says = |part: &str| words.contains(part);
    let says_one = |parts: &[&str]| parts.iter().any(|part| says(part));
    if says_one(&[
        "prompt is too long",
        "exceed context limit",
        "maximum context length",
        "exceeds the maximum number of tokens",
    ]) {
        Some(FailureKind::PromptTooLong)
    } else if says_one(&[
        "credit balance is too low",
        "reached your specified api usage limits",
    ]) {
        Some(FailureKind::OutOfCredit)
    } else {
        None
    }
}

/// Seconds to wait before another try, where the error says so: Google's `RetryInfo`.
pub(crate) fn retry_after(error: &Value) -> Option<u64> {
    let details = error.get("details")?.as_array()?;
    let delay = details
        .iter()
        .find_map(|detail| detail.get("retryDelay")?.as_str())?;
    let seconds: f64 = delay.trim().strip_suffix('s')?.parse().ok()?;
    // The cast saturates, and makes 0 of what is no number.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    Some(seconds.ceil() as u64)
}

/// The provider's words.
pub(crate) fn message(error: &Value) -> Option<String> {
    let text = match error {
        Value::String(text) => text.clone(),
        Value::Object(fields) => ["message", "detail", "error", "msg"]
            .iter()
            .filter_map(|name| fields.get(*name))
            .find_map(message)?,
        Value::Array(items) => items.iter().find_map(message)?,
        _ => return None,
    };
    (!text.trim().is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_form_gives_its_words() {
        for form in [
            json!({"error": {"message": "no", "code": 400}}),
            json!({"error": "no"}),
            json!({"object": "error", "message": "no", "code": 400}),
            json!([{"error": {"message": "no"}}]),
            json!({"detail": "no"}),
            json!({"detail": [{"loc": ["body"], "msg": "no"}]}),
            json!({"message": "no"}),
            json!({"error": {"error": {"message": "no"}}}),
        ] {
            let error = find(&form).unwrap();
            assert_eq!(message(error).as_deref(), Some("no"), "{form}");
        }
    }

    #[test]
    fn a_refusal_of_many_reasons_is_told_apart_by_its_words() {
        for (words, kind) in [
            (
                "prompt is too long: 208310 tokens > 200000 maximum",
                FailureKind::PromptTooLong,
            ),
            (
                "input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000",
                FailureKind::PromptTooLong,
            ),
            (
                "Your credit balance is too low to access the Anthropic API.",
                FailureKind::OutOfCredit,
            ),
            (
                "You have reached your specified API usage limits.",
                FailureKind::OutOfCredit,
            ),
            (
                "max_tokens: must be greater than 0",
                FailureKind::RequestRefused,
            ),
        ] {
            let error = json!({"type": "invalid_request_error", "message": words});
            assert_eq!(known_kind(&error), Some(kind), "{words}");
        }
    }

    #[test]
    fn a_wait_is_read_from_the_details() {
        let with = |delay: Value| retry_after(&json!({"details": [{}, {"retryDelay": delay}]}));
        assert_eq!(with(json!("37s")), Some(37));
        assert_eq!(with(json!("1.2s")), Some(2));
        assert_eq!(with(json!("soon")), None);
        assert_eq!(with(json!(3)), None);
        assert_eq!(retry_after(&json!({"details": "x"})), None);
        let error = json!({"details": [{"retryDelay": "37s"}]});
        assert_eq!(in_stream(&error).retry_after_seconds, Some(37));
    }

    #[test]
    fn an_answer_is_no_error() {
        for form in [
            json!({"error": null, "choices": []}),
            json!({"choices": [], "message": "hi"}),
            json!({"data": []}),
            json!([]),
            json!(1),
        ] {
            assert_eq!(find(&form), None, "{form}");
        }
    }
}
