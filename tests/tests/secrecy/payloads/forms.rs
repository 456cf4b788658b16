//! The forms in which a provider may send one text: whole, by characters, and split anywhere.

use std::fmt;
use std::time::Duration;

use e2e::provider::{Reply, openai};

use super::texts::LONE_SURROGATE;

/// So many characters come one at a time; what is left of a longer text comes in one piece.
const SINGLE: usize = 5_000;

/// How long each piece of an answer that comes in pieces stays alone: longer than the app gathers pieces for.
const ALONE: Duration = Duration::from_millis(9);

/// Texts longer than this come by characters without a pause, or they would take minutes.
const LONG_TEXT: usize = 400;

/// How a text comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Form {
    /// In one piece.
    Whole,
    /// One character at a time.
    Characters,
    /// In pieces that are cut at places drawn from this seed.
    Split(u64),
}

impl Form {
    /// The five forms of a payload, its splits drawn from the run's seed.
    pub(super) fn all(seed: u64, number: usize) -> Vec<Self> {
        let own = |turn: u64| seed ^ (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ turn;
        vec![
            Self::Whole,
            Self::Characters,
            Self::Split(own(1)),
            Self::Split(own(2)),
            Self::Split(own(3)),
        ]
    }

    /// A provider's answer of this text in this form.
    pub(super) fn answer(&self, text: &str) -> Reply {
        let pieces = self.pieces(text);
        let deltas = pieces.iter().map(|piece| {
            let delta = openai::delta(piece);
            delta.replace(LONE_SURROGATE, "\\ud800")
        });
        let reply = Reply::stream().send(openai::opening());
        let reply = if text.len() > LONG_TEXT || pieces.len() == 1 {
            deltas.fold(reply, Reply::send)
        } else {
            reply.send_every(ALONE, deltas)
        };
        openai::close(reply)
    }

    /// The text's pieces, in order.
    pub(super) fn pieces<'text>(&self, text: &'text str) -> Vec<&'text str> {
        let ends: Vec<usize> = text
            .char_indices()
            .map(|(at, character)| at + character.len_utf8())
            .collect();
        match self {
            Self::Whole => vec![text],
            Self::Characters => {
                let mut places = ends;
                places.truncate(SINGLE);
                if places.last().is_some_and(|&last| last < text.len()) {
                    places.push(text.len());
                }
                cut(text, &places)
            }
            Self::Split(seed) => {
                let mut dice = Dice(*seed | 1);
                let mut places: Vec<usize> = (0..=dice.below(3))
                    .map(|_| ends[dice.below(ends.len())])
                    .collect();
                places.push(text.len());
                places.sort_unstable();
                places.dedup();
                cut(text, &places)
            }
        }
    }
}

impl fmt::Display for Form {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => formatter.write_str("whole"),
            Self::Characters => formatter.write_str("by characters"),
            Self::Split(seed) => write!(formatter, "split by {seed}"),
        }
    }
}

fn cut<'text>(text: &'text str, ends: &[usize]) -> Vec<&'text str> {
    let mut begin = 0;
    ends.iter()
        .map(|&end| &text[std::mem::replace(&mut begin, end)..end])
        .collect()
}

/// Marsaglia's xorshift: the same numbers for the same seed, which is all that is asked of it.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

#[test]
fn the_pieces_of_every_form_are_the_text() {
    let text = "<b>\u{e4}\u{1d4c8}\u{0}</b> and more";
    for number in 0..50 {
        for form in Form::all(7, number) {
            assert_eq!(form.pieces(text).concat(), text, "{form}");
        }
    }
    assert_eq!(Form::Characters.pieces(text).len(), text.chars().count());
    let split = Form::all(7, 3).pop().unwrap();
    assert!(split.pieces(text).len() > 1, "a split is one");
}
