//! Server-sent events and lines of JSON, made safe and linear.
//!
//! Source: the WHATWG HTML standard, "Server-sent events". eventsource-stream parses the fields, but it must never see what makes it
//! panic (a byte order mark at the start), lose the rest of a stream (invalid UTF-8) or take quadratic time (chunks of many lines). So
//! `Lines` cuts the bytes into whole lines first and hands it one at a time.
//!
//! Two deviations from the standard. A server that forgets the last blank line: its last event counts if its data is complete JSON or
//! the protocol's end marker; otherwise the stream was cut. And a server that fails after it has begun, and ends the body with its error
//! as plain JSON, without a field's name before it: that is an event too.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use eventsource_stream::{EventStream, EventStreamError};
use futures_util::stream::FusedStream;
use futures_util::{Stream, StreamExt};
use memchr::memchr2;
use serde_json::Value;

use crate::provider_error;

/// The largest event that is taken, in bytes.
pub const LARGEST_EVENT: usize = 16 * 1024 * 1024;

/// The largest error without a field's name that is taken, in bytes.
const LARGEST_ERROR: usize = 64 * 1024;

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// One event of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SseEvent {
    /// Its type; `message` where the server named none.
    pub event: String,
    /// Its data, lines joined by `\n`.
    pub data: String,
}

/// Why a stream of events ended before its end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SseError<E> {
    /// The bytes stopped coming.
    #[error(transparent)]
    Transport(E),
    /// One event was larger than [`LARGEST_EVENT`].
    #[error("an event is larger than {LARGEST_EVENT} bytes")]
    EventTooLarge,
    /// The bytes ended in the middle of an event.
    #[error("the stream was cut in the middle of an event")]
    Cut,
}

/// The events in a stream of bytes. It ends after the first error.
pub struct SseEvents<S: Stream<Item = Result<Bytes, E>> + Unpin, E> {
    events: EventStream<Lines<S, E>>,
    end_marker: Option<&'static str>,
    unterminated: bool,
    done: bool,
}

impl<S: Stream<Item = Result<Bytes, E>> + Unpin, E> SseEvents<S, E> {
    /// Reads events from a body. `end_marker` is the data of the protocol's last event, where that is not JSON.
    pub fn new(body: S, end_marker: Option<&'static str>) -> Self {
        Self {
            events: EventStream::new(Lines::new(body)),
            end_marker,
            unterminated: false,
            done: false,
        }
    }

    fn is_complete(&self, data: &str) -> bool {
        self.end_marker == Some(data.trim()) || is_json(data)
    }
}

impl<S: Stream<Item = Result<Bytes, E>> + Unpin, E> Stream for SseEvents<S, E> {
    type Item = Result<SseEvent, SseError<E>>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if this.done {
            return Poll::Ready(None);
        }
        let item = loop {
            match ready!(this.events.poll_next_unpin(cx)) {
                // Lost, but why is still to come: the transport's error, or the end of the body.
                Some(Ok(event)) if this.unterminated && !this.is_complete(&event.data) => {}
                Some(Ok(event)) => {
                    this.unterminated = false;
                    return Poll::Ready(Some(Ok(SseEvent {
                        event: event.event,
                        data: event.data,
                    })));
                }
                Some(Err(EventStreamError::Transport(Interruption::Unterminated))) => {
                    this.unterminated = true;
                }
                Some(Err(EventStreamError::Transport(Interruption::TooLarge))) => {
                    break Some(Err(SseError::EventTooLarge));
                }
                Some(Err(EventStreamError::Transport(Interruption::Transport(error)))) => {
                    break Some(Err(SseError::Transport(error)));
                }
                // Every line is valid UTF-8 and ends in one line feed, so the grammar can't refuse it.
                Some(Err(EventStreamError::Utf8(_) | EventStreamError::Parser(_))) => {
                    break Some(Err(SseError::Cut));
                }
                None if this.unterminated => break Some(Err(SseError::Cut)),
                None => break None,
            }
        };
        this.done = true;
        Poll::Ready(item)
    }
}

