//! The open connections. They are kept warm, and can be let go of.

use std::error::Error;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use chat::{Failure, FailureKind};
use http::HeaderValue;
use reqwest::Certificate;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tokio::sync::OnceCell;

use crate::key_source::{KeySource, store_failure};
use crate::limits::Limits;
use crate::proxy::Proxy;

const USER_AGENT: &str = concat!("Chatelaine/", env!("CARGO_PKG_VERSION"));

/// How requests leave, and how long they may take. What is chosen here can be changed while the app runs.
#[derive(Clone, Default)]
pub struct Route {
    /// Time limits.
    pub limits: Limits,
    /// Certificates in DER that are trusted beside the system's.
    pub extra_roots: Vec<Vec<u8>>,
    /// The way out; straight by default. The proxies that the environment names are never used.
    pub proxy: Option<Proxy>,
    /// The name and the password that the proxy asks for, if it does.
    pub proxy_login: Option<Arc<dyn KeySource>>,
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Route")
            .field("limits", &self.limits)
            .field("extra_roots", &self.extra_roots.len())
            .field("proxy", &self.proxy)
            .field("proxy_login", &self.proxy_login.is_some())
            .finish()
    }
}

/// A pool of connections that all go by the same rules: no redirect, no cookie, nothing repeated, and the way
/// out that was chosen.
pub(crate) struct Connections {
    http: RwLock<reqwest::Client>,
    route: Route,
    roots: Vec<Certificate>,
    /// What the proxy is told, once it was read from its store: at the first request that goes through the proxy, so that
    /// nothing waits for a store that it does not need.
    login: OnceCell<HeaderValue>,
}

impl Connections {
    /// A pool without connections.
    ///
    /// # Errors
    /// Why TLS can't be set up.
    pub(crate) fn open(route: Route) -> Result<Self, String> {
        let roots = route
            .extra_roots
            .iter()
            .map(|der| Certificate::from_der(der))
            .collect::<Result<Vec<_>, _>>();
        let roots = roots.map_err(|error| error_text(&error))?;
        let http = build(&route, &roots, None).map_err(|error| error_text(&error))?;
        Ok(Self {
            http: RwLock::new(http),
            route,
            roots,
            login: OnceCell::new(),
        })
    }

    pub(crate) fn route(&self) -> &Route {
        &self.route
    }

    /// What sends the next request, through the proxy or not.
    ///
    /// # Errors
    /// Why the proxy's password can't be read, or that it is another proxy's.
    pub(crate) async fn http(&self, through_proxy: bool) -> Result<reqwest::Client, Failure> {
        if through_proxy {
            self.log_in().await?;
        }
        let http = self.http.read().unwrap_or_else(PoisonError::into_inner);
        Ok(http.clone())
    }

    async fn log_in(&self) -> Result<(), Failure> {
        let (Some(source), Some(proxy)) = (&self.route.proxy_login, &self.route.proxy) else {
            return Ok(());
        };
        let read = async {
            let credential = source.credential().await.map_err(store_failure)?;
            let login = credential
                .as_ref()
                .and_then(|credential| proxy.login(credential))
                .ok_or_else(|| Failure::new(FailureKind::ProxyRefused))?;
            let http = build(&self.route, &self.roots, Some(&login)).map_err(|error| {
                tracing::warn!(error = error_text(&error), "no connections can be made");
                Failure::new(FailureKind::ProxyUnusable)
            })?;
            *self.http.write().unwrap_or_else(PoisonError::into_inner) = http;
            Ok(login)
        };
        self.login.get_or_try_init(|| read).await.map(drop)
    }

    /// Closes every connection that nothing is using; those in use close when they are done. What was sent over a
    /// connection stays in its buffers until then.
    pub(crate) fn let_go(&self) {
        match build(&self.route, &self.roots, self.login.get()) {
            Ok(http) => *self.http.write().unwrap_or_else(PoisonError::into_inner) = http,
            Err(error) => tracing::warn!(
                error = error_text(&error),
                "the connections stay open, since no others can be made"
            ),
        }
    }
}

fn build(
    route: &Route,
    roots: &[Certificate],
    login: Option<&HeaderValue>,
) -> Result<reqwest::Client, reqwest::Error> {
    let base = || {
        let builder = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            // The proxies of the environment too: whoever can set one must not get to see where requests go.
            .no_proxy()
            .connect_timeout(route.limits.connect)
            .tcp_keepalive(Duration::from_secs(30));
        match route.proxy.clone() {
            Some(proxy) => builder.proxy(way_out(proxy, login)),
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
fn way_out(proxy: Proxy, login: Option<&HeaderValue>) -> reqwest::Proxy {
    let address = proxy.address_or_nowhere(login);
    let way_out = reqwest::Proxy::custom(move |url| proxy.covers(url).then(|| address.clone()));
    match login {
        Some(login) => way_out.custom_http_auth(login.clone()),
        None => way_out,
    }
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
