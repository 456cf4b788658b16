use std::fs;

use e2e::Desk;
use e2e::wait::SOON;
use e2e::wait_until;
use e2e::window::{App, CHAT, Launch};
use rusqlite::Connection;

use crate::common::{
    ask, ask_and_hear, chat, desk, kept, messages, provider_that_says, start_with, texts,
    wait_for_words, words, write_data,
};

#[test]
fn a_damaged_file_is_set_aside_and_a_new_one_works() {
    let desk = desk();
    let garbage = b"this was a database once, and is none now ".repeat(200);
    write_data(&desk, "chats.sqlite", &garbage);
    let provider = provider_that_says("As good as new.");
    let app = start_with(&desk, &provider);
    let page = chat(&app);
    wait_for_words(
        &page,
        "The file with your chats was damaged. A new one was begun. The old one is kept as",
    );
    let copies = kept(&desk, "chats.damaged-");
    let [copy] = copies.as_slice() else {
        panic!("one file is kept, not {copies:?}");
    };
    assert!(words(&page).contains(&*copy.to_string_lossy()));
    assert_eq!(fs::read(copy).unwrap(), garbage);
    ask_and_hear(&page, "Does it work?", "As good as new.");

    let app = app.restart();
    let page = chat(&app);
    page.wait_for_text("conversation-item", "Does it work?");
    assert!(!words(&page).contains("was damaged"), "it is told once");
    assert_eq!(fs::read(copy).unwrap(), garbage);
}

/// A folder in the log's place keeps even root from writing.
#[test]
fn a_file_that_can_only_be_read_is_told_and_read() {
    let desk = desk();
    let provider = provider_that_says("It is written.");
    let mut app = start_with(&desk, &provider);
    ask_and_hear(&chat(&app), "Is it kept?", "It is written.");
    app.quit();
    drop(app);
    let log = desk.data_folder().join("chats.sqlite-wal");
    fold_the_log(&desk);
    fs::remove_file(&log).ok();
    fs::create_dir(&log).unwrap();

    let app = App::start(&desk, &Launch::new(&desk));
    let page = chat(&app);
    wait_for_words(
        &page,
        "The chats can be read, but nothing can be written. Nothing new is saved.",
    );
    page.click("conversation-item");
    page.wait_for_text("message-assistant", "It is written.");
    ask(&page, "And this?");
    let refused = page.wait_for_text(
        "message-error",
        "Your text is still in the box below, unsent.",
    );
    assert!(refused.contains("nothing can be written"), "{refused}");
    assert_eq!(
        page.find("composer").property("value").as_deref(),
        Some("And this?")
    );
    assert_eq!(
        provider.completions().len(),
        1,
        "nothing is sent that can't be kept"
    );
}

/// Brings everything that was written into the file itself.
fn fold_the_log(desk: &Desk) {
    let database = Connection::open(desk.data_folder().join("chats.sqlite")).unwrap();
    database
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .unwrap();
}

#[test]
fn a_file_of_a_newer_version_is_left_alone_and_told() {
    let desk = desk();
    let provider = provider_that_says("For now.");
    let mut app = start_with(&desk, &provider);
    ask_and_hear(&chat(&app), "Old words", "For now.");
    app.quit();
    drop(app);
    let file = desk.data_folder().join("chats.sqlite");
    let database = Connection::open(&file).unwrap();
    database.pragma_update(None, "user_version", 9_000).unwrap();
    drop(database);
    let before = fs::read(&file).unwrap();

    let app = App::start(&desk, &Launch::new(&desk));
    let page = chat(&app);
    wait_for_words(
        &page,
        "The chats are from a newer version of Chatelaine. They were left alone.",
    );
    wait_for_words(&page, "What you write now is kept only until you quit.");
    assert!(!page.has("conversation-item"));
    ask_and_hear(&page, "New words", "For now.");
    page.wait_for_text("conversation-item", "New words");
    assert_eq!(fs::read(&file).unwrap(), before);
    let app = app.restart();
    let page = chat(&app);
    wait_for_words(&page, "The chats are from a newer version");
    assert!(
        !page.has("conversation-item"),
        "it was for that session alone"
    );
    assert_eq!(app.open_pages(), [CHAT]);
}

/// The first message is on disk before the request leaves, so that even a crash right then loses nothing.
#[test]
fn a_question_is_on_disk_before_it_is_sent() {
    let desk = desk();
    let provider = e2e::provider::Provider::http();
    provider.answer(e2e::provider::Reply::silence());
    let mut app = start_with(&desk, &provider);
    ask(&chat(&app), "Are you listening?");
    provider.wait_for_completion(1);
    app.crash();
    assert!(
        messages(&desk)
            .iter()
            .any(|(text, _)| text == "Are you listening?")
    );
    drop(app);
    let app = App::start(&desk, &Launch::new(&desk));
    let page = chat(&app);
    page.click("conversation-item");
    wait_until("the question", SOON, || {
        texts(&page, "message-user") == ["Are you listening?"]
    });
    wait_for_words(&page, "Your message is saved, and unanswered.");
}
