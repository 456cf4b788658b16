//! A provider's error objects, in all the forms they come in.

use chat::{Failure, FailureKind};
use serde_json::Value;

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
    let failure = Failure::new(kind);
    match message(error) {
        Some(message) => failure.with_detail(message),
        None => failure,
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
            let flat = document.get("object").and_then(Value::as_str) == Some("error")
                || ["message", "detail"]
                    .iter()
                    .any(|name| document.get(name).is_some());
            (flat && document.get("choices").is_none()).then_some(document)
        }
    }
}

/// The kind, where the error's own code tells it apart from others of the same HTTP status.
pub(crate) fn known_kind(error: &Value) -> Option<FailureKind> {
    ["code", "type", "status"]
        .iter()
        .filter_map(|name| error.get(name)?.as_str())
        .find_map(|code| match code {
            "context_length_exceeded"
            | "exceed_context_size_error"
            | "model_context_window_exceeded" => Some(FailureKind::PromptTooLong),
            "insufficient_quota" | "billing_hard_limit_reached" | "insufficient_balance" => {
                Some(FailureKind::OutOfCredit)
            }
            "rate_limit_exceeded" | "rate_limit_error" => Some(FailureKind::RateLimited),
            "overloaded_error" | "overloaded" => Some(FailureKind::ProviderOverloaded),
            _ => None,
        })
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
