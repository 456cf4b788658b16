//! Ways out through a proxy, as `settings.json` and the page of the network name them.

use e2e::canary::Canary;
use e2e::dialog::Dialog;
use e2e::provider::{Authority, Certificate, NAMED_HOST, Provider, openai};
use e2e::proxy::Proxy;
use e2e::scenario::{
    Own, chat, choose_model, new_chat, read_settings, say, settle, transcript, wait_for_end,
    write_settings,
};
use e2e::settings_page::{assert_not_in_page, press, settings_from_chat, wait_for_words, words};
use e2e::wait::SOON;
use e2e::wait_until;
use e2e::window::{App, Launch, Page};
use e2e::{Desk, Keyring};
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
    far.answer(openai::answer("From far away.").header("x-ratelimit-remaining-requests", "41"));
    let target = format!("{NAMED_HOST}:{}", far.port());
    // While somebody writes a connection is opened, by which nothing is said; the question goes over it.
    page.type_into("composer", "Who");
    wait_until("a connection to be opened", SOON, || {
        far.exchanges()
            .iter()
            .any(|one| one.request().method() == "HEAD")
    });
    let opened = &far.exchanges()[0];
    assert_eq!(opened.request().bearer(), None);
    assert_eq!(proxy.asked(), [target.as_str()]);
    page.type_into("composer", " is there?");
    page.click("send");
    assert_eq!(
        wait_for_end(&page, "Who is there?")[1].text,
        "From far away."
    );
    assert_eq!(proxy.asked(), [target.as_str()]);
    // What the provider says is left of its own limits stands in the picker.
    page.click("model-picker");
    wait_for_words(&page, "41 requests are left for now");
    page.click("model-picker");

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
        error.contains("The proxy that is set can’t be used, so nothing was sent."),
        "{error}"
    );
    assert!(!error.contains("secret"));
    assert!(far.exchanges().is_empty());
    assert_eq!(transcript(&page)[0].text, "Who is there?");
}

/// The page of the network.
fn network<'app>(app: &'app App<'_>) -> Page<'app> {
    let page = settings_from_chat(app);
    press(&page, "Network");
    wait_for_words(&page, "There is no limit for a whole answer");
    page
}

fn type_address(page: &Page<'_>, address: &str) {
    page.find_css("input[inputmode=url]").type_text(address);
}

#[test]
fn a_way_out_that_is_set_on_its_page_holds_at_once() {
    let desk = desk();
    let authority = Authority::new();
    let far = Provider::https(&authority, Certificate::Good);
    let near = Provider::http();
    let proxy = Proxy::start();
    let app = start(&desk, &far, &near, &json!({ "later": 1 }));
    let page = network(&app);
    let address = proxy.url();
    type_address(&page, &address);
    press(&page, "Save");
    let question = Dialog::wait(&desk, "Go out through this proxy");
    assert!(question.text().contains(&address), "{question:?}");
    question.dismiss();
    wait_for_words(&page, "You said no in the dialog. Nothing was changed.");
    assert_eq!(read_settings(&desk)["network"], json!({ "later": 1 }));
    press(&page, "Save");
    Dialog::wait(&desk, "Go out through this proxy").press("Use this proxy");
    wait_for_words(&page, "None. The proxy may ask for some.");
    assert_eq!(read_settings(&desk)["network"]["proxy"], address);

    let talk = chat(&app);
    let untrusted = error_of(&talk, "Who is there?");
    assert!(untrusted.contains("certificate"), "{untrusted}");
    let page = network(&app);
    let file = authority.pem_file(desk.folder());
    press(&page, "Choose a file…");
    Dialog::wait(&desk, "Choose a file of certificates").choose_file(&file, "Choose");
    let question = Dialog::wait(&desk, "Trust 1 certificate");
    assert!(question.text().contains(&file.display().to_string()));
    question.press("Trust them");
    wait_for_words(&page, "1 certificate");
    far.answer(openai::answer("From far away."));
    let talk = chat(&app);
    new_chat(&talk);
    say(&talk, "And now?");
    assert_eq!(wait_for_end(&talk, "And now?")[1].text, "From far away.");
    let target = format!("{NAMED_HOST}:{}", far.port());
    assert!(proxy.asked().contains(&target));

    let page = network(&app);
    press(&page, "Remove: Extra certificates");
    wait_for_words(&page, "Chatelaine trusts what your system trusts.");
    page.run(
        "const field = document.querySelector('input[inputmode=url]'); field.value = ''; field.dispatchEvent(new Event('input'))",
        Vec::new(),
    );
    press(&page, "Save");
    Dialog::wait(&desk, "Go straight out").press("Go straight out");
    wait_until("the settings to be as before", SOON, || {
        read_settings(&desk)["network"] == json!({ "later": 1 })
    });
}

