//! The request.

use std::borrow::Cow;

use chat::{
    AttachmentContent, CompletionRequest, Effort, ImageType, PromptMessage, RequestOptions, Role,
};
use serde::Serialize;

use super::thinking::{Model, Thinking};
use crate::attached;
use crate::protocol::{Abilities, TurnRequest};

/// The highest temperature, in hundredths.
const HIGHEST_TEMPERATURE: u8 = 100;

/// Sources: Anthropic's "Messages" (the temperature), "Errors" (32 MB for a request), "Vision" (5 MB for a picture, which the API
/// counts in base64) and "PDF support" (no limit but the request's, in base64 and with room for the words). The number of texts that
/// end an answer is the one that Amazon Bedrock gives ("InferenceConfiguration").
pub(crate) const ABILITIES: Abilities = Abilities {
    highest_temperature: HIGHEST_TEMPERATURE,
    effort: true,
    most_stops: 2500,
    image_types: &[
        ImageType::Png,
        ImageType::Jpeg,
        ImageType::Gif,
        ImageType::Webp,
    ],
    largest_image: 5 * 1024 * 1024 / 4 * 3,
    largest_pdf: 22 * 1024 * 1024,
    largest_request: 32_000_000,
};

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    max_tokens: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    system: Option<&'a str>,
    messages: Vec<Message<'a>>,
    stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking: Option<Thinking>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_config: Option<OutputConfig>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    stop_sequences: Vec<&'a str>,
}

#[derive(Serialize)]
struct OutputConfig {
    effort: Effort,
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'static str,
    content: Vec<Block<'a>>,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Block<'a> {
    Text {
        text: Cow<'a, str>,
    },
    Image {
        source: Source,
    },
    Document {
        source: Source,
        #[serde(skip_serializing_if = "str::is_empty")]
        title: &'a str,
    },
}

#[derive(Serialize)]
#[serde(tag = "type", rename = "base64")]
struct Source {
    media_type: &'static str,
    data: String,
}

/// The request for a streamed answer.
pub(crate) fn turn_request(request: &CompletionRequest) -> TurnRequest {
    let RequestOptions {
        temperature,
        effort,
        stop,
        ..
    } = &request.options;
    let model = Model::of(&request.model);
    let max_tokens = request.most_output.unwrap_or_else(|| model.usual_output());
    let thinking = effort.and_then(|effort| model.thinking(effort, max_tokens));
    let body = Body {
        model: &request.model,
        max_tokens,
        system: request.options.system_prompt(),
        messages: request.messages.iter().filter_map(message).collect(),
        stream: true,
        // Whoever thinks takes none but the usual one.
        temperature: temperature
            .filter(|_| thinking.is_none() && model.takes_temperature())
            .map(|temperature| f64::from(temperature).min(f64::from(HIGHEST_TEMPERATURE) / 100.0)),
        thinking,
        output_config: effort
            .filter(|_| matches!(thinking, Some(Thinking::Adaptive { .. })))
            .map(|effort| OutputConfig { effort }),
        // One of white space alone is refused.
        stop_sequences: stop
            .iter()
            .map(String::as_str)
            .filter(|text| !text.trim().is_empty())
            .take(ABILITIES.most_stops)
            .collect(),
    };
    // Strings, numbers, booleans and lists of them: there is nothing in it that JSON can't say.
    TurnRequest {
        path: "messages".to_owned(),
        query: None,
        body: serde_json::to_vec(&body).unwrap_or_default(),
    }
}

/// A message; none if it says nothing, since the API refuses empty ones. Several of one role in a row are fine.
fn message(message: &PromptMessage) -> Option<Message<'_>> {
    let role = match message.role {
        Role::User => "user",
        Role::Assistant => "assistant",
    };
    let mut content: Vec<Block> = message
        .attachments
        .iter()
        .filter_map(|attachment| match &attachment.content {
            AttachmentContent::Text(_) => None,
            AttachmentContent::Image(kind, bytes) => Some(Block::Image {
                source: Source {
                    media_type: kind.media_type(),
                    data: attached::base64(bytes),
                },
            }),
            AttachmentContent::Pdf(bytes) => Some(Block::Document {
                source: Source {
                    media_type: "application/pdf",
                    data: attached::base64(bytes),
                },
                title: attachment.name.trim(),
            }),
        })
        .collect();
    let text = attached::words(message);
    if !text.trim().is_empty() {
        content.push(Block::Text { text });
    }
    (!content.is_empty()).then_some(Message { role, content })
}

#[cfg(test)]
mod tests {
    use super::*;
    use chat::{Attachment, Temperature};
    use serde_json::{Value, json};

    fn asking(model: &str) -> CompletionRequest {
        CompletionRequest::new(model, vec![PromptMessage::new(Role::User, "Hello")])
    }

    fn body(request: &CompletionRequest) -> Value {
        serde_json::from_slice(&turn_request(request).body).unwrap()
    }

    fn text(text: &str) -> Value {
        json!([{"type": "text", "text": text}])
    }

    #[test]
    fn what_is_not_chosen_is_not_sent_but_the_most_tokens() {
        assert_eq!(
            body(&asking("claude-sonnet-4-5")),
            json!({
                "model": "claude-sonnet-4-5",
                "max_tokens": 32_000,
                "messages": [{"role": "user", "content": text("Hello")}],
                "stream": true,
            })
        );
        let request = turn_request(&asking("claude-sonnet-4-5"));
        assert_eq!((request.path.as_str(), request.query), ("messages", None));
    }

