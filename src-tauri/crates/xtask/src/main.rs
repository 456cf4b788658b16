//! `cargo xtask`: the project's own commands. It depends on next to nothing, so that it starts at once.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool speaks on its standard streams"
)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod base64;
mod bindings;
mod bundle;
mod cargo;
mod counts;
mod defences;
mod dependencies;
mod fingerprint;
mod fuzz;
mod installed;
mod interface;
mod packages;
mod parts;
mod process;
mod proof;
mod release;
mod reproducible;
mod request;
mod run;
#[cfg(test)]
mod scratch;
mod suite;
mod system;
mod test;
#[cfg(unix)]
mod updater;
#[cfg(test)]
mod workflows;

use std::process::ExitCode;

const HELP: &str = "\
Usage: cargo xtask <command>

Commands:
  run [arguments…]     install what is missing, build the app and open it; with no display,
                       hold one conversation with the demo model and print its answer
  test [part]          everything the continuous integration runs; `test --help` lists the parts, such as
                       `test secrecy`, which prints what every attack on a key came to
  bindings [--check]   write the interface's TypeScript from the shell's types, or compare the two
  bundle [--kinds KIND,KIND] [--into FOLDER]
                       build the packages of this system and say how large they are: deb and rpm on Linux (appimage if it
                       is named), app and dmg on macOS, nsis and msi on Windows; with --into they are copied to a folder
  release check TAG | notes [VERSION] | sign FOLDER | manifest …
                       what a release needs beside its packages; `release` alone tells more
  fuzz [--seconds N | --inputs N] [--keep] [--blind [--seed N]]
                       feed damaged streams to the decoders of all protocols, guided by what code they reach; one minute
                       if nothing is said; with --keep the corpus in the repository takes up what was found
  help                 this text
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) = match arguments.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", &[][..]),
    };
    let outcome = match command {
        "run" => run::run(rest),
        "test" => test::test(rest),
        "bindings" => bindings::command(rest),
        "bundle" => bundle::bundle(rest),
        "release" => release::release(rest),
        "fuzz" => fuzz::fuzz(rest),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        unknown => {
            eprint!("cargo xtask: there is no command `{unknown}`.\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    outcome.unwrap_or_else(|failure| {
        eprintln!("cargo xtask {command}: {failure}");
        ExitCode::FAILURE
    })
}
