//! What the gate has to know of the world: the time, the calendar and the prices.

use super::limits::{Period, Span};
use super::price::Price;
use super::{DAY_MS, HOUR_MS};
use crate::ids::ModelRef;

type Clock = Box<dyn Fn() -> i64 + Send + Sync>;
type Calendar = Box<dyn Fn(Period, i64) -> Span + Send + Sync>;
type Prices = Box<dyn Fn(&ModelRef) -> Option<Price> + Send + Sync>;
type Dearest = Box<dyn Fn(&str) -> Option<Price> + Send + Sync>;

/// What the gate has to know of the world.
pub struct World {
    /// The time, in milliseconds since 1970 (UTC).
    pub(super) now: Clock,
    /// The day or the month that a time lies in.
    pub(super) calendar: Calendar,
    /// What is known of a model's price.
    pub(super) price: Prices,
    /// The dearest price that is known of a provider's models.
    pub(super) dearest: Dearest,
}

impl World {
    /// A world with a clock, in milliseconds since 1970 (UTC). Its days begin at midnight UTC, its months have thirty of
    /// them, and nobody knows a price.
    pub fn new(now: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        Self {
            now: Box::new(now),
            calendar: Box::new(|period, at| {
                let length = match period {
                    Period::Day => DAY_MS,
                    Period::Month => 30 * DAY_MS,
                };
                let start = at.div_euclid(length).saturating_mul(length);
                Span {
                    start,
                    end: start.saturating_add(length),
                }
            }),
            price: Box::new(|_| None),
            dearest: Box::new(|_| None),
        }
    }

    /// The same world with another calendar: the day or the month that a time lies in. It is asked each time, so the time
    /// zone may change.
    #[must_use]
    pub fn with_calendar(
        mut self,
        calendar: impl Fn(Period, i64) -> Span + Send + Sync + 'static,
    ) -> Self {
        self.calendar = Box::new(calendar);
        self
    }

    /// The same world with prices.
    #[must_use]
    pub fn with_prices(
        mut self,
        price: impl Fn(&ModelRef) -> Option<Price> + Send + Sync + 'static,
    ) -> Self {
        self.price = Box::new(price);
        self
    }

    /// The same world with the dearest price that is known of a provider's models, by the provider's id. A budget of money
    /// goes by it where it covers a model whose price isn't known.
    #[must_use]
    pub fn with_dearest(
        mut self,
        dearest: impl Fn(&str) -> Option<Price> + Send + Sync + 'static,
    ) -> Self {
        self.dearest = Box::new(dearest);
        self
    }
}

impl<F: Fn() -> i64 + Send + Sync + 'static> From<F> for World {
    fn from(now: F) -> Self {
        Self::new(now)
    }
}

/// How long the windows of the cap last.
pub(super) const TURNS_WINDOW: i64 = HOUR_MS;
pub(super) const TOKENS_WINDOW: i64 = DAY_MS;
