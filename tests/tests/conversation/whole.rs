//! One whole conversation of two turns.

use e2e::provider::{Gate, Provider, Reply, openai};
use e2e::scenario::{
    chat, draft, say, start_with, stored, transcript, wait_for_end, wait_for_words,
    wait_until_stored,
};
use e2e::window::Page;
use serde_json::{Value, json};

use crate::desk;

/// An answer with one of each, in pieces that break where no markup does.
const PIECES: [&str; 7] = [
    "First words, and **th",
    "en** more of [the man",
    "ual](https://example.com/manual).\n\n",
    "```rust\nfn main() {}\n// <b>no tag</b>\n`",
    "``\n\n| key | lock |\n|---|--",
    "-|\n| brass | iron |\n\n- one\n- t",
    "wo\n\nThe end: <img src=x onerror=alert(1)> \u{1f511}.",
];

#[test]
fn an_answer_grows_in_the_window_and_the_next_turn_knows_it() {
    let desk = desk();
    let provider = Provider::http();
    let gate = Gate::new();
    let mut reply = Reply::stream().send(openai::opening());
    for piece in PIECES {
        reply = reply.send(openai::delta(piece)).gate(&gate);
    }
    provider.answer(openai::close(reply));
    provider.answer(openai::answer("Second *answer*."));
    let app = start_with(&desk, &provider.base_url());
    let page = chat(&app);

    say(&page, "Tell me of keys.");
    gate.wait_for_arrival(1);
    let growing = wait_for_words(&page, "First words, and");
    assert!(growing.busy, "the rest of the answer waits at the gate");
    assert!(!growing.text.contains("more of"), "{growing:?}");
    assert_eq!(draft(&page), "", "what was said has left the composer");
    assert!(page.has("stop"));
    let asked = stored(&desk, "Tell me of keys.");
    assert_eq!(asked[0].text, "Tell me of keys.");
    assert_eq!(asked[1].state, "streaming");

    gate.let_pass();
    gate.wait_for_arrival(2);
    let grown = wait_for_words(&page, "more of");
    assert!(grown.busy && !grown.text.contains("manual"), "{grown:?}");
    gate.open();
    wait_for_end(&page, "Tell me of keys.");
    check_nodes(&page);
    page.wait_for_text("message-assistant", "7 in");
    page.wait_for_text("message-assistant", "5 out");

    say(&page, "And locks?");
    let shown = wait_for_end(&page, "And locks?");
    assert_eq!(shown.len(), 4);
    assert_eq!(shown[3].text, "Second answer.");

    let answer = PIECES.concat();
    check_requests(&provider, &answer);
    let messages = wait_until_stored(&desk, "Tell me of keys.");
    let held: Vec<_> = messages.iter().map(|held| held.text.as_str()).collect();
    assert_eq!(
        held,
        [
            "Tell me of keys.",
            &answer,
            "And locks?",
            "Second *answer*."
        ]
    );
    for (held, before) in messages.iter().skip(1).zip(&messages) {
        assert_eq!(held.parent.as_ref(), Some(&before.id));
    }
    for answer in [&messages[1], &messages[3]] {
        assert_eq!(
            (&*answer.state, answer.failure.is_none()),
            ("complete", true)
        );
        assert_eq!(answer.model.as_deref(), Some("small-talk-1"));
        assert_eq!(
            (answer.input_tokens, answer.output_tokens),
            (Some(7), Some(5))
        );
    }
    assert_eq!(transcript(&page)[0].text, "Tell me of keys.");
}

/// Markdown has become nodes, and what looks like HTML has stayed text.
fn check_nodes(page: &Page<'_>) {
    let found = page.run(
        r"
        const answer = document.querySelector('[data-testid=message-assistant] .prose');
        const all = (selector) => [...answer.querySelectorAll(selector)].map(node => node.textContent);
        return {
            strong: all('strong'), items: all('ul > li').map(text => text.trim()), code: all('pre code'),
            head: all('th'), cells: all('td'),
            links: [...answer.querySelectorAll('a')].map(a => [a.textContent, a.getAttribute('href')]),
            foreign: all('b, img, script').length, text: answer.textContent,
        };
        ",
        Vec::new(),
    );
    let expected = [
        ("strong", json!(["then"])),
        ("items", json!(["one", "two"])),
        ("code", json!(["fn main() {}\n// <b>no tag</b>"])),
        ("head", json!(["key", "lock"])),
        ("cells", json!(["brass", "iron"])),
        (
            "links",
            json!([["the manual", "https://example.com/manual"]]),
        ),
        ("foreign", json!(0)),
    ];
    for (what, nodes) in expected {
        assert_eq!(found[what], nodes, "{what} in {found}");
    }
    let text = found["text"].as_str().unwrap();
    assert!(
        text.contains("<img src=x onerror=alert(1)> \u{1f511}."),
        "{text}"
    );
}

fn check_requests(provider: &Provider, answer: &str) {
    let bodies: Vec<Value> = provider
        .completions()
        .iter()
        .map(|exchange| exchange.request().json())
        .collect();
    assert_eq!(bodies.len(), 2);
    for body in &bodies {
        assert_eq!(body["model"], "small-talk-1");
        assert_eq!(body["stream"], true);
    }
    assert_eq!(
        bodies[0]["messages"],
        json!([{ "role": "user", "content": "Tell me of keys." }])
    );
    assert_eq!(
        bodies[1]["messages"],
        json!([
            { "role": "user", "content": "Tell me of keys." },
            { "role": "assistant", "content": answer },
            { "role": "user", "content": "And locks?" },
        ])
    );
    let first = provider.completions().swap_remove(0);
    assert_eq!(first.request().bearer(), None, "nobody gave a key");
    assert_eq!(first.request().method(), "POST");
}
