use std::time::Duration;

use e2e::provider::{Authority, Certificate, Gate, Provider, Reply, openai, refused_origin};
use e2e::wait::SOON;

use crate::client::{self, Connection};

fn ask(provider: &Provider) -> Box<dyn Connection> {
    let mut connection = client::connect(&provider.origin(), None).unwrap();
    client::send(
        connection.as_mut(),
        "POST",
        openai::COMPLETIONS,
        &["connection: close"],
        "{\"model\":\"m\"}",
    )
    .unwrap();
    connection
}

#[test]
fn only_the_good_certificate_is_accepted() {
    let authority = Authority::new();
    for kind in [
        Certificate::Good,
        Certificate::Expired,
        Certificate::SelfSigned,
        Certificate::WrongHost,
    ] {
        let provider = Provider::https(&authority, kind);
        let refusal = match client::connect(&provider.origin(), Some(authority.certificate())) {
            Ok(mut connection) => {
                client::send(connection.as_mut(), "GET", openai::MODELS, &[], "").unwrap();
                client::read_until(connection.as_mut(), "small-talk-1");
                assert_eq!(provider.exchanges().len(), 1);
                String::new()
            }
            Err(error) => error.to_string(),
        };
        let expected = match kind {
            Certificate::Good => "",
            Certificate::Expired => "expired",
            Certificate::SelfSigned => "UnknownIssuer",
            Certificate::WrongHost => "not valid for name",
        };
        assert!(
            refusal.contains(expected) && refusal.is_empty() == expected.is_empty(),
            "{kind:?}: {refusal}"
        );
    }
}

#[test]
fn the_authority_can_be_trusted_by_file() {
    let folder = tempfile::tempdir().unwrap();
    let pem = std::fs::read_to_string(Authority::new().pem_file(folder.path())).unwrap();
    assert!(pem.starts_with("-----BEGIN CERTIFICATE-----"));
}

#[test]
fn a_key_is_asked_for_and_every_request_is_recorded() {
    let provider = Provider::http();
    provider.expect_key("sk-right");
    assert!(
        client::get(
            &provider.origin(),
            "/v1/models",
            &["Authorization: Bearer sk-wrong"]
        )
        .contains(" 401 ")
    );
    let models = client::get(
        &provider.origin(),
        "/v1/models",
        &["Authorization: Bearer sk-right"],
    );
    assert!(models.contains("small-talk-1"), "{models}");
    let bearers: Vec<_> = provider
        .exchanges()
        .iter()
        .map(|it| it.request().bearer().unwrap().to_owned())
        .collect();
    assert_eq!(bearers, ["sk-wrong", "sk-right"]);
    assert!(
        !format!("{:?}", provider.exchanges()).contains("sk-right"),
        "a key must not be printed"
    );
}

#[test]
fn an_answer_waits_at_its_gate_and_is_recorded_with_its_body() {
    let provider = Provider::http();
    let gate = Gate::new();
    let reply = Reply::stream()
        .send(openai::delta("first"))
        .gate(&gate)
        .send(openai::delta("second"));
    provider.answer(openai::close(reply));
    let mut connection = ask(&provider);
    let before = client::read_until(connection.as_mut(), "first");
    gate.wait_for_arrival(1);
    assert!(!before.contains("second"));
    assert!(!provider.wait_for_completion(1).is_played());
    gate.open();
    client::read_until(connection.as_mut(), "[DONE]");
    assert_eq!(provider.completions()[0].request().json()["model"], "m");
}

#[test]
fn a_client_that_hangs_up_is_noticed() {
    let provider = Provider::http();
    provider.answer(Reply::stream().send(openai::delta("first")).stall());
    provider.answer(Reply::silence());
    provider.answer(Reply::stream().forever(openai::delta("more "), Duration::from_millis(1)));
    let mut streaming = ask(&provider);
    client::read_until(streaming.as_mut(), "first");
    assert!(!provider.wait_for_completion(1).is_abandoned());
    drop(streaming);
    provider.wait_for_completion(1).wait_for_abandonment(SOON);

    let waiting = ask(&provider);
    provider.wait_for_completion(2);
    drop(waiting);
    provider.wait_for_completion(2).wait_for_abandonment(SOON);

    let mut endless = ask(&provider);
    client::read_until(endless.as_mut(), "more ");
    drop(endless);
    provider.wait_for_completion(3).wait_for_abandonment(SOON);
}

#[test]
fn a_cut_ends_within_what_was_announced() {
    let provider = Provider::http();
    let snowman = openai::delta("\u{2603}").into_bytes();
    let within = snowman.iter().position(|byte| *byte == 0xe2).unwrap() + 1;
    provider.answer(Reply::stream().send(&snowman[..within]).cut());
    let read = client::read_to_close(ask(&provider).as_mut());
    assert!(
        read.ends_with(b"\xe2\r\n"),
        "in the middle of a character, without the last chunk"
    );

    provider.answer(openai::answer("whole"));
    client::read_until(ask(&provider).as_mut(), "[DONE]");

    provider.answer(Reply::hang_up());
    assert_eq!(client::read_to_close(ask(&provider).as_mut()), b"");
}

#[test]
fn replies_carry_what_the_script_says() {
    let provider = Provider::http();
    provider.author_once(openai::MODELS, |request| {
        let echo = request.bearer().unwrap_or_default().to_owned();
        Reply::json(200, &serde_json::json!({ "echo": echo })).header("x-echo", &echo)
    });
    let echo = client::get(
        &provider.origin(),
        "/v1/models",
        &["authorization: Bearer sk-echo"],
    );
    assert_eq!(
        echo.matches("sk-echo").count(),
        2,
        "in a header and in the body: {echo}"
    );

    provider.reply_once(openai::MODELS, openai::rate_limited(Some(30)));
    assert!(client::get(&provider.origin(), "/v1/models", &[]).contains("retry-after: 30\r\n"));
    provider.reply_once(openai::MODELS, openai::html_error(529).send("}"));
    assert!(client::get(&provider.origin(), "/v1/models", &[]).contains("529 from the proxy"));
    provider.reply_once(openai::MODELS, Reply::redirect(307, "http://127.0.0.1:1/}"));
    let redirect = client::get(&provider.origin(), "/v1/models", &[]);
    assert!(redirect.contains(" 307 ") && redirect.contains("location: http://127.0.0.1:1/}\r\n"));
    // The queue is empty again.
    assert!(client::get(&provider.origin(), "/v1/models", &[]).contains(" 200 "));
    assert!(client::get(&provider.origin(), "/nowhere", &[]).contains("unscripted"));
}

#[test]
fn a_connection_takes_one_request_after_another() {
    let provider = Provider::http();
    let mut connection = client::connect(&provider.origin(), None).unwrap();
    for _ in 0..2 {
        provider.answer(openai::answer("whole"));
        client::send(connection.as_mut(), "POST", openai::COMPLETIONS, &[], "{}").unwrap();
        client::read_until(connection.as_mut(), "[DONE]");
    }
    assert_eq!(provider.completions().len(), 2);
}

#[test]
fn nobody_listens_where_connections_are_to_be_refused() {
    assert!(client::connect(&refused_origin(), None).is_err());
}
