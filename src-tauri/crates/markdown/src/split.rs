//! Splits a patch into pieces small enough for the fast path of a channel.

use serde::Serialize;

use crate::block::{Block, Inline, ListItem};
use crate::diff::count;
use crate::patch::{Growth, Patch};

/// The most JSON there is around what a patch or a growth carries: that of a list's growth. What is no longer than
/// this is never split, so that a patch which only drops something is not split into nothing.
const FRAME: usize = 72;

/// What is left for content when the frames of deep nesting have taken theirs: progress rather than a limit kept.
const LEAST: usize = 64;

impl Patch {
    /// Patches that lead to the same blocks when applied in order, each at most `max_bytes` long as JSON where that is
    /// possible: a heading, a table's head or row, or an inline other than text that is longer goes alone.
    pub fn split(self, max_bytes: usize) -> Vec<Self> {
        if size(&self) <= max_bytes.max(FRAME) {
            return vec![self];
        }
        let room = room(max_bytes);
        let Self {
            mut keep,
            grow,
            changed,
        } = self;
        let mut pieces = Vec::new();
        if let Some(growth) = grow {
            pieces.extend(
                growth
                    .split(room)
                    .into_iter()
                    .map(|growth| Self::grown(keep, growth)),
            );
            keep += 1;
        }
        for part in pack(changed, room) {
            let length = part.length();
            match part {
                Part::Fits(changed) => pieces.push(Self {
                    keep,
                    grow: None,
                    changed,
                }),
                Part::TooBig(block) => {
                    let (seed, growth) = emptied(block);
                    pieces.push(Self {
                        keep,
                        grow: None,
                        changed: vec![seed],
                    });
                    let growths = growth.map(|growth| growth.split(room)).unwrap_or_default();
                    pieces.extend(growths.into_iter().map(|growth| Self::grown(keep, growth)));
                }
            }
            keep += length;
        }
        pieces
    }

    fn grown(keep: u32, growth: Growth) -> Self {
        Self {
            keep,
            grow: Some(growth),
            changed: Vec::new(),
        }
    }
}

impl Growth {
    fn split(self, max_bytes: usize) -> Vec<Self> {
        if size(&self) <= max_bytes.max(FRAME) {
            return vec![self];
        }
        let room = room(max_bytes);
        match self {
            Self::Text { append } => chunks(&append, room)
                .map(|append| Self::Text { append })
                .collect(),
            Self::Code {
                append,
                lines,
                closed,
            } => split_code(&append, lines, closed, room),
            Self::Inlines { keep, changed } => split_inlines(keep, changed, room),
            Self::Quote { patch } => patch
                .split(room)
                .into_iter()
                .map(|patch| Self::Quote {
                    patch: Box::new(patch),
                })
                .collect(),
            Self::List {
                tight,
                keep,
                grow,
                changed,
            } => split_list(tight, keep, grow, changed, room),
            Self::Table { mut keep, changed } => {
                let parts = pack(changed, room).into_iter();
                parts
                    .map(|part| {
                        let length = part.length();
                        let piece = Self::Table {
                            keep,
                            changed: part.into_vec(),
                        };
                        keep += length;
                        piece
                    })
                    .collect()
            }
        }
    }
}

fn split_code(append: &str, lines: Vec<String>, closed: bool, room: usize) -> Vec<Growth> {
    let open = |append, lines| Growth::Code {
        append,
        lines,
        closed: false,
    };
    let mut pieces: Vec<_> = chunks(append, room)
        .map(|append| open(append, Vec::new()))
        .collect();
    for part in pack(lines, room) {
        match part {
            Part::Fits(lines) => pieces.push(open(String::new(), lines)),
            Part::TooBig(line) => {
                pieces.push(open(String::new(), vec![String::new()]));
                pieces.extend(chunks(&line, room).map(|append| open(append, Vec::new())));
            }
        }
    }
    if let Some(Growth::Code { closed: last, .. }) = pieces.last_mut() {
        *last = closed;
    }
    pieces
}

fn split_inlines(mut keep: u32, changed: Vec<Inline>, room: usize) -> Vec<Growth> {
    let mut pieces = Vec::new();
    for part in pack(changed, room) {
        let length = part.length();
        match part {
            Part::TooBig(Inline::Text { text }) => {
                pieces.push(Growth::Inlines {
                    keep,
                    changed: vec![Inline::Text {
                        text: String::new(),
                    }],
                });
                pieces.extend(chunks(&text, room).map(|append| Growth::Text { append }));
            }
            part => pieces.push(Growth::Inlines {
                keep,
                changed: part.into_vec(),
            }),
        }
        keep += length;
    }
    pieces
}

