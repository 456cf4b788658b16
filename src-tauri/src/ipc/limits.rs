//! Limits and prices as the settings window shows and sets them. Money is in dollars here and tokens are whole numbers;
//! what is asked for comes as any number, and is refused in words if it is none that a limit can be.

use chat::{LimitHit as Hit, Measure as Counted};
use serde::{Deserialize, Deserializer, Serialize};
use ts_rs::TS;

/// How long a budget lasts: a day or a month of the calendar, in local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Period {
    /// From midnight to midnight.
    Day,
    /// From the first of a month to the first of the next.
    Month,
}

/// What a budget counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Measure {
    /// Requests.
    Requests,
    /// Tokens, read and written.
    Tokens,
    /// Dollars.
    Cost,
}

/// The two caps that are always on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum CapKind {
    /// Turns in any 60 minutes.
    TurnsPerHour,
    /// Tokens written by models in any 24 hours.
    OutputTokensPerDay,
}

/// A cap and what of it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CapUse {
    /// Which.
    pub kind: CapKind,
    /// How much there may be.
    #[ts(type = "number")]
    pub limit: u64,
    /// The most that it can be raised to.
    #[ts(type = "number")]
    pub most: u64,
    /// How much there was.
    #[ts(type = "number")]
    pub used: u64,
    /// When the first of it stops counting, in milliseconds since 1970 (UTC); `null` if nothing counts.
    #[ts(type = "number | null")]
    pub renews_at: Option<i64>,
}

/// A budget and what of it is used.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BudgetUse {
    /// The provider that it is for; `null` for all together.
    pub provider: Option<String>,
    /// How long it lasts.
    pub period: Period,
    /// What it counts.
    pub measure: Measure,
    /// How much there may be; `null` if nobody has set a limit. Of cost, dollars.
    pub limit: Option<f64>,
    /// What stands in settings.json can't be read: until it is set anew, nothing is sent. `limit` is 0 then.
    pub unreadable: bool,
    /// How much there was in this period, what is on its way included.
    pub used: f64,
    /// When the next period begins, in milliseconds since 1970 (UTC).
    #[ts(type = "number")]
    pub renews_at: i64,
    /// How many turns of this period are not in the cost, since nobody knows their price. 0 for the other measures.
    pub unpriced_turns: u32,
}

/// A provider that a budget can be set for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LimitProvider {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// Where a price comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum PriceSource {
    /// From the catalogue.
    Catalogue {
        /// The day on which it was looked up: `2026-11-25`.
        date: String,
    },
    /// The person has set it.
    Own,
    /// Nobody knows it: turns with this model count in tokens, and not in cost.
    Unknown,
}

/// What a model costs, in dollars per million tokens.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PriceRow {
    /// The provider's id.
    pub provider: String,
    /// The provider's name.
    pub provider_name: String,
    /// The model's id.
    pub model: String,
    /// For what it reads.
    pub input: Option<f64>,
    /// For what it writes.
    pub output: Option<f64>,
    /// Where the price comes from.
    pub source: PriceSource,
}

/// Everything the page of limits shows.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LimitsState {
    /// The two caps that are always on.
    pub cap: Vec<CapUse>,
    /// The most tokens that one answer may have; `null` for the provider's own limit.
    pub answer_tokens: Option<u32>,
    /// What stands in settings.json for it can't be read: until it is set anew, nothing is sent.
    pub answer_unreadable: bool,
    /// For all providers together every period and measure; for one provider those that have a limit.
    pub budgets: Vec<BudgetUse>,
    /// The providers that a budget can be set for.
    pub providers: Vec<LimitProvider>,
    /// Models that were used or chosen, or whose price the person has set.
    pub prices: Vec<PriceRow>,
}

/// Sets a cap. Raising one asks natively.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SetCap {
    /// Which.
    pub kind: CapKind,
    /// How much there may be.
    #[serde(deserialize_with = "number")]
    pub value: f64,
}

/// Sets or removes a budget. Raising or removing one asks natively.
#[derive(Debug, Clone, PartialEq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SetBudget {
    /// The provider that it is for; `null` for all together.
    pub provider: Option<String>,
    /// How long it lasts.
    pub period: Period,
    /// What it counts.
    pub measure: Measure,
    /// How much there may be; of cost, dollars. `null` removes the budget.
    #[serde(deserialize_with = "number_or_nothing")]
    pub value: Option<f64>,
}

