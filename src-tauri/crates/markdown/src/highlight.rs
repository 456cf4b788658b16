//! Colours code line by line.

use std::sync::LazyLock;

use serde::Serialize;
use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};
use ts_rs::TS;

use crate::language;

/// A longer line stays plain: the grammars' expressions are not linear.
const MAX_LINE_CHARS: usize = 2_000;

/// The expressions can take time with the square of a line's length, so what lines longer than this have in total is
/// limited too: a hostile block costs seconds off the text's path, and not hours.
const LONG_LINE_BYTES: usize = 400;

/// See [`LONG_LINE_BYTES`]; long lines after these bytes of them stay plain.
const MAX_LONG_BYTES: usize = 40_000;

/// A line in which more comments than these may begin stays plain: each is looked at alone.
const MAX_OPENINGS: usize = 8;

/// Lines after these stay plain.
const MAX_LINES: usize = 5_000;

/// What a piece of code is, for its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum TokenKind {
    /// Anything else.
    Plain,
    /// A word of the language.
    Keyword,
    /// A string.
    String,
    /// A number or another literal.
    Number,
    /// A comment.
    Comment,
    /// The name of a function or another thing that is defined or called.
    Name,
    /// A type.
    Type,
}

/// A piece of a line of code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Span {
    /// What it is.
    pub kind: TokenKind,
    /// Its characters.
    pub text: String,
}

/// Colours the lines of one code block, in order, each once.
pub struct Highlighter {
    state: ParseState,
    scopes: ScopeStack,
    lines: usize,
    long_bytes: usize,
    /// The grammar has given up, or the block is too long: all that follows is plain.
    lost: bool,
}

impl std::fmt::Debug for Highlighter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Highlighter")
            .field("lines", &self.lines)
            .finish_non_exhaustive()
    }
}

impl Highlighter {
    /// A highlighter for the language that a fence's info string names; `None` if it is not known or has no colours.
    ///
    /// The first call in a process loads the grammars, which takes some tens of milliseconds.
    pub fn new(language: &str) -> Option<Self> {
        let syntax = syntax(language)?;
        Some(Self {
            state: ParseState::new(syntax),
            scopes: ScopeStack::new(),
            lines: 0,
            long_bytes: 0,
            lost: false,
        })
    }

    /// The pieces of the next line, which comes without its line end. Together they are the line.
    pub fn line(&mut self, line: &str) -> Vec<Span> {
        self.lines += 1;
        if line.len() > LONG_LINE_BYTES {
            self.long_bytes = self.long_bytes.saturating_add(line.len());
        }
        let too_long = line.len() > MAX_LINE_CHARS && line.chars().nth(MAX_LINE_CHARS).is_some();
        let spent = line.len() > LONG_LINE_BYTES && self.long_bytes > MAX_LONG_BYTES;
        self.lost |= self.lines > MAX_LINES;
        let openings = openings(line);
        if self.lost || too_long || spent || openings.len() > MAX_OPENINGS {
            return plain(line);
        }
        let mut spans = Vec::new();
        // The grammars expect the line end.
        let with_end = format!("{line}\n");
        if let Some(comment) = self.open_comment(line, &openings) {
            self.part(&with_end[..comment], &mut spans);
            self.part(&with_end[comment..], &mut spans);
        } else {
            self.part(&with_end, &mut spans);
        }
        spans
    }

    /// Where a block comment begins that goes on after this line.
    ///
    /// Two rules of the grammar of JavaScript, which others embed, hand `x /*` to each other without end
    /// (<https://github.com/trishume/syntect/pull/706>), unless what stands before the comment is a piece of its own.
    fn open_comment(&self, line: &str, openings: &[usize]) -> Option<usize> {
        openings.iter().copied().find(|&at| {
            let mut before = Self {
                state: self.state.clone(),
                scopes: self.scopes.clone(),
                ..*self
            };
            before.part(&line[..at], &mut Vec::new());
            !before.lost && !matches!(kind(&before.scopes), TokenKind::String | TokenKind::Comment)
        })
    }

    /// Colours a piece of a line, the last one with its line end.
    fn part(&mut self, piece: &str, spans: &mut Vec<Span>) {
        let line = piece.strip_suffix('\n').unwrap_or(piece);
        let changes = if self.lost {
            Vec::new()
        } else if let Ok(changes) = self.state.parse_line(piece, &SYNTAXES) {
            changes
        } else {
            self.lost = true;
            return push(spans, TokenKind::Plain, line);
        };
        let mut from = 0;
        for (at, change) in changes {
            let at = at.min(line.len());
            if at > from {
                push(spans, kind(&self.scopes), &line[from..at]);
                from = at;
            }
            if self.scopes.apply(&change).is_err() {
                self.lost = true;
                break;
            }
        }
        push(spans, kind(&self.scopes), &line[from..]);
    }
}

