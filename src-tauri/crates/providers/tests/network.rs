//! Every way in which a network fails, against real sockets and real TLS on loopback.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/ask.rs"]
mod ask;
#[path = "support/server.rs"]
mod server;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use ask::{
    KEY, ask, ask_server, client, credential, failure, key_bound_to, key_for, no_key, provider,
    provider_at, request, ticket,
};
use chat::{CompletionEvent, CompletionModel, FailureKind};
use credentials::{AbsentReason, Credential, Pending, StoreError};
use futures_util::StreamExt;
use providers::{ChatModel, Client, ClientOptions, KeyNeed, KeySource, Limits, Route};
use server::{
    DONE, Identity, Server, Step, chunk, delta, last_chunk, response, soon, stream_head,
    whole_answer,
};
use tokio::net::TcpListener;

fn short() -> Limits {
    Limits {
        connect: Duration::from_millis(300),
        first_byte: Duration::from_millis(300),
        silence: Duration::from_millis(300),
        after_suspension: Duration::from_millis(100),
    }
}

async fn kind_at(base_url: &str) -> FailureKind {
    let provider = provider_at(base_url);
    let key = key_for(&provider).await;
    let route = Route {
        limits: short(),
        ..Route::default()
    };
    let client = Client::with(ClientOptions {
        route,
        ..ClientOptions::default()
    });
    let answer = ask(&ChatModel::new(client.unwrap(), provider, key)).await;
    answer.failure.unwrap().kind
}

#[tokio::test]
async fn an_answer_streams_over_tls_with_the_key_of_its_origin() {
    let server = Server::tls(Identity::GOOD, whole_answer()).await;
    let answer = ask_server(&server, Limits::default()).await;
    assert_eq!((answer.text.as_str(), answer.stopped), ("Hello", true));
    let request = &server.requests()[0];
    assert!(
        request.starts_with("POST /v1/chat/completions HTTP/1.1\r\n"),
        "{request}"
    );
    assert!(request.contains(&format!("authorization: Bearer {KEY}\r\n")));
    assert!(request.contains("content-type: application/json\r\n"));
    let (_, body) = request.split_once("\r\n\r\n").unwrap();
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!(
        body,
        serde_json::json!({
            "model": "m",
            "messages": [{"role": "user", "content": "Why?"}],
            "stream": true,
            "stream_options": {"include_usage": true},
        })
    );
}

#[tokio::test]
async fn the_second_turn_pays_no_handshake() {
    let mut steps = whole_answer();
    // The end of the body comes after the answer's end, as it does from far away.
    steps.insert(3, Step::Wait);
    let server = Server::keep_alive(steps).await;
    let provider = provider(&server);
    let key = key_for(&provider).await;
    let model = ChatModel::new(client(Limits::default(), &server), provider, key);
    for turn in 1..=2 {
        assert!(ask(&model).await.stopped);
        server.seen.go_on.notify_one();
        // The connection comes to rest in the background.
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(server.requests().len(), turn);
    }
    assert_eq!(*server.seen.connections.lock().unwrap(), 1);
}

#[tokio::test]
async fn each_tls_failure_has_its_kind() {
    for (identity, kind) in [
        (
            Identity {
                expired: true,
                ..Identity::GOOD
            },
            FailureKind::CertificateExpired,
        ),
        (
            Identity {
                self_signed: true,
                ..Identity::GOOD
            },
            FailureKind::CertificateUntrusted,
        ),
        (
            Identity {
                name: "other.example",
                ..Identity::GOOD
            },
            FailureKind::CertificateWrongHost,
        ),
    ] {
        let server = Server::tls(identity, whole_answer()).await;
        assert_eq!(failure(&server, Limits::default()).await.kind, kind);
        assert!(server.requests().is_empty());
    }
}

#[tokio::test]
async fn a_root_that_is_not_trusted_signs_in_vain() {
    let server = Server::tls(Identity::GOOD, whole_answer()).await;
    assert_eq!(
        kind_at(&format!("https://localhost:{}", server.port)).await,
        FailureKind::CertificateUntrusted
    );
}

