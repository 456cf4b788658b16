//! The calls that a model asks for.

use chat::Failure;
use serde_json::Value;

use super::partial_args::PartialArgs;
use super::take;
use crate::answer::{Answer, CallPiece};
use crate::json;

/// The calls of one answer. Each part of the answer holds a whole call, unless pieces were asked for: then the name comes first, the
/// arguments follow in parts of their own, and a part that does not say that more follows ends the call.
#[derive(Debug, Default)]
pub(super) struct Calls {
    begun: usize,
    open: Option<Open>,
}

/// A call whose arguments are still coming.
#[derive(Debug)]
struct Open {
    key: Option<String>,
    arguments: PartialArgs,
}

impl Calls {
    /// Takes what stands under `functionCall`.
    ///
    /// # Errors
    /// As [`Answer::call`].
    pub(super) fn part(&mut self, mut call: Value, answer: &mut Answer) -> Result<(), Failure> {
        let text = |call: &mut Value, name| {
            json::take_text(call, name).filter(|text| !text.trim().is_empty())
        };
        let name = text(&mut call, "name");
        let id = text(&mut call, "id");
        let args = json::take(&mut call, "args");
        let pieces = take(&mut call, "partialArgs", "partial_args");
        let goes_on = take(&mut call, "willContinue", "will_continue") == true;

        let says = name.is_some() || !args.is_null() || pieces.is_array();
        if name.is_some() || (self.open.is_none() && says) {
            self.close(answer)?;
            let mut piece = CallPiece {
                key: Some(self.begun.to_string()),
                id,
                name,
                arguments: String::new(),
            };
            self.begun += 1;
            let mut arguments = PartialArgs::default();
            if !goes_on && !pieces.is_array() {
                arguments.set(args);
                piece.arguments = arguments.into_text();
                return answer.call(piece);
            }
            let key = piece.key.clone();
            answer.call(piece)?;
            self.open = Some(Open { key, arguments });
        }
        let Some(open) = &mut self.open else {
            return Ok(());
        };
        if !args.is_null() {
            open.arguments.set(args);
        }
        if let Value::Array(pieces) = pieces {
            for piece in pieces {
                open.arguments.push(piece);
            }
        }
        if goes_on { Ok(()) } else { self.close(answer) }
    }

    /// Says the arguments of the open call, which has all that it will get.
    ///
    /// # Errors
    /// As [`Answer::call`].
    pub(super) fn close(&mut self, answer: &mut Answer) -> Result<(), Failure> {
        let Some(open) = self.open.take() else {
            return Ok(());
        };
        answer.call(CallPiece {
            key: open.key,
            arguments: open.arguments.into_text(),
            ..CallPiece::default()
        })
    }
}
