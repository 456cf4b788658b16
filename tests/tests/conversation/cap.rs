//! The caps that are on from the first run: what script in a window can make the app spend.

use e2e::provider::{Provider, Reply, openai};
use e2e::scenario::{
    chat, new_chat, say, start_with, wait_for_end, wait_for_end_at_most, wait_until_stored,
};
use e2e::wait::SOON;
use e2e::window::Page;
use serde_json::json;

use crate::case::{KEPT, PARTIAL, UNANSWERED};
use crate::desk;

const TURNS_PER_HOUR: usize = 60;

/// Starts turns as the page itself would, each in a chat of its own, and tells what became of each: the type of its
/// last event, and the code of its error.
const START_TURNS: &str = r"
    const { invoke, transformCallback } = window.__TAURI_INTERNALS__;
    const turn = (number) => new Promise((ended, refused) => {
        const hear = transformCallback(({ message }) => {
            if (['finished', 'failed', 'cancelled'].includes(message?.type))
                ended([message.type, message.error?.code ?? null]);
        });
        invoke('start_turn', {
            request: { conversation: null, text: `Turn ${number}`, asText: true, model: { provider: 'Workshop', model: 'small-talk-1' } },
            events: '__CHANNEL__:' + hear,
        }).catch(error => refused(error.code));
    });
    return Promise.all(Array.from({ length: given[0] }, (_, number) => turn(number)));
";

#[test]
fn a_script_can_start_no_more_turns_than_the_cap() {
    let desk = desk();
    let provider = Provider::http();
    provider.always(openai::COMPLETIONS, |_| openai::answer("Heard."));
    let app = start_with(&desk, &provider.base_url());
    let page = chat(&app);
    let ends = page
        .run_async(START_TURNS, vec![(TURNS_PER_HOUR + 5).into()])
        .expect("every turn is begun, and ends");
    let count = |end: serde_json::Value| {
        let ends = ends.as_array().unwrap().iter();
        ends.filter(|one| **one == end).count()
    };
    assert_eq!(count(json!(["finished", null])), TURNS_PER_HOUR);
    assert_eq!(count(json!(["failed", "cap_turns"])), 5);
    assert_eq!(provider.completions().len(), TURNS_PER_HOUR);

    // A person is told why, and that nothing is lost.
    let refused = |page: &Page<'_>, question: &str| {
        say(page, question);
        let shown = wait_for_end(page, question);
        let error = shown[1].error.clone().expect("an error");
        let expected = [
            "The limit of turns per hour is reached.",
            UNANSWERED,
            "Retry in 60 min, or use the demo.",
        ];
        for part in expected {
            assert!(error.contains(part), "{part:?} in {error:?}");
        }
        let held = wait_until_stored(&desk, question);
        assert_eq!(held[1].failure_kind(), Some("cap_turns"));
    };
    refused(&page, "One more?");
    // Starting again opens no new account.
    let app = app.restart();
    refused(&chat(&app), "And now?");
    assert_eq!(provider.completions().len(), TURNS_PER_HOUR);
}

#[test]
fn an_answer_that_passes_the_cap_of_tokens_is_kept_and_the_next_is_not_asked_for() {
    // At three bytes a token, as is assumed where a provider reports none, twice the cap of half a million.
    const SIZE: usize = 3 * 1_000_000;
    let desk = desk();
    let provider = Provider::http();
    let app = start_with(&desk, &provider.base_url());
    let page = chat(&app);
    let text = "Brass keys. ".repeat(SIZE / 12);
    let endless = Reply::stream().send(openai::delta(&text)).stall();
    provider.answer(endless);
    say(&page, "Tell me everything.");
    let shown = wait_for_end_at_most(&page, "Tell me everything.", SOON * 3);
    let error = shown[1].error.clone().expect("an error");
    for part in ["The limit of output tokens per day is reached.", PARTIAL] {
        assert!(error.contains(part), "{part:?} in {error:?}");
    }
    assert!(shown[1].ending.contains(KEPT));
    provider.wait_for_completion(1).wait_for_abandonment(SOON);
    let held = wait_until_stored(&desk, "Tell me everything.");
    assert_eq!(held[1].failure_kind(), Some("cap_tokens"));
    assert!(
        held[1].text == text,
        "{} bytes are kept",
        held[1].text.len()
    );

    new_chat(&page);
    say(&page, "Some more?");
    let shown = wait_for_end(&page, "Some more?");
    let error = shown[1].error.clone().expect("an error");
    assert!(
        error.contains("Retry in 24 h, or use the demo."),
        "{error:?}"
    );
    assert_eq!(provider.completions().len(), 1);
}
