//! The command line: it is answered before anything is opened, so that it can be asked without a display.

use std::ffi::OsString;
#[cfg(target_os = "linux")]
use std::path::PathBuf;
use std::process::ExitCode;

const HELP: &str = "\
Usage: chatelaine [--help | --version]

Opens a window for chats with AI models. Where one is open already, it comes to the front.

  --help     this text
  --version  the version

In the environment:
  CHATELAINE_DATA_DIR  where chats, settings and the log are kept
  CHATELAINE_LOG       what is logged, such as debug
";

/// The file with the app's own order to install an update, which no person gives.
#[cfg(target_os = "linux")]
pub(crate) fn order(mut arguments: impl Iterator<Item = OsString>) -> Option<PathBuf> {
    let is_order = arguments.next()? == crate::updates::INSTALL_ARGUMENT;
    is_order
        .then(|| arguments.next())
        .flatten()
        .map(PathBuf::from)
}

/// What is said on the terminal instead of opening a window.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// What was asked for.
    Told(String),
    /// Why it can't be.
    Refused(String),
}

/// The answer to a command line, if it asks for anything but the window.
pub(crate) fn answered(arguments: impl Iterator<Item = OsString>) -> Option<Answer> {
    let argument = arguments
        .map(|argument| argument.to_string_lossy().into_owned())
        // What a desktop gives along, such as the number of a macOS process.
        .find(|argument| !argument.starts_with("-psn_"))?;
    Some(match argument.as_str() {
        "--version" | "-V" => Answer::Told(format!("Chatelaine {}\n", env!("CARGO_PKG_VERSION"))),
        "--help" | "-h" => Answer::Told(HELP.to_owned()),
        other => Answer::Refused(format!("chatelaine: {other} is not known.\n\n{HELP}")),
    })
}

impl Answer {
    /// Says it.
    #[allow(
        clippy::print_stdout,
        clippy::print_stderr,
        reason = "the terminal is what was asked"
    )]
    pub(crate) fn print(&self) -> ExitCode {
        match self {
            Self::Told(text) => {
                print!("{text}");
                ExitCode::SUCCESS
            }
            Self::Refused(text) => {
                eprint!("{text}");
                ExitCode::from(2)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(arguments: &[&str]) -> Option<Answer> {
        answered(arguments.iter().map(OsString::from))
    }

    #[test]
    fn the_terminal_is_answered_and_a_desktop_gets_a_window() {
        assert_eq!(answer(&[]), None);
        assert_eq!(answer(&["-psn_0_12345"]), None);
        let version = Answer::Told(format!("Chatelaine {}\n", env!("CARGO_PKG_VERSION")));
        assert_eq!(answer(&["--version"]), Some(version));
        assert!(matches!(answer(&["-h"]), Some(Answer::Told(text)) if text.contains("--version")));
        let odd = answer(&["--frobnicate"]);
        assert!(
            matches!(odd, Some(Answer::Refused(text)) if text.contains("--frobnicate is not known"))
        );
    }
}
