//! What an OpenAI-compatible provider says on the wire (Chat Completions).

use serde_json::{Value, json};

use super::Reply;

/// Where chat completions are asked for.
pub const COMPLETIONS: &str = "/v1/chat/completions";
/// Where models are listed.
pub const MODELS: &str = "/v1/models";

/// One event of a stream.
pub fn event(data: &Value) -> String {
    format!("data: {data}\n\n")
}

/// The first event, which carries no text.
pub fn opening() -> String {
    chunk(&json!({ "role": "assistant", "content": "" }), None)
}

/// A piece of the answer's text.
pub fn delta(text: &str) -> String {
    chunk(&json!({ "content": text }), None)
}

/// A piece of the reasoning, as DeepSeek and llama.cpp send it.
pub fn reasoning(text: &str) -> String {
    chunk(&json!({ "reasoning_content": text }), None)
}

/// The event that tells why the answer ends: `stop`, `length` …
pub fn finish(reason: &str) -> String {
    chunk(&json!({}), Some(reason))
}

/// The event with the usage, which has no choices.
pub fn usage(prompt: u32, completion: u32) -> String {
    event(&json!({
        "id": "chatcmpl-test", "object": "chat.completion.chunk", "choices": [],
        "usage": { "prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion },
    }))
}

/// The end marker.
pub fn done() -> String {
    "data: [DONE]\n\n".to_owned()
}

/// The words of `text` as deltas, their spaces with them.
pub fn deltas(text: &str) -> Vec<String> {
    text.split_inclusive(' ').map(delta).collect()
}

/// A whole answer that streams `text`, as a healthy provider does.
pub fn answer(text: &str) -> Reply {
    let mut reply = Reply::stream().send(opening());
    for delta in deltas(text) {
        reply = reply.send(delta);
    }
    close(reply)
}

/// The healthy end of an answer: finish, usage, end marker.
pub fn close(reply: Reply) -> Reply {
    reply.send(finish("stop")).send(usage(7, 5)).send(done())
}

/// An error with a JSON body.
pub fn error(status: u16, code: &str, message: &str) -> Reply {
    Reply::json(status, &error_body(code, message))
}

/// An error as an event in a stream that began with 200.
pub fn error_event(code: &str, message: &str) -> String {
    event(&error_body(code, message))
}

/// 429, with or without a `Retry-After` in seconds.
pub fn rate_limited(retry_after: Option<u32>) -> Reply {
    let reply = error(429, "rate_limit_exceeded", "Rate limit reached.");
    match retry_after {
        Some(seconds) => reply.header("retry-after", &seconds.to_string()),
        None => reply,
    }
}

/// A proxy's page of that status.
pub fn html_error(status: u16) -> Reply {
    let page = format!(
        "<html><head><title>{status}</title></head><body><h1>{status} from the proxy</h1></body></html>"
    );
    Reply::html(status, &page)
}

/// One line of `size` bytes of text in one delta.
pub fn long_line(size: usize) -> String {
    delta(&"x".repeat(size))
}

fn error_body(code: &str, message: &str) -> Value {
    json!({ "error": { "message": message, "type": "test_error", "code": code } })
}

fn chunk(delta: &Value, finish_reason: Option<&str>) -> String {
    event(&json!({
        "id": "chatcmpl-test", "object": "chat.completion.chunk", "created": 1, "model": super::MODELS[0],
        "choices": [{ "index": 0, "delta": delta, "finish_reason": finish_reason }],
    }))
}
