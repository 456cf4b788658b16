//! What text becomes which blocks.

#![allow(clippy::expect_used, clippy::panic)]

use markdown::{Alignment, Block, Cell, Inline, Language, ListItem, parse};

fn text(text: &str) -> Inline {
    Inline::Text {
        text: text.to_owned(),
    }
}

fn paragraph(words: &str) -> Block {
    Block::Paragraph {
        inlines: vec![text(words)],
    }
}

fn cell(words: &str) -> Cell {
    Cell {
        inlines: vec![text(words)],
    }
}

fn code(info: Option<(&str, &str)>, lines: &[&str], closed: bool) -> Block {
    let language = info.map(|(name, info)| Language {
        name: name.to_owned(),
        info: info.to_owned(),
    });
    Block::Code {
        language,
        lines: lines.iter().map(|&line| line.to_owned()).collect(),
        closed,
    }
}

/// The inlines of a text that is one paragraph.
fn inlines(source: &str) -> Vec<Inline> {
    match <[Block; 1]>::try_from(parse(source)) {
        Ok([Block::Paragraph { inlines }]) => inlines,
        other => panic!("{source:?} became {other:?}"),
    }
}

/// Every character that is shown, in order.
fn shown(blocks: &[Block]) -> String {
    fn of_inlines(inlines: &[Inline], out: &mut String) {
        for inline in inlines {
            match inline {
                Inline::Text { text } | Inline::Code { text } => out.push_str(text),
                Inline::Strong { inlines }
                | Inline::Emphasis { inlines }
                | Inline::Strikethrough { inlines } => {
                    of_inlines(inlines, out);
                }
                Inline::Link {
                    url,
                    title,
                    inlines,
                } => {
                    of_inlines(inlines, out);
                    out.push_str(url);
                    out.push_str(title.as_deref().unwrap_or_default());
                }
                Inline::Image {
                    alt, url, title, ..
                } => {
                    out.push_str(alt);
                    out.push_str(url);
                    out.push_str(title.as_deref().unwrap_or_default());
                }
                Inline::Break => out.push('\n'),
            }
        }
    }
    let mut out = String::new();
    for block in blocks {
        match block {
            Block::Paragraph { inlines } | Block::Heading { inlines, .. } => {
                of_inlines(inlines, &mut out);
            }
            Block::Code {
                language, lines, ..
            } => {
                out.push_str(language.as_ref().map_or("", |language| &language.info));
                out.push_str(&lines.join("\n"));
            }
            Block::List { items, .. } => {
                for item in items {
                    out.push_str(&shown(&item.blocks));
                }
            }
            Block::Quote { blocks } => out.push_str(&shown(blocks)),
            Block::Table { head, rows, .. } => {
                for cell in head.iter().chain(rows.iter().flatten()) {
                    of_inlines(&cell.inlines, &mut out);
                }
            }
            Block::Rule => {}
        }
    }
    out
}

#[test]
fn headings_rules_and_quotes() {
    assert_eq!(
        parse("# One\n\nTwo\n---\n\n---\n\n> said\n> more\n"),
        [
            Block::Heading {
                level: 1,
                inlines: vec![text("One")]
            },
            Block::Heading {
                level: 2,
                inlines: vec![text("Two")]
            },
            Block::Rule,
            Block::Quote {
                blocks: vec![paragraph("said\nmore")]
            },
        ]
    );
    assert_eq!(
        parse("###### Six"),
        [Block::Heading {
            level: 6,
            inlines: vec![text("Six")]
        }]
    );
}

#[test]
fn inline_forms() {
    assert_eq!(
        inlines("**b** *i* ~~s~~ `c` end  \nnext\\\nlast"),
        [
            Inline::Strong {
                inlines: vec![text("b")]
            },
            text(" "),
            Inline::Emphasis {
                inlines: vec![text("i")]
            },
            text(" "),
            Inline::Strikethrough {
                inlines: vec![text("s")]
            },
            text(" "),
            Inline::Code { text: "c".into() },
            text(" end"),
            Inline::Break,
            text("next"),
            Inline::Break,
            text("last"),
        ]
    );
}

