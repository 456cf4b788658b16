//! What a model takes, as far as its name tells. The protocol asks for thinking in two ways, and each generation of models takes one of
//! them and refuses the other.
//!
//! Sources: Anthropic's "Adaptive thinking", "Extended thinking", "Effort", "Migration guide" and "Models overview".

use chat::Effort;
use serde::Serialize;

/// The least tokens that thinking may be limited to.
const LEAST_BUDGET: u64 = 1024;
/// The most tokens of an answer where nobody chose: every model since Claude 3.7 writes that many.
const USUAL_OUTPUT: u64 = 32_000;
/// The same for models of which only the protocol is known. They may be small.
const FOREIGN_OUTPUT: u64 = 8192;

/// A model, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Model {
    /// One of Anthropic's, of this version.
    Claude(u32, u32),
    /// One of Anthropic's that tells no version, as those do that are newer than the rest.
    NewClaude,
    /// Another one, behind a server that speaks the protocol.
    Foreign,
}

impl Model {
    /// Reads a name: `claude-3-5-haiku-20241022`, `claude-opus-4-6`, `anthropic/claude-sonnet-4.5`, `us.anthropic.claude-opus-4-1-v1:0`.
    pub(super) fn of(name: &str) -> Self {
        let name = name.to_ascii_lowercase();
        let Some((_, version)) = name.split_once("claude") else {
            return Self::Foreign;
        };
        // A date is no version.
        let number = |part: &str| part.parse().ok().filter(|_| part.len() <= 2);
        let mut parts = version
            .split(|c: char| !c.is_ascii_alphanumeric())
            .skip_while(|part| number(part).is_none());
        let Some(major) = parts.next().and_then(number) else {
            return Self::NewClaude;
        };
        Self::Claude(major, parts.next().and_then(number).unwrap_or(0))
    }

    /// The most tokens that its answer may have, where nobody chose.
    pub(super) fn usual_output(self) -> u64 {
        match self {
            Self::Claude(..=2, _) | Self::Claude(3, ..=4) => 4096,
            Self::Claude(3, ..=6) => 8192,
            Self::Claude(..) | Self::NewClaude => USUAL_OUTPUT,
            Self::Foreign => FOREIGN_OUTPUT,
        }
    }

    /// Whether it takes a temperature. The newest refuse a request that has one.
    pub(super) fn takes_temperature(self) -> bool {
        match self {
            Self::Claude(major, minor) => (major, minor) < (4, 7),
            Self::NewClaude => false,
            Self::Foreign => true,
        }
    }

    /// How it is asked to think, if it can, within an answer of `most_output` tokens.
    pub(super) fn thinking(self, effort: Effort, most_output: u64) -> Option<Thinking> {
        match self {
            Self::Claude(major, minor) if (major, minor) < (3, 7) => None,
            // Servers of other models know the older form.
            Self::Claude(4, ..=5) | Self::Claude(3, _) | Self::Foreign => {
                budget(effort, most_output).map(|budget_tokens| Thinking::Enabled { budget_tokens })
            }
            Self::Claude(..) | Self::NewClaude => Some(Thinking::Adaptive {
                display: "summarized",
            }),
        }
    }
}

/// How a model is asked to think.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Thinking {
    /// Up to a number of tokens, which count as output. All models since Claude 3.7 took it, the newest refuse it.
    Enabled {
        /// At least 1024, and fewer than the answer may have.
        budget_tokens: u64,
    },
    /// As long as it finds necessary at the effort that stands elsewhere in the request. Since Claude 4.6.
    Adaptive {
        /// Whether the thoughts are told. The newest models keep them to themselves unless they are asked.
        display: &'static str,
    },
}

/// A share of the answer, which leaves at least half for the words. None if the answer has no room for it.
fn budget(effort: Effort, most_output: u64) -> Option<u64> {
    let share = match effort {
        Effort::Low => most_output / 8,
        Effort::Medium => most_output / 4,
        Effort::High => most_output / 2,
    };
    (most_output / 2 >= LEAST_BUDGET).then(|| share.max(LEAST_BUDGET))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_the_version() {
        for (name, model) in [
            ("claude-2.1", Model::Claude(2, 1)),
            ("claude-3-opus-20240229", Model::Claude(3, 0)),
            ("claude-3-5-sonnet-latest", Model::Claude(3, 5)),
            ("claude-3-7-sonnet-20250219", Model::Claude(3, 7)),
            ("claude-sonnet-4-20250514", Model::Claude(4, 0)),
            ("claude-sonnet-4-5@20250929", Model::Claude(4, 5)),
            ("anthropic/Claude-Opus-4.6", Model::Claude(4, 6)),
            ("us.anthropic.claude-opus-4-1-v1:0", Model::Claude(4, 1)),
            ("claude-fable-5", Model::Claude(5, 0)),
            ("claude-haiku-5-5", Model::Claude(5, 5)),
            ("claude-mythos-preview", Model::NewClaude),
            ("glm-4.6", Model::Foreign),
            ("", Model::Foreign),
        ] {
            assert_eq!(Model::of(name), model, "{name}");
        }
    }

    #[test]
    fn thinking_is_asked_for_as_each_generation_takes_it() {
        let enabled = |budget_tokens| Some(Thinking::Enabled { budget_tokens });
        let adaptive = Some(Thinking::Adaptive {
            display: "summarized",
        });
        for (name, thinking) in [
            ("claude-3-5-haiku-20241022", None),
            ("claude-3-7-sonnet-20250219", enabled(8000)),
            ("claude-opus-4-1", enabled(8000)),
            ("claude-haiku-4-5", enabled(8000)),
            ("claude-sonnet-4-6", adaptive),
            ("claude-opus-4-7", adaptive),
            ("claude-sonnet-5", adaptive),
            ("claude-mythos-preview", adaptive),
            ("kimi-k2", enabled(8000)),
        ] {
            let asked = Model::of(name).thinking(Effort::Medium, 32_000);
            assert_eq!(asked, thinking, "{name}");
        }
    }

    #[test]
    fn a_budget_leaves_room_for_words() {
        assert_eq!(budget(Effort::Low, 32_000), Some(4000));
        assert_eq!(budget(Effort::High, 32_000), Some(16_000));
        assert_eq!(budget(Effort::Low, 4096), Some(1024));
        assert_eq!(budget(Effort::High, 2048), Some(1024));
        assert_eq!(budget(Effort::High, 2047), None);
        assert_eq!(budget(Effort::Low, 0), None);
    }

    #[test]
    fn the_newest_take_no_temperature() {
        for (name, takes) in [
            ("claude-3-haiku-20240307", true),
            ("claude-opus-4-6", true),
            ("claude-opus-4-7", false),
            ("claude-sonnet-5", false),
            ("claude-mythos-preview", false),
            ("llama", true),
        ] {
            assert_eq!(Model::of(name).takes_temperature(), takes, "{name}");
        }
    }

    #[test]
    fn no_model_is_asked_for_more_than_it_can_write() {
        for (name, most) in [
            ("claude-3-haiku-20240307", 4096),
            ("claude-3-5-haiku-20241022", 8192),
            ("claude-opus-4-1", 32_000),
            ("claude-mythos-preview", 32_000),
            ("llama", 8192),
        ] {
            assert_eq!(Model::of(name).usual_output(), most, "{name}");
        }
    }
}
