use e2e::window::{App, CHAT, CHAT_TITLE, Launch, SETTINGS, SETTINGS_TITLE};
use e2e::{Desk, Keyring, demo};

use crate::common::{chat, desk, log, read_settings, wait_for_model, wait_for_words};

#[test]
fn the_first_page_stands_alone_and_closing_it_opens_the_chat_with_the_demo() {
    let desk = Desk::new(Keyring::Unlocked);
    let app = App::start(&desk, &Launch::new(&desk));
    let first = app.page(SETTINGS);
    first.find("try-demo");
    wait_for_words(&first, "Paste your API key");
    wait_for_words(&first, "It goes from your clipboard into Secret Service.");
    assert_eq!(app.open_pages(), [SETTINGS]);
    assert_eq!(desk.window_titles(), [SETTINGS_TITLE]);
    assert!(!desk.data_folder().join("settings.json").exists());

    desk.close_window(SETTINGS_TITLE);
    let page = chat(&app);
    app.wait_until_closed(SETTINGS);
    assert_eq!(desk.window_titles(), [CHAT_TITLE]);
    wait_for_words(&page, "This is the built-in demo");
    wait_for_words(
        &page,
        "To add a key, press Ctrl , and paste it in Settings.",
    );
    wait_for_model(&page, "Demo");
    assert_eq!(desk.keyring_items(), 0);

    let app = app.restart();
    chat(&app);
    assert_eq!(app.open_pages(), [CHAT]);
    assert_eq!(read_settings(&desk)["version"], 1);
}

#[test]
fn the_demo_is_tried_without_a_key_and_holds_its_conversation() {
    const QUESTION: &str = "What is Chatelaine?";
    let desk = desk();
    let app = App::start(&desk, &Launch::new(&desk));
    app.page(SETTINGS).click("try-demo");
    let page = chat(&app);
    app.wait_until_closed(SETTINGS);
    page.type_into("composer", QUESTION);
    page.click("send");
    let mut lines = 0;
    let shown = demo::read_while_it_grows(&page, |_| lines += 1);
    assert!(lines > 3, "it grew before it ended");
    demo::check_window(&shown).unwrap();
    demo::check_database(&desk.data_folder(), QUESTION).unwrap();

    let facts = page
        .find_css("[data-testid=message-assistant] .facts")
        .text();
    assert!(facts.starts_with("Demo"), "{facts:?}");
    for block in ["table", "pre", "ul", "h2, h3"] {
        page.find_css(&format!("[data-testid=message-assistant] :is({block})"));
    }
    assert_eq!(read_settings(&desk)["model"]["provider"], "demo");
    assert!(!log(&desk).contains(QUESTION), "no text in the log");
}
