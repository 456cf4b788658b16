//! Finds the smallest step that a [`Patch`] can express between two lists of blocks.

use crate::block::{Block, Cell, Inline, ListItem};
use crate::patch::{Growth, Patch};

impl Patch {
    /// The step from `old` to `new`, both counted from the block numbered `first`; `None` if nothing changed.
    pub(crate) fn between(old: &[Block], new: &[Block], first: usize) -> Option<Self> {
        let same = common(old, new);
        if same == old.len() && same == new.len() {
            return None;
        }
        let (old, new) = (&old[same..], &new[same..]);
        let grow = old
            .first()
            .zip(new.first())
            .and_then(|(old, new)| Growth::between(old, new));
        let changed = new[usize::from(grow.is_some())..].to_vec();
        Some(Self {
            keep: count(first + same),
            grow,
            changed,
        })
    }
}

impl Growth {
    /// What `old` grew by to become `new`; `None` if it is another block, or the same.
    pub(crate) fn between(old: &Block, new: &Block) -> Option<Self> {
        match (old, new) {
            (Block::Paragraph { inlines: old }, Block::Paragraph { inlines: new }) => {
                Self::of_inlines(old, new)
            }
            (
                Block::Code {
                    language: old_language,
                    lines: old,
                    ..
                },
                Block::Code {
                    language,
                    lines: new,
                    closed,
                },
            ) if old_language == language => Self::of_code(old, new, *closed),
            (Block::Quote { blocks: old }, Block::Quote { blocks: new }) => {
                Patch::between(old, new, 0).map(|patch| Self::Quote {
                    patch: Box::new(patch),
                })
            }
            (
                Block::List {
                    ordered: old_ordered,
                    start: old_start,
                    items: old,
                    ..
                },
                Block::List {
                    ordered,
                    start,
                    tight,
                    items: new,
                },
            ) if (old_ordered, old_start) == (ordered, start) => {
                Some(Self::of_list(*tight, old, new))
            }
            (
                Block::Table {
                    alignments: old_alignments,
                    head: old_head,
                    rows: old,
                },
                Block::Table {
                    alignments,
                    head,
                    rows: new,
                },
            ) if (old_alignments, old_head) == (alignments, head) => Some(Self::of_table(old, new)),
            _ => None,
        }
    }

    fn of_inlines(old: &[Inline], new: &[Inline]) -> Option<Self> {
        let keep = common(old, new);
        if let ([Inline::Text { text: old }], [Inline::Text { text: new }]) =
            (&old[keep..], &new[keep..])
            && let Some(append) = new.strip_prefix(old.as_str())
        {
            return Some(Self::Text {
                append: append.to_owned(),
            });
        }
        (keep > 0).then(|| Self::Inlines {
            keep: count(keep),
            changed: new[keep..].to_vec(),
        })
    }

    fn of_code(old: &[String], new: &[String], closed: bool) -> Option<Self> {
        let Some((last, before)) = old.split_last() else {
            return Some(Self::Code {
                append: String::new(),
                lines: new.to_vec(),
                closed,
            });
        };
        let (same, rest) = new.split_at_checked(before.len())?;
        let (now, lines) = rest.split_first()?;
        let append = now.strip_prefix(last.as_str())?;
        (same == before).then(|| Self::Code {
            append: append.to_owned(),
            lines: lines.to_vec(),
            closed,
        })
    }

    fn of_list(tight: bool, old: &[ListItem], new: &[ListItem]) -> Self {
        let keep = common(old, new);
        let grow = match (old.get(keep), new.get(keep)) {
            (Some(old), Some(new)) if old.checked == new.checked => {
                Patch::between(&old.blocks, &new.blocks, 0).map(Box::new)
            }
            _ => None,
        };
        let changed = new[keep + usize::from(grow.is_some())..].to_vec();
        Self::List {
            tight,
            keep: count(keep),
            grow,
            changed,
        }
    }

    fn of_table(old: &[Vec<Cell>], new: &[Vec<Cell>]) -> Self {
        let keep = common(old, new);
        Self::Table {
            keep: count(keep),
            changed: new[keep..].to_vec(),
        }
    }
}

fn common<T: PartialEq>(old: &[T], new: &[T]) -> usize {
    old.iter()
        .zip(new)
        .take_while(|(old, new)| old == new)
        .count()
}

