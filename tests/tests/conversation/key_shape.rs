//! A key that is typed or pasted into the composer: it waits there, and goes nowhere, until the person says that it is
//! meant as text.

use e2e::canary::Canary;
use e2e::proof;
use e2e::provider::{Provider, openai};
use e2e::scenario::{
    chat, draft, new_chat, paste_draft, press, say, start_with, transcript, wait_for_end,
    wait_until_stored,
};
use e2e::wait::SOON;
use e2e::wait_until;
use e2e::window::{CHAT_TITLE, Page};
use rusqlite::{Connection, OpenFlags};

use crate::desk;

const ENTER: &str = "\u{e007}";
const SHIFT_TAB: &str = "\u{e008}\u{e004}";
const KEPT: &str = "Your message is saved, and unanswered.";

/// What keys of several vendors begin with, how long the rest is, and whose they are as far as that tells.
const SHAPES: [(&str, usize, &str); 8] = [
    ("sk-proj-", 48, "at OpenAI"),
    ("sk-", 48, "at the provider"),
    ("sk-ant-api03-", 93, "at Anthropic"),
    ("sk-or-v1-", 64, "at OpenRouter"),
    ("gsk_", 52, "at Groq"),
    ("xai-", 80, "at xAI"),
    ("AIza", 35, "at Google Gemini"),
    ("pplx-", 48, "at Perplexity"),
];

/// How many messages the disk holds.
fn messages_on_disk(desk: &e2e::Desk) -> i64 {
    let path = desk.data_folder().join("chats.sqlite");
    let database = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let count = database.query_row("SELECT count(*) FROM message", [], |row| row.get(0));
    count.unwrap()
}

fn focused_button(page: &Page<'_>) -> String {
    let script = "return document.activeElement.closest('button')?.textContent.trim() ?? ''";
    page.run(script, Vec::new()).as_str().unwrap().to_owned()
}

#[track_caller]
fn wait_for_focus(page: &Page<'_>, button: &str) {
    wait_until(&format!("the focus on {button:?}"), SOON, || {
        focused_button(page) == button
    });
}

/// Waits for the notice about the key, tries to send, and sees that nothing went.
#[track_caller]
fn assert_it_waits(
    desk: &e2e::Desk,
    page: &Page<'_>,
    provider: &Provider,
    text: &str,
    whose: &str,
) {
    let notice = page.wait_for_text("key-notice", "This looks like an API key.");
    assert!(notice.contains(whose), "{whose:?} in {notice:?}");
    assert_eq!(
        page.find("key-notice").attribute("role").as_deref(),
        Some("alert")
    );
    assert!(!page.find("send").is_enabled());
    page.type_into("composer", ENTER);
    wait_for_focus(page, "Open settings");
    assert!(draft(page) == text, "the text stays as it was");
    assert!(transcript(page).is_empty());
    assert!(provider.exchanges().is_empty());
    assert_eq!(messages_on_disk(desk), 0);
}

fn write_nothing(page: &Page<'_>) {
    paste_draft(page, "''");
    page.wait_until_gone("key-notice");
}

#[test]
fn a_typed_key_waits_and_so_does_a_pasted_one() {
    let desk = desk();
    let provider = Provider::http();
    let app = start_with(&desk, &provider.base_url());
    let page = chat(&app);
    for (prefix, length, whose) in SHAPES {
        let key = Canary::new(prefix, length);
        page.type_into("composer", key.text());
        assert_it_waits(&desk, &page, &provider, key.text(), whose);
        write_nothing(&page);
    }
    for (before, after) in [
        ("", ""),
        ("export OPENAI_API_KEY=\"", "\""),
        (
            "Why is this refused? Authorization: Bearer ",
            " I just made it.",
        ),
        ("{\"apiKey\": \"", "\"}"),
    ] {
        let key = Canary::openai();
        let text = format!("{before}{}{after}", key.text());
        page.find("composer").click();
        desk.copy_text(&text);
        desk.press_key(CHAT_TITLE, "ctrl+v");
        assert_it_waits(&desk, &page, &provider, &text, "at OpenAI");
        write_nothing(&page);
    }
    // Other words are sent as ever.
    provider.answer(openai::answer("Heard."));
    say(&page, "What does a key that begins with sk-proj- open?");
    wait_for_end(&page, "What does a key that begins with sk-proj- open?");
    assert_eq!(provider.completions().len(), 1);
    proof::attack(
        "a key typed or pasted into the composer is sent",
        SHAPES.len() as u64 + 4,
        0,
        "a text without one was sent by the same keys",
    );
}

