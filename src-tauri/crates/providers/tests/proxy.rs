//! Ways out through proxies, against real sockets and real TLS on loopback.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/ask.rs"]
#[allow(dead_code)]
mod ask;
#[path = "support/proxy.rs"]
mod proxy;
#[path = "support/server.rs"]
#[allow(dead_code)]
mod server;

use ask::{Answer, KEY, key_for, provider_at};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chat::FailureKind;
use credentials::{
    ApiKey, Credential, CredentialStore, ItemId, Origin, Pending, SessionStore, StoreError,
};
use providers::{
    ChatModel, Client, ClientOptions, KeySource, Proxy, Route, StoredKey, certificates_in,
};
use proxy::{GoBetween, Manner};
use server::{Identity, Server, whole_answer};

/// A name that no resolver knows: it is the proxy that finds it.
const NAME: &str = "api.workshop.invalid";

const PASSWORD: &str = "p@ss/w:rd%20-7Hq2Zx9Lm4Tb6";

async fn named_server() -> Server {
    let identity = Identity {
        name: NAME,
        ..Identity::GOOD
    };
    Server::tls(identity, whole_answer()).await
}

/// The route through a proxy to a server of ours.
fn through(proxy: Proxy, server: &Server) -> Route {
    Route {
        // As a file of a company's own certificates would be read.
        extra_roots: certificates_in(server.root_pem.as_bytes()).unwrap_or_default(),
        proxy: Some(proxy),
        ..Route::default()
    }
}

fn client(route: Route) -> Client {
    let options = ClientOptions {
        route,
        ..ClientOptions::default()
    };
    Client::with(options).unwrap()
}

async fn ask_with(client: &Client, base_url: &str) -> Answer {
    let provider = provider_at(base_url);
    let key = key_for(&provider).await;
    ask::ask(&ChatModel::new(client.clone(), provider, key)).await
}

/// Asks `base_url` by way of a proxy.
async fn ask_through(proxy: Proxy, server: &Server, base_url: &str) -> Answer {
    ask_with(&client(through(proxy, server)), base_url).await
}

/// A login for `proxy`, as its store gives it.
async fn login(proxy: &Proxy, name: &str) -> Arc<dyn KeySource> {
    let password = ApiKey::parse(PASSWORD.into()).unwrap();
    let origin = Origin::of(&proxy.binding().unwrap()).unwrap();
    let store = Arc::new(SessionStore::default());
    let item = ItemId::of("network.proxy");
    let credential = Credential::new(password, origin, name, 0);
    store.put(&item, &credential).await.unwrap();
    Arc::new(StoredKey::new(store, item))
}

fn at(scheme: &str, port: u16, direct: &[&str]) -> Proxy {
    let direct: Vec<String> = direct.iter().map(ToString::to_string).collect();
    Proxy::parse(&format!("{scheme}://127.0.0.1:{port}"), &direct).unwrap()
}

fn url(server: &Server) -> String {
    format!("https://{NAME}:{}/v1", server.port)
}

#[tokio::test]
async fn an_http_proxy_opens_a_tunnel_and_sees_nothing_but_the_hosts_name() {
    let server = named_server().await;
    let proxy = GoBetween::start(Manner::Http).await;
    let answer = ask_through(at("http", proxy.port, &[]), &server, &url(&server)).await;
    assert_eq!((answer.text.as_str(), answer.stopped), ("Hello", true));
    let asked = proxy.asked();
    assert_eq!(asked.len(), 2);
    assert!(asked[0].starts_with(&format!("CONNECT {NAME}:{} HTTP/1.1\r\n", server.port)));
    assert!(!asked[0].contains(KEY) && !asked[0].to_lowercase().contains("authorization"));
    assert!(server.requests()[0].contains(KEY));
}

#[tokio::test]
async fn a_socks_proxy_is_given_the_name() {
    for scheme in ["socks5", "socks5h"] {
        let server = named_server().await;
        let proxy = GoBetween::start(Manner::Socks).await;
        let answer = ask_through(at(scheme, proxy.port, &[]), &server, &url(&server)).await;
        assert_eq!(answer.text, "Hello", "{:?}", answer.failure);
        assert_eq!(proxy.asked(), [format!("{NAME}:{}", server.port)]);
    }
}

