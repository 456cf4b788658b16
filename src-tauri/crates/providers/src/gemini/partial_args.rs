//! Arguments that come in pieces, each with the place that it belongs to.
//!
//! Source: `PartialArg` in the reference of Vertex AI.

use serde_json::{Map, Value};

use super::take;

/// The deepest place that is followed.
const DEEPEST: usize = 64;

/// The arguments of one call.
#[derive(Debug, Default)]
pub(super) struct PartialArgs {
    value: Value,
    /// Where the last text goes on.
    open_text: Option<String>,
}

/// A step towards a place within a document.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    Index(usize),
}

impl PartialArgs {
    /// Takes the arguments as a whole.
    pub(super) fn set(&mut self, value: Value) {
        self.value = value;
        self.open_text = None;
    }

    /// Takes a piece. One whose place can't be read is left out.
    pub(super) fn push(&mut self, mut piece: Value) {
        let Value::String(place) = take(&mut piece, "jsonPath", "json_path") else {
            return;
        };
        let goes_on = take(&mut piece, "willContinue", "will_continue") == true;
        let value = ["stringValue", "numberValue", "boolValue"]
            .into_iter()
            .zip(["string_value", "number_value", "bool_value"])
            .map(|(camel, snake)| take(&mut piece, camel, snake))
            .find(|value| !value.is_null());
        let is_null = ["nullValue", "null_value"]
            .iter()
            .any(|name| piece.get(name).is_some());
        let Some(steps) = steps(&place).filter(|_| value.is_some() || is_null) else {
            return;
        };
        let is_next = self.open_text.as_deref() == Some(&place);
        let target = at(&mut self.value, steps);
        match (target, value.unwrap_or_default()) {
            (Value::String(text), Value::String(more)) if is_next => text.push_str(&more),
            (target, value) => *target = value,
        }
        self.open_text = goes_on.then_some(place);
    }

    /// As JSON; no arguments are an empty object.
    pub(super) fn into_text(self) -> String {
        match self.value {
            Value::Null => "{}".to_owned(),
            // A gateway has written them as text already.
            Value::String(text) => text,
            value => value.to_string(),
        }
    }
}

/// The place that the steps lead to, made where it is not there yet. A list grows by one at a time, whatever its index.
fn at(value: &mut Value, steps: Vec<Step>) -> &mut Value {
    steps.into_iter().fold(value, |value, step| match step {
        Step::Key(key) => {
            if !value.is_object() {
                *value = Value::Object(Map::new());
            }
            &mut value[key]
        }
        Step::Index(index) => {
            if !value.is_array() {
                *value = Value::Array(Vec::new());
            }
            let length = value.as_array().map_or(0, Vec::len);
            if index >= length
                && let Value::Array(items) = value
            {
                items.push(Value::Null);
            }
            &mut value[index.min(length)]
        }
    })
}

/// Reads a JSON path of names and indices: `$.a[0]['b c']`. `None` if it is another, or leads too deep.
fn steps(path: &str) -> Option<Vec<Step>> {
    let mut rest = path.trim().strip_prefix('$')?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        if steps.len() == DEEPEST {
            return None;
        }
        let (step, tail) = if let Some(name) = rest.strip_prefix('.') {
            let end = name.find(['.', '[']).unwrap_or(name.len());
            let (name, tail) = name.split_at(end);
            (Step::Key(name.to_owned()), tail)
        } else {
            let inner = rest.strip_prefix('[')?;
            if let Some(quote) = inner.chars().next().filter(|c| matches!(c, '\'' | '"')) {
                let (name, tail) = inner[1..].split_once(&format!("{quote}]"))?;
                (Step::Key(name.to_owned()), tail)
            } else {
                let (index, tail) = inner.split_once(']')?;
                (Step::Index(index.trim().parse().ok()?), tail)
            }
        };
        steps.push(step);
        rest = tail;
    }
    Some(steps)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn joined(pieces: &[Value]) -> Value {
        let mut args = PartialArgs::default();
        for piece in pieces {
            args.push(piece.clone());
        }
        serde_json::from_str(&args.into_text()).unwrap()
    }

    #[test]
    fn pieces_go_to_their_place() {
        let pieces = [
            json!({"jsonPath": "$.a[0].b", "stringValue": "on", "willContinue": true}),
            json!({"jsonPath": "$.a[0].b", "stringValue": "e", "willContinue": true}),
            json!({"jsonPath": "$.a[0].b", "stringValue": ""}),
            json!({"json_path": "$.a[1]", "number_value": 0.5}),
            json!({"jsonPath": "$['c d']", "boolValue": false}),
            json!({"jsonPath": "$.e", "nullValue": null}),
        ];
        assert_eq!(
            joined(&pieces),
            json!({"a": [{"b": "one"}, 0.5], "c d": false, "e": null})
        );
    }

    #[test]
    fn a_text_that_was_ended_begins_anew() {
        let again = json!({"jsonPath": "$.a", "stringValue": "x"});
        assert_eq!(joined(&[again.clone(), again]), json!({"a": "x"}));
    }

    #[test]
    fn a_huge_index_takes_no_room() {
        let far = json!({"jsonPath": "$.a[1000000000]", "numberValue": 1});
        assert_eq!(joined(&[far.clone(), far]), json!({"a": [1, 1]}));
    }

    #[test]
    fn other_paths_and_pieces_are_left_out() {
        let deep = format!("${}", ".a".repeat(DEEPEST + 1));
        for path in ["", "a", "$[", "$[-1]", "$['a", "$a", "$.a[*]", &deep] {
            let piece = json!({"jsonPath": path, "stringValue": "x"});
            assert_eq!(joined(&[piece]), json!({}), "{path}");
        }
        for piece in [json!(null), json!({"jsonPath": "$.a"}), json!([])] {
            assert_eq!(joined(&[piece]), json!({}));
        }
        assert_eq!(
            steps(&format!("${}", ".a".repeat(DEEPEST))).unwrap().len(),
            DEEPEST
        );
    }
}
