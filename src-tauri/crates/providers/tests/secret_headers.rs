//! Headers that go with every request beside the key, and are kept like keys.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/ask.rs"]
#[allow(dead_code)]
mod ask;
#[path = "support/server.rs"]
#[allow(dead_code)]
mod server;

use std::sync::Arc;

use ask::{KEY, client, credential, key_for, provider, ticket};
use chat::FailureKind;
use credentials::{ApiKey, Credential, CredentialStore, ItemId, Origin, SessionStore};
use providers::{ChatModel, Limits, SecretHeader, StoredKey, list_models};
use server::{DONE, Server, Step, chunk, delta, last_chunk, response, stream_head, whole_answer};

const GATEWAY: &str = "gw-canary-4Jk8Wm2Xs6Yt9Pv3Qz7";

/// A header whose value is bound to `origin`, behind a word or none.
async fn header(name: &str, word: &str, origin: Origin) -> SecretHeader {
    let value = ApiKey::parse(GATEWAY.into()).unwrap();
    let store = Arc::new(SessionStore::default());
    let item = ItemId::of(name);
    let credential = Credential::new(value, origin, word, 0);
    store.put(&item, &credential).await.unwrap();
    SecretHeader::new(name, Arc::new(StoredKey::new(store, item))).unwrap()
}

#[tokio::test]
async fn they_go_with_questions_and_with_what_is_asked_about_the_provider() {
    let server = Server::plain(whole_answer()).await;
    let provider = provider(&server);
    let origin = provider.origin().unwrap();
    let provider = provider.with_secret_headers(vec![
        header("X-Organisation", "", origin.clone()).await,
        header("x-gateway", "Bearer", origin).await,
    ]);
    let key = key_for(&provider).await;
    let client = client(Limits::default(), &server);
    let answer = ask::ask(&ChatModel::new(client.clone(), provider.clone(), key)).await;
    assert_eq!(answer.text, "Hello", "{:?}", answer.failure);
    let credential = credential(&provider);
    let _ = list_models(&client, &provider, Some(&credential), || Ok(ticket())).await;
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    for request in requests {
        assert!(request.contains(&format!("\r\nx-organisation: {GATEWAY}\r\n")));
        assert!(request.contains(&format!("\r\nx-gateway: Bearer {GATEWAY}\r\n")));
        assert!(request.contains(&format!("\r\nauthorization: Bearer {KEY}\r\n")));
    }
}

#[tokio::test]
async fn one_that_is_bound_elsewhere_keeps_all_of_the_request_here() {
    let server = Server::plain(whole_answer()).await;
    let elsewhere = "https://elsewhere.example".parse().unwrap();
    let moved = header("x-gateway", "", elsewhere).await;
    let provider = provider(&server).with_secret_headers(vec![moved]);
    let key = key_for(&provider).await;
    let client = client(Limits::default(), &server);
    let answer = ask::ask(&ChatModel::new(client, provider, key)).await;
    assert_eq!(answer.failure.unwrap().kind, FailureKind::OriginChanged);
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_provider_that_sends_one_back_shows_nothing_of_it() {
    let said = [delta(&format!("You sent {GATEWAY}.")), DONE.to_owned()].concat();
    let refused = format!("{{\"error\":{{\"message\":\"no such gateway: {GATEWAY}\"}}}}");
    for steps in [
        vec![stream_head(), chunk(&said), last_chunk()],
        vec![Step::Write(response(403, &[], &refused))],
    ] {
        let server = Server::plain(steps).await;
        let provider = provider(&server);
        let origin = provider.origin().unwrap();
        let provider =
            provider.with_secret_headers(vec![header("x-gateway", "Bearer", origin).await]);
        let key = key_for(&provider).await;
        let client = client(Limits::default(), &server);
        let answer = ask::ask(&ChatModel::new(client, provider, key)).await;
        let shown = format!("{answer:?}");
        assert!(
            shown.contains("You sent ") || shown.contains("no such gateway: "),
            "{shown}"
        );
        assert!(
            !shown.contains("canary") && !shown.contains("Pv3Qz7"),
            "{shown}"
        );
    }
}
