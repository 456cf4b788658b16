//! A turn as it runs, for those who watch it. A watcher reads from where it left off, so it can come late, be slow or
//! start anew and still miss nothing.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::completion::{StopReason, Usage};
use crate::conversation::MessageState;
use crate::failure::Failure;
use crate::ids::MessageId;

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
    text: String,
    reasoning: String,
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
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            inner: Mutex::default(),
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

    pub(crate) fn push_text(&self, text: &str) {
        self.update(|inner| inner.text.push_str(text));
    }

    pub(crate) fn push_reasoning(&self, text: &str) {
        self.update(|inner| inner.reasoning.push_str(text));
    }

    pub(crate) fn set_usage(&self, usage: Usage) {
        self.update(|inner| inner.usage = usage);
    }

    pub(crate) fn end(&self, outcome: Outcome) {
        self.update(|inner| inner.outcome = Some(outcome));
    }

    /// Whether a word of the answer has come. White space alone is none: no window would show anything of it.
    pub(crate) fn has_text(&self) -> bool {
        !self.lock().text.trim().is_empty()
    }

    /// The whole of it, for the disk.
    pub(crate) fn whole(&self) -> (String, String, Usage) {
        let inner = self.lock();
        (inner.text.clone(), inner.reasoning.clone(), inner.usage)
    }
}

/// What is new since a watcher last looked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgressStep {
    /// Whether the provider has begun to answer.
    pub started: bool,
    /// Text since the last step.
    pub text: String,
    /// Reasoning since the last step.
    pub reasoning: String,
    /// The latest counts.
    pub usage: Usage,
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
        let step = ProgressStep {
            started: inner.started,
            text: inner.text[self.text_read..].to_owned(),
            reasoning: inner.reasoning[self.reasoning_read..].to_owned(),
            usage: inner.usage,
            outcome: inner.outcome.clone(),
        };
        self.text_read = inner.text.len();
        self.reasoning_read = inner.reasoning.len();
        step
    }
}
