//! The elements that are open while blocks are built.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, LinkType, Tag};

use crate::block::{Alignment, Block, Cell, Inline, Language, ListItem};
use crate::language::display_name;

/// An element whose end has not come yet.
pub(crate) struct Frame {
    pub(crate) kind: Kind,
    pub(crate) blocks: Vec<Block>,
    pub(crate) inlines: Vec<Inline>,
}

/// What an open element is, and what only its kind has.
pub(crate) enum Kind {
    Root,
    Paragraph,
    Heading(u8),
    Code {
        language: Option<Language>,
        fenced: bool,
        text: String,
        text_end: usize,
    },
    Html,
    Quote,
    List {
        start: Option<u64>,
        tight: bool,
        items: Vec<ListItem>,
    },
    Item {
        checked: Option<bool>,
    },
    Table {
        alignments: Vec<Alignment>,
        head: Vec<Cell>,
        rows: Vec<Vec<Cell>>,
    },
    Row {
        head: bool,
        cells: Vec<Cell>,
        cells_end: usize,
    },
    Cell,
    Strong,
    Emphasis,
    Strikethrough,
    Link {
        destination: String,
        title: Option<String>,
    },
    Image {
        destination: String,
        title: Option<String>,
    },
    /// An element that none of the parser's options asks for: only what it holds is kept.
    Transparent,
}

impl Kind {
    /// Whether the element counts against the greatest depth.
    pub(crate) fn is_level(&self) -> bool {
        match self {
            Self::Quote
            | Self::Item { .. }
            | Self::Strong
            | Self::Emphasis
            | Self::Strikethrough
            | Self::Link { .. }
            | Self::Image { .. } => true,
            Self::Root
            | Self::Paragraph
            | Self::Heading(_)
            | Self::Code { .. }
            | Self::Html
            | Self::List { .. }
            | Self::Table { .. }
            | Self::Row { .. }
            | Self::Cell
            | Self::Transparent => false,
        }
    }
}

impl Frame {
    pub(crate) fn new(kind: Kind) -> Self {
        Self {
            kind,
            blocks: Vec::new(),
            inlines: Vec::new(),
        }
    }

    pub(crate) fn push_text(&mut self, more: &str) {
        if let Some(Inline::Text { text }) = self.inlines.last_mut() {
            text.push_str(more);
        } else if !more.is_empty() {
            self.inlines.push(Inline::Text {
                text: more.to_owned(),
            });
        }
    }

    /// Text that stands directly in a list's item is a paragraph of a tight list.
    pub(crate) fn flush(&mut self) {
        if matches!(self.kind, Kind::Item { .. } | Kind::Quote) && !self.inlines.is_empty() {
            let inlines = std::mem::take(&mut self.inlines);
            self.blocks.push(Block::Paragraph { inlines });
        }
    }
}

/// The kind of element that a tag starts.
pub(crate) fn kind_of(tag: Tag<'_>, span: &Range<usize>) -> Kind {
    let title = |title: &str| (!title.is_empty()).then(|| title.to_owned());
    match tag {
        Tag::Paragraph => Kind::Paragraph,
        Tag::Heading { level, .. } => Kind::Heading(level as u8),
        Tag::BlockQuote(_) => Kind::Quote,
        Tag::CodeBlock(kind) => {
            let info = match &kind {
                CodeBlockKind::Indented => "",
                CodeBlockKind::Fenced(info) => info.trim(),
            };
            let language = (!info.is_empty()).then(|| Language {
                name: display_name(info),
                info: info.to_owned(),
            });
            Kind::Code {
                language,
                fenced: kind.is_fenced(),
                text: String::new(),
                text_end: span.start,
            }
        }
        Tag::HtmlBlock => Kind::Html,
        Tag::List(start) => Kind::List {
            start,
            tight: true,
            items: Vec::new(),
        },
        Tag::Item => Kind::Item { checked: None },
        Tag::Table(alignments) => Kind::Table {
            alignments: alignments.into_iter().map(alignment).collect(),
            head: Vec::new(),
            rows: Vec::new(),
        },
        Tag::TableHead => Kind::Row {
            head: true,
            cells: Vec::new(),
            cells_end: span.start,
        },
        Tag::TableRow => Kind::Row {
            head: false,
            cells: Vec::new(),
            cells_end: span.start,
        },
        Tag::TableCell => Kind::Cell,
        Tag::Strong => Kind::Strong,
        Tag::Emphasis => Kind::Emphasis,
        Tag::Strikethrough => Kind::Strikethrough,
        Tag::Link {
            link_type,
            dest_url,
            title: text,
            ..
        } => {
            let destination = if link_type == LinkType::Email {
                format!("mailto:{dest_url}")
            } else {
                dest_url.into_string()
            };
            Kind::Link {
                destination,
                title: title(&text),
            }
        }
        Tag::Image {
            dest_url,
            title: text,
            ..
        } => Kind::Image {
            destination: dest_url.into_string(),
            title: title(&text),
        },
        Tag::FootnoteDefinition(_)
        | Tag::DefinitionList
        | Tag::DefinitionListTitle
        | Tag::DefinitionListDefinition
        | Tag::Superscript
        | Tag::Subscript
        | Tag::MetadataBlock(_) => Kind::Transparent,
    }
}

fn alignment(alignment: pulldown_cmark::Alignment) -> Alignment {
    match alignment {
        pulldown_cmark::Alignment::None => Alignment::None,
        pulldown_cmark::Alignment::Left => Alignment::Left,
        pulldown_cmark::Alignment::Center => Alignment::Center,
        pulldown_cmark::Alignment::Right => Alignment::Right,
    }
}

/// The words of some inlines without their form.
pub(crate) fn plain_text(inlines: &[Inline]) -> String {
    let mut words = String::new();
    for inline in inlines {
        match inline {
            Inline::Text { text } | Inline::Code { text } => words.push_str(text),
            Inline::Strong { inlines }
            | Inline::Emphasis { inlines }
            | Inline::Strikethrough { inlines }
            | Inline::Link { inlines, .. } => words.push_str(&plain_text(inlines)),
            Inline::Image { alt, .. } => words.push_str(alt),
            Inline::Break => words.push('\n'),
        }
    }
    words
}
