//! `cargo xtask fuzz`: damaged streams for the decoders, guided by coverage where a C++ compiler can build libFuzzer.

mod corpus;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use crate::cargo::{cargo, root, target_folder};
use crate::process::{Failure, command, run, say, succeeds};

/// What counts the edges that an input reaches. They are options of the stable compiler; `cargo fuzz` sets the same.
const COUNTERS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
     -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
     -Cllvm-args=-sanitizer-coverage-trace-compares";

/// What libFuzzer takes for a fault beside a panic: more than 5 s, an allocation of more than 64 MiB, half a gigabyte in all.
const BOUNDS: [&str; 5] = [
    "-timeout=5",
    "-malloc_limit_mb=64",
    "-rss_limit_mb=512",
    "-max_len=16384",
    "-print_final_stats=1",
];

const PROTOCOLS: [&str; 5] = [
    "openai-chat",
    "openai-responses",
    "anthropic-messages",
    "gemini",
    "ollama",
];

const FRAMINGS: [&str; 2] = ["wire", "recorded"];

const USAGE: &str = "usage: fuzz [--seconds N | --inputs N] [--keep] [--blind [--seed N]]";

/// What was asked for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Wanted {
    seconds: Option<u64>,
    inputs: Option<u64>,
    seed: Option<u64>,
    /// Whether what reached new code goes into the corpus in the repository.
    keep: bool,
    /// Whether the fuzzer that needs no C++ is asked for.
    blind: bool,
}

/// Feeds damaged streams to the decoders of all protocols.
pub(crate) fn fuzz(arguments: &[String]) -> Result<ExitCode, Failure> {
    let wanted = Wanted::read(arguments)?;
    let can_guide = cfg!(unix) && succeeds(command("c++", &root()).arg("--version"));
    if wanted.blind || !can_guide {
        if !wanted.blind {
            say("there is no C++ compiler for libFuzzer: the inputs are not guided by coverage");
        }
        return blind(&wanted);
    }
    guided(&wanted)
}

impl Wanted {
    fn read(arguments: &[String]) -> Result<Self, Failure> {
        let mut wanted = Self::default();
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            let mut number = || {
                let number = arguments.next().and_then(|text| text.parse().ok());
                number.map(Some).ok_or_else(|| Failure::new(USAGE))
            };
            match argument.as_str() {
                "--seconds" => wanted.seconds = number()?,
                "--inputs" => wanted.inputs = number()?,
                "--seed" => wanted.seed = number()?,
                "--keep" => wanted.keep = true,
                "--blind" => wanted.blind = true,
                _ => return Err(Failure::new(USAGE)),
            }
        }
        Ok(wanted)
    }
}

/// Builds the example `fuzz` of `providers` with optimisation, and runs it.
fn blind(wanted: &Wanted) -> Result<ExitCode, Failure> {
    say("building the decoders with optimisation");
    let mut fuzz = cargo("run");
    fuzz.args(["--release", "--package", "providers"]);
    fuzz.args(["--example", "fuzz", "--"]);
    for (name, number) in [
        ("--seconds", wanted.seconds),
        ("--inputs", wanted.inputs),
        ("--seed", wanted.seed),
    ] {
        if let Some(number) = number {
            fuzz.args([name, &number.to_string()]);
        }
    }
    run(&mut fuzz)?;
    Ok(ExitCode::SUCCESS)
}

/// One protocol with one framing.
struct Target {
    name: String,
    fixtures: PathBuf,
    /// What reached new code, in this and in earlier runs.
    corpus: PathBuf,
    /// The same, as the repository keeps it.
    kept: PathBuf,
}

fn guided(wanted: &Wanted) -> Result<ExitCode, Failure> {
    let program = build()?;
    let work = target_folder()?.join("fuzz");
    let targets = targets(&work);
    let each = u64::try_from(targets.len()).unwrap_or(1);
    let bound = match (wanted.inputs, wanted.seconds) {
        (Some(inputs), _) => format!("-runs={}", inputs.div_ceil(each)),
        (None, seconds) => format!("-max_total_time={}", seconds.unwrap_or(60).div_ceil(each)),
    };
    let (mut sum, mut peak, mut faults) = (0, 0, 0);
    for target in &targets {
        corpus::unpack(&target.kept, &target.corpus)?;
        let log = work.join(format!("{}.log", target.name.replace('/', "-")));
        let artifacts = work.join(format!("fault-{}-", target.name.replace('/', "-")));
        let mut fuzz = libfuzzer(&program, target, &log)?;
        fuzz.arg(&target.corpus)
            .arg(&target.fixtures)
            .args(BOUNDS)
            .arg(&bound)
            .arg(format!("-seed={}", wanted.seed.unwrap_or(1)))
            .arg(format!("-artifact_prefix={}", artifacts.display()));
        let passed = fuzz.status().is_ok_and(|status| status.success());
        let told = fs::read_to_string(&log).map_err(|error| Failure::at(&log, &error))?;
        let stats = Stats::in_log(&told);
        say(&format!(
            "{:<28} {:>9} inputs, {:>5} edges, {:>3} MB{}",
            target.name,
            stats.inputs,
            stats.edges,
            stats.peak_mb,
            if passed { "" } else { ", A FAULT" }
        ));
        if !passed {
            faults += 1;
            let tail: Vec<_> = told.lines().rev().take(25).collect();
            say(&tail.into_iter().rev().collect::<Vec<_>>().join("\n"));
        }
        sum += stats.inputs;
        peak = peak.max(stats.peak_mb);
        if wanted.keep {
            keep(&program, target, &work)?;
        }
    }
    say(&format!(
        "all {sum} inputs, {faults} faults, at most {peak} MB"
    ));
    if faults > 0 || sum == 0 {
        return Err(Failure::new("the inputs that fail are in target/fuzz"));
    }
    Ok(ExitCode::SUCCESS)
}

