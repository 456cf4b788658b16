//! What every protocol's decoder keeps of the answer that it makes.

use std::collections::HashSet;

use chat::{Citation, CompletionEvent, Failure, StopReason, ToolCallDelta, Usage};

use crate::json::malformed;
use crate::surrogates::Joint;

/// The most calls that one answer may ask for.
const MOST_CALLS: usize = 1_000;
/// The most sources that are kept of one answer.
const MOST_CITATIONS: usize = 1_000;

/// Collects the steps of one answer. It says each thing once, whatever the order in which a provider says it.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    steps: Vec<CompletionEvent>,
    started: bool,
    ended: bool,
    /// Where a delta may end within a character.
    text: Joint,
    reasoning: Joint,
    usage: Usage,
    calls: Vec<Call>,
    citations: HashSet<Citation>,
}

#[derive(Debug)]
struct Call {
    /// What the provider tells the pieces of this call by. `None` once another call has taken the same.
    key: Option<String>,
    id: Option<String>,
    is_named: bool,
    arguments: Joint,
}

/// A piece of a call, as the provider sent it.
#[derive(Debug, Default)]
pub(crate) struct CallPiece {
    /// What the provider tells the pieces of one call by: an index, or the id of an item. Without one a piece belongs to the call of
    /// its id, and without an id to the last call.
    pub(crate) key: Option<String>,
    /// The provider's id for the call.
    pub(crate) id: Option<String>,
    /// The tool's name.
    pub(crate) name: Option<String>,
    /// More of the arguments.
    pub(crate) arguments: String,
}

impl Answer {
    /// The provider has begun to answer. Said once.
    pub(crate) fn start(&mut self) {
        if !self.started {
            self.started = true;
            self.steps.push(CompletionEvent::Started);
        }
    }

    /// More text, which may be empty and may end within a character.
    pub(crate) fn text(&mut self, text: String) {
        let text = self.text.join(text);
        if !text.is_empty() {
            self.steps.push(CompletionEvent::TextDelta { text });
        }
    }

    /// More reasoning, which may be empty and may end within a character.
    pub(crate) fn reasoning(&mut self, text: String) {
        let text = self.reasoning.join(text);
        if !text.is_empty() {
            self.steps.push(CompletionEvent::ReasoningDelta { text });
        }
    }

    /// A piece of a call.
    ///
    /// # Errors
    /// `MalformedStream` if there are more calls than anybody could mean.
    pub(crate) fn call(&mut self, piece: CallPiece) -> Result<(), Failure> {
        let CallPiece {
            key,
            id,
            name,
            arguments,
        } = piece;
        let id = id.filter(|id| !id.is_empty());
        let name = name.filter(|name| !name.is_empty());
        let found = self.call_of(key.as_deref(), id.as_deref(), name.is_some());
        let at = match found {
            Some(at) => at,
            None if self.calls.len() == MOST_CALLS => {
                return Err(malformed(format!("more than {MOST_CALLS} calls of tools")));
            }
            None => {
                self.calls.push(Call {
                    key,
                    id: None,
                    is_named: false,
                    arguments: Joint::default(),
                });
                self.calls.len() - 1
            }
        };
        let Some(call) = self.calls.get_mut(at) else {
            return Ok(());
        };
        let id = id.filter(|_| call.id.is_none());
        if id.is_some() {
            call.id.clone_from(&id);
        }
        let name = name.filter(|_| !call.is_named);
        call.is_named |= name.is_some();
        let arguments = call.arguments.join(arguments);
        if found.is_none() || id.is_some() || name.is_some() || !arguments.is_empty() {
            self.steps
                .push(CompletionEvent::ToolCallDelta(ToolCallDelta {
                    // No more than MOST_CALLS.
                    index: u32::try_from(at).unwrap_or(u32::MAX),
                    id,
                    name,
                    arguments,
                }));
        }
        Ok(())
    }

