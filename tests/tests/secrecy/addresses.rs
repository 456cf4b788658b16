//! A key whose address somebody changed: by hand in settings.json, or in the keyring's item by another program.

use std::io::Write as _;
use std::process::Stdio;

use e2e::items::item;
use e2e::provider::{Certificate, Provider, openai};
use e2e::scenario::{ask, write_settings};
use e2e::window::{App, CHAT, Page};
use e2e::workshop::{ITEM, Workshop, settings_for};
use e2e::{Desk, Keyring, proof};
use serde_json::{Value, json};

/// Writes what the keyring holds under that name, as another program can.
fn overwrite_item(desk: &Desk, name: &str, secret: &str) {
    let mut store = desk.command("secret-tool");
    store.args([
        "store",
        "--label=Chatelaine",
        "application",
        "chatelaine",
        "item",
        name,
    ]);
    let mut store = store
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    store
        .stdin
        .take()
        .unwrap()
        .write_all(secret.as_bytes())
        .unwrap();
    assert!(store.wait().unwrap().success());
    assert_eq!(desk.keyring_items(), 1, "the item was replaced");
}

/// Asks in a new chat, and gives what the error says.
#[track_caller]
fn ask_in_vain(chat: &Page<'_>, words: &str) {
    chat.click("new-chat");
    ask(chat, "Does anybody get the key?");
    chat.wait_for_text("message-error", words);
    chat.wait_until_gone("stop");
}

/// Whether any request that the server got holds a part of the key, anywhere.
fn got_key(server: &Provider, shop: &Workshop) -> bool {
    server.exchanges().iter().any(|exchange| {
        let request = exchange.request();
        request
            .headers()
            .iter()
            .any(|(_, value)| shop.key.is_in(value))
            || shop.key.is_in(request.path())
            || shop.key.is_in(&String::from_utf8_lossy(request.body()))
    })
}

#[test]
fn an_item_that_another_program_changed_sends_the_key_nowhere() {
    let shop = Workshop::new(Keyring::Unlocked);
    let elsewhere = Provider::https(&shop.authority, Certificate::Good);
    elsewhere.always(openai::COMPLETIONS, |_| openai::answer("Got it."));
    let app = shop.start_and_bind();
    let chat = app.page(CHAT);
    let honest = item(&shop.desk, ITEM).unwrap();
    let with = |field: &str, value: Value| {
        let mut item = honest.clone();
        item[field] = value;
        item.to_string()
    };
    let own = shop.provider.origin();
    let without_origin = {
        let mut item = honest.clone();
        item.as_object_mut().unwrap().remove("origin");
        item.to_string()
    };
    let host = "The key was made for another host";
    let unreadable = "holds no key that Chatelaine can read";
    let changes = [
        // Bound elsewhere: the settings still name the old address.
        (with("origin", json!(elsewhere.origin())), host),
        (
            with("origin", json!(own.replace("127.0.0.1", "localhost"))),
            host,
        ),
        (with("origin", json!(own.replace("https", "http"))), host),
        (with("origin", json!("https://127.0.0.1")), host),
        // No origins at all.
        (
            with("origin", json!(format!("{own}@{}", elsewhere.origin()))),
            unreadable,
        ),
        (with("origin", json!("*")), unreadable),
        (with("origin", json!("")), unreadable),
        (with("origin", Value::Null), unreadable),
        (
            with("origin", json!([own.clone(), elsewhere.origin()])),
            unreadable,
        ),
        (without_origin, unreadable),
        // Garbage, older and newer formats.
        (shop.key.text().to_owned(), unreadable),
        ("{\"key\":".to_owned(), unreadable),
        ("\u{0}\u{ffff}garbage".to_owned(), unreadable),
        (with("v", json!(0)), unreadable),
        (with("v", json!(2)), unreadable),
        (with("key", json!("two\nlines")), unreadable),
    ];
    let tried = changes.len();
    let before = shop.provider.completions().len();
    for (secret, words) in changes {
        overwrite_item(&shop.desk, ITEM, &secret);
        ask_in_vain(&chat, words);
    }
    assert_eq!(shop.provider.completions().len(), before);
    assert_eq!(elsewhere.exchanges().len(), 0);
    // The control: as it was, it is sent.
    overwrite_item(&shop.desk, ITEM, &honest.to_string());
    chat.click("new-chat");
    ask(&chat, "And now?");
    chat.wait_for_text("message-assistant", "Hello.");
    shop.assert_sent(before + 1);
    proof::attack(
        "have it sent elsewhere by a changed address",
        tried as u64,
        0,
        "put back as it was, the key was sent to its own host",
    );
}

#[test]
fn an_address_changed_in_the_settings_gets_no_key() {
    let shop = Workshop::new(Keyring::Unlocked);
    let secure = Provider::https(&shop.authority, Certificate::Good);
    let plain = Provider::http();
    for server in [&secure, &plain] {
        server.always(openai::COMPLETIONS, |_| openai::answer("Got it."));
    }
    let mut app = shop.start_and_bind();
    let own = shop.provider.base_url();
    let port = |server: &Provider| server.port().to_string();
    let changes = [
        secure.base_url(),
        plain.base_url(),
        own.replace("127.0.0.1", "localhost"),
        own.replace("127.0.0.1", "[::1]"),
        own.replace("https", "http"),
        // The key's own host for whoever reads too fast.
        format!(
            "https://127.0.0.1:{}@localhost:{}/v1",
            port(&shop.provider),
            port(&secure)
        ),
        format!(
            "https://localhost:{}/v1#127.0.0.1:{}",
            port(&secure),
            port(&shop.provider)
        ),
        format!("https://localhost.:{}/v1", port(&secure)),
        format!("https://LOCALHOST:{}/v1", port(&secure)),
        format!("http://0x7f.1:{}/v1", port(&plain)),
        "https://127.0.0.1:0/v1".to_owned(),
        format!("http://localhost.elsewhere.example:{}/v1", port(&plain)),
    ];
    let tried = changes.len();
    for address in changes {
        app.quit();
        write_settings(&shop.desk, &settings_for(&address));
        drop(app);
        app = App::start(&shop.desk, &shop.launch());
        let chat = app.page(CHAT);
        chat.find("composer");
        // An address that can't be used leaves a notice and no provider; any other must be refused by its name.
        ask(&chat, "Do you get the key?");
        chat.find("message-error");
        chat.wait_until_gone("stop");
    }
    assert!(!got_key(&secure, &shop) && !got_key(&plain, &shop));
    assert_eq!(secure.completions().len() + plain.completions().len(), 0);
    assert_eq!(shop.provider.completions().len(), 0);

    app.quit();
    write_settings(&shop.desk, &shop.settings());
    drop(app);
    app = App::start(&shop.desk, &shop.launch());
    let chat = app.page(CHAT);
    ask(&chat, "And now?");
    chat.wait_for_text("message-assistant", "Hello.");
    shop.assert_sent(1);
    proof::attack(
        "have it sent elsewhere by a changed address",
        tried as u64,
        0,
        "with the old address the key was sent to its own host",
    );
}
