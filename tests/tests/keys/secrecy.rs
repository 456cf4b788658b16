//! A marked key goes through everything that a key can go through, and is looked for wherever it must not be.

use std::fs;

use e2e::needle::Needle;
use e2e::provider::{Gate, Reply, openai};
use e2e::wait::SOON;
use e2e::window::{App, CHAT, Page, SETTINGS_TITLE};
use e2e::{Desk, Keyring, disk, memory, wait_until};
use serde_json::json;

use crate::canary::Canary;
use crate::common::{ask, assert_not_in_page, press, settings_from_chat, wait_for_words};
use crate::workshop::Workshop;

/// Less would mean that a web process was not read at all.
const LEAST_MEMORY: u64 = 10 << 20;

/// What is asked to have the key streamed back, and to have it stand in a refusal.
const ECHO: &str = "What did I send?";
const REFUSED: &str = "And what now?";

/// Looks for the key in everything that web code lives in.
#[track_caller]
fn assert_no_page_holds_it(app: &App<'_>, needle: &Needle, when: &str) {
    let processes = app.web_processes();
    assert!(
        processes.len() >= 2,
        "WebKit has a web and a network process: {processes:?}"
    );
    for process in processes {
        let searched = memory::search(process.pid, needle).unwrap();
        assert_eq!(searched.hits, [], "in {} {when}", process.name);
        assert!(searched.bytes > LEAST_MEMORY, "{} was read", process.name);
    }
}

/// Looks for the key in what every program of this user can see of the app's processes.
#[track_caller]
fn assert_no_process_shows_it(app: &App<'_>, needle: &Needle) {
    let mut pids = vec![app.pid()];
    pids.extend(app.processes().iter().map(|process| process.pid));
    for pid in pids {
        for file in ["environ", "cmdline"] {
            // A process that has just ended shows nothing.
            let shown = fs::read(format!("/proc/{pid}/{file}")).unwrap_or_default();
            assert_eq!(needle.search(&shown, &format!("{file} of {pid}"), 0), []);
        }
    }
}

/// Looks for the key in all files of the app and of its user, and proves that it would have been found.
#[track_caller]
fn assert_no_file_holds_it(desk: &Desk, key: &Canary, needle: &Needle) {
    let folders = [
        desk.data_folder(),
        desk.home(),
        desk.log_folder(),
        desk.folder().join("tmp"),
    ];
    for folder in &folders {
        let searched = disk::search(folder, needle).unwrap();
        assert_eq!(searched.hits, []);
    }
    let database = desk.data_folder().join("chats.sqlite");
    let log = fs::read_to_string(desk.data_folder().join("chatelaine.log")).unwrap();
    assert!(
        database.exists() && log.contains("a key was put away"),
        "the app has written of all this"
    );
    let control = desk.data_folder().join("control");
    fs::write(&control, key.text()).unwrap();
    assert!(
        !disk::search(&desk.data_folder(), needle)
            .unwrap()
            .hits
            .is_empty(),
        "a key in a file is found"
    );
    fs::remove_file(control).unwrap();
}

/// Proves that the search finds a key that a page does hold: it is made there, of numbers.
#[track_caller]
fn assert_a_planted_key_is_found(app: &App<'_>, page: &Page<'_>) {
    let planted = Canary::of_no_shape();
    let codes: Vec<u32> = planted
        .text()
        .bytes()
        .map(|byte| u32::from(byte) + 1)
        .collect();
    page.run(
        "window.planted = arguments[0].map(code => String.fromCharCode(code - 1)).join('')",
        vec![json!(codes)],
    );
    let needle = planted.needle();
    let found = app.web_processes().iter().any(|process| {
        !memory::search(process.pid, &needle)
            .unwrap()
            .hits
            .is_empty()
    });
    assert!(found, "a key in a page is found");
}

/// An answer that streams the key, cut at `cut`.
fn echo(key: &Canary, cut: usize) -> Reply {
    let (head, tail) = key.text().split_at(cut);
    let reply = Reply::stream()
        .send(openai::opening())
        .send(openai::reasoning(&format!("I see {head}")))
        .send(openai::reasoning(tail))
        .send(openai::delta(&format!("You sent {head}")))
        .send(openai::delta(&format!("{tail}, didn't you?")));
    openai::close(reply)
}

/// Refusals that hold the key, in each place that a provider may put it.
fn refusals(key: &Canary) -> [Reply; 4] {
    let text = format!("Incorrect API key provided: {}.", key.text());
    let body = || json!({ "error": { "message": text, "code": key.text(), "type": "invalid_request_error" } });
    let escaped = key.text().bytes().fold(String::new(), |escaped, byte| {
        escaped + &format!("\\u{byte:04x}")
    });
    [
        Reply::json(401, &body()),
        Reply::json(400, &body())
            .header("x-request-id", key.text())
            .header("location", key.text()),
        Reply::new(400)
            .header("content-type", "application/json")
            .send(format!(
                r#"{{"error":{{"message":"Incorrect: {escaped}"}}}}"#
            )),
        openai_error_event(&text),
    ]
}

