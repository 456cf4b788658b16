//! Limits and prices as a person sees and sets them. Whatever would let more be spent asks natively; to lower a limit
//! needs no leave.

pub(crate) mod calendar;
mod change;
mod price;
mod wording;

use std::collections::HashSet;
use std::sync::Arc;

use chat::{Budget, Cap, Limits, Measure as Counted, ModelRef, Period as Lasts, SendGate};
use storage::Settings;
use storage::limits::{LimitName, LimitValue, in_dollars};

use crate::app::App;
use crate::ipc::{
    BudgetUse, CapKind, CapUse, CommandError, ErrorCode, LimitProvider, LimitsState, Measure,
    Period, PriceRow, PriceSource, in_units,
};
use crate::names::shown_name;

/// How far back a model that was asked is listed with its price, in milliseconds.
const ASKED_LATELY: i64 = 92 * 86_400_000;

/// The limits that settings stand for.
pub(crate) fn in_force(settings: &Settings) -> Limits {
    settings.limits.in_force(settings.prices.clone())
}

impl App {
    /// Has the gate go by the settings as they are now. Any change of them takes in what was changed in the file by hand.
    pub(crate) fn put_limits_in_force(&self) {
        self.gate.set_limits(|| in_force(&self.settings.current()));
    }

    /// Everything the page of limits shows.
    ///
    /// # Errors
    /// When the ledger can't be read.
    pub(crate) async fn limits_state(&self) -> Result<LimitsState, CommandError> {
        // What is shown is in force, whatever another change of the settings has taken in from the file.
        self.put_limits_in_force();
        let settings = self.settings.current();
        let budgets = shown_budgets(&settings);
        let (used, asked) = self.used(budgets.clone()).await?;
        let cap = self.gate.cap();
        let whole_is_unreadable = settings.limits.get(&LimitName::Whole).is_some();
        let budgets = budgets.into_iter().zip(used.budgets).map(|(budget, used)| {
            let value = settings.limits.get(&name_of(&budget));
            let stands_for_all = whole_is_unreadable
                && budget.provider.is_none()
                && budget.period == Lasts::Day
                && budget.measure == Counted::Requests;
            let unreadable = stands_for_all || value == Some(LimitValue::Unreadable);
            let measure = Measure::from(budget.measure);
            let most = match value {
                _ if unreadable => Some(0),
                Some(LimitValue::Most(most)) => Some(most),
                _ => None,
            };
            BudgetUse {
                provider: budget.provider,
                period: match budget.period {
                    Lasts::Day => Period::Day,
                    Lasts::Month => Period::Month,
                },
                measure,
                limit: most.map(|most| in_units(measure, most)),
                unreadable,
                used: in_units(measure, used.used),
                renews_at: used.renews_at,
                unpriced_turns: used.unpriced_turns,
            }
        });
        let answer = settings.limits.get(&LimitName::AnswerTokens);
        Ok(LimitsState {
            cap: vec![
                CapUse {
                    kind: CapKind::TurnsPerHour,
                    limit: cap.turns_per_hour,
                    most: Cap::MOST.turns_per_hour,
                    used: used.turns,
                    renews_at: used.turns_renew_at,
                },
                CapUse {
                    kind: CapKind::OutputTokensPerDay,
                    limit: cap.output_tokens_per_day,
                    most: Cap::MOST.output_tokens_per_day,
                    used: used.output_tokens,
                    renews_at: used.output_tokens_renew_at,
                },
            ],
            answer_tokens: match answer {
                Some(LimitValue::Most(most)) => u32::try_from(most).ok(),
                _ => None,
            },
            answer_unreadable: answer == Some(LimitValue::Unreadable),
            budgets: budgets.collect(),
            providers: self
                .roster()
                .into_iter()
                .map(|listed| LimitProvider {
                    id: listed.provider.id().to_owned(),
                    name: listed.provider.name().to_owned(),
                })
                .collect(),
            prices: self.price_rows(&settings, asked),
        })
    }

    /// What of these budgets is used, and which models were asked lately.
    async fn used(
        &self,
        budgets: Vec<Budget>,
    ) -> Result<(chat::GateUse, Vec<ModelRef>), CommandError> {
        let (gate, database): (Arc<SendGate>, _) =
            (Arc::clone(&self.gate), Arc::clone(&self.database));
        tokio::task::spawn_blocking(move || {
            let since = crate::app::now_ms().saturating_sub(ASKED_LATELY);
            Ok((gate.usage(&budgets)?, database.models_asked(since)?))
        })
        .await
        .map_err(|_| CommandError::new(ErrorCode::DatabaseFailed))?
        .map_err(|failure: chat::StoreFailure| failure.into())
    }

    /// The chosen model, those that were asked lately and those with a price of their own, each once.
    fn price_rows(&self, settings: &Settings, asked: Vec<ModelRef>) -> Vec<PriceRow> {
        let chosen = settings.model.clone().into_iter();
        let own = settings.prices.iter().map(|own| own.model.clone());
        let mut seen = HashSet::new();
        chosen
            .chain(own)
            .chain(asked)
            .filter(|model| model.provider != providers::demo::PROVIDER_ID)
            .filter(|model| seen.insert(model.clone()))
            .map(|model| self.price_row(settings, model))
            .collect()
    }

    fn price_row(&self, settings: &Settings, model: ModelRef) -> PriceRow {
        let own = settings.prices.iter().find(|own| own.model == model);
        let known = self.catalog.price(&model.provider, &model.model);
        let (price, source) = match (own, known) {
            (Some(own), _) => (Some(own.price), PriceSource::Own),
            (None, Some(known)) => (
                Some(known.price),
                PriceSource::Catalogue {
                    date: known.date.clone(),
                },
            ),
            (None, None) => (None, PriceSource::Unknown),
        };
        PriceRow {
            provider_name: self.provider_name(&model.provider),
            provider: model.provider,
            model: model.model,
            input: price.map(|price| in_dollars(price.input)),
            output: price.map(|price| in_dollars(price.output)),
            source,
        }
    }

    /// A provider's name; what can be shown of its id if it is not set up any more.
    fn provider_name(&self, id: &str) -> String {
        match self.find_provider(id) {
            Some(listed) => listed.provider.name().to_owned(),
            None => shown_name(id, "—"),
        }
    }
}

/// For all providers together every period and measure; for one provider those that have a limit.
fn shown_budgets(settings: &Settings) -> Vec<Budget> {
    let mut budgets = Vec::new();
    for period in [Lasts::Day, Lasts::Month] {
        for measure in [Counted::Requests, Counted::Tokens, Counted::Cost] {
            budgets.push(Budget {
                provider: None,
                period,
                measure,
                most: 0,
            });
        }
    }
    let of_one = settings.limits.iter().filter_map(|(name, _)| match name {
        LimitName::Budget {
            provider: Some(provider),
            period,
            measure,
        } => Some(Budget {
            provider: Some(provider.clone()),
            period: *period,
            measure: *measure,
            most: 0,
        }),
        _ => None,
    });
    budgets.extend(of_one);
    budgets
}

fn name_of(budget: &Budget) -> LimitName {
    LimitName::Budget {
        provider: budget.provider.clone(),
        period: budget.period,
        measure: budget.measure,
    }
}
