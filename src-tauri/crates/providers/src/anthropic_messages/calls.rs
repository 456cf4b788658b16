//! The tools that the model asks for.

use chat::Failure;
use serde_json::Value;

use crate::answer::{Answer, CallPiece};
use crate::json;

/// The calls whose arguments are still coming. Their deltas say only which block of the content they belong to.
#[derive(Debug, Default)]
pub(super) struct OpenCalls {
    open: Vec<OpenCall>,
    /// How many there were.
    begun: usize,
}

#[derive(Debug)]
struct OpenCall {
    /// The block's index, as text. `None` from a server that gives none.
    block: Option<String>,
    /// What the answer tells the call by; a block's index may be used again.
    key: String,
    /// The arguments that came with the block's beginning. They count if no deltas follow.
    input: Value,
}

impl OpenCalls {
    /// A block that calls a tool has begun.
    pub(super) fn open(
        &mut self,
        answer: &mut Answer,
        block: Option<String>,
        mut content: Value,
    ) -> Result<(), Failure> {
        let key = self.begun.to_string();
        self.begun += 1;
        answer.call(CallPiece {
            key: Some(key.clone()),
            id: json::take_text(&mut content, "id"),
            name: json::take_text(&mut content, "name"),
            arguments: String::new(),
        })?;
        self.open.push(OpenCall {
            block,
            key,
            input: json::take(&mut content, "input"),
        });
        Ok(())
    }

    /// More arguments of the call in a block. Those of other blocks, which the provider's own tools get, are nobody's here.
    pub(super) fn arguments(
        &mut self,
        answer: &mut Answer,
        block: Option<&str>,
        arguments: String,
    ) -> Result<(), Failure> {
        if arguments.is_empty() {
            return Ok(());
        }
        let Some(call) = self
            .position(block)
            .and_then(|place| self.open.get_mut(place))
        else {
            return Ok(());
        };
        call.input = Value::Null;
        answer.call(CallPiece {
            key: Some(call.key.clone()),
            arguments,
            ..CallPiece::default()
        })
    }

    /// A block is whole.
    pub(super) fn close(
        &mut self,
        answer: &mut Answer,
        block: Option<&str>,
    ) -> Result<(), Failure> {
        match self.position(block) {
            Some(place) => self.open.remove(place).finish(answer),
            None => Ok(()),
        }
    }

    /// Every block is whole.
    pub(super) fn close_all(&mut self, answer: &mut Answer) -> Result<(), Failure> {
        self.open.drain(..).try_for_each(|call| call.finish(answer))
    }

    /// The call in a block; without an index the last one.
    fn position(&self, block: Option<&str>) -> Option<usize> {
        match block {
            Some(_) => self
                .open
                .iter()
                .rposition(|call| call.block.as_deref() == block),
            None => self.open.len().checked_sub(1),
        }
    }
}

impl OpenCall {
    fn finish(self, answer: &mut Answer) -> Result<(), Failure> {
        let arguments = match self.input {
            Value::Null => return Ok(()),
            Value::String(text) => text,
            input => input.to_string(),
        };
        answer.call(CallPiece {
            key: Some(self.key),
            arguments,
            ..CallPiece::default()
        })
    }
}
