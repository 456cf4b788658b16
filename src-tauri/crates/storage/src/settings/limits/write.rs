//! Changed limits into the JSON they came from, so that all else in it stays as a person wrote it.

use chat::Measure;
use serde_json::{Map, Number, Value, json};

use super::{LimitName, LimitSettings, LimitValue, MEASURES, PERIODS, in_dollars};

/// Writes what differs between `before` (what `object` says) and `after` into `object`.
pub(in crate::settings) fn write(
    object: &mut Map<String, Value>,
    before: &LimitSettings,
    after: &LimitSettings,
) {
    if before == after {
        return;
    }
    if before.get(&LimitName::Whole).is_some() && after.get(&LimitName::Whole).is_none() {
        drop_what_is_none(object);
    }
    let names = before.0.keys().chain(after.0.keys());
    for name in names {
        if before.get(name) == after.get(name) {
            continue;
        }
        let path = path(name);
        match after.get(name) {
            Some(LimitValue::Most(most)) => put(object, &path, number(name, most)),
            _ => remove(object, &path),
        }
    }
}

/// Takes out every part that should be an object and is none.
fn drop_what_is_none(object: &mut Map<String, Value>) {
    let is_odd = |value: &Value| !value.is_object() && !value.is_null();
    if object.get("limits").is_some_and(is_odd) {
        object.remove("limits");
    }
    let Some(limits) = object.get_mut("limits").and_then(Value::as_object_mut) else {
        return;
    };
    let holders = ["day", "month", "providers"];
    limits.retain(|name, value| !(holders.contains(&name.as_str()) && is_odd(value)));
    let providers = limits.get_mut("providers").and_then(Value::as_object_mut);
    for (_, provider) in providers.into_iter().flatten() {
        if is_odd(provider) {
            *provider = json!({});
        } else if let Some(periods) = provider.as_object_mut() {
            periods.retain(|name, value| !(holders.contains(&name.as_str()) && is_odd(value)));
        }
    }
}

fn path(name: &LimitName) -> Vec<&str> {
    let mut path = vec!["limits"];
    match name {
        // It has no place of its own.
        LimitName::Whole => {}
        LimitName::TurnsPerHour => path.push("turnsPerHour"),
        LimitName::OutputTokensPerDay => path.push("outputTokensPerDay"),
        LimitName::AnswerTokens => path.push("answerTokens"),
        LimitName::Budget {
            provider,
            period,
            measure,
        } => {
            if let Some(id) = provider {
                path.extend(["providers", id]);
            }
            path.extend(
                PERIODS
                    .iter()
                    .filter(|(_, one)| one == period)
                    .map(|(name, _)| *name),
            );
            path.extend(
                MEASURES
                    .iter()
                    .filter(|(_, one)| one == measure)
                    .map(|(name, _)| *name),
            );
        }
    }
    path
}

fn number(name: &LimitName, most: u64) -> Value {
    match name {
        LimitName::Budget {
            measure: Measure::Cost,
            ..
        } => money_value(most),
        _ => Value::from(most),
    }
}

/// Dollars, without a point where there are only whole ones.
pub(super) fn money_value(money: u64) -> Value {
    if money.is_multiple_of(1_000_000) {
        return Value::from(money / 1_000_000);
    }
    Number::from_f64(in_dollars(money)).map_or(Value::Null, Value::Number)
}

fn put(object: &mut Map<String, Value>, path: &[&str], value: Value) {
    match path {
        [] => {}
        [name] => {
            object.insert((*name).to_owned(), value);
        }
        [name, rest @ ..] => {
            let inner = object.entry(*name).or_insert_with(|| json!({}));
            if inner.is_null() {
                *inner = json!({});
            }
            if let Some(inner) = inner.as_object_mut() {
                put(inner, rest, value);
            }
        }
    }
}

fn remove(object: &mut Map<String, Value>, path: &[&str]) {
    match path {
        [] | ["limits"] => {}
        [name] => {
            object.remove(*name);
        }
        [name, rest @ ..] => {
            if let Some(inner) = object.get_mut(*name).and_then(Value::as_object_mut) {
                remove(inner, rest);
            }
        }
    }
}