#[tokio::test]
async fn this_computer_is_asked_straight() {
    let server = Server::tls(Identity::GOOD, whole_answer()).await;
    let proxy = GoBetween::start(Manner::Http).await;
    let base_url = format!("https://localhost:{}/v1", server.port);
    for way_out in [at("http", proxy.port, &[]), Proxy::unusable(&[])] {
        let answer = ask_through(way_out, &server, &base_url).await;
        assert_eq!(answer.text, "Hello", "{:?}", answer.failure);
    }
    assert!(proxy.asked().is_empty());
}

#[tokio::test]
async fn what_is_left_out_goes_straight_and_finds_its_own_way() {
    let server = named_server().await;
    let proxy = GoBetween::start(Manner::Http).await;
    let way_out = at("http", proxy.port, &["workshop.invalid"]);
    let answer = ask_through(way_out, &server, &url(&server)).await;
    // Nobody but the proxy knows the name.
    assert_eq!(answer.failure.unwrap().kind, FailureKind::HostUnknown);
    assert!(proxy.asked().is_empty());
}

#[tokio::test]
async fn a_proxy_that_fails_is_told_from_a_provider_that_fails() {
    use FailureKind as K;
    let cases = [
        ("http", Manner::HttpRefuses(407), K::ProxyRefused),
        ("http", Manner::HttpRefuses(403), K::ProxyRefused),
        ("http", Manner::HttpRefuses(502), K::ProxyRefused),
        ("http", Manner::HangsUp, K::ProxyRefused),
        ("socks5", Manner::SocksRefuses(2), K::ProxyRefused),
        ("socks5", Manner::SocksRefuses(5), K::ProxyRefused),
        ("socks5", Manner::HangsUp, K::ProxyRefused),
    ];
    for (scheme, manner, kind) in cases {
        let server = named_server().await;
        let proxy = GoBetween::start(manner).await;
        let answer = ask_through(at(scheme, proxy.port, &[]), &server, &url(&server)).await;
        let failure = answer.failure.unwrap();
        assert_eq!(failure.kind, kind, "{scheme}");
        let host = format!("{NAME}:{}", server.port);
        assert_eq!(failure.host.as_deref(), Some(host.as_str()));
        assert!(server.requests().is_empty());
    }
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_named() {
    let server = named_server().await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let gone = listener.local_addr().unwrap().port();
    drop(listener);
    for scheme in ["http", "socks5"] {
        let answer = ask_through(at(scheme, gone, &[]), &server, &url(&server)).await;
        let failure = answer.failure.unwrap();
        assert_eq!(failure.kind, FailureKind::ProxyUnreachable, "{scheme}");
        let host = format!("127.0.0.1:{gone}");
        assert_eq!(failure.host.as_deref(), Some(host.as_str()));
    }
    let unknown = Proxy::parse("http://proxy.invalid:3128", &[]).unwrap();
    let answer = ask_through(unknown, &server, &url(&server)).await;
    let failure = answer.failure.unwrap();
    assert_eq!(failure.kind, FailureKind::ProxyUnreachable);
    assert_eq!(failure.host.as_deref(), Some("proxy.invalid:3128"));
}

#[tokio::test]
async fn past_a_proxy_that_can_not_be_used_nothing_goes_out() {
    let server = named_server().await;
    let answer = ask_through(Proxy::unusable(&[]), &server, &url(&server)).await;
    assert_eq!(answer.failure.unwrap().kind, FailureKind::ProxyUnusable);
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn an_http_proxy_is_told_a_name_and_a_password_and_the_provider_is_not() {
    let server = named_server().await;
    let go_between = GoBetween::start(Manner::HttpAsks).await;
    let proxy = at("http", go_between.port, &[]);
    let refused = ask_through(proxy.clone(), &server, &url(&server)).await;
    assert_eq!(refused.failure.unwrap().kind, FailureKind::ProxyRefused);
    let client = client(Route {
        proxy_login: Some(login(&proxy, "me").await),
        ..through(proxy, &server)
    });
    for _ in 0..2 {
        let answer = ask_with(&client, &url(&server)).await;
        assert_eq!(answer.text, "Hello", "{:?}", answer.failure);
        client.let_go_of_connections();
    }
    let expected = format!("me:{PASSWORD}");
    assert_eq!(go_between.logins(), ["", &expected, &expected]);
    for request in server.requests() {
        assert!(!request.to_lowercase().contains("proxy-authorization"));
    }
}

#[tokio::test]
async fn a_socks_proxy_is_told_a_name_and_a_password() {
    let server = named_server().await;
    let go_between = GoBetween::start(Manner::SocksAsks).await;
    let proxy = at("socks5", go_between.port, &[]);
    let client = client(Route {
        proxy_login: Some(login(&proxy, "me@work").await),
        ..through(proxy, &server)
    });
    let answer = ask_with(&client, &url(&server)).await;
    assert_eq!(answer.text, "Hello", "{:?}", answer.failure);
    assert_eq!(go_between.logins(), [format!("me@work:{PASSWORD}")]);
}

#[tokio::test]
async fn a_password_goes_to_its_own_proxy_alone() {
    let server = named_server().await;
    let go_between = GoBetween::start(Manner::HttpAsks).await;
    let other = at("http", 1, &[]);
    let client = client(Route {
        proxy_login: Some(login(&other, "me").await),
        ..through(at("http", go_between.port, &[]), &server)
    });
    let answer = ask_with(&client, &url(&server)).await;
    assert_eq!(answer.failure.unwrap().kind, FailureKind::ProxyRefused);
    assert_eq!(go_between.asked(), [""; 0]);
}

/// A store that is locked, and counts how often it was asked.
#[derive(Default)]
struct Locked(AtomicUsize);

impl KeySource for Locked {
    fn credential(&self) -> Pending<'_, Result<Option<Credential>, StoreError>> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Box::pin(std::future::ready(Err(StoreError::Locked)))
    }
}

#[tokio::test]
async fn what_needs_no_proxy_does_not_wait_for_its_password() {
    let server = Server::tls(Identity::GOOD, whole_answer()).await;
    let locked = Arc::new(Locked::default());
    let client = client(Route {
        proxy_login: Some(Arc::clone(&locked) as _),
        ..through(at("http", 1, &[]), &server)
    });
    let here = format!("https://localhost:{}/v1", server.port);
    assert_eq!(ask_with(&client, &here).await.text, "Hello");
    assert_eq!(locked.0.load(Ordering::Relaxed), 0);
    let answer = ask_with(&client, "https://api.workshop.invalid/v1").await;
    assert_eq!(answer.failure.unwrap().kind, FailureKind::StoreLocked);
    assert_eq!(locked.0.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn another_route_holds_from_the_next_request_on() {
    let server = named_server().await;
    let (first, second) = (
        GoBetween::start(Manner::Http).await,
        GoBetween::start(Manner::Http).await,
    );
    let client = client(through(at("http", first.port, &[]), &server));
    let clone = client.clone();
    assert_eq!(ask_with(&client, &url(&server)).await.text, "Hello");
    client
        .reroute(through(at("http", second.port, &[]), &server))
        .unwrap();
    assert_eq!(ask_with(&clone, &url(&server)).await.text, "Hello");
    assert_eq!(first.asked().len(), second.asked().len());
    client
        .reroute(through(Proxy::unusable(&[]), &server))
        .unwrap();
    let answer = ask_with(&clone, &url(&server)).await;
    assert_eq!(answer.failure.unwrap().kind, FailureKind::ProxyUnusable);
}

#[tokio::test]
async fn the_certificate_is_the_hosts_and_is_looked_at_behind_a_proxy_too() {
    let server = Server::tls(Identity::GOOD, whole_answer()).await;
    let proxy = GoBetween::start(Manner::Http).await;
    let answer = ask_through(at("http", proxy.port, &[]), &server, &url(&server)).await;
    let failure = answer.failure.unwrap();
    assert_eq!(failure.kind, FailureKind::CertificateWrongHost);
    assert!(server.requests().is_empty());
}

#[test]
fn a_file_of_certificates_is_taken_whole_or_not_at_all() {
    let pem = |names: &str| {
        let key = rcgen::KeyPair::generate().unwrap();
        let params = rcgen::CertificateParams::new(vec![names.to_owned()]).unwrap();
        params.self_signed(&key).unwrap().pem()
    };
    let two = format!("# ours\n{}\n{}", pem("a.example"), pem("b.example"));
    assert_eq!(certificates_in(two.as_bytes()).unwrap().len(), 2);
    for bad in [
        "",
        "no certificate",
        "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n",
    ] {
        assert_eq!(certificates_in(bad.as_bytes()), None, "{bad}");
    }
}
