//! What a status other than success means, and the provider's words for it.

use std::time::SystemTime;

use chat::{Failure, FailureKind};
use http::header::{HeaderMap, LOCATION, RETRY_AFTER};
use reqwest::Response;
use serde_json::Value;

use crate::client::Client;
use crate::provider::host_of;
use crate::provider_error;

/// As much of an error's body as is read, in bytes.
const LARGEST_BODY: usize = 64 * 1024;

/// The failure behind a response. Its detail is the provider's own text: it must pass redaction before anybody sees it.
pub(crate) async fn read(client: &Client, response: Response, host: &str) -> Failure {
    let status = response.status().as_u16();
    let failure = |kind| Failure::new(kind).at(host).with_status(status);
    if response.status().is_redirection() {
        let target = redirect_target(&response);
        let redirected = failure(FailureKind::Redirected);
        return match target {
            Some(target) => redirected.with_detail(target),
            None => redirected,
        };
    }
    let retry_after = retry_after(response.headers(), SystemTime::now());
    let body = read_body(client, response).await;
    let body = String::from_utf8_lossy(&body);
    let document: Option<Value> = serde_json::from_str(body.trim_start_matches('\u{feff}')).ok();
    let error = document.as_ref().and_then(provider_error::find);
    let retry_after = retry_after.or_else(|| error.and_then(provider_error::retry_after));
    let failure = failure(kind(status, error)).with_retry_after(retry_after);
    let words = match (error, document.is_some()) {
        (Some(error), _) => provider_error::message(error),
        (None, true) => None,
        (None, false) => plain_words(&body),
    };
    match words {
        Some(words) => failure.with_detail(words),
        None => failure,
    }
}

fn kind(status: u16, error: Option<&Value>) -> FailureKind {
    let known = error.and_then(provider_error::known_kind);
    match (status, known) {
        (401, _) => FailureKind::KeyRejected,
        (402, _) => FailureKind::OutOfCredit,
        // What the error itself says is more exact than its status.
        (
            400..=599,
            Some(
                known @ (FailureKind::PromptTooLong
                | FailureKind::OutOfCredit
                | FailureKind::KeyRejected
                | FailureKind::NotPermitted
                | FailureKind::ModelUnknown
                | FailureKind::ProviderOverloaded),
            ),
        ) => known,
        (403, _) => FailureKind::NotPermitted,
        (404, _) => FailureKind::ModelUnknown,
        (429, _) => FailureKind::RateLimited,
        (529, _) => FailureKind::ProviderOverloaded,
        (400..=499, _) => FailureKind::RequestRefused,
        _ => FailureKind::ProviderUnavailable,
    }
}

/// Where a redirect pointed to: the host, since a path may hold anything. As it was spelt, where it was: in lower case, redaction would
/// not know a key again.
fn redirect_target(response: &Response) -> Option<String> {
    let location = response.headers().get(LOCATION)?.to_str().ok()?;
    let target = response.url().join(location).ok()?;
    let host = target.has_host().then(|| host_of(&target))?;
    let spelt = location.to_ascii_lowercase().find(&host);
    Some(spelt.map_or_else(
        || host.clone(),
        |at| location[at..at + host.len()].to_owned(),
    ))
}

/// Seconds to wait, from a number of seconds or a date.
fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<u64> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(seconds);
    }
    if let Ok(seconds) = text.parse::<f64>() {
        // Some send fractions. The cast saturates, and makes 0 of what is no number.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        return Some(seconds.ceil() as u64);
    }
    let date = httpdate::parse_http_date(text).ok()?;
    let wait = date.duration_since(now).unwrap_or_default();
    Some(wait.as_secs() + u64::from(wait.subsec_nanos() > 0))
}

async fn read_body(client: &Client, mut response: Response) -> Vec<u8> {
    let mut body = Vec::new();
    while body.len() < LARGEST_BODY {
        let limit = client.limits().silence;
        let chunk = client
            .watch
            .wait(response.chunk(), limit, FailureKind::Silence)
            .await;
        // The status is the answer. If its words don't come whole, it stands without them.
        let Ok(Ok(Some(chunk))) = chunk else { break };
        let room = LARGEST_BODY - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
    }
    body
}

/// The words of a body that is no JSON: plain text as it is, of a web page its title.
fn plain_words(body: &str) -> Option<String> {
    let body = body.trim();
    if body.contains('<') {
        return title(body);
    }
    // Cut-off JSON is not for people.
    let shown = !body.is_empty() && !body.starts_with(['{', '[']);
    shown.then(|| body.to_owned())
}

