//! What passes before anything of a provider's reaches anybody: keys, control characters and length.

use std::collections::BTreeMap;

use chat::{Citation, CompletionEvent, Failure, ToolCallDelta};
use credentials::{Redactor, StreamRedactor, redact_shapes};

use crate::catalog::Catalog;
use crate::secrets::Secrets;

/// The longest detail of a failure, in characters.
const LONGEST_DETAIL: usize = 500;

/// Looks for the key of the request that is under way, and for what went in headers beside it.
pub(crate) struct Redaction {
    redactor: Redactor,
}

impl Redaction {
    pub(crate) fn of(secrets: &Secrets) -> Self {
        Self {
            redactor: Redactor::for_credentials(secrets.all()),
        }
    }

    /// A failure whose detail people may read.
    pub(crate) fn failure(&self, mut failure: Failure) -> Failure {
        failure.host = failure.host.map(|host| self.line(&host));
        failure.detail = failure
            .detail
            .map(|detail| self.line(&detail))
            .filter(|detail| !detail.is_empty());
        failure
    }

    /// Text in one line, without keys, and not too long. Shapes of keys go too: a provider may speak of a key by a part of it.
    fn line(&self, text: &str) -> String {
        let text = self.redactor.redact(text);
        let text = redact_shapes(&text, Catalog::get().key_shapes());
        let visible: String = text
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .filter(|c| !is_invisible(*c))
            .collect();
        // Again: what was taken out may have stood in the middle of a key.
        let visible = self.redactor.redact(&visible).into_owned();
        let mut line = visible.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some((end, _)) = line.char_indices().nth(LONGEST_DETAIL) {
            line.truncate(end);
            while line.chars().count() >= LONGEST_DETAIL {
                line.pop();
            }
            line.push('…');
        }
        line
    }

    /// Whether a text holds the key.
    pub(crate) fn finds_in(&self, text: &str) -> bool {
        self.redactor.redact(text) != text
    }

    /// Redacts the steps of an answer.
    pub(crate) fn steps(self) -> RedactedSteps {
        RedactedSteps {
            text: StreamRedactor::new(self.redactor.clone()),
            reasoning: StreamRedactor::new(self.redactor.clone()),
            calls: BTreeMap::new(),
            redaction: self,
        }
    }
}

/// Characters that could turn or hide the text beside them.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Takes keys out of an answer, also one that is split over several steps.
pub(crate) struct RedactedSteps {
    text: StreamRedactor,
    reasoning: StreamRedactor,
    /// The arguments of each call.
    calls: BTreeMap<u32, StreamRedactor>,
    redaction: Redaction,
}

type Step = Result<CompletionEvent, Failure>;

impl RedactedSteps {
    /// Takes a step; gives what can be shown now.
    pub(crate) fn push(&mut self, step: Step) -> Vec<Step> {
        match step {
            Ok(CompletionEvent::TextDelta { text }) => text_step(self.text.push(&text)),
            Ok(CompletionEvent::ReasoningDelta { text }) => {
                reasoning_step(self.reasoning.push(&text))
            }
            Ok(CompletionEvent::ToolCallDelta(delta)) => self.call(delta),
            Ok(CompletionEvent::Citation(citation)) => {
                let whole = |field: Option<String>| {
                    field.map(|text| self.redaction.redactor.redact(&text).into_owned())
                };
                vec![Ok(CompletionEvent::Citation(Citation {
                    url: whole(citation.url),
                    title: whole(citation.title),
                    quote: whole(citation.quote),
                }))]
            }
            Ok(step @ CompletionEvent::Stopped { .. }) => self.end(Ok(step)),
            Ok(step) => vec![Ok(step)],
            Err(failure) => {
                let failure = self.redaction.failure(failure);
                self.end(Err(failure))
            }
        }
    }

    fn call(&mut self, delta: ToolCallDelta) -> Vec<Step> {
        let redactor = &self.redaction.redactor;
        let arguments = self
            .calls
            .entry(delta.index)
            .or_insert_with(|| StreamRedactor::new(redactor.clone()))
            .push(&delta.arguments);
        let whole = |text: Option<String>| text.map(|text| redactor.redact(&text).into_owned());
        let (id, name) = (whole(delta.id), whole(delta.name));
        if id.is_none() && name.is_none() && arguments.is_empty() {
            return Vec::new();
        }
        vec![Ok(CompletionEvent::ToolCallDelta(ToolCallDelta {
            index: delta.index,
            id,
            name,
            arguments,
        }))]
    }

    /// What was kept back, and then the last step.
    fn end(&mut self, last: Step) -> Vec<Step> {
        let mut steps = self.kept_back();
        steps.push(last);
        steps
    }

    /// What was kept back of an answer that is cut off here.
    pub(crate) fn rest(mut self) -> Vec<CompletionEvent> {
        self.kept_back().into_iter().flatten().collect()
    }

    fn kept_back(&mut self) -> Vec<Step> {
        let mut steps = reasoning_step(self.reasoning.finish());
        steps.extend(text_step(self.text.finish()));
        for (index, arguments) in &mut self.calls {
            let arguments = arguments.finish();
            if !arguments.is_empty() {
                steps.push(Ok(CompletionEvent::ToolCallDelta(ToolCallDelta {
                    index: *index,
                    id: None,
                    name: None,
                    arguments,
                })));
            }
        }
        steps
    }
}

fn text_step(text: String) -> Vec<Step> {
    if text.is_empty() {
        return Vec::new();
    }
    vec![Ok(CompletionEvent::TextDelta { text })]
}

fn reasoning_step(text: String) -> Vec<Step> {
    if text.is_empty() {
        return Vec::new();
    }
    vec![Ok(CompletionEvent::ReasoningDelta { text })]
}