#[test]
fn what_can_be_no_proxy_and_no_certificates_is_refused_in_words() {
    let desk = desk();
    let (near, far) = (Provider::http(), Provider::http());
    let app = start(&desk, &far, &near, &json!({}));
    let page = network(&app);
    type_address(&page, "http://me:secret@proxy.example:3128");
    press(&page, "Save");
    wait_for_words(&page, "This can’t be a proxy.");
    let file = desk.folder().join("none.pem");
    std::fs::write(&file, "no certificate").unwrap();
    press(&page, "Choose a file…");
    Dialog::wait(&desk, "Choose a file of certificates").choose_file(&file, "Choose");
    wait_for_words(
        &page,
        "There are no certificates in this file that can be used.",
    );
    assert_eq!(read_settings(&desk)["network"], json!({}));
    assert_eq!(Dialog::all(&desk), [""; 0]);
}

#[test]
fn past_certificates_that_can_not_be_used_a_proxy_holds_all_the_same() {
    let desk = desk();
    let authority = Authority::new();
    let far = Provider::https(&authority, Certificate::Good);
    let near = Provider::http();
    let proxy = Proxy::start();
    let file = desk.folder().join("odd.pem");
    std::fs::write(
        &file,
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    )
    .unwrap();
    let app = start(&desk, &far, &near, &json!({ "certificates": file }));
    let page = network(&app);
    type_address(&page, &proxy.url());
    press(&page, "Save");
    Dialog::wait(&desk, "Go out through this proxy").press("Use this proxy");
    wait_for_words(&page, "None. The proxy may ask for some.");
    let talk = chat(&app);
    let error = error_of(&talk, "Who is there?");
    assert!(error.contains("certificate"), "{error}");
    assert!(!proxy.asked().is_empty(), "the question went to the proxy");
}

#[test]
fn a_proxys_password_is_typed_natively_kept_in_the_keyring_and_goes_to_the_proxy_alone() {
    let desk = Desk::new(Keyring::Unlocked);
    let authority = Authority::new();
    let far = Provider::https(&authority, Certificate::Good);
    let near = Provider::http();
    let password = Canary::of_no_shape();
    let proxy = Proxy::asking(&format!("ann:{}", password.text()));
    let network_settings = json!({
        "proxy": proxy.url(),
        "certificates": authority.pem_file(desk.folder()),
    });
    let app = start(&desk, &far, &near, &network_settings);
    let talk = chat(&app);
    let error = error_of(&talk, "Who is there?");
    assert!(error.contains("ask for a name and a password"), "{error}");

    let page = network(&app);
    press(&page, "Set: Name and password");
    let dialog = Dialog::wait(&desk, "Name and password for the proxy");
    assert!(dialog.text().contains(&proxy.url()), "{dialog:?}");
    assert!(dialog.text().contains("not encrypted"), "{dialog:?}");
    dialog.fill_in(&["ann", password.text()]);
    wait_for_words(&page, "ann, kept in Secret Service");
    assert_not_in_page(&page, &password);
    assert_eq!(desk.keyring_items(), 1);
    assert!(!read_settings(&desk).to_string().contains(password.text()));

    far.always(openai::COMPLETIONS, |_| openai::answer("From far away."));
    let talk = chat(&app);
    new_chat(&talk);
    say(&talk, "And now?");
    assert_eq!(wait_for_end(&talk, "And now?")[1].text, "From far away.");
    for exchange in far.exchanges() {
        assert!(!format!("{exchange:?}").contains(password.text()));
    }
    // It is no provider's key.
    let page = settings_from_chat(&app);
    press(&page, "Providers & keys");
    wait_for_words(&page, "far");
    assert!(!words(&page).contains("network/proxy"));

    // Another proxy gets none of it.
    let other = Proxy::start();
    press(&page, "Network");
    wait_for_words(&page, "ann, kept in Secret Service");
    page.find_css("input[inputmode=url]").clear();
    type_address(&page, &other.url());
    press(&page, "Save");
    let question = Dialog::wait(&desk, "Go out through this proxy");
    assert!(
        question
            .text()
            .contains("password of the proxy until now are removed")
    );
    question.press("Use this proxy");
    wait_for_words(&page, "None. The proxy may ask for some.");
    assert_eq!(desk.keyring_items(), 0);
}

