//! Ways out through a proxy, as `settings.json` names them.

use e2e::Desk;
use e2e::provider::{Authority, Certificate, NAMED_HOST, Provider, openai};
use e2e::proxy::Proxy;
use e2e::scenario::{
    Own, chat, choose_model, new_chat, say, settle, transcript, wait_for_end, write_settings,
};
use e2e::wait::SOON;
use e2e::wait_until;
use e2e::window::{App, Launch, Page};
use serde_json::{Value, json};

use crate::desk;

/// Starts the app with two providers: one that only the proxy finds, and one on this computer.
fn start<'desk>(desk: &'desk Desk, far: &Provider, near: &Provider, network: &Value) -> App<'desk> {
    let own = |id: &str, base: &str| json!({ "id": id, "name": id, "protocol": "openai-chat", "baseUrl": base, "defaultModel": id });
    let far = format!("https://{NAMED_HOST}:{}/v1", far.port());
    write_settings(
        desk,
        &json!({
            "version": 1,
            "providers": [own("far", &far), own("near", &near.base_url())],
            "model": { "provider": "far", "model": "far" },
            "network": network,
        }),
    );
    App::start(desk, &Launch::new(desk))
}

fn error_of(page: &Page<'_>, question: &str) -> String {
    say(page, question);
    let shown = wait_for_end(page, question);
    shown[1].error.clone().expect("an error")
}

#[test]
fn answers_come_through_the_proxy_and_those_of_this_computer_straight() {
    let desk = desk();
    let authority = Authority::new();
    let far = Provider::https(&authority, Certificate::Good);
    let near = Provider::http();
    let proxy = Proxy::start();
    let network = json!({
        "proxy": proxy.url(),
        "certificates": authority.pem_file(desk.folder()),
    });
    let app = start(&desk, &far, &near, &network);
    let page = chat(&app);
    far.answer(openai::answer("From far away."));
    say(&page, "Who is there?");
    assert_eq!(
        wait_for_end(&page, "Who is there?")[1].text,
        "From far away."
    );
    let target = format!("{NAMED_HOST}:{}", far.port());
    assert_eq!(proxy.asked(), [target.as_str()]);

    near.answer(openai::answer("From here."));
    new_chat(&page);
    choose_model(&page, "near");
    say(&page, "And here?");
    assert_eq!(wait_for_end(&page, "And here?")[1].text, "From here.");
    assert_eq!(
        proxy.asked(),
        [target.as_str()],
        "this computer is asked straight"
    );
}

#[test]
fn a_proxy_that_is_gone_is_named_and_nothing_goes_past_it() {
    let desk = desk();
    let authority = Authority::new();
    let far = Provider::https(&authority, Certificate::Good);
    let near = Provider::http();
    let gone = Proxy::start().url();
    let network = json!({ "proxy": gone, "certificates": authority.pem_file(desk.folder()) });
    let app = start(&desk, &far, &near, &network);
    let page = chat(&app);
    let error = error_of(&page, "Who is there?");
    let host = gone.trim_start_matches("http://");
    assert!(
        error.contains(&format!("The proxy {host} can’t be reached.")),
        "{error}"
    );
    assert!(far.exchanges().is_empty());
}

#[test]
fn a_proxy_that_can_not_be_used_is_told_of_at_the_start_and_keeps_all_in() {
    let desk = desk();
    let authority = Authority::new();
    let far = Provider::https(&authority, Certificate::Good);
    let near = Provider::http();
    let network = json!({
        "proxy": "http://me:secret@127.0.0.1:1",
        "certificates": desk.folder().join("nothing.pem"),
    });
    let app = start(&desk, &far, &near, &network);
    let page = chat(&app);
    wait_until("both to be told of", SOON, || {
        let said = page.run("return document.body.textContent", Vec::new());
        let said = said.as_str().unwrap_or_default();
        said.contains("network.proxy") && said.contains("network.certificates")
    });
    let error = error_of(&page, "Who is there?");
    assert!(
        error.contains("The proxy in settings.json can’t be used, so nothing was sent."),
        "{error}"
    );
    assert!(!error.contains("secret"));
    assert!(far.exchanges().is_empty());
    assert_eq!(transcript(&page)[0].text, "Who is there?");
}

#[test]
fn the_proxies_of_the_environment_are_not_used() {
    let desk = desk();
    let authority = Authority::new();
    let provider = Provider::https(&authority, Certificate::Good);
    let proxy = Proxy::start();
    settle(
        &desk,
        &[Own::new("Workshop", &provider.base_url(), "small-talk-1")],
    );
    // Those for HTTP without TLS would catch the test's own way to the window.
    let launch = Launch::new(&desk)
        .env("SSL_CERT_FILE", authority.pem_file(desk.folder()))
        .env("https_proxy", proxy.url())
        .env("HTTPS_PROXY", proxy.url())
        .without_env("no_proxy")
        .without_env("NO_PROXY");
    let app = App::start(&desk, &launch);
    let page = chat(&app);
    provider.answer(openai::answer("Straight."));
    say(&page, "Which way?");
    assert_eq!(wait_for_end(&page, "Which way?")[1].text, "Straight.");
    assert!(proxy.asked().is_empty());
}
