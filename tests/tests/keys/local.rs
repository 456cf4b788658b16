//! Model servers on this computer, found at the addresses that they have from the start.

use e2e::dialog::Dialog;
use e2e::provider::{Provider, openai};
use e2e::proxy::Proxy;
use e2e::scenario::{chat, read_settings, say, wait_for_end, write_settings};
use e2e::settings_page::{press, press_way, wait_for_words, words};
use e2e::wait::SOON;
use e2e::window::{App, Launch, SETTINGS};
use e2e::{Desk, Keyring, wait_until};
use serde_json::json;

/// Where LM Studio is from the start.
const LM_STUDIO: u16 = 1234;

/// Starts the app where a server stands in LM Studio's place, and what is no model server in llama.cpp's.
fn launch(desk: &Desk, server: &Provider, other: &Proxy) -> Launch {
    let other = other.url();
    let port = other.rsplit(':').next().unwrap_or_default();
    let moved = format!("{LM_STUDIO}={},8080={port}", server.port());
    Launch::new(desk).env("CHATELAINE_SWITCH_LOCAL", moved)
}

#[test]
fn on_the_first_run_a_server_that_runs_here_is_one_way_to_begin() {
    let desk = Desk::new(Keyring::Unlocked);
    let (server, other) = (Provider::http(), Proxy::start());
    server.offer_models(&["small-talk-1", "small-talk-2"]);
    server.answer(openai::answer("From this computer."));
    let app = App::start(&desk, &launch(&desk, &server, &other));
    let page = app.page(SETTINGS);
    wait_for_words(&page, "Use LM Studio on this computer");
    wait_for_words(&page, "2 models.");
    assert!(!words(&page).contains("llama.cpp"));
    // Nothing is set up before a person has said yes.
    assert!(read_settings(&desk).is_null());
    press_way(&page, "Use LM Studio on this computer");
    let question = Dialog::wait(&desk, "Send your messages to this host");
    let host = format!("127.0.0.1:{}", server.port());
    assert!(question.text().contains(&host), "{question:?}");
    question.dismiss();
    assert!(read_settings(&desk).is_null());
    press_way(&page, "Use LM Studio on this computer");
    Dialog::wait(&desk, "Send your messages to this host").press("Send to this host");
    wait_for_words(&page, "Your server is added.");
    page.click("open-chat");
    let talk = chat(&app);
    say(&talk, "Where are you?");
    assert_eq!(
        wait_for_end(&talk, "Where are you?")[1].text,
        "From this computer."
    );
    assert_eq!(
        server.completions()[0].request().json()["model"],
        "small-talk-1"
    );
}

#[test]
fn the_picker_and_the_settings_tell_of_a_server_that_runs_here() {
    let desk = Desk::new(Keyring::Unlocked);
    let (server, other) = (Provider::http(), Proxy::start());
    server.offer_models(&["small-talk-1"]);
    write_settings(&desk, &json!({ "version": 1 }));
    let app = App::start(&desk, &launch(&desk, &server, &other));
    let talk = chat(&app);
    talk.click("model-picker");
    wait_for_words(&talk, "LM Studio runs here");
    talk.run(
        "[...document.querySelectorAll('[role=option]')].find((one) => one.innerText.includes('LM Studio')).click()",
        Vec::new(),
    );
    let page = app.page(SETTINGS);
    wait_for_words(&page, "it runs, with 1 model");
    press(&page, "Use LM Studio");
    Dialog::wait(&desk, "Send your messages to this host").press("Send to this host");
    wait_until("it to be set up", SOON, || {
        read_settings(&desk)["providers"][0]["name"] == "LM Studio"
    });
    // What is set up is not offered again.
    wait_until("the offer to go", SOON, || {
        !words(&page).contains("it runs, with")
    });
    assert!(
        server
            .exchanges()
            .iter()
            .all(|one| one.request().bearer().is_none())
    );
}
