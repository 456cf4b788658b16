use e2e::provider::{Gate, Provider, Reply, openai};
use e2e::wait::SOON;
use e2e::wait_until;
use e2e::window::Page;
use serde_json::json;

use crate::common::{
    answer, ask, ask_and_hear, chat, database, desk, messages, press, provider_that_says,
    read_settings, start_with, texts, wait_for_model, wait_for_words,
};

#[track_caller]
fn wait_for_titles(page: &Page<'_>, titles: &[&str]) {
    wait_until(&format!("the chats {titles:?}"), SOON, || {
        texts(page, "conversation-item") == titles
    });
}

#[test]
fn conversations_are_listed_opened_renamed_and_deleted_across_restarts() {
    let desk = desk();
    let provider = Provider::http();
    provider.answer(answer("A chain holds by its links."));
    provider.answer(answer("A lock holds by its pins."));
    provider.answer(answer("And by its key."));
    let app = start_with(&desk, &provider);
    let page = chat(&app);
    ask_and_hear(&page, "Why does a chain hold?", "by its links");
    page.click("new-chat");
    ask_and_hear(&page, "Why does a lock hold?", "by its pins");
    wait_for_titles(&page, &["Why does a lock hold?", "Why does a chain hold?"]);

    let app = app.restart();
    let page = chat(&app);
    wait_for_titles(&page, &["Why does a lock hold?", "Why does a chain hold?"]);
    page.all("conversation-item")[1].click();
    page.wait_for_text("message-assistant", "A chain holds by its links.");
    assert_eq!(texts(&page, "message-user"), ["Why does a chain hold?"]);
    // It goes on where it was: the provider gets what was said before.
    ask_and_hear(&page, "And else?", "And by its key.");
    let asked = provider.wait_for_completion(3).request().json()["messages"].clone();
    let said: Vec<_> = asked
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["content"].clone())
        .collect();
    assert_eq!(
        said,
        [
            "Why does a chain hold?",
            "A chain holds by its links.",
            "And else?"
        ]
    );

    rename_by_key(&page, "Chains & links");
    wait_for_titles(&page, &["Chains & links", "Why does a lock hold?"]);
    press(&page, "More for “Why does a lock hold?”");
    press(&page, "Rename");
    page.find_css("input[aria-label='Title of the chat']")
        .type_text("Locks\u{e007}");
    wait_for_titles(&page, &["Chains & links", "Locks"]);

    let app = app.restart();
    let page = chat(&app);
    wait_for_titles(&page, &["Chains & links", "Locks"]);
    press(&page, "More for “Locks”");
    press(&page, "Delete");
    wait_for_words(&page, "Chat deleted");
    wait_for_titles(&page, &["Chains & links"]);
    press(&page, "Undo");
    wait_for_titles(&page, &["Chains & links", "Locks"]);
    press(&page, "More for “Locks”");
    press(&page, "Delete");
    wait_for_titles(&page, &["Chains & links"]);

    let app = app.restart();
    let page = chat(&app);
    wait_for_titles(&page, &["Chains & links"]);
    let left: Vec<_> = messages(&desk).into_iter().map(|(text, _)| text).collect();
    assert!(
        !left
            .iter()
            .any(|text| text.contains("lock") || text.contains("pins")),
        "{left:?}"
    );
    assert_eq!(left.len(), 4);
}

fn rename_by_key(page: &Page<'_>, title: &str) {
    let row = page.find("conversation-item");
    // F2.
    row.type_text("\u{e032}");
    let field = page.find_css("input[aria-label='Title of the chat']");
    // The old title is selected, so that typing replaces it; then Return.
    field.type_text(&format!("{title}\u{e007}"));
}

#[test]
fn the_chosen_model_is_kept() {
    let desk = desk();
    let provider = provider_that_says("Yes.");
    let app = start_with(&desk, &provider);
    let page = chat(&app);
    wait_for_model(&page, "small-talk-1");
    page.click("model-picker");
    wait_for_words(&page, "small-talk-1-mini");
    press(&page, "small-talk-1-mini");
    wait_for_model(&page, "small-talk-1-mini");
    wait_until("the choice on disk", SOON, || {
        read_settings(&desk)["model"] == json!({ "provider": "own", "model": "small-talk-1-mini" })
    });

    let app = app.restart();
    let page = chat(&app);
    wait_for_model(&page, "small-talk-1-mini");
    ask_and_hear(&page, "Is it you?", "Yes.");
    assert_eq!(
        provider.wait_for_completion(1).request().json()["model"],
        "small-talk-1-mini"
    );
}

#[test]
fn a_crash_in_mid_stream_leaves_the_text_marked_and_retry_asks_again() {
    let desk = desk();
    let provider = Provider::http();
    let gate = Gate::new();
    let cut = Reply::stream()
        .send(openai::opening())
        .send(openai::delta("Half of an ans"))
        .gate(&gate);
    provider.answer(openai::close(cut));
    let app = start_with(&desk, &provider);
    let page = chat(&app);
    ask(&page, "Will you be cut?");
    page.wait_for_text("message-assistant", "Half of an ans");
    wait_until("the partial text on disk", SOON, || {
        messages(&desk)
            .iter()
            .any(|(text, state)| text == "Half of an ans" && state == "streaming")
    });

    let app = app.crash_and_restart();
    let page = chat(&app);
    page.click("conversation-item");
    page.wait_for_text("message-assistant", "Half of an ans");
    wait_for_words(&page, "Kept as far as it came");
    wait_for_words(&page, "Chatelaine was closed while the answer came.");
    wait_for_words(&page, "Your message and what came of the answer are saved.");
    assert!(!page.has("stop"), "nobody streams it any more");
    let state: String = database(&desk.data_folder())
        .query_row(
            "SELECT failure FROM message WHERE role = 'assistant'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert!(state.contains("interrupted"), "{state}");

    provider.answer(answer("A whole answer."));
    press(&page, "Retry");
    page.wait_for_text("message-assistant", "A whole answer.");
    page.wait_until_gone("stop");
    let retry = "return [...document.querySelectorAll('button')].some(one => one.innerText.trim() === 'Retry')";
    assert_eq!(
        page.run(retry, vec![]),
        json!(false),
        "the new answer is the last"
    );
    page.wait_for_text("message-assistant", "Half of an ans");
    let asked = provider.wait_for_completion(2).request().json()["messages"].clone();
    assert_eq!(
        asked,
        json!([{ "role": "user", "content": "Will you be cut?" }])
    );
    gate.open();
}
