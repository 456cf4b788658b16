//! Changed settings into the JSON they came from, so that all else in it stays as a person wrote it.

use serde::Serialize;
use serde_json::{Map, Value};

use super::{ProviderEntry, Settings, VERSION, limits, network, parse, updates};

/// Writes what differs between `before` (what `object` says) and `after` into `object`.
pub(super) fn changes(object: &mut Map<String, Value>, before: &Settings, after: &Settings) {
    object
        .entry("version")
        .or_insert_with(|| Value::from(VERSION));
    put(object, "theme", &before.theme, &after.theme);
    put(object, "textSize", &before.text_size, &after.text_size);
    put(object, "model", &before.model, &after.model);
    limits::write(object, &before.limits, &after.limits);
    limits::write_prices(object, &before.prices, &after.prices);
    network::write(object, &before.network, &after.network);
    updates::write(object, &before.updates, &after.updates);
    if before.rotate_after_days != after.rotate_after_days {
        object.insert("rotateAfterDays".into(), json(&after.rotate_after_days));
    }
    if before.providers != after.providers {
        let old = match object.remove("providers") {
            Some(Value::Array(entries)) => entries,
            _ => Vec::new(),
        };
        object.insert("providers".into(), providers(old, before, after));
    }
}

fn put<T: Serialize + PartialEq>(
    object: &mut Map<String, Value>,
    name: &str,
    before: &T,
    after: &T,
) {
    if before != after || !object.contains_key(name) {
        object.insert(name.into(), json(after));
    }
}

/// The entries that can be used, as `after` has them, each with its unknown fields; then those that can't.
fn providers(old: Vec<Value>, before: &Settings, after: &Settings) -> Value {
    let mut known: Vec<(String, Value)> = Vec::new();
    let mut bad = Vec::new();
    for value in old {
        match parse::provider(&value) {
            Ok(entry) if !known.iter().any(|(id, _)| *id == entry.id) => {
                known.push((entry.id, value));
            }
            _ => bad.push(value),
        }
    }
    let mut entries: Vec<Value> = Vec::new();
    for entry in &after.providers {
        let kept = known.iter().find(|(id, _)| *id == entry.id);
        let earlier = before.providers.iter().find(|old| old.id == entry.id);
        entries.push(match kept {
            Some((_, value)) => provider(value.clone(), earlier, entry),
            None => json(entry),
        });
    }
    entries.append(&mut bad);
    Value::Array(entries)
}

fn provider(mut kept: Value, earlier: Option<&ProviderEntry>, entry: &ProviderEntry) -> Value {
    if earlier == Some(entry) {
        return kept;
    }
    if let (Some(object), Value::Object(fields)) = (kept.as_object_mut(), json(entry)) {
        object.remove("defaultModel");
        object.extend(fields);
    }
    kept
}

fn json<T: Serialize>(value: &T) -> Value {
    // Texts, numbers and lists of them: there is nothing in it that JSON can't hold.
    serde_json::to_value(value).unwrap_or_default()
}
