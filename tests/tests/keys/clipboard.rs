use e2e::dialog::Dialog;
use e2e::wait::SOON;
use e2e::wait_until;
use e2e::window::{Page, SETTINGS_TITLE};

use e2e::canary::Canary;
use e2e::items::{assert_nothing_stored, assert_only_item};
use e2e::scenario::{start, unlocked};
use e2e::settings_page::{assert_not_in_page, settings, words};

/// More than any key, and more than a clipboard gives in one piece.
const TEN_MEGABYTES: usize = 10 << 20;

/// Waits for the one message of a paste that failed.
#[track_caller]
fn wait_for_error(page: &Page<'_>, title: &str) {
    wait_until(&format!("{title:?}"), SOON, || {
        page.texts("message-error")
            .iter()
            .any(|text| text.starts_with(title))
    });
    assert_eq!(page.all("message-error").len(), 1);
}

#[test]
fn each_clipboard_without_a_key_has_its_own_words() {
    let desk = unlocked();
    let app = start(&desk);
    let page = settings(&app);
    desk.empty_clipboard();
    page.click("paste-key");
    wait_for_error(&page, "The clipboard is empty.");
    desk.copy_image();
    page.click("paste-key");
    wait_for_error(&page, "The clipboard holds no text.");
    desk.copy_text("My key is in the drawer.");
    page.click("paste-key");
    wait_for_error(&page, "This does not look like an API key.");
    desk.copy_text(" \n\t ");
    desk.press_key(SETTINGS_TITLE, "ctrl+v");
    wait_for_error(&page, "The clipboard is empty.");
    desk.copy_image();
    desk.press_key(SETTINGS_TITLE, "ctrl+v");
    wait_for_error(&page, "The clipboard holds no text.");
    desk.copy_text(&"k".repeat(TEN_MEGABYTES));
    page.click("paste-key");
    wait_for_error(&page, "The clipboard holds far more than a key.");
    assert_nothing_stored(&desk);

    desk.copy_text("never given");
    desk.freeze_clipboard();
    page.click("paste-key");
    wait_for_error(
        &page,
        "The program that holds the clipboard does not answer.",
    );
    assert_nothing_stored(&desk);
    // The next paste is not stuck behind it.
    desk.copy_text("My key is in the other drawer.");
    page.click("paste-key");
    wait_for_error(&page, "This does not look like an API key.");
    assert!(
        !words(&page).contains("drawer"),
        "nothing of the clipboard is shown"
    );
    assert_nothing_stored(&desk);
}

#[test]
fn what_surrounds_a_key_is_left_behind() {
    let desk = unlocked();
    let app = start(&desk);
    let page = settings(&app);
    let key = Canary::openai();
    desk.copy_text(&format!("  \n\t{}\r\n \u{200B}", key.text()));
    page.click("paste-key");
    Dialog::wait(&desk, "Keep this key for OpenAI").press("Keep key");
    page.find("open-chat");
    assert_only_item(&desk, "openai/1", &key, "https://api.openai.com");
    assert_not_in_page(&page, &key);
}
