//! A provider that gives the key back, in every place where it can.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/ask.rs"]
#[allow(dead_code)]
mod ask;
#[path = "support/proof.rs"]
mod proof;
#[path = "support/server.rs"]
#[allow(dead_code)]
mod server;

use ask::{Answer, KEY, ask_server, client, credential, key_for, provider, request, ticket};
use chat::{CompletionEvent, CompletionModel, FailureKind};
use futures_util::StreamExt;
use providers::{ChatModel, Limits};
use server::{DONE, Server, Step, chunk, delta, last_chunk, response, stream_head};

/// No part of the key that could be of use, in anything the answer shows.
fn shows_no_key(answer: &Answer) {
    let shown = format!("{answer:?}").to_lowercase();
    for part in KEY.to_lowercase().as_bytes().windows(12) {
        let part = std::str::from_utf8(part).unwrap();
        assert!(!shown.contains(part), "{part} in {shown}");
    }
}

async fn answer_to(body: &str) -> Answer {
    let steps = vec![stream_head(), chunk(body), last_chunk()];
    ask_server(&Server::plain(steps).await, Limits::default()).await
}

#[tokio::test]
async fn in_the_text_and_the_reasoning_split_at_each_position() {
    let reasoning = |text: &str| delta(text).replace("\"content\"", "\"reasoning_content\"");
    let said = |text: &str, at: usize| {
        let (head, tail) = text.split_at(at);
        [
            reasoning(&format!("I see {head}")),
            reasoning(&format!("{tail}, keep it")),
            delta(&format!("Your key is {head}")),
            delta(&format!("{tail}, keep it")),
            DONE.to_owned(),
        ]
        .concat()
    };
    let other: String = KEY.chars().rev().collect();
    let (mut splits, mut came) = (0, 0);
    for at in 0..=KEY.len() {
        let answer = answer_to(&said(KEY, at)).await;
        shows_no_key(&answer);
        assert!(answer.stopped);
        assert!(answer.text.starts_with("Your key is "), "{}", answer.text);
        assert!(answer.reasoning.starts_with("I see "));
        for text in [&answer.text, &answer.reasoning] {
            assert!(text.ends_with(", keep it"), "{text}");
            splits += 1;
        }
        // The control: what is not the key comes whole.
        let control = answer_to(&said(&other, at)).await;
        for text in [&control.text, &control.reasoning] {
            came += usize::from(text.contains(&other));
        }
    }
    assert_eq!(splits, came);
    proof::attack(
        "echo-every-split",
        "have the provider echo the key",
        splits,
        0,
        &format!("split in the same places, the key read backwards came whole {came} times"),
    );
}

#[tokio::test]
async fn in_the_text_letter_by_letter_and_in_the_reasoning() {
    let reasoning = |text: &str| delta(text).replace("\"content\"", "\"reasoning_content\"");
    let body: String = KEY
        .chars()
        .flat_map(|c| [delta(&c.to_string()), reasoning(&c.to_string())])
        .collect();
    let answer = answer_to(&(body + &delta(" ok") + &reasoning(" so") + DONE)).await;
    shows_no_key(&answer);
    assert!(answer.text.ends_with(" ok") && answer.reasoning.ends_with(" so"));
}

#[tokio::test]
async fn in_what_a_tool_is_to_be_given_and_in_sources_split_at_each_position() {
    let piece = |arguments: &str| {
        let call =
            serde_json::json!({"index": 0, "function": {"name": "send", "arguments": arguments}});
        let delta = serde_json::json!({"choices": [{"delta": {"tool_calls": [call]}}]});
        format!("data: {delta}\n\n")
    };
    let source = |key: &str| {
        let source = serde_json::json!({"url": format!("https://a.example/{key}"), "title": key, "content": key});
        let cited = serde_json::json!([{"type": "url_citation", "url_citation": source}]);
        let delta = serde_json::json!({"choices": [{"delta": {"annotations": cited}}]});
        format!("data: {delta}\n\n")
    };
    for at in 0..=KEY.len() {
        let (head, tail) = KEY.split_at(at);
        let body = piece(head) + &piece(tail) + &piece(", and so on") + &source(KEY) + DONE;
        let answer = answer_to(&body).await;
        shows_no_key(&answer);
        assert!(answer.stopped);
        assert!(answer.arguments.ends_with(", and so on"), "{answer:?}");
        assert_eq!(answer.citations.len(), 1);
    }
    // The control: what is not the key comes whole.
    let other: String = KEY.chars().rev().collect();
    let answer = answer_to(&(piece(&other) + &source(&other) + DONE)).await;
    assert_eq!(answer.arguments, other);
    assert_eq!(answer.citations[0].title.as_deref(), Some(other.as_str()));
}

