//! Prices of one's own, read and written.

use chat::{ModelRef, OwnPrice, Price};
use serde_json::{Map, Value, json};

use super::read::money;
use super::write::money_value;
use crate::settings::problem::{SettingsProblem, SettingsProblemKind as Kind};

/// Reads `prices`.
pub(in crate::settings) fn read_prices(
    value: Option<&Value>,
    problems: &mut Vec<SettingsProblem>,
) -> Vec<OwnPrice> {
    let mut prices: Vec<OwnPrice> = Vec::new();
    let entries = match value {
        None | Some(Value::Null) => return prices,
        Some(Value::Array(entries)) => entries.as_slice(),
        Some(_) => {
            problems.push(SettingsProblem {
                place: "prices".into(),
                kind: Kind::BadValue,
            });
            return prices;
        }
    };
    for (index, entry) in entries.iter().enumerate() {
        let kind = match price(entry) {
            None => Kind::BadValue,
            Some(price) if prices.iter().any(|known| known.model == price.model) => {
                Kind::DuplicateId
            }
            Some(price) => {
                prices.push(price);
                continue;
            }
        };
        problems.push(SettingsProblem {
            place: format!("prices[{index}]"),
            kind,
        });
    }
    prices
}

fn price(entry: &Value) -> Option<OwnPrice> {
    let text = |name: &str| {
        let text = entry.get(name)?.as_str()?;
        (!text.is_empty()).then(|| text.to_owned())
    };
    Some(OwnPrice {
        model: ModelRef {
            provider: text("provider")?,
            model: text("model")?,
        },
        price: Price {
            input: money(entry.get("input")?)?,
            cached_input: None,
            output: money(entry.get("output")?)?,
        },
    })
}

/// Writes changed prices. Entries that can't be read stay, behind the others.
pub(in crate::settings) fn write_prices(
    object: &mut Map<String, Value>,
    before: &[OwnPrice],
    after: &[OwnPrice],
) {
    if before == after {
        return;
    }
    let old = match object.remove("prices") {
        Some(Value::Array(entries)) => entries,
        _ => Vec::new(),
    };
    let unreadable = old.into_iter().filter(|entry| price(entry).is_none());
    let entries: Vec<Value> = after
        .iter()
        .map(|own| {
            json!({
                "provider": own.model.provider,
                "model": own.model.model,
                "input": money_value(own.price.input),
                "output": money_value(own.price.output),
            })
        })
        .chain(unreadable)
        .collect();
    object.insert("prices".into(), Value::Array(entries));
}
