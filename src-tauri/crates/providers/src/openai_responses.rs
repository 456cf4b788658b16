//! OpenAI's Responses.
//!
//! Sources: OpenAI's API reference ("Create a model response", "Streaming events"), streams recorded from its SDKs' tests, and llama.cpp's
//! server, which speaks it too. Of the fifty or so types of events those that carry nothing to show are passed over.

mod decoder;
mod request;

pub(crate) use decoder::Decoder;
pub(crate) use request::{ABILITIES, turn_request};
