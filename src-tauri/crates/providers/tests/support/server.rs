//! A server of raw bytes on loopback, plain or TLS, that notes what it was asked.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd,
};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

/// What the server does with one request, step by step.
#[derive(Clone)]
pub(crate) enum Step {
    /// Writes these bytes in one piece.
    Write(Vec<u8>),
    /// Waits until it is told to go on.
    Wait,
    /// Writes nothing more and keeps the connection open until the other end closes it.
    Stall,
    /// Resets the connection.
    Reset,
}

#[derive(Default)]
pub(crate) struct Seen {
    /// The head and body of each request, in order.
    pub(crate) requests: Mutex<Vec<String>>,
    /// How many connections were opened.
    pub(crate) connections: Mutex<usize>,
    /// Told when the other end closes a connection.
    pub(crate) closed: Notify,
    /// Tells a `Wait` to go on.
    pub(crate) go_on: Notify,
}

pub(crate) struct Server {
    pub(crate) port: u16,
    pub(crate) seen: Arc<Seen>,
    /// The root that signed the server's certificate, in DER; empty without TLS.
    pub(crate) root: Vec<u8>,
    /// The same in the form of files.
    pub(crate) root_pem: String,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A server's certificate.
pub(crate) struct Identity {
    pub(crate) name: &'static str,
    pub(crate) expired: bool,
    pub(crate) self_signed: bool,
}

impl Identity {
    pub(crate) const GOOD: Self = Self {
        name: "localhost",
        expired: false,
        self_signed: false,
    };
}

impl Server {
    /// Answers every request with these steps, then closes the connection.
    pub(crate) async fn plain(steps: Vec<Step>) -> Self {
        Self::start(steps, None, false).await
    }

    /// As `plain`, with TLS.
    pub(crate) async fn tls(identity: Identity, steps: Vec<Step>) -> Self {
        Self::start(steps, Some(certified(&identity)), false).await
    }

    /// As `tls`, and keeps the connection open for the next request.
    pub(crate) async fn keep_alive(steps: Vec<Step>) -> Self {
        Self::start(steps, Some(certified(&Identity::GOOD)), true).await
    }

    /// Accepts connections and says nothing, not even the TLS handshake.
    pub(crate) async fn mute() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let task = tokio::spawn(async move {
            let mut held = Vec::new();
            while let Ok(connection) = listener.accept().await {
                held.push(connection);
            }
        });
        Self {
            port,
            seen: Arc::default(),
            root: Vec::new(),
            root_pem: String::new(),
            task,
        }
    }

    async fn start(
        steps: Vec<Step>,
        tls: Option<(TlsAcceptor, Certificate)>,
        keep_alive: bool,
    ) -> Self {
        let (tls, root) = tls.unzip();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Seen::default());
        let shared = Arc::clone(&seen);
        let task = tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                *shared.connections.lock().unwrap() += 1;
                let (seen, steps, tls) = (Arc::clone(&shared), steps.clone(), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        None => serve(connection, &steps, &seen, keep_alive).await,
                        Some(tls) => {
                            if let Ok(connection) = tls.accept(connection).await {
                                serve(connection, &steps, &seen, keep_alive).await;
                            }
                        }
                    }
                });
            }
        });
        Self {
            port,
            seen,
            root: root
                .as_ref()
                .map(|root| root.der().to_vec())
                .unwrap_or_default(),
            root_pem: root.map(|root| root.pem()).unwrap_or_default(),
            task,
        }
    }

    pub(crate) fn requests(&self) -> Vec<String> {
        self.seen.requests.lock().unwrap().clone()
    }
}

