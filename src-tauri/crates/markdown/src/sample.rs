//! Documents for property tests: made of the pieces that Markdown's rules turn on, in any order.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

const PIECES: &[&str] = &[
    "word",
    "two words",
    "a",
    "x",
    " ",
    "  ",
    "    ",
    "\t",
    "\n",
    "\n",
    "\n",
    "\n\n",
    "\n\n",
    "\r\n",
    "\r",
    "\n\n\n",
    "- ",
    "* ",
    "+ ",
    "1. ",
    "2) ",
    "7. ",
    "- [ ] ",
    "- [x] ",
    "> ",
    ">",
    "# ",
    "### ",
    "#",
    "---",
    "===",
    "***",
    "```",
    "```rust\n",
    "~~~\n",
    "````",
    "`",
    "``",
    "*",
    "**",
    "_",
    "__",
    "~~",
    "~",
    "[",
    "]",
    "](",
    ")",
    "![",
    "[a](https://example.com \"title\")",
    "[b](javascript:alert(1))",
    "![c](data:image/png,x)",
    "<https://example.com>",
    "<b>",
    "</b>",
    "<div>\n",
    "<script>",
    "<!-- ",
    "-->",
    "<?",
    "&amp;",
    "&#0;",
    "\\",
    "\\*",
    "$",
    "$$",
    "$x$",
    "| a | b |\n|---|:-:|\n",
    "| 1 | 2 | 3 |\n",
    "|",
    "|--",
    "a | b\n",
    "漢字と仮名",
    "你好。",
    "👩‍👩‍👧‍👦",
    "שלום",
    "مرحبا",
    "\u{202e}",
    "\u{0}",
    "\u{feff}",
    "\u{2028}",
    "é",
    "  \n",
    "\\\n",
    "let x = 1;\n",
    "=",
    "-",
    ":",
    "\"",
];

/// A document of at most `pieces` pieces, with or without definitions.
pub(crate) fn document(pieces: usize) -> impl Strategy<Value = String> {
    vec(select(PIECES), 0..pieces).prop_map(|pieces| pieces.concat())
}

/// A document that may hold definitions and references to them.
pub(crate) fn document_with_definitions(pieces: usize) -> impl Strategy<Value = String> {
    let more = [
        "\n\n[a]: https://example.com\n",
        "[a]",
        "[b]: <x> 'title'\n",
        "[b][a]",
        "\n> [c]: /c\n",
        "[c]",
    ];
    let pool: Vec<_> = PIECES
        .iter()
        .copied()
        .chain(more)
        .chain(more)
        .chain(more)
        .collect();
    vec(select(pool), 0..pieces).prop_map(|pieces| pieces.concat())
}

/// Where to split a document, up to `most` times.
pub(crate) fn cuts(most: usize) -> impl Strategy<Value = Vec<Index>> {
    vec(any::<Index>(), 0..most)
}

/// The document in pieces that end at the cuts, each moved back to the start of a character.
pub(crate) fn split<'a>(document: &'a str, cuts: &[Index]) -> Vec<&'a str> {
    let mut ends: Vec<_> = cuts
        .iter()
        .map(|cut| document.floor_char_boundary(cut.index(document.len() + 1)))
        .collect();
    ends.push(document.len());
    ends.sort_unstable();
    let mut from = 0;
    ends.into_iter()
        .map(|end| &document[std::mem::replace(&mut from, end)..end])
        .collect()
}
