//! Keys in a file that a passphrase seals, on a desk without a keyring.

use std::fs;
use std::path::PathBuf;

use e2e::Keyring;
use e2e::desk::Desk;
use e2e::dialog::Dialog;
use e2e::disk;
use e2e::proof::state;
use e2e::scenario::ask;
use e2e::settings_page::{assert_not_in_page, press, settings_from_chat, wait_for_words};
use e2e::window::{CHAT, Page};
use e2e::workshop::Workshop;

const PASSPHRASE: &str = "seven green kites";
const NEW: &str = "Choose a passphrase for your keys";
const UNLOCK: &str = "Unlock your sealed keys";
const WRONG: &str = "That passphrase does not open the file";
const SERVICE: &str = "keys.age, scrypt, no session bus";

/// Chooses in the settings page where the next key goes.
pub(crate) fn choose_place(page: &Page<'_>, place: &str) {
    let choose = "
        const select = document.querySelector('select[aria-label=\"Where to keep the key\"]');
        select.value = arguments[0];
        select.dispatchEvent(new Event('change', { bubbles: true }));
    ";
    page.run(choose, vec![place.into()]);
}

/// Chooses in the settings page that the next key goes into the file.
fn choose_file(page: &Page<'_>) {
    choose_place(page, "sealed");
    wait_for_words(page, "Paste and seal");
}

/// Types the passphrase into the native dialog.
fn unlock(desk: &Desk, passphrase: &str) {
    Dialog::wait(desk, UNLOCK).enter(passphrase);
}

#[test]
fn a_key_is_sealed_and_after_a_restart_it_waits_for_its_passphrase() {
    let shop = Workshop::new(Keyring::NoBus);
    let desk = &shop.desk;
    let app = shop.start();
    let page = settings_from_chat(&app);
    choose_file(&page);
    desk.copy_text(shop.key.text());
    press(&page, "Paste a key for Workshop");
    let question = Dialog::wait(desk, "Send this key to “Workshop”");
    assert!(
        question
            .text()
            .contains("a file that your passphrase seals"),
        "{question:?}"
    );
    question.press("Send to this host");
    let file = desk.data_folder().join("keys.age");
    // Cancelled, nothing is stored.
    Dialog::wait(desk, NEW).dismiss();
    wait_for_words(&page, "Nothing was stored.");
    assert!(!file.exists());
    press(&page, "Paste a key for Workshop");
    shop.confirm();
    Dialog::wait(desk, NEW).enter(&format!("{PASSPHRASE}\t{PASSPHRASE}"));
    wait_for_words(&page, "Accepted. 2 models.");
    wait_for_words(&page, "A file that your passphrase seals");
    assert!(file.exists());
    assert_not_in_page(&page, &shop.key);
    let chat = app.page(CHAT);
    ask(&chat, "Do you know me?");
    chat.wait_for_text("message-assistant", "Hello.");
    shop.assert_sent(1);
    let searched = disk::search(&desk.data_folder(), &shop.key.needle()).unwrap();
    assert_eq!(searched.hits, []);

    let app = app.restart();
    let page = settings_from_chat(&app);
    page.wait_for_text("credential-status", "Locked");
    wait_for_words(
        &page,
        "Your sealed file is locked, and this key lies in it.",
    );
    assert_eq!(Dialog::all(desk), [""; 0], "looking asks nobody");
    let chat = app.page(CHAT);
    chat.click("new-chat");
    ask(&chat, "And now?");
    chat.wait_for_text("message-error", "Your sealed file is locked.");
    assert_eq!(Dialog::all(desk), [""; 0], "sending asks nobody");
    press(&chat, "Unlock");
    Dialog::wait(desk, UNLOCK).dismiss();
    let locked = chat.wait_for_text("message-error", "Your sealed file is locked.");
    press(&page, "Unlock");
    Dialog::wait(desk, UNLOCK).dismiss();
    wait_for_words(&page, "You gave no passphrase.");
    state("sealed file: locked", SERVICE, &locked, "Unlock");

    press(&chat, "Unlock");
    unlock(desk, "seven green kitten");
    let again = Dialog::wait(desk, WRONG);
    assert_eq!(shop.provider.completions().len(), 1);
    let refused = again.texts().iter().find(|text| text.contains(WRONG));
    let refused = refused.unwrap().clone();
    again.enter(PASSPHRASE);
    wait_for_words(&chat, "Your sealed file is unlocked.");
    press(&chat, "Retry");
    chat.wait_for_text("message-assistant", "Hello.");
    shop.assert_sent(2);
    state(
        "sealed file: wrong passphrase",
        SERVICE,
        &refused,
        "asked again; Cancel",
    );
    press(&page, "Lock it now");
    page.wait_for_text("credential-status", "Locked");
}

