//! What a provider may answer instead of an answer: each has words of its own, and nothing of the person's is lost.

use e2e::provider::{Provider, Reply, openai};
use e2e::scenario::{chat, start_with};

use crate::case::{Case, play};
use crate::desk;

#[test]
fn every_status_has_its_own_words() {
    let desk = desk();
    let provider = Provider::http();
    let app = start_with(&desk, &provider.base_url());
    let page = chat(&app);
    for case in statuses() {
        let error = play(&desk, &page, &provider, &case);
        assert!(
            !error.contains('<'),
            "{}: markup in {error:?}",
            case.question
        );
        assert!(
            !error.contains("from the proxy"),
            "{}: {error:?}",
            case.question
        );
        assert!(!error.contains('{'), "{}: JSON in {error:?}", case.question);
    }
}

fn statuses() -> Vec<Case> {
    let refused = |status, code| openai::error(status, code, "The provider's own words.");
    let own_fault = "It often passes within minutes.";
    vec![
        Case::new(
            "Status 401?",
            refused(401, "invalid_api_key"),
            "key_rejected",
            "{host} says the key is wrong.",
            "Paste a new one in Settings",
        ),
        Case::new(
            "Status 403?",
            refused(403, "forbidden"),
            "not_permitted",
            "{host} does not allow this key to use the model.",
            "Choose another model, or give the key the right",
        ),
        Case::new(
            "Status 404?",
            refused(404, "model_not_found"),
            "model_unknown",
            "{host} does not know this model.",
            "Choose another model",
        ),
        Case::new(
            "Status 429 with a time?",
            openai::rate_limited(Some(83)),
            "rate_limited",
            "{host} asks for a pause: too many requests.",
            "Retry in 83 s.",
        ),
        Case::new(
            "Status 429 without a time?",
            openai::rate_limited(None),
            "rate_limited",
            "{host} asks for a pause: too many requests.",
            "Wait a little, then retry.",
        ),
        Case::new(
            "Status 500?",
            openai::html_error(500),
            "provider_unavailable",
            "{host} has a fault of its own (500).",
            own_fault,
        ),
        Case::new(
            "Status 502?",
            openai::html_error(502),
            "provider_unavailable",
            "{host} has a fault of its own (502).",
            own_fault,
        ),
        Case::new(
            "Status 503?",
            openai::html_error(503),
            "provider_unavailable",
            "{host} has a fault of its own (503).",
            own_fault,
        ),
        Case::new(
            "Status 529?",
            openai::html_error(529),
            "provider_overloaded",
            "{host} is overloaded (529).",
            "Retry in a minute",
        ),
        Case::new(
            "A page?",
            Reply::html(
                200,
                "<html><title>Sign in</title><body>from the proxy</body></html>",
            ),
            "not_an_api",
            "{host} answered with a web page.",
            "often /v1",
        ),
    ]
}

#[test]
fn a_redirect_is_not_followed() {
    let desk = desk();
    let provider = Provider::http();
    let elsewhere = Provider::http();
    let app = start_with(&desk, &provider.base_url());
    let page = chat(&app);
    for (question, status) in [
        ("Moved for good?", 301),
        ("Moved for now?", 307),
        ("Moved, 308?", 308),
    ] {
        let target = format!("{}/chat/completions", elsewhere.base_url());
        let case = Case::new(
            question,
            Reply::redirect(status, &target),
            "redirected",
            "{host} wants to send the request elsewhere.",
            "The key was not sent there, and will not be.",
        );
        let error = play(&desk, &page, &provider, &case);
        assert!(
            error.contains(&format!("127.0.0.1:{}", elsewhere.port())),
            "the details name the other host: {error:?}"
        );
    }
    assert!(elsewhere.exchanges().is_empty(), "nothing is sent there");
}
