//! The protocols that a provider may speak.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A wire protocol. Its text form is what `settings.json` and the catalogue say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Protocol {
    /// `OpenAI`'s Chat Completions, which most providers and local servers speak.
    OpenaiChat,
    /// Anthropic's Messages.
    AnthropicMessages,
    /// Google's `streamGenerateContent`.
    Gemini,
}

/// The text names no protocol that this version knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown protocol {0:?}; known: {known}", known = known_names())]
pub struct UnknownProtocol(pub String);

impl Protocol {
    const ALL: [Self; 3] = [Self::OpenaiChat, Self::AnthropicMessages, Self::Gemini];

    /// The text form.
    pub fn name(self) -> &'static str {
        match self {
            Self::OpenaiChat => "openai-chat",
            Self::AnthropicMessages => "anthropic-messages",
            Self::Gemini => "gemini",
        }
    }

    /// Whether this version can speak it. The others are known so that a key for them is recognised and refused in words.
    pub fn is_supported(self) -> bool {
        match self {
            Self::OpenaiChat => true,
            Self::AnthropicMessages | Self::Gemini => false,
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Protocol {
    type Err = UnknownProtocol;

    fn from_str(text: &str) -> Result<Self, UnknownProtocol> {
        Self::ALL
            .into_iter()
            .filter(|protocol| protocol.is_supported())
            .find(|protocol| protocol.name() == text)
            .ok_or_else(|| UnknownProtocol(text.to_owned()))
    }
}

fn known_names() -> String {
    let known: Vec<_> = Protocol::ALL
        .into_iter()
        .filter(|protocol| protocol.is_supported())
        .map(Protocol::name)
        .collect();
    known.join(", ")
}