/// Pastes the key into a file that the passphrase seals, and gives the file.
pub(crate) fn seal(shop: &Workshop, page: &Page<'_>) -> PathBuf {
    choose_file(page);
    shop.desk.copy_text(shop.key.text());
    press(page, "Paste a key for Workshop");
    shop.confirm();
    Dialog::wait(&shop.desk, NEW).enter(&format!("{PASSPHRASE}\t{PASSPHRASE}"));
    wait_for_words(page, "Accepted. 2 models.");
    shop.desk.data_folder().join("keys.age")
}

#[test]
fn ten_wrong_passphrases_change_nothing_and_the_right_one_opens() {
    let shop = Workshop::new(Keyring::NoBus);
    let desk = &shop.desk;
    let app = shop.start();
    let file = seal(&shop, &settings_from_chat(&app));
    let app = app.restart();
    let before = fs::read(&file).unwrap();
    let page = settings_from_chat(&app);
    page.wait_for_text("credential-status", "Locked");
    press(&page, "Unlock");
    unlock(desk, "wrong 0");
    for number in 1..10 {
        Dialog::wait(desk, WRONG).enter(&format!("wrong {number}"));
    }
    let again = Dialog::wait(desk, WRONG);
    assert!(fs::read(&file).unwrap() == before, "the file has changed");
    assert_eq!(page.text("credential-status"), "Locked");
    again.enter(PASSPHRASE);
    page.wait_for_text("credential-status", "Ready");
    assert!(fs::read(&file).unwrap() == before, "the file has changed");
    let chat = app.page(CHAT);
    ask(&chat, "Do you know me?");
    chat.wait_for_text("message-assistant", "Hello.");
    shop.assert_sent(1);
}

#[test]
fn a_damaged_file_is_told_of_and_kept() {
    let shop = Workshop::new(Keyring::NoBus);
    let desk = &shop.desk;
    let app = shop.start();
    let page = settings_from_chat(&app);
    let file = seal(&shop, &page);
    let mut app = app;
    app.quit();
    drop(app);
    let whole = fs::read(&file).unwrap();
    let mut flipped = whole.clone();
    let last = flipped.len() - 1;
    flipped[last] ^= 1;
    let app = shop.start();
    let page = settings_from_chat(&app);
    for damaged in [&whole[..whole.len() - 20], &flipped[..]] {
        fs::write(&file, damaged).unwrap();
        press(&page, "Unlock");
        unlock(desk, PASSPHRASE);
        wait_for_words(&page, "The sealed file can’t be opened.");
        assert_eq!(fs::read(&file).unwrap(), damaged, "it is left as it is");
        press(&page, "Dismiss");
    }
    // The copy that was put back opens.
    fs::write(&file, &whole).unwrap();
    press(&page, "Unlock");
    unlock(desk, PASSPHRASE);
    page.wait_for_text("credential-status", "Ready");
    state(
        "sealed file: damaged",
        SERVICE,
        "The sealed file can’t be opened.",
        "left as it is; put a copy back",
    );
}
