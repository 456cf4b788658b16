//! What a model is asked.

use serde::{Deserialize, Serialize};

use crate::attachment::Attachment;
use crate::conversation::Role;

/// Asks a model to go on from a history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompletionRequest {
    /// The model's id as the provider's API spells it.
    pub model: String,
    /// Oldest first. The last one is the user's.
    pub messages: Vec<PromptMessage>,
    /// The most tokens that the answer may have, reasoning included; `None` leaves it to the provider.
    pub most_output: Option<u64>,
    /// What else was chosen. A protocol that has no place for one of these leaves it out.
    pub options: RequestOptions,
}

impl CompletionRequest {
    /// Asks `model`, and leaves everything else to the provider.
    pub fn new(model: impl Into<String>, messages: Vec<PromptMessage>) -> Self {
        Self {
            model: model.into(),
            messages,
            most_output: None,
            options: RequestOptions::default(),
        }
    }
}

/// What may be chosen about an answer. What is not chosen is not sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct RequestOptions {
    /// The system prompt. White space alone is none.
    pub system: Option<String>,
    /// How freely the model chooses its words.
    pub temperature: Option<Temperature>,
    /// How long the model may think before it answers.
    pub effort: Option<Effort>,
    /// Texts at which the answer ends, themselves not part of it.
    pub stop: Vec<String>,
    /// The most tokens that an answer may have, reasoning included.
    pub most_output: Option<u64>,
}

impl RequestOptions {
    /// The system prompt, if it says anything.
    pub fn system_prompt(&self) -> Option<&str> {
        self.system
            .as_deref()
            .filter(|text| !text.trim().is_empty())
    }
}

/// A temperature from 0 to 2, in steps of a hundredth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Temperature(u8);

/// A number that is no temperature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a temperature is a number from 0 to 2")]
pub struct NoTemperature;

impl TryFrom<f64> for Temperature {
    type Error = NoTemperature;

    fn try_from(value: f64) -> Result<Self, NoTemperature> {
        if !(0.0..=2.0).contains(&value) {
            return Err(NoTemperature);
        }
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "0 to 200, as was just seen"
        )]
        Ok(Self((value * 100.0).round() as u8))
    }
}

impl From<Temperature> for f64 {
    fn from(temperature: Temperature) -> Self {
        Self::from(temperature.0) / 100.0
    }
}

/// How long a model may think.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effort {
    /// As little as it can.
    Low,
    /// As it is meant to.
    Medium,
    /// As much as it can.
    High,
}

/// One message of the history as a provider is asked to read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptMessage {
    /// Who said it.
    pub role: Role,
    /// What was said, as written. Empty where attachments say everything.
    pub text: String,
    /// What came with it, in the person's order; the model reads them before the text.
    pub attachments: Vec<Attachment>,
}

impl PromptMessage {
    /// A message of text alone.
    pub fn new(role: Role, text: impl Into<String>) -> Self {
        Self {
            role,
            text: text.into(),
            attachments: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_temperature_lies_between_0_and_2() {
        for (value, kept) in [(0.0, 0.0), (0.7, 0.7), (1.004, 1.0), (2.0, 2.0)] {
            let temperature = Temperature::try_from(value).unwrap();
            assert!((f64::from(temperature) - kept).abs() < 1e-9, "{value}");
        }
        for value in [-0.1, 2.01, f64::NAN, f64::INFINITY] {
            assert_eq!(Temperature::try_from(value), Err(NoTemperature), "{value}");
        }
    }

    #[test]
    fn a_blank_system_prompt_is_none() {
        let with = |system: &str| RequestOptions {
            system: Some(system.into()),
            ..RequestOptions::default()
        };
        assert_eq!(with(" \n").system_prompt(), None);
        assert_eq!(with(" Be kind.").system_prompt(), Some(" Be kind."));
    }
}
