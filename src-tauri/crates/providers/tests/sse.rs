//! The framing of server-sent events, against a naive reading of the standard.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use bytes::Bytes;
use futures_util::{FutureExt, StreamExt, stream};
use proptest::prelude::*;
use providers::sse::{LARGEST_EVENT, SseError, SseEvent, SseEvents};

type Item = Result<SseEvent, SseError<&'static str>>;

fn read(pieces: Vec<Result<Bytes, &'static str>>) -> Vec<Item> {
    SseEvents::new(stream::iter(pieces), Some("[DONE]"))
        .collect()
        .now_or_never()
        .unwrap()
}

fn read_bytes(bytes: &[u8]) -> Vec<Item> {
    read(vec![Ok(Bytes::copy_from_slice(bytes))])
}

#[allow(clippy::unnecessary_wraps)]
fn event(data: &str) -> Item {
    Ok(SseEvent {
        event: "message".into(),
        data: data.into(),
    })
}

/// The standard's algorithm, for streams that end in a blank line.
fn naive(bytes: &[u8]) -> Vec<Item> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let (mut events, mut kind, mut data) = (Vec::new(), String::new(), String::new());
    for line in text.split('\n') {
        if line.is_empty() {
            if !data.is_empty() {
                data.pop();
                events.push(Ok(SseEvent {
                    event: if kind.is_empty() {
                        "message".into()
                    } else {
                        kind.clone()
                    },
                    data: data.clone(),
                }));
            }
            kind.clear();
            data.clear();
            continue;
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "data" => data.extend([value, "\n"]),
            "event" => kind = value.into(),
            _ => {}
        }
    }
    events
}

/// Lines as servers write them, and as they should not.
fn a_line() -> impl Strategy<Value = Vec<u8>> {
    let text = "[ :a-cé🍞\u{feff}\u{0}]{0,6}";
    prop_oneof![
        4 => text.prop_map(|t| format!("data:{t}").into_bytes()),
        2 => text.prop_map(|t| format!("data: {t}").into_bytes()),
        1 => text.prop_map(|t| format!("event: {t}").into_bytes()),
        1 => text.prop_map(|t| format!(":{t}").into_bytes()),
        1 => text.prop_map(|t| format!("id: {t}").into_bytes()),
        1 => Just(b"data".to_vec()),
        1 => Just(b"retry: 5".to_vec()),
        1 => text.prop_map(String::into_bytes),
        1 => prop::collection::vec(prop::sample::select(b"data: \xff\xf0\x9f\x8d\xc3x".to_vec()), 0..8),
        4 => Just(Vec::new()),
    ]
}

fn a_stream() -> impl Strategy<Value = Vec<u8>> {
    let end = prop::sample::select(vec!["\n", "\r", "\r\n"]);
    (any::<bool>(), prop::collection::vec((a_line(), end), 0..30)).prop_map(|(bom, lines)| {
        let mut bytes = if bom {
            b"\xEF\xBB\xBF".to_vec()
        } else {
            Vec::new()
        };
        for (line, end) in lines {
            bytes.extend(line);
            bytes.extend(end.as_bytes());
        }
        // The line end is repeated, so that a lone `\r` before it does not swallow it.
        bytes.extend(b"\n\n");
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn it_reads_what_the_standard_reads(bytes in a_stream()) {
        prop_assert_eq!(read_bytes(&bytes), naive(&bytes));
    }

    #[test]
    fn pieces_make_no_difference(bytes in a_stream(), cuts in prop::collection::vec(0..12_usize, 1..40)) {
        let mut cuts = cuts.into_iter().chain([1]).cycle();
        let mut rest = bytes.as_slice();
        let mut pieces = Vec::new();
        while !rest.is_empty() {
            let (piece, tail) = rest.split_at(cuts.next().unwrap().min(rest.len()));
            pieces.push(Ok(Bytes::copy_from_slice(piece)));
            rest = tail;
        }
        prop_assert_eq!(read(pieces), read_bytes(&bytes));
    }

    #[test]
    fn any_bytes_end_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let items = read_bytes(&bytes);
        prop_assert!(items.iter().rev().skip(1).all(Result::is_ok));
    }
}

#[test]
fn an_event_is_given_as_soon_as_its_blank_line_is_there() {
    for end in ["\n\n", "\r\r", "\r\n\r"] {
        let piece = Ok::<_, &str>(Bytes::from(format!("data: x{end}")));
        let body = stream::iter([piece]).chain(stream::pending());
        let mut events = SseEvents::new(body, None);
        let first = events.next().now_or_never();
        assert_eq!(first, Some(Some(event("x"))), "{end:?}");
    }
}

#[test]
fn a_last_event_without_its_end_counts_if_it_is_complete() {
    for (bytes, expected) in [
        ("data: {\"a\":1}", event("{\"a\":1}")),
        ("data: {\"a\":1}\r\n", event("{\"a\":1}")),
        ("data: {\ndata: }", event("{\n}")),
        ("data: [DONE]", event("[DONE]")),
        ("data: {\"a\":", Err(SseError::Cut)),
        ("data: {}\ndat", event("{}")),
        ("data: [DON", Err(SseError::Cut)),
        ("data: text", Err(SseError::Cut)),
        ("dat", Err(SseError::Cut)),
        ("event: error\n", Err(SseError::Cut)),
    ] {
        let items = read_bytes(format!("data: first\n\n{bytes}").as_bytes());
        assert_eq!(items, [event("first"), expected], "{bytes:?}");
    }
}

#[test]
fn a_comment_without_its_end_is_no_event() {
    assert_eq!(read_bytes(b"data: first\n\n: keep-al"), [event("first")]);
}

#[test]
fn what_broke_the_transport_is_told_after_what_came_whole() {
    let pieces = |last: &'static str| {
        vec![
            Ok(Bytes::from(last)),
            Err("reset"),
            Ok(Bytes::from("data: x\n\n")),
        ]
    };
    let reset = || Err(SseError::Transport("reset"));
    assert_eq!(read(pieces("data: {}")), [event("{}"), reset()]);
    assert_eq!(read(pieces("data: {")), [reset()]);
    assert_eq!(read(pieces("")), [reset()]);
}

