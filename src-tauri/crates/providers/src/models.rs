//! Questions about a provider itself: which models it has, and whether it takes a key.

use std::collections::HashSet;

use chat::{Failure, FailureKind, SendTicket};
use credentials::Credential;
use reqwest::Response;
use serde_json::Value;
use url::Url;

use crate::catalog::Verification;
use crate::client::{Client, Question};
use crate::json;
use crate::network_error::failure_kind;
use crate::protocol::Protocol;
use crate::provider::Provider;
use crate::provider_error;
use crate::redaction::Redaction;
use crate::secrets::Secrets;

/// The largest list that is read, in bytes.
const LARGEST_ANSWER: usize = 16 * 1024 * 1024;
/// The most models that are taken from a list.
const MOST_MODELS: usize = 10_000;
/// The longest id or name of a model, in bytes.
const LONGEST_ID: usize = 512;
/// The longest mark of a page, in bytes.
const LONGEST_TOKEN: usize = 2_048;

/// The most pages of a list that are asked for.
const MOST_PAGES: usize = 20;

/// A model that a provider offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelInfo {
    /// Its id as the provider's API spells it.
    pub id: String,
    /// What its maker calls it, where the list tells.
    pub name: Option<String>,
    /// The most tokens that it reads and writes in one turn, where the list tells.
    pub context: Option<u64>,
    /// Whether it reads pictures, where the list tells.
    pub images: Option<bool>,
    /// Whether it can think before it answers, where the list tells.
    pub reasoning: Option<bool>,
}

impl ModelInfo {
    /// A model of which only the id is known.
    pub fn of(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            name: None,
            context: None,
            images: None,
            reasoning: None,
        }
    }
}

/// A provider has taken a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// How many models it offers, where the answer tells.
    pub models: Option<usize>,
}

/// The models of a provider, in its own order, each once. A long list comes in pages, each of which takes a ticket of its own.
///
/// # Errors
/// What went wrong on the way, or `NotAnApi` if the answer is no list of models. If it goes wrong after the first page, what has come is
/// the list.
pub async fn list_models(
    client: &Client,
    provider: &Provider,
    key: Option<&Credential>,
    mut ticket: impl FnMut() -> Result<SendTicket, Failure>,
) -> Result<Vec<ModelInfo>, Failure> {
    if let (Verification::Endpoint(_), known @ [_, ..]) =
        (provider.verification(), provider.known_models())
    {
        return Ok(known.iter().map(ModelInfo::of).collect());
    }
    let mut page = page_at(client, provider, key, None, ticket()?).await?;
    let mut models = Collected::default();
    models.add(page.models);
    for _ in 1..MOST_PAGES {
        let Some(next) = page.next.take() else { break };
        let Ok(ticket) = ticket() else { break };
        let Ok(more) = page_at(client, provider, key, Some(&next), ticket).await else {
            break;
        };
        page = more;
        // A list that repeats itself has no end.
        if !models.add(std::mem::take(&mut page.models)) {
            break;
        }
    }
    Ok(models.list)
}

/// Models, each once.
#[derive(Default)]
struct Collected {
    list: Vec<ModelInfo>,
    seen: HashSet<String>,
}

impl Collected {
    /// Whether any was new.
    fn add(&mut self, models: Vec<ModelInfo>) -> bool {
        let before = self.list.len();
        for model in models {
            if self.list.len() < MOST_MODELS && self.seen.insert(model.id.clone()) {
                self.list.push(model);
            }
        }
        self.list.len() > before
    }
}

/// Asks a provider whether it takes a key, in the way that its row of the catalogue names.
///
/// # Errors
/// What went wrong on the way: `KeyRejected` if the key is wrong, `NotAnApi` if the answer is not what a provider answers.
pub async fn verify(
    client: &Client,
    provider: &Provider,
    key: Option<&Credential>,
    ticket: SendTicket,
) -> Result<Verified, Failure> {
    match provider.verification() {
        Verification::Models => {
            let page = page_at(client, provider, key, None, ticket).await?;
            let is_whole = page.next.is_none();
            let mut models = Collected::default();
            models.add(page.models);
            Ok(Verified {
                models: is_whole.then_some(models.list.len()),
            })
        }
        Verification::Endpoint(path) => {
            ask(client, provider, key, provider.endpoint(path), ticket).await?;
            Ok(Verified { models: None })
        }
    }
}

