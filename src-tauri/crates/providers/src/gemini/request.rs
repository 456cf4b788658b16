//! The request.

use chat::{AttachmentContent, CompletionRequest, Effort, PromptMessage, RequestOptions, Role};
use serde_json::{Map, Value, json};

use crate::attached;
use crate::protocol::{Abilities, TurnRequest};

/// Source: the Gemini API's pages on images and documents: a request with files within it may have 20 MB in all.
pub(crate) const ABILITIES: Abilities = Abilities {
    highest_temperature: 200,
    effort: true,
    most_stops: 5,
    largest_image: 14_000_000,
    largest_pdf: 14_000_000,
    largest_request: 20_000_000,
};

/// The request for a streamed answer.
pub(crate) fn turn_request(request: &CompletionRequest) -> TurnRequest {
    let CompletionRequest {
        model,
        messages,
        most_output,
        options,
    } = request;
    let mut body = Map::new();
    if let Some(system) = options.system_prompt() {
        let system = json!({"parts": [{"text": system}]});
        body.insert("systemInstruction".into(), system);
    }
    let contents: Vec<Value> = messages.iter().map(content).collect();
    body.insert("contents".into(), contents.into());
    let mut config = Map::new();
    if let Some(most) = most_output {
        config.insert("maxOutputTokens".into(), (*most).into());
    }
    if let Some(temperature) = options.temperature {
        config.insert("temperature".into(), f64::from(temperature).into());
    }
    if !options.stop.is_empty() {
        config.insert("stopSequences".into(), json!(options.stop));
    }
    if let Some(thinking) = thinking(model, options) {
        config.insert("thinkingConfig".into(), thinking);
    }
    if !config.is_empty() {
        body.insert("generationConfig".into(), config.into());
    }
    // The list of models spells ids with the name of their collection.
    let model = model.strip_prefix("models/").unwrap_or(model);
    TurnRequest {
        path: format!("models/{model}:streamGenerateContent"),
        query: Some("alt=sse"),
        body: Value::Object(body).to_string().into_bytes(),
    }
}

/// Models of generation 2.5 want a number of tokens, later ones a level, earlier ones don't think. To send both is an error.
/// Source: the Gemini API's page on thinking.
fn thinking(model: &str, options: &RequestOptions) -> Option<Value> {
    let effort = options.effort?;
    let (level, budget) = match effort {
        Effort::Low => ("low", 1_024),
        Effort::Medium => ("medium", 8_192),
        Effort::High => ("high", 24_576),
    };
    let generation = model.split_once("gemini-").map(|(_, rest)| rest);
    match generation {
        Some(rest) if rest.starts_with("1.") || rest.starts_with("2.0") => None,
        Some(rest) if rest.starts_with("2.5") => {
            Some(json!({"thinkingBudget": budget, "includeThoughts": true}))
        }
        Some(_) => Some(json!({"thinkingLevel": level, "includeThoughts": true})),
        // Others that Google serves, Gemma among them, don't take it.
        None => None,
    }
}

fn content(message: &PromptMessage) -> Value {
    let role = match message.role {
        Role::User => "user",
        Role::Assistant => "model",
    };
    let mut parts: Vec<Value> = message
        .attachments
        .iter()
        .filter_map(|attachment| {
            let (media_type, bytes) = match &attachment.content {
                AttachmentContent::Text(_) => return None,
                AttachmentContent::Image(kind, bytes) => (kind.media_type(), bytes),
                AttachmentContent::Pdf(bytes) => ("application/pdf", bytes),
            };
            Some(json!({"inlineData": {"mimeType": media_type, "data": attached::base64(bytes)}}))
        })
        .collect();
    let words = attached::words(message);
    if parts.is_empty() || !words.is_empty() {
        parts.push(json!({"text": words}));
    }
    json!({"role": role, "parts": parts})
}

#[cfg(test)]
mod tests {
    use super::*;
    use chat::{Attachment, ImageType};

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
        let request = CompletionRequest::new("models/gemini-2.5-flash", history);
        assert_eq!(
            body(&request),
            json!({"contents": [
                {"role": "user", "parts": [{"text": "a\n\u{0}b"}]},
                {"role": "model", "parts": [{"text": "b"}]},
                {"role": "user", "parts": [{"text": "c"}]},
            ]})
        );
        let turn = turn_request(&request);
        assert_eq!(turn.path, "models/gemini-2.5-flash:streamGenerateContent");
        assert_eq!(turn.query, Some("alt=sse"));
    }

    #[test]
    fn what_is_chosen_has_its_place() {
        let mut request =
            CompletionRequest::new("gemini-3-pro", vec![PromptMessage::new(Role::User, "Why?")]);
        request.most_output = Some(300);
        request.options = RequestOptions {
            system: Some("Be brief.".into()),
            temperature: Some(0.7.try_into().unwrap()),
            effort: Some(Effort::Low),
            stop: vec!["END".into()],
            most_output: None,
        };
        let body = body(&request);
        assert_eq!(
            body["systemInstruction"],
            json!({"parts": [{"text": "Be brief."}]})
        );
        assert_eq!(
            body["generationConfig"],
            json!({
                "maxOutputTokens": 300, "temperature": 0.7, "stopSequences": ["END"],
                "thinkingConfig": {"thinkingLevel": "low", "includeThoughts": true},
            })
        );
    }

    #[test]
    fn thought_is_asked_for_as_the_generation_takes_it() {
        let options = RequestOptions {
            effort: Some(Effort::Medium),
            ..RequestOptions::default()
        };
        for (model, field) in [
            ("gemini-1.5-pro", None),
            ("gemini-2.0-flash", None),
            ("gemini-2.5-pro", Some("thinkingBudget")),
            ("gemini-3.6-flash", Some("thinkingLevel")),
            ("gemma-3-27b-it", None),
        ] {
            let sent = thinking(model, &options);
            assert_eq!(sent.is_some(), field.is_some(), "{model}");
            if let (Some(sent), Some(field)) = (sent, field) {
                assert!(sent.get(field).is_some(), "{model}: {sent}");
            }
        }
        assert_eq!(thinking("gemini-3-pro", &RequestOptions::default()), None);
    }

    #[test]
    fn files_stand_before_the_words() {
        let mut message = PromptMessage::new(Role::User, "");
        message.attachments = vec![Attachment {
            name: "a.webp".into(),
            content: AttachmentContent::Image(ImageType::Webp, b"x"[..].into()),
        }];
        assert_eq!(
            content(&message),
            json!({"role": "user", "parts": [{"inlineData": {"mimeType": "image/webp", "data": "eA=="}}]})
        );
    }
}
