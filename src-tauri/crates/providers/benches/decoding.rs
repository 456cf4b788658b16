//! How fast streams are decoded: `cargo bench -p providers`. A table on standard output; nothing is asserted.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::hint::black_box;
use std::io::{self, Write as _};
use std::time::{Duration, Instant};

use bytes::Bytes;
use chat::Failure;
use futures_util::{StreamExt, stream};
use providers::sse::{JsonLines, SseEvents};
use providers::{Protocol, decode_stream};
use serde_json::json;

const MB: usize = 1_000_000;
/// As much as one read from a socket brings.
const PIECE: usize = 16 * 1024;
/// What of a packet is left for data on the usual network.
const PACKET: usize = 1_460;
/// Of how many runs the quickest counts: others use the machine too.
const RUNS: usize = 3;

/// One event in the middle of an answer, as its protocol's own server sends it, and what ends the stream.
fn shapes(protocol: Protocol) -> (String, String) {
    let sse = |data: &serde_json::Value| format!("data: {data}\n\n");
    let words = " word and another";
    match protocol {
        Protocol::OpenaiChat => (
            sse(&json!({
                "id": "chatcmpl-9xYbCq2R7tN4vW1zK8mJ5hLp", "object": "chat.completion.chunk", "created": 1_795_000_000,
                "model": "gpt-6-luna", "service_tier": "default", "system_fingerprint": null,
                "choices": [{"index": 0, "delta": {"content": words}, "logprobs": null, "finish_reason": null}],
                "obfuscation": "aB3xYz",
            })),
            "data: [DONE]\n\n".to_owned(),
        ),
        Protocol::OpenaiResponses => (
            sse(&json!({
                "type": "response.output_text.delta", "sequence_number": 7, "item_id": "msg_9xYbCq2R7tN4vW1zK8mJ5hLp",
                "output_index": 0, "content_index": 0, "delta": words, "logprobs": [], "obfuscation": "aB3xYz",
            })),
            sse(
                &json!({"type": "response.completed", "response": {"status": "completed", "output": []}}),
            ),
        ),
        Protocol::AnthropicMessages => (
            format!(
                "event: content_block_delta\n{}",
                sse(&json!({
                    "type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": words},
                }))
            ),
            sse(&json!({"type": "message_stop"})),
        ),
        Protocol::Gemini => (
            sse(&json!({
                "candidates": [{"content": {"parts": [{"text": words}], "role": "model"}, "index": 0}],
                "usageMetadata": {"promptTokenCount": 9, "candidatesTokenCount": 4, "totalTokenCount": 13},
                "modelVersion": "gemini-3.6-flash", "responseId": "9xYbCq2R7tN4vW1zK8mJ5hLp",
            })),
            sse(&json!({"candidates": [{"finishReason": "STOP"}]})),
        ),
        Protocol::Ollama => (
            format!(
                "{}\n",
                json!({
                    "model": "llama3:8b", "created_at": "2026-11-01T10:00:00.123456Z",
                    "message": {"role": "assistant", "content": words}, "done": false,
                })
            ),
            format!("{}\n", json!({"done": true, "done_reason": "stop"})),
        ),
    }
}

fn stream_of(protocol: Protocol, size: usize) -> Vec<u8> {
    let (event, end) = shapes(protocol);
    let mut bytes = event.repeat(size / event.len() + 1).into_bytes();
    bytes.extend(end.into_bytes());
    bytes
}

fn pieces(bytes: &Bytes, size: usize) -> impl Iterator<Item = Result<Bytes, Failure>> + use<> {
    let bytes = bytes.clone();
    (0..bytes.len())
        .step_by(size)
        .map(move |at| Ok(bytes.slice(at..(at + size).min(bytes.len()))))
}

