//! Settings, as `settings.json` in the data folder holds them.
//!
//! The file is meant to be edited by hand, too:
//!
//! ```json
//! {
//!   "version": 1,
//!   "theme": "system",
//!   "textSize": 15,
//!   "providers": [
//!     {
//!       "id": "workshop",
//!       "name": "The machine in the workshop",
//!       "protocol": "openai-chat",
//!       "baseUrl": "http://127.0.0.1:8080/v1",
//!       "defaultModel": "qwen3"
//!     }
//!   ],
//!   "model": { "provider": "workshop", "model": "qwen3" }
//! }
//! ```
//!
//! Limits and prices stand there too: see [`limits`]; the way out: see [`network`]; and what is chosen about new versions:
//! see [`updates`].
//!
//! Every field may be left out. Fields that this version does not know, and values that it can't use, stay in the file
//! when it is written anew; of the latter the reader is told where they are and what is wrong with them.

pub(crate) mod file;
pub mod limits;
mod merge;
pub mod network;
pub(crate) mod origin;
mod parse;
pub(crate) mod problem;
mod replace;
pub(crate) mod updates;

use std::num::NonZeroU16;

use chat::{ModelRef, OwnPrice};
use serde::{Deserialize, Serialize};

/// The version of the file's form that is read and written.
pub(crate) const VERSION: u64 = 1;

/// What a person has set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// Light or dark.
    pub theme: Theme,
    /// The size of the conversation's text.
    pub text_size: TextSize,
    /// Providers beside those of the catalogue. Their ids differ.
    pub providers: Vec<ProviderEntry>,
    /// The chosen model; `None` until one was chosen.
    pub model: Option<ModelRef>,
    /// Limits on what is sent, beside the usual cap.
    pub limits: limits::LimitSettings,
    /// Prices that go before the catalogue's. Their models differ.
    pub prices: Vec<OwnPrice>,
    /// How requests leave this computer.
    pub network: network::NetworkSettings,
    /// What is chosen about new versions of the app.
    pub updates: updates::UpdateSettings,
    /// After how many days a key is old enough to be changed, in the file `rotateAfterDays`; `None` for never.
    pub rotate_after_days: Option<NonZeroU16>,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// The size of the conversation's text; in the file a number of pixels.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
pub enum TextSize {
    /// 14 pixels.
    Small,
    /// 15 pixels.
    #[default]
    Regular,
    /// 17 pixels.
    Large,
    /// 19 pixels.
    Largest,
}

impl TextSize {
    /// In CSS pixels.
    pub fn pixels(self) -> u8 {
        match self {
            Self::Small => 14,
            Self::Regular => 15,
            Self::Large => 17,
            Self::Largest => 19,
        }
    }

    /// The size of so many CSS pixels, if it is one of the four.
    pub fn from_pixels(pixels: u64) -> Option<Self> {
        match pixels {
            14 => Some(Self::Small),
            15 => Some(Self::Regular),
            17 => Some(Self::Large),
            19 => Some(Self::Largest),
            _ => None,
        }
    }
}

impl TryFrom<u64> for TextSize {
    type Error = &'static str;

    fn try_from(pixels: u64) -> Result<Self, Self::Error> {
        Self::from_pixels(pixels).ok_or("one of 14, 15, 17, 19")
    }
}

impl From<TextSize> for u64 {
    fn from(size: TextSize) -> Self {
        size.pixels().into()
    }
}

/// How a provider is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Protocol {
    /// `OpenAI`'s Chat Completions, and the many servers that speak it.
    #[serde(rename = "openai-chat")]
    OpenAiChat,
    /// `OpenAI`'s Responses.
    #[serde(rename = "openai-responses")]
    OpenAiResponses,
    /// Anthropic's Messages.
    #[serde(rename = "anthropic-messages")]
    AnthropicMessages,
    /// Google's Gemini.
    #[serde(rename = "gemini")]
    Gemini,
    /// Ollama's own.
    #[serde(rename = "ollama")]
    Ollama,
}

impl Protocol {
    /// The name in the file.
    pub fn name(self) -> &'static str {
        match self {
            Self::OpenAiChat => "openai-chat",
            Self::OpenAiResponses => "openai-responses",
            Self::AnthropicMessages => "anthropic-messages",
            Self::Gemini => "gemini",
            Self::Ollama => "ollama",
        }
    }
}

/// A provider of one's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProviderEntry {
    /// Names it in the settings and in conversations. Not empty.
    pub id: String,
    /// What people see; the id where the file says nothing.
    pub name: String,
    /// How it is spoken to.
    pub protocol: Protocol,
    /// Where it is, as written. It begins with `http://` or `https://` and names a host; no more is known of it here.
    pub base_url: String,
    /// The model to begin with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_model: Option<String>,
}

#[cfg(test)]
mod tests;
