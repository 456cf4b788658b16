//! Carries a turn's events to a window that watches it.
//!
//! The first words go out at once; later ones are gathered for at most [`STEP`]. Each step parses once and sends what
//! changed, in messages small enough for the fast path of IPC. A watcher that comes late gets a snapshot first, so it
//! makes no difference when it comes.

use std::time::Duration;

use chat::{MOST_RETRIES, Outcome, ProgressStep, RetryWait, TurnWatch};
use markdown::{Block, LiveDocument};
use tokio::time::{Instant, sleep_until};

use crate::colours::Colours;
use crate::ipc::{TurnEvent, Usage};

/// For how long words are gathered before they go to the window.
const STEP: Duration = Duration::from_millis(8);
/// Messages over 8 KiB of JSON leave IPC's fast path; the envelope and escapes need room.
const MESSAGE_BYTES: usize = 7 * 1024;

/// Where events go. Gives false once nobody is there any more.
pub(crate) trait TurnSink: Send {
    /// Sends one event.
    fn send(&self, event: TurnEvent) -> bool;
}

impl TurnSink for tauri::ipc::Channel<TurnEvent> {
    fn send(&self, event: TurnEvent) -> bool {
        Self::send(self, event).is_ok()
    }
}

/// The window is gone.
struct Gone;

/// Delivers a turn from where it stands to its end. Returns when the turn has ended or the window is gone.
pub(crate) async fn deliver(mut watch: TurnWatch, sink: impl TurnSink) {
    let mut delivery = Delivery {
        sink,
        document: LiveDocument::new(),
        colours: Colours::default(),
        told_start: false,
        waiting: None,
        left_out: 0,
        usage: Default::default(),
    };
    // Only a window that is gone ends a delivery early, and then nobody is left to tell.
    let _ = delivery.run(&mut watch).await;
}

struct Delivery<S> {
    sink: S,
    document: LiveDocument,
    colours: Colours,
    told_start: bool,
    waiting: Option<RetryWait>,
    left_out: u64,
    usage: (chat::Usage, Option<u64>),
}

impl<S: TurnSink> Delivery<S> {
    async fn run(&mut self, watch: &mut TurnWatch) -> Result<(), Gone> {
        watch.changed().await;
        let first = watch.step();
        self.document.push(&first.text);
        // The snapshot holds these, so the patch that leads to them is not sent.
        let _ = self.document.take_patch();
        self.send(TurnEvent::Snapshot {
            answer: watch.answer().to_string(),
            blocks: self.document.blocks().to_vec(),
            reasoning: first.reasoning.clone(),
        })?;
        let rest = ProgressStep {
            text: String::new(),
            reasoning: String::new(),
            ..first
        };
        if self.tell(rest)? {
            return Ok(());
        }
        let mut last = Instant::now() - STEP;
        loop {
            tokio::select! {
                () = watch.changed() => {}
                Some(coloured) = self.colours.next(open_code(&self.document)) => {
                    self.send(coloured)?;
                    continue;
                }
            }
            sleep_until(last + STEP).await;
            last = Instant::now();
            if self.tell(watch.step())? {
                return Ok(());
            }
        }
    }

    /// Tells one step; true if it was the last.
    fn tell(&mut self, step: ProgressStep) -> Result<bool, Gone> {
        if step.left_out != self.left_out {
            self.left_out = step.left_out;
            self.send(TurnEvent::LeftOut {
                messages: step.left_out,
            })?;
        }
        if step.waiting != self.waiting {
            self.send(match &step.waiting {
                Some(wait) => TurnEvent::Waiting {
                    error: wait.failure.clone().into(),
                    milliseconds: left(wait),
                    retry: wait.retry,
                    most: MOST_RETRIES,
                },
                None => TurnEvent::AskedAgain,
            })?;
            self.waiting = step.waiting;
        }
        if step.started && !self.told_start {
            self.told_start = true;
            self.send(TurnEvent::Started)?;
        }
        if !step.reasoning.is_empty() {
            self.send(TurnEvent::ReasoningDelta {
                text: step.reasoning,
            })?;
        }
        self.document.push(&step.text);
        if step.outcome.is_some() {
            self.document.finish();
        }
        if let Some(patch) = self.document.take_patch() {
            for piece in patch.split(MESSAGE_BYTES) {
                self.send(piece.into())?;
            }
        }
        for piece in step.tool_calls {
            self.send(TurnEvent::ToolCall {
                index: piece.index,
                name: piece.name,
                arguments: piece.arguments,
            })?;
        }
        if !step.citations.is_empty() {
            let citations = step.citations.into_iter().map(Into::into).collect();
            self.send(TurnEvent::Citations { citations })?;
        }
        if (step.usage, step.cost) != self.usage {
            self.usage = (step.usage, step.cost);
            self.send(TurnEvent::Usage {
                usage: Usage::of(step.usage, step.cost),
            })?;
        }
        let Some(outcome) = step.outcome else {
            return Ok(false);
        };
        self.send(match outcome {
            Outcome::Finished(reason) => TurnEvent::Finished {
                stop_reason: reason.into(),
            },
            Outcome::Cancelled => TurnEvent::Cancelled,
            Outcome::Failed(failure) => TurnEvent::Failed {
                error: failure.into(),
            },
        })?;
        Ok(true)
    }

    fn send(&self, event: TurnEvent) -> Result<(), Gone> {
        if self.sink.send(event) {
            Ok(())
        } else {
            Err(Gone)
        }
    }
}

/// How long is still to be waited, in milliseconds.
fn left(wait: &RetryWait) -> u64 {
    let left = wait.until.saturating_duration_since(Instant::now());
    u64::try_from(left.as_millis()).unwrap_or(u64::MAX)
}

/// The code block that is being written, with its place.
fn open_code(document: &LiveDocument) -> Option<(usize, &str, &[String])> {
    let blocks = document.blocks();
    match blocks.last()? {
        Block::Code {
            language: Some(language),
            lines,
            closed: false,
        } => Some((blocks.len() - 1, &language.info, lines)),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
