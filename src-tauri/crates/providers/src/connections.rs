//! The open connections. They are kept warm, and can be let go of.

use std::error::Error;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use reqwest::Certificate;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::proxy::Proxy;

const USER_AGENT: &str = concat!("Chatelaine/", env!("CARGO_PKG_VERSION"));

/// A pool of connections that all go by the same rules: no redirect, no cookie, nothing repeated, and the way
/// out that was chosen.
pub(crate) struct Connections {
    http: RwLock<reqwest::Client>,
    connect: Duration,
    roots: Vec<Certificate>,
    proxy: Option<Proxy>,
}

impl Connections {
    /// A pool without connections. `connect` limits the time that making one takes; `extra_roots` are certificates in DER
    /// that are trusted beside the system's; `proxy` is the way out, straight if there is none.
    ///
    /// # Errors
    /// Why TLS can't be set up.
    pub(crate) fn open(
        connect: Duration,
        extra_roots: &[Vec<u8>],
        proxy: Option<Proxy>,
    ) -> Result<Self, String> {
        let roots = extra_roots
            .iter()
            .map(|der| Certificate::from_der(der))
            .collect::<Result<Vec<_>, _>>();
        let roots = roots.map_err(|error| error_text(&error))?;
        let http = build(connect, &roots, proxy.as_ref()).map_err(|error| error_text(&error))?;
        Ok(Self {
            http: RwLock::new(http),
            connect,
            roots,
            proxy,
        })
    }

    /// What sends the next request.
    pub(crate) fn current(&self) -> reqwest::Client {
        let http = self.http.read().unwrap_or_else(PoisonError::into_inner);
        http.clone()
    }

    /// Closes every connection that nothing is using; those in use close when they are done. What was sent over a
    /// connection stays in its buffers until then.
    pub(crate) fn let_go(&self) {
        match build(self.connect, &self.roots, self.proxy.as_ref()) {
            Ok(http) => *self.http.write().unwrap_or_else(PoisonError::into_inner) = http,
            Err(error) => tracing::warn!(
                error = error_text(&error),
                "the connections stay open, since no others can be made"
            ),
        }
    }
}

fn build(
    connect: Duration,
    roots: &[Certificate],
    proxy: Option<&Proxy>,
) -> Result<reqwest::Client, reqwest::Error> {
    let base = || {
        let builder = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            // The proxies of the environment too: whoever can set one must not get to see where requests go.
            .no_proxy()
            .connect_timeout(connect)
            .tcp_keepalive(Duration::from_secs(30));
        match proxy.cloned() {
            Some(proxy) => builder.proxy(way_out(proxy)),
            None => builder,
        }
    };
    let builder = if roots.is_empty() {
        base()
    } else {
        base().tls_certs_merge(roots.to_vec())
    };
    builder.build().or_else(|error| {
        // A system without certificates: a server on this computer can still be talked to, and every other one is
        // refused as untrusted.
        tracing::warn!(
            error = error_text(&error),
            "the system's certificates can't be used"
        );
        base().tls_certs_only(roots.to_vec()).build()
    })
}

/// The certificates in a file in PEM, as DER. `None` if there is none in it, or one that can't be read.
pub fn certificates_in(pem: &[u8]) -> Option<Vec<Vec<u8>>> {
    let certificates = CertificateDer::pem_slice_iter(pem)
        .map(|certificate| certificate.map(|der| der.to_vec()))
        .collect::<Result<Vec<_>, _>>()
        .ok()?;
    (!certificates.is_empty()).then_some(certificates)
}

/// The same choice as [`Proxy::covers`] tells of, for the pool.
fn way_out(proxy: Proxy) -> reqwest::Proxy {
    reqwest::Proxy::custom(move |url| {
        proxy
            .covers(url)
            .then(|| proxy.address_or_nowhere().to_owned())
    })
}

fn error_text(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
