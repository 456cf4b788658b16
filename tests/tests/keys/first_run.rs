use e2e::Desk;
use e2e::dialog::Dialog;
use e2e::window::{CHAT, Page, SETTINGS, SETTINGS_TITLE};

use e2e::canary::Canary;
use e2e::items::{assert_nothing_stored, assert_only_item, keyring};
use e2e::scenario::{read_settings, start, unlocked};
use e2e::settings_page::{assert_not_in_page, leave_by, settings, wait_for_words};

const QUESTION: &str = "Keep this key for OpenAI";
const ORIGIN: &str = "https://api.openai.com";

/// Waits for the dialog and checks what it says: provider, host, store, and Cancel first.
#[track_caller]
fn dialog(desk: &Desk) -> Dialog<'_> {
    let dialog = Dialog::wait(desk, QUESTION);
    let text = dialog.text();
    for part in [
        ORIGIN,
        "It goes into Secret Service",
        "sent to this host and no other",
    ] {
        assert!(text.contains(part), "{part:?} in {text}");
    }
    assert_eq!(dialog.buttons(), ["Cancel", "Keep key"]);
    assert_eq!(desk.keyring_items(), 0);
    dialog
}

#[track_caller]
fn assert_declined(desk: &Desk, page: &Page<'_>) {
    wait_for_words(page, "Nothing was stored.");
    assert_nothing_stored(desk);
    assert_eq!(read_settings(desk), serde_json::Value::Null);
}

/// Says yes, and follows the key into the keyring and the person into the chat.
#[track_caller]
fn keep(desk: &Desk, page: &Page<'_>, key: &Canary) {
    dialog(desk).press("Keep key");
    // Whether OpenAI can be asked is up to the network; that it was asked is told either way.
    wait_for_words(
        page,
        "Chatelaine asked api.openai.com whether it accepts the key.",
    );
    wait_for_words(page, "OpenAI, recognised from the key’s shape");
    wait_for_words(page, ORIGIN);
    wait_for_words(page, "Secret Service, collection “Login”");
    assert!(!page.text("credential-status").is_empty());
    assert_only_item(desk, "openai/1", key, ORIGIN);
    let items = keyring(desk);
    for part in [
        "attribute.application = chatelaine",
        "attribute.item = openai/1",
        "api.openai.com",
    ] {
        assert!(items.contains(part), "{part:?} stands in the keyring");
    }
    assert_not_in_page(page, key);
}

#[test]
fn a_key_of_known_shape_is_kept_by_the_button_past_a_dialog_whose_default_is_no() {
    let desk = unlocked();
    let app = start(&desk);
    let page = settings(&app);
    let key = Canary::openai();
    desk.copy_text(key.text());
    for answer in ["Escape", "Return"] {
        page.click("paste-key");
        let dialog = dialog(&desk);
        dialog.press_key(answer);
        dialog.wait_for_end();
        assert_declined(&desk, &page);
    }
    page.click("paste-key");
    keep(&desk, &page, &key);

    leave_by(&page, "open-chat");
    let chat = app.page(CHAT);
    chat.find("composer");
    app.wait_until_closed(SETTINGS);
    chat.wait_for_text("model-picker", "gpt");
    assert_eq!(read_settings(&desk)["model"]["provider"], "openai");
    assert_not_in_page(&chat, &key);
}

#[test]
fn the_paste_keys_do_the_same() {
    let desk = unlocked();
    let app = start(&desk);
    let page = settings(&app);
    let key = Canary::openai();
    desk.copy_text(key.text());
    for chord in ["ctrl+v", "ctrl+shift+v", "shift+Insert"] {
        desk.press_key(SETTINGS_TITLE, chord);
        dialog(&desk).dismiss();
        assert_declined(&desk, &page);
    }
    desk.press_key(SETTINGS_TITLE, "ctrl+v");
    keep(&desk, &page, &key);
}