fn split_list(
    tight: bool,
    mut keep: u32,
    grow: Option<Box<Patch>>,
    changed: Vec<ListItem>,
    room: usize,
) -> Vec<Growth> {
    let grown = |keep, patch| Growth::List {
        tight,
        keep,
        grow: Some(Box::new(patch)),
        changed: Vec::new(),
    };
    let mut pieces = Vec::new();
    if let Some(patch) = grow {
        pieces.extend(
            patch
                .split(room)
                .into_iter()
                .map(|patch| grown(keep, patch)),
        );
        keep += 1;
    }
    for part in pack(changed, room) {
        let length = part.length();
        match part {
            Part::Fits(changed) => pieces.push(Growth::List {
                tight,
                keep,
                grow: None,
                changed,
            }),
            Part::TooBig(ListItem { checked, blocks }) => {
                let seed = ListItem {
                    checked,
                    blocks: Vec::new(),
                };
                pieces.push(Growth::List {
                    tight,
                    keep,
                    grow: None,
                    changed: vec![seed],
                });
                let whole = Patch {
                    keep: 0,
                    grow: None,
                    changed: blocks,
                };
                pieces.extend(
                    whole
                        .split(room)
                        .into_iter()
                        .map(|patch| grown(keep, patch)),
                );
            }
        }
        keep += length;
    }
    pieces
}

/// A block without its content, and the growth that gives it back; a block that can't grow stays whole.
fn emptied(block: Block) -> (Block, Option<Growth>) {
    match block {
        Block::Paragraph { inlines } => (
            Block::Paragraph {
                inlines: Vec::new(),
            },
            Some(Growth::Inlines {
                keep: 0,
                changed: inlines,
            }),
        ),
        Block::Code {
            language,
            lines,
            closed,
        } => (
            Block::Code {
                language,
                lines: Vec::new(),
                closed: false,
            },
            Some(Growth::Code {
                append: String::new(),
                lines,
                closed,
            }),
        ),
        Block::List {
            ordered,
            start,
            tight,
            items,
        } => (
            Block::List {
                ordered,
                start,
                tight,
                items: Vec::new(),
            },
            Some(Growth::List {
                tight,
                keep: 0,
                grow: None,
                changed: items,
            }),
        ),
        Block::Quote { blocks } => {
            let patch = Box::new(Patch {
                keep: 0,
                grow: None,
                changed: blocks,
            });
            (
                Block::Quote { blocks: Vec::new() },
                Some(Growth::Quote { patch }),
            )
        }
        Block::Table {
            alignments,
            head,
            rows,
        } => (
            Block::Table {
                alignments,
                head,
                rows: Vec::new(),
            },
            Some(Growth::Table {
                keep: 0,
                changed: rows,
            }),
        ),
        whole @ (Block::Heading { .. } | Block::Rule) => (whole, None),
    }
}

/// Neighbours that fit into one piece together, or one element that fits into none.
enum Part<T> {
    Fits(Vec<T>),
    TooBig(T),
}

impl<T> Part<T> {
    fn length(&self) -> u32 {
        match self {
            Self::Fits(list) => count(list.len()),
            Self::TooBig(_) => 1,
        }
    }

    fn into_vec(self) -> Vec<T> {
        match self {
            Self::Fits(list) => list,
            Self::TooBig(one) => vec![one],
        }
    }
}

fn pack<T: Serialize>(list: Vec<T>, room: usize) -> Vec<Part<T>> {
    let mut parts = Vec::new();
    let mut fits = Vec::new();
    let mut used = 0;
    for element in list {
        let bytes = size(&element) + 1;
        if used + bytes > room && !fits.is_empty() {
            parts.push(Part::Fits(std::mem::take(&mut fits)));
            used = 0;
        }
        if bytes > room {
            parts.push(Part::TooBig(element));
        } else {
            fits.push(element);
            used += bytes;
        }
    }
    if !fits.is_empty() {
        parts.push(Part::Fits(fits));
    }
    parts
}

/// Pieces of a text that are at most `room` bytes long within a JSON string.
fn chunks(text: &str, room: usize) -> impl Iterator<Item = String> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let mut used = 0;
        let end = rest.char_indices().find_map(|(at, c)| {
            used += escaped(c);
            (used > room && at > 0).then_some(at)
        });
        let (chunk, after) = rest.split_at(end.unwrap_or(rest.len()));
        rest = after;
        (!chunk.is_empty()).then(|| chunk.to_owned())
    })
}

