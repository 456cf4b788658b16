//! JSON to settings. One bad value costs nothing but itself.

use std::collections::HashSet;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::origin::SetAsideReason;
use super::problem::{SettingsProblem, SettingsProblemKind as Kind};
use super::{Protocol, ProviderEntry, Settings, VERSION, limits, network, updates};

/// The object in the file.
pub(super) fn object(bytes: &[u8]) -> Result<Map<String, Value>, SetAsideReason> {
    // Some editors put a byte order mark before UTF-8.
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let value: Value = serde_json::from_slice(bytes).map_err(|error| SetAsideReason::Broken {
        line: error.line(),
        column: error.column(),
    })?;
    let Value::Object(object) = value else {
        return Err(SetAsideReason::Broken { line: 1, column: 1 });
    };
    match object.get("version").and_then(Value::as_u64) {
        Some(version) if version > VERSION => Err(SetAsideReason::Newer { version }),
        _ => Ok(object),
    }
}

/// What the object says, and what in it can't be used.
pub(super) fn settings(object: &Map<String, Value>) -> (Settings, Vec<SettingsProblem>) {
    let mut problems = Vec::new();
    if object
        .get("version")
        .is_some_and(|version| version.as_u64() != Some(VERSION))
    {
        problems.push(problem("version", Kind::BadValue));
    }
    let settings = Settings {
        theme: field(object, "theme", &mut problems),
        text_size: field(object, "textSize", &mut problems),
        providers: providers(object.get("providers"), &mut problems),
        model: field(object, "model", &mut problems),
        limits: limits::read(object.get("limits"), &mut problems),
        prices: limits::read_prices(object.get("prices"), &mut problems),
        network: network::read(object.get("network"), &mut problems),
        updates: updates::read(object.get("updates"), &mut problems),
        rotate_after_days: field(object, "rotateAfterDays", &mut problems),
    };
    (settings, problems)
}

fn problem(place: impl Into<String>, kind: Kind) -> SettingsProblem {
    SettingsProblem {
        place: place.into(),
        kind,
    }
}

fn field<T: DeserializeOwned + Default>(
    object: &Map<String, Value>,
    name: &str,
    problems: &mut Vec<SettingsProblem>,
) -> T {
    let Some(value) = object.get(name) else {
        return T::default();
    };
    T::deserialize(value).unwrap_or_else(|_| {
        problems.push(problem(name, Kind::BadValue));
        T::default()
    })
}

fn providers(value: Option<&Value>, problems: &mut Vec<SettingsProblem>) -> Vec<ProviderEntry> {
    let entries = match value {
        None => return Vec::new(),
        Some(Value::Array(entries)) => entries,
        Some(_) => {
            problems.push(problem("providers", Kind::BadValue));
            return Vec::new();
        }
    };
    let mut ids = HashSet::new();
    let mut good = Vec::new();
    for (index, value) in entries.iter().enumerate() {
        let read = provider(value).and_then(|entry| {
            if ids.insert(entry.id.clone()) {
                Ok(entry)
            } else {
                Err((".id", Kind::DuplicateId))
            }
        });
        match read {
            Ok(entry) => good.push(entry),
            Err((field, kind)) => {
                problems.push(problem(format!("providers[{index}]{field}"), kind));
            }
        }
    }
    good
}

/// One entry, or the field that spoils it.
pub(super) fn provider(value: &Value) -> Result<ProviderEntry, (&'static str, Kind)> {
    let entry = value.as_object().ok_or(("", Kind::BadValue))?;
    let text = |name: &str| match entry.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.trim().is_empty() => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(Kind::BadValue),
    };
    let needed = |name: &str| text(name).and_then(|text| text.ok_or(Kind::Missing));
    let id = needed("id").map_err(|kind| (".id", kind))?;
    let protocol = needed("protocol").map_err(|kind| (".protocol", kind))?;
    let base_url = needed("baseUrl").map_err(|kind| (".baseUrl", kind))?;
    if !names_a_host(&base_url) {
        return Err((".baseUrl", Kind::BadUrl));
    }
    Ok(ProviderEntry {
        name: text("name")
            .map_err(|kind| (".name", kind))?
            .unwrap_or_else(|| id.clone()),
        id,
        protocol: Protocol::deserialize(Value::String(protocol))
            .map_err(|_| (".protocol", Kind::UnknownProtocol))?,
        base_url,
        default_model: text("defaultModel").map_err(|kind| (".defaultModel", kind))?,
    })
}

/// Whether an address can be one at all. Whether it may be used is for those to say who send to it.
fn names_a_host(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once("://") else {
        return false;
    };
    let http = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let named = !host.is_empty() && !host.starts_with(':');
    http && named && !url.contains(|c: char| c.is_whitespace() || c.is_control())
}
