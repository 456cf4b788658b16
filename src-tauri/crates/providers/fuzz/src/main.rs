//! Feeds streams to one decoder: `cargo xtask fuzz --guided`. libFuzzer makes them from a corpus, and keeps those that reach new code.
//! The variable `TARGET` names the protocol and the framing: `openai-chat/wire`, `gemini/recorded`.
//!
//! Whatever comes in, a stream ends in exactly one way. A panic, a hang and a large allocation are libFuzzer's to notice.
#![no_main]

use std::sync::OnceLock;

use bytes::Bytes;
use chat::{CompletionEvent, Failure};
use futures_util::{StreamExt, stream};
use libfuzzer_sys::fuzz_target;
use providers::{Protocol, decode_json_lines, decode_stream};

struct Target {
    protocol: Protocol,
    recorded: bool,
    runtime: tokio::runtime::Runtime,
}

fn target() -> &'static Target {
    static TARGET: OnceLock<Target> = OnceLock::new();
    TARGET.get_or_init(|| {
        let name = std::env::var("TARGET").expect("TARGET names a protocol and a framing");
        let (protocol, framing) = name.split_once('/').expect("PROTOCOL/FRAMING");
        Target {
            protocol: protocol.parse().expect("a protocol"),
            recorded: framing == "recorded",
            runtime: tokio::runtime::Builder::new_current_thread()
                .build()
                .expect("a runtime"),
        }
    })
}

fuzz_target!(|input: &[u8]| {
    let target = target();
    // Cut by what the input itself says, so that it fails again as it did.
    let sum = input.iter().fold(0_usize, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(usize::from(*byte))
    });
    let size = [1, 7, 64, usize::MAX][sum % 4];
    let mut rest = Bytes::copy_from_slice(input);
    let mut pieces = Vec::new();
    while !rest.is_empty() {
        pieces.push(Ok::<_, Failure>(rest.split_to(size.min(rest.len()))));
    }
    let body = stream::iter(pieces);
    let steps: Vec<_> = target.runtime.block_on(async {
        if target.recorded {
            decode_json_lines(target.protocol, body).collect().await
        } else {
            decode_stream(target.protocol, body).collect().await
        }
    });
    let is_end = |step: &Result<CompletionEvent, Failure>| {
        matches!(step, Err(_) | Ok(CompletionEvent::Stopped { .. }))
    };
    assert_eq!(
        steps.iter().filter(|step| is_end(step)).count(),
        1,
        "a stream ends in one way"
    );
    assert!(steps.last().is_some_and(is_end), "nothing follows the end");
});
