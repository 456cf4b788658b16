//! The one HTTP client, and how a request is sent.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use chat::{Failure, FailureKind, SendTicket};
use http::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue};
use http::{Method, Request};
use url::Url;

use crate::connections::{Connections, Route};
use crate::contact::{Contact, ContactLog, Nobody, Purpose};
use crate::limits::Limits;
use crate::network_error::{failure_kind, failure_kind_through_proxy};
use crate::provider::{Provider, host_of};
use crate::proxy::Proxy;
use crate::rate_limits::RateLimits;
use crate::refusal;
use crate::secrets::Secrets;
pub use crate::watch::WallClock;
use crate::watch::Watch;

/// What can be chosen about a client.
#[derive(Clone)]
pub struct ClientOptions {
    /// How requests leave; this can be changed later.
    pub route: Route,
    /// Tells the time of day; the system's clock by default.
    pub wall_clock: WallClock,
    /// Hears of every request before it leaves; nobody by default.
    pub contact_log: Arc<dyn ContactLog>,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            route: Route::default(),
            wall_clock: Arc::new(SystemTime::now),
            contact_log: Arc::new(Nobody),
        }
    }
}

impl fmt::Debug for ClientOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientOptions")
            .field("route", &self.route)
            .finish_non_exhaustive()
    }
}

/// No client could be made: the system has no certificates, or one of the extra ones is none.
#[derive(Debug, thiserror::Error)]
#[error("no TLS client can be set up: {0}")]
pub struct ClientError(String);

/// Sends requests. Clones share their connections, so that a second turn pays no handshake.
///
/// It never follows a redirect, uses no proxy but the one it is given, keeps no cookie and repeats nothing.
#[derive(Clone)]
pub struct Client {
    connections: Arc<RwLock<Arc<Connections>>>,
    pub(crate) watch: Watch,
    contact_log: Arc<dyn ContactLog>,
}

impl Client {
    /// A client that trusts what the system trusts; nobody, if the system names no certificates. On Linux that is `SSL_CERT_FILE`, `SSL_CERT_DIR` or the distribution's bundle.
    ///
    /// # Errors
    /// [`ClientError`] if TLS can't be set up.
    pub fn new() -> Result<Self, ClientError> {
        Self::with(ClientOptions::default())
    }

    /// A client with options.
    ///
    /// # Errors
    /// [`ClientError`] if TLS can't be set up.
    pub fn with(options: ClientOptions) -> Result<Self, ClientError> {
        // Somebody else in the process may have installed one already: then that one serves.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let after_suspension = options.route.limits.after_suspension;
        let connections = Connections::open(options.route).map_err(ClientError)?;
        Ok(Self {
            connections: Arc::new(RwLock::new(Arc::new(connections))),
            watch: Watch::new(options.wall_clock, after_suspension),
            contact_log: options.contact_log,
        })
    }

    /// Lets what is sent from now on leave by another route. Answers that come already go on as they began.
    ///
    /// # Errors
    /// [`ClientError`] if TLS can't be set up so; nothing has changed then.
    pub fn reroute(&self, route: Route) -> Result<(), ClientError> {
        let connections = Connections::open(route).map_err(ClientError)?;
        *self
            .connections
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Arc::new(connections);
        Ok(())
    }

    /// Closes every connection that no answer comes through; the others close when theirs has come. With a connection go
    /// its buffers, which hold what was sent last, the key too. The next request opens a new one.
    pub fn let_go_of_connections(&self) {
        self.connections().let_go();
    }

    /// How long a provider may take.
    pub(crate) fn limits(&self) -> Limits {
        self.connections().route().limits
    }

