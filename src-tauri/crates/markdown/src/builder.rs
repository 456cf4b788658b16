//! Builds blocks from the parser's events, on a stack of its own so that nesting costs no call depth.

use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use crate::block::{Block, Cell, Inline, ListItem};
use crate::frame::{Frame, Kind, kind_of, plain_text};
use crate::link;
use crate::parse::TopBlock;

/// How many quotations, list items and inline elements may lie within one another; what is deeper becomes the text that
/// it is written with. Whatever walks the blocks may therefore recurse.
pub(crate) const MAX_DEPTH: usize = 32;

pub(crate) struct Builder<'a> {
    source: &'a str,
    stack: Vec<Frame>,
    top: Vec<TopBlock>,
    depth: usize,
    /// How many elements are open within one that lies too deep.
    skipping: usize,
}

impl<'a> Builder<'a> {
    pub(crate) fn new(source: &'a str) -> Self {
        Self {
            source,
            stack: vec![Frame::new(Kind::Root)],
            top: Vec::new(),
            depth: 0,
            skipping: 0,
        }
    }

    pub(crate) fn finish(self) -> Vec<TopBlock> {
        self.top
    }

    pub(crate) fn event(&mut self, event: Event<'_>, span: Range<usize>) {
        if self.skipping > 0 {
            match event {
                Event::Start(_) => self.skipping += 1,
                Event::End(_) => self.skipping -= 1,
                _ => {}
            }
            return;
        }
        match event {
            Event::Start(tag) => self.start(tag, span),
            Event::End(_) => self.end(span),
            Event::Text(text) => self.text(&text, span.end),
            Event::Code(text) => self.push_inline(Inline::Code {
                text: text.into_string(),
            }),
            Event::InlineMath(text) => self.push_inline(Inline::Code {
                text: format!("${text}$"),
            }),
            Event::DisplayMath(text) => self.push_inline(Inline::Code {
                text: format!("$${text}$$"),
            }),
            Event::Html(text) | Event::InlineHtml(text) => self.push_text(&text),
            Event::FootnoteReference(_) => self.push_source(span),
            Event::SoftBreak => self.push_text("\n"),
            Event::HardBreak => self.push_inline(Inline::Break),
            Event::Rule => self.push_block(Block::Rule, span),
            Event::TaskListMarker(done) => {
                let item = self
                    .stack
                    .iter_mut()
                    .rev()
                    .find_map(|frame| match &mut frame.kind {
                        Kind::Item { checked } => Some(checked),
                        _ => None,
                    });
                if let Some(checked) = item {
                    *checked = Some(done);
                }
            }
        }
    }

    fn start(&mut self, tag: Tag<'_>, span: Range<usize>) {
        let kind = kind_of(tag, &span);
        let too_deep =
            self.depth >= MAX_DEPTH && (kind.is_level() || matches!(kind, Kind::List { .. }));
        if too_deep {
            self.skipping = 1;
            if matches!(kind, Kind::Quote | Kind::List { .. } | Kind::Item { .. }) {
                let text = self
                    .source
                    .get(span.clone())
                    .unwrap_or_default()
                    .trim_end()
                    .to_owned();
                self.push_block(
                    Block::Paragraph {
                        inlines: vec![Inline::Text { text }],
                    },
                    span,
                );
            } else {
                self.push_source(span);
            }
            return;
        }
        if matches!(kind, Kind::Paragraph) && matches!(self.top_frame().kind, Kind::Item { .. }) {
            // In a tight list the parser leaves paragraphs out.
            if let Some(Frame {
                kind: Kind::List { tight, .. },
                ..
            }) = self.stack.iter_mut().nth_back(1)
            {
                *tight = false;
            }
        }
        self.depth += usize::from(kind.is_level());
        self.stack.push(Frame::new(kind));
    }

    fn end(&mut self, span: Range<usize>) {
        if self.stack.len() < 2 {
            return;
        }
        let Some(mut frame) = self.stack.pop() else {
            return;
        };
        self.depth -= usize::from(frame.kind.is_level());
        frame.flush();
        match &frame.kind {
            Kind::Strong
            | Kind::Emphasis
            | Kind::Strikethrough
            | Kind::Link { .. }
            | Kind::Image { .. }
            | Kind::Transparent => self.end_inline(frame),
            Kind::Item { .. } | Kind::Row { .. } | Kind::Cell => self.end_part(frame, &span),
            _ => self.end_block(frame, span),
        }
    }

    fn end_block(&mut self, frame: Frame, span: Range<usize>) {
        let Frame {
            kind,
            blocks,
            inlines,
        } = frame;
        let block = match kind {
            Kind::Paragraph => Block::Paragraph { inlines },
            Kind::Heading(level) => Block::Heading { level, inlines },
            Kind::Html => Block::Paragraph {
                inlines: without_last_line_end(inlines),
            },
            Kind::Quote => Block::Quote { blocks },
            Kind::Code {
                language,
                fenced,
                text,
                text_end,
            } => {
                let closed = !fenced || self.has_closing_fence(&text, text_end, &span);
                Block::Code {
                    language,
                    lines: lines(&text),
                    closed,
                }
            }
            Kind::List {
                start,
                tight,
                items,
            } => Block::List {
                ordered: start.is_some(),
                start,
                tight,
                items,
            },
            Kind::Table {
                alignments,
                head,
                rows,
            } => Block::Table {
                alignments,
                head,
                rows,
            },
            _ => return,
        };
        self.push_block(block, span);
    }