    #[test]
    fn the_history_goes_out_as_it_is_without_what_says_nothing() {
        let said = |role, text: &str| PromptMessage::new(role, text);
        let request = CompletionRequest::new(
            "m",
            vec![
                said(Role::User, "a \"quoted\"\n\u{0}line"),
                said(Role::Assistant, " \n"),
                said(Role::User, "b"),
                said(Role::Assistant, "c"),
                said(Role::User, "d"),
            ],
        );
        assert_eq!(
            body(&request)["messages"],
            json!([
                {"role": "user", "content": text("a \"quoted\"\n\u{0}line")},
                {"role": "user", "content": text("b")},
                {"role": "assistant", "content": text("c")},
                {"role": "user", "content": text("d")},
            ])
        );
    }

    #[test]
    fn the_system_prompt_stands_beside_the_messages() {
        let mut request = asking("m");
        request.options.system = Some("Be kind.".into());
        assert_eq!(body(&request)["system"], "Be kind.");
        request.options.system = Some(" ".into());
        assert_eq!(body(&request).get("system"), None);
    }

    #[test]
    fn the_temperature_ends_at_1_and_is_left_out_where_it_is_refused() {
        let with = |model: &str, temperature: f64, effort| {
            let mut request = asking(model);
            request.options.temperature = Some(Temperature::try_from(temperature).unwrap());
            request.options.effort = effort;
            body(&request).get("temperature").and_then(Value::as_f64)
        };
        assert_eq!(with("claude-opus-4-6", 0.0, None), Some(0.0));
        assert_eq!(with("claude-opus-4-6", 0.7, None), Some(0.7));
        assert_eq!(with("claude-opus-4-6", 1.3, None), Some(1.0));
        assert_eq!(with("claude-opus-4-6", 0.7, Some(Effort::Low)), None);
        assert_eq!(with("claude-haiku-4-5", 0.7, Some(Effort::Low)), None);
        assert_eq!(with("claude-opus-4-7", 0.7, None), None);
        // It can't think, so nothing is in the way.
        let old = with("claude-3-5-haiku-20241022", 0.7, Some(Effort::Low));
        assert_eq!(old, Some(0.7));
    }

    #[test]
    fn effort_goes_out_in_the_form_that_the_model_takes() {
        let with = |model: &str, most_output| {
            let mut request = asking(model);
            request.options.effort = Some(Effort::High);
            request.most_output = most_output;
            let body = body(&request);
            [
                &body["thinking"],
                &body["output_config"],
                &body["max_tokens"],
            ]
            .map(Value::clone)
        };
        assert_eq!(
            with("claude-opus-4-6", Some(500)),
            [
                json!({"type": "adaptive", "display": "summarized"}),
                json!({"effort": "high"}),
                json!(500)
            ]
        );
        assert_eq!(
            with("claude-haiku-4-5", Some(10_000)),
            [
                json!({"type": "enabled", "budget_tokens": 5000}),
                json!(null),
                json!(10_000)
            ]
        );
        assert_eq!(
            with("a-local-model", None),
            [
                json!({"type": "enabled", "budget_tokens": 4096}),
                json!(null),
                json!(8192)
            ]
        );
        let no_room = with("claude-haiku-4-5", Some(500));
        assert_eq!(no_room, [json!(null), json!(null), json!(500)]);
    }

    #[test]
    fn texts_that_end_the_answer_say_something() {
        let mut request = asking("m");
        request.options.stop = vec!["END".into(), "\n\n".into(), String::new(), " .".into()];
        assert_eq!(body(&request)["stop_sequences"], json!(["END", " ."]));
        request.options.stop = vec!["\n".into()];
        assert_eq!(body(&request).get("stop_sequences"), None);
    }

    #[test]
    fn files_stand_before_the_words() {
        let file = |name: &str, content| Attachment {
            name: name.into(),
            content,
        };
        let bytes = || b"\xff\x00a".as_slice().into();
        let mut request = asking("m");
        request.messages[0].attachments = vec![
            file("a.txt", AttachmentContent::Text("one".into())),
            file("b.webp", AttachmentContent::Image(ImageType::Webp, bytes())),
            file("c.pdf", AttachmentContent::Pdf(bytes())),
            file(" ", AttachmentContent::Pdf(bytes())),
        ];
        let pdf = json!({"type": "base64", "media_type": "application/pdf", "data": "/wBh"});
        assert_eq!(
            body(&request)["messages"][0]["content"],
            json!([
                {
                    "type": "image",
                    "source": {"type": "base64", "media_type": "image/webp", "data": "/wBh"},
                },
                {"type": "document", "source": pdf, "title": "c.pdf"},
                {"type": "document", "source": pdf},
                {"type": "text", "text": "<file name=\"a.txt\">\none\n</file>\n\nHello"},
            ])
        );
    }

    #[test]
    fn a_picture_needs_no_words() {
        let mut request = asking("m");
        request.messages[0] = PromptMessage {
            role: Role::User,
            text: String::new(),
            attachments: vec![Attachment {
                name: "a.png".into(),
                content: AttachmentContent::Image(ImageType::Png, b"a".as_slice().into()),
            }],
        };
        let content = &body(&request)["messages"][0]["content"];
        assert_eq!(content.as_array().unwrap().len(), 1);
        assert_eq!(content[0]["source"]["data"], "YQ==");
    }

    #[test]
    fn what_is_largest_fits_into_a_request() {
        let in_base64 = |bytes: usize| bytes.div_ceil(3) * 4;
        assert_eq!(in_base64(ABILITIES.largest_image), 5 * 1024 * 1024);
        assert!(in_base64(ABILITIES.largest_pdf) < ABILITIES.largest_request);
    }
}
