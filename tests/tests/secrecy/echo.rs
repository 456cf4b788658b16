//! A provider that sends the key back, in each place where it can: nobody sees it, and nothing keeps it.

use std::fs;

use e2e::canary::Canary;
use e2e::provider::{Reply, openai};
use e2e::scenario::ask;
use e2e::settings_page::{assert_not_in_page, words};
use e2e::wait::SOON;
use e2e::window::{CHAT, Page, SETTINGS};
use e2e::workshop::{MODEL, Workshop};
use e2e::{Keyring, disk, proof, wait_until};
use serde_json::json;

/// What stands where the key was.
const REMOVED: &str = "[key removed]";

/// An answer that streams the key as reasoning and as text, in these pieces.
fn streamed(pieces: &[&str]) -> Reply {
    let mut reply = Reply::stream()
        .send(openai::opening())
        .send(openai::reasoning("I see "));
    for piece in pieces {
        reply = reply.send(openai::reasoning(piece));
    }
    reply = reply.send(openai::delta("You sent "));
    for piece in pieces {
        reply = reply.send(openai::delta(piece));
    }
    openai::close(reply.send(openai::delta(", didn't you?")))
}

/// Refusals that hold the key, in each place that a provider may put it.
fn refusals(key: &Canary) -> Vec<Reply> {
    let text = format!("Incorrect API key provided: {}.", key.text());
    let escaped = key.escaped();
    let body = || json!({ "error": { "message": text, "code": key.text(), "type": key.text(), "param": key.text() } });
    vec![
        Reply::json(401, &body()),
        Reply::json(500, &json!({ "error": text })),
        Reply::json(400, &json!({ "detail": text })),
        Reply::json(400, &body()).header("x-request-id", key.text()),
        Reply::new(400)
            .header("content-type", "application/json")
            .send(format!(
                r#"{{"error":{{"message":"Incorrect: {escaped}"}}}}"#
            )),
        Reply::html(502, &format!("<html><title>{text}</title><h1>{text}</h1>")),
        // What a stream says at its end.
        Reply::stream()
            .send(openai::opening())
            .send(openai::delta("It begins. "))
            .send(openai::error_event("server_error", &text)),
    ]
}

/// Headers whose content the app may look at.
fn headers(key: &Canary) -> Vec<Reply> {
    vec![
        Reply::redirect(307, &format!("https://{}.example/", key.text())),
        Reply::redirect(302, &format!("https://elsewhere.example/{}", key.text())),
        openai::error(429, "slow_down", "Slow down.").header("retry-after", key.text()),
        Reply::new(200)
            .header("content-type", &format!("text/html; {}", key.text()))
            .send("<p>no answer"),
    ]
}

/// Asks in a new chat and waits for the end; gives all that the transcript says, folded details too.
#[track_caller]
fn ask_anew(chat: &Page<'_>, reply: &Reply, shop: &Workshop) -> String {
    shop.provider.answer_each_try(reply);
    chat.click("new-chat");
    ask(chat, "What did I send?");
    let end = "
        const answer = document.querySelector('[data-testid=message-assistant], [data-testid=message-error]');
        const busy = document.querySelector('[data-testid=stop], [aria-busy=true]');
        return answer && !busy ? document.querySelector('[data-testid=transcript]').textContent : null;
    ";
    e2e::wait_for("the end of the answer", SOON, || {
        let said = chat.run(end, vec![]);
        said.as_str().map(ToOwned::to_owned)
    })
}

#[test]
fn a_key_that_the_provider_sends_back_is_seen_by_nobody() {
    let shop = Workshop::new(Keyring::Unlocked);
    let key = &shop.key;
    let app = shop.start_and_bind();
    let (page, chat) = (app.page(SETTINGS), app.page(CHAT));
    let mut echoes = 0;
    let mut removed = 0;

    let length = key.text().len();
    for cut in (1..length).step_by(5).chain([length - 1]) {
        let (head, tail) = key.text().split_at(cut);
        let said = ask_anew(&chat, &streamed(&[head, tail]), &shop);
        assert!(
            said.contains(&format!("You sent {REMOVED}, didn't you?")),
            "cut at {cut}"
        );
        assert!(!key.is_in(&said), "cut at {cut}");
        assert_not_in_page(&chat, key);
        echoes += 2;
        removed += said.matches(REMOVED).count();
    }
    // Whole, and letter by letter.
    let letters: Vec<&str> = key.text().split("").filter(|one| !one.is_empty()).collect();
    for pieces in [&[key.text()][..], &letters] {
        let said = ask_anew(&chat, &streamed(pieces), &shop);
        assert!(said.contains(&format!("You sent {REMOVED}, didn't you?")));
        assert_not_in_page(&chat, key);
        echoes += 2;
        removed += said.matches(REMOVED).count();
    }
    for refusal in refusals(key) {
        let said = ask_anew(&chat, &refusal, &shop);
        assert!(
            said.contains(REMOVED),
            "{}",
            said.replace(key.text(), "THE KEY")
        );
        assert_not_in_page(&chat, key);
        echoes += 1;
        removed += 1;
    }
    for reply in headers(key) {
        ask_anew(&chat, &reply, &shop);
        assert_not_in_page(&chat, key);
        echoes += 1;
    }
    // The names of models, in both windows.
    shop.provider
        .offer_models(&[MODEL, key.text(), &format!("{}-mini", key.text())]);
    page.click("verify-key");
    wait_until("the models to be counted", SOON, || {
        words(&page).contains("Accepted. 1 model.")
    });
    let menu = chat.run_async(
        "return JSON.stringify(await window.__TAURI_INTERNALS__.invoke('list_models', { request: { ask: true } }))",
        vec![],
    );
    let menu = menu.unwrap();
    assert!(menu.as_str().unwrap().contains(MODEL) && !key.is_in(menu.as_str().unwrap()));
    echoes += 4;
    // A failed check shows the provider's words.
    shop.provider
        .reply_once(openai::MODELS, refusals(key).swap_remove(0));
    page.click("verify-key");
    page.find("message-error");
    for page in [&page, &chat] {
        assert_not_in_page(page, key);
    }
    echoes += 1;

    // The control: the provider did send it, and what it sent beside it came.
    assert!(removed >= 20, "{removed}");
    let kept = disk::search(&shop.desk.data_folder(), &key.needle()).unwrap();
    assert_eq!(kept.hits, []);
    let database = fs::read(shop.desk.data_folder().join("chats.sqlite")).unwrap();
    let wal = fs::read(shop.desk.data_folder().join("chats.sqlite-wal")).unwrap_or_default();
    let written = String::from_utf8_lossy(&[database, wal].concat()).into_owned();
    assert!(
        written.contains(REMOVED),
        "the answers were kept without it"
    );
    proof::attack(
        "have the provider echo the key",
        echoes,
        0,
        &format!("{removed} times the words around it came, with the mark that it was removed"),
    );
}