#[test]
fn code_blocks_tell_language_lines_and_whether_they_are_closed() {
    let rust = Some(("Rust", "rust,ignore"));
    assert_eq!(
        parse("```rust,ignore\nlet a;\n\n  b\n```\n"),
        [code(rust, &["let a;", "", "  b"], true)]
    );
    assert_eq!(
        parse("```rust,ignore\nlet a;\n"),
        [code(rust, &["let a;"], false)]
    );
    assert_eq!(parse("~~~\na\r\nb\r\n~~~"), [code(None, &["a", "b"], true)]);
    assert_eq!(parse("```"), [code(None, &[], false)]);
    assert_eq!(parse("```\n```"), [code(None, &[], true)]);
    assert_eq!(parse("```\n\n"), [code(None, &[""], false)]);
    assert_eq!(parse("````\n```\n"), [code(None, &["```"], false)]);
    assert_eq!(parse("````\n```\n````"), [code(None, &["```"], true)]);
    assert_eq!(parse("```\n> ```\n"), [code(None, &["> ```"], false)]);
    assert_eq!(parse("    indented\n"), [code(None, &["indented"], true)]);
    assert_eq!(
        parse("> ```\n> a\n> ```\n\n> ```\n> b\n"),
        [
            Block::Quote {
                blocks: vec![code(None, &["a"], true)]
            },
            Block::Quote {
                blocks: vec![code(None, &["b"], false)]
            },
        ]
    );
    assert_eq!(
        parse("```brainfuck\n+\n```"),
        [code(Some(("brainfuck", "brainfuck")), &["+"], true)]
    );
}

#[test]
fn lists_are_tight_or_loose_numbered_or_not_and_may_be_tasks() {
    let item = |words: &str| ListItem {
        checked: None,
        blocks: vec![paragraph(words)],
    };
    let list = |start: Option<u64>, tight, items| Block::List {
        ordered: start.is_some(),
        start,
        tight,
        items,
    };
    assert_eq!(
        parse("- a\n- b"),
        [list(None, true, vec![item("a"), item("b")])]
    );
    assert_eq!(
        parse("- a\n\n- b"),
        [list(None, false, vec![item("a"), item("b")])]
    );
    assert_eq!(
        parse("3. a\n4. b"),
        [list(Some(3), true, vec![item("a"), item("b")])]
    );
    let nested = ListItem {
        checked: None,
        blocks: vec![paragraph("a"), list(None, true, vec![item("b")])],
    };
    assert_eq!(parse("- a\n  - b"), [list(None, true, vec![nested])]);
    let task = |done, words: &str| ListItem {
        checked: Some(done),
        blocks: vec![paragraph(words)],
    };
    let tasks = vec![task(true, "done"), task(false, "open"), item("none")];
    assert_eq!(
        parse("- [x] done\n- [ ] open\n- none"),
        [list(None, true, tasks)]
    );
    let loose = list(None, false, vec![task(true, "done"), task(false, "open")]);
    assert_eq!(parse("- [x] done\n\n- [ ] open"), [loose]);
}

#[test]
fn tables_keep_cells_that_have_no_column() {
    let source = "| a | b |\n|:--|--:|\n| 1 | 2 |\n| 3 |\n| 4 | 5 | 6 | `7` |\n";
    let mut last = cell("5");
    last.inlines = vec![text("5 | 6 | `7`")];
    assert_eq!(
        parse(source),
        [Block::Table {
            alignments: vec![Alignment::Left, Alignment::Right],
            head: vec![cell("a"), cell("b")],
            rows: vec![
                vec![cell("1"), cell("2")],
                vec![cell("3")],
                vec![cell("4"), last]
            ],
        }]
    );
}

#[test]
fn a_wide_table_does_not_multiply() {
    let source = format!(
        "{}|\n{}|\n{}",
        "|a".repeat(4_000),
        "|-".repeat(4_000),
        "|b|\n".repeat(200)
    );
    let Some(Block::Table { rows, .. }) = parse(&source).into_iter().next() else {
        panic!("a table")
    };
    assert!(rows.iter().all(|row| row == &[cell("b")]));
}

#[test]
fn html_is_text() {
    assert_eq!(
        inlines("a <b onclick=x>b</b><br>"),
        [text("a <b onclick=x>b</b><br>")]
    );
    assert_eq!(
        parse("<script>\nalert(1)\n\n</script>\nafter\n\n<div>\n*x*\n</div>\n\n<!-- c -->"),
        [
            paragraph("<script>\nalert(1)\n\n</script>"),
            paragraph("after"),
            paragraph("<div>\n*x*\n</div>"),
            paragraph("<!-- c -->"),
        ]
    );
    assert_eq!(
        inlines("&lt;img src=x onerror=alert(1)&gt;"),
        [text("<img src=x onerror=alert(1)>")]
    );
}

