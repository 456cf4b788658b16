//! All keys and data are removed, past a native dialog. Where keys stay, the rest goes past a second one.

use std::fs;

use e2e::Keyring;
use e2e::dialog::Dialog;
use e2e::disk;
use e2e::needle::Needle;
use e2e::scenario::ask;
use e2e::script::invoke;
use e2e::settings_page::{press, settings, settings_from_chat, wait_for_words};
use e2e::window::{App, CHAT, Page};
use e2e::workshop::Workshop;
use serde_json::json;

use crate::sealed::{choose_place, seal};

const QUESTION: &str = "Remove all keys and data";
const REST: &str = "Remove the rest";
/// Stands in a message, in no other place.
const WRITTEN: &str = "marzipan-lighthouse-4711";

#[test]
fn everything_goes_but_what_is_not_ours() {
    let shop = Workshop::new(Keyring::Unlocked);
    let desk = &shop.desk;
    let mut app = shop.start_and_bind();
    let chat = app.page(CHAT);
    ask(&chat, WRITTEN);
    chat.wait_for_text("message-assistant", "Hello.");
    let folder = desk.data_folder();
    fs::write(folder.join("mine.txt"), "not the app's").unwrap();
    fs::write(folder.join("settings.broken-mine.json"), "not the app's").unwrap();
    // Stands for what the web engine keeps there.
    let kept = folder.join("webview/storage/kept");
    fs::create_dir_all(kept.parent().unwrap()).unwrap();
    fs::write(&kept, "of the windows").unwrap();
    let page = settings_from_chat(&app);
    let written = Needle::new(WRITTEN);
    assert_ne!(disk::search(&folder, &written).unwrap().hits, []);

    press(&page, "Remove everything…");
    let question = Dialog::wait(desk, QUESTION);
    for part in ["1 key in Secret Service", &folder.display().to_string()] {
        assert!(question.text().contains(part), "{question:?}");
    }
    question.dismiss();
    wait_for_words(&page, "You said no in the dialog. Nothing was removed.");
    assert_eq!(desk.keyring_items(), 1);

    press(&page, "Remove everything…");
    Dialog::wait(desk, QUESTION).press("Remove everything");
    wait_for_words(&page, "Everything was removed.");
    wait_for_words(&page, "1 key removed.");
    wait_for_words(&page, "1 chat removed.");
    app.wait_until_closed(CHAT);
    assert_eq!(desk.keyring_items(), 0);
    assert!(!folder.join("settings.json").exists());

    app.quit();
    drop(app);
    for needle in [&written, &shop.key.needle()] {
        let searched = disk::search(&folder, needle).unwrap();
        assert!(searched.files > 2, "the folder was read");
        assert_eq!(searched.hits, []);
    }
    for name in ["mine.txt", "settings.broken-mine.json"] {
        assert_eq!(fs::read(folder.join(name)).unwrap(), b"not the app's");
    }
    let app = App::start(desk, &shop.launch());
    wait_for_words(&settings(&app), "Bring a key, or none at all.");
    // The session was ended before the app could: then it is for the next start.
    assert!(!kept.exists());
}

#[test]
fn while_the_keyring_is_locked_nothing_is_removed() {
    let shop = Workshop::new(Keyring::Unlocked);
    let desk = &shop.desk;
    let app = shop.start_and_bind();
    let chat = app.page(CHAT);
    ask(&chat, WRITTEN);
    chat.wait_for_text("message-assistant", "Hello.");
    desk.lock_keyring();
    let page = settings_from_chat(&app);
    press(&page, "Remove everything…");
    Dialog::wait(desk, QUESTION).press("Remove everything");
    let rest = Dialog::wait(desk, REST);
    assert!(
        rest.text().contains("the credential store is locked"),
        "{rest:?}"
    );
    rest.dismiss();
    wait_for_words(&page, "Nothing else was removed");
    page.wait_for_text("message-error", "Your keyring is locked.");
    assert_eq!(desk.keyring_items(), 1);
    assert!(desk.data_folder().join("settings.json").exists());
    let written = Needle::new(WRITTEN);
    assert_ne!(
        disk::search(&desk.data_folder(), &written).unwrap().hits,
        []
    );
    chat.wait_for_text("message-assistant", "Hello.");
}

