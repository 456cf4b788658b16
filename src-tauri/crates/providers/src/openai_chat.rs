//! `OpenAI`'s Chat Completions, and the dialects of those who speak it too.
//!
//! Sources: the API reference of `OpenAI` ("Create chat completion", "The chat completion chunk object"), and streams recorded from
//! Azure, `DeepSeek`, Groq, llama.cpp, LM Studio, Mistral, `OpenRouter`, vLLM and xAI for what they do differently.

mod decoder;
mod request;
mod usage;

pub(crate) use decoder::Decoder;
pub(crate) use request::{ABILITIES, turn_request};

/// The data of the last event.
pub(crate) const END_MARKER: &str = "[DONE]";
