//! All keys and data are removed, past a native dialog, or nothing is.

use std::fs;

use e2e::Keyring;
use e2e::dialog::Dialog;
use e2e::disk;
use e2e::needle::Needle;
use e2e::scenario::ask;
use e2e::script::invoke;
use e2e::settings_page::{press, settings, settings_from_chat, wait_for_words};
use e2e::window::{App, CHAT};
use e2e::workshop::Workshop;
use serde_json::json;

const QUESTION: &str = "Remove all keys and data";
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
