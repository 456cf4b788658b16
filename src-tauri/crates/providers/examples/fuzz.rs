//! Feeds damaged streams to the decoders: `cargo xtask fuzz`. It needs no compiler but the stable one, and is blind to coverage.
//!
//! Its corpus is the fixtures. An input is one of them, or two spliced, with bytes changed, doubled, cut out or put in (among them the
//! marks that matter to a framing and to JSON), cut into pieces of random sizes. Whatever comes in, a stream ends in exactly one way, in
//! good time; a panic is told with the input that caused it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;
use std::io::{self, Write as _};
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use bytes::Bytes;
use chat::{CompletionEvent, Failure};
use futures_util::{StreamExt, stream};
use providers::{Protocol, decode_json_lines, decode_stream};

/// No input of this size takes longer, by far.
const HANG: Duration = Duration::from_secs(5);
/// The largest input, in bytes.
const LARGEST: usize = 16 * 1024;
/// How much the process may grow, in kilobytes.
const MOST_GROWTH: u64 = 64 * 1024;

/// What is put in where it hurts.
const MARKS: [&[u8]; 24] = [
    b"\n",
    b"\r",
    b"\n\n",
    b"\r\n\r\n",
    b"\xEF\xBB\xBF",
    b"\xFF",
    b"\0",
    b":",
    b"data: ",
    b"event: ",
    b"id: \0",
    b"[DONE]",
    b"{",
    b"}",
    b"[",
    b"]",
    b"\"",
    b"\\u",
    b"\\ud83d",
    b"null",
    b"-1",
    b"1e999",
    b"18446744073709551616",
    b"\"error\":",
];

/// Which frames a target reads.
#[derive(Clone, Copy)]
enum Frames {
    Wire,
    Recording,
}

struct Target {
    name: String,
    protocol: Protocol,
    frames: Frames,
    corpus: Vec<Vec<u8>>,
}

/// Knuth's MMIX generator: the same inputs for the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let high = usize::try_from(self.0 >> 33).unwrap_or(0);
        high.checked_rem(limit).unwrap_or(0)
    }
}

fn main() -> ExitCode {
    match run(std::env::args().skip(1)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(words) => {
            let _ = writeln!(io::stderr(), "{words}");
            ExitCode::from(2)
        }
    }
}

fn run(mut arguments: impl Iterator<Item = String>) -> Result<bool, String> {
    const USAGE: &str = "usage: fuzz [--seconds N | --inputs N] [--seed N]";
    let (mut seconds, mut inputs, mut seed) = (None, None, 1);
    while let Some(argument) = arguments.next() {
        let number = arguments.next().and_then(|text| text.parse::<u64>().ok());
        let number = number.ok_or(USAGE)?;
        match argument.as_str() {
            "--seconds" => seconds = Some(number),
            "--inputs" => inputs = Some(number),
            "--seed" => seed = number,
            _ => return Err(USAGE.to_owned()),
        }
    }
    let targets = targets();
    let each = u64::try_from(targets.len()).unwrap_or(1);
    let time = match (seconds, inputs) {
        (None, Some(_)) => None,
        (seconds, _) => {
            Some(Duration::from_secs(seconds.unwrap_or(60)) / targets.len().try_into().unwrap_or(1))
        }
    };
    let most = inputs.map(|inputs| inputs.div_ceil(each));
    panic::set_hook(Box::new(|_| {}));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let before = peak_memory();
    let (mut sum, mut faults) = (0, 0);
    for target in &targets {
        let mut random = Random(seed);
        let start = Instant::now();
        let (mut done, mut bad) = (0_u64, 0_u64);
        while most.is_none_or(|most| done < most) && time.is_none_or(|time| start.elapsed() < time)
        {
            let input = damaged(&target.corpus, &mut random);
            let began = Instant::now();
            let fault = panic::catch_unwind(AssertUnwindSafe(|| {
                runtime.block_on(fault_of(target, &input, &mut random))
            }))
            .unwrap_or_else(|_| Some("it panicked".to_owned()));
            let fault =
                fault.or_else(|| (began.elapsed() > HANG).then(|| "it took too long".to_owned()));
            if let Some(fault) = fault {
                bad += 1;
                say(&format!(
                    "{}: {fault}: {}",
                    target.name,
                    input.escape_ascii()
                ));
            }
            done += 1;
        }
        say(&format!(
            "{:<32} {done:>10} inputs, {bad} faults, {:.1} s",
            target.name,
            start.elapsed().as_secs_f64()
        ));
        sum += done;
        faults += bad;
    }
    let grown = peak_memory().saturating_sub(before);
    say(&format!(
        "all {sum} inputs, {faults} faults; the process grew by {grown} kB"
    ));
    if grown > MOST_GROWTH {
        say(&format!("that is more than {MOST_GROWTH} kB"));
    }
    Ok(faults == 0 && grown <= MOST_GROWTH && sum > 0)
}

fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

/// Each protocol as it comes from a server and as a recording keeps it, with its fixtures.
fn targets() -> Vec<Target> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut targets = Vec::new();
    for protocol in Protocol::ALL {
        let mut corpus = Vec::new();
        for entry in fs::read_dir(root.join(protocol.name())).unwrap() {
            let path = entry.unwrap().path();
            let name = path.to_string_lossy().into_owned();
            let is_stream = path.extension().is_some_and(|kind| kind != "md");
            if is_stream && !name.ends_with(".events.jsonl") {
                corpus.push((name, fs::read(&path).unwrap()));
            }
        }
        // A folder lists its files in any order; inputs are to be the same for the same seed.
        corpus.sort();
        let corpus: Vec<_> = corpus.into_iter().map(|(_, bytes)| bytes).collect();
        for (frames, words) in [
            (Frames::Wire, "from a server"),
            (Frames::Recording, "recorded"),
        ] {
            targets.push(Target {
                name: format!("{protocol}, {words}"),
                protocol,
                frames,
                corpus: corpus.clone(),
            });
        }
    }
    targets
}

/// One of the corpus, or two spliced, and a few changes.
fn damaged(corpus: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut input = corpus[random.below(corpus.len())].clone();
    if random.below(4) == 0 {
        let other = &corpus[random.below(corpus.len())];
        input.truncate(random.below(input.len() + 1));
        input.extend_from_slice(&other[random.below(other.len() + 1)..]);
    }
    for _ in 0..=random.below(6) {
        let at = random.below(input.len() + 1);
        match random.below(6) {
            0 if at < input.len() => input[at] = random.below(256).try_into().unwrap_or(0),
            1 => {
                let mark = MARKS[random.below(MARKS.len())];
                input.splice(at..at, mark.iter().copied());
            }
            2 => {
                let end = (at + random.below(40)).min(input.len());
                input.drain(at..end);
            }
            3 => {
                let end = (at + random.below(200)).min(input.len());
                let part = input[at..end].to_vec();
                input.splice(at..at, part);
            }
            4 => input.truncate(at),
            _ => {}
        }
    }
    input.truncate(LARGEST);
    input
}

/// What is wrong with the way in which an input was decoded.
async fn fault_of(target: &Target, input: &[u8], random: &mut Random) -> Option<String> {
    let mut pieces = Vec::new();
    let mut rest = Bytes::copy_from_slice(input);
    let largest = [1, 7, 64, LARGEST][random.below(4)];
    while !rest.is_empty() {
        let size = 1 + random.below(largest);
        pieces.push(Ok::<_, Failure>(rest.split_to(size.min(rest.len()))));
    }
    let body = stream::iter(pieces);
    let steps: Vec<_> = match target.frames {
        Frames::Wire => decode_stream(target.protocol, body).collect().await,
        Frames::Recording => decode_json_lines(target.protocol, body).collect().await,
    };
    let ends = steps
        .iter()
        .filter(|step| matches!(step, Err(_) | Ok(CompletionEvent::Stopped { .. })))
        .count();
    let is_last = matches!(
        steps.last(),
        Some(Err(_) | Ok(CompletionEvent::Stopped { .. }))
    );
    (ends != 1 || !is_last).then(|| format!("it ended in {ends} ways"))
}

/// The most memory that the process has had so far, in kilobytes; 0 where the system does not tell.
fn peak_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok())
        .unwrap_or(0)
}
