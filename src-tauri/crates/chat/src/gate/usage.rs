//! What of each limit is used.

use super::book::{Book, Sum};
use super::limits::{Budget, Cap};
use super::world::{TOKENS_WINDOW, TURNS_WINDOW, World};
use crate::failure::Measure;

/// What of the two caps is used, and when there is more.
pub(super) struct Caps {
    pub cap: Cap,
    pub turns: u64,
    pub turns_renew_at: Option<i64>,
    pub output_tokens: u64,
    pub tokens_renew_at: Option<i64>,
    pub now: i64,
}

pub(super) fn caps(cap: Cap, book: &Book, now: i64) -> Caps {
    // An entry counts until its window has passed, to the millisecond.
    let hour = now.saturating_sub(TURNS_WINDOW).saturating_add(1);
    let day = now.saturating_sub(TOKENS_WINDOW).saturating_add(1);
    let turns = book.sum(Measure::Requests, None, hour).count;
    let output_tokens = book.written(day);
    Caps {
        cap,
        turns,
        turns_renew_at: book
            .last_to_go(hour, cap.turns_per_hour.min(turns), |_| 1)
            .map(|at| at.saturating_add(TURNS_WINDOW)),
        output_tokens,
        tokens_renew_at: book
            .last_to_go(day, cap.output_tokens_per_day.min(output_tokens), |spent| {
                spent.output_tokens
            })
            .map(|at| at.saturating_add(TOKENS_WINDOW)),
        now,
    }
}

/// What of a budget is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BudgetUse {
    /// How much there was in this period, what is on its way included.
    pub used: u64,
    /// How many turns of this period are not in the cost, since nobody knows their price. 0 for the other measures.
    pub unpriced_turns: u32,
    /// When the next period begins, in milliseconds since 1970 (UTC).
    pub renews_at: i64,
}

/// What of each limit is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateUse {
    /// Turns in the last 60 minutes.
    pub turns: u64,
    /// When there is room for another, or the first of them stops counting; `None` if none counts. Milliseconds since
    /// 1970 (UTC).
    pub turns_renew_at: Option<i64>,
    /// Tokens written in the last 24 hours.
    pub output_tokens: u64,
    /// When there is room for more, or the first of them stop counting; `None` if none count. Milliseconds since 1970
    /// (UTC).
    pub output_tokens_renew_at: Option<i64>,
    /// The budgets that were asked for, in the same order.
    pub budgets: Vec<BudgetUse>,
}

pub(super) fn usage(cap: Cap, budgets: &[Budget], world: &World, book: &Book, now: i64) -> GateUse {
    let caps = caps(cap, book, now);
    let budgets = budgets.iter().map(|budget| {
        let span = (world.calendar)(budget.period, now);
        let Sum { count, unpriced } =
            book.sum(budget.measure, budget.provider.as_deref(), span.start);
        BudgetUse {
            used: count,
            unpriced_turns: unpriced,
            renews_at: span.end,
        }
    });
    GateUse {
        turns: caps.turns,
        turns_renew_at: caps.turns_renew_at,
        output_tokens: caps.output_tokens,
        output_tokens_renew_at: caps.tokens_renew_at,
        budgets: budgets.collect(),
    }
}
