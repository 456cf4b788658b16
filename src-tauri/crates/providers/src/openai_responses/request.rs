//! The request.

use chat::{AttachmentContent, CompletionRequest, Effort, ImageType, PromptMessage, Role};
use serde_json::{Map, Value, json};

use crate::attached;
use crate::protocol::{Abilities, TurnRequest};

/// Source: OpenAI's pages on images and files: 50 MB in all of one request. The protocol has no place for texts that end an answer.
pub(crate) const ABILITIES: Abilities = Abilities {
    highest_temperature: 200,
    effort: true,
    most_stops: 0,
    image_types: &[
        ImageType::Png,
        ImageType::Jpeg,
        ImageType::Gif,
        ImageType::Webp,
    ],
    largest_image: 20_000_000,
    largest_pdf: 32_000_000,
    largest_request: 50_000_000,
};

/// The request for a streamed answer. Nothing of it is to be kept at the provider.
pub(crate) fn turn_request(request: &CompletionRequest) -> TurnRequest {
    let CompletionRequest {
        model,
        messages,
        most_output,
        options,
    } = request;
    let mut body = Map::new();
    body.insert("model".into(), model.as_str().into());
    body.insert("stream".into(), true.into());
    body.insert("store".into(), false.into());
    if let Some(system) = options.system_prompt() {
        body.insert("instructions".into(), system.into());
    }
    let input: Vec<Value> = messages.iter().map(message).collect();
    body.insert("input".into(), input.into());
    if let Some(most) = most_output {
        body.insert("max_output_tokens".into(), (*most).into());
    }
    if let Some(temperature) = options.temperature {
        body.insert("temperature".into(), f64::from(temperature).into());
    }
    if let Some(effort) = options.effort {
        let name = match effort {
            Effort::Low => "low",
            Effort::Medium => "medium",
            Effort::High => "high",
        };
        let reasoning = json!({"effort": name, "summary": "auto"});
        body.insert("reasoning".into(), reasoning);
    }
    TurnRequest {
        path: "responses".to_owned(),
        query: None,
        body: Value::Object(body).to_string().into_bytes(),
    }
}

fn message(message: &PromptMessage) -> Value {
    let (role, kind) = match message.role {
        Role::User => ("user", "input_text"),
        Role::Assistant => ("assistant", "output_text"),
    };
    let mut parts: Vec<Value> = message
        .attachments
        .iter()
        .filter_map(|attachment| match &attachment.content {
            AttachmentContent::Text(_) => None,
            AttachmentContent::Image(kind, bytes) => Some(json!({
                "type": "input_image",
                "image_url": attached::data_url(kind.media_type(), bytes),
            })),
            AttachmentContent::Pdf(bytes) => Some(json!({
                "type": "input_file",
                "filename": attachment.name,
                "file_data": attached::data_url("application/pdf", bytes),
            })),
        })
        .collect();
    let words = attached::words(message);
    if parts.is_empty() || !words.is_empty() {
        parts.push(json!({"type": kind, "text": words}));
    }
    json!({"role": role, "content": parts})
}

#[cfg(test)]
mod tests {
    use super::*;
    use chat::{Attachment, RequestOptions};

    fn body(request: &CompletionRequest) -> Value {
        serde_json::from_slice(&turn_request(request).body).unwrap()
    }

    #[test]
    fn the_history_goes_out_as_it_is_and_is_not_kept_there() {
        let history = vec![
            PromptMessage::new(Role::User, "a\n\u{0}b"),
            PromptMessage::new(Role::Assistant, "b"),
            PromptMessage::new(Role::User, "c"),
        ];
        let request = CompletionRequest::new("gpt-6", history);
        assert_eq!(
            body(&request),
            json!({
                "model": "gpt-6",
                "stream": true,
                "store": false,
                "input": [
                    {"role": "user", "content": [{"type": "input_text", "text": "a\n\u{0}b"}]},
                    {"role": "assistant", "content": [{"type": "output_text", "text": "b"}]},
                    {"role": "user", "content": [{"type": "input_text", "text": "c"}]},
                ],
            })
        );
        assert_eq!(turn_request(&request).path, "responses");
    }

    #[test]
    fn what_is_chosen_has_its_place() {
        let mut message = PromptMessage::new(Role::User, "What is it?");
        let attachment = |name: &str, content| Attachment {
            name: name.into(),
            content,
        };
        message.attachments = vec![
            attachment(
                "a.gif",
                AttachmentContent::Image(ImageType::Gif, b"x"[..].into()),
            ),
            attachment("b.pdf", AttachmentContent::Pdf(b"x"[..].into())),
        ];
        let mut request = CompletionRequest::new("m", vec![message]);
        request.most_output = Some(300);
        request.options = RequestOptions {
            system: Some("Be brief.".into()),
            temperature: Some(0.7.try_into().unwrap()),
            effort: Some(Effort::Medium),
            stop: vec!["END".into()],
            most_output: None,
        };
        let body = body(&request);
        assert_eq!(body["instructions"], "Be brief.");
        assert_eq!(body["max_output_tokens"], 300);
        assert_eq!(body["temperature"], 0.7);
        assert_eq!(
            body["reasoning"],
            json!({"effort": "medium", "summary": "auto"})
        );
        assert_eq!(body.get("stop"), None);
        assert_eq!(
            body["input"][0]["content"],
            json!([
                {"type": "input_image", "image_url": "data:image/gif;base64,eA=="},
                {"type": "input_file", "filename": "b.pdf", "file_data": "data:application/pdf;base64,eA=="},
                {"type": "input_text", "text": "What is it?"},
            ])
        );
    }
}
