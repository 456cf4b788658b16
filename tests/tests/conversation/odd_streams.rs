//! Streams that begin well, and what can become of them.

use e2e::provider::{Gate, Provider, Reply, openai};
use e2e::scenario::{
    Own, chat, new_chat, say, settle, start_with, transcript, wait_for_end, wait_for_end_at_most,
    wait_until_stored,
};
use e2e::wait::SOON;
use e2e::window::{App, Launch};
use serde_json::json;

use crate::case::{Case, play};
use crate::desk;

/// What every broken stream says before it breaks.
const SAID: &str = "Half of an";

#[test]
fn a_stream_that_breaks_is_kept_as_far_as_it_came() {
    let desk = desk();
    let provider = Provider::http();
    let app = start_with(&desk, &provider.base_url());
    let page = chat(&app);
    for case in broken_streams() {
        play(&desk, &page, &provider, &case);
    }
}

fn broken_streams() -> Vec<Case> {
    let begun = || {
        Reply::stream()
            .send(openai::opening())
            .send(openai::delta(SAID))
    };
    let next = openai::delta(" answer");
    let snowman = openai::delta("\u{2603}").into_bytes();
    let within = snowman.iter().position(|byte| *byte == 0xe2).unwrap() + 1;
    let retry = "The model can go on from here.";
    let reported = "{host} reported an error while it answered.";
    let broke_off = "The connection to {host} broke off.";
    vec![
        Case::new(
            "An error event?",
            begun()
                .send(openai::error_event("server_error", "Out of luck."))
                .send(openai::done()),
            "provider_error",
            reported,
            "Out of luck.",
        )
        .after(SAID),
        Case::new(
            "An error event first?",
            Reply::stream().send(openai::error_event("overloaded", "Too busy.")),
            "provider_overloaded",
            "{host} is overloaded (200).",
            "Too busy.",
        ),
        Case::new(
            "Malformed JSON?",
            begun()
                .send("data: {\"choices\": [\n\n")
                .send(next.clone())
                .send(openai::done()),
            "malformed_stream",
            "{host} sent something unreadable.",
            retry,
        )
        .after(SAID),
        Case::new(
            "Cut within an event?",
            begun().send(&next.as_bytes()[..next.len() / 2]).cut(),
            "connection_lost",
            broke_off,
            retry,
        )
        .after(SAID),
        Case::new(
            "Cut within a character?",
            begun().send(&snowman[..within]).cut(),
            "connection_lost",
            broke_off,
            retry,
        )
        .after(SAID),
        Case::new(
            "Hung up without a word?",
            Reply::hang_up(),
            "connection_lost",
            broke_off,
            "Retry when you like.",
        ),
        Case::new(
            "No end marker?",
            begun(),
            "ended_early",
            "{host} ended the answer before it was done.",
            retry,
        )
        .after(SAID),
        Case::new(
            "No end marker after the finish?",
            begun().send(openai::finish("stop")),
            "ended_early",
            "{host} ended the answer before it was done.",
            retry,
        )
        .after(SAID),
        Case::new(
            "An empty answer?",
            openai::close(Reply::stream().send(openai::opening())),
            "empty_answer",
            "The provider sent an answer with nothing in it.",
            "Retry, or choose another model.",
        ),
    ]
}

#[test]
fn silence_is_noticed_before_and_in_the_middle_of_an_answer() {
    let desk = desk();
    let provider = Provider::http();
    settle(
        &desk,
        &[Own::new("Workshop", &provider.base_url(), "small-talk-1")],
    );
    let launch = Launch::new(&desk).env("CHATELAINE_SWITCH_SILENCE_MS", "1500");
    let app = App::start(&desk, &launch);
    let page = chat(&app);
    let begun = Reply::stream()
        .send(openai::opening())
        .send(openai::delta(SAID));
    let silent = Case::new(
        "Silence?",
        begun.stall(),
        "silence",
        "{host} fell silent.",
        "Retry",
    );
    play(&desk, &page, &provider, &silent.after(SAID));
    let mute = Case::new(
        "Not a word?",
        Reply::silence(),
        "first_byte_timeout",
        "{host} took the message and said nothing.",
        "Retry, or choose another model.",
    );
    play(&desk, &page, &provider, &mute);
    for exchange in provider.completions() {
        exchange.wait_for_abandonment(SOON);
    }
}

#[test]
fn what_is_odd_but_whole_is_an_answer() {
    let desk = desk();
    let provider = Provider::http();
    let app = start_with(&desk, &provider.base_url());
    let page = chat(&app);

    let marked = format!("\u{feff}{}", openai::opening());
    let reply = Reply::stream()
        .send(marked)
        .send(openai::delta("After the mark"));
    provider.answer(openai::close(reply));
    say(&page, "A byte order mark?");
    let shown = wait_for_end(&page, "A byte order mark?");
    assert_eq!(shown[1].text, "After the mark");
    assert_eq!(shown[1].error, None);
    assert_eq!(
        wait_until_stored(&desk, "A byte order mark?")[1].text,
        "After the mark"
    );

    // A character in two pieces, comments, CR LF, and an unknown event between.
    let key = openai::delta("\u{1f511} whole").into_bytes();
    let gate = Gate::new();
    let middle = key.iter().position(|byte| *byte == 0xf0).unwrap() + 2;
    let reply = Reply::stream()
        .send(": keep-alive\r\n\r\nevent: ping\r\ndata: {\"type\":\"ping\"}\r\n\r\n")
        .send(&key[..middle])
        .gate(&gate)
        .send(&key[middle..]);
    provider.answer(openai::close(reply));
    new_chat(&page);
    say(&page, "In two pieces?");
    gate.wait_for_arrival(1);
    assert!(transcript(&page).len() <= 2);
    gate.open();
    let shown = wait_for_end(&page, "In two pieces?");
    assert_eq!(shown[1].text, "\u{1f511} whole");
    assert_eq!(shown[1].error, None);
    let held = wait_until_stored(&desk, "In two pieces?");
    assert_eq!(
        (&*held[1].text, &*held[1].state),
        ("\u{1f511} whole", "complete")
    );
}

#[test]
fn a_line_of_four_megabytes_arrives_whole() {
    const TEXT: usize = 1024 * 1024;
    let desk = desk();
    let provider = Provider::http();
    let app = start_with(&desk, &provider.base_url());
    let page = chat(&app);
    let text = "Brass keys. ".repeat(TEXT / 12);
    // Most of the line is padding, as some providers send it: so much text would pass the cap of output tokens.
    let line = openai::event(&json!({
        "obfuscation": "x".repeat(3 * TEXT),
        "choices": [{ "index": 0, "delta": { "content": text } }],
    }));
    assert!(line.len() >= 4 * 1024 * 1024 - 64);
    let reply = Reply::stream().send(line).send(openai::delta("The end."));
    provider.answer(openai::close(reply));
    say(&page, "A long line?");
    let shown = wait_for_end_at_most(&page, "A long line?", SOON * 3);
    let expected = format!("{text}The end.");
    assert_eq!(shown[1].error, None);
    assert!(
        shown[1].text == expected,
        "the window shows {} bytes",
        shown[1].text.len()
    );
    let held = wait_until_stored(&desk, "A long line?");
    assert_eq!(held[1].state, "complete");
    assert!(
        held[1].text == expected,
        "the disk holds {} bytes",
        held[1].text.len()
    );

    // The window still takes the next one.
    provider.answer(openai::answer("Yes."));
    new_chat(&page);
    say(&page, "Still there?");
    assert_eq!(wait_for_end(&page, "Still there?")[1].text, "Yes.");
}
