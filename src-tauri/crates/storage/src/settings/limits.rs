//! Limits and prices in `settings.json`:
//!
//! ```json
//! {
//!   "limits": {
//!     "turnsPerHour": 60,
//!     "outputTokensPerDay": 500000,
//!     "answerTokens": 4000,
//!     "day": { "requests": 200, "tokens": 300000, "cost": 1.5 },
//!     "month": { "cost": 20 },
//!     "providers": { "openai": { "month": { "cost": 10 } } }
//!   },
//!   "prices": [{ "provider": "workshop", "model": "qwen3", "input": 0, "output": 0 }]
//! }
//! ```
//!
//! The first two move the cap that is always on. `cost` is in dollars, a price in dollars per million tokens. A limit that
//! can't be read lets nothing through until it is mended: whoever set one meant to be held by it.

mod prices;
mod read;
mod write;

use std::collections::BTreeMap;

use chat::{Budget, Limits, Measure, OwnPrice, Period};
pub(super) use prices::{read_prices, write_prices};
pub(super) use read::read;
pub(super) use write::write;

/// The most requests or tokens that a budget may hold.
pub const MOST_COUNT: u64 = 1_000_000_000_000;
/// The most that a budget, or a price of a million tokens, may hold, in millionths of a dollar: a million dollars.
pub const MOST_MONEY: u64 = 1_000_000_000_000;
/// The most tokens that one answer may be allowed.
pub const MOST_ANSWER: u64 = 10_000_000;

/// Names a limit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum LimitName {
    /// A part of the file that holds limits is no object. It stands for a budget of nothing.
    Whole,
    /// Of the cap: turns in any 60 minutes.
    TurnsPerHour,
    /// Of the cap: tokens written in any 24 hours.
    OutputTokensPerDay,
    /// The most tokens of one answer.
    AnswerTokens,
    /// A budget.
    Budget {
        /// The provider's id; `None` for all together.
        provider: Option<String>,
        /// How long it lasts.
        period: Period,
        /// What it counts.
        measure: Measure,
    },
}

/// What stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitValue {
    /// So many; of cost, millionths of a dollar.
    Most(u64),
    /// Nothing that can be read.
    Unreadable,
}

/// The limits that a person has set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LimitSettings(BTreeMap<LimitName, LimitValue>);

impl LimitSettings {
    /// A limit as it is set, if it is.
    pub fn get(&self, name: &LimitName) -> Option<LimitValue> {
        self.0.get(name).copied()
    }

    /// Sets a limit, or removes it. What could not be read is mended by it.
    pub fn set(&mut self, name: LimitName, most: Option<u64>) {
        match most {
            Some(most) => self.0.insert(name, LimitValue::Most(most)),
            None => self.0.remove(&name),
        };
    }

    /// Every limit that is set.
    pub fn iter(&self) -> impl Iterator<Item = (&LimitName, LimitValue)> {
        self.0.iter().map(|(name, value)| (name, *value))
    }

    /// All of it as the gate wants it, with these prices. What can't be read lets nothing through.
    pub fn in_force(&self, prices: Vec<OwnPrice>) -> Limits {
        let mut limits = Limits {
            prices,
            ..Limits::default()
        };
        for (name, value) in self.iter() {
            let most = match value {
                LimitValue::Most(most) => most,
                LimitValue::Unreadable => 0,
            };
            match name {
                LimitName::TurnsPerHour => limits.cap.turns_per_hour = most,
                LimitName::OutputTokensPerDay => limits.cap.output_tokens_per_day = most,
                LimitName::AnswerTokens => limits.answer_tokens = Some(most),
                LimitName::Whole => limits.budgets.push(Budget {
                    provider: None,
                    period: Period::Day,
                    measure: Measure::Requests,
                    most,
                }),
                LimitName::Budget {
                    provider,
                    period,
                    measure,
                } => limits.budgets.push(Budget {
                    provider: provider.clone(),
                    period: *period,
                    measure: *measure,
                    most,
                }),
            }
        }
        limits
    }
}

/// The periods by their names in the file.
const PERIODS: [(&str, Period); 2] = [("day", Period::Day), ("month", Period::Month)];
/// The measures by their names in the file.
const MEASURES: [(&str, Measure); 3] = [
    ("requests", Measure::Requests),
    ("tokens", Measure::Tokens),
    ("cost", Measure::Cost),
];

/// A whole number up to `most`.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "no limit passes 10^12, which a float holds exactly; what is out of range is refused first"
)]
pub fn whole(number: f64, most: u64) -> Option<u64> {
    let fits = number.fract() == 0.0 && (0.0..=most as f64).contains(&number);
    fits.then_some(number as u64)
}

/// So many dollars, as millionths of one, if they are no less than nothing and no more than [`MOST_MONEY`].
pub fn dollars(number: f64) -> Option<u64> {
    (number >= 0.0)
        .then(|| whole((number * 1e6).round(), MOST_MONEY))
        .flatten()
}

/// Millionths of a dollar as dollars.
#[allow(
    clippy::cast_precision_loss,
    reason = "no limit passes 10^12, which a float holds exactly"
)]
pub fn in_dollars(money: u64) -> f64 {
    money as f64 / 1e6
}

#[cfg(test)]
mod tests;
