//! Stop ends the request at the provider's socket, and keeps what came.

use std::time::Duration;

use e2e::provider::{Provider, Reply, openai};
use e2e::scenario::{
    chat, new_chat, press, say, start_with, wait_for_end, wait_for_words, wait_until_stored,
};
use e2e::wait::SOON;
use serde_json::json;

use crate::case::{KEPT, UNANSWERED};
use crate::desk;

const ESCAPE: &str = "\u{e00c}";
const STOPPED: &str = "You stopped the answer.";

#[test]
fn an_answer_that_was_cut_off_goes_on_where_it_ended() {
    let desk = desk();
    let provider = Provider::http();
    let app = start_with(&desk, &provider.base_url());
    let page = chat(&app);
    provider.answer(
        Reply::stream()
            .send(openai::opening())
            .send(openai::delta("```rust\nfn holds() -> bo"))
            .cut(),
    );
    provider.answer(openai::answer("ol {\n    true\n}\n```\n\nThat is all."));
    say(&page, "Write it.");
    wait_for_end(&page, "Write it.");
    // The place it was cut off at is on disk.
    let held = wait_until_stored(&desk, "Write it.");
    assert_eq!(held[1].text, "```rust\nfn holds() -> bo");
    press(&page, "article", "Continue");
    wait_for_words(&page, "That is all.");
    let shown = wait_for_end(&page, "Write it.");
    assert_eq!(shown.len(), 2, "{shown:?}");
    assert!(shown[1].text.contains("fn holds() -> bool {"), "{shown:?}");
    assert_eq!(page.all_css("pre").len(), 1);
    assert_eq!(shown[1].error, None);
    let asked = provider.wait_for_completion(2).request().json();
    assert_eq!(asked["messages"][1]["content"], held[1].text);
    assert_eq!(asked["messages"][2]["role"], "user");
    let held = wait_until_stored(&desk, "Write it.");
    assert_eq!(held.len(), 2);
    assert!(held[1].text.ends_with("That is all."));

    // What asked the model to go on is no part of the conversation.
    provider.answer(openai::answer("Gladly."));
    say(&page, "Thank you.");
    assert_eq!(wait_for_end(&page, "Thank you.")[3].text, "Gladly.");
    let asked = provider.wait_for_completion(3).request().json();
    assert_eq!(asked["messages"].as_array().unwrap().len(), 3);
    assert_eq!(asked["messages"][1]["content"], held[1].text);
}

#[test]
fn an_answer_is_stopped_in_the_middle() {
    let desk = desk();
    let provider = Provider::http();
    let app = start_with(&desk, &provider.base_url());
    let page = chat(&app);
    let begun = Reply::stream().send(openai::opening());
    provider.answer(begun.forever(openai::delta("on and "), Duration::from_millis(5)));
    provider.answer(openai::answer("Good."));

    say(&page, "Count for ever.");
    wait_for_words(&page, "on and on and");
    page.click("stop");
    let shown = wait_for_end(&page, "Count for ever.");
    provider.wait_for_completion(1).wait_for_abandonment(SOON);
    let ending = &shown[1].ending;
    for part in [STOPPED, "What came is kept.", KEPT, "Continue", "Retry"] {
        assert!(ending.contains(part), "{part:?} in {ending:?}");
    }
    assert_eq!(shown[1].error, None, "what one wanted is no error");
    let held = wait_until_stored(&desk, "Count for ever.");
    assert_eq!(
        (&*held[1].state, held[1].failure.is_none()),
        ("cancelled", true)
    );
    assert!(held[1].text.starts_with("on and on and"));
    assert_eq!(
        held[1].text.trim(),
        shown[1].text,
        "what is shown is what is kept"
    );

    // One can go on from there.
    say(&page, "Enough.");
    assert_eq!(wait_for_end(&page, "Enough.")[3].text, "Good.");
    assert_eq!(
        provider.wait_for_completion(2).request().json()["messages"],
        json!([
            { "role": "user", "content": "Count for ever." },
            { "role": "assistant", "content": held[1].text },
            { "role": "user", "content": "Enough." },
        ])
    );
}

#[test]
fn an_answer_is_stopped_before_its_first_word() {
    let desk = desk();
    let provider = Provider::http();
    let app = start_with(&desk, &provider.base_url());
    let page = chat(&app);
    // Neither a status, nor one without a body, nor an event without text is a word.
    let replies = [
        ("Not even a status?", Reply::silence()),
        ("Not even an event?", Reply::stream().stall()),
        (
            "Not even a word?",
            Reply::stream().send(openai::opening()).stall(),
        ),
    ];
    for (number, (question, reply)) in replies.into_iter().enumerate() {
        provider.answer(reply);
        new_chat(&page);
        say(&page, question);
        let exchange = provider.wait_for_completion(number + 1);
        page.click("stop");
        let shown = wait_for_end(&page, question);
        exchange.wait_for_abandonment(SOON);
        let ending = &shown[1].ending;
        assert!(
            ending.contains(STOPPED) && ending.contains(UNANSWERED),
            "{ending:?}"
        );
        assert!(!ending.contains(KEPT), "{ending:?}");
        let held = wait_until_stored(&desk, question);
        assert_eq!((&*held[1].state, &*held[1].text), ("cancelled", ""));
    }
}

#[test]
fn escape_stops_too() {
    let desk = desk();
    let provider = Provider::http();
    let app = start_with(&desk, &provider.base_url());
    let page = chat(&app);
    provider.answer(Reply::stream().send(openai::delta("Some words")).stall());
    say(&page, "Say little.");
    wait_for_words(&page, "Some words");
    page.type_into("composer", ESCAPE);
    let shown = wait_for_end(&page, "Say little.");
    provider.wait_for_completion(1).wait_for_abandonment(SOON);
    assert!(shown[1].ending.contains(STOPPED), "{:?}", shown[1]);
    assert_eq!(
        wait_until_stored(&desk, "Say little.")[1].text,
        "Some words"
    );
}
