//! Google's `streamGenerateContent`.
//!
//! Sources: the Gemini API's reference ("Generating content", "Thinking", "Function calling", "Troubleshooting guide"), and streams
//! recorded from its SDKs' tests. It has no end marker: an answer is whole when the body ends and a finish reason was given.

mod decoder;
mod request;

pub(crate) use decoder::Decoder;
pub(crate) use request::{ABILITIES, turn_request};