/// A page of a list.
struct Page {
    models: Vec<ModelInfo>,
    /// What the next one is asked for by.
    next: Option<String>,
}

async fn page_at(
    client: &Client,
    provider: &Provider,
    key: Option<&Credential>,
    after: Option<&str>,
    ticket: SendTicket,
) -> Result<Page, Failure> {
    let protocol = provider.protocol();
    let mut url = provider.endpoint(match protocol {
        Protocol::Ollama => "api/tags",
        Protocol::OpenaiChat
        | Protocol::OpenaiResponses
        | Protocol::AnthropicMessages
        | Protocol::Gemini => "models",
    });
    let paging = match protocol {
        Protocol::AnthropicMessages => Some(("limit", "after_id")),
        Protocol::Gemini => Some(("pageSize", "pageToken")),
        Protocol::OpenaiChat | Protocol::OpenaiResponses | Protocol::Ollama => None,
    };
    if let Some((size, place)) = paging {
        let mut query = url.query_pairs_mut();
        query.append_pair(size, "1000");
        if let Some(after) = after {
            query.append_pair(place, after);
        }
    }
    let (document, redaction) = ask(client, provider, key, url, ticket).await?;
    let models = read_models(protocol, &document, |text| !redaction.finds_in(text))
        .ok_or_else(|| Failure::new(FailureKind::NotAnApi).at(provider.host()))?;
    Ok(Page {
        models,
        next: next_page(protocol, &document),
    })
}

fn next_page(protocol: Protocol, document: &Value) -> Option<String> {
    let next = match protocol {
        Protocol::AnthropicMessages if document["has_more"] == true => &document["last_id"],
        Protocol::Gemini => &document["nextPageToken"],
        _ => return None,
    };
    let next = next.as_str()?;
    (!next.is_empty() && next.len() <= LONGEST_TOKEN).then(|| next.to_owned())
}

/// Reads a list: `OpenAI`'s `data`, a bare list, or the `models` that llama.cpp has beside `data` and others in its place.
fn read_models(
    protocol: Protocol,
    document: &Value,
    is_fit: impl Fn(&str) -> bool,
) -> Option<Vec<ModelInfo>> {
    let list = [Some(document), document.get("data"), document.get("models")]
        .into_iter()
        .flatten()
        .find_map(Value::as_array)?;
    let models = list
        .iter()
        .filter_map(|entry| read_model(protocol, entry))
        .filter(|model| is_legible(&model.id) && is_fit(&model.id))
        .map(|mut model| {
            model.name = model.name.filter(|name| is_legible(name) && is_fit(name));
            model
        });
    Some(models.take(MOST_MODELS).collect())
}

fn is_legible(text: &str) -> bool {
    !text.is_empty() && text.len() <= LONGEST_ID && !text.chars().any(char::is_control)
}

fn read_model(protocol: Protocol, entry: &Value) -> Option<ModelInfo> {
    if let Value::String(id) = entry {
        return Some(ModelInfo::of(id));
    }
    let text = |names: &[&str]| names.iter().find_map(|name| entry.get(name)?.as_str());
    let id = text(&["id", "name", "model"])?;
    if protocol == Protocol::Gemini {
        // It lists what embeds and draws as well.
        let methods = entry["supportedGenerationMethods"].as_array();
        if methods.is_some_and(|methods| !methods.iter().any(|method| method == "generateContent"))
        {
            return None;
        }
    }
    Some(ModelInfo {
        id: id.strip_prefix("models/").unwrap_or(id).to_owned(),
        name: text(&["display_name", "displayName"]).map(str::to_owned),
        context: CONTEXT
            .iter()
            .find_map(|pointer| entry.pointer(pointer).and_then(json::count))
            .filter(|context| *context > 0),
        images: told(entry, IMAGES, "image"),
        reasoning: told(entry, REASONING, "reasoning"),
    })
}

