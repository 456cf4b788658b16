//! Asking again for an answer that failed.

use e2e::provider::{Provider, Reply, openai};
use e2e::scenario::{
    Shown, chat, draft, new_chat, open_chat, press, say, start_with, transcript, wait_for_end,
    wait_until_stored,
};
use e2e::wait::SOON;
use e2e::wait_until;
use e2e::window::{App, CHAT, Page};
use serde_json::json;

use crate::case::KEPT;
use crate::desk;

fn press_retry(page: &Page<'_>) {
    press(page, "[data-testid=message-error]", "Retry");
}

fn wait_for_answer(page: &Page<'_>, text: &str) -> Vec<Shown> {
    wait_until(&format!("the answer {text:?}"), SOON, || {
        transcript(page)
            .last()
            .is_some_and(|last| last.text == text && !last.busy)
    });
    transcript(page)
}

/// Opens the conversation of that title in an app that was started again.
fn reopened(app: &App<'_>, title: &str) -> Vec<Shown> {
    let page = app.page(CHAT);
    open_chat(&page, title);
    transcript(&page)
}

fn texts(shown: &[Shown]) -> Vec<&str> {
    shown.iter().map(|message| message.text.as_str()).collect()
}

#[test]
fn a_failure_without_a_word_gives_way_to_the_answer() {
    let desk = desk();
    let provider = Provider::http();
    let app = start_with(&desk, &provider.base_url());
    let page = chat(&app);
    provider.answer_each_try(&openai::html_error(500));
    provider.answer_each_try(&openai::rate_limited(None));
    provider.answer(openai::answer("At last."));
    say(&page, "Will it work?");
    wait_for_end(&page, "Will it work?");

    // The same again fails in another way, and that is what is shown.
    press_retry(&page);
    page.wait_for_text("message-error", "too many requests");
    assert_eq!(texts(&transcript(&page)), ["Will it work?", ""]);

    press_retry(&page);
    let shown = wait_for_answer(&page, "At last.");
    assert_eq!(texts(&shown), ["Will it work?", "At last."]);
    assert_eq!(shown[1].error, None);
    assert!(!page.has("message-error"));
    for exchange in provider.completions() {
        let asked = &exchange.request().json()["messages"];
        assert_eq!(
            *asked,
            json!([{ "role": "user", "content": "Will it work?" }])
        );
    }
    assert_eq!(provider.completions().len(), 7);

    let held = wait_until_stored(&desk, "Will it work?");
    let said: Vec<_> = held.iter().filter(|held| held.role == "user").collect();
    assert_eq!(said.len(), 1, "asked once");
    let last = held.last().unwrap();
    assert_eq!((&*last.text, &*last.state), ("At last.", "complete"));
    assert_eq!(last.parent.as_ref(), Some(&said[0].id));

    let app = app.restart();
    assert_eq!(
        texts(&reopened(&app, "Will it work?")),
        ["Will it work?", "At last."]
    );
}

#[test]
fn a_partial_answer_stays_before_the_next_one() {
    let desk = desk();
    let provider = Provider::http();
    let app = start_with(&desk, &provider.base_url());
    let page = chat(&app);
    let half = Reply::stream().send(openai::delta("Half of it"));
    provider.answer(half.cut());
    provider.answer(openai::answer("All of it."));
    provider.answer(openai::answer("Then this."));
    say(&page, "Tell me all.");
    let shown = wait_for_end(&page, "Tell me all.");
    assert_eq!(texts(&shown), ["Tell me all.", "Half of it"]);
    assert!(shown[1].ending.contains(KEPT));

    press_retry(&page);
    let shown = wait_for_answer(&page, "All of it.");
    assert_eq!(texts(&shown), ["Tell me all.", "Half of it", "All of it."]);
    assert!(
        shown[1].ending.contains(KEPT),
        "still marked: {:?}",
        shown[1]
    );
    assert_eq!(shown[2].error, None);
    let asked = provider.wait_for_completion(2);
    assert_eq!(
        asked.request().json()["messages"],
        json!([{ "role": "user", "content": "Tell me all." }]),
        "the answer is asked for anew"
    );

    say(&page, "And then?");
    wait_for_end(&page, "And then?");
    assert_eq!(
        provider.wait_for_completion(3).request().json()["messages"],
        json!([
            { "role": "user", "content": "Tell me all." },
            { "role": "assistant", "content": "All of it." },
            { "role": "user", "content": "And then?" },
        ]),
        "of several tries the last counts"
    );
    let held = wait_until_stored(&desk, "Tell me all.");
    assert_eq!((&*held[1].text, &*held[1].state), ("Half of it", "failed"));

    let app = app.restart();
    let shown = reopened(&app, "Tell me all.");
    assert_eq!(
        texts(&shown),
        [
            "Tell me all.",
            "Half of it",
            "All of it.",
            "And then?",
            "Then this."
        ]
    );
    assert!(
        shown[1].ending.contains(KEPT),
        "marked after a restart too: {:?}",
        shown[1]
    );
}