#[tokio::test]
async fn half_a_key_at_the_end_is_given_up_with_the_rest() {
    let half = &KEY[..KEY.len() / 2 + 6];
    let answer = answer_to(&delta(&format!("It begins {half}"))).await;
    shows_no_key(&answer);
    assert_eq!(
        answer.failure.as_ref().unwrap().kind,
        FailureKind::EndedEarly
    );
    assert!(answer.text.starts_with("It begins "));
}

#[tokio::test]
async fn in_an_error_in_the_stream() {
    let error = format!("data: {{\"error\":{{\"message\":\"bad key {KEY}\"}}}}\n\n");
    let answer = answer_to(&error).await;
    shows_no_key(&answer);
    assert_eq!(
        answer.failure.unwrap().detail.as_deref(),
        Some("bad key [key removed]")
    );
}

#[tokio::test]
async fn in_an_error_body_of_each_form() {
    let hidden: String = KEY.chars().flat_map(|c| [c, '\u{200b}']).collect();
    for body in [
        format!("{{\"error\":{{\"message\":\"Incorrect API key provided: {KEY}.\"}}}}"),
        format!("{{\"detail\":\"{KEY}\"}}"),
        format!("{{\"error\":\"\\u0000{hidden}\"}}"),
        format!("Incorrect key: {KEY}"),
        format!("<html><title>{KEY}</title>"),
        // Cut within the key by the limit on details, and by the limit on bodies.
        format!("{}{KEY}", "x ".repeat(242)),
        format!("{}{KEY}", " ".repeat(64 * 1024 - 20)),
    ] {
        let server = Server::plain(vec![Step::Write(response(401, &[], &body))]).await;
        let answer = ask_server(&server, Limits::default()).await;
        shows_no_key(&answer);
        assert_eq!(answer.failure.unwrap().kind, FailureKind::KeyRejected);
    }
}

#[tokio::test]
async fn a_key_masked_in_part_shows_none_of_its_parts() {
    let body = "{\"error\":{\"message\":\"Incorrect API key provided: sk-proj-ab12************yz89. See the docs.\"}}";
    let server = Server::plain(vec![Step::Write(response(401, &[], body))]).await;
    let answer = ask_server(&server, Limits::default()).await;
    assert_eq!(
        answer.failure.unwrap().detail.as_deref(),
        Some("Incorrect API key provided: [key removed]. See the docs.")
    );
}

#[tokio::test]
async fn in_a_header() {
    for (name, value) in [
        ("location", format!("https://{KEY}.example/")),
        ("location", format!("https://evil.example/{KEY}")),
        ("retry-after", KEY.to_owned()),
        ("content-type", format!("text/html; {KEY}")),
        ("x-request-id", KEY.to_owned()),
    ] {
        for status in [200, 307, 429] {
            let answer = response(status, &[(name, &value)], "");
            let server = Server::plain(vec![Step::Write(answer)]).await;
            let answer = ask_server(&server, Limits::default()).await;
            assert!(answer.failure.is_some());
            shows_no_key(&answer);
        }
    }
}

#[tokio::test]
async fn in_the_list_of_models() {
    let list =
        format!("{{\"data\":[{{\"id\":\"a\"}},{{\"id\":\"{KEY}\"}},{{\"id\":\"x/{KEY}\"}}]}}");
    let server = Server::plain(vec![Step::Write(response(200, &[], &list))]).await;
    let provider = provider(&server);
    let key = credential(&provider);
    let client = client(Limits::default(), &server);
    let models = providers::list_models(&client, &provider, Some(&key), || Ok(ticket()))
        .await
        .unwrap();
    let ids: Vec<_> = models.into_iter().map(|model| model.id).collect();
    assert_eq!(ids, ["a"]);
}

#[tokio::test]
async fn an_answer_that_is_stopped_keeps_what_waited_for_more() {
    // The key begins with "sk-": an "s" at the end waits for what follows it.
    for (said, shown, rest) in [
        (
            "So it is this",
            "So it is thi",
            vec![CompletionEvent::text("s")],
        ),
        ("Nothing waits.", "Nothing waits.", vec![]),
        (KEY, "[key removed]", vec![]),
    ] {
        let steps = vec![stream_head(), chunk(&delta(said)), Step::Stall];
        let server = Server::plain(steps).await;
        let provider = provider(&server);
        let key = key_for(&provider).await;
        let model = ChatModel::new(client(Limits::default(), &server), provider, key);
        let mut stream = model.complete(request(), ticket());
        let mut text = String::new();
        while text != shown {
            let step = stream.next().await.unwrap().unwrap();
            if let CompletionEvent::TextDelta { text: more } = step {
                text.push_str(&more);
            }
        }
        assert_eq!(stream.cut(), rest, "{said}");
    }
}