fn fuzz_folder() -> PathBuf {
    root().join("src-tauri/crates/providers/fuzz")
}

fn targets(work: &Path) -> Vec<Target> {
    let fixtures = root().join("src-tauri/crates/providers/tests/fixtures");
    let all = PROTOCOLS
        .iter()
        .flat_map(|protocol| FRAMINGS.iter().map(move |framing| (protocol, framing)));
    all.map(|(protocol, framing)| Target {
        name: format!("{protocol}/{framing}"),
        fixtures: fixtures.join(protocol),
        corpus: work.join("corpus").join(protocol).join(framing),
        kept: fuzz_folder().join(format!("corpus/{protocol}-{framing}.txt")),
    })
    .collect()
}

fn build() -> Result<PathBuf, Failure> {
    say("building the decoders with counters of coverage");
    let host = host()?;
    let folder = target_folder()?.join("fuzz/build");
    let mut build = command("cargo", &fuzz_folder());
    build
        .args([
            "build",
            "--quiet",
            "--release",
            "--locked",
            "--target",
            &host,
        ])
        .arg("--target-dir")
        .arg(&folder)
        .env("RUSTFLAGS", COUNTERS);
    run(&mut build)?;
    Ok(folder.join(host).join("release/providers-fuzz"))
}

/// The system that is compiled for. It is named, so that programs that run while compiling are built without counters.
fn host() -> Result<String, Failure> {
    let told = crate::process::output(command("rustc", &root()).arg("-vV"))?;
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned)
        .ok_or_else(|| Failure::new("rustc does not tell its host"))
}

/// libFuzzer, telling what it does in a file.
fn libfuzzer(program: &Path, target: &Target, log: &Path) -> Result<Command, Failure> {
    let file = fs::File::create(log).map_err(|error| Failure::at(log, &error))?;
    let mut fuzz = command(program, &root());
    fuzz.env("TARGET", &target.name)
        .stdout(Stdio::null())
        .stderr(file);
    Ok(fuzz)
}

/// Puts the fewest inputs that reach all that is reached, beside the fixtures, into the repository.
fn keep(program: &Path, target: &Target, work: &Path) -> Result<(), Failure> {
    let fewest = work.join("fewest");
    let _ = fs::remove_dir_all(&fewest);
    fs::create_dir_all(&fewest).map_err(|error| Failure::at(&fewest, &error))?;
    let mut merge = libfuzzer(program, target, &work.join("merge.log"))?;
    merge.args(["-set_cover_merge=1", "-use_counters=0"]).args([
        &fewest,
        &target.fixtures,
        &target.corpus,
    ]);
    run(&mut merge)?;
    corpus::pack(&fewest, &target.fixtures, &target.kept)
}

/// What libFuzzer tells at its end.
#[derive(Debug, Default, PartialEq, Eq)]
struct Stats {
    inputs: u64,
    edges: u64,
    peak_mb: u64,
}

impl Stats {
    fn in_log(log: &str) -> Self {
        let number = |text: &str| text.trim().parse().unwrap_or(0);
        let mut stats = Self::default();
        for line in log.lines() {
            if let Some(inputs) = line.strip_prefix("stat::number_of_executed_units:") {
                stats.inputs = number(inputs);
            } else if let Some(peak) = line.strip_prefix("stat::peak_rss_mb:") {
                stats.peak_mb = number(peak);
            } else if let Some((_, rest)) = line.split_once("cov: ") {
                let edges = rest.split(' ').next().unwrap_or_default();
                stats.edges = stats.edges.max(number(edges));
            }
        }
        stats
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_read_or_refused() {
        let read = |words: &str| {
            let words: Vec<_> = words.split_whitespace().map(str::to_owned).collect();
            Wanted::read(&words).ok()
        };
        let wanted = read("--inputs 10000000 --keep").unwrap();
        assert_eq!((wanted.inputs, wanted.keep), (Some(10_000_000), true));
        assert_eq!(read("--seconds 5 --blind --seed 7").unwrap().seed, Some(7));
        for odd in ["--seconds", "--inputs many", "now"] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }

    #[test]
    fn the_end_of_a_log_is_read() {
        let log = "#2\tINITED cov: 1610 ft: 3 corp: 1\n#9 NEW    cov: 1612 ft: 4\n\
                   stat::number_of_executed_units: 300000\nstat::peak_rss_mb:              35\n";
        let stats = Stats::in_log(log);
        assert_eq!(
            (stats.inputs, stats.edges, stats.peak_mb),
            (300_000, 1612, 35)
        );
        assert_eq!(Stats::in_log("killed"), Stats::default());
    }
}
