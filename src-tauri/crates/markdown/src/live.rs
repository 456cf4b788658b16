//! A document that is still being written.

use crate::block::Block;
use crate::parse::Outline;
use crate::patch::Patch;

/// Parsing starts again at the last frozen block once this many bytes lie behind it.
const FREEZE_AFTER: usize = 16 * 1024;

/// An unfinished line that may still turn out to be markup is held back up to this many bytes.
const HELD_BACK: usize = 256;

/// The blocks of a text that arrives piece by piece.
///
/// Text goes in with [`push`](Self::push); [`take_patch`](Self::take_patch) parses and says what changed since it was last
/// called. While the text grows, a last line that consists of markup alone is held back (a `-` may yet become an item,
/// an underline or a rule; two backticks a fence), so that blocks do not flicker from one kind to another. After
/// [`finish`](Self::finish) the blocks are those that [`parse`](crate::parse()) makes of the whole text.
///
/// # What is frozen
///
/// Once the text behind the last frozen block is longer than 16 KiB, every top-level block but the last two is frozen, and
/// parsing starts at the line where the first block that is not frozen starts. In Markdown the block structure up to a
/// line depends only on the lines before it, and a block that starts at the top level finds every other block closed; so
/// text that comes later can't change an earlier block, and the rest parses alone as it does in its place. Link reference
/// definitions are the exception: they reach everywhere. While the text that is not frozen holds one, nothing more is
/// frozen; a definition that comes after the freeze reaches the frozen blocks at `finish`, when the whole is parsed once more.
#[derive(Debug)]
pub struct LiveDocument {
    source: String,
    /// What the last patch led to.
    blocks: Vec<Block>,
    /// How many of the blocks are frozen, and where the text of the next one starts.
    frozen: usize,
    frozen_end: usize,
    freeze_after: usize,
    dirty: bool,
    finished: bool,
}

impl Default for LiveDocument {
    fn default() -> Self {
        Self::new()
    }
}

impl LiveDocument {
    /// An empty document.
    pub fn new() -> Self {
        Self {
            source: String::new(),
            blocks: Vec::new(),
            frozen: 0,
            frozen_end: 0,
            freeze_after: FREEZE_AFTER,
            dirty: false,
            finished: false,
        }
    }

    /// Appends text. Costs no parsing. After [`finish`](Self::finish) the document is open again.
    pub fn push(&mut self, delta: &str) {
        if !delta.is_empty() {
            self.source.push_str(delta);
            self.dirty = true;
            self.finished = false;
        }
    }

    /// Says that no more text comes; the next patch leads to the final blocks.
    pub fn finish(&mut self) {
        self.dirty |= !self.finished;
        self.finished = true;
        self.frozen = 0;
        self.frozen_end = 0;
    }

    /// The text so far.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The blocks that the patches taken so far lead to.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// Parses what came, and says what changed since the last call; `None` if nothing did.
    pub fn take_patch(&mut self) -> Option<Patch> {
        if !std::mem::take(&mut self.dirty) {
            return None;
        }
        let end = if self.finished {
            self.source.len()
        } else {
            settled(&self.source)
        };
        let text = self.source.get(self.frozen_end..end).unwrap_or_default();
        let outline = Outline::of(text);
        let starts: Vec<_> = outline.blocks.iter().map(|top| top.span.start).collect();
        let new: Vec<_> = outline.blocks.into_iter().map(|top| top.block).collect();
        let old = &self.blocks[self.frozen..];
        let patch = Patch::between(old, &new, self.frozen);

        let last_two = starts.len().saturating_sub(2);
        let freeze = text.len() > self.freeze_after
            && !outline.has_definitions
            && !self.finished
            && last_two > 0;
        let line = text
            .get(..starts.get(last_two).copied().unwrap_or_default())
            .unwrap_or_default();
        let line = line.rfind(['\n', '\r']).map_or(0, |end| end + 1);
        self.blocks.truncate(self.frozen);
        self.blocks.extend(new);
        if freeze {
            self.frozen += last_two;
            self.frozen_end += line;
        }
        patch
    }
}