impl<S: Stream<Item = Result<Bytes, E>> + Unpin, E> FusedStream for SseEvents<S, E> {
    fn is_terminated(&self) -> bool {
        self.done
    }
}

/// The lines in a stream of bytes, each the data of an event: newline-delimited JSON, as Ollama streams it and as recordings keep the
/// events of other protocols. Empty lines are nothing. It ends after the first error.
pub struct JsonLines<S: Stream<Item = Result<Bytes, E>> + Unpin, E> {
    lines: Lines<S, E>,
    unterminated: bool,
    lost: bool,
    done: bool,
}

impl<S: Stream<Item = Result<Bytes, E>> + Unpin, E> JsonLines<S, E> {
    /// Reads lines from a body.
    pub fn new(body: S) -> Self {
        let mut lines = Lines::new(body);
        lines.ended_by = EndedBy::LineEnd;
        Self {
            lines,
            unterminated: false,
            lost: false,
            done: false,
        }
    }
}

impl<S: Stream<Item = Result<Bytes, E>> + Unpin, E> Stream for JsonLines<S, E> {
    type Item = Result<String, SseError<E>>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if this.done {
            return Poll::Ready(None);
        }
        let item = loop {
            match ready!(this.lines.poll_next_unpin(cx)) {
                Some(Ok(line)) if line.trim().is_empty() || line.starts_with(':') => {}
                Some(Ok(line)) if this.unterminated && !is_json(&line) => this.lost = true,
                Some(Ok(line)) => return Poll::Ready(Some(Ok(line))),
                Some(Err(Interruption::Unterminated)) => this.unterminated = true,
                Some(Err(Interruption::TooLarge)) => break Some(Err(SseError::EventTooLarge)),
                Some(Err(Interruption::Transport(error))) => {
                    break Some(Err(SseError::Transport(error)));
                }
                None if this.lost => break Some(Err(SseError::Cut)),
                None => break None,
            }
        };
        this.done = true;
        Poll::Ready(item)
    }
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

/// What the stream of lines has to say beside lines.
enum Interruption<E> {
    /// The lines that follow end an event that the server did not end.
    Unterminated,
    TooLarge,
    Transport(E),
}

/// What ends an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum EndedBy {
    EmptyLine,
    LineEnd,
}

/// Whole lines, each ended by one `\n`, whatever ended it on the wire.
struct Lines<S, E> {
    body: S,
    /// The chunk that is being cut, from its first unread byte.
    chunk: Bytes,
    /// The beginning of a line that goes on in the next chunk.
    partial: Vec<u8>,
    /// The last byte was a `\r`: a `\n` now belongs to it.
    after_cr: bool,
    at_start: bool,
    ended_by: EndedBy,
    /// Bytes in the fields of the event that is open.
    event_size: usize,
    /// The lines since the last field that are none, from one on that may begin JSON.
    bare: String,
    body_ended: bool,
    /// What is still to be said after the end of the body.
    last: VecDeque<Result<String, Interruption<E>>>,
}

impl<S: Unpin, E> Unpin for Lines<S, E> {}

impl<S, E> Lines<S, E> {
    fn new(body: S) -> Self {
        Self {
            body,
            chunk: Bytes::new(),
            partial: Vec::new(),
            after_cr: false,
            at_start: true,
            ended_by: EndedBy::EmptyLine,
            event_size: 0,
            bare: String::new(),
            body_ended: false,
            // An empty comment before everything else: the parser looks for a byte order mark in its first chunk only, and panics there.
            last: VecDeque::from([Ok(":\n".to_owned())]),
        }
    }

