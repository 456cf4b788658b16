//! Models as the picker shows them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::attachments::FileKind;
use super::error::CommandError;
use super::settings::Protocol;

/// A model as it is chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ModelRef {
    /// The provider's id.
    pub provider: String,
    /// The model's id as the provider's API spells it.
    pub model: String,
}

impl From<ModelRef> for chat::ModelRef {
    fn from(model: ModelRef) -> Self {
        Self {
            provider: model.provider,
            model: model.model,
        }
    }
}

impl From<chat::ModelRef> for ModelRef {
    fn from(model: chat::ModelRef) -> Self {
        Self {
            provider: model.provider,
            model: model.model,
        }
    }
}

/// Asks for the models there are to choose from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ListModels {
    /// Whether to ask the providers; else only what is known already is listed, at once.
    pub ask: bool,
}

/// Chooses the model for the next turns.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChooseModel {
    /// The model.
    pub model: ModelRef,
}

/// Everything the picker shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ModelMenu {
    /// The model in use. The demo's, until another is chosen.
    pub selected: ModelRef,
    /// Providers that can be asked, the demo last.
    pub groups: Vec<ModelGroup>,
    /// Servers on this computer that could be set up. Empty unless the providers were asked.
    pub local: Vec<LocalServer>,
}

/// One provider's models.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ModelGroup {
    /// The provider's id.
    pub provider: String,
    /// The provider's name.
    pub name: String,
    /// Where messages go; `null` for the demo, whose messages go nowhere.
    pub host: Option<String>,
    /// Whether it is the built-in demo.
    pub demo: bool,
    /// The models that are known. Never empty: the default model is always there.
    pub models: Vec<ModelItem>,
    /// What its protocol has a place for.
    pub abilities: Abilities,
    /// What the provider said a moment ago is left of its own limits.
    pub left: Option<ProviderLimits>,
    /// Why the provider could not be asked for its models just now.
    pub error: Option<CommandError>,
}

/// What is left of a provider's own limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProviderLimits {
    /// Requests, where that was told.
    #[ts(type = "number | null")]
    pub requests: Option<u64>,
    /// Tokens, where that was told.
    #[ts(type = "number | null")]
    pub tokens: Option<u64>,
}

/// One model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ModelItem {
    /// The id as the provider's API spells it.
    pub id: String,
    /// The name to show.
    pub name: String,
    /// The most tokens that it reads and writes in one turn, where that is known.
    #[ts(type = "number | null")]
    pub context: Option<u64>,
    /// Whether it reads pictures, where that is known.
    pub images: Option<bool>,
    /// Whether it can think before it answers, where that is known.
    pub reasoning: Option<bool>,
    /// What it costs, where that is known.
    pub price: Option<ModelPrice>,
}

/// What a model costs, in dollars per million tokens.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ModelPrice {
    /// For what it reads.
    pub input: f64,
    /// For what it writes.
    pub output: f64,
    /// The day on which it was looked up: `2026-11-25`; `null` if the person has set it.
    pub date: Option<String>,
}

// Its numbers are made from whole ones, so each equals itself.
impl Eq for ModelPrice {}

/// A model server on this computer that answers and is not set up yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LocalServer {
    /// What people call such a server.
    pub name: String,
    /// Where it is, for a person to read.
    pub host: String,
    /// The protocol it speaks.
    pub protocol: Protocol,
    /// Its address.
    pub base_url: String,
    /// How many models it has.
    pub models: u32,
    /// The first of them.
    pub first_model: String,
}

/// What a protocol has a place for in a request. Nothing, for the demo.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Abilities {
    /// Whether a system prompt, and a limit of the answer's length, are sent.
    pub prompt: bool,
    /// The highest temperature, in hundredths; 0 if it can't be chosen.
    pub highest_temperature: u8,
    /// Whether it can be chosen how long a model thinks.
    pub effort: bool,
    /// How many texts may end an answer.
    pub most_stops: u32,
    /// The kinds of pictures that can come with a message.
    pub image_types: Vec<FileKind>,
    /// The largest picture, in bytes.
    pub largest_image: u32,
    /// The largest PDF, in bytes; 0 if none can come with a message.
    pub largest_pdf: u32,
}

impl From<providers::Abilities> for Abilities {
    fn from(abilities: providers::Abilities) -> Self {
        Self {
            prompt: true,
            highest_temperature: abilities.highest_temperature,
            effort: abilities.effort,
            most_stops: u32::try_from(abilities.most_stops).unwrap_or(u32::MAX),
            image_types: abilities
                .image_types
                .iter()
                .map(|&image| image.into())
                .collect(),
            largest_image: u32::try_from(abilities.largest_image).unwrap_or(u32::MAX),
            largest_pdf: u32::try_from(abilities.largest_pdf).unwrap_or(u32::MAX),
        }
    }
}
