//! Several keys of one provider, and keys whose provider is gone.

use e2e::Keyring;
use e2e::canary::Canary;
use e2e::dialog::Dialog;
use e2e::items::item;
use e2e::provider::openai;
use e2e::scenario::{ask, read_settings, write_settings};
use e2e::script::invoke;
use e2e::settings_page::{press, settings_from_chat, wait_for_words};
use e2e::wait::SOON;
use e2e::wait_until;
use e2e::window::{App, CHAT};
use e2e::workshop::{ITEM, Workshop};
use serde_json::json;

const SECOND: &str = "own/2";

#[test]
fn a_further_key_is_used_from_then_on_and_the_first_is_kept_and_can_be_chosen_again() {
    let shop = Workshop::new(Keyring::Unlocked);
    let desk = &shop.desk;
    let app = shop.start_and_bind();
    let page = settings_from_chat(&app);
    press(&page, "Done");
    let second = Canary::of_no_shape();
    shop.provider.expect_key(second.text());
    press(&page, "More for Workshop");
    desk.copy_text(second.text());
    press(&page, "Paste another");
    let question = Dialog::wait(desk, "Send this key to “Workshop”");
    for part in [
        "“Workshop” has a key already, “Workshop”. Both are kept; this one is used from now on.",
        "Name: “Workshop 2”.",
    ] {
        assert!(question.text().contains(part), "{question:?}");
    }
    question.press("Send to this host");
    wait_for_words(&page, "Accepted. 2 models.");
    assert!(item(desk, ITEM).unwrap()["key"] == shop.key.text());
    assert!(item(desk, SECOND).unwrap()["key"] == second.text());
    let chat = app.page(CHAT);
    ask(&chat, "Who asks?");
    chat.wait_for_text("message-assistant", "Hello.");
    let sent = shop.provider.wait_for_completion(1);
    assert!(sent.request().bearer() == Some(second.text()));

    // The choice needs no leave, and lasts.
    press(&page, "Done");
    let used = invoke(&page, "use_key", &json!({ "provider": "own", "slot": 1 }));
    assert!(used.get("error").is_none(), "{used}");
    shop.provider.expect_key(shop.key.text());
    let app = app.restart();
    let chat = app.page(CHAT);
    chat.click("new-chat");
    ask(&chat, "And now?");
    chat.wait_for_text("message-assistant", "Hello.");
    shop.assert_sent(2);

    // When the one in use goes, the other takes its place.
    let page = settings_from_chat(&app);
    wait_for_words(&page, "in use");
    press(&page, "Remove the key of Workshop, Workshop");
    let question = Dialog::wait(desk, "Remove the key for “Workshop” from Secret Service");
    assert!(
        question.text().contains("Its name: “Workshop”"),
        "{question:?}"
    );
    question.press("Remove");
    wait_for_words(&page, "Workshop 2");
    page.wait_for_text("credential-status", "Ready");
    wait_until("the key to be gone from the keyring", SOON, || {
        item(desk, ITEM).is_none()
    });
    shop.provider.expect_key(second.text());
    ask(&chat, "And without the first?");
    let sent = shop.provider.wait_for_completion(3);
    assert!(sent.request().bearer() == Some(second.text()));
}

#[test]
fn a_key_of_a_provider_that_is_gone_from_the_settings_is_shown_never_sent_and_can_be_removed() {
    let shop = Workshop::new(Keyring::Unlocked);
    let mut app = shop.start_and_bind();
    app.quit();
    drop(app);
    let mut settings = read_settings(&shop.desk);
    settings["providers"] = json!([]);
    write_settings(&shop.desk, &settings);
    let app = App::start(&shop.desk, &shop.launch());
    let page = settings_from_chat(&app);
    page.wait_for_text("credential-status", "No provider");
    wait_for_words(&page, "so the key is never sent");
    page.click("remove-key");
    Dialog::wait(&shop.desk, "Remove the key for “own” from Secret Service").press("Remove");
    page.wait_until_gone("remove-key");
    assert_eq!(shop.desk.keyring_items(), 0);
    assert_eq!(shop.provider.exchanges_for(openai::COMPLETIONS).len(), 0);
}
