//! Each protocol in the window: the request as its server wants it, and the answer as it streams.

use e2e::provider::{Provider, Reply};
use e2e::scenario::{chat, say, wait_for_end, write_settings};
use e2e::window::{App, Launch};
use serde_json::{Value, json};

use crate::desk;

/// Asks a server that speaks a protocol, and gives what it was asked.
fn ask(protocol: &str, base: &str, path: &str, answer: &str) -> (String, Value) {
    let desk = desk();
    let provider = Provider::http();
    let said = answer.to_owned();
    provider.always(path, move |_| Reply::stream().send(said.as_str()));
    write_settings(
        &desk,
        &json!({
            "version": 1,
            "providers": [{
                "id": "own", "name": "Own", "protocol": protocol,
                "baseUrl": format!("{}{base}", provider.origin()), "defaultModel": "m",
            }],
            "model": {"provider": "own", "model": "m"},
        }),
    );
    let app = App::start(&desk, &Launch::new(&desk));
    let page = chat(&app);
    say(&page, "How are you?");
    let shown = wait_for_end(&page, "How are you?");
    let last = shown.last().unwrap();
    assert!(last.error.is_none(), "{protocol}: {shown:?}");
    assert_eq!(last.text.trim(), "Very well.", "{protocol}");
    page.wait_for_text("message-assistant", "7 in");
    page.wait_for_text("message-assistant", "5 out");
    let exchanges = provider.exchanges_for(path);
    assert_eq!(exchanges.len(), 1);
    let request = exchanges[0].request();
    let version = request.header("anthropic-version").unwrap_or_default();
    (version.to_owned(), request.json())
}

#[test]
fn anthropic_messages() {
    let events = [
        json!({"type": "message_start", "message": {"usage": {"input_tokens": 7, "output_tokens": 1}}}),
        json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
        json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Very well."}}),
        json!({"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 5}}),
        json!({"type": "message_stop"}),
    ];
    let stream: Vec<String> = events
        .iter()
        .map(|event| {
            format!(
                "event: {}\ndata: {event}\n\n",
                event["type"].as_str().unwrap()
            )
        })
        .collect();
    let (version, body) = ask(
        "anthropic-messages",
        "/v1",
        "/v1/messages",
        &stream.concat(),
    );
    assert_eq!(version, "2023-06-01");
    assert!(body["max_tokens"].as_u64().unwrap() > 0);
}

#[test]
fn openai_responses() {
    let events = [
        json!({"type": "response.output_text.delta", "output_index": 0, "content_index": 0, "delta": "Very well."}),
        json!({"type": "response.completed", "response": {"status": "completed", "output": [],
            "usage": {"input_tokens": 7, "output_tokens": 5}}}),
    ];
    let stream: Vec<String> = events
        .iter()
        .map(|event| format!("data: {event}\n\n"))
        .collect();
    let (_, body) = ask("openai-responses", "/v1", "/v1/responses", &stream.concat());
    assert_eq!(body["store"], false);
}

#[test]
fn gemini() {
    let chunk = json!({
        "candidates": [{"content": {"parts": [{"text": "Very well."}]}, "finishReason": "STOP"}],
        "usageMetadata": {"promptTokenCount": 7, "candidatesTokenCount": 5},
    });
    let stream = format!("data: {chunk}\n\n");
    let path = "/v1beta/models/m:streamGenerateContent?alt=sse";
    let (_, body) = ask("gemini", "/v1beta", path, &stream);
    assert_eq!(body["contents"][0]["parts"][0]["text"], "How are you?");
}

#[test]
fn ollama() {
    let lines = [
        json!({"message": {"role": "assistant", "content": "Very well."}, "done": false}),
        json!({"message": {"content": ""}, "done": true, "done_reason": "stop", "prompt_eval_count": 7, "eval_count": 5}),
    ];
    let stream: Vec<String> = lines.iter().map(|line| format!("{line}\n")).collect();
    let (_, body) = ask("ollama", "", "/api/chat", &stream.concat());
    assert_eq!(body["messages"][0]["content"], "How are you?");
}