/// What the system trusts is read from the environment, which can only be set for another process: this test runs itself once more.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_file_in_ssl_cert_file_is_trusted() {
    const PORT: &str = "CHATELAINE_TEST_SERVER_PORT";
    if let Ok(port) = std::env::var(PORT) {
        let provider = provider_at(&format!("https://localhost:{port}/v1"));
        let key = key_for(&provider).await;
        let answer = ask(&ChatModel::new(Client::new().unwrap(), provider, key)).await;
        assert!(answer.stopped, "{answer:?}");
        return;
    }
    let server = Server::tls(Identity::GOOD, whole_answer()).await;
    let file = std::env::temp_dir().join(format!("chatelaine-root-{}.pem", std::process::id()));
    std::fs::write(&file, &server.root_pem).unwrap();
    let child = tokio::process::Command::new(std::env::current_exe().unwrap())
        .args(["the_file_in_ssl_cert_file_is_trusted", "--exact"])
        .env("SSL_CERT_FILE", &file)
        .env(PORT, server.port.to_string())
        .output();
    let child = soon(child).await.unwrap();
    std::fs::remove_file(&file).unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success(), "{said}");
    assert_eq!(server.requests().len(), 1, "{said}");
}

#[tokio::test]
async fn a_server_without_tls_is_told_from_a_bad_certificate() {
    // Waits for a head that never comes whole, and answers with something that is no handshake.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (mut connection, _) = listener.accept().await.unwrap();
        let answer = response(400, &[], "this is HTTP");
        tokio::io::AsyncWriteExt::write_all(&mut connection, &answer)
            .await
            .unwrap();
        let mut rest = [0; 1024];
        while tokio::io::AsyncReadExt::read(&mut connection, &mut rest)
            .await
            .is_ok_and(|n| n > 0)
        {}
    });
    assert_eq!(
        kind_at(&format!("https://localhost:{port}")).await,
        FailureKind::TlsFailed
    );
}

#[tokio::test]
async fn an_unknown_host() {
    assert_eq!(
        kind_at("https://no-such-host.invalid/v1").await,
        FailureKind::HostUnknown
    );
}

#[tokio::test]
async fn a_refused_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    assert_eq!(
        kind_at(&format!("http://127.0.0.1:{port}/v1")).await,
        FailureKind::ConnectionRefused
    );
}

/// The broadcast address has no way to it for TCP, with or without a network.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_unreachable_host() {
    assert_eq!(
        kind_at("https://255.255.255.255/v1").await,
        FailureKind::HostUnreachable
    );
}

#[tokio::test]
async fn a_connection_that_is_not_made_in_time() {
    let server = Server::mute().await;
    let limits = Limits {
        first_byte: Duration::from_secs(60),
        ..short()
    };
    let provider = provider_at(&format!("https://localhost:{}", server.port));
    let key = key_for(&provider).await;
    let answer = ask(&ChatModel::new(client(limits, &server), provider, key)).await;
    assert_eq!(answer.failure.unwrap().kind, FailureKind::ConnectTimeout);
}

#[tokio::test]
async fn no_first_byte_before_or_after_the_head() {
    for steps in [vec![Step::Stall], vec![stream_head(), Step::Stall]] {
        let server = Server::plain(steps).await;
        assert_eq!(
            failure(&server, short()).await.kind,
            FailureKind::FirstByteTimeout
        );
        soon(server.seen.closed.notified()).await;
    }
}

#[tokio::test]
async fn silence_in_the_middle_keeps_what_came() {
    for tail in ["", "data: {\"choi"] {
        let body = delta("Half") + tail;
        let server = Server::plain(vec![stream_head(), chunk(&body), Step::Stall]).await;
        let answer = ask_server(&server, short()).await;
        assert_eq!(answer.text, "Half");
        assert_eq!(answer.failure.unwrap().kind, FailureKind::Silence);
        soon(server.seen.closed.notified()).await;
    }
}

#[tokio::test]
async fn a_suspended_computer_does_not_wait_for_a_dead_connection() {
    let slept = Arc::new(AtomicBool::new(false));
    let clock = Arc::clone(&slept);
    let server = Server::plain(vec![stream_head(), chunk(&delta("Half")), Step::Stall]).await;
    let limits = Limits {
        after_suspension: Duration::from_millis(100),
        ..Limits::default()
    };
    let client = Client::with(ClientOptions {
        route: Route {
            limits,
            ..Route::default()
        },
        wall_clock: Arc::new(move || {
            let hour = u64::from(clock.load(Ordering::Relaxed)) * 3600;
            SystemTime::now() + Duration::from_secs(hour)
        }),
        ..ClientOptions::default()
    });
    let provider = provider(&server);
    let key = key_for(&provider).await;
    let mut steps = ChatModel::new(client.unwrap(), provider, key).complete(request(), ticket());
    loop {
        match soon(steps.next()).await.unwrap() {
            Ok(CompletionEvent::TextDelta { text }) => {
                assert_eq!(text, "Half");
                break;
            }
            Ok(_) => {}
            Err(failure) => panic!("{failure}"),
        }
    }
    let last = tokio::spawn(async move { steps.next().await });
    // The wait has to have begun before the clock jumps.
    tokio::time::sleep(Duration::from_millis(50)).await;
    slept.store(true, Ordering::Relaxed);
    let last = soon(last).await.unwrap().unwrap();
    assert_eq!(last.unwrap_err().kind, FailureKind::ConnectionLost);
}

