//! The request.

use chat::{CompletionRequest, Role};
use serde::{Deserialize, Serialize};

/// Where a provider departs from the protocol.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "snake_case")]
pub struct Quirks {
    /// It refuses `stream_options`, or reports usage without being asked.
    pub no_stream_options: bool,
    /// It calls the limit of tokens `max_completion_tokens`, and refuses `max_tokens` for some models.
    pub max_completion_tokens: bool,
}

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    messages: Vec<Message<'a>>,
    stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream_options: Option<StreamOptions>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u64>,
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'static str,
    content: &'a str,
}

#[derive(Serialize)]
struct StreamOptions {
    include_usage: bool,
}

/// The body of a request for a streamed answer, as JSON.
pub fn request_body(request: &CompletionRequest, quirks: Quirks) -> Vec<u8> {
    let body = Body {
        model: &request.model,
        messages: request
            .messages
            .iter()
            .map(|message| Message {
                role: match message.role {
                    Role::User => "user",
                    Role::Assistant => "assistant",
                },
                content: &message.text,
            })
            .collect(),
        stream: true,
        stream_options: (!quirks.no_stream_options).then_some(StreamOptions {
            include_usage: true,
        }),
        max_tokens: request
            .most_output
            .filter(|_| !quirks.max_completion_tokens),
        max_completion_tokens: request.most_output.filter(|_| quirks.max_completion_tokens),
    };
    // Strings, booleans and lists of them: there is nothing in it that JSON can't say.
    serde_json::to_vec(&body).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chat::PromptMessage;
    use serde_json::{Value, json};

    fn body(quirks: Quirks, most_output: Option<u64>) -> Value {
        let said = |role, text: &str| PromptMessage {
            role,
            text: text.into(),
        };
        let request = CompletionRequest {
            model: "m/1".into(),
            messages: vec![
                said(Role::User, "a \"quoted\"\n\u{0}line"),
                said(Role::Assistant, "b"),
                said(Role::User, "c"),
            ],
            most_output,
        };
        serde_json::from_slice(&request_body(&request, quirks)).unwrap()
    }

    #[test]
    fn the_history_goes_out_as_it_is() {
        assert_eq!(
            body(Quirks::default(), None),
            json!({
                "model": "m/1",
                "messages": [
                    {"role": "user", "content": "a \"quoted\"\n\u{0}line"},
                    {"role": "assistant", "content": "b"},
                    {"role": "user", "content": "c"},
                ],
                "stream": true,
                "stream_options": {"include_usage": true},
            })
        );
    }

    #[test]
    fn usage_is_not_asked_for_where_that_is_refused() {
        let quirks = Quirks {
            no_stream_options: true,
            ..Quirks::default()
        };
        assert_eq!(body(quirks, None).get("stream_options"), None);
    }

    #[test]
    fn the_limit_of_tokens_has_the_name_that_the_provider_knows() {
        let usual = body(Quirks::default(), Some(300));
        assert_eq!(usual["max_tokens"], 300);
        assert_eq!(usual.get("max_completion_tokens"), None);
        let quirks = Quirks {
            max_completion_tokens: true,
            ..Quirks::default()
        };
        let new = body(quirks, Some(300));
        assert_eq!(new["max_completion_tokens"], 300);
        assert_eq!(new.get("max_tokens"), None);
    }
}