/// Where a block comment may begin that no later `*/` of the line closes.
fn openings(line: &str) -> Vec<usize> {
    let closed = line.rfind("*/").map_or(0, |at| at + 2);
    // `/*/` opens a comment that `*/` alone would seem to close.
    let from = closed - usize::from(closed > 2 && line.as_bytes()[closed - 3] == b'/') * 3;
    let openings = line[from..].match_indices("/*");
    openings.map(|(at, _)| from + at).collect()
}

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

fn syntax(info: &str) -> Option<&'static SyntaxReference> {
    let word = language::word(info);
    let token = match language::known(word) {
        Some(known) => known.token?,
        None if word.is_empty() => return None,
        None => word,
    };
    SYNTAXES
        .find_syntax_by_token(token)
        .filter(|syntax| syntax.name != SYNTAXES.find_syntax_plain_text().name)
}

fn plain(line: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    push(&mut spans, TokenKind::Plain, line);
    spans
}

fn push(spans: &mut Vec<Span>, kind: TokenKind, text: &str) {
    match spans.last_mut() {
        _ if text.is_empty() => {}
        Some(last) if last.kind == kind => last.text.push_str(text),
        _ => spans.push(Span {
            kind,
            text: text.to_owned(),
        }),
    }
}

/// The innermost scope that says something decides.
fn kind(scopes: &ScopeStack) -> TokenKind {
    let said = |scope: &Scope| {
        ROLES
            .iter()
            .find(|(prefix, _)| prefix.is_prefix_of(*scope))
            .map(|(_, kind)| *kind)
    };
    scopes
        .as_slice()
        .iter()
        .rev()
        .find_map(said)
        .unwrap_or(TokenKind::Plain)
}