#[test]
fn a_header_is_typed_natively_and_goes_to_its_provider_alone() {
    let desk = Desk::new(Keyring::Unlocked);
    let (near, far) = (Provider::http(), Provider::http());
    let token = Canary::of_no_shape();
    let app = start(&desk, &far, &near, &json!({}));
    let page = network(&app);
    page.run(
        "const select = document.querySelector('select[aria-label=\"Provider of the new header\"]'); \
         select.value = 'near'; select.dispatchEvent(new Event('change', { bubbles: true }))",
        Vec::new(),
    );
    press(&page, "Add a header…");
    let dialog = Dialog::wait(&desk, "A header for");
    let host = near.base_url().trim_end_matches("/v1").to_owned();
    assert!(dialog.text().contains(&host), "{dialog:?}");
    dialog.fill_in(&["X-Workshop", &format!("Bearer {}", token.text())]);
    wait_for_words(&page, "behind the word Bearer");
    assert_not_in_page(&page, &token);
    assert!(!read_settings(&desk).to_string().contains(token.text()));

    near.answer(openai::answer(&format!("You sent {}.", token.text())));
    let talk = chat(&app);
    new_chat(&talk);
    choose_model(&talk, "near");
    say(&talk, "What did I send?");
    let shown = &wait_for_end(&talk, "What did I send?")[1].text;
    assert!(shown.starts_with("You sent "), "{shown}");
    assert_not_in_page(&talk, &token);
    let sent = near.completions();
    let value = format!("Bearer {}", token.text());
    assert_eq!(sent[0].request().header("x-workshop"), Some(value.as_str()));

    let page = network(&app);
    press(&page, "Remove: x-workshop, near");
    Dialog::wait(&desk, "Remove the header x-workshop").press("Remove");
    wait_until("the header to go", SOON, || {
        !words(&page).contains("x-workshop")
    });
    assert_eq!(desk.keyring_items(), 0);
}

#[test]
fn patience_is_chosen_on_its_page() {
    let desk = desk();
    let (near, far) = (Provider::http(), Provider::http());
    let app = start(&desk, &far, &near, &json!({}));
    let page = network(&app);
    let choose = |seconds: &str| {
        page.run(
            "const select = document.querySelector('select[aria-label=\"A silence in the answer\"]'); \
             select.value = arguments[0]; select.dispatchEvent(new Event('change', { bubbles: true }))",
            vec![seconds.into()],
        );
    };
    choose("600");
    wait_until("the limit to be written", SOON, || {
        read_settings(&desk)["network"]["timeLimits"] == json!({ "silence": 600 })
    });
    wait_until("the page to be at rest", SOON, || {
        page.all_css("select:disabled").is_empty()
    });
    choose("120");
    wait_until("the usual to be written as nothing", SOON, || {
        read_settings(&desk)["network"]["timeLimits"] == json!({})
    });
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