#[test]
fn links_that_may_be_offered_carry_a_normal_url() {
    let link = |url: &str, title: Option<&str>, words: &str| Inline::Link {
        url: url.into(),
        title: title.map(Into::into),
        inlines: vec![text(words)],
    };
    assert_eq!(
        inlines("[a](https://example.com/?x=1&amp;y=2 \"t\")"),
        [link("https://example.com/?x=1&y=2", Some("t"), "a")]
    );
    assert_eq!(
        inlines("<https://example.com/>"),
        [link("https://example.com/", None, "https://example.com/")]
    );
    assert_eq!(
        inlines("<me@example.com>"),
        [link("mailto:me@example.com", None, "me@example.com")]
    );
    assert_eq!(parse("[a][1]\n\n[1]: https://example.com/x\n").len(), 1);
    assert_eq!(
        inlines("[a][1]\n\n[1]: https://example.com/x\n"),
        [link("https://example.com/x", None, "a")]
    );
}

#[test]
fn links_that_may_not_be_offered_are_text_and_hide_nothing() {
    for (source, expected) in [
        ("[a](javascript:alert(1))", "a (javascript:alert(1))"),
        ("[a](JaVaScript:alert(1))", "a (JaVaScript:alert(1))"),
        ("[a](java&Tab;script:alert(1))", "a (java\tscript:alert(1))"),
        ("[a](<java\tscript:alert(1)>)", "a (java\tscript:alert(1))"),
        ("[a](java&#10;script:alert(1))", "a (java\nscript:alert(1))"),
        (
            "[a](&#x6A;avascript:alert&lpar;1&rpar;)",
            "a (javascript:alert(1))",
        ),
        (
            "[a](data:text/html;base64,PHNjcmlwdD4=)",
            "a (data:text/html;base64,PHNjcmlwdD4=)",
        ),
        ("[a](vbscript:x \"t\")", "a (vbscript:x \"t\")"),
        ("[a](file:///etc/passwd)", "a (file:///etc/passwd)"),
        ("[a](docs/x.md)", "a (docs/x.md)"),
        ("[a]()", "a"),
        ("<javascript:alert(1)>", "javascript:alert(1)"),
    ] {
        assert_eq!(inlines(source), [text(expected)], "{source:?}");
    }
    let bold = Inline::Strong {
        inlines: vec![text("a")],
    };
    assert_eq!(
        inlines("x [**a**](tauri://x) y"),
        [text("x "), bold, text(" (tauri://x) y")]
    );
}

#[test]
fn images_are_told_of_with_their_host() {
    let image = |alt: &str, host: Option<&str>, url: &str, title: Option<&str>| Inline::Image {
        alt: alt.into(),
        host: host.map(Into::into),
        url: url.into(),
        title: title.map(Into::into),
    };
    assert_eq!(
        inlines("![a *b* `c`](https://evil.example/p.png?q=secret 't')"),
        [image(
            "a b c",
            Some("evil.example"),
            "https://evil.example/p.png?q=secret",
            Some("t")
        )]
    );
    assert_eq!(
        inlines("![](//evil.example/p.png)"),
        [image(
            "",
            Some("evil.example"),
            "//evil.example/p.png",
            None
        )]
    );
    assert_eq!(
        inlines("![a](data:image/png;base64,AA)"),
        [image("a", None, "data:image/png;base64,AA", None)]
    );
}

#[test]
fn definitions_that_nothing_refers_to_are_shown() {
    assert_eq!(
        parse("Text [1].\n\n[1]: https://a.example\n[2]: https://b.example \"t\"\n\nEnd"),
        [
            Block::Paragraph {
                inlines: vec![
                    text("Text "),
                    Inline::Link {
                        url: "https://a.example/".into(),
                        title: None,
                        inlines: vec![text("1")]
                    },
                    text("."),
                ]
            },
            paragraph("[2]: https://b.example \"t\""),
            paragraph("End"),
        ]
    );
    let twice = shown(&parse(
        "[a]\n\n[a]: https://a.example\n[a]: https://second.example\n",
    ));
    assert!(twice.contains("second.example"), "{twice}");
    let quoted = shown(&parse("> x\n>\n> [q]: https://q.example\n\nEnd"));
    assert!(quoted.contains("[q]: https://q.example"), "{quoted}");
}

#[test]
fn mathematics_keeps_its_signs() {
    let code = |text: &str| Inline::Code { text: text.into() };
    assert_eq!(inlines("$a_1 * b_2 * c$"), [code("$a_1 * b_2 * c$")]);
    assert_eq!(
        inlines("$$\n\\frac{a}{b}\n$$"),
        [code("$$\n\\frac{a}{b}\n$$")]
    );
    assert_eq!(inlines("costs $5 and $10"), [text("costs $5 and $10")]);
}

