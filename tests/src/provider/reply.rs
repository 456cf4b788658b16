//! What a provider answers, step by step.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use tokio::sync::Semaphore;

use crate::wait::{SOON, wait_until};

/// A place in a reply where it waits for the test's word. Clones are the same gate.
#[derive(Debug, Clone)]
pub struct Gate(Arc<GateState>);

#[derive(Debug)]
struct GateState {
    passes: Semaphore,
    arrivals: AtomicUsize,
}

impl Gate {
    /// A closed gate.
    pub fn new() -> Self {
        Self(Arc::new(GateState {
            passes: Semaphore::new(0),
            arrivals: AtomicUsize::new(0),
        }))
    }

    /// Lets one reply pass once.
    pub fn let_pass(&self) {
        self.0.passes.add_permits(1);
    }

    /// Lets everything pass from now on.
    pub fn open(&self) {
        self.0.passes.close();
    }

    /// Waits until replies have come to this gate `times` in all: everything before it was sent then.
    #[track_caller]
    pub fn wait_for_arrival(&self, times: usize) {
        wait_until("the reply to come to its gate", SOON, || {
            self.0.arrivals.load(Ordering::SeqCst) >= times
        });
    }

    async fn pass(&self) {
        self.0.arrivals.fetch_add(1, Ordering::SeqCst);
        if let Ok(permit) = self.0.passes.acquire().await {
            permit.forget();
        }
    }
}

impl Default for Gate {
    fn default() -> Self {
        Self::new()
    }
}

/// A reply: a status, headers, and steps that are played one after the other.
///
/// A body that is known whole is sent with its length, any other in chunks, so that a cut can be told from an end.
#[derive(Debug, Clone)]
pub struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    steps: Vec<Step>,
    end: End,
    speaks: bool,
}

#[derive(Debug, Clone)]
enum Step {
    Send(Vec<u8>),
    Gate(Gate),
    Pause(Duration),
    Forever(Vec<u8>, Duration),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Whole,
    Cut,
    Stall,
}

impl Reply {
    /// A reply of that status, so far without headers and body.
    pub fn new(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            steps: Vec::new(),
            end: End::Whole,
            speaks: true,
        }
    }

    /// A stream of events.
    pub fn stream() -> Self {
        Self::new(200).header("content-type", "text/event-stream; charset=utf-8")
    }

    /// A JSON body.
    pub fn json(status: u16, value: &serde_json::Value) -> Self {
        Self::new(status)
            .header("content-type", "application/json")
            .send(value.to_string())
    }

    /// An HTML page, as proxies and portals answer.
    pub fn html(status: u16, page: &str) -> Self {
        Self::new(status)
            .header("content-type", "text/html; charset=utf-8")
            .send(page)
    }

    /// A redirect to another URL.
    pub fn redirect(status: u16, location: &str) -> Self {
        Self::new(status).header("location", location)
    }

    /// Takes the request and never says a word.
    pub fn silence() -> Self {
        Self {
            speaks: false,
            ..Self::new(0)
        }
        .stall()
    }

    /// Takes the request and hangs up.
    pub fn hang_up() -> Self {
        Self {
            speaks: false,
            ..Self::new(0)
        }
        .cut()
    }

    /// Whether the app asks again by itself after this, because nothing of an answer came and the fault may pass.
    pub fn may_pass(&self) -> bool {
        match self.status {
            429 => !self.headers.iter().any(|(name, value)| {
                let seconds: Option<u32> = value.parse().ok();
                name == "retry-after" && seconds.is_some_and(|seconds| seconds > 60)
            }),
            500.. => true,
            0 => self.end == End::Cut,
            _ => false,
        }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sends these bytes at once.
    #[must_use]
    pub fn send(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.steps.push(Step::Send(bytes.into()));
        self
    }

    /// Sends these pieces, one every `pause`.
    #[must_use]
    pub fn send_every<B: Into<Vec<u8>>>(
        mut self,
        pause: Duration,
        pieces: impl IntoIterator<Item = B>,
    ) -> Self {
        for piece in pieces {
            self.steps.push(Step::Send(piece.into()));
            self.steps.push(Step::Pause(pause));
        }
        self
    }

    /// Waits for the test here.
    #[must_use]
    pub fn gate(mut self, gate: &Gate) -> Self {
        self.steps.push(Step::Gate(gate.clone()));
        self
    }

    /// Ends by closing the connection in the middle of what was announced.
    #[must_use]
    pub fn cut(mut self) -> Self {
        self.end = End::Cut;
        self
    }

    /// Ends by saying nothing more and leaving the connection open until the client closes it.
    #[must_use]
    pub fn stall(mut self) -> Self {
        self.end = End::Stall;
        self
    }

    /// Sends `piece` every `pause` until the client closes the connection.
    #[must_use]
    pub fn forever(mut self, piece: impl Into<Vec<u8>>, pause: Duration) -> Self {
        self.steps.push(Step::Forever(piece.into(), pause));
        self
    }

    /// Plays the reply; true when the connection can take another request.
    pub(super) async fn play(&self, writer: &mut (impl AsyncWrite + Unpin)) -> io::Result<bool> {
        let whole =
            self.end == End::Whole && self.steps.iter().all(|step| matches!(step, Step::Send(_)));
        if self.speaks {
            let framing = if whole {
                let length: usize = self.steps.iter().map(Step::length).sum();
                format!("content-length: {length}")
            } else {
                "transfer-encoding: chunked".to_owned()
            };
            let mut head = format!("HTTP/1.1 {} Scripted\r\n{framing}\r\n", self.status);
            for (name, value) in &self.headers {
                head.extend([name, ": ", value, "\r\n"]);
            }
            writer.write_all(head.as_bytes()).await?;
            writer.write_all(b"\r\n").await?;
            writer.flush().await?;
        }
        for step in &self.steps {
            match step {
                Step::Send(bytes) => send(writer, bytes, !whole).await?,
                Step::Gate(gate) => gate.pass().await,
                Step::Pause(pause) => tokio::time::sleep(*pause).await,
                Step::Forever(bytes, pause) => loop {
                    send(writer, bytes, true).await?;
                    tokio::time::sleep(*pause).await;
                },
            }
        }
        match self.end {
            End::Cut => return Ok(false),
            End::Stall => std::future::pending().await,
            End::Whole => {}
        }
        if !whole {
            writer.write_all(b"0\r\n\r\n").await?;
            writer.flush().await?;
        }
        Ok(true)
    }
}

impl Step {
    fn length(&self) -> usize {
        match self {
            Self::Send(bytes) => bytes.len(),
            _ => 0,
        }
    }
}

async fn send(
    writer: &mut (impl AsyncWrite + Unpin),
    bytes: &[u8],
    chunked: bool,
) -> io::Result<()> {
    if bytes.is_empty() {
        return Ok(());
    }
    if chunked {
        let mut chunk = format!("{:x}\r\n", bytes.len()).into_bytes();
        chunk.extend_from_slice(bytes);
        chunk.extend_from_slice(b"\r\n");
        writer.write_all(&chunk).await?;
    } else {
        writer.write_all(bytes).await?;
    }
    writer.flush().await
}
