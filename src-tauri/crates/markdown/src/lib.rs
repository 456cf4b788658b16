//! Markdown text to typed blocks and highlighted tokens.
//!
//! Pure: no I/O, no clock. [`parse`] makes blocks of a whole text, [`LiveDocument`] of a text that is still growing, and
//! says what changed as a [`Patch`]; [`Highlighter`] colours code line by line. No type here can express HTML.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod block;
mod builder;
mod diff;
mod frame;
mod highlight;
mod language;
mod link;
mod live;
mod parse;
mod patch;
#[cfg(test)]
mod sample;
mod split;

pub use block::{Alignment, Block, Cell, Inline, Language, ListItem};
pub use highlight::{Highlighter, Span, TokenKind};
pub use language::display_name;
pub use link::{host as link_host, offered as offered_link};
pub use live::LiveDocument;
pub use parse::parse;
pub use patch::{Growth, Patch, PatchMismatch};