/// How long a character is within a JSON string.
fn escaped(c: char) -> usize {
    match c {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        c if c < ' ' => 6,
        c => c.len_utf8(),
    }
}

fn room(max_bytes: usize) -> usize {
    max_bytes.saturating_sub(FRAME).max(LEAST)
}

/// How long a value is as JSON, in bytes.
fn size<T: Serialize>(value: &T) -> usize {
    let mut counted = Counted(0);
    // Counting can't fail, and no type here has a map with keys that are not strings.
    let _ = serde_json::to_writer(&mut counted, value);
    counted.0
}

struct Counted(usize);

impl std::io::Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{parse, sample};

    const LIMIT: usize = 8 * 1024;

    fn pieces(source: &str, limit: usize) -> Vec<Patch> {
        let blocks = parse(source);
        let whole = Patch {
            keep: 0,
            grow: None,
            changed: blocks.clone(),
        };
        let pieces = whole.split(limit);
        let mut shown = parse("what was there before");
        for piece in pieces.clone() {
            piece.apply(&mut shown).unwrap();
        }
        assert_eq!(shown, blocks);
        pieces
    }

    #[test]
    fn a_small_patch_stays_whole() {
        assert_eq!(pieces("a\n\n- b", LIMIT).len(), 1);
    }

    #[test]
    fn every_kind_of_long_block_is_split_under_the_limit() {
        let words = "word \\\\ \"quoted\" 漢字 ".repeat(3_000);
        let control = "\u{1}".repeat(20_000);
        let long_line = "x".repeat(30_000);
        let lines = "let x = \"y\";\n".repeat(3_000);
        for source in [
            words.clone(),
            control,
            format!("**a** {words} *b* {words}"),
            "**a** b ".repeat(3_000),
            format!("```rust\n{lines}```\nend"),
            format!("```\na\n{long_line}\nb"),
            "- item\n".repeat(3_000),
            format!("- a\n\n  ```\n  {long_line}\n  ```\n- b"),
            format!("{}{words}", "> ".repeat(30)),
            format!("{}{words}", "- ".repeat(30)),
            format!("| a | b |\n|---|---|\n{}", "| 1 | 2 |\n".repeat(2_000)),
            "paragraph\n\n".repeat(2_000),
        ] {
            let pieces = pieces(&source, LIMIT);
            assert!(pieces.len() > 1);
            for piece in &pieces {
                let bytes = serde_json::to_vec(piece).unwrap().len();
                assert!(bytes <= LIMIT, "{bytes} bytes of {:?}", &source[..20]);
            }
            let total: usize = pieces.iter().map(size).sum();
            // Room is used: most of what thirty levels reserve for their frames is all that is given away.
            assert!(
                pieces.len() <= 4 + 3 * total / LIMIT,
                "{} pieces of {total} bytes",
                pieces.len()
            );
        }
    }

    #[test]
    fn what_only_drops_something_survives_any_limit() {
        assert_eq!(pieces("", 0).len(), 1);
        let mut table = parse("|a|\n|-|\n|b|");
        let shorter = parse("|a|\n|-|");
        for piece in Patch::between(&table, &shorter, 0).unwrap().split(0) {
            piece.apply(&mut table).unwrap();
        }
        assert_eq!(table, shorter);
    }

    #[test]
    fn what_can_not_be_split_goes_alone() {
        let heading = format!("before\n\n# {}\n\nafter", "h".repeat(10_000));
        let pieces = pieces(&heading, LIMIT);
        assert_eq!(
            pieces
                .iter()
                .map(|piece| piece.changed.len())
                .collect::<Vec<_>>(),
            [1, 1, 1]
        );
    }

    #[test]
    fn the_last_piece_of_code_says_whether_it_is_closed() {
        let pieces = pieces(&format!("```\n{}```", "line\n".repeat(4_000)), LIMIT);
        let closed: Vec<_> = pieces
            .iter()
            .filter_map(|piece| match piece.grow {
                Some(Growth::Code { closed, .. }) => Some(closed),
                _ => None,
            })
            .collect();
        let (last, before) = closed.split_last().unwrap();
        assert!(*last && !before.contains(&true));
    }

    proptest! {
        #[test]
        fn pieces_lead_to_the_same_blocks(document in sample::document(60), limit in 0_usize..600) {
            pieces(&document, limit);
        }

        #[test]
        fn the_length_within_json_is_known(text in any::<String>()) {
            let escaped: usize = text.chars().map(escaped).sum();
            prop_assert_eq!(escaped + 2, serde_json::to_vec(&text).unwrap().len());
        }
    }
}
