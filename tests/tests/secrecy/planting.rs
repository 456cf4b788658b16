//! Script in the settings window, as a poisoned dependency of the page would bring it.

use e2e::dialog::Dialog;
use e2e::wait::SOON;
use e2e::window::{Page, SETTINGS_TITLE};
use e2e::{Keyring, proof, wait_for, wait_until};
use serde_json::{Value, json};

use e2e::canary::Canary;
use e2e::items::{assert_nothing_stored, assert_only_item};
use e2e::scenario::{start, unlocked};
use e2e::script::{answered, invoke, invoke_later};
use e2e::settings_page::{assert_not_in_page, settings, settings_from_chat, wait_for_words};
use e2e::workshop::{ITEM, Workshop};

/// Listens to everything that could tell of a paste, and asks for the clipboard at each key.
const LISTEN: &str = "
    window.heard = [];
    const types = ['paste', 'copy', 'cut', 'keydown', 'keypress', 'beforeinput', 'input', 'textInput', 'drop', 'dragover'];
    for (const target of [window, document]) {
        for (const type of types) {
            target.addEventListener(type, event => {
                const text = event.clipboardData?.getData('text') ?? event.data ?? '';
                window.heard.push({ type, key: event.key ?? '', text });
                if (type === 'keydown') {
                    window.commanded = document.execCommand('paste');
                    navigator.clipboard.readText().then(
                        text => window.heard.push({ type: 'read', key: '', text }),
                        error => { window.refusal = error.name; },
                    );
                }
            }, true);
        }
    }
";

fn heard(page: &Page<'_>) -> Vec<Value> {
    page.run("return window.heard", vec![])
        .as_array()
        .unwrap()
        .clone()
}

#[track_caller]
fn wait_for_key(page: &Page<'_>, key: &str) {
    wait_until(&format!("the page to hear {key:?}"), SOON, || {
        heard(page)
            .iter()
            .any(|event| event["type"] == "keydown" && event["key"] == key)
    });
}

#[test]
fn a_page_that_listens_hears_nothing_of_a_paste() {
    let desk = unlocked();
    let app = start(&desk);
    let page = settings(&app);
    page.run(LISTEN, vec![]);
    let key = Canary::openai();
    desk.copy_text(key.text());
    // With no field focused, and with a trap that has the focus.
    for trap in [
        "document.activeElement.blur()",
        "document.querySelector('input').focus()",
    ] {
        page.run(trap, vec![]);
        // Heard, so the listeners listen; and it gives the page a gesture to ask for the clipboard with.
        desk.press_key(SETTINGS_TITLE, "x");
        wait_for_key(&page, "x");
        let refusal = wait_for("the clipboard to be refused", SOON, || {
            let refusal = page.run("return window.refusal ?? null", vec![]);
            refusal.as_str().map(ToOwned::to_owned)
        });
        assert_eq!(refusal, "NotAllowedError");
        assert_eq!(page.run("return window.commanded", vec![]), json!(false));
        desk.press_key(SETTINGS_TITLE, "ctrl+v");
        let question = Dialog::wait(&desk, "Keep this key for OpenAI");
        assert_not_in_page(&page, &key);
        question.dismiss();
        wait_for_words(&page, "Nothing was stored.");
        desk.press_key(SETTINGS_TITLE, "y");
        wait_for_key(&page, "y");
        for event in heard(&page) {
            let (kind, pressed) = (
                event["type"].as_str().unwrap(),
                event["key"].as_str().unwrap(),
            );
            assert!(
                !["paste", "read", "drop"].contains(&kind),
                "the page heard {kind}"
            );
            assert!(
                !pressed.eq_ignore_ascii_case("v") && pressed != "Insert",
                "the page heard {kind} of {pressed}"
            );
            assert!(
                !key.is_in(&event.to_string()),
                "the page got the key by {kind}"
            );
        }
    }
    desk.press_key(SETTINGS_TITLE, "ctrl+v");
    Dialog::wait(&desk, "Keep this key for OpenAI").press("Keep key");
    page.find("open-chat");
    assert_only_item(&desk, "openai/1", &key, "https://api.openai.com");
    let all = page.run("return JSON.stringify(window.heard)", vec![]);
    assert!(!key.is_in(all.as_str().unwrap()), "the page heard the key");
    assert_not_in_page(&page, &key);
    proof::attack(
        "read it while it is pasted",
        // Three pastes, each past ten kinds of listeners on two targets.
        3 * 2 * 10,
        0,
        &format!(
            "the page heard {} events of other keys, and was told NotAllowedError by the clipboard",
            heard(&page).len()
        ),
    );
}

/// Writes the clipboard at the next key.
const PLANT: &str = "
    const key = arguments[0];
    window.planted = false;
    addEventListener('keydown', () => {
        navigator.clipboard.writeText(key).then(() => { window.planted = true; }, () => {});
    }, { once: true });
";

