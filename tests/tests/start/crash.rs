//! What broke is written down, offered at the next start, and says nothing that is a person's own.

use std::fs;

use e2e::settings_page::{press, settings_from_chat};
use e2e::wait::SOON;
use e2e::wait_until;
use e2e::window::{App, Launch, Plain};
use serde_json::json;

use crate::common::{chat, desk, write_settings};

#[test]
fn what_broke_is_offered_at_the_next_start_until_it_was_seen() {
    let desk = desk();
    write_settings(&desk, &json!({ "version": 1 }));
    let report = desk.data_folder().join("chatelaine.crash.txt");
    let broken = Launch::new(&desk).env("CHATELAINE_SWITCH_BREAK", "a line of a chat");
    let app = Plain::start(&desk, &broken);
    wait_until("the report", SOON, || report.exists());
    drop(app);
    let written = fs::read_to_string(&report).unwrap();
    assert!(written.starts_with("Chatelaine 0."), "{written}");
    assert!(written.contains("crash.rs:"), "{written}");
    assert!(!written.contains("a line of a chat"), "{written}");

    let mut app = App::start(&desk, &Launch::new(&desk));
    let page = chat(&app);
    page.wait_for_text("start-notice", "A part of Chatelaine broke");
    page.screenshot("start-broke");
    page.resize(420, 640);
    page.screenshot("start-broke-narrow");
    page.find_css("[data-testid=start-notice] button[aria-label='Copy the report of what broke']")
        .click();
    wait_until("the report on the clipboard", SOON, || {
        desk.clipboard_text().as_deref() == Some(written.as_str())
    });
    page.find_css("[data-testid=start-notice] button[aria-label=Dismiss]")
        .click();
    let kept = desk.data_folder().join("chatelaine.crash.old.txt");
    wait_until("the report to be forgotten", SOON, || !kept.exists());
    drop(page);
    app.quit();
    drop(app);

    let app = App::start(&desk, &Launch::new(&desk));
    let page = chat(&app);
    page.find("composer");
    assert!(!page.has("start-notice"));
}

#[test]
fn diagnostics_are_copied_and_name_nothing_of_a_person() {
    let desk = desk();
    write_settings(
        &desk,
        &json!({ "version": 1, "providers": [{
            "id": "secret-lab", "name": "The secret lab", "protocol": "openai-chat",
            "baseUrl": "http://127.0.0.1:9/private"
        }] }),
    );
    let app = App::start(&desk, &Launch::new(&desk));
    chat(&app).find("composer");
    let page = settings_from_chat(&app);
    press(&page, "About");
    // A page may write to the clipboard while a person clicks, and not else.
    page.find_css("button[aria-label='Copy diagnostics']")
        .click();
    wait_until("the diagnostics on the clipboard", SOON, || {
        desk.clipboard_text()
            .is_some_and(|text| text.contains("Servers set up by hand: 1"))
    });
    let copied = desk.clipboard_text().unwrap();
    assert!(copied.starts_with("Chatelaine 0."), "{copied}");
    assert!(copied.contains("Credential store: "), "{copied}");
    let folder = desk.data_folder().display().to_string();
    for own in ["secret", "127.0.0.1", "private", folder.as_str()] {
        assert!(!copied.contains(own), "{own} in: {copied}");
    }
    page.screenshot("settings-about");
}
