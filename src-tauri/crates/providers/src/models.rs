//! Questions about a provider itself: which models it has, and whether it takes a key.

use std::collections::HashSet;

use chat::{Failure, FailureKind, SendTicket};
use credentials::Credential;
use reqwest::Response;
use serde_json::Value;

use crate::catalog::Verification;
use crate::client::{Client, Question};
use crate::network_error::failure_kind;
use crate::provider::Provider;
use crate::provider_error;
use crate::redaction::Redaction;

/// The largest list that is read, in bytes.
const LARGEST_ANSWER: usize = 16 * 1024 * 1024;
/// The most models that are taken from a list.
const MOST_MODELS: usize = 10_000;
/// The longest id of a model, in bytes.
const LONGEST_ID: usize = 512;

/// A model that a provider offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelInfo {
    /// Its id as the provider's API spells it.
    pub id: String,
}

/// A provider has taken a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// How many models it offers, where the answer tells.
    pub models: Option<usize>,
}

/// The models of a provider, in its own order, each once.
///
/// # Errors
/// What went wrong on the way, or `NotAnApi` if the answer is no list of models.
pub async fn list_models(
    client: &Client,
    provider: &Provider,
    key: Option<&Credential>,
    ticket: SendTicket,
) -> Result<Vec<ModelInfo>, Failure> {
    let Verification::Models = provider.verification() else {
        return match provider.known_models() {
            [] => models_at(client, provider, key, ticket).await,
            known => Ok(known.iter().cloned().map(|id| ModelInfo { id }).collect()),
        };
    };
    models_at(client, provider, key, ticket).await
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
            let models = models_at(client, provider, key, ticket).await?;
            Ok(Verified {
                models: Some(models.len()),
            })
        }
        Verification::Endpoint(path) => {
            ask(client, provider, key, path, ticket).await?;
            Ok(Verified { models: None })
        }
    }
}

async fn models_at(
    client: &Client,
    provider: &Provider,
    key: Option<&Credential>,
    ticket: SendTicket,
) -> Result<Vec<ModelInfo>, Failure> {
    let document = ask(client, provider, key, "models", ticket).await?;
    let redaction = Redaction::of(key);
    read_models(&document, |id| !redaction.finds_in(id))
        .ok_or_else(|| Failure::new(FailureKind::NotAnApi).at(provider.host()))
}

/// Reads a list: `OpenAI`'s `data`, a bare list, or the `models` that llama.cpp has beside `data` and others in its place.
fn read_models(document: &Value, is_fit: impl Fn(&str) -> bool) -> Option<Vec<ModelInfo>> {
    let list = [Some(document), document.get("data"), document.get("models")]
        .into_iter()
        .flatten()
        .find_map(Value::as_array)?;
    let mut seen = HashSet::new();
    let ids = list.iter().filter_map(|entry| match entry {
        Value::String(id) => Some(id.as_str()),
        entry => ["id", "name", "model"]
            .iter()
            .find_map(|field| entry.get(field)?.as_str()),
    });
    let models = ids
        .filter(|id| !id.is_empty() && id.len() <= LONGEST_ID && !id.chars().any(char::is_control))
        .filter(|id| is_fit(id) && seen.insert(*id))
        .take(MOST_MODELS)
        .map(|id| ModelInfo { id: id.to_owned() });
    Some(models.collect())
}

/// Asks, and reads an answer that must be JSON and no error.
async fn ask(
    client: &Client,
    provider: &Provider,
    key: Option<&Credential>,
    path: &str,
    ticket: SendTicket,
) -> Result<Value, Failure> {
    let redaction = Redaction::of(key);
    let host = provider.host();
    let question = Question::get(provider.endpoint(path));
    let answer = async {
        let response = client.send(provider, key, question, ticket).await?;
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
    answer
        .await
        .map_err(|failure| redaction.failure(failure.at(&host)))
}

async fn read_body(client: &Client, mut response: Response) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    loop {
        let limit = client.limits.silence;
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
        let models = read_models(document, |id| id != "the-key")?;
        Some(models.into_iter().map(|model| model.id).collect())
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