async fn serve(
    mut connection: impl AsyncRead + AsyncWrite + Unpin + MaybeTcp,
    steps: &[Step],
    seen: &Seen,
    keep_alive: bool,
) {
    while let Some(request) = read_request(&mut connection).await {
        let is_head = request.starts_with("HEAD ");
        seen.requests.lock().unwrap().push(request);
        if is_head {
            // As providers answer: nothing is there, and of what is there only the length is told.
            let head = b"HTTP/1.1 404 X\r\ncontent-length: 9\r\n\r\n";
            if connection.write_all(head).await.is_err() {
                return;
            }
            continue;
        }
        for step in steps {
            match step {
                Step::Write(bytes) => {
                    if connection.write_all(bytes).await.is_err() {
                        seen.closed.notify_one();
                        return;
                    }
                    let _ = connection.flush().await;
                }
                Step::Wait => seen.go_on.notified().await,
                Step::Stall => {
                    let mut rest = [0; 64];
                    while connection.read(&mut rest).await.is_ok_and(|read| read > 0) {}
                    seen.closed.notify_one();
                    return;
                }
                Step::Reset => {
                    connection.reset();
                    return;
                }
            }
        }
        if !keep_alive {
            let _ = connection.shutdown().await;
            return;
        }
    }
    seen.closed.notify_one();
}

/// Reads a head and the body that its `content-length` announces. `None` if the other end has closed.
async fn read_request(connection: &mut (impl AsyncRead + Unpin)) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| {
                    line.to_ascii_lowercase()
                        .strip_prefix("content-length: ")?
                        .parse()
                        .ok()
                })
                .unwrap_or(0_usize);
            if body.len() >= length {
                return Some(text);
            }
        }
        let mut chunk = [0; 4096];
        match connection.read(&mut chunk).await {
            Ok(read) if read > 0 => bytes.extend_from_slice(&chunk[..read]),
            _ => return None,
        }
    }
}

pub(crate) trait MaybeTcp {
    fn reset(self);
}

impl MaybeTcp for TcpStream {
    fn reset(self) {
        // With no time to linger, closing sends a reset.
        self.set_zero_linger().unwrap();
    }
}

impl MaybeTcp for tokio_rustls::server::TlsStream<TcpStream> {
    fn reset(self) {
        self.into_inner().0.reset();
    }
}

fn certified(identity: &Identity) -> (TlsAcceptor, Certificate) {
    let root_key = KeyPair::generate().unwrap();
    let mut root_params = CertificateParams::new(Vec::new()).unwrap();
    root_params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root = root_params.self_signed(&root_key).unwrap();
    let issuer = Issuer::new(root_params, root_key);

    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec![identity.name.to_owned()]).unwrap();
    if identity.expired {
        params.not_before = date_time_ymd(2001, 1, 1);
        params.not_after = date_time_ymd(2002, 1, 1);
    }
    let certificate = if identity.self_signed {
        params.self_signed(&key).unwrap()
    } else {
        params.signed_by(&key, &issuer).unwrap()
    };
    let chain: Vec<CertificateDer<'static>> = vec![certificate.der().clone()];
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    (TlsAcceptor::from(Arc::new(config)), root)
}

/// A response head and body, closed by the end of the connection.
pub(crate) fn response(status: u16, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status} X\r\nconnection: close\r\n");
    for (name, value) in headers {
        head.extend([name, ": ", value, "\r\n"]);
    }
    (head + "\r\n" + body).into_bytes()
}

/// The head of an event stream, chunked as on the real wire.
pub(crate) fn stream_head() -> Step {
    Step::Write(
        b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
            .to_vec(),
    )
}

/// One chunk of a chunked body.
pub(crate) fn chunk(body: &str) -> Step {
    Step::Write(format!("{:x}\r\n{body}\r\n", body.len()).into_bytes())
}

/// The end of a chunked body.
pub(crate) fn last_chunk() -> Step {
    Step::Write(b"0\r\n\r\n".to_vec())
}

/// An event with a piece of text.
pub(crate) fn delta(text: &str) -> String {
    let delta = serde_json::json!({"choices": [{"index": 0, "delta": {"content": text}}]});
    format!("data: {delta}\n\n")
}

pub(crate) const DONE: &str =
    "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";

/// Long enough for anything that happens at all; a test that waits as long has failed.
pub(crate) async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), what)
        .await
        .expect("it did not happen")
}

/// An answer that says "Hello".
pub(crate) fn whole_answer() -> Vec<Step> {
    vec![
        stream_head(),
        chunk(&delta("Hello")),
        chunk(DONE),
        last_chunk(),
    ]
}