/// Removes everything, and what a second dialog calls the rest.
fn remove_the_rest(shop: &Workshop, page: &Page<'_>, why: &str) {
    press(page, "Remove everything…");
    Dialog::wait(&shop.desk, QUESTION).press("Remove everything");
    let rest = Dialog::wait(&shop.desk, REST);
    for part in [why, "under the name Chatelaine"] {
        assert!(rest.text().contains(part), "{rest:?}");
    }
    rest.press(REST);
    wait_for_words(page, "Not everything could be removed.");
    wait_for_words(page, "Not all could be removed: ");
    wait_for_words(page, "until you remove it there.");
    assert!(!shop.desk.data_folder().join("settings.json").exists());
}

#[test]
fn where_a_key_can_not_be_reached_the_rest_goes_past_a_second_yes() {
    let shop = Workshop::new(Keyring::Unlocked);
    let app = shop.start_and_bind();
    let chat = app.page(CHAT);
    ask(&chat, WRITTEN);
    chat.wait_for_text("message-assistant", "Hello.");
    shop.desk.set_keyring(Keyring::NoService);
    let page = settings_from_chat(&app);
    remove_the_rest(&shop, &page, "no program on the session bus keeps secrets");
    wait_for_words(&page, "1 chat removed.");
    let written = Needle::new(WRITTEN);
    let searched = disk::search(&shop.desk.data_folder(), &written).unwrap();
    assert_eq!(searched.hits, []);
    shop.desk.set_keyring(Keyring::Unlocked);
    assert_eq!(shop.desk.keyring_items(), 1, "as the report says");
}

#[test]
fn without_the_database_nobody_says_that_there_were_no_keys() {
    let shop = Workshop::new(Keyring::Unlocked);
    let mut app = shop.start_and_bind();
    app.page(CHAT);
    app.quit();
    drop(app);
    shop.desk.set_keyring(Keyring::NoService);
    let chats = shop.desk.data_folder().join("chats.sqlite");
    for suffix in ["-wal", "-shm"] {
        let mut beside = chats.clone().into_os_string();
        beside.push(suffix);
        fs::remove_file(beside).ok();
    }
    fs::remove_file(&chats).unwrap();
    // No database, whoever looks.
    fs::create_dir(&chats).unwrap();
    let app = shop.start();
    let page = settings_from_chat(&app);
    remove_the_rest(&shop, &page, "no program on the session bus keeps secrets");
}

#[test]
fn what_stays_of_the_sealed_file_is_told_beside_the_keys_that_are_gone() {
    let shop = Workshop::new(Keyring::Unlocked);
    let app = shop.start_and_bind();
    let page = settings_from_chat(&app);
    let sealed = shop.desk.data_folder().join("keys.age");
    // Something that can't be deleted as a file is.
    fs::create_dir(&sealed).unwrap();
    press(&page, "Remove everything…");
    Dialog::wait(&shop.desk, QUESTION).press("Remove everything");
    wait_for_words(&page, "Not everything could be removed.");
    wait_for_words(&page, "1 key removed.");
    wait_for_words(&page, "It could not be removed: ");
    wait_for_words(&page, &sealed.display().to_string());
    assert_eq!(shop.desk.keyring_items(), 0);
    assert!(!shop.desk.data_folder().join("settings.json").exists());
}

#[test]
fn a_key_in_memory_and_one_in_the_sealed_file_go_too() {
    let shop = Workshop::new(Keyring::NoBus);
    let app = shop.start();
    let page = settings_from_chat(&app);
    let file = seal(&shop, &page);
    assert!(file.exists());
    choose_place(&page, "session");
    shop.desk.copy_text(e2e::canary::Canary::openai().text());
    page.click("paste-key");
    Dialog::wait(&shop.desk, "Keep this key for OpenAI").press("Keep key");
    wait_for_words(&page, "Until you quit");
    press(&page, "Remove everything…");
    let question = Dialog::wait(&shop.desk, QUESTION);
    for part in ["1 key in the sealed file", "1 key in this session’s memory"] {
        assert!(question.text().contains(part), "{question:?}");
    }
    question.press("Remove everything");
    wait_for_words(&page, "Everything was removed.");
    wait_for_words(&page, "Deleted, with 1 key.");
    wait_for_words(&page, "1 key forgotten.");
    assert!(!file.exists());
}

#[test]
fn a_script_can_not_press_it() {
    let shop = Workshop::new(Keyring::Unlocked);
    let app = shop.start_and_bind();
    let chat = app.page(CHAT);
    let refused = invoke(&chat, "remove_everything", &json!({}));
    assert!(refused.get("error").is_some(), "{refused}");
    assert_eq!(shop.desk.keyring_items(), 1);
    assert_eq!(Dialog::all(&shop.desk), [""; 0]);
}
