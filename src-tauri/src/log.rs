//! The log: times, hosts and sizes; no text of a chat, and no key. `CHATELAINE_LOG` sets its level.

use std::fs::OpenOptions;
use std::io;
use std::path::Path;
use std::sync::Mutex;

use tracing_subscriber::EnvFilter;

/// What is logged where nothing else is asked for.
const LEVEL: &str = "info,tao=warn,wry=warn";
/// Crates that see requests and secrets as they go by. Whatever level is asked for, they tell no details.
const NEVER_IN_DETAIL: &[&str] = &[
    "h2",
    "hyper",
    "hyper_util",
    "reqwest",
    "rustls",
    "secret_service",
    "zbus",
];
/// Past this size, in bytes, the log begins anew at the next start; the old one is kept beside.
const LARGEST: u64 = 5 * 1024 * 1024;

/// Starts to log into a file.
///
/// # Errors
/// When the file can't be written. The app runs without a log then.
pub(crate) fn start(path: &Path) -> io::Result<()> {
    if path.metadata().is_ok_and(|file| file.len() > LARGEST) {
        std::fs::rename(path, path.with_extension("log.old"))?;
    }
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    let mut filter =
        EnvFilter::try_from_env("CHATELAINE_LOG").unwrap_or_else(|_| EnvFilter::new(LEVEL));
    for target in NEVER_IN_DETAIL {
        if let Ok(directive) = format!("{target}=warn").parse() {
            filter = filter.add_directive(directive);
        }
    }
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false)
        .with_writer(Mutex::new(file))
        .try_init()
        .map_err(io::Error::other)
}
