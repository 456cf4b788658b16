//! A real llama.cpp server. Its words are noise, its protocol is real.

use std::time::Duration;

use e2e::dialog::Dialog;
use e2e::llama::Llama;
use e2e::scenario::{
    Own, chat, new_chat, press, say, settle, start_with, transcript, wait_for_end_at_most,
    wait_until_stored,
};
use e2e::window::{App, Launch, Page, SETTINGS};
use e2e::{Desk, Keyring, wait_for};

use crate::desk;

/// What a real answer may take on a busy machine.
const LONG: Duration = Duration::from_secs(90);

#[test]
fn a_real_server_streams_tells_its_usage_and_is_stopped() {
    let llama = Llama::start(None);
    let desk = desk();
    let app = start_with(&desk, &llama.base_url());
    let page = chat(&app);
    say(&page, "Hello");
    let growing = wait_for("the first words", LONG, || {
        let last = transcript(&page).pop()?;
        (last.role == "assistant" && !last.text.is_empty()).then_some(last)
    });
    assert!(growing.error.is_none(), "{growing:?}");
    let shown = wait_for_end_at_most(&page, "Hello", LONG);
    assert_eq!(shown[1].error, None);
    let held = wait_until_stored(&desk, "Hello");
    assert_eq!(held[1].state, "complete", "{:?}", held[1].failure);
    assert!(
        held[1].output_tokens.is_some_and(|tokens| tokens > 1),
        "{:?}",
        held[1].output_tokens
    );
    assert!(
        held[1].input_tokens.is_some_and(|tokens| tokens > 1),
        "{:?}",
        held[1].input_tokens
    );

    new_chat(&page);
    say(&page, "Go on and on");
    wait_for("the next words", LONG, || {
        let last = transcript(&page).pop()?;
        (last.role == "assistant" && !last.text.is_empty()).then_some(())
    });
    page.click("stop");
    let shown = wait_for_end_at_most(&page, "Go on and on", LONG);
    let held = wait_until_stored(&desk, "Go on and on");
    assert_eq!(held[1].state, "cancelled");
    assert!(
        shown[1].ending.contains("You stopped the answer."),
        "{:?}",
        shown[1]
    );
}

#[test]
fn a_real_server_says_that_a_key_is_wrong() {
    let llama = Llama::start(Some("sk-right"));
    let desk = Desk::new(Keyring::Unlocked);
    settle(&desk, &[Own::new("Workshop", &llama.base_url(), "noise")]);
    let app = App::start(&desk, &Launch::new(&desk));
    let page = chat(&app);
    let host = llama.origin().trim_start_matches("http://");
    rejected(&desk, &page, host, "Without a key?");

    page.click("open-settings");
    let settings = app.page(SETTINGS);
    desk.copy_text("sk-llama-of-nobody-0123456789");
    press(&settings, "body", "Paste a key for Workshop");
    say_yes(&desk);
    new_chat(&page);
    rejected(&desk, &page, host, "With a wrong key?");

    desk.copy_text("sk-right");
    press(&settings, "body", "More for Workshop");
    press(&settings, "[role=menu]", "Paste new");
    say_yes(&desk);
    new_chat(&page);
    say(&page, "With the right one?");
    let shown = wait_for_end_at_most(&page, "With the right one?", LONG);
    assert_eq!(shown[1].error, None);
    assert_eq!(
        wait_until_stored(&desk, "With the right one?")[1].state,
        "complete"
    );
}

fn rejected(desk: &Desk, page: &Page<'_>, host: &str, question: &str) {
    say(page, question);
    let shown = wait_for_end_at_most(page, question, LONG);
    let error = shown[1].error.clone().expect("an error");
    assert!(
        error.contains(&format!("{host} says the key is wrong.")),
        "{error}"
    );
    let held = wait_until_stored(desk, question);
    assert_eq!(held[1].failure_kind(), Some("key_rejected"));
    assert_eq!(held[0].text, question);
}

fn say_yes(desk: &Desk) {
    Dialog::wait(desk, "Send this key to").press("Send to this host");
}
