//! The JSON of an event, as leniently as can be: every field may be missing, null, of another type or there twice (the last one
//! counts), at any depth. What is not read is skipped without being built.

use std::borrow::Cow;
use std::fmt;

use chat::{Failure, FailureKind};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::surrogates;

/// Which fields of a protocol's events are read.
#[derive(Clone, Copy)]
pub(crate) struct Fields {
    /// Whether a field of this name is read, at whatever level it stands.
    pub(crate) is_read: fn(&str) -> bool,
    /// Whether everything within a field of this name is read, since its forms are known elsewhere.
    pub(crate) is_whole: fn(&str) -> bool,
}

/// Deeper than anything that is read. `serde_json` alone would refuse a document for its depth; what is skipped has no limit.
const DEEPEST: u8 = 100;

/// Reads the data of one event, or a whole answer that was not streamed.
///
/// # Errors
/// `MalformedStream` if it is no JSON object.
pub(crate) fn object(data: &str, fields: Fields) -> Result<Value, Failure> {
    let object = document(data, fields)?;
    if object.is_object() {
        Ok(object)
    } else {
        Err(malformed("not an object"))
    }
}

/// Reads data that may be an object or a list of them.
///
/// # Errors
/// `MalformedStream` if it is no JSON.
pub(crate) fn document(data: &str, fields: Fields) -> Result<Value, Failure> {
    let json = surrogates::stand_in(data);
    read(&json, fields).map_err(|error| {
        // Where, not what: the error's own text may repeat the answer's.
        malformed(format!(
            "not the protocol's JSON, at column {}",
            error.column()
        ))
    })
}

/// A stream that is not the protocol's, for a reason that must not repeat the answer's text.
pub(crate) fn malformed(detail: impl Into<String>) -> Failure {
    Failure::new(FailureKind::MalformedStream).with_detail(detail)
}

fn read(json: &str, fields: Fields) -> serde_json::Result<Value> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let chunk = Tree {
        fields,
        depth: 0,
        whole: false,
    };
    let chunk = chunk.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(chunk)
}

/// Takes a field out of its object. Null if there is no object, or no such field.
pub(crate) fn take(object: &mut Value, name: &str) -> Value {
    object.get_mut(name).map(Value::take).unwrap_or_default()
}

/// Takes a field that is text.
pub(crate) fn take_text(object: &mut Value, name: &str) -> Option<String> {
    match take(object, name) {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// A count, also one that a server spells as text or with a decimal point. `None` if it is none.
pub(crate) fn count(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64().or_else(|| {
            let number = number.as_f64()?;
            let is_whole = number.fract() == 0.0 && (0.0..=9e15).contains(&number);
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a whole number in range, as was just seen"
            )]
            is_whole.then_some(number as u64)
        }),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// What the pieces of one thing are told by: an index of any kind as text.
pub(crate) fn key(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// Arguments of a call as text: as they are if they are text already, else as JSON. Nothing for none.
pub(crate) fn arguments(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Object(fields) if fields.is_empty() => String::new(),
        other => other.to_string(),
    }
}

/// Builds the part of a document that is read.
#[derive(Clone, Copy)]
struct Tree {
    fields: Fields,
    depth: u8,
    /// Whether every field is read, whatever its name.
    whole: bool,
}

impl<'de> DeserializeSeed<'de> for Tree {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        if self.depth == DEEPEST {
            return deserializer
                .deserialize_ignored_any(IgnoredAny)
                .map(|IgnoredAny| Value::Null);
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tree {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inner = Self {
            depth: self.depth + 1,
            ..self
        };
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(inner)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(Name(name)) = fields.next_key_seed(NameSeed)? {
            if self.whole || (self.fields.is_read)(&name) {
                let inner = Self {
                    fields: self.fields,
                    depth: self.depth + 1,
                    whole: self.whole || (self.fields.is_whole)(&name),
                };
                let value = fields.next_value_seed(inner)?;
                object.insert(name.into_owned(), value);
            } else {
                fields.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Value::Object(object))
    }
}

/// The name of a field; most are skipped and need no copy.
struct Name<'de>(Cow<'de, str>);

struct NameSeed;

impl<'de> DeserializeSeed<'de> for NameSeed {
    type Value = Name<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Name<'de>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for NameSeed {
    type Value = Name<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Name<'de>, E> {
        Ok(Name(Cow::Borrowed(name)))
    }

    fn visit_str<E>(self, name: &str) -> Result<Name<'de>, E> {
        Ok(Name(Cow::Owned(name.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const FIELDS: Fields = Fields {
        is_read: |name| matches!(name, "choices" | "content" | "delta" | "text" | "usage"),
        is_whole: |name| name == "usage",
    };

    fn read(json: &str) -> serde_json::Result<Value> {
        super::read(json, FIELDS)
    }

    #[test]
    fn only_what_is_read_is_built() {
        let chunk = r#"{"id":"x","choices":[{"logprobs":{"content":[]},"delta":{"content":"a","role":"b"}}],"usage":{"n":{"id":1}}}"#;
        assert_eq!(
            read(chunk).unwrap(),
            json!({"choices": [{"delta": {"content": "a"}}], "usage": {"n": {"id": 1}}})
        );
    }

    #[test]
    fn the_last_of_two_counts() {
        let chunk = r#"{"text":"a","text":"b","usage":1,"us\u0061ge":2}"#;
        assert_eq!(read(chunk).unwrap(), json!({"text": "b", "usage": 2}));
    }

    #[test]
    fn any_depth_is_read_down_to_what_matters() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        let chunk = format!(r#"{{"x":{deep},"usage":{deep},"text":"a"}}"#);
        assert_eq!(read(&chunk).unwrap()["text"], "a");
    }

    #[test]
    fn counts_come_in_many_spellings() {
        for (value, expected) in [
            (json!(7), Some(7)),
            (json!("7"), Some(7)),
            (json!(7.0), Some(7)),
            (json!(u64::MAX), Some(u64::MAX)),
            (json!(-1), None),
            (json!(7.5), None),
            (json!(1e300), None),
            (json!("seven"), None),
            (json!(null), None),
            (json!([7]), None),
        ] {
            assert_eq!(count(&value), expected, "{value}");
        }
    }

    #[test]
    fn what_is_not_json_is_refused() {
        for text in ["", "{", "{} {}", r#"{"x":}"#, "{a:1}", r#"{"text":"a"#] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