#[test]
fn footnotes_stay_where_they_are() {
    assert_eq!(
        parse("A[^1]\n\n[^1]: The note."),
        [paragraph("A[^1]"), paragraph("[^1]: The note.")]
    );
}

#[test]
fn any_script_passes_through() {
    assert_eq!(
        inlines("**漢字**と仮名"),
        [
            Inline::Strong {
                inlines: vec![text("漢字")]
            },
            text("と仮名")
        ]
    );
    for words in [
        "👩‍👩‍👧‍👦 👍🏽",
        "שלום עולם",
        "مرحبا بالعالم",
        "e\u{301} \u{202e}x\u{202c}",
        "𝒳\u{10ffff}",
    ] {
        assert_eq!(inlines(words), [text(words)]);
    }
}

#[test]
fn nesting_ends_at_a_limit_and_loses_nothing() {
    fn depth(blocks: &[Block]) -> usize {
        let inner = |block: &Block| match block {
            Block::Quote { blocks } => 1 + depth(blocks),
            Block::List { items, .. } => {
                1 + items
                    .iter()
                    .map(|item| depth(&item.blocks))
                    .max()
                    .unwrap_or(0)
            }
            _ => 0,
        };
        blocks.iter().map(inner).max().unwrap_or(0)
    }
    let quotes = parse(&format!("{}end", "> ".repeat(100)));
    assert_eq!(depth(&quotes), 32);
    assert_eq!(shown(&quotes), format!("{}end", "> ".repeat(68)));
    let lists = parse(&format!("{}end", "- ".repeat(100)));
    assert_eq!(depth(&lists), 32);
    assert_eq!(shown(&lists), format!("{}end", "- ".repeat(68)));
    let stars = parse(&format!("{}end{}", "*_".repeat(50), "_*".repeat(50)));
    assert!(shown(&stars).contains("end"));
}

#[test]
fn bombs_end_and_lose_nothing() {
    const MANY: usize = 100_000;
    for (open, close) in [
        (">", ""),
        ("[", ""),
        ("[", "]"),
        ("![", ""),
        ("[a](", ""),
        ("*", ""),
        ("**a", "**"),
        ("*a ", "*"),
        ("_", "_"),
        ("`", ""),
        ("~", "~"),
        ("<", ""),
        ("<a", ""),
        ("<!--", ""),
        ("$", ""),
        ("${", ""),
        ("|", ""),
        ("\\", ""),
        ("&", ""),
    ] {
        let source = format!(
            "{}x{}",
            open.repeat(MANY / open.len()),
            close.repeat(MANY / open.len())
        );
        let blocks = parse(&source);
        assert!(shown(&blocks).contains('x'), "{open:?}");
        // Comparing, cloning and serialising walk the blocks by recursion.
        assert_eq!(blocks.clone(), blocks);
        assert!(serde_json::to_string(&blocks).is_ok());
    }
    let deep = (0..2_000).map(|level| " ".repeat(level) + "- x\n");
    let deep = deep.collect::<String>();
    assert_eq!(shown(&parse(&deep)).matches('x').count(), 2_000);
}

#[test]
fn json_is_tagged_and_in_camel_case() {
    let json = serde_json::to_value(parse("- [x] a\n\n```js\nb")).expect("JSON");
    assert_eq!(
        json,
        serde_json::json!([
            {"type": "list", "ordered": false, "start": null, "tight": true, "items": [
                {"checked": true, "blocks": [{"type": "paragraph", "inlines": [{"type": "text", "text": "a"}]}]}
            ]},
            {"type": "code", "language": {"name": "JavaScript", "info": "js"}, "lines": ["b"], "closed": false},
        ])
    );
}

mod properties {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Letters and digits are never markup, so each must be shown as often as it was written.
        #[test]
        fn every_letter_is_shown(source in "([a-z]{1,3}|[\\[\\]()<>*_`~|$#=\\-!\\\\ >\n]{1,3}|\n\n){0,60}") {
            let letters = |text: &str| {
                let mut letters: Vec<_> = text.chars().filter(char::is_ascii_alphanumeric).collect();
                letters.sort_unstable();
                letters.into_iter().collect::<String>()
            };
            let (written, shown) = (letters(&source), letters(&shown(&parse(&source))));
            prop_assert_eq!(written, shown);
        }

        #[test]
        fn no_text_panics(source in any::<String>()) {
            parse(&source);
        }
    }
}
