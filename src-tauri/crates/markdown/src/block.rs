//! What a document can hold. There is no variant for HTML, so none can cross to a window.

use serde::Serialize;
use ts_rs::TS;

/// A block of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum Block {
    /// Running text. Raw HTML blocks end up here too, as the text they are written with.
    Paragraph {
        /// The text, in order.
        inlines: Vec<Inline>,
    },
    /// A heading.
    Heading {
        /// 1 to 6.
        level: u8,
        /// The text, in order.
        inlines: Vec<Inline>,
    },
    /// A code block, fenced or indented.
    Code {
        /// What the opening fence says of the language, if it says anything.
        language: Option<Language>,
        /// The lines as written, without their line ends.
        lines: Vec<String>,
        /// Whether the block has ended: false only while a fence waits for its counterpart.
        closed: bool,
    },
    /// A list.
    List {
        /// Numbered rather than bulleted.
        ordered: bool,
        /// The first number of a numbered list, at most nine digits long.
        #[ts(type = "number | null")]
        start: Option<u64>,
        /// Items without blank lines between them.
        tight: bool,
        /// The items, in order.
        items: Vec<ListItem>,
    },
    /// A block quotation.
    Quote {
        /// What is quoted.
        blocks: Vec<Block>,
    },
    /// A table.
    Table {
        /// One per column.
        alignments: Vec<Alignment>,
        /// The cells of the head row.
        head: Vec<Cell>,
        /// The rows below the head. A row may be shorter than the head: what it lacks is empty.
        rows: Vec<Vec<Cell>>,
    },
    /// A thematic break.
    Rule,
}

/// What a code block's opening fence says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Language {
    /// A name to show, as [`display_name`](crate::display_name) gives it.
    pub name: String,
    /// Everything after the fence, as written; [`Highlighter::new`](crate::Highlighter::new) takes it.
    pub info: String,
}

/// One item of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ListItem {
    /// The state of a task's box; `None` for an item that is no task.
    pub checked: Option<bool>,
    /// What the item holds.
    pub blocks: Vec<Block>,
}

/// One cell of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Cell {
    /// The text, in order.
    pub inlines: Vec<Inline>,
}

/// How a column of a table is aligned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Alignment {
    /// As the writing direction has it.
    None,
    /// To the left.
    Left,
    /// Centred.
    Center,
    /// To the right.
    Right,
}

/// A piece of running text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum Inline {
    /// Plain text. A line end that is no [`Break`](Inline::Break) is a `\n` in it.
    Text {
        /// The characters to show.
        text: String,
    },
    /// Strong importance.
    Strong {
        /// The text, in order.
        inlines: Vec<Inline>,
    },
    /// Stress emphasis.
    Emphasis {
        /// The text, in order.
        inlines: Vec<Inline>,
    },
    /// Text that is struck out.
    Strikethrough {
        /// The text, in order.
        inlines: Vec<Inline>,
    },
    /// Code within a line; mathematics too, with the dollar signs it is written in.
    Code {
        /// The characters to show.
        text: String,
    },
    /// A link that may be offered to the reader.
    Link {
        /// An absolute `http`, `https` or `mailto` URL, normalised as a browser would.
        url: String,
        /// The title, if one was given.
        title: Option<String>,
        /// The text, in order.
        inlines: Vec<Inline>,
    },
    /// An image that the text asks for. It is only told of, never loaded.
    Image {
        /// The description.
        alt: String,
        /// The host that would be asked; `None` if the URL names none.
        host: Option<String>,
        /// The URL as written, to be shown as text.
        url: String,
        /// The title, if one was given.
        title: Option<String>,
    },
    /// A line break that the text asks for.
    Break,
}
