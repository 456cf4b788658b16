//! From the bytes of a body to the steps of an answer.

use std::collections::VecDeque;

use bytes::Bytes;
use chat::{CompletionEvent, Failure, FailureKind};
use futures_util::stream::{self, BoxStream};
use futures_util::{Stream, StreamExt};

use crate::json_answer;
use crate::openai_chat::{Decoder, END_MARKER};
use crate::protocol::Protocol;
use crate::sse::{SseError, SseEvents};

type Body = BoxStream<'static, Result<Bytes, Failure>>;
type Step = Result<CompletionEvent, Failure>;

/// Decodes a body that came with status 200. The stream ends after `Stopped` or after the first error.
///
/// The details of its errors are the provider's own text: they must pass redaction before anybody sees them.
pub fn decode_stream<S>(protocol: Protocol, body: S) -> impl Stream<Item = Step> + Send + Unpin
where
    S: Stream<Item = Result<Bytes, Failure>> + Send + 'static,
{
    let state = if protocol.is_supported() {
        // Fused: what comes after the end of a body is asked for once more where the body was empty.
        State::Opening(body.fuse().boxed())
    } else {
        let failure = Failure::new(FailureKind::ProviderUnknown);
        State::Ending(VecDeque::from([Err(failure)]))
    };
    stream::unfold(state, next).fuse().boxed()
}

enum State {
    /// Nothing is known of the body yet.
    Opening(Body),
    Streaming(Streaming),
    /// The answer is whole. The body is kept until that has been seen, so that whoever owns it knows that it was not given up.
    Whole(#[allow(dead_code)] Streaming),
    /// What is still to be said.
    Ending(VecDeque<Step>),
}

struct Streaming {
    events: SseEvents<Body, Failure>,
    decoder: Decoder,
    ready: VecDeque<CompletionEvent>,
}

async fn next(mut state: State) -> Option<(Step, State)> {
    loop {
        state = match state {
            State::Opening(body) => open(body).await,
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
async fn open(mut body: Body) -> State {
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
            Some(b'{' | b'[') => {
                return State::Ending(json_answer::decode(seen, body).await.into());
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
    State::Streaming(Streaming {
        events: SseEvents::new(head.chain(body).boxed(), Some(END_MARKER)),
        decoder: Decoder::new(),
        ready: VecDeque::new(),
    })
}

impl Streaming {
    async fn next(&mut self) -> Step {
        loop {
            if let Some(step) = self.ready.pop_front() {
                return Ok(step);
            }
            match self.events.next().await {
                Some(Ok(event)) => self.ready.extend(self.decoder.event(&event.data)?),
                Some(Err(SseError::Transport(failure))) => return Err(failure),
                Some(Err(SseError::EventTooLarge)) => {
                    return Err(Failure::new(FailureKind::EventTooLarge));
                }
                Some(Err(SseError::Cut)) => return Err(Failure::new(FailureKind::ConnectionLost)),
                None => {
                    self.decoder.finish()?;
                    return Err(Failure::new(FailureKind::EndedEarly));
                }
            }
        }
    }
}
