//! The app's own updates in `settings.json`:
//!
//! ```json
//! { "updates": { "automatic": true, "skip": "0.6.0", "remindAfter": 1790000000000 } }
//! ```

use serde_json::{Map, Value};

use super::problem::{SettingsProblem, SettingsProblemKind as Kind};

/// What a person has chosen about new versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateSettings {
    /// Whether the app looks for them by itself.
    pub automatic: bool,
    /// The version that is not wanted.
    pub skip: Option<String>,
    /// When to tell of a version again, in milliseconds since 1970.
    pub remind_after: Option<i64>,
}

impl Default for UpdateSettings {
    fn default() -> Self {
        Self {
            automatic: true,
            skip: None,
            remind_after: None,
        }
    }
}

/// Reads `updates`.
pub(super) fn read(value: Option<&Value>, problems: &mut Vec<SettingsProblem>) -> UpdateSettings {
    let mut bad = |place: &str| {
        problems.push(SettingsProblem {
            place: place.to_owned(),
            kind: Kind::BadValue,
        });
    };
    let mut settings = UpdateSettings::default();
    let object = match value {
        None | Some(Value::Null) => return settings,
        Some(Value::Object(object)) => object,
        Some(_) => {
            bad("updates");
            return settings;
        }
    };
    match object.get("automatic") {
        None | Some(Value::Null) => {}
        Some(Value::Bool(automatic)) => settings.automatic = *automatic,
        Some(_) => bad("updates.automatic"),
    }
    match object.get("skip") {
        None | Some(Value::Null) => {}
        Some(Value::String(version)) => settings.skip = Some(version.clone()),
        Some(_) => bad("updates.skip"),
    }
    match object.get("remindAfter") {
        None | Some(Value::Null) => {}
        Some(value) => match value.as_i64() {
            Some(at) => settings.remind_after = Some(at),
            None => bad("updates.remindAfter"),
        },
    }
    settings
}

/// Writes what differs; what else stands in `updates` stays.
pub(super) fn write(
    object: &mut Map<String, Value>,
    before: &UpdateSettings,
    after: &UpdateSettings,
) {
    if before == after {
        return;
    }
    let mut updates = match object.remove("updates") {
        Some(Value::Object(updates)) => updates,
        _ => Map::new(),
    };
    updates.insert("automatic".into(), after.automatic.into());
    for (name, value) in [
        ("skip", after.skip.clone().map(Value::from)),
        ("remindAfter", after.remind_after.map(Value::from)),
    ] {
        match value {
            Some(value) => updates.insert(name.into(), value),
            None => updates.remove(name),
        };
    }
    object.insert("updates".into(), Value::Object(updates));
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read_of(value: &Value) -> (UpdateSettings, Vec<String>) {
        let mut problems = Vec::new();
        let settings = read(Some(value), &mut problems);
        let places = problems.into_iter().map(|problem| problem.place);
        (settings, places.collect())
    }

    #[test]
    fn one_bad_value_costs_nothing_but_itself() {
        let (settings, bad) =
            read_of(&json!({ "automatic": "no", "skip": "0.6.0", "remindAfter": 5 }));
        assert!(settings.automatic);
        assert_eq!(settings.skip.as_deref(), Some("0.6.0"));
        assert_eq!(settings.remind_after, Some(5));
        assert_eq!(bad, ["updates.automatic"]);
        let (settings, bad) = read_of(&json!(7));
        assert_eq!(settings, UpdateSettings::default());
        assert_eq!(bad, ["updates"]);
    }

    #[test]
    fn what_is_written_is_read_again_and_the_rest_stays() {
        let mut object = Map::new();
        object.insert("updates".into(), json!({ "channel": "later versions" }));
        let before = UpdateSettings::default();
        let after = UpdateSettings {
            automatic: false,
            skip: Some("0.6.0".into()),
            remind_after: Some(9),
        };
        write(&mut object, &before, &after);
        assert_eq!(read_of(&object["updates"]), (after.clone(), Vec::new()));
        write(&mut object, &after, &before);
        assert_eq!(
            object["updates"],
            json!({ "channel": "later versions", "automatic": true })
        );
    }
}
