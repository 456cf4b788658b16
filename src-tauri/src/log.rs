//! The log: times, hosts and sizes; no text of a chat, and no key. `CHATELAINE_LOG` sets its level.

use std::fs::OpenOptions;
use std::io;
use std::path::Path;
use std::sync::Mutex;

use tracing::{Level, Metadata};
use tracing_subscriber::filter::{FilterExt, filter_fn};
use tracing_subscriber::fmt::{self, MakeWriter};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Registry};

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
    let wanted =
        EnvFilter::try_from_env("CHATELAINE_LOG").unwrap_or_else(|_| EnvFilter::new(LEVEL));
    tracing_subscriber::registry()
        .with(lines(Mutex::new(file), wanted))
        .try_init()
        .map_err(io::Error::other)
}

fn lines<W>(writer: W, wanted: EnvFilter) -> impl Layer<Registry>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    fmt::layer()
        .with_ansi(false)
        .with_writer(writer)
        .with_filter(wanted.and(filter_fn(may_be_told)))
}

/// Whether a line may be written, whatever level is asked for.
fn may_be_told(line: &Metadata<'_>) -> bool {
    let from = line.target().split("::").next().unwrap_or_default();
    *line.level() <= Level::WARN || !NEVER_IN_DETAIL.contains(&from)
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::fs;

    #[test]
    fn crates_that_see_secrets_tell_no_details_at_any_level() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let file = Mutex::new(fs::File::create(&path).unwrap());
        let all = tracing_subscriber::registry().with(lines(file, EnvFilter::new("trace")));
        tracing::subscriber::with_default(all, || {
            tracing::trace!(target: "hyper::proto::h1", "authorization: canary");
            tracing::debug!(target: "hyper_util::client", "authorization: canary");
            tracing::trace!(target: "h2::codec", "authorization: canary");
            tracing::debug!(target: "reqwest::connect", "authorization: canary");
            tracing::info!(target: "rustls::client", "canary");
            tracing::trace!(target: "zbus::connection", "canary");
            tracing::debug!(target: "secret_service", "canary");
            tracing::warn!(target: "hyper::proto", "that it failed");
            tracing::trace!(target: "chatelaine_lib::turns", "one of ours");
        });
        let told = fs::read_to_string(&path).unwrap();
        assert!(!told.contains("canary"), "{told}");
        assert!(
            told.contains("that it failed") && told.contains("one of ours"),
            "{told}"
        );
    }
}
