//! Decodes a recorded stream as the app would, for whoever debugs a provider.
//!
//! `cargo run -q -p providers --example decode -- openai-chat < stream.sse` prints one JSON line per completion event. A stream that
//! fails ends with a line of type `failed`, and the exit status is 1. `--split N` feeds the bytes in pieces of N, `--split rand:SEED`
//! in pieces of random sizes. `--json-lines` takes a recording: one JSON document per line, without what frames it on the wire.

use std::io::{self, Read, Write};
use std::process::ExitCode;

use bytes::Bytes;
use chat::{CompletionEvent, Failure};
use futures_util::{StreamExt, stream};
use providers::{Protocol, decode_json_lines, decode_stream};
use serde::Serialize;

const USAGE: &str =
    "usage: decode PROTOCOL [--split N | --split rand:SEED] [--json-lines] < STREAM";

#[derive(Clone, Copy)]
enum Split {
    /// As they come.
    No,
    Every(usize),
    Random(u64),
}

#[derive(Serialize)]
#[serde(tag = "type", rename = "failed")]
struct Failed {
    code: chat::FailureKind,
    message: String,
}

struct Arguments {
    protocol: Protocol,
    split: Split,
    json_lines: bool,
}

fn main() -> ExitCode {
    let arguments = match parse(std::env::args().skip(1)) {
        Ok(parsed) => parsed,
        Err(message) => {
            let _ = writeln!(io::stderr(), "{message}");
            return ExitCode::from(2);
        }
    };
    match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .and_then(|runtime| runtime.block_on(decode(&arguments)))
    {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::from(2)
        }
    }
}

fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Arguments, String> {
    let (mut protocol, mut split, mut json_lines) = (None, Split::No, false);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--split" => split = parse_split(&arguments.next().unwrap_or_default())?,
            "--json-lines" => json_lines = true,
            name if protocol.is_none() => {
                let named = name.parse().map_err(|error| format!("{error}\n{USAGE}"))?;
                protocol = Some(named);
            }
            _ => return Err(USAGE.to_owned()),
        }
    }
    Ok(Arguments {
        protocol: protocol.ok_or(USAGE)?,
        split,
        json_lines,
    })
}

fn parse_split(text: &str) -> Result<Split, String> {
    let parsed = match text.strip_prefix("rand:") {
        Some(seed) => seed.parse().ok().map(Split::Random),
        None => text.parse().ok().filter(|size| *size > 0).map(Split::Every),
    };
    parsed.ok_or_else(|| format!("--split takes a number above 0, or rand:SEED\n{USAGE}"))
}

/// Whether the stream came to its end.
async fn decode(arguments: &Arguments) -> io::Result<bool> {
    let chunks: Box<dyn Iterator<Item = Vec<u8>> + Send> = match arguments.split {
        Split::No => Box::new(std::iter::from_fn(|| {
            let mut chunk = vec![0; 64 * 1024];
            let read = io::stdin().read(&mut chunk).ok().filter(|read| *read > 0)?;
            chunk.truncate(read);
            Some(chunk)
        })),
        Split::Every(size) => {
            let bytes = read_all()?;
            let chunks: Vec<_> = bytes.chunks(size).map(<[u8]>::to_vec).collect();
            Box::new(chunks.into_iter())
        }
        Split::Random(seed) => Box::new(random_pieces(read_all()?, seed)),
    };
    let body = stream::iter(chunks.map(|chunk| Ok::<_, Failure>(Bytes::from(chunk))));
    let mut steps = if arguments.json_lines {
        decode_json_lines(arguments.protocol, body).boxed()
    } else {
        decode_stream(arguments.protocol, body).boxed()
    };
    let mut whole = false;
    while let Some(step) = steps.next().await {
        whole = matches!(step, Ok(CompletionEvent::Stopped { .. }));
        let line = match step {
            Ok(step) => serde_json::to_string(&step)?,
            Err(failure) => serde_json::to_string(&failed(failure))?,
        };
        writeln!(io::stdout(), "{line}")?;
    }
    Ok(whole)
}

fn failed(failure: Failure) -> Failed {
    let message = failure.detail.unwrap_or_else(|| {
        let code = serde_json::to_string(&failure.kind).unwrap_or_default();
        code.trim_matches('"').replace('_', " ")
    });
    Failed {
        code: failure.kind,
        message,
    }
}

fn read_all() -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    io::stdin().read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Pieces of 1 to 64 bytes, the same for the same seed.
fn random_pieces(bytes: Vec<u8>, seed: u64) -> impl Iterator<Item = Vec<u8>> + Send {
    let mut state = seed;
    let mut rest = bytes;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        // Knuth's MMIX generator; its high bits are good enough to cut by.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let size = usize::try_from(state >> 58).unwrap_or(0) + 1;
        let tail = rest.split_off(size.min(rest.len()));
        Some(std::mem::replace(&mut rest, tail))
    })
}
