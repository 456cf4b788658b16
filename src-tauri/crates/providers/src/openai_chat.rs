//! `OpenAI`'s Chat Completions, and the dialects of those who speak it too.
//!
//! Sources: the API reference of `OpenAI` ("Create chat completion", "The chat completion chunk object"), and streams recorded from
//! Azure, `DeepSeek`, Groq, llama.cpp, LM Studio, Mistral, `OpenRouter`, vLLM and xAI for what they do differently.

mod decoder;
mod request;
mod surrogates;
mod usage;
mod wire;

pub use decoder::Decoder;
pub use request::{Quirks, request_body};

/// The data of the last event.
pub const END_MARKER: &str = "[DONE]";
