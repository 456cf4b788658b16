use std::fs;

use e2e::Desk;
use e2e::provider::Provider;
use e2e::window::{App, CHAT, Launch, SETTINGS};
use serde_json::{Value, json};

use crate::common::{
    ask_and_hear, chat, desk, kept, press, provider_that_says, read_settings, settings,
    wait_for_model, wait_for_words, words, write_data, write_settings,
};

/// A day as the name of a file that was kept carries it.
fn is_dated(name: &str, label: &str) -> bool {
    let stamp = name.strip_prefix(&format!("settings.{label}-"));
    let stamp = stamp.and_then(|rest| rest.strip_suffix("Z.json"));
    stamp.is_some_and(|stamp| {
        let (day, time) = stamp.split_once('T').unwrap_or_default();
        day.len() == 10 && day.starts_with("20") && time.len() == 6
    })
}

/// Starts over a file that can't be used; the window must say so in these words, and the file must be kept.
fn told_and_kept(content: &str, label: &str, told: &str) {
    let desk = desk();
    write_data(&desk, "settings.json", content);
    let app = App::start(&desk, &Launch::new(&desk));
    let page = chat(&app);
    assert_eq!(app.open_pages(), [CHAT], "it is no first run");
    wait_for_words(&page, told);
    wait_for_words(&page, "The defaults are in force. The old file is kept as");
    let copies = kept(&desk, &format!("settings.{label}-"));
    let [copy] = copies.as_slice() else {
        panic!("one copy is kept, not {copies:?}");
    };
    let name = copy.file_name().unwrap().to_string_lossy();
    assert!(is_dated(&name, label), "{name}");
    assert!(
        words(&page).contains(&*copy.to_string_lossy()),
        "{}",
        words(&page)
    );
    assert_eq!(fs::read_to_string(copy).unwrap(), content);

    // The defaults work, and the first change makes a file that can be read.
    ask_and_hear(&page, "Are you there?", "Welcome to Chatelaine");
    page.click("open-settings");
    let pages = app.page(SETTINGS);
    press(&pages, "Appearance");
    press(&pages, "Dark");
    e2e::wait_until("the new file", e2e::wait::SOON, || {
        fs::read_to_string(desk.data_folder().join("settings.json")).is_ok_and(|text| {
            serde_json::from_str::<Value>(&text).is_ok_and(|file| file["theme"] == "dark")
        })
    });
    let app = app.restart();
    let page = chat(&app);
    page.find_css("html[data-theme=dark]");
    assert!(!words(&page).contains(told));
    assert_eq!(
        fs::read_to_string(copy).unwrap(),
        content,
        "the old file is still kept"
    );
}

#[test]
fn a_broken_file_is_told_and_kept() {
    let broken = "{ \"version\": 1, \"theme\": \"dark\", }";
    told_and_kept(
        broken,
        "broken",
        "settings.json could not be read as settings.",
    );
}

#[test]
fn a_file_of_a_newer_version_is_told_and_kept() {
    let newer = "{\"version\":2,\"theme\":{\"name\":\"dusk\"}}";
    told_and_kept(
        newer,
        "newer",
        "settings.json is from a newer version of Chatelaine.",
    );
}

/// Root may read everything, so what can't be read is a folder, and a link that leads back to itself.
#[test]
fn what_can_not_be_read_is_told_and_left_alone() {
    for make in [folder_in_its_place as fn(&Desk), link_in_a_circle] {
        let desk = desk();
        fs::create_dir_all(desk.data_folder()).unwrap();
        make(&desk);
        let app = App::start(&desk, &Launch::new(&desk));
        let page = chat(&app);
        wait_for_words(&page, "settings.json may not be read.");
        wait_for_words(&page, "The defaults are in force.");
        page.click("open-settings");
        let pages = app.page(SETTINGS);
        press(&pages, "Appearance");
        press(&pages, "Dark");
        e2e::wait_until(
            "what could not be read to be moved",
            e2e::wait::SOON,
            || kept(&desk, "settings.unreadable-").len() == 1,
        );
        e2e::wait_until("the new file", e2e::wait::SOON, || {
            desk.data_folder().join("settings.json").is_file()
        });
        assert_eq!(read_settings(&desk)["theme"], "dark");
        let moved = kept(&desk, "settings.unreadable-").remove(0);
        assert!(
            fs::symlink_metadata(&moved).is_ok_and(|kind| !kind.is_file()),
            "it is what it was"
        );
    }
}

fn folder_in_its_place(desk: &Desk) {
    fs::create_dir(desk.data_folder().join("settings.json")).unwrap();
}

fn link_in_a_circle(desk: &Desk) {
    std::os::unix::fs::symlink("settings.json", desk.data_folder().join("settings.json")).unwrap();
}

#[test]
fn an_entry_that_can_not_be_used_is_told_and_costs_the_others_nothing() {
    let desk = desk();
    let provider = provider_that_says("I am well.");
    let mut file = settings(&provider);
    let entries = file["providers"].as_array_mut().unwrap();
    entries.push(json!({ "id": "home", "name": "Home", "protocol": "ollama", "baseUrl": "http://127.0.0.1:1" }));
    entries.insert(
        0,
        json!({ "id": "bad", "name": "Bad", "protocol": "openai-chat", "baseUrl": "nowhere" }),
    );
    entries.push(json!({ "id": "odd", "name": "Odd", "protocol": "telepathy", "baseUrl": "http://127.0.0.1:1" }));
    entries.push(json!({ "id": "own", "name": "Twin", "protocol": "openai-chat", "baseUrl": "http://127.0.0.1:1" }));
    file["theme"] = json!("purple");
    write_settings(&desk, &file);
    let app = App::start(&desk, &Launch::new(&desk));
    let page = chat(&app);
    for told in [
        "The entry theme in settings.json can’t be used. One of its values is not of the right kind.",
        "The entry providers[0].baseUrl in settings.json can’t be used. Its base URL is not one that Chatelaine can use.",
        "The entry providers[3].protocol in settings.json can’t be used. Its protocol is not one that Chatelaine knows.",
        "The entry providers[4].id in settings.json can’t be used. Another entry has the same id.",
    ] {
        wait_for_words(&page, told);
    }
    assert!(words(&page).contains("The other entries are in force."));
    ask_and_hear(&page, "How are you?", "I am well.");
    assert_eq!(provider.completions().len(), 1);

    // What is set later leaves what can't be used in the file.
    page.click("open-settings");
    let pages = app.page(SETTINGS);
    wait_for_words(&pages, "Workshop");
    press(&pages, "Appearance");
    press(&pages, "17");
    e2e::wait_until("the new text size on disk", e2e::wait::SOON, || {
        read_settings(&desk)["textSize"] == 17
    });
    assert_eq!(read_settings(&desk)["providers"], file["providers"]);
    assert_eq!(read_settings(&desk)["theme"], "purple");
}

/// A loopback provider is enough to make sure that nothing but the file names it.
#[test]
fn a_file_with_a_byte_order_mark_is_read() {
    let desk = desk();
    let provider = Provider::http();
    let text = format!("\u{feff}{}", settings(&provider));
    write_data(&desk, "settings.json", text);
    let app = App::start(&desk, &Launch::new(&desk));
    let page = chat(&app);
    wait_for_model(&page, "small-talk-1");
    assert!(kept(&desk, "settings.broken").is_empty());
}
