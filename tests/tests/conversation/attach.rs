//! The app owns a turn and a window only watches it: windows that reload, look away or sleep miss nothing.
//!
//! That a clock which jumps is noticed is proved in the unit tests of `providers`, where the clock can be set.

use std::time::Duration;

use e2e::processes;
use e2e::provider::{Gate, Provider, Reply, openai};
use e2e::scenario::{
    Shown, chat, new_chat, open_chat, say, start_with, stored, transcript, wait_for_end,
    wait_for_words, wait_until_stored,
};
use e2e::wait::SOON;
use e2e::{wait_for, wait_until};

use crate::desk;

const QUESTION: &str = "Tell it slowly.";
const WHOLE: &str = "First part, second part, third part.";

/// An answer in three parts with a gate after the first and after the second.
fn slow_answer(gate: &Gate) -> Reply {
    let reply = Reply::stream()
        .send(openai::opening())
        .send(openai::delta("First part"))
        .gate(gate)
        .send(openai::delta(", second part"))
        .gate(gate)
        .send(openai::delta(", third part."));
    openai::close(reply)
}

#[test]
fn a_window_that_reloads_goes_on_with_the_answer() {
    let desk = desk();
    let provider = Provider::http();
    let gate = Gate::new();
    provider.answer(slow_answer(&gate));
    let app = start_with(&desk, &provider.base_url());
    let page = chat(&app);
    say(&page, QUESTION);
    wait_for_words(&page, "First part");

    page.reload();
    let again = wait_for_words(&page, "First part");
    assert!(again.busy, "{again:?}");
    gate.let_pass();
    wait_for_words(&page, "second part");

    // In the middle of a reload the rest comes.
    gate.let_pass();
    page.reload();
    if transcript(&page).is_empty() {
        // It ended before the page was back, so nothing is left to attach to: the answer is in the list.
        open_chat(&page, QUESTION);
    }
    let shown = wait_for_end(&page, QUESTION);
    let texts: Vec<_> = shown.iter().map(|message| &*message.text).collect();
    assert_eq!(texts, [QUESTION, WHOLE]);
    assert_eq!(provider.completions().len(), 1, "nothing was asked twice");
    let held = wait_until_stored(&desk, QUESTION);
    assert_eq!(
        (held.len(), &*held[1].text, &*held[1].state),
        (2, WHOLE, "complete")
    );
}

#[test]
fn a_chat_that_one_looks_away_from_misses_nothing() {
    let desk = desk();
    let provider = Provider::http();
    let gate = Gate::new();
    provider.answer(slow_answer(&gate));
    provider.answer(openai::answer("Quick."));
    let app = start_with(&desk, &provider.base_url());
    let page = chat(&app);
    let open = |title: &str| open_chat(&page, title);
    say(&page, QUESTION);
    wait_for_words(&page, "First part");

    new_chat(&page);
    page.wait_for_text("conversation-item", "An answer is coming");
    say(&page, "A quick one?");
    assert_eq!(wait_for_end(&page, "A quick one?")[1].text, "Quick.");

    // It goes on while nobody looks.
    gate.let_pass();
    wait_until("the second part on disk", SOON, || {
        stored(&desk, QUESTION)[1].text.contains("second part")
    });
    assert_eq!(
        last(&transcript(&page)).text,
        "Quick.",
        "and stays in its own chat"
    );
    open(QUESTION);
    let seen = wait_for_words(&page, "second part");
    assert_eq!(
        (seen.text.as_str(), seen.busy),
        ("First part, second part", true)
    );

    // It ends while nobody looks.
    open("A quick one?");
    gate.open();
    wait_until_stored(&desk, QUESTION);
    wait_until("the list to say so", SOON, || {
        !page
            .texts("conversation-item")
            .iter()
            .any(|item| item.contains("An answer is coming"))
    });
    open(QUESTION);
    let shown = wait_for_end(&page, QUESTION);
    assert_eq!(last(&shown).text, WHOLE);
    assert_eq!(provider.completions().len(), 2);
}

fn last(shown: &[Shown]) -> &Shown {
    shown.last().expect("a message")
}

#[test]
fn an_app_that_was_stopped_for_a_while_goes_on() {
    let desk = desk();
    let provider = Provider::http();
    let gate = Gate::new();
    let rest: Vec<String> = (1..=20).map(|number| format!(" {number}")).collect();
    let reply = Reply::stream()
        .send(openai::delta("0"))
        .gate(&gate)
        .send_every(
            Duration::from_millis(150),
            rest.iter().map(|text| openai::delta(text)),
        );
    provider.answer(openai::close(reply));
    let app = start_with(&desk, &provider.base_url());
    let page = chat(&app);
    say(&page, "Count.");
    wait_for_words(&page, "0");

    // The window is told before the disk is: sleep only once both are.
    wait_until("the first word to be saved", SOON, || {
        stored(&desk, "Count.")[1].text == "0"
    });
    processes::signal(app.pid(), "STOP");
    gate.open();
    let exchange = provider.wait_for_completion(1);
    wait_until("the rest of the answer to be sent", SOON, || {
        exchange.is_played()
    });
    let asleep = stored(&desk, "Count.");
    assert_eq!(
        (&*asleep[1].text, &*asleep[1].state),
        ("0", "streaming"),
        "it slept"
    );
    processes::signal(app.pid(), "CONT");

    let whole = format!("0{}", rest.concat());
    let shown = wait_for("the whole answer", SOON, || {
        let shown = transcript(&page);
        (!last(&shown).busy).then_some(shown)
    });
    assert_eq!(last(&shown).text, whole);
    assert_eq!(last(&shown).error, None);
    let held = wait_until_stored(&desk, "Count.");
    assert_eq!((&*held[1].text, &*held[1].state), (&*whole, "complete"));
}