    /// The next whole line of the chunk. What is left without an end goes to `partial`.
    fn next_line(&mut self) -> Option<Result<String, Interruption<E>>> {
        let mut chunk = std::mem::take(&mut self.chunk);
        if self.after_cr && !chunk.is_empty() {
            self.after_cr = false;
            if chunk[0] == b'\n' {
                chunk.advance(1);
            }
        }
        let Some(end) = memchr2(b'\n', b'\r', &chunk) else {
            self.partial.extend_from_slice(&chunk);
            return (self.event_size + self.partial.len() > LARGEST_EVENT)
                .then_some(Err(Interruption::TooLarge));
        };
        let head = &chunk[..end];
        let line = if self.partial.is_empty() {
            self.finish_line(head)
        } else {
            let mut line = std::mem::take(&mut self.partial);
            line.extend_from_slice(head);
            self.finish_line(&line)
        };
        self.after_cr = chunk[end] == b'\r';
        chunk.advance(end + 1);
        self.chunk = chunk;
        Some(line)
    }

    fn finish_line(&mut self, line: &[u8]) -> Result<String, Interruption<E>> {
        let line = match line.strip_prefix(BOM) {
            Some(rest) if self.at_start => rest,
            _ => line,
        };
        self.at_start = false;
        if line.is_empty() {
            self.event_size = 0;
        } else if !line.starts_with(b":") {
            self.event_size += line.len();
        }
        if self.event_size > LARGEST_EVENT {
            return Err(Interruption::TooLarge);
        }
        if self.ended_by == EndedBy::LineEnd {
            self.event_size = 0;
        }
        let mut text = String::with_capacity(line.len() + 1);
        match std::str::from_utf8(line) {
            Ok(valid) => text.push_str(valid),
            Err(_) => text.push_str(&String::from_utf8_lossy(line)),
        }
        text.push('\n');
        if self.ended_by == EndedBy::EmptyLine {
            self.keep_bare(&text);
        }
        Ok(text)
    }

    fn keep_bare(&mut self, line: &str) {
        let is_field = |name: &&str| line.starts_with(*name);
        if ["data:", "event:", "id:", "retry:"].iter().any(is_field) {
            self.bare.clear();
            return;
        }
        let begins = || line.trim_start().starts_with(['{', '[']);
        let fits = self.bare.len() + line.len() <= LARGEST_ERROR;
        if fits && !line.starts_with(':') && (!self.bare.is_empty() || begins()) {
            self.bare.push_str(line);
        }
    }

    /// The error that stands in the body without a field's name, as the lines of an event.
    fn bare_error(&mut self) -> Option<String> {
        let document: Value = serde_json::from_str(&std::mem::take(&mut self.bare)).ok()?;
        let document = match &document {
            Value::Array(items) => items.first()?,
            other => other,
        };
        provider_error::is_one(document.get("error")?).then(|| format!("data: {document}\n\n"))
    }

    /// The body has ended: what is left of it becomes an event, marked as one that the server did not end.
    fn finish_body(&mut self, error: Option<E>) {
        self.body_ended = true;
        let rest = std::mem::take(&mut self.partial);
        let is_line_open = !rest.is_empty();
        if is_line_open {
            let line = self.finish_line(&rest);
            self.last.push_back(line);
        }
        if self.event_size > 0 || (self.ended_by == EndedBy::LineEnd && is_line_open) {
            self.last.push_front(Err(Interruption::Unterminated));
            self.last.push_back(Ok("\n".to_owned()));
        }
        if let Some(lines) = self.bare_error() {
            self.last.push_back(Ok(lines));
        }
        if let Some(error) = error {
            self.last.push_back(Err(Interruption::Transport(error)));
        }
    }
}

impl<S: Stream<Item = Result<Bytes, E>> + Unpin, E> Stream for Lines<S, E> {
    type Item = Result<String, Interruption<E>>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if let Some(item) = this.last.pop_front() {
                return Poll::Ready(Some(item));
            }
            if this.body_ended {
                return Poll::Ready(None);
            }
            if !this.chunk.is_empty()
                && let Some(line) = this.next_line()
            {
                return Poll::Ready(Some(line));
            }
            if this.chunk.is_empty() {
                match ready!(this.body.poll_next_unpin(cx)) {
                    Some(Ok(chunk)) => this.chunk = chunk,
                    Some(Err(error)) => this.finish_body(Some(error)),
                    None => this.finish_body(None),
                }
            }
        }
    }
}
