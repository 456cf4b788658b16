//! What a client asked, and what became of it.

use std::fmt;
use std::io;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _};

use crate::wait::wait_until;

/// One request as it came over the wire.
#[derive(Clone)]
pub struct Request {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Request {
    /// `GET`, `POST` …
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The path with its query.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// All headers in their order, names in small letters.
    pub fn headers(&self) -> &[(String, String)] {
        &self.headers
    }

    /// The first header of that name, given in small letters.
    pub fn header(&self, name: &str) -> Option<&str> {
        let header = self.headers.iter().find(|(found, _)| found == name)?;
        Some(&header.1)
    }

    /// The token of `Authorization: Bearer …`.
    pub fn bearer(&self) -> Option<&str> {
        self.header("authorization")?.strip_prefix("Bearer ")
    }

    /// The body.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The body as JSON; `null` when it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// Without headers and body, which may hold a key.
impl fmt::Debug for Request {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.method, self.path)
    }
}

/// A request and what became of its reply.
#[derive(Debug)]
pub struct Exchange {
    request: Request,
    fate: AtomicU8,
}

const PLAYING: u8 = 0;
const PLAYED: u8 = 1;
const ABANDONED: u8 = 2;

impl Exchange {
    pub(super) fn new(request: Request) -> Self {
        Self {
            request,
            fate: AtomicU8::new(PLAYING),
        }
    }

    /// What was asked.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// Whether the client closed the connection before its reply was over.
    pub fn is_abandoned(&self) -> bool {
        self.fate.load(Ordering::SeqCst) == ABANDONED
    }

    /// Whether the reply was played to its end.
    pub fn is_played(&self) -> bool {
        self.fate.load(Ordering::SeqCst) == PLAYED
    }

    /// Waits until the client closes the connection.
    #[track_caller]
    pub fn wait_for_abandonment(&self, limit: Duration) {
        wait_until("the client to close the connection", limit, || {
            self.is_abandoned()
        });
    }

    pub(super) fn played(&self) {
        self.fate.store(PLAYED, Ordering::SeqCst);
    }

    pub(super) fn abandoned(&self) {
        self.fate.store(ABANDONED, Ordering::SeqCst);
    }
}

/// Reads one HTTP/1.1 request; `None` when the client closed between two. `kept` holds what was read too far.
pub(super) async fn read(
    reader: &mut (impl AsyncRead + Unpin),
    kept: &mut Vec<u8>,
) -> io::Result<Option<Request>> {
    let head_end = loop {
        if let Some(at) = memchr::memmem::find(kept, b"\r\n\r\n") {
            break at;
        }
        if reader.read_buf(kept).await? == 0 {
            return Ok(None);
        }
    };
    let head = String::from_utf8_lossy(&kept[..head_end]).into_owned();
    kept.drain(..head_end + 4);
    let mut lines = head.split("\r\n");
    let mut first = lines.next().unwrap_or_default().split(' ');
    let method = first.next().unwrap_or_default().to_owned();
    let path = first.next().unwrap_or_default().to_owned();
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let mut request = Request {
        method,
        path,
        headers,
        body: Vec::new(),
    };
    if request
        .header("transfer-encoding")
        .is_some_and(|value| value.eq_ignore_ascii_case("chunked"))
    {
        request.body = read_chunks(reader, kept).await?;
    } else if let Some(length) = request.header("content-length") {
        let length = length.parse().map_err(io::Error::other)?;
        request.body = take(reader, kept, length).await?;
    }
    Ok(Some(request))
}

/// A body in chunks; RFC 9112, section 7.1.
async fn read_chunks(
    reader: &mut (impl AsyncRead + Unpin),
    kept: &mut Vec<u8>,
) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line_end = loop {
            if let Some(at) = memchr::memmem::find(kept, b"\r\n") {
                break at;
            }
            if reader.read_buf(kept).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        };
        let line = String::from_utf8_lossy(&kept[..line_end]).into_owned();
        let size = line.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(size, 16).map_err(io::Error::other)?;
        kept.drain(..line_end + 2);
        let chunk = take(reader, kept, size + 2).await?;
        if size == 0 {
            return Ok(body);
        }
        body.extend_from_slice(&chunk[..size]);
    }
}

async fn take(
    reader: &mut (impl AsyncRead + Unpin),
    kept: &mut Vec<u8>,
    length: usize,
) -> io::Result<Vec<u8>> {
    while kept.len() < length {
        if reader.read_buf(kept).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(kept.drain(..length).collect())
}