/// Sets or removes the limit of one answer. Raising or removing it asks natively.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SetAnswerLimit {
    /// The most tokens that one answer may have; `null` for the provider's own limit.
    #[serde(deserialize_with = "number_or_nothing")]
    pub tokens: Option<f64>,
}

/// What a model costs, in dollars per million tokens.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Price {
    /// For what it reads.
    #[serde(deserialize_with = "number")]
    pub input: f64,
    /// For what it writes.
    #[serde(deserialize_with = "number")]
    pub output: f64,
}

/// Sets a price, or goes back to the catalogue's. It asks natively unless both numbers rise.
#[derive(Debug, Clone, PartialEq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SetPrice {
    /// The provider's id.
    pub provider: String,
    /// The model's id.
    pub model: String,
    /// The price; `null` for the catalogue's.
    pub price: Option<Price>,
}

/// The stretch of time of a limit that was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum LimitPeriod {
    /// Any 60 minutes.
    Hour,
    /// A day: of a budget one of the calendar, of the cap any 24 hours.
    Day,
    /// A month of the calendar.
    Month,
}

/// The limit that a turn would have passed, or has passed.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LimitHit {
    /// The provider that it is for; `null` for all together.
    pub provider: Option<String>,
    /// Over which time it counts.
    pub period: LimitPeriod,
    /// What it counts.
    pub measure: Measure,
    /// How much there may be; of cost, dollars.
    pub limit: f64,
    /// How much of it was left.
    pub left: f64,
    /// When there is more again, in milliseconds since 1970 (UTC).
    #[ts(type = "number")]
    pub renews_at: i64,
}

// Its numbers are made from whole ones, so each equals itself.
impl Eq for LimitHit {}

impl From<Counted> for Measure {
    fn from(measure: Counted) -> Self {
        match measure {
            Counted::Requests => Self::Requests,
            Counted::Tokens => Self::Tokens,
            Counted::Cost => Self::Cost,
        }
    }
}

impl From<Hit> for LimitHit {
    fn from(hit: Hit) -> Self {
        let measure = hit.measure.into();
        Self {
            provider: hit.provider,
            period: match hit.period {
                chat::LimitPeriod::Hour => LimitPeriod::Hour,
                chat::LimitPeriod::Day => LimitPeriod::Day,
                chat::LimitPeriod::Month => LimitPeriod::Month,
            },
            limit: in_units(measure, hit.limit),
            left: in_units(measure, hit.left),
            measure,
            renews_at: hit.renews_at,
        }
    }
}

/// A count as the window shows it: whole numbers, and dollars for millionths of one.
#[allow(
    clippy::cast_precision_loss,
    reason = "no limit passes 10^12, which a float holds exactly"
)]
pub(crate) fn in_units(measure: Measure, count: u64) -> f64 {
    match measure {
        Measure::Cost => count as f64 / 1e6,
        Measure::Requests | Measure::Tokens => count as f64,
    }
}

/// A number. Whatever else stands there is not a number, and so no limit: that has words, which a call that can't be read
/// has not.
fn number<'de, D: Deserializer<'de>>(json: D) -> Result<f64, D::Error> {
    let value = serde_json::Value::deserialize(json)?;
    Ok(value.as_f64().unwrap_or(f64::NAN))
}

/// The same, where `null` stands for nothing.
pub(super) fn number_or_nothing<'de, D: Deserializer<'de>>(
    json: D,
) -> Result<Option<f64>, D::Error> {
    let value = serde_json::Value::deserialize(json)?;
    Ok((!value.is_null()).then(|| value.as_f64().unwrap_or(f64::NAN)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_no_number_is_read_as_none() {
        for (value, expected) in [
            (json!(null), None),
            (json!(5), Some(5.0)),
            (json!(1e18), Some(1e18)),
        ] {
            let request: SetAnswerLimit =
                serde_json::from_value(json!({ "tokens": value })).unwrap();
            assert_eq!(request.tokens, expected);
        }
        for odd in [json!("5"), json!([]), json!({}), json!(true)] {
            let request: SetAnswerLimit = serde_json::from_value(json!({ "tokens": odd })).unwrap();
            assert!(request.tokens.unwrap().is_nan(), "{odd}");
        }
        let cap = json!({ "kind": "turnsPerHour", "value": null });
        let cap: SetCap = serde_json::from_value(cap).unwrap();
        assert!(cap.value.is_nan());
    }
}
