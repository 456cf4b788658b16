//! Anthropic's Messages, and the servers that speak it too.
//!
//! Sources: Anthropic's documentation ("Streaming messages", "Messages", "Errors", "Handling stop reasons", "Citations", "Adaptive
//! thinking", "Effort", "Vision", "PDF support"), the types of its official SDKs, and streams recorded from llama.cpp.

mod calls;
mod decoder;
mod request;
mod thinking;
mod usage;

pub(crate) use decoder::Decoder;
pub(crate) use request::{ABILITIES, turn_request};

/// The version of the protocol that is spoken.
pub(crate) const HEADERS: &[(&str, &str)] = &[("anthropic-version", "2023-06-01")];
