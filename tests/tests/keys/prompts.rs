//! The keyring's own prompts: answered, dismissed, left alone.

use e2e::desk::KEYRING_PASSWORD;
use e2e::dialog::Dialog;
use e2e::proof::state;
use e2e::window::CHAT;
use e2e::{Desk, Keyring};

use e2e::canary::Canary;
use e2e::items::item;
use e2e::scenario::{ask, start};
use e2e::settings_page::{press, settings, settings_from_chat, wait_for_words, words};
use e2e::wait::SOON;
use e2e::wait_until;
use e2e::workshop::Workshop;

/// What the states were brought about in.
const SERVICE: &str = "gnome-keyring";
/// The keyring's window.
const UNLOCK: &str = "[Uu]nlock [Ll]ogin [Kk]eyring|Authentication required|password";

#[test]
fn a_locked_keyring_is_told_of_without_a_prompt_and_unlocked_from_the_chat() {
    let shop = Workshop::new(Keyring::Unlocked);
    let app = shop.start_and_bind();
    shop.desk.lock_keyring();
    let app = app.restart();
    let chat = app.page(CHAT);
    let page = settings_from_chat(&app);
    page.wait_for_text("credential-status", "Locked");
    wait_for_words(&page, "Chats with Workshop wait until you unlock it.");
    assert_eq!(Dialog::all(&shop.desk), [""; 0], "looking asks nobody");

    ask(&chat, "Are you there?");
    let told = chat.wait_for_text("message-error", "Your keyring is locked.");
    assert_eq!(Dialog::all(&shop.desk), [""; 0], "sending asks nobody");
    state("locked", SERVICE, &told, "Unlock");
    press(&chat, "Unlock");
    Dialog::wait(&shop.desk, UNLOCK).dismiss();
    let told = chat.wait_for_text("message-error", "You dismissed the prompt.");
    assert_eq!(shop.desk.is_locked(), Some(true));
    assert_eq!(shop.desk.keyring_items(), 1);
    assert_eq!(shop.provider.completions().len(), 0);

    state("dismissed", SERVICE, &told, "Unlock again");
    press(&chat, "Unlock");
    Dialog::wait(&shop.desk, UNLOCK).enter(KEYRING_PASSWORD);
    wait_for_words(&chat, "Your keyring is unlocked.");
    press(&chat, "Retry");
    chat.wait_for_text("message-assistant", "Hello.");
    shop.assert_sent(1);
    assert_eq!(chat.all("message-user").len(), 1, "it was not asked twice");
}

#[test]
fn a_prompt_that_nobody_answers_holds_up_nothing() {
    let shop = Workshop::new(Keyring::Unlocked);
    drop(shop.start_and_bind());
    shop.desk.lock_keyring();
    // Long enough for a hand on a busy machine, shorter than a person gets.
    let app = shop.start_as(&shop.launch().env("CHATELAINE_SWITCH_PROMPT_MS", "8000"));
    let page = settings_from_chat(&app);
    page.wait_for_text("credential-status", "Locked");
    let chat = app.page(CHAT);
    ask(&chat, "Are you there?");
    chat.wait_for_text("message-error", "Your keyring is locked.");
    press(&chat, "Unlock");
    Dialog::wait(&shop.desk, UNLOCK);
    // The windows live on while it is open.
    press(&page, "Appearance");
    wait_for_words(&page, "How both windows look");
    press(&page, "Providers & keys");
    page.wait_for_text("credential-status", "Locked");
    let told = chat.wait_for_text("message-error", "Your keyring does not answer.");
    assert_eq!(shop.desk.keyring_items(), 1);
    assert_eq!(shop.provider.completions().len(), 0);

    // The next call is not stuck behind the first.
    press(&chat, "Unlock");
    Dialog::wait(&shop.desk, UNLOCK).enter(KEYRING_PASSWORD);
    wait_for_words(&chat, "Your keyring is unlocked.");
    press(&chat, "Retry");
    chat.wait_for_text("message-assistant", "Hello.");
    shop.assert_sent(1);
    state(
        "hanging",
        SERVICE,
        &told,
        "Unlock again; the windows live on",
    );
}

#[test]
fn a_key_pasted_into_a_locked_keyring_waits_for_its_prompt() {
    let shop = Workshop::new(Keyring::Locked);
    let app = shop.start();
    let page = settings_from_chat(&app);
    wait_for_words(&page, "Your keyring is locked.");
    shop.desk.copy_text(shop.key.text());
    press(&page, "Paste a key for Workshop");
    shop.confirm();
    Dialog::wait(&shop.desk, UNLOCK).dismiss();
    wait_for_words(&page, "You dismissed the prompt.");
    assert_eq!(shop.desk.keyring_items(), 0);
    assert_eq!(
        shop.provider
            .exchanges_for("/v1/models")
            .iter()
            .filter(|one| one.request().bearer().is_some())
            .count(),
        0
    );
    press(&page, "Paste a key for Workshop");
    shop.confirm();
    Dialog::wait(&shop.desk, UNLOCK).enter(KEYRING_PASSWORD);
    wait_for_words(&page, "Accepted. 2 models.");
    shop.assert_bound();
}

#[test]
fn a_fresh_keyring_asks_for_a_new_password_of_its_own() {
    let desk = Desk::new(Keyring::Fresh);
    let app = start(&desk);
    let page = settings(&app);
    wait_for_words(
        &page,
        "your keyring opens its own dialog for a new password before it takes it.",
    );
    assert_eq!(Dialog::all(&desk), [""; 0], "looking asks nobody");
    let key = Canary::openai();
    desk.copy_text(key.text());
    page.click("paste-key");
    Dialog::wait(&desk, "Keep this key for OpenAI").press("Keep key");
    Dialog::wait(&desk, "new keyring").dismiss();
    wait_for_words(&page, "You dismissed the prompt.");
    assert_eq!(item(&desk, "openai/1"), None);
    // The keyring loses one password in 256 and then says that it was dismissed: see the tests of the store.
    for _ in 0..2 {
        page.click("paste-key");
        Dialog::wait(&desk, "Keep this key for OpenAI").press("Keep key");
        // The password, and once more.
        Dialog::wait(&desk, "new keyring").enter("two words\ttwo words");
        wait_until("an end of it", SOON, || {
            page.has("open-chat") || words(&page).contains("You dismissed the prompt.")
        });
        if page.has("open-chat") {
            break;
        }
    }
    page.find("open-chat");
    let item = item(&desk, "openai/1").expect("the key lies in the new keyring");
    assert!(item["key"] == key.text());
    state(
        "no collection yet",
        SERVICE,
        "your keyring opens its own dialog for a new password before it takes it.",
        "the keyring's own dialog",
    );
}