/// Where lists tell whether a model reads pictures: OpenRouter, Mistral.
const IMAGES: &[&str] = &["/architecture/input_modalities", "/capabilities/vision"];

/// Where lists tell whether a model can think: OpenRouter, Mistral, Google.
const REASONING: &[&str] = &[
    "/supported_parameters",
    "/capabilities/reasoning",
    "/thinking",
];

/// What an entry tells at the first place that tells anything: by a flag, or by a list that has the word or not.
fn told(entry: &Value, places: &[&str], word: &str) -> Option<bool> {
    places.iter().find_map(|place| match entry.pointer(place)? {
        Value::Bool(told) => Some(*told),
        Value::Array(words) => Some(words.iter().any(|one| one == word)),
        _ => None,
    })
}

/// Where lists tell of a model's context window: OpenRouter and Together, Groq, Mistral and LM Studio, vLLM, llama.cpp, Google.
const CONTEXT: [&str; 7] = [
    "/context_length",
    "/context_window",
    "/max_context_length",
    "/max_model_len",
    "/meta/n_ctx",
    "/meta/n_ctx_train",
    "/inputTokenLimit",
];

/// Asks, and reads an answer that must be JSON and no error.
async fn ask(
    client: &Client,
    provider: &Provider,
    key: Option<&Credential>,
    url: Url,
    ticket: SendTicket,
) -> Result<(Value, Redaction), Failure> {
    let secrets = Secrets::with(provider, key).await?;
    let redaction = Redaction::of(&secrets);
    let host = provider.host();
    let question = Question::get(url);
    let answer = async {
        let response = client.send(provider, &secrets, question, ticket).await?;
        let body = read_body(client, response).await?;
        let document: Value =
            serde_json::from_slice(&body).map_err(|_| Failure::new(FailureKind::NotAnApi))?;
        match document
            .get("error")
            .filter(|error| provider_error::is_one(error))
        {
            Some(error) => Err(provider_error::in_stream(error)),
            None => Ok(document),
        }
    };
    match answer.await {
        Ok(document) => Ok((document, redaction)),
        Err(failure) => Err(redaction.failure(failure.at(&host))),
    }
}

