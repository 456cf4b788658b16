//! Keys that exist for one test: made while it runs, so that no file holds them, and never printed.

use std::hash::{BuildHasher as _, RandomState};

use crate::needle::Needle;

/// A key that nobody else has.
#[derive(PartialEq, Eq)]
pub struct Canary(String);

impl Canary {
    /// One of that prefix and `length` random letters and digits, among them some of both.
    pub fn new(prefix: &str, length: usize) -> Self {
        const DIGITS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
        // The standard library's only source of randomness: each of these is keyed anew.
        let mut random = (0_u64..).map(|number| RandomState::new().hash_one(number));
        let tail = (0..length).map(|at| {
            // Some are digits for sure: a key that looks like a word by chance is not noticed in a text.
            let choice: &[u8] = if at % 5 == 2 { &DIGITS[26..] } else { DIGITS };
            let pick = random.next().unwrap_or_default() % choice.len() as u64;
            char::from(choice[usize::try_from(pick).unwrap()])
        });
        Self(prefix.chars().chain(tail).collect())
    }

    /// A key of OpenAI's shape.
    pub fn openai() -> Self {
        Self::new("sk-proj-", 48)
    }

    /// A key of no known shape, as gateways hand them out.
    pub fn of_no_shape() -> Self {
        Self::new("wk.", 45)
    }

    /// The key itself.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// The same with each character as JSON's `\u` escape.
    pub fn escaped(&self) -> String {
        self.0
            .bytes()
            .fold(String::new(), |text, byte| text + &format!("\\u{byte:04x}"))
    }

    /// Its two halves.
    pub fn halves(&self) -> (&str, &str) {
        self.0.split_at(self.0.len() / 2)
    }

    /// What to look for where it must not be.
    pub fn needle(&self) -> Needle {
        Needle::new(&self.0)
    }

    /// Whether `text` holds it. For assertions: a failing one prints neither.
    pub fn is_in(&self, text: &str) -> bool {
        let (first, second) = self.halves();
        text.contains(first) || text.contains(second)
    }
}
