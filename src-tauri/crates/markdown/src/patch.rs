//! What changed between two states of a document, and how to apply it.

use serde::Serialize;
use ts_rs::TS;

use crate::block::{Block, Cell, Inline, ListItem};

/// A step from one list of blocks to the next. Its size depends on what changed, not on how much there is already.
///
/// To apply it: keep the first `keep` blocks; if there is a `grow`, the block after them stays too and grows by it; drop
/// the rest; then append `changed`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Patch {
    /// How many blocks at the start are as they were.
    pub keep: u32,
    /// What the block after those grew by.
    pub grow: Option<Growth>,
    /// The blocks that follow.
    pub changed: Vec<Block>,
}

/// How a block grew. Each kind is for one kind of block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum Growth {
    /// A code block: `append` goes to its last line (to a first one, if it has none), then `lines` follow.
    Code {
        /// What the last line goes on with.
        append: String,
        /// The lines after it.
        lines: Vec<String>,
        /// Whether the block has ended now.
        closed: bool,
    },
    /// A paragraph whose last inline is text: `append` goes to that text.
    Text {
        /// What the text goes on with.
        append: String,
    },
    /// A paragraph: keep its first `keep` inlines, drop the rest, then append `changed`.
    Inlines {
        /// How many inlines at the start are as they were.
        keep: u32,
        /// The inlines that follow.
        changed: Vec<Inline>,
    },
    /// A quotation: `patch` goes to its blocks.
    Quote {
        /// The step within the quotation.
        patch: Box<Patch>,
    },
    /// A list: keep its first `keep` items; if there is a `grow`, the item after them stays too and its blocks change by
    /// it; drop the rest; then append `changed`.
    List {
        /// Whether the list is tight now.
        tight: bool,
        /// How many items at the start are as they were.
        keep: u32,
        /// The step within the item after those.
        grow: Option<Box<Patch>>,
        /// The items that follow.
        changed: Vec<ListItem>,
    },
    /// A table: keep its first `keep` rows, drop the rest, then append `changed`.
    Table {
        /// How many rows below the head are as they were.
        keep: u32,
        /// The rows that follow.
        changed: Vec<Vec<Cell>>,
    },
}

/// A patch was applied to blocks that it was not made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the patch was made for other blocks")]
pub struct PatchMismatch;

impl Patch {
    /// Applies the step.
    ///
    /// # Errors
    /// [`PatchMismatch`] if `blocks` lack what the patch keeps or grows. They may be changed in part by then.
    pub fn apply(self, blocks: &mut Vec<Block>) -> Result<(), PatchMismatch> {
        let keep = keep_first(blocks, self.keep, self.grow.is_some())?;
        if let Some(growth) = self.grow {
            growth.apply(&mut blocks[keep])?;
        }
        blocks.extend(self.changed);
        Ok(())
    }
}

impl Growth {
    fn apply(self, block: &mut Block) -> Result<(), PatchMismatch> {
        match (self, block) {
            (
                Self::Code {
                    append,
                    lines: more,
                    closed: now,
                },
                Block::Code { lines, closed, .. },
            ) => {
                match lines.last_mut() {
                    Some(last) => last.push_str(&append),
                    None if append.is_empty() => {}
                    None => lines.push(append),
                }
                lines.extend(more);
                *closed = now;
            }
            (Self::Text { append }, Block::Paragraph { inlines }) => {
                let Some(Inline::Text { text }) = inlines.last_mut() else {
                    return Err(PatchMismatch);
                };
                text.push_str(&append);
            }
            (Self::Inlines { keep, changed }, Block::Paragraph { inlines }) => {
                keep_first(inlines, keep, false)?;
                inlines.extend(changed);
            }
            (Self::Quote { patch }, Block::Quote { blocks }) => patch.apply(blocks)?,
            (
                Self::List {
                    tight: now,
                    keep,
                    grow,
                    changed,
                },
                Block::List { tight, items, .. },
            ) => {
                let keep = keep_first(items, keep, grow.is_some())?;
                if let Some(patch) = grow {
                    patch.apply(&mut items[keep].blocks)?;
                }
                items.extend(changed);
                *tight = now;
            }
            (Self::Table { keep, changed }, Block::Table { rows, .. }) => {
                keep_first(rows, keep, false)?;
                rows.extend(changed);
            }
            _ => return Err(PatchMismatch),
        }
        Ok(())
    }
}

/// Shortens a list to its first `keep` elements, and one more if that one grows.
fn keep_first<T>(list: &mut Vec<T>, keep: u32, grows: bool) -> Result<usize, PatchMismatch> {
    let keep = usize::try_from(keep).map_err(|_| PatchMismatch)?;
    let length = keep.saturating_add(usize::from(grows));
    if list.len() < length {
        return Err(PatchMismatch);
    }
    list.truncate(length);
    Ok(keep)
}
