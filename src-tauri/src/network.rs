//! The way out, as the settings want it: the client that everything is sent by, and the page that changes it.

mod change;
mod headers;

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use providers::{
    Client, ClientError, ClientOptions, ContactLog, Limits, Proxy, Route, certificates_in,
};
use storage::network::{NetworkSettings, ProxySetting, TimeLimits};

use crate::app::App;
use crate::ipc::{
    CertificateFile, EntryFault, HeaderProvider, NetworkState, Notice, ProxyLogin, ProxyState,
    WaitLimit, WaitName,
};
use crate::keys::Keys;

pub(crate) use headers::is_no_provider;

/// Stands for the proxy among those that keys are kept for. No provider can be called so.
const PROXY_ID: &str = "network/proxy";

/// Makes the client. Of what can't be used in the settings it tells, and goes no other way for it: past a proxy that can't be
/// used nothing goes out.
///
/// # Errors
/// If TLS can't be set up.
pub(crate) fn client(
    settings: &NetworkSettings,
    keys: &Keys,
    contact_log: Arc<dyn ContactLog>,
    notices: &mut Vec<Notice>,
) -> Result<Client, ClientError> {
    let (route, faults) = route(settings, keys);
    for (entry, fault) in faults {
        notices.push(Notice::SettingsEntryUnusable {
            entry: entry.to_owned(),
            fault,
        });
    }
    let options = ClientOptions {
        contact_log,
        route,
        ..ClientOptions::default()
    };
    let plain = ClientOptions {
        route: Route {
            extra_roots: Vec::new(),
            ..options.route.clone()
        },
        ..options.clone()
    };
    let has_extra_roots = !options.route.extra_roots.is_empty();
    Client::with(options).or_else(|error| {
        if !has_extra_roots {
            return Err(error);
        }
        tracing::warn!(%error, "the extra certificates can't be used");
        notices.push(Notice::SettingsEntryUnusable {
            entry: "network.certificates".to_owned(),
            fault: EntryFault::BadCertificates,
        });
        Client::with(plain)
    })
}

/// The route that the settings want, and what in them can't be used.
fn route(settings: &NetworkSettings, keys: &Keys) -> (Route, Vec<(&'static str, EntryFault)>) {
    let mut faults = Vec::new();
    let proxy = match &settings.proxy {
        None => None,
        // The reader of the file has told of it.
        Some(ProxySetting::Unreadable) => Some(Proxy::unusable(&settings.direct)),
        Some(ProxySetting::At(address)) => {
            let proxy = Proxy::parse(address, &settings.direct).unwrap_or_else(|error| {
                tracing::warn!(%error, "the proxy can't be used");
                faults.push(("network.proxy", EntryFault::BadProxy));
                Proxy::unusable(&settings.direct)
            });
            Some(proxy)
        }
    };
    let extra_roots = match settings.certificates.as_deref().map(read_certificates) {
        None => Vec::new(),
        Some(Some(roots)) => roots,
        Some(None) => {
            faults.push(("network.certificates", EntryFault::BadCertificates));
            Vec::new()
        }
    };
    let proxy_login = proxy
        .is_some()
        .then(|| keys.of(PROXY_ID).into_iter().next())
        .flatten()
        .map(|login| keys.source_of(login));
    let route = Route {
        limits: limits(settings.time_limits),
        extra_roots,
        proxy,
        proxy_login,
    };
    (route, faults)
}

/// The largest file of certificates that is read, in bytes.
const LARGEST_FILE: u64 = 4 * 1024 * 1024;

/// The certificates in a file, as DER; `None` if there is none in it, or one that can't be read.
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

fn limits(set: TimeLimits) -> Limits {
    let usual = usual_limits();
    let or = |seconds: Option<u16>, usual| {
        seconds.map_or(usual, |seconds| Duration::from_secs(seconds.into()))
    };
    Limits {
        connect: or(set.connect, usual.connect),
        first_byte: or(set.first_byte, usual.first_byte),
        silence: or(set.silence, usual.silence),
        ..usual
    }
}

#[cfg(not(feature = "switches"))]
fn usual_limits() -> Limits {
    Limits::default()
}

/// The patience that a test has: `CHATELAINE_SWITCH_SILENCE_MS` is how long a provider may be silent, before its first byte
/// and between two.
#[cfg(feature = "switches")]
fn usual_limits() -> Limits {
    let mut limits = Limits::default();
    let patience = std::env::var("CHATELAINE_SWITCH_SILENCE_MS").ok();
    if let Some(ms) = patience.and_then(|ms| ms.parse().ok()) {
        limits.first_byte = Duration::from_millis(ms);
        limits.silence = limits.first_byte;
    }
    limits
}

impl App {
    /// Everything the page of the network shows.
    pub(crate) async fn network_state(&self) -> NetworkState {
        let settings = self.settings.current().network;
        let proxy = match &settings.proxy {
            None => None,
            Some(ProxySetting::Unreadable) => Some((String::new(), false)),
            Some(ProxySetting::At(address)) => {
                let usable = Proxy::parse(address, &settings.direct).is_ok();
                Some((address.clone(), usable))
            }
        };
        let usual = Limits::default();
        let set = settings.time_limits;
        let wait = |name, seconds: Option<u16>, usual: Duration| WaitLimit {
            name,
            seconds: seconds.unwrap_or_else(|| u16::try_from(usual.as_secs()).unwrap_or(u16::MAX)),
            usual: u16::try_from(usual.as_secs()).unwrap_or(u16::MAX),
        };
        NetworkState {
            proxy: match proxy {
                None => None,
                Some((address, usable)) => Some(ProxyState {
                    address,
                    usable,
                    login: self.proxy_login().await,
                }),
            },
            direct: settings.direct.clone(),
            certificates: match &settings.certificates {
                None => None,
                Some(path) => Some(certificate_file(path.clone()).await),
            },
            limits: vec![
                wait(WaitName::Connect, set.connect, usual.connect),
                wait(WaitName::FirstByte, set.first_byte, usual.first_byte),
                wait(WaitName::Silence, set.silence, usual.silence),
            ],
            headers: self.header_items().await,
            providers: self
                .roster()
                .into_iter()
                .map(|listed| HeaderProvider {
                    id: listed.provider.id().to_owned(),
                    name: listed.provider.name().to_owned(),
                })
                .collect(),
            can_ask: crate::native::form::CAN_ASK,
        }
    }

    async fn proxy_login(&self) -> Option<ProxyLogin> {
        let login = self.keys.of(PROXY_ID).into_iter().next()?;
        let states = self.keys.states().await;
        let card = self.keys.card(&login, &states, None).await;
        Some(ProxyLogin {
            name: card.name,
            kept_in: card.kept_in,
            state: card.state,
        })
    }
}

async fn certificate_file(path: std::path::PathBuf) -> CertificateFile {
    let shown = path.display().to_string();
    let read = tokio::task::spawn_blocking(move || read_certificates(&path));
    let found = read.await.ok().flatten();
    CertificateFile {
        shown,
        count: found.and_then(|found| u32::try_from(found.len()).ok()),
    }
}
