//! A provider that sends the app elsewhere, over real TLS on loopback: every redirect × every kind of elsewhere × every
//! header that carries a key.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/ask.rs"]
#[allow(dead_code)]
mod ask;
#[path = "support/proof.rs"]
mod proof;
#[path = "support/server.rs"]
#[allow(dead_code)]
mod server;

use ask::{Answer, KEY, key_for, provider_at};
use chat::FailureKind;
use credentials::AuthScheme;
use providers::{ChatModel, Client, ClientOptions, Route};
use server::{DONE, Identity, Server, Step, chunk, delta, last_chunk, response, stream_head};

const STATUSES: [u16; 5] = [301, 302, 303, 307, 308];
const HEADERS: [&str; 4] = ["authorization", "x-api-key", "api-key", "x-goog-api-key"];

/// A server that a key is not for, and where it is.
struct Elsewhere {
    server: Server,
    origin: String,
}

impl Elsewhere {
    /// On another host, on another port alone, and with another scheme (whose port is another, too).
    async fn all() -> [Self; 3] {
        let answer = || {
            vec![
                stream_head(),
                chunk(&delta("Hello")),
                chunk(DONE),
                last_chunk(),
            ]
        };
        let address = Identity {
            name: "127.0.0.1",
            ..Identity::GOOD
        };
        let (host, port) = (
            Server::tls(address, answer()).await,
            Server::tls(Identity::GOOD, answer()).await,
        );
        let scheme = Server::plain(answer()).await;
        [
            ("https://127.0.0.1", host),
            ("https://localhost", port),
            ("http://localhost", scheme),
        ]
        .map(|(place, server)| Self {
            origin: format!("{place}:{}", server.port),
            server,
        })
    }

    fn connections(&self) -> usize {
        *self.server.seen.connections.lock().unwrap()
    }
}

/// Asks at `origin` with the key for it in that header, trusting all of `servers`.
async fn ask_at(origin: &str, header: &'static str, servers: &[&Server]) -> Answer {
    let auth = match header {
        "authorization" => AuthScheme::Bearer,
        name => AuthScheme::Header(http::HeaderName::from_static(name)),
    };
    let provider = provider_at(&format!("{origin}/v1")).with_auth(auth);
    let key = key_for(&provider).await;
    let roots = servers.iter().map(|server| server.root.clone());
    let route = Route {
        extra_roots: roots.filter(|root| !root.is_empty()).collect(),
        ..Route::default()
    };
    let client = Client::with(ClientOptions {
        route,
        ..ClientOptions::default()
    });
    ask::ask(&ChatModel::new(client.unwrap(), provider, key)).await
}

/// Whether a request carries the key in that header.
fn carries_key(request: &str, header: &str) -> bool {
    request.lines().any(|line| {
        line.split_once(": ")
            .is_some_and(|(name, value)| name.eq_ignore_ascii_case(header) && value.contains(KEY))
    })
}

#[tokio::test]
async fn no_redirect_is_followed_with_a_key_in_any_header() {
    let places = Elsewhere::all().await;
    let (mut cells, mut through) = (0, 0);
    for place in &places {
        for status in STATUSES {
            let location = format!("{}/v1/chat/completions", place.origin);
            let redirect = Step::Write(response(status, &[("location", &location)], ""));
            let own = Server::tls(Identity::GOOD, vec![redirect]).await;
            for (asked, header) in HEADERS.into_iter().enumerate() {
                let trusted = [&own, &place.server];
                let origin = format!("https://localhost:{}", own.port);
                let failure = ask_at(&origin, header, &trusted).await.failure.unwrap();
                assert_eq!(failure.kind, FailureKind::Redirected);
                assert_eq!(failure.status, Some(status));
                // The key did go to its own server, so that its absence elsewhere means something.
                assert!(carries_key(&own.requests()[asked], header), "{header}");
                cells += 1;
                through += usize::from(place.connections() > 0);
            }
        }
    }
    assert_eq!((cells, through), (60, 0));

    // The control: each of these servers hears a request that is meant for it, the key in its header.
    let mut heard = 0;
    for place in &places {
        for (asked, header) in HEADERS.into_iter().enumerate() {
            let answer = ask_at(&place.origin, header, &[&place.server]).await;
            assert!(answer.stopped, "{answer:?}");
            assert!(carries_key(&place.server.requests()[asked], header));
            heard += 1;
        }
        assert_eq!(place.connections(), HEADERS.len());
    }
    proof::attack(
        "redirects-60",
        "have it sent elsewhere by a redirect",
        cells,
        through,
        &format!("the other servers heard {heard} requests that were meant for them, with the key"),
    );
}

/// Addresses without a scheme of their own, and ones that no server has.
#[tokio::test]
async fn a_redirect_names_its_host_and_goes_nowhere() {
    let target = Server::plain(Vec::new()).await;
    for (location, host) in [
        (
            "https://other.invalid/v1".to_owned(),
            "other.invalid".to_owned(),
        ),
        (
            format!("//127.0.0.1:{}/x", target.port),
            format!("127.0.0.1:{}", target.port),
        ),
    ] {
        let redirect = Step::Write(response(308, &[("location", &location)], ""));
        let own = Server::plain(vec![redirect]).await;
        let origin = format!("http://localhost:{}", own.port);
        let failure = ask_at(&origin, "x-api-key", &[]).await.failure.unwrap();
        assert_eq!(failure.kind, FailureKind::Redirected);
        assert_eq!(failure.detail, Some(host));
    }
    assert_eq!(*target.seen.connections.lock().unwrap(), 0);
}
