//! From a whole text to its top-level blocks, each with the place where it starts.

use std::collections::HashSet;
use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag};

use crate::block::{Block, Inline};
use crate::builder::Builder;

/// The blocks of a whole text.
///
/// Every character that is content is in them: raw HTML as text, a destination that is not offered as a link as text
/// behind the link's words, a reference definition that nothing refers to as a paragraph.
pub fn parse(source: &str) -> Vec<Block> {
    Outline::of(source)
        .blocks
        .into_iter()
        .map(|top| top.block)
        .collect()
}

/// A top-level block and the bytes of the source that it was made from.
pub(crate) struct TopBlock {
    pub(crate) span: Range<usize>,
    pub(crate) block: Block,
}

/// What one pass over a text yields.
pub(crate) struct Outline {
    pub(crate) blocks: Vec<TopBlock>,
    /// Whether the text holds link reference definitions, which reach beyond their own block.
    pub(crate) has_definitions: bool,
}

impl Outline {
    pub(crate) fn of(source: &str) -> Self {
        // Footnotes stay off: without them a note is a paragraph that starts with its mark, and nothing is moved or hidden.
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_MATH;
        let mut events = Parser::new_ext(source, options).into_offset_iter();
        let mut builder = Builder::new(source);
        let mut used = HashSet::new();
        while let Some((event, span)) = events.next() {
            if let Event::Start(Tag::Link { link_type, id, .. } | Tag::Image { link_type, id, .. }) =
                &event
                && matches!(
                    link_type,
                    LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut
                )
                && let Some(definition) = events.reference_definitions().get(id)
            {
                used.insert(definition.span.start);
            }
            builder.event(event, span);
        }
        let mut blocks = builder.finish();
        let mut definitions: Vec<_> = events
            .reference_definitions()
            .iter()
            .map(|(_, definition)| definition.span.clone())
            .collect();
        let has_definitions = !definitions.is_empty();
        if has_definitions {
            definitions.sort_by_key(|span| span.start);
            blocks = with_unused_definitions(source, blocks, &definitions, &used);
        }
        Self {
            blocks,
            has_definitions,
        }
    }
}

/// Adds what the parser took for definitions and nothing refers to, so that a list of sources at the end of an answer is
/// not hidden from its reader.
fn with_unused_definitions(
    source: &str,
    blocks: Vec<TopBlock>,
    definitions: &[Range<usize>],
    used: &HashSet<usize>,
) -> Vec<TopBlock> {
    let mut result = Vec::with_capacity(blocks.len());
    let mut definitions = definitions.iter().cloned().peekable();
    let mut position = 0;
    for top in blocks.into_iter().map(Some).chain([None]) {
        let gap_end = top
            .as_ref()
            .map_or(source.len(), |top| top.span.start)
            .max(position);
        let mut text = String::new();
        let mut from = position;
        while let Some(span) = definitions.next_if(|span| span.start < gap_end) {
            let used = used.contains(&span.start);
            if span.start < position {
                // It stood within the block before the gap: in a quotation, say.
                if !used {
                    push_literal(&mut result, span.clone(), &source[span]);
                }
            } else if used {
                text.push_str(source.get(from..span.start).unwrap_or_default());
                from = span.end.max(from);
            }
        }
        text.push_str(source.get(from..gap_end).unwrap_or_default());
        push_literal(&mut result, position..gap_end, &text);
        if let Some(top) = top {
            position = top.span.end.max(gap_end);
            result.push(top);
        }
    }
    result
}

fn push_literal(result: &mut Vec<TopBlock>, span: Range<usize>, text: &str) {
    let text = text.trim();
    if !text.is_empty() {
        let inlines = vec![Inline::Text {
            text: text.to_owned(),
        }];
        result.push(TopBlock {
            span,
            block: Block::Paragraph { inlines },
        });
    }
}