#[test]
fn a_key_is_sent_as_text_once_the_person_says_so_by_keyboard_alone() {
    let desk = desk();
    let provider = Provider::http();
    let app = start_with(&desk, &provider.base_url());
    let page = chat(&app);
    let key = Canary::openai();
    page.type_into("composer", key.text());
    assert_it_waits(&desk, &page, &provider, key.text(), "at OpenAI");
    page.find("composer").click();
    page.type_into("composer", SHIFT_TAB);
    wait_for_focus(&page, "Send as text");

    provider.answer_each_try(&openai::rate_limited(None));
    page.find_css("[data-testid=key-notice] button:last-child")
        .type_text(ENTER);
    let shown = wait_for_end(&page, key.text());
    assert!(shown[1].error.as_ref().unwrap().contains(KEPT));
    assert!(!page.has("key-notice"));
    assert_eq!(draft(&page), "");
    let sent = provider.wait_for_completion(1).request().json();
    assert!(sent["messages"][0]["content"] == *key.text());
    assert_eq!(wait_until_stored(&desk, key.text()).len(), 2);

    // What was sent so is asked about again without another question.
    provider.answer(openai::answer("Heard."));
    press(&page, "[data-testid=message-error]", "Retry");
    wait_until("the answer", SOON, || {
        transcript(&page)
            .last()
            .is_some_and(|last| last.text == "Heard.")
    });
    assert_eq!(provider.completions().len(), 4);

    // It was that text that was let pass, and not every key.
    new_chat(&page);
    let another = Canary::openai();
    page.type_into("composer", another.text());
    page.wait_for_text("key-notice", "This looks like an API key.");
    assert_eq!(provider.completions().len(), 4);
}

/// Calls `start_turn` as any script in the window could; gives the error's code and subject, or nothing.
const START_TURN: &str = r"
    const { invoke, transformCallback } = window.__TAURI_INTERNALS__;
    const [text, more] = given;
    const model = { provider: 'Workshop', model: 'small-talk-1' };
    const refused = await new Promise(ended => {
        const hear = transformCallback(({ message }) => {
            if (['finished', 'failed', 'cancelled'].includes(message?.type)) ended(null);
        });
        const request = { conversation: null, text, model, ...more };
        invoke('start_turn', { request, events: '__CHANNEL__:' + hear }).catch(ended);
    });
    return refused && [refused.code, refused.subject];
";

#[test]
fn a_script_that_asks_no_one_is_refused_before_anything_is_kept_or_sent() {
    let desk = desk();
    let provider = Provider::http();
    provider.always(openai::COMPLETIONS, |_| openai::answer("Heard."));
    let app = start_with(&desk, &provider.base_url());
    let page = chat(&app);
    let start = |text: &str, more: serde_json::Value| {
        page.run_async(START_TURN, vec![text.into(), more]).unwrap()
    };
    let key = Canary::new("gsk_", 52);
    let long = format!("{}{}", "sk-proj-".repeat(1024 * 128), "\n");
    let texts = [
        key.text().to_owned(),
        format!("Is {} still good?", key.text()),
        format!("{long}{}", key.text()),
    ];
    for text in &texts {
        for more in [
            serde_json::json!({}),
            serde_json::json!({ "asText": false }),
        ] {
            let refusal = start(text, more);
            assert_eq!(refusal, serde_json::json!(["key_in_message", "Groq"]));
        }
    }
    assert!(provider.exchanges().is_empty());
    assert_eq!(messages_on_disk(&desk), 0);

    let passed = start(&texts[1], serde_json::json!({ "asText": true }));
    assert_eq!(passed, serde_json::Value::Null);
    assert_eq!(provider.completions().len(), 1);
    assert_eq!(wait_until_stored(&desk, &texts[1]).len(), 2);
}
