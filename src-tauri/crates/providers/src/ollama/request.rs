//! The request.

use chat::{AttachmentContent, CompletionRequest, Effort, ImageType, PromptMessage, Role};
use serde_json::{Map, Value, json};

use crate::attached;
use crate::protocol::{Abilities, TurnRequest};

/// Ollama itself names no limits; these keep a slip of the hand from filling its memory. It takes no PDF.
pub(crate) const ABILITIES: Abilities = Abilities {
    highest_temperature: 200,
    effort: true,
    most_stops: 16,
    image_types: &[
        ImageType::Png,
        ImageType::Jpeg,
        ImageType::Gif,
        ImageType::Webp,
    ],
    largest_image: 20_000_000,
    largest_pdf: 0,
    largest_request: 100_000_000,
};

/// The request for a streamed answer.
pub(crate) fn turn_request(request: &CompletionRequest) -> TurnRequest {
    let CompletionRequest {
        model,
        messages,
        most_output,
        options: chosen,
    } = request;
    let mut said = Vec::with_capacity(messages.len() + 1);
    if let Some(system) = chosen.system_prompt() {
        said.push(json!({"role": "system", "content": system}));
    }
    said.extend(messages.iter().map(message));
    let mut body = Map::new();
    body.insert("model".into(), model.as_str().into());
    body.insert("stream".into(), true.into());
    body.insert("messages".into(), said.into());
    let mut options = Map::new();
    if let Some(temperature) = chosen.temperature {
        options.insert("temperature".into(), f64::from(temperature).into());
    }
    if let Some(most) = most_output {
        options.insert("num_predict".into(), (*most).into());
    }
    if !chosen.stop.is_empty() {
        options.insert("stop".into(), json!(chosen.stop));
    }
    if !options.is_empty() {
        body.insert("options".into(), options.into());
    }
    // A model that knows no levels takes one for its usual measure.
    if let Some(effort) = chosen.effort {
        let level = match effort {
            Effort::Low => "low",
            Effort::Medium => "medium",
            Effort::High => "high",
        };
        body.insert("think".into(), level.into());
    }
    TurnRequest {
        path: "api/chat".to_owned(),
        query: None,
        body: Value::Object(body).to_string().into_bytes(),
    }
}

fn message(message: &PromptMessage) -> Value {
    let role = match message.role {
        Role::User => "user",
        Role::Assistant => "assistant",
    };
    let images: Vec<String> = message
        .attachments
        .iter()
        .filter_map(|attachment| match &attachment.content {
            AttachmentContent::Image(_, bytes) => Some(attached::base64(bytes)),
            AttachmentContent::Text(_) | AttachmentContent::Pdf(_) => None,
        })
        .collect();
    let mut sent = json!({"role": role, "content": attached::words(message)});
    if !images.is_empty() {
        sent["images"] = images.into();
    }
    sent
}

#[cfg(test)]
mod tests {
    use super::*;
    use chat::{Attachment, RequestOptions};

    fn body(request: &CompletionRequest) -> Value {
        serde_json::from_slice(&turn_request(request).body).unwrap()
    }

    #[test]
    fn the_history_goes_out_as_it_is() {
        let history = vec![
            PromptMessage::new(Role::User, "a\n\u{0}b"),
            PromptMessage::new(Role::Assistant, "b"),
            PromptMessage::new(Role::User, "c"),
        ];
        let request = CompletionRequest::new("llama3:8b", history);
        assert_eq!(
            body(&request),
            json!({
                "model": "llama3:8b",
                "stream": true,
                "messages": [
                    {"role": "user", "content": "a\n\u{0}b"},
                    {"role": "assistant", "content": "b"},
                    {"role": "user", "content": "c"},
                ],
            })
        );
        assert_eq!(turn_request(&request).path, "api/chat");
    }

    #[test]
    fn what_is_chosen_has_its_place() {
        let mut message = PromptMessage::new(Role::User, "What is it?");
        message.attachments = vec![Attachment {
            name: "a.jpg".into(),
            content: AttachmentContent::Image(ImageType::Jpeg, b"x"[..].into()),
        }];
        let mut request = CompletionRequest::new("m", vec![message]);
        request.most_output = Some(300);
        request.options = RequestOptions {
            system: Some("Be brief.".into()),
            temperature: Some(0.7.try_into().unwrap()),
            effort: Some(Effort::High),
            stop: vec!["END".into()],
            most_output: None,
        };
        let body = body(&request);
        assert_eq!(
            body["messages"],
            json!([
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "What is it?", "images": ["eA=="]},
            ])
        );
        assert_eq!(
            body["options"],
            json!({"temperature": 0.7, "num_predict": 300, "stop": ["END"]})
        );
        assert_eq!(body["think"], "high");
    }
}