#[tokio::test]
async fn a_connection_that_breaks_or_is_cut() {
    let head = || vec![stream_head(), chunk(&delta("Half"))];
    let with = |step| [head(), vec![step]].concat();
    for (steps, kind) in [
        // Reset, closed without the last chunk, ended between events, ended within one.
        (with(Step::Reset), FailureKind::ConnectionLost),
        (head(), FailureKind::ConnectionLost),
        (with(last_chunk()), FailureKind::EndedEarly),
        (
            [with(chunk("data: {\"choi")), vec![last_chunk()]].concat(),
            FailureKind::ConnectionLost,
        ),
    ] {
        let server = Server::plain(steps).await;
        let answer = ask_server(&server, Limits::default()).await;
        let failure = answer.failure.unwrap();
        assert_eq!(failure.kind, kind);
        assert_eq!(failure.host, Some(format!("localhost:{}", server.port)));
        // A reset may overtake what was sent before it.
        assert!(answer.text == "Half" || answer.text.is_empty());
    }
}

#[tokio::test]
async fn a_connection_that_closes_before_the_head() {
    let server = Server::plain(vec![]).await;
    assert_eq!(
        failure(&server, Limits::default()).await.kind,
        FailureKind::ConnectionLost
    );
}

#[tokio::test]
async fn dropping_the_stream_closes_the_socket() {
    for first in [
        vec![Step::Stall],
        vec![stream_head(), chunk(&delta("Half")), Step::Stall],
    ] {
        let streams = first.len() > 1;
        let server = Server::tls(Identity::GOOD, first).await;
        let provider = provider(&server);
        let key = key_for(&provider).await;
        let model = ChatModel::new(client(Limits::default(), &server), provider, key);
        let mut steps = model.complete(request(), ticket());
        if streams {
            soon(steps.next()).await.unwrap().unwrap();
        } else {
            let asked = async {
                while server.requests().is_empty() {
                    tokio::task::yield_now().await;
                }
            };
            tokio::select! {
                () = soon(asked) => {}
                step = steps.next() => panic!("{step:?}"),
            }
        }
        drop(steps);
        soon(server.seen.closed.notified()).await;
    }
}

#[tokio::test]
async fn a_key_goes_to_no_other_origin() {
    let server = Server::plain(whole_answer()).await;
    for bound in [
        "http://localhost:1",
        "https://localhost",
        "http://127.0.0.1:1",
        "https://api.openai.com",
    ] {
        let key = key_bound_to(bound.parse().unwrap()).await;
        let model = ChatModel::new(client(Limits::default(), &server), provider(&server), key);
        let failure = ask(&model).await.failure.unwrap();
        assert_eq!(failure.kind, FailureKind::OriginChanged, "{bound}");
    }
    assert_eq!(*server.seen.connections.lock().unwrap(), 0);
}

struct Refuses(StoreError);

impl KeySource for Refuses {
    fn credential(&self) -> Pending<'_, Result<Option<Credential>, StoreError>> {
        Box::pin(std::future::ready(Err(self.0.clone())))
    }
}

#[tokio::test]
async fn each_state_of_the_store_has_its_kind_and_sends_nothing() {
    let server = Server::plain(whole_answer()).await;
    for (error, kind) in [
        (StoreError::Locked, FailureKind::StoreLocked),
        (StoreError::FileLocked, FailureKind::SealedLocked),
        (StoreError::Dismissed, FailureKind::StoreDismissed),
        (
            StoreError::Absent(AbsentReason::NoBus),
            FailureKind::StoreAbsent,
        ),
        (StoreError::TimedOut, FailureKind::StoreTimedOut),
        (StoreError::ItemGone, FailureKind::KeyGone),
        (StoreError::Failed("bus".into()), FailureKind::StoreFailed),
    ] {
        let key = Arc::new(Refuses(error));
        let model = ChatModel::new(client(Limits::default(), &server), provider(&server), key);
        let failure = ask(&model).await.failure.unwrap();
        assert_eq!(failure.kind, kind);
        assert!(failure.kind.precedes_sending());
    }
    assert_eq!(*server.seen.connections.lock().unwrap(), 0);
}

