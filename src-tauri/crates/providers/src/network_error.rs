//! What a network error means.

use std::error::Error;
use std::io::{self, ErrorKind};

use chat::FailureKind;
use rustls::CertificateError;

/// The kind of failure behind an error of reqwest's. `ConnectionLost` for a connection that was open.
pub(crate) fn failure_kind(error: &reqwest::Error) -> FailureKind {
    if error.is_dns() {
        return FailureKind::HostUnknown;
    }
    if let Some(kind) = chain(error).find_map(tls_kind) {
        return kind;
    }
    if !error.is_connect() {
        return FailureKind::ConnectionLost;
    }
    if error.is_timeout() {
        return FailureKind::ConnectTimeout;
    }
    chain(error)
        .find_map(|cause| cause.downcast_ref::<io::Error>())
        .map_or(FailureKind::HostUnreachable, |cause| match cause.kind() {
            ErrorKind::ConnectionRefused => FailureKind::ConnectionRefused,
            // The connection stood, and the other end hung up on the handshake.
            ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => {
                FailureKind::TlsFailed
            }
            _ => FailureKind::HostUnreachable,
        })
}

/// The same for a request that was to go through a proxy. Until a way through it stands, whatever fails is the proxy's.
pub(crate) fn failure_kind_through_proxy(error: &reqwest::Error) -> FailureKind {
    let kind = failure_kind(error);
    let stands = !error.is_connect() && !error.is_dns();
    if stands || error.is_timeout() || chain(error).any(|cause| tls_kind(cause).is_some()) {
        return kind;
    }
    match kind {
        // The other end hung up.
        FailureKind::TlsFailed => FailureKind::ProxyRefused,
        FailureKind::HostUnreachable if !is_system_error(error) && !is_socks_connect(error) => {
            FailureKind::ProxyRefused
        }
        _ => FailureKind::ProxyUnreachable,
    }
}

fn is_system_error(error: &reqwest::Error) -> bool {
    chain(error)
        .find_map(|cause| cause.downcast_ref::<io::Error>())
        .is_some_and(|cause| cause.raw_os_error().is_some())
}

/// Whether a SOCKS proxy was not even reached. hyper-util gives neither a type nor a cause for it, only words.
fn is_socks_connect(error: &reqwest::Error) -> bool {
    const WORDS: &str = "SOCKS error: failed to create underlying connection";
    chain(error).any(|cause| cause.to_string() == WORDS)
}

fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

fn tls_kind(error: &(dyn Error + 'static)) -> Option<FailureKind> {
    if let Some(error) = error.downcast_ref::<rustls::Error>() {
        return Some(kind_of_tls(error));
    }
    // An io::Error shows its content's source, never the content itself: look inside.
    let inside = error.downcast_ref::<io::Error>()?.get_ref()?;
    chain(inside).find_map(tls_kind)
}

fn kind_of_tls(error: &rustls::Error) -> FailureKind {
    let rustls::Error::InvalidCertificate(error) = error else {
        return FailureKind::TlsFailed;
    };
    match error {
        CertificateError::Expired
        | CertificateError::ExpiredContext { .. }
        | CertificateError::NotValidYet
        | CertificateError::NotValidYetContext { .. } => FailureKind::CertificateExpired,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            FailureKind::CertificateWrongHost
        }
        _ => FailureKind::CertificateUntrusted,
    }
}