fn openai_error_event(text: &str) -> Reply {
    Reply::stream()
        .send(openai::opening())
        .send(openai::error_event("server_error", text))
}

#[test]
fn a_marked_key_is_nowhere_but_in_the_keyring_and_on_its_way() {
    let shop = Workshop::new(Keyring::Unlocked);
    let (desk, key) = (&shop.desk, &shop.key);
    let needle = key.needle();
    let app = shop.start_as(&shop.launch().env("CHATELAINE_LOG", "trace"));
    let page = settings_from_chat(&app);
    desk.copy_text(key.text());
    desk.press_key(SETTINGS_TITLE, "ctrl+v");
    Workshop::choose(&page);
    let question = e2e::dialog::Dialog::wait(desk, "Send this key to “Workshop”");
    assert_no_page_holds_it(&app, &needle, "while it is asked about");
    question.press("Send to this host");
    wait_for_words(&page, "Accepted. 2 models.");
    assert_no_page_holds_it(&app, &needle, "after the paste");
    press(&page, "Done");
    page.click("verify-key");
    wait_for_words(&page, "Accepted. 2 models.");

    let chat = app.page(CHAT);
    let gate = Gate::new();
    let half = Reply::stream()
        .send(openai::opening())
        .send(openai::delta("Half of it"))
        .gate(&gate);
    shop.provider
        .answer(openai::close(half.send(openai::delta(", and the rest."))));
    ask(&chat, "Say something long.");
    chat.wait_for_text("message-assistant", "Half of it");
    shop.assert_sent(1);
    assert_no_page_holds_it(&app, &needle, "while an answer comes");
    gate.open();
    chat.wait_for_text("message-assistant", "and the rest.");

    assert_echoes_are_removed(&shop, &chat);
    // The list of models, too, comes from the provider.
    shop.provider.offer_models(&["small-talk-1", key.text()]);
    page.click("verify-key");
    wait_for_words(&page, "Accepted. 1 model.");
    assert_not_in_page(&chat, key);
    assert_not_in_page(&page, key);
    assert_no_page_holds_it(&app, &needle, "after the echoes");
    assert_no_process_shows_it(&app, &needle);
    assert_a_planted_key_is_found(&app, &chat);

    let app = app.restart();
    let chat = app.page(CHAT);
    for (title, kept) in [
        (ECHO, "You sent [key removed], didn't you?"),
        (REFUSED, "[key removed]."),
    ] {
        open_conversation(&chat, title);
        wait_until("the echo as it was kept", SOON, || {
            let shown = "return document.querySelector('[data-testid=transcript]')?.textContent";
            let shown = chat.run(shown, vec![]);
            shown.as_str().is_some_and(|shown| shown.contains(kept))
        });
    }
    assert_not_in_page(&chat, key);
    chat.click("model-picker");
    wait_for_words(&chat, "small-talk-1");
    assert_no_page_holds_it(&app, &needle, "after a restart");
    assert_no_process_shows_it(&app, &needle);
    assert_no_file_holds_it(desk, key, &needle);
    shop.assert_bound();
}

/// Opens the latest conversation of that title, once it is listed.
#[track_caller]
fn open_conversation(chat: &Page<'_>, title: &str) {
    let open = "
        const rows = [...document.querySelectorAll('[data-testid=conversation-item]')];
        const named = rows.find(row => row.innerText.includes(arguments[0]));
        named?.click();
        return named !== undefined;
    ";
    wait_until(&format!("the conversation {title:?}"), SOON, || {
        chat.run(open, vec![title.into()]) == json!(true)
    });
}

/// Has the provider send the key back in each way, and sees it removed.
#[track_caller]
fn assert_echoes_are_removed(shop: &Workshop, chat: &Page<'_>) {
    for cut in [0, 1, shop.key.text().len() / 2, shop.key.text().len() - 1] {
        shop.provider.answer(echo(&shop.key, cut));
        chat.click("new-chat");
        ask(chat, ECHO);
        chat.wait_for_text("message-assistant", "You sent [key removed], didn't you?");
        chat.wait_until_gone("stop");
    }
    for refusal in refusals(&shop.key) {
        shop.provider.answer(refusal);
        chat.click("new-chat");
        ask(chat, REFUSED);
        chat.find("message-error");
        let shown = chat.run(
            "return document.querySelector('[data-testid=message-error]').textContent",
            vec![],
        );
        assert!(
            shown
                .as_str()
                .is_some_and(|text| text.contains("[key removed]")),
            "{shown}"
        );
    }
}
