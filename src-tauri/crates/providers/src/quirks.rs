//! Where a vendor departs from its protocol.

use serde::Deserialize;

/// Where a provider departs from the protocol.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "snake_case")]
pub struct Quirks {
    /// It refuses `stream_options`, or reports usage without being asked.
    pub no_stream_options: bool,
    /// It calls the limit of tokens `max_completion_tokens`, and refuses `max_tokens` for some models.
    pub max_completion_tokens: bool,
    /// It takes PDFs. Of Chat Completions they are OpenAI's own, and most others refuse a message that holds one.
    pub pdf: bool,
}