    fn connections(&self) -> Arc<Connections> {
        let connections = self
            .connections
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&connections)
    }

    /// Sends one request and gives the response if its status is a success. The ticket is used up by it.
    pub(crate) async fn send(
        &self,
        provider: &Provider,
        secrets: &Secrets<'_>,
        question: Question,
        _ticket: SendTicket,
    ) -> Result<reqwest::Response, Failure> {
        let host = host_of(&question.url);
        let contact = Contact {
            host: host.clone(),
            purpose: question.purpose,
            with_key: secrets.has_key(),
            sent_bytes: question.body.len() as u64,
        };
        let url = question.url.clone();
        let request = || question.authorised(provider, secrets);
        let response = self
            .dispatch(&url, contact, self.limits().first_byte, request)
            .await?;
        if let Some(limits) = RateLimits::told(response.headers()) {
            self.contact_log.hear_limits(&host, limits);
        }
        if response.status().is_success() {
            Ok(response)
        } else {
            Err(refusal::read(self, response, &host).await)
        }
    }

    /// Opens a connection to a provider, so that the next turn need not wait for one. No key goes there, and nothing is said: it
    /// is asked for the head of its first page, whatever that may be.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn warm_up(&self, provider: &Provider, _ticket: SendTicket) -> Result<(), Failure> {
        let mut url = provider.base_url().clone();
        url.set_path("/");
        let contact = Contact {
            host: host_of(&url),
            purpose: Purpose::Connection,
            with_key: false,
            sent_bytes: 0,
        };
        let request = || {
            let mut request = Request::new(Vec::new());
            *request.method_mut() = Method::HEAD;
            *request.uri_mut() = url
                .as_str()
                .parse()
                .map_err(|_| Failure::new(FailureKind::RequestRefused))?;
            Ok(request)
        };
        self.dispatch(&url, contact, self.limits().first_byte, request)
            .await
            .map(drop)
    }

    /// Sends a request by the way that is chosen for its address, and waits so long for the head of the answer. It is made
    /// once that way is ready, so that no key waits for it.
    pub(crate) async fn dispatch(
        &self,
        url: &Url,
        contact: Contact,
        patience: Duration,
        request: impl FnOnce() -> Result<Request<Vec<u8>>, Failure>,
    ) -> Result<reqwest::Response, Failure> {
        let host = contact.host.clone();
        // One route for the whole of it, whatever is chosen meanwhile.
        let connections = self.connections();
        let proxy = connections
            .route()
            .proxy
            .as_ref()
            .filter(|proxy| proxy.covers(url));
        let way_out = match proxy.map(Proxy::address) {
            Some(None) => return Err(Failure::new(FailureKind::ProxyUnusable).at(&host)),
            Some(Some(address)) => Some(host_of(address)),
            None => None,
        };
        let http = connections
            .http(way_out.is_some())
            .await
            .map_err(|failure| failure.at(way_out.as_deref().unwrap_or(&host)))?;
        let request = reqwest::Request::try_from(request()?)
            .map_err(|_| Failure::new(FailureKind::RequestRefused).at(&host))?;
        self.contact_log.note(contact);
        let sent = self
            .watch
            .wait(
                http.execute(request),
                patience,
                FailureKind::FirstByteTimeout,
            )
            .await
            .map_err(|kind| Failure::new(kind).at(&host))?;
        sent.map_err(|error| {
            let kind = match way_out {
                Some(_) => failure_kind_through_proxy(&error),
                None => failure_kind(&error),
            };
            tracing::debug!(%host, ?kind, "a request failed");
            let failure = Failure::new(kind);
            match way_out {
                Some(proxy) if kind == FailureKind::ProxyUnreachable => failure.at(&proxy),
                _ => failure.at(&host),
            }
        })
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("route", self.connections().route())
            .finish_non_exhaustive()
    }
}

/// A request without its key.
pub(crate) struct Question {
    purpose: Purpose,
    method: Method,
    url: Url,
    accept: &'static str,
    body: Vec<u8>,
}

impl Question {
    pub(crate) fn get(url: Url) -> Self {
        Self {
            purpose: Purpose::Inquiry,
            method: Method::GET,
            url,
            accept: "application/json",
            body: Vec::new(),
        }
    }

    pub(crate) fn post(url: Url, body: Vec<u8>) -> Self {
        Self {
            purpose: Purpose::Turn,
            method: Method::POST,
            url,
            accept: "text/event-stream",
            body,
        }
    }

    fn authorised(
        self,
        provider: &Provider,
        secrets: &Secrets<'_>,
    ) -> Result<Request<Vec<u8>>, Failure> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static(self.accept));
        if !self.body.is_empty() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        let at = |kind| Failure::new(kind).at(host_of(&self.url));
        for (name, value) in provider.protocol().headers() {
            headers.insert(*name, HeaderValue::from_static(value));
        }
        secrets
            .authorise(provider, &self.url, &mut headers)
            .map_err(|failure| failure.at(host_of(&self.url)))?;
        let mut request = Request::new(Vec::new());
        *request.method_mut() = self.method;
        *request.uri_mut() = self
            .url
            .as_str()
            .parse()
            .map_err(|_| at(FailureKind::RequestRefused))?;
        *request.headers_mut() = headers;
        *request.body_mut() = self.body;
        Ok(request)
    }
}
