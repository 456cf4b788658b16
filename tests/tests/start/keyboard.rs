use e2e::provider::{Provider, Reply, openai};
use e2e::wait::SOON;
use e2e::wait_until;
use e2e::window::{App, CHAT_TITLE, Launch, Page, SETTINGS, SETTINGS_TITLE};

use crate::common::{chat, desk, messages, start_with, texts, wait_for_words};

/// The test id or the label of what has the keyboard.
fn focused(page: &Page<'_>) -> String {
    let script = "const one = document.activeElement; \
        return one.dataset.testid ?? one.getAttribute('aria-label') ?? one.tagName";
    page.run(script, vec![])
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

#[test]
fn from_the_first_run_to_an_answer_and_to_settings_by_keys_alone() {
    let desk = desk();
    let app = App::start(&desk, &Launch::new(&desk));
    let first = app.page(SETTINGS);
    first.find("try-demo");
    desk.focus(SETTINGS_TITLE);
    for _ in 0..12 {
        if focused(&first) == "try-demo" {
            break;
        }
        desk.press_key(SETTINGS_TITLE, "Tab");
    }
    assert_eq!(focused(&first), "try-demo");
    desk.press_key(SETTINGS_TITLE, "Return");

    let page = chat(&app);
    app.wait_until_closed(SETTINGS);
    wait_until("the composer to have the keyboard", SOON, || {
        focused(&page) == "composer"
    });
    desk.type_text(CHAT_TITLE, "What can you do?");
    desk.press_key(CHAT_TITLE, "Return");
    page.wait_for_text("message-assistant", "Welcome to Chatelaine");
    assert_eq!(texts(&page, "message-user"), ["What can you do?"]);

    desk.press_key(CHAT_TITLE, "ctrl+n");
    wait_until("a new chat", SOON, || !page.has("message-user"));
    wait_until("the composer to have the keyboard", SOON, || {
        focused(&page) == "composer"
    });
    desk.press_key(CHAT_TITLE, "ctrl+1");
    page.wait_for_text("message-user", "What can you do?");
    desk.press_key(CHAT_TITLE, "ctrl+m");
    wait_for_words(&page, "built in, offline");
    wait_until("the search to have the keyboard", SOON, || {
        focused(&page) == "Search models"
    });
    desk.press_key(CHAT_TITLE, "Escape");
    wait_until("the picker to close", SOON, || {
        page.all_css("[role=listbox]").is_empty()
    });
    wait_until("the composer to have the keyboard", SOON, || {
        focused(&page) == "composer"
    });
    desk.press_key(CHAT_TITLE, "ctrl+comma");
    let pages = app.page(SETTINGS);
    wait_for_words(&pages, "Providers & keys");
    desk.wait_for_window(SETTINGS_TITLE);
}

#[test]
fn escape_stops_the_answer_and_shift_enter_breaks_the_line() {
    let desk = desk();
    let provider = Provider::http();
    provider.answer(
        Reply::stream()
            .send(openai::opening())
            .send(openai::delta("It goes on"))
            .stall(),
    );
    let app = start_with(&desk, &provider);
    let page = chat(&app);
    wait_until("the composer to have the keyboard", SOON, || {
        focused(&page) == "composer"
    });
    desk.type_text(CHAT_TITLE, "one");
    desk.press_key(CHAT_TITLE, "shift+Return");
    desk.type_text(CHAT_TITLE, "two");
    desk.press_key(CHAT_TITLE, "Return");
    page.wait_for_text("message-assistant", "It goes on");
    let exchange = provider.wait_for_completion(1);
    assert_eq!(
        exchange.request().json()["messages"][0]["content"],
        "one\ntwo"
    );

    desk.press_key(CHAT_TITLE, "Escape");
    wait_for_words(&page, "You stopped the answer.");
    exchange.wait_for_abandonment(SOON);
    page.wait_until_gone("stop");
    wait_until("the stop on disk", SOON, || {
        messages(&desk).contains(&("It goes on".to_owned(), "cancelled".to_owned()))
    });
}