    /// Ends what is a part of a block rather than a block: it goes into the element around it.
    fn end_part(&mut self, frame: Frame, span: &Range<usize>) {
        let Frame {
            kind,
            blocks,
            inlines,
        } = frame;
        match kind {
            Kind::Item { checked } => {
                if let Kind::List { items, .. } = &mut self.top_frame().kind {
                    items.push(ListItem { checked, blocks });
                }
            }
            Kind::Row {
                head: is_head,
                cells,
                cells_end,
            } => {
                let cells = self.whole_row(cells, cells_end, span.end, is_head);
                match &mut self.top_frame().kind {
                    Kind::Table { head, .. } if is_head => *head = cells,
                    Kind::Table { rows, .. } => rows.push(cells),
                    _ => {}
                }
            }
            Kind::Cell => {
                if let Kind::Row {
                    cells, cells_end, ..
                } = &mut self.top_frame().kind
                {
                    cells.push(Cell { inlines });
                    *cells_end = span.end;
                }
            }
            _ => {}
        }
    }

    fn end_inline(&mut self, frame: Frame) {
        let Frame { kind, inlines, .. } = frame;
        match kind {
            Kind::Strong => self.push_inline(Inline::Strong { inlines }),
            Kind::Emphasis => self.push_inline(Inline::Emphasis { inlines }),
            Kind::Strikethrough => self.push_inline(Inline::Strikethrough { inlines }),
            Kind::Link { destination, title } => self.push_link(&destination, title, inlines),
            Kind::Image { destination, title } => {
                let (alt, host) = (plain_text(&inlines), link::host(&destination));
                self.push_inline(Inline::Image {
                    alt,
                    host,
                    url: destination,
                    title,
                });
            }
            _ => self.push_inlines(inlines),
        }
    }

    fn top_frame(&mut self) -> &mut Frame {
        if self.stack.is_empty() {
            self.stack.push(Frame::new(Kind::Root));
        }
        let last = self.stack.len() - 1;
        &mut self.stack[last]
    }

    fn push_block(&mut self, block: Block, span: Range<usize>) {
        let frame = self.top_frame();
        if matches!(frame.kind, Kind::Root) {
            self.top.push(TopBlock { span, block });
        } else {
            frame.flush();
            frame.blocks.push(block);
        }
    }

    fn text(&mut self, text: &str, end: usize) {
        if let Kind::Code {
            text: code,
            text_end,
            ..
        } = &mut self.top_frame().kind
        {
            code.push_str(text);
            *text_end = end;
        } else {
            self.push_text(text);
        }
    }

    fn push_text(&mut self, text: &str) {
        self.top_frame().push_text(text);
    }

    fn push_source(&mut self, span: Range<usize>) {
        let source = self.source;
        self.push_text(source.get(span).unwrap_or_default());
    }

    fn push_inline(&mut self, inline: Inline) {
        self.top_frame().inlines.push(inline);
    }

    fn push_inlines(&mut self, inlines: Vec<Inline>) {
        for inline in inlines {
            match inline {
                Inline::Text { text } => self.push_text(&text),
                other => self.push_inline(other),
            }
        }
    }

    fn push_link(&mut self, destination: &str, title: Option<String>, inlines: Vec<Inline>) {
        if let Some(url) = link::offered(destination) {
            self.push_inline(Inline::Link {
                url,
                title,
                inlines,
            });
            return;
        }
        let told = plain_text(&inlines) == destination || destination.is_empty();
        self.push_inlines(inlines);
        match title {
            Some(title) => self.push_text(&format!(" ({destination} \"{title}\")")),
            None if told => {}
            None => self.push_text(&format!(" ({destination})")),
        }
    }

    /// The parser drops the cells that go beyond the head's columns; they stay as text of the last one. Empty cells at a
    /// row's end go, because the parser makes them up by the hundred thousand for a hostile table.
    fn whole_row(
        &self,
        mut cells: Vec<Cell>,
        cells_end: usize,
        row_end: usize,
        head: bool,
    ) -> Vec<Cell> {
        let rest = self
            .source
            .get(cells_end..row_end)
            .unwrap_or_default()
            .trim();
        if let Some(last) = cells.last_mut()
            && rest.contains(|c: char| c != '|' && !c.is_whitespace())
        {
            let mut frame = Frame::new(Kind::Cell);
            frame.inlines = std::mem::take(&mut last.inlines);
            frame.push_text(" ");
            frame.push_text(rest.strip_suffix('|').unwrap_or(rest).trim_end());
            last.inlines = frame.inlines;
        }
        if !head {
            let filled = cells
                .iter()
                .rposition(|cell| !cell.inlines.is_empty())
                .map_or(0, |last| last + 1);
            cells.truncate(filled);
        }
        cells
    }

    fn has_closing_fence(&self, text: &str, text_end: usize, span: &Range<usize>) -> bool {
        let block = self.source.get(span.clone()).unwrap_or_default();
        let after = if text.is_empty() {
            block
                .split_once(['\n', '\r'])
                .map_or("", |(_, after)| after)
        } else {
            self.source.get(text_end..span.end).unwrap_or_default()
        };
        after.contains(['`', '~'])
    }
}

fn without_last_line_end(mut inlines: Vec<Inline>) -> Vec<Inline> {
    if let Some(Inline::Text { text }) = inlines.last_mut() {
        text.truncate(text.trim_end_matches(['\r', '\n']).len());
    }
    inlines
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}