pub(crate) fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{parse, sample};

    fn step(old: &str, new: &str) -> Option<Patch> {
        Patch::between(&parse(old), &parse(new), 0)
    }

    fn grown(old: &str, new: &str) -> Growth {
        let patch = step(old, new).unwrap();
        assert_eq!((patch.keep, patch.changed.len()), (0, 0), "{patch:?}");
        patch.grow.unwrap()
    }

    #[test]
    fn what_did_not_change_is_not_sent() {
        assert_eq!(step("a\n\nb", "a\n\nb\n"), None);
        let patch = step("a\n\nb", "a\n\nb\n\nc").unwrap();
        assert_eq!(
            (patch.keep, patch.grow, patch.changed),
            (2, None, parse("c"))
        );
        let shorter = step("a\n\nb", "a").unwrap();
        assert_eq!(
            (shorter.keep, shorter.grow, shorter.changed.len()),
            (1, None, 0)
        );
    }

    #[test]
    fn each_kind_of_block_grows_by_what_is_new() {
        assert_eq!(
            grown("one **t** a", "one **t** ab"),
            Growth::Text { append: "b".into() }
        );
        assert_eq!(
            grown("one **t** a", "one **t** `a`"),
            Growth::Inlines {
                keep: 2,
                changed: vec![
                    Inline::Text { text: " ".into() },
                    Inline::Code { text: "a".into() }
                ]
            }
        );
        assert_eq!(
            grown("```\na\nb", "```\na\nbc\nd\n```"),
            Growth::Code {
                append: "c".into(),
                lines: vec!["d".into()],
                closed: true
            }
        );
        assert_eq!(
            grown("```", "```\na"),
            Growth::Code {
                append: String::new(),
                lines: vec!["a".into()],
                closed: false
            }
        );
        let text = |append: &str| Patch {
            keep: 0,
            grow: Some(Growth::Text {
                append: append.into(),
            }),
            changed: Vec::new(),
        };
        assert_eq!(
            grown("> a", "> ab"),
            Growth::Quote {
                patch: Box::new(text("b"))
            }
        );
        assert_eq!(
            grown("- x\n- a", "- x\n- ab\n- c"),
            Growth::List {
                tight: true,
                keep: 1,
                grow: Some(Box::new(text("b"))),
                changed: vec![ListItem {
                    checked: None,
                    blocks: parse("c")
                }],
            }
        );
        let cell = |text: &str| Cell {
            inlines: vec![Inline::Text { text: text.into() }],
        };
        assert_eq!(
            grown("|a|\n|-|\n|b|\n|c|", "|a|\n|-|\n|b|\n|cd|\n|e|"),
            Growth::Table {
                keep: 1,
                changed: vec![vec![cell("cd")], vec![cell("e")]]
            }
        );
    }

    #[test]
    fn another_block_is_no_growth() {
        for (old, new) in [
            ("a", "# a"),
            ("- a", "1. a"),
            ("```rust\na", "```js\na"),
            ("|a|\n|-|", "|b|\n|-|"),
        ] {
            let patch = step(old, new).unwrap();
            assert_eq!(
                (patch.keep, patch.grow, patch.changed),
                (0, None, parse(new)),
                "{old:?}"
            );
        }
    }

    #[test]
    fn a_patch_for_other_blocks_is_refused() {
        let mut none = Vec::new();
        for patch in [step("a", "ab"), step("a\n\nb", "a\n\nb\n\nc")] {
            assert_eq!(patch.unwrap().apply(&mut none), Err(crate::PatchMismatch));
        }
        assert_eq!(
            step("a", "ab").unwrap().apply(&mut parse("# a")),
            Err(crate::PatchMismatch)
        );
        assert_eq!(
            step("- a", "- ab").unwrap().apply(&mut parse("> a")),
            Err(crate::PatchMismatch)
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        /// Between any two documents, related or not.
        #[test]
        fn applying_the_step_gives_the_new_blocks(
            common in sample::document(20),
            old in sample::document(10),
            new in sample::document(10),
        ) {
            let (old, new) = (parse(&format!("{common}{old}")), parse(&format!("{common}{new}")));
            let mut blocks = old.clone();
            let patch = Patch::between(&old, &new, 0);
            prop_assert_eq!(patch.is_none(), old == new);
            if let Some(patch) = patch {
                patch.apply(&mut blocks).unwrap();
            }
            prop_assert_eq!(blocks, new);
        }
    }
}
