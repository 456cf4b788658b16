//! An answer that came as one JSON document where a stream was asked for.

use bytes::Bytes;
use chat::{CompletionEvent, Failure, FailureKind};
use futures_util::{Stream, StreamExt};
use serde_json::Value;

use crate::decoder::Decode;
use crate::provider_error;
use crate::sse::LARGEST_EVENT;

/// Reads the document to its end and takes it as an error or as a whole answer.
pub(crate) async fn decode(
    decoder: &mut dyn Decode,
    mut document: Vec<u8>,
    mut body: impl Stream<Item = Result<Bytes, Failure>> + Unpin,
) -> Vec<Result<CompletionEvent, Failure>> {
    while let Some(chunk) = body.next().await {
        match chunk {
            Ok(chunk) => document.extend_from_slice(&chunk),
            Err(failure) => return vec![Err(failure)],
        }
        if document.len() > LARGEST_EVENT {
            return vec![Err(Failure::new(FailureKind::EventTooLarge))];
        }
    }
    match read(decoder, &document) {
        Ok(steps) => steps.into_iter().map(Ok).collect(),
        Err(failure) => vec![Err(failure)],
    }
}

fn read(decoder: &mut dyn Decode, document: &[u8]) -> Result<Vec<CompletionEvent>, Failure> {
    let text = String::from_utf8_lossy(document);
    let text = text.trim_start_matches('\u{feff}');
    let value: Value = serde_json::from_str(text).map_err(|error| {
        Failure::new(if error.is_eof() {
            FailureKind::ConnectionLost
        } else {
            FailureKind::NotAnApi
        })
    })?;
    match provider_error::find(&value) {
        Some(error) => Err(provider_error::in_stream(error)),
        None => decoder.whole(text),
    }
}
