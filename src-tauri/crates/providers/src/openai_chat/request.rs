//! The request.

use chat::{AttachmentContent, CompletionRequest, Effort, ImageType, PromptMessage, Role};
use serde_json::{Map, Value, json};

use crate::attached;
use crate::protocol::{Abilities, TurnRequest};
use crate::quirks::Quirks;

/// Source: the reference of OpenAI. Files go along within the request, which may have 50 MB.
pub(crate) const ABILITIES: Abilities = Abilities {
    highest_temperature: 200,
    effort: true,
    most_stops: 4,
    image_types: &[
        ImageType::Png,
        ImageType::Jpeg,
        ImageType::Gif,
        ImageType::Webp,
    ],
    largest_image: 20 * 1024 * 1024,
    largest_pdf: 32 * 1024 * 1024,
    largest_request: 50 * 1024 * 1024,
};

/// The request for a streamed answer.
pub(crate) fn turn_request(request: &CompletionRequest, quirks: Quirks) -> TurnRequest {
    let CompletionRequest {
        model,
        messages,
        most_output,
        options,
    } = request;
    let mut said = Vec::with_capacity(messages.len() + 1);
    if let Some(system) = options.system_prompt() {
        said.push(json!({"role": "system", "content": system}));
    }
    said.extend(messages.iter().map(message));
    let mut body = Map::new();
    body.insert("model".into(), model.as_str().into());
    body.insert("messages".into(), said.into());
    body.insert("stream".into(), true.into());
    if !quirks.no_stream_options {
        body.insert("stream_options".into(), json!({"include_usage": true}));
    }
    if let Some(most) = most_output {
        let name = if quirks.max_completion_tokens {
            "max_completion_tokens"
        } else {
            "max_tokens"
        };
        body.insert(name.into(), (*most).into());
    }
    if let Some(temperature) = options.temperature {
        body.insert("temperature".into(), f64::from(temperature).into());
    }
    if !options.stop.is_empty() {
        body.insert("stop".into(), json!(options.stop));
    }
    if let Some(effort) = options.effort {
        let name = match effort {
            Effort::Low => "low",
            Effort::Medium => "medium",
            Effort::High => "high",
        };
        body.insert("reasoning_effort".into(), name.into());
    }
    TurnRequest {
        path: "chat/completions".to_owned(),
        query: None,
        body: Value::Object(body).to_string().into_bytes(),
    }
}

fn message(message: &PromptMessage) -> Value {
    let role = match message.role {
        Role::User => "user",
        Role::Assistant => "assistant",
    };
    let words = attached::words(message);
    let mut parts: Vec<Value> = message
        .attachments
        .iter()
        .filter_map(|attachment| match &attachment.content {
            AttachmentContent::Text(_) => None,
            AttachmentContent::Image(kind, bytes) => Some(json!({
                "type": "image_url",
                "image_url": {"url": attached::data_url(kind.media_type(), bytes)},
            })),
            AttachmentContent::Pdf(bytes) => Some(json!({
                "type": "file",
                "file": {
                    "filename": attachment.name,
                    "file_data": attached::data_url("application/pdf", bytes),
                },
            })),
        })
        .collect();
    // Many servers take text alone in this form only.
    if parts.is_empty() {
        return json!({"role": role, "content": words});
    }
    if !words.is_empty() {
        parts.push(json!({"type": "text", "text": words}));
    }
    json!({"role": role, "content": parts})
}

#[cfg(test)]
mod tests {
    use super::*;
    use chat::{Attachment, RequestOptions};

    fn body(quirks: Quirks, most_output: Option<u64>) -> Value {
        let said = |role, text: &str| PromptMessage::new(role, text);
        let request = CompletionRequest {
            model: "m/1".into(),
            messages: vec![
                said(Role::User, "a \"quoted\"\n\u{0}line"),
                said(Role::Assistant, "b"),
                said(Role::User, "c"),
            ],
            most_output,
            options: RequestOptions::default(),
        };
        serde_json::from_slice(&turn_request(&request, quirks).body).unwrap()
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

    #[test]
    fn what_is_chosen_has_its_place() {
        let mut message = PromptMessage::new(Role::User, "What is it?");
        let attachment = |name: &str, content| Attachment {
            name: name.into(),
            content,
        };
        message.attachments = vec![
            attachment(
                "a.png",
                AttachmentContent::Image(ImageType::Png, b"x"[..].into()),
            ),
            attachment("b.pdf", AttachmentContent::Pdf(b"x"[..].into())),
            attachment("c.txt", AttachmentContent::Text("text".into())),
        ];
        let mut request = CompletionRequest::new("m", vec![message]);
        request.options = RequestOptions {
            system: Some("Be brief.".into()),
            temperature: Some(0.7.try_into().unwrap()),
            effort: Some(Effort::High),
            stop: vec!["END".into()],
            most_output: None,
        };
        let sent = turn_request(&request, Quirks::default());
        let body: Value = serde_json::from_slice(&sent.body).unwrap();
        assert_eq!(
            body["messages"][0],
            json!({"role": "system", "content": "Be brief."})
        );
        assert_eq!(body["temperature"], 0.7);
        assert_eq!(body["stop"], json!(["END"]));
        assert_eq!(body["reasoning_effort"], "high");
        let content = &body["messages"][1]["content"];
        assert_eq!(content[0]["image_url"]["url"], "data:image/png;base64,eA==");
        assert_eq!(content[1]["file"]["filename"], "b.pdf");
        let words = content[2]["text"].as_str().unwrap();
        assert!(words.starts_with("<file name=\"c.txt\">") && words.ends_with("What is it?"));
    }
}