/// All that a script can do to press a button that is not in its page.
const PRESS: &str = "
    window.focus();
    const targets = [window, document, document.body, document.activeElement];
    for (const target of targets) {
        for (const key of ['Enter', ' ', 'Tab', 'y', 'ArrowLeft']) {
            for (const type of ['keydown', 'keypress', 'keyup']) {
                const options = { key, code: key, bubbles: true, cancelable: true, altKey: key === 'y' };
                target.dispatchEvent(new KeyboardEvent(type, options));
            }
        }
        for (const type of ['mousedown', 'mouseup', 'click', 'pointerdown', 'pointerup']) {
            target.dispatchEvent(new MouseEvent(type, { bubbles: true, clientX: innerWidth / 2, clientY: innerHeight / 2 }));
        }
    }
    document.activeElement.blur();
    await document.documentElement.requestFullscreen?.().catch(() => {});
    return 4 * (15 + 5);
";

/// Plants a key in the clipboard, as a script can after a gesture.
#[track_caller]
fn plant(shop: &Workshop, page: &Page<'_>, key: &Canary) {
    page.run(PLANT, vec![key.text().into()]);
    shop.desk.press_key(SETTINGS_TITLE, "x");
    wait_until("the planted clipboard", SOON, || {
        page.run("return window.planted", vec![]) == json!(true)
    });
    assert!(
        shop.desk.clipboard_text().as_deref() == Some(key.text()),
        "a script can write the clipboard"
    );
}

#[test]
fn a_planted_key_needs_a_persons_yes_and_dialogs_do_not_stack() {
    let shop = Workshop::new(Keyring::Unlocked);
    let app = shop.start();
    let page = settings_from_chat(&app);
    let mut attempts = 0;
    for (number, (key, provider, keep_in, asked)) in [
        (
            Canary::of_no_shape(),
            json!("own"),
            "system",
            "Send this key to “Workshop”",
        ),
        (
            Canary::of_no_shape(),
            json!("own"),
            "session",
            "Send this key to “Workshop”",
        ),
        (
            Canary::openai(),
            json!("openai"),
            "system",
            "Keep this key for OpenAI",
        ),
        (
            Canary::openai(),
            Value::Null,
            "session",
            "Keep this key for OpenAI",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        plant(&shop, &page, &key);
        let call = format!("planted {number}");
        let request = json!({ "name": "Your own key", "provider": provider, "keepIn": keep_in, "replace": null });
        invoke_later(&page, &call, "paste_key", request.clone());
        let question = Dialog::wait(&shop.desk, asked);
        // One at a time, and a script presses nothing in it.
        let second = invoke(&page, "paste_key", &request);
        assert_eq!(second["error"]["code"], "dialog_open");
        let pressed = page.run_async(PRESS, vec![]).unwrap().as_u64().unwrap();
        assert!(
            Dialog::all(&shop.desk)[0].contains(asked),
            "it is still asked"
        );
        assert_eq!(shop.desk.keyring_items(), 0);
        question.dismiss();
        assert_eq!(
            answered(&page, &call),
            json!({ "answer": { "type": "declined" } })
        );
        assert_nothing_stored(&shop.desk);
        attempts += 2 + pressed;
    }
    // A planted key goes nowhere, and none is kept in memory either.
    let state = invoke(&page, "settings_state", &Value::Null);
    assert!(!state.to_string().contains("setAt"), "a key is set");
    assert_addresses_are_asked_about(&shop, &page);
    let carried =
        |exchange: &std::sync::Arc<e2e::provider::Exchange>| exchange.request().bearer().is_some();
    assert!(!shop.provider.exchanges().iter().any(carried));

    // The control: a person's yes does store what was planted.
    let key = Canary::of_no_shape();
    plant(&shop, &page, &key);
    let request = json!({ "name": "Mine", "provider": "own", "keepIn": "system", "replace": null });
    invoke_later(&page, "yes", "paste_key", request);
    shop.confirm();
    assert_eq!(answered(&page, "yes")["answer"]["type"], "stored");
    assert_only_item(&shop.desk, ITEM, &key, &shop.provider.origin());
    proof::attack(
        "plant a key",
        attempts,
        0,
        "with a person's yes the planted key was stored",
    );
}

/// Whatever else it asks for, a person is asked, and no is no.
#[track_caller]
fn assert_addresses_are_asked_about(shop: &Workshop, page: &Page<'_>) {
    let provider = json!({ "id": null, "name": "Mine", "baseUrl": "https://elsewhere.example/v1", "defaultModel": "" });
    invoke_later(page, "address", "save_provider", provider);
    let question = Dialog::wait(&shop.desk, "Send your messages to this host");
    assert!(
        question.text().contains("https://elsewhere.example/v1"),
        "{question:?}"
    );
    question.dismiss();
    assert_eq!(answered(page, "address"), json!({ "answer": false }));
    for (name, address) in [
        (
            "Ours\u{202E}\nhttps://api.openai.com",
            "http://elsewhere.example/v1",
        ),
        ("", "https://api.openai.com@elsewhere.example/v1"),
    ] {
        let lying = json!({ "id": null, "name": name, "baseUrl": address, "defaultModel": "" });
        assert_eq!(
            invoke(page, "save_provider", &lying)["error"]["code"],
            "address_invalid"
        );
    }
    assert_eq!(e2e::scenario::read_settings(&shop.desk), shop.settings());
}
