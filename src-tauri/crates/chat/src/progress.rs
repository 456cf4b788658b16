//! A turn as it runs, for those who watch it. A watcher reads from where it left off, so it can come late, be slow or
//! start anew and still miss nothing.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::completion::{Citation, StopReason, ToolCallDelta, Usage};
use crate::conversation::{Content, MessageState, ToolCall};
use crate::failure::Failure;
use crate::ids::MessageId;
use crate::retry::RetryWait;

/// How a turn ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The model finished.
    Finished(StopReason),
    /// The person stopped it.
    Cancelled,
    /// It failed; what came stays.
    Failed(Failure),
}

impl Outcome {
    /// The state that the answer's message is left in.
    pub fn message_state(&self) -> MessageState {
        match self {
            Self::Finished(reason) => MessageState::Complete(Some(*reason)),
            Self::Cancelled => MessageState::Cancelled,
            Self::Failed(failure) => MessageState::Failed(failure.clone()),
        }
    }
}

#[derive(Debug, Default)]
struct Inner {
    started: bool,
    waiting: Option<RetryWait>,
    /// What was there when the turn began.
    before: Content,
    /// All there is now.
    content: Content,
    /// What this turn itself took, as reported.
    usage: Usage,
    outcome: Option<Outcome>,
}

/// What a turn has produced so far. Written by the turn alone.
#[derive(Debug)]
pub(crate) struct Progress {
    inner: Mutex<Inner>,
    changed: watch::Sender<()>,
}

impl Progress {
    /// A turn that goes on from an answer, as far as there is one.
    pub(crate) fn after(before: Content) -> Arc<Self> {
        let content = Content {
            // What both take together is not known until this one has told.
            usage: Usage::default(),
            cost: None,
            ..before.clone()
        };
        Arc::new(Self {
            inner: Mutex::new(Inner {
                before,
                content,
                ..Inner::default()
            }),
            changed: watch::Sender::new(()),
        })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // A panic while the lock is held leaves whole values behind, so the text is worth more than the poison.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn update(&self, change: impl FnOnce(&mut Inner)) {
        change(&mut self.lock());
        self.changed.send_replace(());
    }

    pub(crate) fn start(&self) {
        self.update(|inner| inner.started = true);
    }

    /// Whether anything of an answer has come.
    pub(crate) fn has_begun(&self) -> bool {
        let inner = self.lock();
        inner.started
            || inner.content.text.len() > inner.before.text.len()
            || inner.content.reasoning.len() > inner.before.reasoning.len()
            || inner.content.tool_calls != inner.before.tool_calls
            || inner.content.citations.len() > inner.before.citations.len()
            || inner.usage != Usage::default()
    }

    /// The turn waits before it is asked again, or no longer does.
    pub(crate) fn wait(&self, waiting: Option<RetryWait>) {
        self.update(|inner| inner.waiting = waiting);
    }

    /// So many of the oldest messages are not sent.
    pub(crate) fn leave_out(&self, messages: u64) {
        self.update(|inner| inner.content.left_out = messages);
    }

    pub(crate) fn push_text(&self, text: &str) {
        self.update(|inner| inner.content.text.push_str(text));
    }

    pub(crate) fn push_reasoning(&self, text: &str) {
        self.update(|inner| inner.content.reasoning.push_str(text));
    }

    /// A piece whose index leaves a gap is no decoder's; it goes to the last call.
    pub(crate) fn push_tool_call(&self, delta: ToolCallDelta) {
        self.update(|inner| {
            let at = usize::try_from(delta.index).unwrap_or(usize::MAX);
            // Calls of what was there before stand first.
            let at = at.saturating_add(inner.before.tool_calls.len());
            if at >= inner.content.tool_calls.len() {
                inner.content.tool_calls.push(ToolCall::default());
            }
            let last = inner.content.tool_calls.len() - 1;
            if let Some(call) = inner.content.tool_calls.get_mut(at.min(last)) {
                if delta.id.is_some() {
                    call.id = delta.id;
                }
                call.name.push_str(&delta.name.unwrap_or_default());
                call.arguments.push_str(&delta.arguments);
            }
        });
    }

    pub(crate) fn push_citation(&self, citation: Citation) {
        self.update(|inner| inner.content.citations.push(citation));
    }

    pub(crate) fn set_usage(&self, usage: Usage, cost: Option<u64>) {
        self.update(|inner| {
            inner.usage = usage;
            if inner.before == Content::default() {
                inner.content.usage = usage;
                inner.content.cost = cost;
            } else {
                inner.content.usage = both(inner.before.usage, usage);
                inner.content.cost = inner
                    .before
                    .cost
                    .zip(cost)
                    .map(|(one, other)| one.saturating_add(other));
            }
        });
    }

    /// The turn was not sent, or refused: what was known of an answer that it was to go on from is all there is.
    pub(crate) fn took_nothing(&self) {
        self.update(|inner| {
            inner.content.usage = inner.before.usage;
            inner.content.cost = inner.before.cost;
        });
    }

