//! What each protocol's decoder can do.

use chat::{CompletionEvent, Failure};

use crate::protocol::Protocol;
use crate::{anthropic_messages, gemini, ollama, openai_chat, openai_responses};

/// A pure state machine: events of one protocol go in, steps of one answer come out. The last step is `Stopped`; nothing comes after
/// it, whatever is put in.
///
/// The details of its errors are the provider's own text: they must pass redaction before anybody sees them.
pub(crate) trait Decode: Send {
    /// Takes one event. `kind` is the type that the framing gives it: `message`, or nothing, where it gives none.
    ///
    /// # Errors
    /// `ProviderError` (or a more exact kind) if the event reports an error, `MalformedStream` if it is not the protocol's JSON.
    fn event(&mut self, kind: &str, data: &str) -> Result<Vec<CompletionEvent>, Failure>;

    /// Takes a whole answer that came as one JSON document where a stream was asked for. It is JSON, and reports no error.
    ///
    /// # Errors
    /// `NotAnApi` if it is no answer of this protocol, `EndedEarly` if it does not say why it ended; and as [`Decode::event`].
    fn whole(&mut self, document: &str) -> Result<Vec<CompletionEvent>, Failure>;

    /// The events are over, and none of them was the last one. The steps that are left, with `Stopped` at their end, if the answer is
    /// whole all the same.
    ///
    /// # Errors
    /// `EndedEarly` if it is not, or `ProviderError` if the provider gave that as its reason to stop.
    fn finish(&mut self, ending: Ending) -> Result<Vec<CompletionEvent>, Failure>;
}

/// Where events end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// With the body, which holds a marker if the protocol has one.
    Body,
    /// With a recording of events, which leaves a marker out that is no JSON.
    Recorded,
}

/// A decoder for one answer in this protocol.
pub(crate) fn of(protocol: Protocol) -> Box<dyn Decode> {
    match protocol {
        Protocol::OpenaiChat => Box::<openai_chat::Decoder>::default(),
        Protocol::OpenaiResponses => Box::<openai_responses::Decoder>::default(),
        Protocol::AnthropicMessages => Box::<anthropic_messages::Decoder>::default(),
        Protocol::Gemini => Box::<gemini::Decoder>::default(),
        Protocol::Ollama => Box::<ollama::Decoder>::default(),
    }
}