/// The end of the text that is shown while more is expected.
fn settled(source: &str) -> usize {
    let line = source.rfind(['\n', '\r']).map_or(0, |end| end + 1);
    let last = &source[line..];
    let markup = |c: char| {
        matches!(
            c,
            '-' | '=' | '`' | '~' | '*' | '_' | '#' | '>' | '+' | '|' | ':'
        ) || c == ' '
    };
    if last.len() <= HELD_BACK && last.chars().all(markup) {
        line
    } else {
        source.len()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::parse;
    use crate::sample;

    fn freezing_after(bytes: usize) -> LiveDocument {
        LiveDocument {
            freeze_after: bytes,
            ..LiveDocument::new()
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        /// Freezing early and often shows at every step what a whole parse of the text so far shows.
        #[test]
        fn freezing_changes_nothing(document in sample::document(60), cuts in sample::cuts(12), after in 0_usize..40) {
            prop_assume!(!Outline::of(&document).has_definitions);
            let mut live = freezing_after(after);
            let mut shown = Vec::new();
            for piece in sample::split(&document, &cuts) {
                live.push(piece);
                if let Some(patch) = live.take_patch() {
                    patch.apply(&mut shown).unwrap();
                }
                let source = live.source();
                prop_assert_eq!(&shown, &parse(&source[..settled(source)]));
                prop_assert_eq!(live.blocks(), &shown);
            }
        }

        /// Whatever was frozen, the end is what a whole parse gives, for documents with definitions too.
        #[test]
        fn finished_blocks_are_those_of_the_whole(
            document in sample::document_with_definitions(60),
            cuts in sample::cuts(12),
            after in 0_usize..40,
            limit in 0_usize..400,
        ) {
            let mut live = freezing_after(after);
            let mut shown = Vec::new();
            for piece in sample::split(&document, &cuts) {
                live.push(piece);
                for patch in live.take_patch().into_iter().flat_map(|patch| patch.split(limit)) {
                    patch.apply(&mut shown).unwrap();
                }
                prop_assert_eq!(live.blocks(), &shown);
            }
            live.finish();
            for patch in live.take_patch().into_iter().flat_map(|patch| patch.split(limit)) {
                patch.apply(&mut shown).unwrap();
            }
            prop_assert_eq!(&shown, &parse(&document));
            prop_assert_eq!(live.blocks(), &shown);
            prop_assert_eq!(live.take_patch(), None);
        }
    }

    #[test]
    fn a_long_document_is_frozen_up_to_its_last_two_blocks() {
        let mut live = LiveDocument::new();
        for number in 0..2_000 {
            live.push(&format!("Paragraph {number} of many.\n\n"));
            live.take_patch();
        }
        assert_eq!(live.blocks().len(), 2_000);
        assert!(live.source.len() - live.frozen_end <= FREEZE_AFTER + 64);
        assert!(live.frozen > 1_000);
    }

    #[test]
    fn a_definition_stops_the_freezing() {
        let mut live = freezing_after(10);
        live.push("[a]\n\n[a]: https://example.com\n\none\n\ntwo\n\nthree\n\nfour [a]");
        live.take_patch();
        assert_eq!(live.frozen, 0);
        live.push(" more\n\nfive [a]");
        live.take_patch();
        assert_eq!(live.blocks(), parse(live.source()));
    }

    #[test]
    fn an_unfinished_line_of_markup_waits() {
        let mut live = LiveDocument::new();
        let mut kinds = Vec::new();
        for piece in [
            "Intro:", "\n", "-", " item", "\n\n", "`", "``", "js\nlet", "\n``", "`",
        ] {
            live.push(piece);
            live.take_patch();
            kinds.push(live.blocks().last().cloned());
        }
        assert!(
            !kinds
                .iter()
                .flatten()
                .any(|block| matches!(block, Block::Heading { .. }))
        );
        let code = |closed| Block::Code {
            language: Some(crate::Language {
                name: "JavaScript".into(),
                info: "js".into(),
            }),
            lines: vec!["let".into()],
            closed,
        };
        assert_eq!(live.blocks().last(), Some(&code(false)));
        live.finish();
        let patch = live.take_patch().unwrap();
        assert_eq!((patch.keep, patch.changed.len()), (2, 0));
        assert_eq!(live.blocks().last(), Some(&code(true)));
    }

    #[test]
    fn what_was_held_back_is_shown_at_the_end() {
        let mut live = LiveDocument::new();
        live.push("**");
        assert_eq!(live.take_patch(), None);
        live.finish();
        live.take_patch().unwrap();
        assert_eq!(live.blocks(), parse("**"));
        live.push("bold**");
        live.take_patch().unwrap();
        assert_eq!(live.blocks(), parse("**bold**"));
    }

    /// The size of a step does not grow with what is there already.
    #[test]
    fn a_step_is_as_large_as_what_changed() {
        for (start, more) in [
            ("", "word "),
            ("```rust\n", "let x = 1;\n"),
            ("", "- item with words\n"),
            ("> ", "quoted word "),
            ("| a | b |\n|---|---|\n", "| 1 | 2 |\n"),
            ("1. deep\n   - ", "word "),
            ("", "A paragraph of some words.\n\n"),
            ("", "some **bold** and "),
        ] {
            let mut live = LiveDocument::new();
            live.push(start);
            for step in 0..500 {
                live.push(more);
                let patch = live.take_patch().unwrap();
                let bytes = serde_json::to_vec(&patch).unwrap().len();
                assert!(bytes < 400, "step {step} of {more:?} took {bytes} bytes");
            }
        }
    }
}
