//! The request.

use std::borrow::Cow;

use chat::{AttachmentContent, CompletionRequest, ImageType, PromptMessage, Role};
use serde::Serialize;

use super::thinking::{self, ThinkingConfig};
use crate::attached;
use crate::protocol::{Abilities, TurnRequest};

/// Source: "Generating content" and "File input methods" in the documentation of the Gemini API: 5 stop sequences, a temperature up to
/// 2, and 100 MB for a request with the files within it, of which a PDF may have 50. Base64 makes 4 bytes of 3.
pub(crate) const ABILITIES: Abilities = Abilities {
    highest_temperature: 200,
    effort: true,
    most_stops: MOST_STOPS,
    image_types: &[ImageType::Png, ImageType::Jpeg, ImageType::Webp],
    largest_image: 50 * 1000 * 1000,
    largest_pdf: 50 * 1000 * 1000,
    largest_request: 100 * 1000 * 1000,
};

const MOST_STOPS: usize = 5;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    contents: Vec<Content<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    system_instruction: Option<Content<'a>>,
    #[serde(skip_serializing_if = "GenerationConfig::is_empty")]
    generation_config: GenerationConfig<'a>,
}

#[derive(Serialize)]
struct Content<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    parts: Vec<Part<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Part<'a> {
    Text(Cow<'a, str>),
    #[serde(rename_all = "camelCase")]
    InlineData {
        mime_type: &'static str,
        data: String,
    },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GenerationConfig<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    /// The field is a 32-bit integer.
    #[serde(skip_serializing_if = "Option::is_none")]
    max_output_tokens: Option<i32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    stop_sequences: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking_config: Option<ThinkingConfig>,
}

impl GenerationConfig<'_> {
    fn is_empty(&self) -> bool {
        self.temperature.is_none()
            && self.max_output_tokens.is_none()
            && self.stop_sequences.is_empty()
            && self.thinking_config.is_none()
    }
}

/// The request for a streamed answer.
pub(crate) fn turn_request(request: &CompletionRequest) -> TurnRequest {
    let options = &request.options;
    let mut contents = contents(&request.messages);
    let mut system = options.system_prompt().map(|text| Content {
        role: None,
        parts: vec![Part::Text(Cow::Borrowed(text))],
    });
    if !takes_system_instruction(&request.model)
        && let Some(first) = contents.first_mut()
        && let Some(system) = system.take()
    {
        first.parts.splice(0..0, system.parts);
    }
    let body = Body {
        contents,
        system_instruction: system,
        generation_config: GenerationConfig {
            temperature: options.temperature.map(f64::from),
            max_output_tokens: request
                .most_output
                .map(|tokens| i32::try_from(tokens).unwrap_or(i32::MAX)),
            stop_sequences: options
                .stop
                .iter()
                .map(String::as_str)
                .filter(|text| !text.is_empty())
                .take(MOST_STOPS)
                .collect(),
            thinking_config: thinking::config(&request.model, options.effort),
        },
    };
    TurnRequest {
        path: format!("{}:streamGenerateContent", resource(&request.model)),
        query: Some("alt=sse"),
        // Strings, numbers, booleans and lists of them: there is nothing in it that JSON can't say.
        body: serde_json::to_vec(&body).unwrap_or_default(),
    }
}

/// The name of a model's resource. The list of models says `models/x`, people say `x`.
fn resource(model: &str) -> Cow<'_, str> {
    if model.starts_with("models/") || model.starts_with("tunedModels/") {
        Cow::Borrowed(model)
    } else {
        Cow::Owned(format!("models/{model}"))
    }
}

/// The Gemma models up to the third refuse one ("Developer instruction is not enabled"). The prompt's beginning takes its place.
fn takes_system_instruction(model: &str) -> bool {
    let name = model.rsplit('/').next().unwrap_or(model);
    !["gemma-2", "gemma-3"]
        .iter()
        .any(|old| name.starts_with(old))
}

/// The history. What says nothing is refused, so it is left out; those that follow each other in one role become one, since the
/// roles must take turns.
fn contents(messages: &[PromptMessage]) -> Vec<Content<'_>> {
    let mut contents: Vec<Content<'_>> = Vec::new();
    for message in messages {
        let parts = parts(message);
        if parts.is_empty() {
            continue;
        }
        let role = Some(match message.role {
            Role::User => "user",
            Role::Assistant => "model",
        });
        match contents.last_mut().filter(|last| last.role == role) {
            Some(last) => last.parts.extend(parts),
            None => contents.push(Content { role, parts }),
        }
    }
    contents
}