    pub(crate) fn end(&self, outcome: Outcome) {
        self.update(|inner| inner.outcome = Some(outcome));
    }

    /// Whether there is anything of the answer to show. White space alone is nothing: no window would show anything of it.
    pub(crate) fn has_answer(&self) -> bool {
        let inner = self.lock();
        !inner.content.text.trim().is_empty() || !inner.content.tool_calls.is_empty()
    }

    /// What this turn itself has written, with what it took.
    pub(crate) fn written(&self) -> Content {
        let inner = self.lock();
        let (before, content) = (&inner.before, &inner.content);
        Content {
            text: content.text[before.text.len()..].to_owned(),
            reasoning: content.reasoning[before.reasoning.len()..].to_owned(),
            tool_calls: content.tool_calls[before.tool_calls.len()..].to_vec(),
            usage: inner.usage,
            ..Content::default()
        }
    }

    /// The whole of it, for the disk.
    pub(crate) fn content(&self) -> Content {
        self.lock().content.clone()
    }
}

/// The counts of two requests together. Of what one did not tell the sum is not known.
fn both(one: Usage, other: Usage) -> Usage {
    let sum = |one: Option<u64>, other: Option<u64>| Some(one?.saturating_add(other?));
    Usage {
        input_tokens: sum(one.input_tokens, other.input_tokens),
        output_tokens: sum(one.output_tokens, other.output_tokens),
        reasoning_tokens: sum(one.reasoning_tokens, other.reasoning_tokens),
        cached_tokens: sum(one.cached_tokens, other.cached_tokens),
    }
}

/// What is new since a watcher last looked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProgressStep {
    /// Whether the provider has begun to answer.
    pub started: bool,
    /// Set while the turn waits before it is asked again.
    pub waiting: Option<RetryWait>,
    /// How many of the oldest messages the model is not sent.
    pub left_out: u64,
    /// Text since the last step.
    pub text: String,
    /// Reasoning since the last step.
    pub reasoning: String,
    /// What has come of calls since the last step. A name stands in the first piece of its call, and may be empty.
    pub tool_calls: Vec<ToolCallDelta>,
    /// Sources since the last step.
    pub citations: Vec<Citation>,
    /// The latest counts.
    pub usage: Usage,
    /// The latest cost, in millionths of a dollar.
    pub cost: Option<u64>,
    /// Set once, when nothing more will come.
    pub outcome: Option<Outcome>,
}

/// Watches one turn from its first word on, however late it begins.
#[derive(Debug)]
pub struct TurnWatch {
    answer: MessageId,
    progress: Arc<Progress>,
    changed: watch::Receiver<()>,
    text_read: usize,
    reasoning_read: usize,
    citations_read: usize,
    /// Of each call, how much of its arguments, in bytes.
    calls_read: Vec<usize>,
}

impl TurnWatch {
    pub(crate) fn new(answer: MessageId, progress: Arc<Progress>) -> Self {
        let mut changed = progress.changed.subscribe();
        changed.mark_changed();
        Self {
            answer,
            progress,
            changed,
            text_read: 0,
            reasoning_read: 0,
            citations_read: 0,
            calls_read: Vec::new(),
        }
    }

    /// The answer that is watched.
    pub fn answer(&self) -> MessageId {
        self.answer
    }

    /// Waits until there may be something new. Returns at once on the first call.
    pub async fn changed(&mut self) {
        // The sender lives in `progress`, which this holds, so this can't end otherwise.
        let _ = self.changed.changed().await;
    }

    /// Takes what is new.
    pub fn step(&mut self) -> ProgressStep {
        let inner = self.progress.lock();
        let content = &inner.content;
        let step = ProgressStep {
            started: inner.started,
            waiting: inner.waiting.clone(),
            left_out: content.left_out,
            text: content.text[self.text_read..].to_owned(),
            reasoning: content.reasoning[self.reasoning_read..].to_owned(),
            tool_calls: new_pieces(&content.tool_calls, &mut self.calls_read),
            citations: content.citations[self.citations_read..].to_vec(),
            usage: content.usage,
            cost: content.cost,
            outcome: inner.outcome.clone(),
        };
        self.text_read = content.text.len();
        self.reasoning_read = content.reasoning.len();
        self.citations_read = content.citations.len();
        step
    }
}

/// What has come of calls since `read` of them was seen.
fn new_pieces(calls: &[ToolCall], read: &mut Vec<usize>) -> Vec<ToolCallDelta> {
    let mut pieces = Vec::new();
    for (at, call) in calls.iter().enumerate() {
        let seen = read.get(at).copied();
        let from = seen.unwrap_or(0);
        if seen.is_some() && from == call.arguments.len() {
            continue;
        }
        pieces.push(ToolCallDelta {
            index: u32::try_from(at).unwrap_or(u32::MAX),
            id: None,
            name: seen.is_none().then(|| call.name.clone()),
            arguments: call.arguments[from..].to_owned(),
        });
        match read.get_mut(at) {
            Some(seen) => *seen = call.arguments.len(),
            None => read.push(call.arguments.len()),
        }
    }
    pieces
}