    /// A call that comes whole, and so is another than all before it, unless it repeats one's id.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub(crate) fn whole_call(&mut self, mut piece: CallPiece) -> Result<(), Failure> {
        let id = piece.id.as_deref().filter(|id| !id.is_empty());
        if id.is_some() && self.calls.iter().any(|call| call.id.as_deref() == id) {
            return Ok(());
        }
        // A key that no provider gives.
        piece.key = Some(format!("whole {}", self.calls.len()));
        self.call(piece)
    }

    /// The call that a piece belongs to; none for a new one. A server that gives every call the same index shows by a new id and a
    /// name that it means another call.
    fn call_of(&mut self, key: Option<&str>, id: Option<&str>, is_named: bool) -> Option<usize> {
        let Some(key) = key else {
            return match id {
                Some(id) => self
                    .calls
                    .iter()
                    .position(|call| call.id.as_deref() == Some(id)),
                None => self.calls.len().checked_sub(1).filter(|_| !is_named),
            };
        };
        let at = self
            .calls
            .iter()
            .position(|call| call.key.as_deref() == Some(key))?;
        let call = self.calls.get_mut(at)?;
        let is_another = is_named && id.is_some() && call.id.is_some() && call.id.as_deref() != id;
        if is_another {
            call.key = None;
            return None;
        }
        Some(at)
    }

    /// A source. Said once, and not at all if it says nothing.
    pub(crate) fn citation(&mut self, citation: Citation) {
        let says = |field: Option<String>| field.filter(|text| !text.trim().is_empty());
        let citation = Citation {
            url: says(citation.url),
            title: says(citation.title),
            quote: says(citation.quote),
        };
        if citation != Citation::default()
            && self.citations.len() < MOST_CITATIONS
            && self.citations.insert(citation.clone())
        {
            self.steps.push(CompletionEvent::Citation(citation));
        }
    }

    /// Counts. What is not counted this time stays as it was; a count that is reported again replaces the earlier one.
    pub(crate) fn usage(&mut self, usage: Usage) {
        let merged = Usage {
            input_tokens: usage.input_tokens.or(self.usage.input_tokens),
            output_tokens: usage.output_tokens.or(self.usage.output_tokens),
            reasoning_tokens: usage.reasoning_tokens.or(self.usage.reasoning_tokens),
            cached_tokens: usage.cached_tokens.or(self.usage.cached_tokens),
        };
        if merged != self.usage {
            self.usage = merged;
            self.steps.push(CompletionEvent::Usage(merged));
        }
    }

    /// The answer is whole. What comes after is not said.
    pub(crate) fn stop(&mut self, reason: StopReason) {
        if self.ended {
            return;
        }
        self.start();
        let reasoning = self.reasoning.end().map(CompletionEvent::reasoning);
        self.steps.extend(reasoning);
        let text = self.text.end().map(CompletionEvent::text);
        self.steps.extend(text);
        self.steps.push(CompletionEvent::Stopped { reason });
        self.ended = true;
    }

    /// Whether the answer is whole.
    pub(crate) fn has_ended(&self) -> bool {
        self.ended
    }

    /// Whether it has asked for a tool.
    pub(crate) fn has_calls(&self) -> bool {
        !self.calls.is_empty()
    }

    /// The steps since the last time.
    pub(crate) fn take(&mut self) -> Vec<CompletionEvent> {
        std::mem::take(&mut self.steps)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(key: &str, id: &str, name: &str, arguments: &str) -> CallPiece {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        CallPiece {
            key: some(key),
            id: some(id),
            name: some(name),
            arguments: arguments.to_owned(),
        }
    }

    fn calls(pieces: Vec<CallPiece>) -> Vec<(u32, Option<String>, Option<String>, String)> {
        let mut answer = Answer::default();
        for piece in pieces {
            answer.call(piece).unwrap();
        }
        answer
            .take()
            .into_iter()
            .map(|step| match step {
                CompletionEvent::ToolCallDelta(delta) => {
                    (delta.index, delta.id, delta.name, delta.arguments)
                }
                other => panic!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn pieces_find_their_call_by_key_then_id_then_place() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            calls(vec![
                piece("7", "a", "look", ""),
                piece("-1", "b", "add", "{"),
                piece("7", "a", "look", "{}"),
                piece("-1", "", "", "}"),
                piece("", "b", "", " "),
                piece("", "", "", "."),
            ]),
            [
                (0, some("a"), some("look"), String::new()),
                (1, some("b"), some("add"), "{".into()),
                (0, None, None, "{}".into()),
                (1, None, None, "}".into()),
                (1, None, None, " ".into()),
                (1, None, None, ".".into()),
            ]
        );
    }

    #[test]
    fn a_new_id_under_an_old_key_is_another_call() {
        let indices: Vec<_> = calls(vec![
            piece("0", "a", "look", "{}"),
            piece("0", "b", "look", "{}"),
            piece("0", "", "", "!"),
        ])
        .into_iter()
        .map(|call| call.0)
        .collect();
        assert_eq!(indices, [0, 1, 1]);
    }

    #[test]
    fn a_call_without_a_name_is_told_once() {
        assert_eq!(
            calls(vec![piece("0", "", "", ""), piece("0", "", "", "")]).len(),
            1
        );
    }

    #[test]
    fn too_many_calls_are_an_error() {
        let mut answer = Answer::default();
        for at in 0..MOST_CALLS {
            answer.call(piece(&at.to_string(), "", "", "")).unwrap();
        }
        assert!(answer.call(piece("one more", "", "", "")).is_err());
    }

    #[test]
    fn a_source_is_told_once_and_counts_only_when_they_change() {
        let mut answer = Answer::default();
        let source = |title: &str| Citation {
            title: Some(title.into()),
            ..Citation::default()
        };
        for title in ["a", " ", "a", "b"] {
            answer.citation(source(title));
        }
        let counted = |input_tokens, output_tokens| Usage {
            input_tokens,
            output_tokens,
            ..Usage::default()
        };
        for usage in [
            Usage::default(),
            counted(Some(3), None),
            counted(None, Some(1)),
            counted(Some(3), None),
        ] {
            answer.usage(usage);
        }
        assert_eq!(
            answer.take(),
            [
                CompletionEvent::Citation(source("a")),
                CompletionEvent::Citation(source("b")),
                CompletionEvent::Usage(counted(Some(3), None)),
                CompletionEvent::Usage(counted(Some(3), Some(1))),
            ]
        );
    }
}
