//! The protocols that a provider may speak.

use std::fmt;
use std::str::FromStr;

use chat::{AttachmentKind, CompletionRequest, ImageType};
use serde::{Deserialize, Serialize};

use crate::quirks::Quirks;
use crate::{anthropic_messages, gemini, ollama, openai_chat, openai_responses};

/// A wire protocol. Its text form is what `settings.json` and the catalogue say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Protocol {
    /// OpenAI's Chat Completions, which most providers and local servers speak.
    OpenaiChat,
    /// OpenAI's Responses.
    OpenaiResponses,
    /// Anthropic's Messages.
    AnthropicMessages,
    /// Google's `streamGenerateContent`.
    Gemini,
    /// Ollama's `/api/chat`.
    Ollama,
}

/// The text names no protocol that this version knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown protocol {0:?}; known: {known}", known = Protocol::ALL.map(Protocol::name).join(", "))]
pub struct UnknownProtocol(pub String);

/// How a protocol frames the events of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    /// Server-sent events.
    Sse,
    /// One JSON document in each line.
    JsonLines,
}

/// What a protocol has a place for in a request, and how much of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Abilities {
    /// A temperature, and the highest that it takes, in hundredths; 0 for none.
    pub highest_temperature: u8,
    /// How long to think.
    pub effort: bool,
    /// How many texts may end an answer; 0 for none.
    pub most_stops: usize,
    /// The kinds of pictures that it takes.
    pub image_types: &'static [ImageType],
    /// The largest picture, in bytes of the file.
    pub largest_image: usize,
    /// The largest PDF, in bytes of the file; 0 if it takes none.
    pub largest_pdf: usize,
    /// The largest body of a request, in bytes.
    pub largest_request: usize,
}

/// Why a file can't go with a message to a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotTaken {
    /// Its protocol has no place for such a file.
    Kind,
    /// It is larger than this many bytes.
    LargerThan(usize),
}

impl Abilities {
    /// Whether a file can go with a message. Text always can: it stands among the words.
    ///
    /// # Errors
    /// [`NotTaken`].
    pub fn take(&self, kind: AttachmentKind, bytes: usize) -> Result<(), NotTaken> {
        let largest = match kind {
            AttachmentKind::Text => return Ok(()),
            AttachmentKind::Image(image) if self.image_types.contains(&image) => self.largest_image,
            AttachmentKind::Pdf if self.largest_pdf > 0 => self.largest_pdf,
            AttachmentKind::Image(_) | AttachmentKind::Pdf => return Err(NotTaken::Kind),
        };
        if bytes > largest {
            return Err(NotTaken::LargerThan(largest));
        }
        Ok(())
    }
}

/// A request for a streamed answer, without its key.
pub(crate) struct TurnRequest {
    /// The endpoint's path behind the base URL.
    pub(crate) path: String,
    /// The query, where the endpoint has one.
    pub(crate) query: Option<&'static str>,
    /// The body, JSON.
    pub(crate) body: Vec<u8>,
}

impl Protocol {
    /// Every one of them.
    pub const ALL: [Self; 5] = [
        Self::OpenaiChat,
        Self::OpenaiResponses,
        Self::AnthropicMessages,
        Self::Gemini,
        Self::Ollama,
    ];

    /// The text form.
    pub fn name(self) -> &'static str {
        match self {
            Self::OpenaiChat => "openai-chat",
            Self::OpenaiResponses => "openai-responses",
            Self::AnthropicMessages => "anthropic-messages",
            Self::Gemini => "gemini",
            Self::Ollama => "ollama",
        }
    }

    /// What it has a place for.
    pub fn abilities(self) -> Abilities {
        match self {
            Self::OpenaiChat => openai_chat::ABILITIES,
            Self::OpenaiResponses => openai_responses::ABILITIES,
            Self::AnthropicMessages => anthropic_messages::ABILITIES,
            Self::Gemini => gemini::ABILITIES,
            Self::Ollama => ollama::ABILITIES,
        }
    }

    /// The headers that it wants with every request, beside the key's.
    pub(crate) fn headers(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::AnthropicMessages => anthropic_messages::HEADERS,
            Self::OpenaiChat | Self::OpenaiResponses | Self::Gemini | Self::Ollama => &[],
        }
    }

    pub(crate) fn framing(self) -> Framing {
        match self {
            Self::Ollama => Framing::JsonLines,
            Self::OpenaiChat | Self::OpenaiResponses | Self::AnthropicMessages | Self::Gemini => {
                Framing::Sse
            }
        }
    }

    /// The data of a stream's last event, where that is not JSON.
    pub(crate) fn end_marker(self) -> Option<&'static str> {
        match self {
            Self::OpenaiChat => Some(openai_chat::END_MARKER),
            Self::OpenaiResponses | Self::AnthropicMessages | Self::Gemini | Self::Ollama => None,
        }
    }

    pub(crate) fn turn_request(self, request: &CompletionRequest, quirks: Quirks) -> TurnRequest {
        match self {
            Self::OpenaiChat => openai_chat::turn_request(request, quirks),
            Self::OpenaiResponses => openai_responses::turn_request(request),
            Self::AnthropicMessages => anthropic_messages::turn_request(request),
            Self::Gemini => gemini::turn_request(request),
            Self::Ollama => ollama::turn_request(request),
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
            .find(|protocol| protocol.name() == text)
            .ok_or_else(|| UnknownProtocol(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_protocol_has_one_name() {
        for protocol in Protocol::ALL {
            assert_eq!(protocol.name().parse(), Ok(protocol));
            let written = serde_json::to_value(protocol).unwrap();
            assert_eq!(written, protocol.name());
        }
        let unknown = "telegraph".parse::<Protocol>().unwrap_err().to_string();
        assert!(
            unknown.ends_with("openai-chat, openai-responses, anthropic-messages, gemini, ollama")
        );
    }
}
