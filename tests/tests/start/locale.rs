use e2e::window::{App, Launch, SETTINGS};
use rusqlite::Connection;

use crate::common::{
    ask_and_hear, chat, desk, press, provider_that_says, settings, wait_for_words, words,
    write_settings,
};

/// Where the system names no language, WebKit calls it "C", of which `Intl` wants to know nothing.
#[test]
fn without_a_language_the_windows_work_and_dates_are_written() {
    for (name, value) in [("LC_ALL", "C"), ("LANG", "C.UTF-8")] {
        let desk = desk();
        let provider = provider_that_says("Hello from *C*.");
        write_settings(&desk, &settings(&provider));
        let launch = Launch::new(&desk).env(name, value);
        let mut app = App::start(&desk, &launch);
        ask_and_hear(&chat(&app), "Grüße?", "Hello from C.");
        app.quit();
        drop(app);
        // So that a month and a year must be written, too.
        let database = Connection::open(desk.data_folder().join("chats.sqlite")).unwrap();
        database
            .execute("UPDATE conversation SET updated_at = 1700000000000", [])
            .unwrap();
        drop(database);

        let app = App::start(&desk, &launch);
        let page = chat(&app);
        page.wait_for_text("conversation-item", "Grüße?");
        let group = page.find_css("[data-testid=conversation-list] h2").text();
        assert_eq!(group, "November 2023", "{name}={value}");
        page.click("conversation-item");
        page.wait_for_text("message-assistant", "Hello from C.");
        let facts = page
            .find_css("[data-testid=message-assistant] .facts")
            .text();
        assert!(facts.contains(':') && facts.contains("5 out"), "{facts:?}");
        page.click("open-settings");
        let pages = app.page(SETTINGS);
        wait_for_words(&pages, "Workshop");
        press(&pages, "Privacy & proof");
        wait_for_words(&pages, "500,000");
        assert!(!words(&page).contains("RangeError"));
    }
}
