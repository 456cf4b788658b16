//! The client that everything is sent by, as the settings want it.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use providers::{Client, ClientError, ClientOptions, ContactLog, Proxy, certificates_in};
use storage::network::{NetworkSettings, ProxySetting};

use crate::ipc::{EntryFault, Notice};

/// Makes the client. Of what can't be used in the settings it tells, and goes no other way for it: past a proxy that can't be
/// used nothing goes out.
///
/// # Errors
/// If TLS can't be set up.
pub(crate) fn client(
    settings: &NetworkSettings,
    contact_log: Arc<dyn ContactLog>,
    notices: &mut Vec<Notice>,
) -> Result<Client, ClientError> {
    let mut tell = |entry: &str, fault| {
        notices.push(Notice::SettingsEntryUnusable {
            entry: entry.to_owned(),
            fault,
        });
    };
    let proxy = match &settings.proxy {
        None => None,
        // The reader of the file has told of it.
        Some(ProxySetting::Unreadable) => Some(Proxy::unusable(&settings.direct)),
        Some(ProxySetting::At(address)) => {
            let proxy = Proxy::parse(address, &settings.direct).unwrap_or_else(|error| {
                tracing::warn!(%error, "the proxy can't be used");
                tell("network.proxy", EntryFault::BadProxy);
                Proxy::unusable(&settings.direct)
            });
            Some(proxy)
        }
    };
    let extra_roots = match settings.certificates.as_deref().map(read_certificates) {
        None => Vec::new(),
        Some(Some(roots)) => roots,
        Some(None) => {
            tell("network.certificates", EntryFault::BadCertificates);
            Vec::new()
        }
    };
    let options = ClientOptions {
        contact_log,
        proxy,
        extra_roots,
        ..options()
    };
    let plain = ClientOptions {
        extra_roots: Vec::new(),
        ..options.clone()
    };
    let has_extra_roots = !options.extra_roots.is_empty();
    Client::with(options).or_else(|error| {
        if !has_extra_roots {
            return Err(error);
        }
        tracing::warn!(%error, "the extra certificates can't be used");
        tell("network.certificates", EntryFault::BadCertificates);
        Client::with(plain)
    })
}

/// The largest file of certificates that is read, in bytes.
const LARGEST_FILE: u64 = 4 * 1024 * 1024;

fn read_certificates(path: &Path) -> Option<Vec<Vec<u8>>> {
    let is_small = |file: &fs::Metadata| file.is_file() && file.len() <= LARGEST_FILE;
    let pem = fs::metadata(path)
        .ok()
        .filter(is_small)
        .and_then(|_| fs::read(path).ok());
    if pem.is_none() {
        tracing::warn!("the file of certificates can't be read");
    }
    certificates_in(&pem?)
}

#[cfg(not(feature = "switches"))]
fn options() -> ClientOptions {
    ClientOptions::default()
}

/// The patience that a test has: `CHATELAINE_SWITCH_SILENCE_MS` is how long a provider may be silent, before its first byte
/// and between two.
#[cfg(feature = "switches")]
fn options() -> ClientOptions {
    let mut options = ClientOptions::default();
    let patience = std::env::var("CHATELAINE_SWITCH_SILENCE_MS").ok();
    if let Some(ms) = patience.and_then(|ms| ms.parse().ok()) {
        options.limits.first_byte = std::time::Duration::from_millis(ms);
        options.limits.silence = options.limits.first_byte;
    }
    options
}