fn parts(message: &PromptMessage) -> Vec<Part<'_>> {
    let files = message.attachments.iter().filter_map(|attachment| {
        let (mime_type, bytes) = match &attachment.content {
            AttachmentContent::Text(_) => return None,
            AttachmentContent::Image(kind, bytes) => (kind.media_type(), bytes),
            AttachmentContent::Pdf(bytes) => ("application/pdf", bytes),
        };
        Some(Part::InlineData {
            mime_type,
            data: attached::base64(bytes),
        })
    });
    let words = attached::words(message);
    let words = (!words.is_empty()).then_some(Part::Text(words));
    files.chain(words).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chat::{Attachment, Effort, RequestOptions, Temperature};
    use serde_json::{Value, json};

    fn said(role: Role, text: &str) -> PromptMessage {
        PromptMessage::new(role, text)
    }

    fn body(request: &CompletionRequest) -> Value {
        serde_json::from_slice(&turn_request(request).body).unwrap()
    }

    fn ask(model: &str) -> CompletionRequest {
        CompletionRequest::new(model, vec![said(Role::User, "Hi")])
    }

    #[test]
    fn the_history_goes_out_as_it_is() {
        let request = CompletionRequest::new(
            "gemini-2.0-flash",
            vec![
                said(Role::User, "a \"quoted\"\n\u{0}line"),
                said(Role::Assistant, "b"),
                said(Role::User, "c"),
            ],
        );
        assert_eq!(
            body(&request),
            json!({"contents": [
                {"role": "user", "parts": [{"text": "a \"quoted\"\n\u{0}line"}]},
                {"role": "model", "parts": [{"text": "b"}]},
                {"role": "user", "parts": [{"text": "c"}]},
            ]})
        );
    }

    #[test]
    fn roles_take_turns() {
        let mut request = ask("m");
        request.messages = vec![
            said(Role::User, "a"),
            said(Role::Assistant, ""),
            said(Role::User, "b"),
        ];
        assert_eq!(
            body(&request)["contents"],
            json!([{"role": "user", "parts": [{"text": "a"}, {"text": "b"}]}])
        );
    }

    #[test]
    fn what_was_chosen_is_sent() {
        let mut request = ask("gemini-3.7-flash");
        request.most_output = Some(u64::MAX);
        request.options = RequestOptions {
            system: Some("Be kind.".into()),
            temperature: Some(Temperature::try_from(0.7).unwrap()),
            effort: Some(Effort::Low),
            stop: ["1", "", "2", "3", "4", "5", "6"]
                .map(String::from)
                .to_vec(),
            most_output: None,
        };
        assert_eq!(
            body(&request),
            json!({
                "contents": [{"role": "user", "parts": [{"text": "Hi"}]}],
                "systemInstruction": {"parts": [{"text": "Be kind."}]},
                "generationConfig": {
                    "temperature": 0.7,
                    "maxOutputTokens": i32::MAX,
                    "stopSequences": ["1", "2", "3", "4", "5"],
                    "thinkingConfig": {"includeThoughts": true, "thinkingLevel": "low"},
                },
            })
        );
    }

    #[test]
    fn a_model_without_instructions_reads_them_first() {
        let mut request = ask("models/gemma-3-27b-it");
        request.options.system = Some("Be kind.".into());
        assert_eq!(
            body(&request),
            json!({"contents": [{"role": "user", "parts": [{"text": "Be kind."}, {"text": "Hi"}]}]})
        );
    }

    #[test]
    fn files_stand_before_the_words() {
        let mut request = ask("m");
        let file = |name: &str, content| Attachment {
            name: name.into(),
            content,
        };
        let bytes = |bytes: &[u8]| bytes.into();
        request.messages[0].attachments = vec![
            file("a.txt", AttachmentContent::Text("one".into())),
            file(
                "b.png",
                AttachmentContent::Image(ImageType::Png, bytes(b"\xff\x00a")),
            ),
            file("c.pdf", AttachmentContent::Pdf(bytes(b"%PDF"))),
        ];
        assert_eq!(
            body(&request)["contents"][0]["parts"],
            json!([
                {"inlineData": {"mimeType": "image/png", "data": "/wBh"}},
                {"inlineData": {"mimeType": "application/pdf", "data": "JVBERg=="}},
                {"text": "<file name=\"a.txt\">\none\n</file>\n\nHi"},
            ])
        );
    }

    #[test]
    fn a_file_alone_needs_no_words() {
        let mut request = ask("m");
        request.messages[0].text = String::new();
        request.messages[0].attachments = vec![Attachment {
            name: "a.webp".into(),
            content: AttachmentContent::Image(ImageType::Webp, b"a".as_slice().into()),
        }];
        assert_eq!(
            body(&request)["contents"][0]["parts"],
            json!([{"inlineData": {"mimeType": "image/webp", "data": "YQ=="}}])
        );
    }

    #[test]
    fn a_model_is_named_in_the_path() {
        for (model, path) in [
            (
                "gemini-3.7-flash",
                "models/gemini-3.7-flash:streamGenerateContent",
            ),
            ("models/gemma-4", "models/gemma-4:streamGenerateContent"),
            ("tunedModels/mine", "tunedModels/mine:streamGenerateContent"),
        ] {
            let turn = turn_request(&ask(model));
            assert_eq!((turn.path.as_str(), turn.query), (path, Some("alt=sse")));
        }
    }
}