/// The first prefix that fits counts, so the narrow ones come first. Names follow Sublime Text's scope naming.
static ROLES: LazyLock<Vec<(Scope, TokenKind)>> = LazyLock::new(|| {
    use TokenKind::{Comment, Keyword, Name, Number, Plain, String, Type};
    let roles = [
        ("comment", Comment),
        // Code within a string or a document of another language starts afresh.
        ("source", Plain),
        ("text", Plain),
        ("meta.interpolation", Plain),
        ("meta.template.expression", Plain),
        ("string.unquoted", Plain),
        ("string", String),
        ("constant.numeric", Number),
        ("constant.language", Number),
        ("constant.other", Number),
        ("keyword.operator.word", Keyword),
        ("keyword.operator.logical.python", Keyword),
        ("keyword.operator", Plain),
        ("keyword", Keyword),
        ("storage", Keyword),
        ("variable.language", Keyword),
        ("entity.name.type", Type),
        ("entity.name.class", Type),
        ("entity.name.struct", Type),
        ("entity.name.enum", Type),
        ("entity.name.union", Type),
        ("entity.name.trait", Type),
        ("entity.name.interface", Type),
        ("entity.name.impl", Type),
        ("entity.name.namespace", Type),
        ("entity.other.inherited-class", Type),
        ("support.type.property-name", Name),
        ("support.type", Type),
        ("support.class", Type),
        ("entity.name.tag", Keyword),
        ("entity.name", Name),
        ("entity.other.attribute-name", Name),
        ("support.function", Name),
        ("support.macro", Name),
        ("variable.function", Name),
        ("markup.heading", Keyword),
        ("markup.inserted", String),
        ("markup.deleted", Keyword),
        ("markup.raw", String),
    ];
    roles
        .into_iter()
        .filter_map(|(prefix, kind)| Some((Scope::new(prefix).ok()?, kind)))
        .collect()
});

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use TokenKind::{Comment, Keyword, Name, Number, Plain, String, Type};

    /// What each of some words of a program is coloured as.
    fn kinds<const N: usize>(language: &str, code: &str, words: [&str; N]) -> [TokenKind; N] {
        let mut highlighter = Highlighter::new(language).unwrap();
        let spans: Vec<_> = code
            .lines()
            .flat_map(|line| highlighter.line(line))
            .collect();
        words.map(|word| {
            let span = spans.iter().find(|span| span.text.contains(word));
            span.unwrap_or_else(|| panic!("{word:?} in {spans:?}")).kind
        })
    }

    #[test]
    fn six_roles_are_told_apart() {
        let rust = "// note\nfn main() -> Vec<u8> { let s = \"text\"; call(42) }\nstruct Thing;";
        assert_eq!(
            kinds(
                "rust",
                rust,
                [
                    "note", "fn", "main", "let", "text", "42", "Thing", "call", ";"
                ]
            ),
            [
                Comment, Keyword, Name, Keyword, String, Number, Type, Name, Plain
            ]
        );
        let python = "# note\nclass A(B):\n    def method(self):\n        return not 1.5 or 'text'";
        assert_eq!(
            kinds(
                "python",
                python,
                [
                    "note", "class", "A", "def", "method", "return", "1.5", "text"
                ]
            ),
            [
                Comment, Keyword, Type, Keyword, Name, Keyword, Number, String
            ]
        );
        let js = "const a = `x${call(b)}y`; // note";
        assert_eq!(
            kinds("js", js, ["const", "x", "call", "b", "y", "note"]),
            [Keyword, String, Name, Plain, String, Comment]
        );
        assert_eq!(
            kinds(
                "sql",
                "SELECT a FROM t WHERE b = 'text' AND c = 7 -- note",
                ["SELECT", "text", "7", "note"]
            ),
            [Keyword, String, Number, Comment]
        );
    }

    #[test]
    fn state_goes_from_line_to_line() {
        let mut highlighter = Highlighter::new("c").unwrap();
        highlighter.line("/* a");
        assert_eq!(
            highlighter.line("int b;"),
            [Span {
                kind: Comment,
                text: "int b;".into()
            }]
        );
        highlighter.line("*/");
        assert_eq!(
            highlighter.line("return x;")[0],
            Span {
                kind: Keyword,
                text: "return".into()
            }
        );
    }

    #[test]
    fn every_language_with_a_token_has_a_grammar() {
        let wrong: Vec<_> = language::words()
            .filter(|word| {
                let wanted = language::known(word).is_some_and(|known| known.token.is_some());
                Highlighter::new(word).is_some() != wanted
            })
            .collect();
        assert_eq!(wrong, [""; 0]);
        for none in ["", "text", "brainfuck", "no such language", "../../x"] {
            assert!(Highlighter::new(none).is_none(), "{none:?}");
        }
    }

    #[test]
    fn too_long_and_too_many_lines_are_plain() {
        let mut highlighter = Highlighter::new("rust").unwrap();
        let long = format!("let x = {};", "é".repeat(MAX_LINE_CHARS));
        assert_eq!(
            highlighter.line(&long),
            [Span {
                kind: Plain,
                text: long.clone()
            }]
        );
        assert_eq!(highlighter.line("let")[0].kind, Keyword);
        let rather_long = format!("let x = \"{}\";", "é".repeat(MAX_LINE_CHARS / 2));
        let coloured = (0..30)
            .filter(|_| highlighter.line(&rather_long)[0].kind == Keyword)
            .count();
        assert_eq!(coloured, (MAX_LONG_BYTES - long.len()) / rather_long.len());
        assert_eq!(highlighter.line("let")[0].kind, Keyword);
        while highlighter.lines < MAX_LINES - 1 {
            highlighter.line("");
        }
        assert_eq!(highlighter.line("let")[0].kind, Keyword);
        assert_eq!(highlighter.line("let")[0].kind, Plain);
    }

    /// Ends only if no line keeps the grammar busy for ever.
    #[test]
    fn a_comment_that_stays_open_is_coloured() {
        for (language, line) in [
            ("js", "x /* y"),
            ("js", "x/*"),
            ("ts", "let a = 5 /* y"),
            ("jsx", "<a b={c /* y"),
            ("js", "f() /* one */ /* two"),
            ("js", "f() /*/ y"),
            ("js", "a /* b /* c"),
            ("js", "`${x /* y"),
            ("html", "<script>x /* y"),
            ("php", "<?php f() /* y"),
            ("c", "int a; /* y"),
        ] {
            let mut highlighter = Highlighter::new(language).unwrap();
            let first = highlighter.line(line);
            assert_eq!(first.last().unwrap().kind, Comment, "{language} {line}");
            let next = highlighter.line("still */ 5");
            assert_eq!(next[0].kind, Comment, "{language} {line}");
            assert_eq!(next.last().unwrap().text.trim(), "5", "{language} {line}");
        }
        for lines in ["glob('src/*.js')", "g(`src/*\n`)", "x // y /*", "x = /a/*2"] {
            let mut highlighter = Highlighter::new("js").unwrap();
            for line in lines.split('\n') {
                highlighter.line(line);
            }
            assert_eq!(highlighter.line("const a")[0].kind, Keyword, "{lines}");
        }
    }

    proptest! {
        #[test]
        fn pieces_are_the_line(
            language in proptest::sample::select(vec!["rust", "js", "html", "python", "sh", "yaml", "php"]),
            lines in proptest::collection::vec(".{0,60}", 0..6),
        ) {
            let mut highlighter = Highlighter::new(language).unwrap();
            for line in lines {
                let whole: std::string::String =
                    highlighter.line(&line).into_iter().map(|span| span.text).collect();
                prop_assert_eq!(whole, line);
            }
        }

        #[test]
        fn pieces_of_code_are_the_line(
            language in proptest::sample::select(vec!["js", "tsx", "html", "php", "css", "java", "vue"]),
            lines in proptest::collection::vec(
                r"([x6 (){}\[\]<>=:;,.?!+*/'`$#&@-]|/\*|\*/|//|=>|if|let|<script>|<style>|<\?php|\?>){0,25}", 0..6),
        ) {
            let mut highlighter = Highlighter::new(language).unwrap();
            for line in lines {
                let whole: std::string::String =
                    highlighter.line(&line).into_iter().map(|span| span.text).collect();
                prop_assert_eq!(whole, line);
            }
        }
    }
}