/// The seconds that the notice counts.
fn counted(page: &Page<'_>) -> Option<u32> {
    let said = page.run(
        "return document.querySelector('[data-testid=retry-wait]')?.textContent ?? null",
        Vec::new(),
    );
    let (_, rest) = said.as_str()?.split_once("asked again in ")?;
    rest.split_once(" s")?.0.parse().ok()
}

#[test]
fn what_fails_before_the_first_word_is_asked_again_when_the_provider_says() {
    let desk = desk();
    let provider = Provider::http();
    let app = start_with(&desk, &provider.base_url());
    let page = chat(&app);
    provider.answer(openai::rate_limited(Some(3)));
    provider.answer(openai::html_error(503));
    provider.answer(openai::answer("There you are."));
    say(&page, "Are you there?");
    page.wait_for_text("retry-wait", "too many requests");
    page.wait_for_text("retry-wait", "(1 of 2)");
    let first = counted(&page).expect("a number of seconds");
    assert!((1..=3).contains(&first), "{first}");
    wait_until("the seconds to be counted down", SOON, || {
        counted(&page).is_none_or(|left| left < first)
    });
    assert!(!page.has("message-error"), "nothing has failed yet");
    assert_eq!(draft(&page), "");

    let shown = wait_for_answer(&page, "There you are.");
    assert_eq!(texts(&shown), ["Are you there?", "There you are."]);
    assert_eq!(shown[1].error, None);
    assert!(!page.has("retry-wait"));
    let asked = provider.completions();
    assert_eq!(asked.len(), 3);
    let first = asked[0].request().json();
    assert!(
        asked
            .iter()
            .all(|exchange| exchange.request().json() == first)
    );
    let held = wait_until_stored(&desk, "Are you there?");
    assert_eq!(held.len(), 2, "one question and one answer");
    assert_eq!(held[1].state, "complete");
}

#[test]
fn a_wait_can_be_cancelled_and_ends_as_the_failure_that_it_was() {
    let desk = desk();
    let provider = Provider::http();
    let app = start_with(&desk, &provider.base_url());
    let page = chat(&app);
    provider.answer(openai::rate_limited(Some(59)));
    say(&page, "Must I wait?");
    page.find("retry-wait");
    press(&page, "[data-testid=retry-wait]", "Cancel");
    let shown = wait_for_end(&page, "Must I wait?");
    let error = shown[1].error.as_deref().expect("an error");
    assert!(error.contains("too many requests"), "{error}");
    assert!(!page.has("retry-wait"));
    let held = wait_until_stored(&desk, "Must I wait?");
    assert_eq!(held[1].failure_kind(), Some("rate_limited"));

    // A window that comes to a waiting turn sees it wait, and the composer's own button ends it as well.
    provider.answer(openai::rate_limited(Some(59)));
    new_chat(&page);
    say(&page, "And now?");
    page.find("retry-wait");
    open_chat(&page, "Must I wait?");
    wait_until("the other chat", SOON, || !page.has("retry-wait"));
    open_chat(&page, "And now?");
    page.wait_for_text("retry-wait", "(1 of 2)");
    page.click("stop");
    let shown = wait_for_end(&page, "And now?");
    assert!(shown[1].error.is_some());
    assert_eq!(provider.completions().len(), 2);

    // Whoever wants to ask at once does.
    provider.answer(openai::answer("At once."));
    press_retry(&page);
    wait_for_answer(&page, "At once.");
}