#[test]
fn a_line_of_4_mb_in_small_pieces_is_whole() {
    let text = "é".repeat(2 * 1024 * 1024);
    let bytes = Bytes::from(format!("data: {text}\n\ndata: y\n\n"));
    let pieces = (0..bytes.len())
        .step_by(1009)
        .map(|at| Ok(bytes.slice(at..(at + 1009).min(bytes.len()))))
        .collect();
    assert_eq!(read(pieces), [event(&text), event("y")]);
}

#[test]
fn an_event_of_many_lines_is_whole() {
    let bytes = "data: x\n".repeat(50_000) + "\n";
    let expected = vec!["x"; 50_000].join("\n");
    assert_eq!(read_bytes(bytes.as_bytes()), [event(&expected)]);
}

#[test]
fn an_event_that_does_not_end_is_given_up() {
    let piece = Bytes::from(vec![b'x'; 1024 * 1024]);
    let endless = || std::iter::repeat_with(|| Ok::<_, &str>(piece.clone()));
    let line = SseEvents::new(stream::iter(endless()), None);
    assert_eq!(
        line.collect::<Vec<_>>().now_or_never().unwrap(),
        [Err(SseError::EventTooLarge)]
    );
    let lines = Bytes::from("data: 0123456789abcdef\n".repeat(1000));
    let lines = std::iter::repeat_with(|| Ok::<_, &str>(lines.clone()));
    let lines = SseEvents::new(stream::iter(lines), None);
    assert_eq!(
        lines.collect::<Vec<_>>().now_or_never().unwrap(),
        [Err(SseError::EventTooLarge)]
    );
}

#[test]
fn the_largest_event_is_counted_afresh_for_each() {
    let data = "x".repeat(LARGEST_EVENT - "data: ".len());
    let bytes = format!(": {data}\n\ndata: {data}\n\ndata: {data}\n\ndata: {data}x\n\n");
    let items = read_bytes(bytes.as_bytes());
    assert_eq!(items.len(), 3);
    assert!(items[..2].iter().all(Result::is_ok));
    assert_eq!(items[2], Err(SseError::EventTooLarge));
}

#[test]
fn an_error_without_a_fields_name_is_the_last_event() {
    for end in ["", "\n", "\n\n"] {
        let body = format!("data: 1\n\n{{\n  \"error\": {{\n    \"code\": 503\n  }}\n}}{end}");
        let expected = [event("1"), event(r#"{"error":{"code":503}}"#)];
        assert_eq!(read_bytes(body.as_bytes()), expected, "{end:?}");
    }
    assert_eq!(
        read_bytes(b"data: 1\n\n[{\"error\": \"x\"}\r\n]\r\n"),
        [event("1"), event(r#"{"error":"x"}"#)]
    );
    let lost = read(vec![
        Ok(Bytes::from("data: 1\n\n{\"error\": \"x\"}")),
        Err("lost"),
    ]);
    let error = Err(SseError::Transport("lost"));
    assert_eq!(lost, [event("1"), event(r#"{"error":"x"}"#), error]);
}

#[test]
fn other_lines_without_a_fields_name_are_nothing() {
    for other in [
        "{\"error\": null}",
        "{\"text\": \"x\"}",
        "[]",
        "{\n\"error\": 1}}",
        "x {\"error\": 1}",
        "{\"error\": 1}\ndata: 2\n",
    ] {
        let events = read_bytes(format!("data: 1\n\n{other}\n\n").as_bytes());
        assert!(!events.contains(&event(r#"{"error":1}"#)), "{other}");
        assert!(events.iter().all(Result::is_ok), "{other}");
    }
    let long = format!("{{\"error\": \"{}\"}}\n\n", "x".repeat(100_000));
    assert_eq!(read_bytes(long.as_bytes()), []);
}
