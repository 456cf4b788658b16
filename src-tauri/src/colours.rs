//! Colours the code block that is being written: each finished line once, off the path of the text. The words come
//! first and plain, their colours a moment later. A block that has ended is coloured by the window's own request.

use markdown::{Highlighter, Span};
use tokio::task::JoinHandle;

use crate::ipc::TurnEvent;

/// How many lines are coloured before they are sent: one batch takes a few milliseconds.
const BATCH: usize = 24;

struct Coloured {
    highlighter: Highlighter,
    lines: Vec<Vec<Span>>,
}

/// The colouring of one open block at a time.
#[derive(Default)]
pub(crate) struct Colours {
    block: Option<usize>,
    info: String,
    highlighter: Option<Highlighter>,
    done: usize,
    batch: Option<JoinHandle<Coloured>>,
}

impl Colours {
    /// The next lines that have got their colours. Waits for ever while there is nothing to colour, and may be dropped
    /// at any point without losing a line.
    pub(crate) async fn next(
        &mut self,
        open: Option<(usize, &str, &[String])>,
    ) -> Option<TurnEvent> {
        self.follow(open);
        let Some(batch) = &mut self.batch else {
            return std::future::pending().await;
        };
        let coloured = batch.await;
        self.batch = None;
        let coloured = coloured.ok()?;
        let line = self.done;
        self.done += coloured.lines.len();
        self.highlighter = Some(coloured.highlighter);
        Some(TurnEvent::Highlighted {
            block: u32::try_from(self.block?).ok()?,
            line: u32::try_from(line).ok()?,
            lines: coloured.lines,
        })
    }

    fn follow(&mut self, open: Option<(usize, &str, &[String])>) {
        let Some((block, info, lines)) = open else {
            self.forget();
            return;
        };
        if self.block != Some(block) || self.info != info {
            self.forget();
            self.block = Some(block);
            info.clone_into(&mut self.info);
            self.highlighter = Highlighter::new(info);
        }
        // The last line may still grow.
        let finished = lines.len().saturating_sub(1);
        if self.batch.is_some() || self.done >= finished {
            return;
        }
        if let Some(mut highlighter) = self.highlighter.take() {
            let wanted = lines[self.done..finished.min(self.done + BATCH)].to_vec();
            self.batch = Some(tokio::task::spawn_blocking(move || {
                let lines = wanted.iter().map(|line| highlighter.line(line)).collect();
                Coloured { highlighter, lines }
            }));
        }
    }

    fn forget(&mut self) {
        // A batch of a block that has ended colours nothing any more; it ends by itself.
        *self = Self::default();
    }
}
