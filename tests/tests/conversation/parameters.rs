//! What is chosen for a chat's answers goes along with each of its requests, and stays with the chat.

use e2e::provider::{Provider, openai};
use e2e::scenario::{Own, chat, new_chat, open_chat, say, settle, wait_for_end};
use e2e::wait::SOON;
use e2e::wait_until;
use e2e::window::{App, CHAT, Launch, Page};
use serde_json::{Value, json};

use crate::desk;

/// Types into the field with this label, and leaves it.
fn fill(page: &Page<'_>, label: &str, text: &str) {
    let script = "
        const [label, text] = arguments;
        const found = [...document.querySelectorAll('[role=dialog] label')].find(one => one.textContent === label);
        const field = document.getElementById(found.htmlFor);
        field.focus();
        field.value = text;
        field.dispatchEvent(new Event('input', { bubbles: true }));
        field.blur();
    ";
    page.run(script, vec![label.into(), text.into()]);
}

fn open_parameters(page: &Page<'_>) {
    page.find_css("button[aria-label=Parameters]").click();
    page.find_css("[role=dialog][aria-label=Parameters]");
}

fn body(provider: &Provider, number: usize) -> Value {
    provider.wait_for_completion(number).request().json()
}

#[test]
fn what_is_chosen_is_sent_and_kept_with_its_chat() {
    let desk = desk();
    let provider = Provider::http();
    provider.always(openai::COMPLETIONS, |_| openai::answer("Fine."));
    settle(&desk, &[Own::new("Own", &provider.base_url(), "m")]);
    let app = App::start(&desk, &Launch::new(&desk));
    let page = chat(&app);

    open_parameters(&page);
    fill(&page, "System prompt", "Be brief.");
    fill(&page, "Temperature", "0.7");
    fill(&page, "Longest answer", "300");
    fill(&page, "Stop at", "END, ###");
    page.find_css("[role=dialog] [role=radio]:nth-child(4)")
        .click();
    // What can't be sent is told and not chosen.
    fill(&page, "Temperature", "3");
    page.find_css("[role=dialog] [role=alert]");
    fill(&page, "Temperature", "0.7");

    say(&page, "How are you?");
    wait_for_end(&page, "How are you?");
    let first = body(&provider, 1);
    assert_eq!(
        first["messages"],
        json!([
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "How are you?"},
        ])
    );
    assert_eq!(first["temperature"], 0.7);
    assert_eq!(first["max_tokens"], 300);
    assert_eq!(first["stop"], json!(["END", "###"]));
    assert_eq!(first["reasoning_effort"], "high");

    let app = app.restart();
    let page = app.page(CHAT);
    open_chat(&page, "How are you?");
    say(&page, "And now?");
    wait_for_end(&page, "And now?");
    assert_eq!(body(&provider, 2)["messages"][0]["content"], "Be brief.");
    // Another chat has its own.
    new_chat(&page);
    say(&page, "Who are you?");
    wait_for_end(&page, "Who are you?");
    let other = body(&provider, 3);
    assert_eq!(other["messages"][0]["role"], "user");
    assert_eq!(other.get("temperature"), None);
}

#[test]
fn a_key_in_the_system_prompt_is_refused() {
    let desk = desk();
    let provider = Provider::http();
    provider.always(openai::COMPLETIONS, |_| openai::answer("Fine."));
    settle(&desk, &[Own::new("Own", &provider.base_url(), "m")]);
    let app = App::start(&desk, &Launch::new(&desk));
    let page = chat(&app);
    say(&page, "How are you?");
    wait_for_end(&page, "How are you?");
    open_parameters(&page);
    let key = e2e::canary::Canary::openai();
    fill(
        &page,
        "System prompt",
        &format!("Use {} always.", key.text()),
    );
    wait_until("the refusal", SOON, || {
        page.all("message-error")
            .iter()
            .any(|error| error.text().contains("API key"))
    });
    say(&page, "And now?");
    wait_for_end(&page, "And now?");
    let sent = body(&provider, 2);
    assert_eq!(sent["messages"][0]["role"], "user", "{sent}");
}
