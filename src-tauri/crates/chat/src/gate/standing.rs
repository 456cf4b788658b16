//! How each limit stands, and what it lets a turn do.

use super::book::Book;
use super::limits::Limits;
use super::price::{Price, Spent};
use super::usage::{Caps, caps};
use super::world::{TOKENS_WINDOW, TURNS_WINDOW, World};
use super::{GROWTH, LEAST_ANSWER, USUAL_ANSWER, seconds_until};
use crate::failure::{Failure, FailureKind, LimitHit, LimitPeriod, Measure};

/// What a limit counts, here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Counts {
    Requests,
    /// Tokens written.
    Output,
    /// Tokens read and written.
    Tokens,
    Cost,
}

/// One limit that a turn falls under.
struct Standing<'a> {
    kind: FailureKind,
    counts: Counts,
    provider: Option<&'a str>,
    period: LimitPeriod,
    most: u64,
    used: u64,
    renews_at: i64,
}

impl Standing<'_> {
    fn left(&self) -> u64 {
        self.most.saturating_sub(self.used)
    }

    /// How many more tokens can be written under this limit, if it bounds them at all.
    fn output_left(&self, left: u64, price: Option<Price>) -> Option<u64> {
        match self.counts {
            Counts::Requests => None,
            Counts::Output | Counts::Tokens => Some(left),
            Counts::Cost => price.map(|price| price.output_for(left)),
        }
    }

    /// What reading takes of this limit.
    fn input_takes(&self, input_tokens: u64, price: Option<Price>) -> u64 {
        match self.counts {
            Counts::Requests | Counts::Output => 0,
            Counts::Tokens => input_tokens,
            Counts::Cost => price.map_or(0, |price| price.cost(input_tokens, 0, 0)),
        }
    }

    fn failure(&self, now: i64) -> Failure {
        let mut failure = Failure::new(self.kind).with_limit(LimitHit {
            provider: self.provider.map(ToOwned::to_owned),
            period: self.period,
            measure: match self.counts {
                Counts::Requests => Measure::Requests,
                Counts::Output | Counts::Tokens => Measure::Tokens,
                Counts::Cost => Measure::Cost,
            },
            limit: self.most,
            left: self.left(),
            renews_at: self.renews_at,
        });
        // Of nothing there is no more later either.
        if self.most > 0 {
            failure = failure.with_retry_after(Some(seconds_until(self.renews_at, now)));
        }
        failure
    }
}

/// What a turn may do.
pub(super) struct Allowed {
    /// What is kept for it.
    pub held: Spent,
    /// The most tokens to ask for; `None` leaves it to the provider.
    pub most_output: Option<u64>,
}

/// Every limit that a turn falls under.
pub(super) struct Standings<'a> {
    all: Vec<Standing<'a>>,
    answer_tokens: Option<u64>,
    now: i64,
}

impl<'a> Standings<'a> {
    pub(super) fn of(
        limits: &'a Limits,
        world: &World,
        book: &Book,
        provider: &str,
        now: i64,
    ) -> Self {
        let mut all = caps(limits.cap, book, now).standings();
        let budgets = limits.budgets.iter().filter(|budget| {
            budget
                .provider
                .as_deref()
                .is_none_or(|budgeted| budgeted == provider)
        });
        for budget in budgets {
            let span = (world.calendar)(budget.period, now);
            let sum = book.sum(budget.measure, budget.provider.as_deref(), span.start);
            let (kind, counts) = match budget.measure {
                Measure::Requests => (FailureKind::BudgetRequests, Counts::Requests),
                Measure::Tokens => (FailureKind::BudgetTokens, Counts::Tokens),
                Measure::Cost => (FailureKind::BudgetCost, Counts::Cost),
            };
            all.push(Standing {
                kind,
                counts,
                provider: budget.provider.as_deref(),
                period: budget.period.into(),
                most: budget.most,
                used: sum.count,
                renews_at: span.end,
            });
        }
        Self {
            all,
            answer_tokens: limits.answer_tokens,
            now,
        }
    }