#[tokio::test]
async fn a_missing_key_stops_only_a_provider_that_wants_one() {
    let server = Server::plain(whole_answer()).await;
    let with_need = |need| {
        let provider = provider(&server).with_key_need(need);
        ChatModel::new(client(Limits::default(), &server), provider, no_key())
    };
    let refused = ask(&with_need(KeyNeed::Required)).await;
    assert_eq!(refused.failure.unwrap().kind, FailureKind::NoKey);
    assert!(server.requests().is_empty());
    assert!(ask(&with_need(KeyNeed::Optional)).await.stopped);
    assert!(
        !server.requests()[0]
            .to_lowercase()
            .contains("authorization")
    );
}

#[tokio::test]
async fn a_status_gets_its_kind_and_the_providers_words() {
    let page = "<!doctype html><html><title>502 Bad &#8203;Gateway</title><script>alert(1)</script></html>";
    let json = r#"{"error":{"message":"Be\u0007 brief\u202e.","code":"x"}}"#;
    let detail = |text: &str| Some(text.to_owned());
    for (status, headers, body, kind, words, wait) in [
        (
            401,
            vec![],
            json,
            FailureKind::KeyRejected,
            detail("Be brief."),
            None,
        ),
        (
            403,
            vec![],
            json,
            FailureKind::NotPermitted,
            detail("Be brief."),
            None,
        ),
        (
            404,
            vec![],
            r#"{"detail":"Not Found"}"#,
            FailureKind::ModelUnknown,
            detail("Not Found"),
            None,
        ),
        (
            429,
            vec![("retry-after", "7")],
            json,
            FailureKind::RateLimited,
            detail("Be brief."),
            Some(7),
        ),
        (429, vec![], "", FailureKind::RateLimited, None, None),
        (
            500,
            vec![],
            page,
            FailureKind::ProviderUnavailable,
            detail("502 Bad &#8203;Gateway"),
            None,
        ),
        (
            502,
            vec![],
            "<html>",
            FailureKind::ProviderUnavailable,
            None,
            None,
        ),
        (
            503,
            vec![],
            page,
            FailureKind::ProviderUnavailable,
            detail("502 Bad &#8203;Gateway"),
            None,
        ),
        (
            529,
            vec![],
            page,
            FailureKind::ProviderOverloaded,
            detail("502 Bad &#8203;Gateway"),
            None,
        ),
        (
            400,
            vec![],
            r#"{"error":{"code":400,"message":"too big","type":"exceed_context_size_error"}}"#,
            FailureKind::PromptTooLong,
            detail("too big"),
            None,
        ),
    ] {
        let server = Server::plain(vec![Step::Write(response(status, &headers, body))]).await;
        let failure = failure(&server, Limits::default()).await;
        assert_eq!(failure.kind, kind, "{status}");
        assert_eq!(failure.status, Some(status));
        assert_eq!(failure.detail, words, "{status}");
        assert_eq!(failure.retry_after_seconds, wait, "{status}");
    }
}

#[tokio::test]
async fn an_endless_error_body_is_not_read_to_its_end() {
    let server = Server::plain(vec![
        Step::Write(response(500, &[], &"x".repeat(80 * 1024))),
        Step::Stall,
    ])
    .await;
    let failure = failure(&server, Limits::default()).await;
    let detail = failure.detail.unwrap();
    assert_eq!(detail.chars().count(), 500);
    assert!(detail.ends_with("x…"));
}

#[tokio::test]
async fn a_web_page_with_status_200_is_no_answer() {
    let page = "<!doctype html><title>Sign in to the hotel's network</title>";
    for kind in ["text/html; charset=utf-8", "TEXT/HTML", "text/event-stream"] {
        let answer = response(200, &[("content-type", kind)], page);
        let server = Server::plain(vec![Step::Write(answer)]).await;
        let failure = failure(&server, Limits::default()).await;
        assert_eq!(failure.kind, FailureKind::NotAnApi);
    }
}

