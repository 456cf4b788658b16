//! A real llama.cpp server. Its words are noise, its protocol is real.

use std::time::Duration;

use e2e::dialog::Dialog;
use e2e::llama::Llama;
use e2e::scenario::{
    Own, chat, new_chat, paste_draft, press, press_enter, say, settle, transcript,
    wait_for_end_at_most, wait_until_stored,
};
use e2e::window::{App, Launch, Page, SETTINGS};
use e2e::{Desk, Keyring, wait_for, wait_until};

use crate::desk;

/// What a real answer may take on a busy machine.
const LONG: Duration = Duration::from_secs(90);

/// Starts the app with the server as its only provider.
fn start_speaking<'desk>(desk: &'desk Desk, llama: &Llama, protocol: &'static str) -> App<'desk> {
    let own = Own::new("Workshop", &llama.base_url(), "noise").speaking(protocol);
    settle(desk, &[own]);
    App::start(desk, &Launch::new(desk))
}

/// Waits for the first words of the answer that is being made.
fn wait_for_words(page: &Page<'_>) {
    let growing = wait_for("the first words", LONG, || {
        let last = transcript(page).pop()?;
        (last.role == "assistant" && !last.text.is_empty()).then_some(last)
    });
    assert!(growing.error.is_none(), "{growing:?}");
}

/// Streams, counts, is stopped, and refuses what is too long.
fn converse(protocol: &'static str) {
    let llama = Llama::start(None);
    let desk = desk();
    let app = start_speaking(&desk, &llama, protocol);
    let page = chat(&app);
    say(&page, "Hello");
    wait_for_words(&page);
    let shown = wait_for_end_at_most(&page, "Hello", LONG);
    assert_eq!(shown[1].error, None, "{protocol}");
    let held = wait_until_stored(&desk, "Hello");
    // Noise may go on to the end of the window, and that is an answer too.
    assert_eq!(held[1].state, "complete", "{:?}", held[1].failure);
    for (what, tokens) in [("in", held[1].input_tokens), ("out", held[1].output_tokens)] {
        assert!(
            tokens.is_some_and(|tokens| tokens > 1),
            "{protocol}: {what} {tokens:?}"
        );
    }

    // Its list of models names the file that it was started with.
    page.click("model-picker");
    wait_until("the server's models", LONG, || {
        let listed = page.run(
            "return [...document.querySelectorAll('[role=option]')].map((one) => one.innerText).join('\\n')",
            Vec::new(),
        );
        listed
            .as_str()
            .is_some_and(|listed| listed.contains("noise.gguf"))
    });
    page.click("model-picker");

    new_chat(&page);
    say(&page, "Go on and on");
    wait_for_words(&page);
    page.click("stop");
    let shown = wait_for_end_at_most(&page, "Go on and on", LONG);
    let held = wait_until_stored(&desk, "Go on and on");
    assert_eq!(held[1].state, "cancelled", "{protocol}");
    assert!(
        shown[1].ending.contains("You stopped the answer."),
        "{protocol}: {:?}",
        shown[1]
    );

    // More tokens than the server's window has, whatever it cuts words into.
    new_chat(&page);
    let long = format!("Too long?{}", " 0123456789".repeat(1_500));
    paste_draft(&page, &serde_json::json!(long).to_string());
    press_enter(&page);
    page.wait_for_text("message-error", "too long for this model");
    let held = wait_until_stored(&desk, &long);
    assert_eq!(
        held[1].failure_kind(),
        Some("prompt_too_long"),
        "{protocol}"
    );
}

#[test]
fn a_real_server_speaks_chat_completions() {
    converse("openai-chat");
}

#[test]
fn a_real_server_speaks_responses() {
    converse("openai-responses");
}

#[test]
fn a_real_server_speaks_messages() {
    converse("anthropic-messages");
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

#[test]
fn a_real_server_refuses_whoever_has_no_key_in_other_protocols_too() {
    let llama = Llama::start(Some("sk-right"));
    for protocol in ["openai-responses", "anthropic-messages"] {
        let desk = desk();
        let app = start_speaking(&desk, &llama, protocol);
        let host = llama.origin().trim_start_matches("http://");
        rejected(&desk, &chat(&app), host, "Without a key?");
    }
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
