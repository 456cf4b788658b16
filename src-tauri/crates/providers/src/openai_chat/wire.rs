//! The JSON of a chunk, as leniently as can be: every field may be missing, null, of another type or there twice (the last one
//! counts), at any depth. What is not read is skipped without being built.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// Whether a field is read at some level of a chunk.
fn is_read(name: &str) -> bool {
    matches!(
        name,
        "choices"
            | "code"
            | "content"
            | "delta"
            | "error"
            | "finish_reason"
            | "index"
            | "message"
            | "object"
            | "reasoning"
            | "reasoning_content"
            | "refusal"
            | "text"
            | "thinking"
            | "type"
            | "usage"
            | "x_groq"
    )
}

/// Whether everything within a field is read: its forms are known elsewhere.
fn is_whole(name: &str) -> bool {
    matches!(name, "error" | "usage")
}

/// Deeper than anything that is read. `serde_json` alone would refuse a document for its depth; what is skipped has no limit.
const DEEPEST: u8 = 16;

/// Reads one event, or a whole answer that was not streamed.
pub(super) fn read(json: &str) -> serde_json::Result<Value> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let chunk = Tree {
        depth: 0,
        whole: false,
    };
    let chunk = chunk.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(chunk)
}

/// Takes a field out of its object. Null if there is no object, or no such field.
pub(super) fn take(object: &mut Value, name: &str) -> Value {
    object.get_mut(name).map(Value::take).unwrap_or_default()
}

/// Takes a field that is text.
pub(super) fn take_text(object: &mut Value, name: &str) -> Option<String> {
    match take(object, name) {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// Builds the part of a document that is read.
#[derive(Clone, Copy)]
struct Tree {
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
            if self.whole || is_read(&name) {
                let inner = Self {
                    depth: self.depth + 1,
                    whole: self.whole || is_whole(&name),
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
    fn what_is_not_json_is_refused() {
        for text in ["", "{", "{} {}", r#"{"x":}"#, "{a:1}", r#"{"text":"a"#] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