fn title(page: &str) -> Option<String> {
    // ASCII lowercase keeps every byte in its place.
    let lower = page.to_ascii_lowercase();
    let start = lower.find("<title")?;
    let start = start + lower[start..].find('>')? + 1;
    let end = start + lower[start..].find("</title")?;
    let title = page[start..end].trim();
    (!title.is_empty() && !title.contains('<')).then(|| title.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;
    use serde_json::json;
    use std::time::Duration;

    #[test]
    fn each_status_has_its_kind() {
        use FailureKind as K;
        for (status, error, expected) in [
            (400, json!({}), K::RequestRefused),
            (
                400,
                json!({"code": "context_length_exceeded"}),
                K::PromptTooLong,
            ),
            (
                400,
                json!({"code": 400, "type": "exceed_context_size_error"}),
                K::PromptTooLong,
            ),
            (
                400,
                json!({"type": "invalid_request_error", "message": "Your credit balance is too low"}),
                K::OutOfCredit,
            ),
            (
                400,
                json!({"type": "invalid_request_error", "message": "prompt is too long"}),
                K::PromptTooLong,
            ),
            (
                400,
                json!({"details": [{"reason": "API_KEY_INVALID"}], "status": "INVALID_ARGUMENT"}),
                K::KeyRejected,
            ),
            (404, json!({"status": "NOT_FOUND"}), K::ModelUnknown),
            (401, json!({"code": "insufficient_quota"}), K::KeyRejected),
            (
                400,
                json!({"status": "FAILED_PRECONDITION", "message": "User location is not supported for the API use."}),
                K::NotPermitted,
            ),
            (
                403,
                json!({"status": "PERMISSION_DENIED", "message": "Your API key was reported as leaked."}),
                K::KeyRejected,
            ),
            (
                503,
                json!({"status": "UNAVAILABLE", "message": "The model is overloaded."}),
                K::ProviderOverloaded,
            ),
            (402, json!({}), K::OutOfCredit),
            (403, json!({}), K::NotPermitted),
            (404, json!({}), K::ModelUnknown),
            (
                413,
                json!({"code": "context_length_exceeded"}),
                K::PromptTooLong,
            ),
            (413, json!({}), K::RequestRefused),
            (418, json!({}), K::RequestRefused),
            (429, json!({}), K::RateLimited),
            (429, json!({"type": "insufficient_quota"}), K::OutOfCredit),
            (500, json!({}), K::ProviderUnavailable),
            (502, json!({}), K::ProviderUnavailable),
            (503, json!({}), K::ProviderUnavailable),
            (
                503,
                json!({"type": "overloaded_error"}),
                K::ProviderOverloaded,
            ),
            (504, json!({}), K::ProviderUnavailable),
            (529, json!({}), K::ProviderOverloaded),
        ] {
            assert_eq!(kind(status, Some(&error)), expected, "{status} {error}");
        }
    }

    #[test]
    fn a_wait_is_read_in_each_form() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_700);
        let wait = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, HeaderValue::from_static(text));
            retry_after(&headers, now)
        };
        assert_eq!(wait("20"), Some(20));
        assert_eq!(wait("1.2"), Some(2));
        assert_eq!(wait("Sun, 06 Nov 1994 08:49:37 GMT"), Some(77));
        assert_eq!(wait("Sun, 06 Nov 1994 08:00:00 GMT"), Some(0));
        assert_eq!(wait("-3"), Some(0));
        assert_eq!(wait("soon"), None);
        assert_eq!(retry_after(&HeaderMap::new(), now), None);
    }

    #[test]
    fn of_a_web_page_only_the_title_is_told() {
        assert_eq!(
            plain_words(
                "<!DOCTYPE html><HTML><Title lang=en> 502 Bad\nGateway </TITLE><script>x</script>"
            )
            .as_deref(),
            Some("502 Bad\nGateway")
        );
        assert_eq!(plain_words("<html><title>É<b>x</b></title>"), None);
        assert_eq!(plain_words("<html>no title"), None);
        assert_eq!(
            plain_words(" upstream error "),
            Some("upstream error".into())
        );
        assert_eq!(plain_words("{\"error\": {\"mess"), None);
        assert_eq!(plain_words("  "), None);
    }
}
