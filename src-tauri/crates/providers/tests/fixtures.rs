//! Replays every recorded stream whole, byte by byte and in random pieces, and compares with what was written down by hand beside it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use chat::{CompletionEvent, Failure};
use futures_util::{StreamExt, stream};
use proptest::prelude::*;
use providers::{Protocol, decode_json_lines, decode_stream};
use serde_json::{Value, json};

struct Fixture {
    protocol: Protocol,
    /// Whether it is a recording of events without their framing.
    is_recording: bool,
    name: String,
    bytes: Vec<u8>,
    expected: Vec<Value>,
}

/// The streams in the folder of each protocol: `.sse`, `.ndjson` for Ollama's, and `.jsonl` for recordings of events alone.
fn fixtures() -> Vec<Fixture> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut fixtures = Vec::new();
    for protocol in Protocol::ALL {
        let mut paths: Vec<PathBuf> = fs::read_dir(root.join(protocol.name()))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| !path.to_string_lossy().ends_with(".events.jsonl"))
            .filter(|path| path.extension().is_some_and(|kind| kind != "md"))
            .collect();
        paths.sort();
        fixtures.extend(paths.into_iter().map(|path| {
            Fixture {
                protocol,
                is_recording: path.extension().is_some_and(|kind| kind == "jsonl"),
                name: path.file_stem().unwrap().to_string_lossy().into_owned(),
                bytes: fs::read(&path).unwrap(),
                expected: fs::read_to_string(path.with_extension("events.jsonl"))
                    .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
                    .lines()
                    .map(|line| serde_json::from_str(line).unwrap())
                    .collect(),
            }
        }));
    }
    fixtures
}

impl Fixture {
    fn is_failure(&self) -> bool {
        self.expected
            .last()
            .is_some_and(|step| step["type"] == "failed")
    }

    #[track_caller]
    fn check(&self, pieces: Vec<Vec<u8>>, how: &str) {
        let steps = decode(self.protocol, self.is_recording, pieces);
        assert_eq!(
            steps, self.expected,
            "{} {} {how}",
            self.protocol, self.name
        );
    }
}

fn decode(protocol: Protocol, is_recording: bool, pieces: Vec<Vec<u8>>) -> Vec<Value> {
    let body = stream::iter(pieces.into_iter().map(|piece| Ok(Bytes::from(piece))));
    let steps: Vec<Result<CompletionEvent, Failure>> =
        tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap()
            .block_on(async {
                if is_recording {
                    decode_json_lines(protocol, body).collect().await
                } else {
                    decode_stream(protocol, body).collect().await
                }
            });
    steps
        .into_iter()
        .map(|step| match step {
            Ok(step) => serde_json::to_value(step).unwrap(),
            Err(failure) => json!({"type": "failed", "code": failure.kind}),
        })
        .collect()
}

#[test]
fn each_protocol_has_enough_of_them() {
    let fixtures = fixtures();
    for protocol in Protocol::ALL {
        let of = || {
            fixtures
                .iter()
                .filter(|fixture| fixture.protocol == protocol)
        };
        assert!(of().count() >= 25, "{protocol}: {}", of().count());
        let failures = of().filter(|fixture| fixture.is_failure()).count();
        assert!(failures >= 10, "{protocol}: {failures} failures");
    }
}

#[test]
fn the_table_of_quirks_names_files_that_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("../../ARCHITECTURE.md")).unwrap();
    let known: Vec<String> = fixtures()
        .iter()
        .map(|fixture| format!("{}/{}", fixture.protocol, fixture.name))
        .collect();
    let table = text
        .lines()
        .skip_while(|line| !line.starts_with("| quirk |"));
    let rows: Vec<_> = table
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .collect();
    assert!(rows.len() > 30, "{} rows", rows.len());
    let mut count = 0;
    for row in rows {
        let tests = row.rsplit('|').nth(1).unwrap();
        let names: Vec<_> = tests.split('`').skip(1).step_by(2).collect();
        assert!(!names.is_empty(), "{row}");
        for name in names {
            assert!(known.iter().any(|one| one == name), "{name} is no fixture");
            count += 1;
        }
    }
    assert!(count > 100, "{count} names");
}

#[test]
fn whole() {
    for fixture in fixtures() {
        fixture.check(vec![fixture.bytes.clone()], "whole");
    }
}

#[test]
fn byte_by_byte() {
    for fixture in fixtures() {
        let pieces = fixture.bytes.iter().map(|byte| vec![*byte]).collect();
        fixture.check(pieces, "byte by byte");
    }
}

#[test]
fn cut_in_two_at_every_byte() {
    for fixture in fixtures() {
        for cut in 0..=fixture.bytes.len() {
            let (head, tail) = fixture.bytes.split_at(cut);
            let pieces = vec![head.to_vec(), tail.to_vec()];
            fixture.check(pieces, &format!("cut at {cut}"));
        }
    }
}

#[test]
fn a_delta_of_4_mb() {
    let text = "é".repeat(2 * 1024 * 1024);
    let delta = json!({"choices": [{"delta": {"content": text}, "finish_reason": "stop"}]});
    let bytes = format!("data: {delta}\n\ndata: [DONE]\n\n").into_bytes();
    let pieces = bytes.chunks(16 * 1024).map(<[u8]>::to_vec).collect();
    let steps = decode(Protocol::OpenaiChat, false, pieces);
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
            fixture.check(pieces, "in random pieces");
        }
    }

    /// Garbage never panics, and every stream ends in exactly one way.
    #[test]
    fn a_damaged_stream_ends_in_one_way(which in 0..1000_usize, at in 0..10_000_usize, with in any::<u8>(), length in 0..20_000_usize) {
        let fixtures = fixtures();
        let fixture = &fixtures[which % fixtures.len()];
        let mut bytes = fixture.bytes.clone();
        if !bytes.is_empty() {
            let at = at % bytes.len();
            bytes[at] = with;
            bytes.truncate(length);
        }
        let steps = decode(fixture.protocol, fixture.is_recording, vec![bytes]);
        let is_last = |step: &Value| step["type"] == "stopped" || step["type"] == "failed";
        prop_assert_eq!(steps.iter().filter(|step| is_last(step)).count(), 1);
        prop_assert!(is_last(steps.last().unwrap()));
    }
}
