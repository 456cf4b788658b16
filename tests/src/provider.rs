//! A loopback server that plays a provider by script, however badly a provider may behave.

mod authority;
pub mod openai;
mod reply;
mod request;
mod server;

use std::collections::VecDeque;
use std::fmt;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};

pub use authority::{Authority, Certificate, NAMED_HOST};
pub use reply::{Gate, Reply};
pub use request::{Exchange, Request};
use serde_json::json;
use tokio::sync::oneshot;

use crate::runtime::{block_on, runtime};
use crate::wait::{SOON, wait_until};

/// The models that a provider offers unless told otherwise.
pub const MODELS: [&str; 2] = ["small-talk-1", "small-talk-1-mini"];

/// The running server. It ends, with all its connections, when it is dropped.
#[derive(Debug)]
pub struct Provider {
    scheme: &'static str,
    address: SocketAddr,
    stage: Arc<Stage>,
    _end: oneshot::Sender<()>,
}

/// What the server's connections share with the test.
#[derive(Default)]
pub(crate) struct Stage {
    expected_key: Mutex<Option<String>>,
    models: Mutex<Option<Vec<String>>>,
    scripts: Mutex<Vec<Script>>,
    exchanges: Mutex<Vec<Arc<Exchange>>>,
}

type Author = Box<dyn Fn(&Request) -> Reply + Send>;

struct Script {
    path: String,
    once: VecDeque<Author>,
    always: Option<Author>,
}

impl Provider {
    /// A server without TLS.
    pub fn http() -> Self {
        Self::start("http", None)
    }

    /// A server with TLS that shows this certificate.
    pub fn https(authority: &Authority, certificate: Certificate) -> Self {
        Self::start("https", Some(authority.server(certificate)))
    }

    /// The same at a port that was agreed on.
    pub fn https_at(port: u16, authority: &Authority) -> Self {
        let tls = authority.server(Certificate::Good);
        Self::start_at(port, "https", Some(tls))
    }

    fn start(scheme: &'static str, tls: Option<tokio_rustls::TlsAcceptor>) -> Self {
        Self::start_at(0, scheme, tls)
    }

    fn start_at(port: u16, scheme: &'static str, tls: Option<tokio_rustls::TlsAcceptor>) -> Self {
        let listener = block_on(tokio::net::TcpListener::bind(("127.0.0.1", port)));
        let listener = listener.expect("a loopback port can be had");
        let address = listener.local_addr().expect("a listener has an address");
        let stage = Arc::new(Stage::default());
        let (end, ended) = oneshot::channel();
        runtime().spawn(server::run(listener, tls, Arc::clone(&stage), ended));
        Self {
            scheme,
            address,
            stage,
            _end: end,
        }
    }

    /// The origin, such as `https://127.0.0.1:4711`.
    pub fn origin(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    /// The base URL of its OpenAI-compatible API.
    pub fn base_url(&self) -> String {
        format!("{}/v1", self.origin())
    }

    /// Its port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// From now on everything asked for without this key as its bearer is answered with 401.
    pub fn expect_key(&self, key: &str) {
        *lock(&self.stage.expected_key) = Some(key.to_owned());
    }

    /// What `GET /v1/models` lists.
    pub fn offer_models(&self, models: &[&str]) {
        *lock(&self.stage.models) = Some(models.iter().map(|&model| model.to_owned()).collect());
    }

    /// The next request for `path` (such as `/v1/models`) gets this; more of them are a queue.
    pub fn reply_once(&self, path: &str, reply: Reply) {
        self.author_once(path, move |_| reply.clone());
    }

    /// The next chat completion gets this.
    pub fn answer(&self, reply: Reply) {
        self.reply_once(openai::COMPLETIONS, reply);
    }

    /// The next question gets this, however often the app asks it again by itself.
    pub fn answer_each_try(&self, reply: &Reply) {
        let tries = if reply.may_pass() { 3 } else { 1 };
        for _ in 0..tries {
            self.answer(reply.clone());
        }
    }

    /// The next request for `path` gets what `author` makes of it.
    pub fn author_once(&self, path: &str, author: impl Fn(&Request) -> Reply + Send + 'static) {
        self.stage
            .script(path, |script| script.once.push_back(Box::new(author)));
    }

    /// Every request for `path` that finds no queue gets what `author` makes of it.
    pub fn always(&self, path: &str, author: impl Fn(&Request) -> Reply + Send + 'static) {
        self.stage
            .script(path, |script| script.always = Some(Box::new(author)));
    }

    /// Everything that was asked so far, in order of arrival.
    pub fn exchanges(&self) -> Vec<Arc<Exchange>> {
        lock(&self.stage.exchanges).clone()
    }

    /// What was asked of `path` so far.
    pub fn exchanges_for(&self, path: &str) -> Vec<Arc<Exchange>> {
        let mut exchanges = self.exchanges();
        exchanges.retain(|exchange| exchange.request().path() == path);
        exchanges
    }

    /// The chat completions that were asked for so far.
    pub fn completions(&self) -> Vec<Arc<Exchange>> {
        self.exchanges_for(openai::COMPLETIONS)
    }

    /// Waits for the chat completion of that number, counted from 1, and returns it.
    #[track_caller]
    pub fn wait_for_completion(&self, number: usize) -> Arc<Exchange> {
        wait_until(&format!("completion request {number}"), SOON, || {
            self.completions().len() >= number
        });
        self.completions().swap_remove(number - 1)
    }
}

/// A loopback address where nobody listens, so that connecting is refused.
pub fn refused_origin() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a loopback port can be had");
    let address = listener.local_addr().expect("a listener has an address");
    format!("http://{address}")
}

impl Stage {
    fn script(&self, path: &str, change: impl FnOnce(&mut Script)) {
        let mut scripts = lock(&self.scripts);
        let known = scripts.iter().position(|script| script.path == path);
        let at = known.unwrap_or_else(|| {
            scripts.push(Script {
                path: path.to_owned(),
                once: VecDeque::new(),
                always: None,
            });
            scripts.len() - 1
        });
        change(&mut scripts[at]);
    }

    pub(crate) fn record(&self, request: Request) -> Arc<Exchange> {
        let exchange = Arc::new(Exchange::new(request));
        lock(&self.exchanges).push(Arc::clone(&exchange));
        exchange
    }

    pub(crate) fn reply_to(&self, request: &Request) -> Reply {
        if request.method() == "HEAD" {
            // A connection that was opened ahead. Nothing is there, and a body may not follow.
            return Reply::new(404);
        }
        let expected = lock(&self.expected_key).clone();
        if expected.is_some() && request.bearer() != expected.as_deref() {
            return openai::error(401, "invalid_api_key", "Incorrect API key provided.");
        }
        if let Some(script) = lock(&self.scripts)
            .iter_mut()
            .find(|script| script.path == request.path())
        {
            if let Some(author) = script.once.pop_front() {
                return author(request);
            }
            if let Some(author) = &script.always {
                return author(request);
            }
        }
        if request.path() == openai::MODELS {
            let models = lock(&self.models).clone();
            let models = models.unwrap_or_else(|| MODELS.map(str::to_owned).to_vec());
            let rows: Vec<_> = models
                .iter()
                .map(|id| json!({ "id": id, "object": "model" }))
                .collect();
            return Reply::json(200, &json!({ "object": "list", "data": rows }));
        }
        // Loud, so that a test which forgot its script doesn't take this for the case it wanted.
        openai::error(
            418,
            "unscripted",
            "The test scripted no reply to this request.",
        )
    }
}

impl fmt::Debug for Stage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Stage").finish_non_exhaustive()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}