    /// Of several limits in the way the one that lasts longest: to say that there is more tomorrow would be wrong if the
    /// month is spent too.
    fn refusal<'s>(&self, in_the_way: impl Iterator<Item = &'s Standing<'s>>) -> Option<Failure> {
        let longest = in_the_way.max_by_key(|standing| (standing.most == 0, standing.renews_at));
        longest.map(|standing| standing.failure(self.now))
    }

    /// Lets a turn in that reads `input_tokens`, or says why not.
    pub(super) fn let_in(
        &self,
        input_tokens: u64,
        price: Option<Price>,
    ) -> Result<Allowed, Failure> {
        let wanted = self.answer_tokens.unwrap_or(USUAL_ANSWER);
        if wanted == 0 {
            return Err(Failure::new(FailureKind::BudgetTokens)
                .with_detail("The limit of tokens for one answer lets nothing through."));
        }
        let least = LEAST_ANSWER.min(wanted);
        // What is left for the answer once the request is read; nothing where not even that fits.
        let room = |standing: &Standing<'_>| {
            let left = standing
                .left()
                .checked_sub(standing.input_takes(input_tokens, price))?;
            Some(standing.output_left(left, price).unwrap_or(u64::MAX))
        };
        let in_the_way = self.all.iter().filter(|standing| {
            let fits = match standing.counts {
                // The cap is one of what was written: as long as something is left of it, somebody may write.
                Counts::Requests | Counts::Output => true,
                Counts::Tokens | Counts::Cost => room(standing).is_some_and(|room| room >= least),
            };
            // Where money is spent, nobody is asked whose price isn't known either.
            standing.left() == 0 || !fits
        });
        if let Some(failure) = self.refusal(in_the_way) {
            return Err(failure);
        }
        let most = self.all.iter().filter_map(room).fold(u64::MAX, u64::min);
        // However long an answer may be, no more is kept at first than most take; it grows.
        let output_tokens = wanted.min(USUAL_ANSWER).min(most);
        let is_bounded = self.answer_tokens.is_some() || most < wanted;
        Ok(Allowed {
            held: spent(input_tokens, output_tokens, price),
            most_output: is_bounded.then_some(wanted.min(most)),
        })
    }

    /// Lets what is kept for a turn grow to `written` tokens of output, and somewhat more where there is room. What was
    /// written counts even if it has passed a limit, which is told then.
    pub(super) fn let_grow(
        &self,
        held: Spent,
        written: u64,
        price: Option<Price>,
    ) -> (Spent, Result<(), Failure>) {
        let more = written.saturating_sub(held.output_tokens);
        let room = |standing: &Standing<'_>| {
            standing
                .output_left(standing.left(), price)
                .unwrap_or(u64::MAX)
        };
        let in_the_way = self.all.iter().filter(|standing| room(standing) < more);
        if let Some(failure) = self.refusal(in_the_way) {
            return (spent(held.input_tokens, written, price), Err(failure));
        }
        let wanted = more.saturating_add(GROWTH);
        let grown = self.all.iter().map(room).fold(wanted, u64::min);
        let output_tokens = held.output_tokens.saturating_add(grown);
        (spent(held.input_tokens, output_tokens, price), Ok(()))
    }
}

fn spent(input_tokens: u64, output_tokens: u64, price: Option<Price>) -> Spent {
    Spent {
        input_tokens,
        output_tokens,
        cost: price.map(|price| price.cost(input_tokens, 0, output_tokens)),
    }
}

impl Caps {
    fn standings<'a>(&self) -> Vec<Standing<'a>> {
        vec![
            Standing {
                kind: FailureKind::CapTurns,
                counts: Counts::Requests,
                provider: None,
                period: LimitPeriod::Hour,
                most: self.cap.turns_per_hour,
                used: self.turns,
                renews_at: self
                    .turns_renew_at
                    .unwrap_or_else(|| self.now.saturating_add(TURNS_WINDOW)),
            },
            Standing {
                kind: FailureKind::CapTokens,
                counts: Counts::Output,
                provider: None,
                period: LimitPeriod::Day,
                most: self.cap.output_tokens_per_day,
                used: self.output_tokens,
                renews_at: self
                    .tokens_renew_at
                    .unwrap_or_else(|| self.now.saturating_add(TOKENS_WINDOW)),
            },
        ]
    }
}
