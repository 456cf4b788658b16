//! Google's `streamGenerateContent`, as the Gemini API and Vertex AI speak it.
//!
//! Sources: the API reference on ai.google.dev ("Generating content", "API errors", "Thinking"), the reference of Vertex AI for
//! calls that come in pieces, and recorded streams. There is no end marker: an answer is whole if its body ended after a finish reason.
//! Fields may be spelt in snake case, as protocol buffers allow.

mod calls;
mod decoder;
mod end;
mod errors;
mod fields;
mod partial_args;
mod request;
mod sources;
mod thinking;
mod usage;

pub(crate) use decoder::Decoder;
pub(crate) use errors::kind as error_kind;
pub(crate) use request::{ABILITIES, turn_request};

use serde_json::Value;

use crate::json;

/// Takes a field out of its object by either of its spellings. Null if there is none.
fn take(object: &mut Value, camel: &str, snake: &str) -> Value {
    match json::take(object, camel) {
        Value::Null => json::take(object, snake),
        value => value,
    }
}
