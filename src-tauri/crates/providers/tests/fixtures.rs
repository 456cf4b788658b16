//! Replays every recorded stream whole, byte by byte and in random pieces, and compares with what was written down by hand beside it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use chat::{CompletionEvent, Failure};
use futures_util::{StreamExt, stream};
use proptest::prelude::*;
use providers::{Protocol, decode_stream};
use serde_json::{Value, json};

struct Fixture {
    name: String,
    bytes: Vec<u8>,
    expected: Vec<Value>,
}

fn fixtures() -> Vec<Fixture> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/openai-chat");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "sse"))
        .collect();
    paths.sort();
    assert!(paths.len() > 30, "the fixtures are gone");
    paths
        .iter()
        .map(|path| Fixture {
            name: path.file_stem().unwrap().to_string_lossy().into_owned(),
            bytes: fs::read(path).unwrap(),
            expected: fs::read_to_string(path.with_extension("events.jsonl"))
                .unwrap()
                .lines()
                .map(|line| serde_json::from_str(line).unwrap())
                .collect(),
        })
        .collect()
}

fn decode(pieces: Vec<Vec<u8>>) -> Vec<Value> {
    let body = stream::iter(pieces.into_iter().map(|piece| Ok(Bytes::from(piece))));
    let steps = decode_stream(Protocol::OpenaiChat, body);
    let steps: Vec<Result<CompletionEvent, Failure>> =
        tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap()
            .block_on(steps.collect());
    steps
        .into_iter()
        .map(|step| match step {
            Ok(step) => serde_json::to_value(step).unwrap(),
            Err(failure) => json!({"type": "failed", "code": failure.kind}),
        })
        .collect()
}

#[test]
fn whole() {
    for fixture in fixtures() {
        assert_eq!(
            decode(vec![fixture.bytes]),
            fixture.expected,
            "{}",
            fixture.name
        );
    }
}

#[test]
fn byte_by_byte() {
    for fixture in fixtures() {
        let pieces = fixture.bytes.iter().map(|byte| vec![*byte]).collect();
        assert_eq!(decode(pieces), fixture.expected, "{}", fixture.name);
    }
}

#[test]
fn cut_in_two_at_every_byte() {
    for fixture in fixtures() {
        for cut in 0..=fixture.bytes.len() {
            let (head, tail) = fixture.bytes.split_at(cut);
            let pieces = vec![head.to_vec(), tail.to_vec()];
            assert_eq!(
                decode(pieces),
                fixture.expected,
                "{} cut at {cut}",
                fixture.name
            );
        }
    }
}

#[test]
fn a_delta_of_4_mb() {
    let text = "é".repeat(2 * 1024 * 1024);
    let delta = json!({"choices": [{"delta": {"content": text}, "finish_reason": "stop"}]});
    let bytes = format!("data: {delta}\n\ndata: [DONE]\n\n").into_bytes();
    let pieces = bytes.chunks(16 * 1024).map(<[u8]>::to_vec).collect();
    let steps = decode(pieces);
    assert_eq!(steps.len(), 3);
    assert_eq!(steps[1], json!({"type": "text_delta", "text": text}));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn in_random_pieces(sizes in prop::collection::vec(0..97_usize, 1..50)) {
        for fixture in fixtures() {
            let mut sizes = sizes.iter().copied().chain([1]).cycle();
            let mut rest = fixture.bytes.as_slice();
            let mut pieces = Vec::new();
            while !rest.is_empty() {
                let (piece, tail) = rest.split_at(sizes.next().unwrap().min(rest.len()));
                pieces.push(piece.to_vec());
                rest = tail;
            }
            prop_assert_eq!(decode(pieces), fixture.expected, "{}", fixture.name);
        }
    }

    /// Garbage never panics, and every stream ends in exactly one way.
    #[test]
    fn a_damaged_stream_ends_in_one_way(which in 0..1000_usize, at in 0..10_000_usize, with in any::<u8>(), length in 0..20_000_usize) {
        let fixtures = fixtures();
        let mut bytes = fixtures[which % fixtures.len()].bytes.clone();
        if !bytes.is_empty() {
            let at = at % bytes.len();
            bytes[at] = with;
            bytes.truncate(length);
        }
        let steps = decode(vec![bytes]);
        let is_last = |step: &Value| step["type"] == "stopped" || step["type"] == "failed";
        prop_assert_eq!(steps.iter().filter(|step| is_last(step)).count(), 1);
        prop_assert!(is_last(steps.last().unwrap()));
    }
}
