use e2e::dialog::Dialog;
use e2e::proof::state;
use e2e::window::{CHAT, SETTINGS_TITLE};
use e2e::{Desk, Keyring, disk};

use e2e::canary::Canary;
use e2e::scenario::{ask, start};
use e2e::settings_page::{
    assert_not_in_page, press, settings, settings_from_chat, wait_for_words, words,
};
use e2e::workshop::Workshop;

#[test]
fn without_a_keyring_the_first_page_says_what_is_missing_and_finds_it_when_it_comes() {
    let desk = Desk::new(Keyring::NoService);
    let app = start(&desk);
    let page = settings(&app);
    wait_for_words(&page, "No keyring to put a key in.");
    wait_for_words(&page, "This system offers no Secret Service.");
    assert!(
        words(&page).contains("gnome-keyring"),
        "the command that installs one: {}",
        words(&page)
    );
    wait_for_words(&page, "In memory only. You paste it again next time.");
    let key = Canary::openai();
    desk.copy_text(key.text());
    desk.press_key(SETTINGS_TITLE, "ctrl+v");
    wait_for_words(&page, "Your key has nowhere to go yet.");
    assert_eq!(Dialog::all(&desk), [""; 0]);
    page.click("paste-key");
    let question = Dialog::wait(&desk, "Keep this key for OpenAI");
    assert!(
        question
            .text()
            .contains("It stays in memory until you quit"),
        "{question:?}"
    );
    question.dismiss();
    wait_for_words(&page, "Nothing was stored.");

    desk.set_keyring(Keyring::Unlocked);
    press(&page, "Look again");
    wait_for_words(&page, "It goes from your clipboard into Secret Service.");
    page.click("paste-key");
    let question = Dialog::wait(&desk, "Keep this key for OpenAI");
    assert!(
        question.text().contains("It goes into Secret Service"),
        "{question:?}"
    );
    question.dismiss();
    assert_eq!(desk.keyring_items(), 0);
    state(
        "absent: no service",
        "a bus without a service",
        "This system offers no Secret Service.",
        "the command that installs one; memory; a sealed file",
    );
    state(
        "service starts later",
        "gnome-keyring, started while the app runs",
        "It goes from your clipboard into Secret Service.",
        "Look again",
    );
}

#[test]
fn a_key_kept_until_quitting_is_used_and_leaves_nothing() {
    let shop = Workshop::new(Keyring::NoBus);
    let desk = &shop.desk;
    let app = shop.start();
    let page = settings_from_chat(&app);
    wait_for_words(
        &page,
        "a key lies in memory until you quit, bound to one host.",
    );
    desk.copy_text(shop.key.text());
    press(&page, "Paste a key for Workshop");
    let question = Dialog::wait(desk, "Send this key to “Workshop”");
    assert!(
        question
            .text()
            .contains("It stays in memory until you quit"),
        "{question:?}"
    );
    question.press("Send to this host");
    wait_for_words(&page, "Accepted. 2 models.");
    wait_for_words(&page, "This session’s memory: gone when you quit");
    page.wait_for_text("credential-status", "Until you quit");
    let chat = app.page(CHAT);
    ask(&chat, "Do you know me?");
    chat.wait_for_text("message-assistant", "Hello.");
    shop.assert_sent(1);
    assert_not_in_page(&page, &shop.key);

    let app = app.restart();
    let page = settings_from_chat(&app);
    page.wait_for_text("credential-status", "No key");
    let chat = app.page(CHAT);
    chat.click("new-chat");
    ask(&chat, "And now?");
    chat.wait_for_text("message-error", "says the key is wrong");
    assert_eq!(
        shop.provider.wait_for_completion(2).request().bearer(),
        None
    );
    let searched = disk::search(&desk.data_folder(), &shop.key.needle()).unwrap();
    assert!(searched.files > 3, "the folder was read");
    assert_eq!(searched.hits, []);
    state(
        "absent: no bus",
        "no session bus",
        "a key lies in memory until you quit, bound to one host.",
        "memory; a sealed file",
    );
    state(
        "memory",
        "this process",
        "This session’s memory: gone when you quit",
        "Paste a key again after a restart",
    );
}