async fn read_body(client: &Client, mut response: Response) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    loop {
        let limit = client.limits().silence;
        let chunk = client
            .watch
            .wait(response.chunk(), limit, FailureKind::Silence)
            .await
            .map_err(Failure::new)?
            .map_err(|error| Failure::new(failure_kind(&error)))?;
        let Some(chunk) = chunk else { return Ok(body) };
        body.extend_from_slice(&chunk);
        if body.len() > LARGEST_ANSWER {
            return Err(Failure::new(FailureKind::EventTooLarge));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn ids(document: &Value) -> Option<Vec<String>> {
        let models = read_models(Protocol::OpenaiChat, document, |id| id != "the-key")?;
        let mut collected = Collected::default();
        collected.add(models);
        let ids = collected.list.into_iter().map(|model| model.id);
        Some(ids.collect())
    }

    fn of_google(list: &Value) -> Vec<ModelInfo> {
        read_models(Protocol::Gemini, list, |_| true).unwrap()
    }

    #[test]
    fn google_names_its_collection_and_lists_more_than_chats() {
        let list = json!({"models": [
            {"name": "models/gemini-3-pro", "thinking": true, "displayName": "Gemini 3 Pro", "inputTokenLimit": 1_048_576,
                "supportedGenerationMethods": ["generateContent", "countTokens"]},
            {"name": "models/embedding-001", "supportedGenerationMethods": ["embedContent"]},
            {"name": "models/plain", "displayName": "a\nb", "inputTokenLimit": "0"},
        ], "nextPageToken": "p2"});
        assert_eq!(
            of_google(&list),
            [
                ModelInfo {
                    id: "gemini-3-pro".into(),
                    name: Some("Gemini 3 Pro".into()),
                    context: Some(1_048_576),
                    images: None,
                    reasoning: Some(true),
                },
                ModelInfo::of("plain"),
            ]
        );
        assert_eq!(next_page(Protocol::Gemini, &list).as_deref(), Some("p2"));
        let end = json!({"models": [], "nextPageToken": ""});
        assert_eq!(next_page(Protocol::Gemini, &end), None);
    }

    #[test]
    fn each_place_of_a_context_window_is_read() {
        for entry in [
            json!({"id": "a", "context_length": 8_192}),
            json!({"id": "a", "context_window": 8_192.0}),
            json!({"id": "a", "max_context_length": "8192"}),
            json!({"id": "a", "max_model_len": 8_192}),
            json!({"id": "a", "meta": {"n_ctx_train": 8_192}}),
        ] {
            let model = read_model(Protocol::OpenaiChat, &entry).unwrap();
            assert_eq!(model.context, Some(8_192), "{entry}");
        }
    }

    #[test]
    fn what_lists_tell_of_pictures_and_thinking_is_read() {
        let read = |entry: Value| {
            let model = read_model(Protocol::OpenaiChat, &entry).unwrap();
            (model.images, model.reasoning)
        };
        let of_openrouter = json!({"id": "a", "architecture": {"input_modalities": ["text", "image"]},
            "supported_parameters": ["tools"]});
        assert_eq!(read(of_openrouter), (Some(true), Some(false)));
        let of_mistral = json!({"id": "a", "capabilities": {"vision": false, "reasoning": true}});
        assert_eq!(read(of_mistral), (Some(false), Some(true)));
        for odd in [
            json!({"id": "a"}),
            json!({"id": "a", "architecture": null, "thinking": "yes"}),
        ] {
            assert_eq!(read(odd), (None, None));
        }
    }

    #[test]
    fn only_a_page_that_says_so_has_a_next_one() {
        let page = |has_more: bool| json!({"data": [], "has_more": has_more, "last_id": "x"});
        let next = |protocol, has_more| next_page(protocol, &page(has_more));
        assert_eq!(
            next(Protocol::AnthropicMessages, true).as_deref(),
            Some("x")
        );
        assert_eq!(next(Protocol::AnthropicMessages, false), None);
        assert_eq!(next(Protocol::OpenaiChat, true), None);
        let long = json!({"has_more": true, "last_id": "x".repeat(LONGEST_TOKEN + 1)});
        assert_eq!(next_page(Protocol::AnthropicMessages, &long), None);
    }

    #[test]
    fn each_form_of_a_list_is_read() {
        for list in [
            json!({"object": "list", "data": [{"id": "a"}, {"id": "b"}]}),
            json!([{"id": "a"}, {"id": "b"}]),
            json!({"models": [{"name": "a", "model": "x"}], "data": [{"id": "a"}, {"id": "b"}]}),
            json!({"models": [{"name": "a"}, {"model": "b"}]}),
            json!({"data": ["a", "b"]}),
        ] {
            assert_eq!(ids(&list).unwrap(), ["a", "b"], "{list}");
        }
    }

    #[test]
    fn doubles_and_what_is_no_id_are_left_out() {
        let long = "x".repeat(LONGEST_ID + 1);
        let list = json!({"data": [{"id": "a"}, {"id": "a"}, {"id": ""}, {"id": 7}, {"id": null}, 7, {"id": "b\n"}, {"id": long}, {"id": "the-key"}]});
        assert_eq!(ids(&list).unwrap(), ["a"]);
    }

    #[test]
    fn an_endless_list_is_cut() {
        let list: Vec<_> = (0..MOST_MODELS + 5)
            .map(|n| json!({"id": n.to_string()}))
            .collect();
        assert_eq!(ids(&json!({"data": list})).unwrap().len(), MOST_MODELS);
    }

    #[test]
    fn what_is_no_list_is_refused() {
        for other in [json!({}), json!("ok"), json!({"data": {}}), json!(null)] {
            assert_eq!(ids(&other), None, "{other}");
        }
    }
}