#[tokio::test]
async fn an_event_stream_is_taken_whatever_type_it_declares() {
    for headers in [vec![], vec![("content-type", "text/plain")]] {
        let body = delta("Hello") + DONE;
        let server = Server::plain(vec![Step::Write(response(200, &headers, &body))]).await;
        let answer = ask_server(&server, Limits::default()).await;
        assert_eq!((answer.text.as_str(), answer.stopped), ("Hello", true));
    }
}

#[tokio::test]
async fn models_are_listed_and_a_key_is_verified() {
    let list =
        r#"{"object":"list","data":[{"id":"a"},{"id":"b"},{"id":"a"}],"models":[{"name":"x"}]}"#;
    let server = Server::plain(vec![Step::Write(response(200, &[], list))]).await;
    let provider = provider(&server);
    let client = client(Limits::default(), &server);
    let key = credential(&provider);
    let models = providers::list_models(&client, &provider, Some(&key), || Ok(ticket()))
        .await
        .unwrap();
    let ids: Vec<_> = models.into_iter().map(|model| model.id).collect();
    assert_eq!(ids, ["a", "b"]);
    let verified = providers::verify(&client, &provider, Some(&key), ticket())
        .await
        .unwrap();
    assert_eq!(verified.models, Some(2));
    let endpoint = provider
        .clone()
        .with_verification(providers::Verification::Endpoint("key".into()));
    let verified = providers::verify(&client, &endpoint, Some(&key), ticket())
        .await
        .unwrap();
    assert_eq!(verified.models, None);
    let requests = server.requests();
    let paths: Vec<_> = requests
        .iter()
        .map(|request| request.lines().next().unwrap())
        .collect();
    assert_eq!(
        paths,
        [
            "GET /v1/models HTTP/1.1",
            "GET /v1/models HTTP/1.1",
            "GET /v1/key HTTP/1.1"
        ]
    );
    assert!(requests.iter().all(|request| request.contains(KEY)));
}

#[tokio::test]
async fn a_wrong_key_and_a_wrong_address_are_told_apart() {
    for (status, body, kind) in [
        (
            401,
            r#"{"error":{"message":"no"}}"#,
            FailureKind::KeyRejected,
        ),
        (200, "<html>", FailureKind::NotAnApi),
        (200, r#"{"hello":1}"#, FailureKind::NotAnApi),
        (
            200,
            r#"{"error":"Unexpected endpoint"}"#,
            FailureKind::ProviderError,
        ),
    ] {
        let server = Server::plain(vec![Step::Write(response(status, &[], body))]).await;
        let provider = provider(&server);
        let key = credential(&provider);
        let client = client(Limits::default(), &server);
        let refused = providers::verify(&client, &provider, Some(&key), ticket()).await;
        let failure = refused.unwrap_err();
        assert_eq!(failure.kind, kind, "{body}");
        assert_eq!(failure.host, Some(provider.host()));
    }
}

#[tokio::test]
async fn a_list_in_pages_is_asked_for_page_by_page_until_it_repeats_itself() {
    let page = r#"{"data":[{"id":"a"},{"id":"b"}],"has_more":true,"last_id":"b"}"#;
    let server = Server::plain(vec![Step::Write(response(200, &[], page))]).await;
    let base = format!("http://localhost:{}/v1", server.port);
    let protocol = providers::Protocol::AnthropicMessages;
    let provider = providers::Provider::own("own", "Own", protocol, &base).unwrap();
    let client = client(Limits::default(), &server);
    let mut tickets = 0;
    let models = providers::list_models(&client, &provider, None, || {
        tickets += 1;
        Ok(ticket())
    });
    let models = models.await.unwrap();
    let ids: Vec<_> = models.iter().map(|model| model.id.as_str()).collect();
    assert_eq!(ids, ["a", "b"]);
    assert_eq!(tickets, 2, "each page is a send of its own");
    let requests = server.requests();
    let firsts: Vec<_> = requests
        .iter()
        .map(|request| request.lines().next().unwrap())
        .collect();
    assert_eq!(
        firsts,
        [
            "GET /v1/models?limit=1000 HTTP/1.1",
            "GET /v1/models?limit=1000&after_id=b HTTP/1.1",
        ]
    );
    let version = "anthropic-version: 2023-06-01\r\n";
    assert!(requests.iter().all(|request| request.contains(version)));
}