/// The quickest of some runs.
fn quickest(mut run: impl FnMut()) -> Duration {
    (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .min()
        .unwrap_or_default()
}

fn rate(size: usize, took: Duration) -> String {
    #[allow(clippy::cast_precision_loss, reason = "a figure for people")]
    let rate = size as f64 / 1e6 / took.as_secs_f64();
    format!("{rate:.0} MB/s")
}

/// What takes how much of the time.
struct Parts {
    /// `eventsource-stream` and its parser, with the lines that are cut for it; of lines of JSON nothing but those.
    frames: Duration,
    /// `serde_json`, reading each event.
    json: Duration,
    all: Duration,
}

fn parts(runtime: &tokio::runtime::Runtime, protocol: Protocol, bytes: &Bytes) -> Parts {
    let is_lines = protocol == Protocol::Ollama;
    let frames = quickest(|| {
        runtime.block_on(async {
            let body = stream::iter(pieces(bytes, PIECE));
            if is_lines {
                let mut events = JsonLines::new(body);
                while let Some(event) = events.next().await {
                    let _ = black_box(event);
                }
            } else {
                let mut events = SseEvents::new(body, None);
                while let Some(event) = events.next().await {
                    let _ = black_box(event);
                }
            }
        });
    });
    let (event, _) = shapes(protocol);
    let data = event.lines().find_map(|line| {
        line.strip_prefix("data: ")
            .or_else(|| line.starts_with('{').then_some(line))
    });
    let data = data.unwrap_or_default();
    let json = quickest(|| {
        for _ in 0..bytes.len() / event.len() {
            let read: serde_json::Value = serde_json::from_str(black_box(data)).unwrap();
            black_box(read);
        }
    });
    let all = quickest(|| {
        runtime.block_on(async {
            let body = stream::iter(pieces(bytes, PIECE));
            let mut steps = decode_stream(protocol, body);
            while let Some(step) = steps.next().await {
                black_box(step.unwrap());
            }
        });
    });
    Parts { frames, json, all }
}

fn main() {
    // Whoever runs all tests asks every target for a list of its own. This one has none.
    if std::env::args().any(|argument| argument == "--list") {
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let say = |line: &str| {
        let _ = writeln!(io::stdout(), "{line}");
    };
    say("protocol             10 MB       50 MB       100 MB");
    for protocol in Protocol::ALL {
        let mut line = vec![format!("{:<20}", protocol.name())];
        for size in [10 * MB, 50 * MB, 100 * MB] {
            let bytes = Bytes::from(stream_of(protocol, size));
            let took = quickest(|| {
                runtime.block_on(async {
                    let body = stream::iter(pieces(&bytes, PIECE));
                    let mut steps = decode_stream(protocol, body);
                    while let Some(step) = steps.next().await {
                        black_box(step.unwrap());
                    }
                });
            });
            line.push(format!("{:<11}", rate(bytes.len(), took)));
        }
        say(&line.join(" "));
    }

    say("\nof 50 MB             frames      JSON        all         all but the two");
    for protocol in Protocol::ALL {
        let bytes = Bytes::from(stream_of(protocol, 50 * MB));
        let parts = parts(&runtime, protocol, &bytes);
        let rest = parts.all.saturating_sub(parts.frames + parts.json);
        say(&format!(
            "{:<20} {:<11} {:<11} {:<11} {}",
            protocol.name(),
            rate(bytes.len(), parts.frames),
            rate(bytes.len(), parts.json),
            rate(bytes.len(), parts.all),
            rate(bytes.len(), rest),
        ));
    }
    let lines = Bytes::from(stream_of(Protocol::Ollama, 50 * MB));
    let took = quickest(|| {
        runtime.block_on(async {
            let mut events = JsonLines::new(stream::iter(pieces(&lines, PIECE)));
            while let Some(event) = events.next().await {
                let _ = black_box(event);
            }
        });
    });
    say(&format!("frames alone, lines: {}", rate(lines.len(), took)));

    let long = json!({"choices": [{"delta": {"content": "x".repeat(4 * MB)}}]});
    let bytes = Bytes::from(format!("data: {long}\n\ndata: [DONE]\n\n"));
    let took = quickest(|| {
        runtime.block_on(async {
            let body = stream::iter(pieces(&bytes, PACKET));
            let mut steps = decode_stream(Protocol::OpenaiChat, body);
            while let Some(step) = steps.next().await {
                black_box(step.unwrap());
            }
        });
    });
    say(&format!(
        "a line of 4 MB in pieces of {PACKET} bytes: {:.1} ms",
        took.as_secs_f64() * 1e3
    ));
}
