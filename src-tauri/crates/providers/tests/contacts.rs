//! Every request is told of before it leaves, and none of what is said.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/ask.rs"]
#[allow(dead_code, reason = "shared with the other tests of the network")]
mod ask;
#[path = "support/server.rs"]
#[allow(dead_code, reason = "shared with the other tests of the network")]
mod server;

use std::sync::{Arc, Mutex};

use ask::{ask, credential, key_for, no_key, provider, provider_at, ticket};
use providers::{
    ChatModel, Client, ClientOptions, Contact, ContactLog, Purpose, RateLimits, Route, list_models,
};
use server::{DONE, Identity, Server, Step, chunk, delta, last_chunk, response, stream_head};

#[derive(Default)]
struct Heard(Mutex<Vec<Contact>>, Mutex<Vec<(String, RateLimits)>>);

impl ContactLog for Heard {
    fn note(&self, contact: Contact) {
        self.0.lock().unwrap().push(contact);
    }

    fn hear_limits(&self, host: &str, limits: RateLimits) {
        self.1.lock().unwrap().push((host.to_owned(), limits));
    }
}

fn listening(server: &Server) -> (Client, Arc<Heard>) {
    let heard = Arc::new(Heard::default());
    let client = Client::with(ClientOptions {
        route: Route {
            extra_roots: vec![server.root.clone()],
            ..Route::default()
        },
        contact_log: Arc::clone(&heard) as _,
        ..ClientOptions::default()
    });
    (client.unwrap(), heard)
}

#[tokio::test]
async fn a_connection_is_opened_before_it_is_needed_and_says_nothing() {
    let answer = vec![
        stream_head(),
        chunk(&delta("Hi")),
        chunk(DONE),
        last_chunk(),
    ];
    let server = Server::keep_alive(answer).await;
    let (client, heard) = listening(&server);
    let provider = provider(&server);
    client.warm_up(&provider, ticket()).await.unwrap();
    let key = key_for(&provider).await;
    let answer = ask(&ChatModel::new(client, provider, key)).await;
    assert_eq!(answer.text, "Hi", "{:?}", answer.failure);
    let requests = server.requests();
    assert!(
        requests[0].starts_with("HEAD / HTTP/1.1\r\n"),
        "{}",
        requests[0]
    );
    let lower = requests[0].to_lowercase();
    assert!(!lower.contains("authorization") && !lower.contains("canary"));
    assert_eq!(
        *server.seen.connections.lock().unwrap(),
        1,
        "the turn goes over the connection that is open"
    );
    let heard = heard.0.lock().unwrap();
    assert_eq!(heard[0].purpose, Purpose::Connection);
    assert!(!heard[0].with_key);
}

#[tokio::test]
async fn what_is_left_of_the_providers_limits_is_heard_with_answers_and_refusals() {
    for status in [200, 429] {
        let headers = [
            ("x-ratelimit-limit-requests", "60"),
            ("x-ratelimit-remaining-requests", "3"),
        ];
        let server = Server::tls(
            Identity::GOOD,
            vec![Step::Write(response(status, &headers, "{}"))],
        )
        .await;
        let (client, heard) = listening(&server);
        let provider = provider(&server);
        let key = key_for(&provider).await;
        ask(&ChatModel::new(client, provider, key)).await;
        let heard = heard.1.lock().unwrap();
        let (host, limits) = &heard[0];
        assert_eq!(*host, format!("localhost:{}", server.port));
        let left = limits.requests.unwrap();
        assert_eq!((left.left, left.of), (3, Some(60)));
    }
}

#[tokio::test]
async fn each_request_is_told_of_with_its_host_and_purpose() {
    let answer = vec![
        stream_head(),
        chunk(&delta("Hi")),
        chunk(DONE),
        last_chunk(),
    ];
    let server = Server::tls(Identity::GOOD, answer).await;
    let (client, heard) = listening(&server);
    let provider = provider(&server);
    let host = format!("localhost:{}", server.port);
    ask(&ChatModel::new(
        client,
        provider.clone(),
        key_for(&provider).await,
    ))
    .await;
    let sent = server.requests()[0].clone();
    let body = sent.split_once("\r\n\r\n").unwrap().1;
    let expected = Contact {
        host,
        purpose: Purpose::Turn,
        with_key: true,
        sent_bytes: body.len() as u64,
    };
    assert_eq!(*heard.0.lock().unwrap(), [expected]);
}

#[tokio::test]
async fn a_question_about_the_provider_is_no_turn_and_what_never_leaves_is_not_told() {
    let json = [("content-type", "application/json")];
    let list = response(200, &json, r#"{"data":[{"id":"m"}]}"#);
    let server = Server::tls(Identity::GOOD, vec![Step::Write(list)]).await;
    let (client, heard) = listening(&server);
    let provider = provider(&server);
    let key = credential(&provider);
    let models = list_models(&client, &provider, Some(&key), || Ok(ticket())).await;
    assert_eq!(models.unwrap().len(), 1);
    let told = heard.0.lock().unwrap().clone();
    assert_eq!(
        (told.len(), told[0].purpose, told[0].sent_bytes),
        (1, Purpose::Inquiry, 0)
    );

    // Without a key, and with one that is bound elsewhere, nothing leaves.
    let refused = ask(&ChatModel::new(client.clone(), provider.clone(), no_key())).await;
    assert!(refused.failure.is_some());
    let elsewhere = key_for(&provider_at("https://localhost:1/v1")).await;
    let refused = ask(&ChatModel::new(client, provider, elsewhere)).await;
    assert!(refused.failure.is_some());
    assert_eq!(heard.0.lock().unwrap().len(), 1);
}
