//! What an answer rests on.
//!
//! Source: `GroundingMetadata` and `CitationMetadata` in the references of the Gemini API and of Vertex AI.

use chat::Citation;
use serde_json::Value;

use super::take as take_field;
use crate::json::{self, take_text};

/// Takes the sources of a candidate: the pages that it was grounded in, and the works that it repeats.
pub(super) fn take(candidate: &mut Value) -> Vec<Citation> {
    let mut grounding = take_field(candidate, "groundingMetadata", "grounding_metadata");
    let chunks = take_field(&mut grounding, "groundingChunks", "grounding_chunks");
    let mut works = take_field(candidate, "citationMetadata", "citation_metadata");
    let cited = match take_field(&mut works, "citationSources", "citation_sources") {
        Value::Null => json::take(&mut works, "citations"),
        sources => sources,
    };
    let of = |list| match list {
        Value::Array(items) => items,
        _ => Vec::new(),
    };
    let grounded = of(chunks).into_iter().map(grounded);
    let cited = of(cited).into_iter().map(source);
    grounded.chain(cited).collect()
}

/// A chunk has its source under the name of its kind.
fn grounded(mut chunk: Value) -> Citation {
    [
        ("web", "web"),
        ("retrievedContext", "retrieved_context"),
        ("maps", "maps"),
        ("image", "image"),
    ]
    .into_iter()
    .map(|(camel, snake)| take_field(&mut chunk, camel, snake))
    .find(Value::is_object)
    .map(source)
    .unwrap_or_default()
}

fn source(mut source: Value) -> Citation {
    let page = take_field(&mut source, "sourceUri", "source_uri");
    Citation {
        // Of a picture, the page that it is on.
        url: match page {
            Value::String(page) => Some(page),
            _ => take_text(&mut source, "uri"),
        },
        title: take_text(&mut source, "title"),
        quote: take_text(&mut source, "text"),
    }
}
