//! From the bytes of a body to the steps of an answer.

use std::collections::VecDeque;

use bytes::Bytes;
use chat::{CompletionEvent, Failure, FailureKind};
use futures_util::stream::{self, BoxStream};
use futures_util::{Stream, StreamExt};

use crate::decoder::{self, Decode, Ending};
use crate::json_answer;
use crate::protocol::{Framing, Protocol};
use crate::sse::{JsonLines, SseError, SseEvent, SseEvents};

type Body = BoxStream<'static, Result<Bytes, Failure>>;
type Step = Result<CompletionEvent, Failure>;

/// Decodes a body that came with status 200. The stream ends after `Stopped` or after the first error.
///
/// The details of its errors are the provider's own text: they must pass redaction before anybody sees them.
pub fn decode_stream<S>(protocol: Protocol, body: S) -> impl Stream<Item = Step> + Send + Unpin
where
    S: Stream<Item = Result<Bytes, Failure>> + Send + 'static,
{
    // Fused: what comes after the end of a body is asked for once more where the body was empty.
    let state = State::Opening(protocol, body.fuse().boxed());
    stream::unfold(state, next).fuse().boxed()
}

/// Decodes a recording of events: one JSON document in each line, without what frames them on the wire. A marker that is no JSON may be
/// missing at its end.
pub fn decode_json_lines<S>(protocol: Protocol, body: S) -> impl Stream<Item = Step> + Send + Unpin
where
    S: Stream<Item = Result<Bytes, Failure>> + Send + 'static,
{
    let lines = Events::Lines(JsonLines::new(body.fuse().boxed()));
    let state = State::Streaming(Box::new(Streaming::new(protocol, lines, Ending::Recorded)));
    stream::unfold(state, next).fuse().boxed()
}

enum State {
    /// Nothing is known of the body yet.
    Opening(Protocol, Body),
    Streaming(Box<Streaming>),
    /// The answer is whole. The body is kept until that has been seen, so that whoever owns it knows that it was not given up.
    Whole(#[allow(dead_code)] Box<Streaming>),
    /// What is still to be said.
    Ending(VecDeque<Step>),
}

enum Events {
    Sse(SseEvents<Body, Failure>),
    Lines(JsonLines<Body, Failure>),
}

struct Streaming {
    events: Events,
    decoder: Box<dyn Decode>,
    ending: Ending,
    /// The events are over.
    over: bool,
    ready: VecDeque<CompletionEvent>,
}

async fn next(mut state: State) -> Option<(Step, State)> {
    loop {
        state = match state {
            State::Opening(protocol, body) => open(protocol, body).await,
            State::Streaming(mut streaming) => match streaming.next().await {
                Ok(step @ CompletionEvent::Stopped { .. }) => {
                    return Some((Ok(step), State::Whole(streaming)));
                }
                Ok(step) => return Some((Ok(step), State::Streaming(streaming))),
                Err(failure) => return Some((Err(failure), State::Ending(VecDeque::new()))),
            },
            State::Whole(_) => return None,
            State::Ending(mut steps) => {
                let step = steps.pop_front()?;
                return Some((step, State::Ending(steps)));
            }
        };
    }
}

/// Looks at the first byte that says something: some servers answer with a web page, or with one JSON document, and status 200.
async fn open(protocol: Protocol, mut body: Body) -> State {
    let mut seen = Vec::new();
    loop {
        let first = seen
            .iter()
            .find(|byte: &&u8| !byte.is_ascii_whitespace() && !b"\xEF\xBB\xBF".contains(byte));
        let first = first.copied();
        match first {
            Some(b'<') => {
                let failure = Failure::new(FailureKind::NotAnApi);
                return State::Ending(VecDeque::from([Err(failure)]));
            }
            Some(b'{' | b'[') if protocol.framing() == Framing::Sse => {
                let mut decoder = decoder::of(protocol);
                let steps = json_answer::decode(decoder.as_mut(), seen, body).await;
                return State::Ending(steps.into());
            }
            Some(_) => break,
            None => {}
        }
        // A server may keep the line alive with empty lines for as long as it likes; they need not be kept.
        if first.is_none() && seen.len() > 1024 {
            seen.clear();
        }
        match body.next().await {
            Some(Ok(chunk)) => seen.extend_from_slice(&chunk),
            Some(Err(failure)) => return State::Ending(VecDeque::from([Err(failure)])),
            None => break,
        }
    }
    let head = stream::iter([Ok(Bytes::from(seen))]);
    let body = head.chain(body).boxed();
    let events = match protocol.framing() {
        Framing::Sse => Events::Sse(SseEvents::new(body, protocol.end_marker())),
        Framing::JsonLines => Events::Lines(JsonLines::new(body)),
    };
    State::Streaming(Box::new(Streaming::new(protocol, events, Ending::Body)))
}

impl Streaming {
    fn new(protocol: Protocol, events: Events, ending: Ending) -> Self {
        Self {
            events,
            decoder: decoder::of(protocol),
            ending,
            over: false,
            ready: VecDeque::new(),
        }
    }

    async fn next(&mut self) -> Step {
        loop {
            if let Some(step) = self.ready.pop_front() {
                return Ok(step);
            }
            if self.over {
                return Err(Failure::new(FailureKind::EndedEarly));
            }
            let end = match self.next_event().await {
                Some(Ok(event)) => {
                    self.ready
                        .extend(self.decoder.event(&event.event, &event.data)?);
                    continue;
                }
                Some(Err(SseError::Transport(failure))) => Some(failure),
                Some(Err(SseError::EventTooLarge)) => {
                    return Err(Failure::new(FailureKind::EventTooLarge));
                }
                Some(Err(SseError::Cut)) => Some(Failure::new(FailureKind::ConnectionLost)),
                None => None,
            };
            self.over = true;
            // An answer may be whole without a marker, and then what happens to its connection is nobody's business.
            match (self.decoder.finish(self.ending), end) {
                (Ok(steps), _) => self.ready.extend(steps),
                (Err(_), Some(failure)) | (Err(failure), None) => return Err(failure),
            }
        }
    }

    async fn next_event(&mut self) -> Option<Result<SseEvent, SseError<Failure>>> {
        match &mut self.events {
            Events::Sse(events) => events.next().await,
            Events::Lines(lines) => lines.next().await.map(|line| {
                line.map(|data| SseEvent {
                    event: String::new(),
                    data,
                })
            }),
        }
    }
}
