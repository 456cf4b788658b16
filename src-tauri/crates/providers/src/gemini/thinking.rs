//! How long a model may think.
//!
//! Source: "Thinking" of the Gemini API. From Gemini 3 on a request names a level, before that a number of tokens; a model of one kind
//! refuses the other's field, and one that can't think refuses both.

use chat::Effort;
use serde::Serialize;

/// The most that every thinking model of Gemini 2.5 takes, in tokens.
const LARGEST_BUDGET: i32 = 24_576;
/// More than the least that each of them takes.
const SMALL_BUDGET: i32 = 1_024;
/// The model decides.
const DYNAMIC_BUDGET: i32 = -1;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ThinkingConfig {
    include_thoughts: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking_level: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking_budget: Option<i32>,
}

enum Generation {
    /// It takes a budget.
    Budget,
    /// It takes a level.
    Level,
}

/// What a model is told. `None` if it is not known to think: then it must not be told anything.
pub(super) fn config(model: &str, effort: Option<Effort>) -> Option<ThinkingConfig> {
    let generation = generation(model)?;
    let (thinking_level, thinking_budget) = match (generation, effort) {
        (_, None) => (None, None),
        (Generation::Level, Some(effort)) => (
            Some(match effort {
                Effort::Low => "low",
                Effort::Medium => "medium",
                Effort::High => "high",
            }),
            None,
        ),
        (Generation::Budget, Some(effort)) => (
            None,
            Some(match effort {
                Effort::Low => SMALL_BUDGET,
                Effort::Medium => DYNAMIC_BUDGET,
                Effort::High => LARGEST_BUDGET,
            }),
        ),
    };
    Some(ThinkingConfig {
        include_thoughts: true,
        thinking_level,
        thinking_budget,
    })
}

/// Reads it from the model's name. Those that draw, speak or act are left alone.
fn generation(model: &str) -> Option<Generation> {
    let name = model.rsplit('/').next().unwrap_or(model);
    let rest = name.strip_prefix("gemini-")?;
    let is_special = ["image", "tts", "audio", "live", "computer", "embedding"]
        .iter()
        .any(|kind| rest.contains(kind));
    if is_special {
        return None;
    }
    if rest.ends_with("-latest") && !rest.starts_with(|c: char| c.is_ascii_digit()) {
        // The newest of its kind.
        return Some(Generation::Level);
    }
    let number = rest.split('-').next().unwrap_or(rest);
    let (major, minor) = number.split_once('.').unwrap_or((number, "0"));
    match (major.parse::<u32>().ok()?, minor.parse::<u32>().ok()?) {
        (2, 5..) => Some(Generation::Budget),
        (3.., _) => Some(Generation::Level),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn told(model: &str, effort: Option<Effort>) -> Value {
        serde_json::to_value(config(model, effort)).unwrap()
    }

    #[test]
    fn each_generation_is_told_in_its_own_words() {
        for (model, low, medium, high) in [
            (
                "gemini-2.5-flash",
                json!({"includeThoughts": true, "thinkingBudget": 1024}),
                json!({"includeThoughts": true, "thinkingBudget": -1}),
                json!({"includeThoughts": true, "thinkingBudget": 24576}),
            ),
            (
                "models/gemini-3.1-pro-preview",
                json!({"includeThoughts": true, "thinkingLevel": "low"}),
                json!({"includeThoughts": true, "thinkingLevel": "medium"}),
                json!({"includeThoughts": true, "thinkingLevel": "high"}),
            ),
        ] {
            assert_eq!(told(model, Some(Effort::Low)), low, "{model}");
            assert_eq!(told(model, Some(Effort::Medium)), medium, "{model}");
            assert_eq!(told(model, Some(Effort::High)), high, "{model}");
            assert_eq!(told(model, None), json!({"includeThoughts": true}));
        }
    }

    #[test]
    fn models_are_told_apart_by_name() {
        for model in [
            "gemini-3-flash-preview",
            "gemini-3.7-flash",
            "gemini-flash-latest",
            "gemini-10-pro",
        ] {
            let told = told(model, Some(Effort::High));
            assert_eq!(told["thinkingLevel"], "high", "{model}");
        }
        for model in [
            "gemini-2.0-flash",
            "gemini-1.5-pro-latest",
            "gemini-pro",
            "gemini-2.5-flash-image",
            "gemini-2.5-pro-preview-tts",
            "gemma-3-27b-it",
            "learnlm-2.0",
            "gemini-",
            "",
        ] {
            assert_eq!(told(model, Some(Effort::High)), Value::Null, "{model}");
        }
    }
}
