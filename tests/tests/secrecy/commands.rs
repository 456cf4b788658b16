//! Every command there is, called from both windows by both ways into Tauri: what is on the window's list passes, and
//! nothing else.

use std::collections::BTreeSet;

use e2e::dialog::Dialog;
use e2e::scenario::read_settings;
use e2e::script::invoke;
use e2e::settings_page::settings_from_chat;
use e2e::window::{CHAT, Page};
use e2e::workshop::Workshop;
use e2e::{Keyring, proof};
use serde_json::{Value, json};

use crate::lists::{FOREIGN, existing, granted, takes_a_request};

/// Requests that would do something, were they let through: every field that some command takes.
pub(crate) fn everything() -> Value {
    json!({
        "request": {
            "provider": "own", "slot": 1, "name": "Mine", "keepIn": "session", "replace": null, "id": null,
            "baseUrl": "https://elsewhere.example/v1", "defaultModel": "m", "theme": "dark", "textSize": 19,
            "url": "https://elsewhere.example", "conversation": null, "message": "m", "text": "hello", "title": "t",
            "model": null, "demo": true, "page": "privacy", "before": null, "language": "rust", "refresh": true,
            "kind": "turnsPerHour", "value": 1_000_000, "period": "day", "measure": "cost", "days": null, "asText": true,
            "price": { "input": 0, "output": 0 },
        },
        "events": "__CHANNEL__:1",
        // What parts of Tauri take.
        "label": "chat", "windowLabel": "chat", "event": "tauri://close-requested", "target": { "kind": "Any" },
        "payload": "x", "handler": 1, "eventId": 1, "rid": 0, "path": "/etc/passwd", "paths": ["/etc/passwd"],
        "url": "https://elsewhere.example", "with": null, "directory": 1, "value": true, "force": true,
        "options": { "label": "third", "url": "https://elsewhere.example", "title": "Chatelaine" },
    })
}

/// Calls each of `given[0]` and waits for it; by the second way in if `given[2]`. Also tells how often `fetch` was used.
const CALL_EACH: &str = "
    const [names, payload, byMessage] = given;
    window.honestFetch ??= window.fetch;
    let fetched = 0;
    window.fetch = (...of) => {
        fetched += 1;
        return byMessage ? Promise.reject(new Error('no fetch')) : window.honestFetch(...of);
    };
    const outcomes = [];
    for (const name of names) {
        outcomes.push(await window.__TAURI_INTERNALS__.invoke(name, payload)
            .then(answer => ({ answer: answer ?? null }), error => ({ error })));
    }
    window.fetch = window.honestFetch;
    return { outcomes, fetched };
";

/// Calls each without waiting for it, then waits until later calls have been answered: a refusal would have come by then.
const CALL_FREELY: &str = "
    const [calls] = given;
    const outcomes = calls.map(() => null);
    calls.forEach(([name, payload], number) => {
        window.__TAURI_INTERNALS__.invoke(name, payload)
            .then(answer => { outcomes[number] = 'answered'; }, error => { outcomes[number] = error; });
    });
    for (let round = 0; round < 5; round += 1) await window.__TAURI_INTERNALS__.invoke('app_info');
    return outcomes;
";

/// Calls what the window must not. Tells how many calls that were, and which got through.
fn call_forbidden(page: &Page<'_>, names: &[&String], by_message: bool) -> (u64, Vec<String>) {
    let given = vec![json!(names), everything(), json!(by_message)];
    let told = page.run_async(CALL_EACH, given).unwrap();
    // Once it has failed, Tauri takes the other way without trying this one again.
    let fetched = told["fetched"].as_u64().unwrap();
    assert!(
        if by_message {
            fetched <= 1
        } else {
            fetched == names.len() as u64
        },
        "{fetched} calls by fetch"
    );
    let outcomes = told["outcomes"].as_array().unwrap();
    let through = names
        .iter()
        .zip(outcomes)
        .filter(|(_, outcome)| !is_refusal(outcome));
    let through = through.map(|(name, outcome)| format!("{name}: {outcome}"));
    (outcomes.len() as u64, through.collect())
}

/// Whether an outcome is Tauri's own refusal.
fn is_refusal(outcome: &Value) -> bool {
    let error = outcome["error"].as_str().unwrap_or_default();
    // A debug build explains each refusal. For the app's own list under a plugin's name the explanation is just "allowed".
    error.contains("not allowed") || error.contains("not found") || error == "allowed"
}

/// Calls what the window may, most of it so that nothing comes of it. Panics if the list itself refuses one.
#[track_caller]
fn assert_allowed(page: &Page<'_>, names: &BTreeSet<String>) {
    let calls: Vec<Value> = names
        .iter()
        .map(|name| {
            let payload = if takes_a_request(name) {
                json!({ "request": 17 })
            } else {
                json!({})
            };
            json!([name, payload])
        })
        .collect();
    let outcomes = page.run_async(CALL_FREELY, vec![json!(calls)]).unwrap();
    for (name, outcome) in names.iter().zip(outcomes.as_array().unwrap()) {
        let said = outcome.to_string();
        assert!(!said.contains("not allowed"), "{name} is granted: {said}");
    }
}

#[test]
fn each_window_may_call_its_list_and_nothing_else_by_either_way() {
    let shop = Workshop::new(Keyring::Unlocked);
    let app = shop.start();
    let settings = settings_from_chat(&app);
    let chat = app.page(CHAT);
    shop.desk.copy_text(shop.key.text());
    let mut all = existing();
    let known = all.len();
    assert!(known > 150, "Tauri's own commands are among them: {known}");
    all.extend(FOREIGN.map(str::to_owned));

    let (mut attempts, mut through) = (0, Vec::new());
    for by_message in [false, true] {
        for (page, window) in [(&chat, "chat"), (&settings, "settings")] {
            let mine = granted(window);
            assert!(mine.is_subset(&all) && mine.len() > 10, "{mine:?}");
            let others: Vec<&String> = all.iter().filter(|name| !mine.contains(*name)).collect();
            let (tried, passed) = call_forbidden(page, &others, by_message);
            attempts += tried;
            through.extend(passed);
        }
    }
    assert_eq!(through, [""; 0]);
    assert_eq!(Dialog::all(&shop.desk), [""; 0]);
    assert_eq!(shop.desk.keyring_items(), 0);
    assert_eq!(shop.provider.completions().len(), 0);
    assert_eq!(shop.desk.window_titles().len(), 2);
    assert_eq!(read_settings(&shop.desk), shop.settings());

    // The control: what is on the lists is let through, so it was the lists that refused the rest.
    let mut allowed = 0;
    for (page, window) in [(&chat, "chat"), (&settings, "settings")] {
        let mine = granted(window);
        allowed += mine.len();
        assert_allowed(page, &mine);
        assert!(invoke(page, "app_info", &Value::Null)["answer"]["version"].is_string());
    }
    proof::attack(
        "call what is not its to call",
        attempts,
        through.len() as u64,
        &format!("the {allowed} commands on the lists were let through"),
    );
}
