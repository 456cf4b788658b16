//! What is written and not yet said outlives the app, in each chat, and a key does not come to the disk by it.

use e2e::canary::Canary;
use e2e::disk;
use e2e::provider::{Provider, Reply, openai};
use e2e::scenario::{
    chat, draft, new_chat, open_chat, paste_draft, press_enter, say, start_with, stored_drafts,
    wait_for_end, wait_until_stored,
};
use e2e::wait::SOON;
use e2e::wait_until;
use e2e::window::{CHAT, Page};
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::desk;

#[track_caller]
fn wait_for_stored(desk: &e2e::Desk, expected: &[&str]) {
    wait_until(&format!("the drafts {expected:?} on disk"), SOON, || {
        stored_drafts(desk) == expected
    });
}

#[track_caller]
fn wait_for_draft(page: &Page<'_>, expected: &str) {
    wait_until(&format!("{expected:?} in the composer"), SOON, || {
        draft(page) == expected
    });
}

#[test]
fn what_is_written_is_there_again_after_a_crash_each_in_its_chat() {
    let desk = desk();
    let provider = Provider::http();
    provider.always(openai::COMPLETIONS, |_| openai::answer("Heard."));
    let app = start_with(&desk, &provider.base_url());
    let page = chat(&app);
    say(&page, "First");
    wait_for_end(&page, "First");
    page.type_into("composer", "and another thing");
    wait_for_stored(&desk, &["and another thing"]);
    new_chat(&page);
    assert_eq!(draft(&page), "");
    page.type_into("composer", "Something new,");
    // Two lines, and what web code could trip over.
    paste_draft(&page, r#""Something new,\n<b>\"in two lines\"</b> …""#);
    let new = "Something new,\n<b>\"in two lines\"</b> …";
    wait_for_stored(&desk, &["and another thing", new]);

    let app = app.crash_and_restart();
    let page = chat(&app);
    wait_for_draft(&page, new);
    page.screenshot("draft-kept");
    open_chat(&page, "First");
    wait_for_draft(&page, "and another thing");
    assert_eq!(
        provider.completions().len(),
        1,
        "nothing was sent by itself"
    );

    press_enter(&page);
    wait_for_end(&page, "and another thing");
    assert_eq!(draft(&page), "");
    wait_for_stored(&desk, &[new]);
    let app = app.crash_and_restart();
    let page = chat(&app);
    wait_for_draft(&page, new);
    open_chat(&page, "First");
    assert_eq!(draft(&page), "");
    new_chat(&page);
    paste_draft(&page, "''");
    wait_for_stored(&desk, &[]);
}

#[test]
fn what_was_sent_is_no_draft_when_the_app_breaks_in_the_middle_of_the_answer() {
    let desk = desk();
    let provider = Provider::http();
    let begun = Reply::stream()
        .send(openai::opening())
        .send(openai::delta("Hea"));
    provider.answer(begun.stall());
    let app = start_with(&desk, &provider.base_url());
    let page = chat(&app);
    page.type_into("composer", "Sent");
    wait_for_stored(&desk, &["Sent"]);
    press_enter(&page);
    page.wait_for_text("message-assistant", "Hea");
    assert_eq!(stored_drafts(&desk), [""; 0], "it went with the message");
    page.type_into("composer", "and then");
    wait_for_stored(&desk, &["and then"]);
    let app = app.crash_and_restart();
    let page = chat(&app);
    open_chat(&page, "Sent");
    wait_for_draft(&page, "and then");
    new_chat(&page);
    assert_eq!(draft(&page), "");
    assert_eq!(wait_until_stored(&desk, "Sent").len(), 2);
}

#[test]
fn a_key_that_waits_in_the_composer_is_not_kept_nor_is_what_stood_there_before() {
    let desk = desk();
    let provider = Provider::http();
    let app = start_with(&desk, &provider.base_url());
    let page = chat(&app);
    page.type_into("composer", "Why is this refused?");
    wait_for_stored(&desk, &["Why is this refused?"]);
    let key = Canary::openai();
    paste_draft(&page, &format!("'Why is this refused? {}'", key.text()));
    page.find("key-notice");
    wait_for_stored(&desk, &[]);
    let app = app.crash_and_restart();
    let page = app.page(CHAT);
    page.find("composer");
    let searched = disk::search(&desk.data_folder(), &key.needle()).unwrap();
    assert!(searched.hits.is_empty(), "{:?}", searched.hits);
    // The same search finds what is there.
    std::fs::write(desk.data_folder().join("planted"), key.text()).unwrap();
    let searched = disk::search(&desk.data_folder(), &key.needle()).unwrap();
    assert!(!searched.hits.is_empty());
}

/// Gives the app a text to keep as web code might, and says whether it kept it.
fn keep(page: &Page<'_>, text: &str) -> Value {
    let script = "return window.__TAURI_INTERNALS__.invoke('keep_draft', { request: { conversation: null, text: arguments[0] } })";
    page.run_async(script, vec![text.into()]).unwrap()
}

#[test]
fn what_may_become_a_key_waits_and_what_is_too_long_leaves_what_was_kept() {
    let desk = desk();
    let provider = Provider::http();
    let app = start_with(&desk, &provider.base_url());
    let page = chat(&app);
    assert_eq!(keep(&page, "My key is "), true);
    let key = Canary::openai();
    for end in ["sk-proj-".len() + 1, "sk-proj-".len() + 12] {
        let begun = format!("My key is {}", &key.text()[..end]);
        assert_eq!(keep(&page, &begun), false);
        assert_eq!(stored_drafts(&desk), ["My key is "]);
    }
    let long = "return window.__TAURI_INTERNALS__.invoke('keep_draft', { request: { conversation: null, text: 'a '.repeat(3 << 20) } })";
    assert_eq!(page.run_async(long, Vec::new()), Ok(json!(false)));
    assert_eq!(stored_drafts(&desk), ["My key is "]);
    assert_eq!(keep(&page, &format!("My key is {}", key.text())), false);
    assert_eq!(stored_drafts(&desk), [""; 0]);
}

#[test]
fn where_the_chats_are_not_kept_no_draft_is_said_to_be() {
    let desk = desk();
    let provider = Provider::http();
    drop(start_with(&desk, &provider.base_url()));
    let path = desk.data_folder().join("chats.sqlite");
    let database = Connection::open(&path).unwrap();
    database.pragma_update(None, "user_version", 1000).unwrap();
    drop(database);
    let app = start_with(&desk, &provider.base_url());
    let page = chat(&app);
    page.find("start-notice");
    assert_eq!(keep(&page, "Only for now"), false);
}
