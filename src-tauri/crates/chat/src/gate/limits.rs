//! What a person may limit. Every number of money is in millionths of a dollar.

use crate::failure::{LimitPeriod, Measure};
use crate::gate::price::Price;
use crate::ids::ModelRef;

/// The cap that is always on, for every provider but the demo. A person may move it, and can't remove it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cap {
    /// Turns in any 60 minutes.
    pub turns_per_hour: u64,
    /// Tokens written by models in any 24 hours.
    pub output_tokens_per_day: u64,
}

impl Cap {
    /// The most that each can be raised to.
    pub const MOST: Self = Self {
        turns_per_hour: 3_600,
        output_tokens_per_day: 50_000_000,
    };
}

impl Default for Cap {
    fn default() -> Self {
        Self {
            turns_per_hour: 60,
            output_tokens_per_day: 500_000,
        }
    }
}

/// How long a budget lasts: a stretch of the calendar that the gate was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Period {
    /// A day.
    Day,
    /// A month.
    Month,
}

impl From<Period> for LimitPeriod {
    fn from(period: Period) -> Self {
        match period {
            Period::Day => Self::Day,
            Period::Month => Self::Month,
        }
    }
}

/// A stretch of time, in milliseconds since 1970 (UTC).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Its first millisecond.
    pub start: i64,
    /// The first millisecond after it.
    pub end: i64,
}

/// A limit that a person has set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    /// The provider that it is for; `None` for all together.
    pub provider: Option<String>,
    /// How long it lasts.
    pub period: Period,
    /// What it counts.
    pub measure: Measure,
    /// How much there may be. With 0 nothing is sent, whatever it would cost.
    pub most: u64,
}

/// A price that a person has set, which goes before the catalogue's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnPrice {
    /// The model.
    pub model: ModelRef,
    /// What it costs.
    pub price: Price,
}

/// Everything that bounds what is sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Limits {
    /// The cap that is always on.
    pub cap: Cap,
    /// The most tokens that one answer may have; `None` for the provider's own limit. With 0 nothing is sent.
    pub answer_tokens: Option<u64>,
    /// Limits beside the cap.
    pub budgets: Vec<Budget>,
    /// Prices that a person has set.
    pub prices: Vec<OwnPrice>,
}

impl From<Cap> for Limits {
    fn from(cap: Cap) -> Self {
        Self {
            cap,
            ..Self::default()
        }
    }
}
