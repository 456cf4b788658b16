//! Ollama's `/api/chat`.
//!
//! Source: Ollama's API documentation ("Generate a chat completion", "Thinking", "Errors"). One JSON document in each line, the last of
//! them with `done: true`.

mod decoder;
mod request;

pub(crate) use decoder::Decoder;
pub(crate) use request::{ABILITIES, turn_request};
