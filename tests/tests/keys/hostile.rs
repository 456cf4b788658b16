//! Script in the settings window, as a poisoned dependency of the page would bring it.

use e2e::dialog::Dialog;
use e2e::wait::SOON;
use e2e::window::{Page, SETTINGS_TITLE};
use e2e::{Keyring, wait_for, wait_until};
use serde_json::{Value, json};

use crate::canary::Canary;
use crate::common::{
    answered, assert_not_in_page, assert_nothing_stored, assert_only_item, invoke, invoke_later,
    settings, settings_from_chat, start, unlocked, wait_for_words,
};
use crate::workshop::Workshop;

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
}

#[test]
fn a_planted_key_needs_a_persons_yes_and_dialogs_do_not_stack() {
    let shop = Workshop::new(Keyring::Unlocked);
    let app = shop.start();
    let page = settings_from_chat(&app);
    let planted = Canary::of_no_shape();
    let plant = "
        const key = arguments[0];
        addEventListener('keydown', () => {
            navigator.clipboard.writeText(key).then(() => { window.planted = true; }, () => {});
        }, { once: true });
    ";
    page.run(plant, vec![planted.text().into()]);
    shop.desk.press_key(SETTINGS_TITLE, "x");
    wait_until("the planted clipboard", SOON, || {
        page.run("return window.planted ?? null", vec![]) == json!(true)
    });
    assert!(
        shop.desk.clipboard_text().as_deref() == Some(planted.text()),
        "a script can write the clipboard"
    );

    let request = json!({ "name": "Your own key", "provider": "own", "keepIn": "system" });
    invoke_later(&page, "first", "paste_key", request.clone());
    let question = Dialog::wait(&shop.desk, "Send this key to “Workshop”");
    assert!(
        question.text().contains(&shop.provider.origin()),
        "{question:?}"
    );
    let second = invoke(&page, "paste_key", &request.clone());
    assert_eq!(second["error"]["code"], "dialog_open");
    let provider = json!({ "id": null, "name": "Mine", "baseUrl": "https://elsewhere.example/v1", "defaultModel": "" });
    assert_eq!(
        invoke(&page, "save_provider", &provider.clone())["error"]["code"],
        "dialog_open"
    );
    assert_eq!(Dialog::all(&shop.desk).len(), 1);
    question.dismiss();
    assert_eq!(answered(&page, "first")["answer"]["type"], "declined");
    assert_nothing_stored(&shop.desk);

    // Whatever else it asks for, a person is asked, and no is no.
    invoke_later(&page, "address", "save_provider", provider);
    let question = Dialog::wait(&shop.desk, "Send your messages to this host");
    assert!(
        question.text().contains("https://elsewhere.example/v1"),
        "{question:?}"
    );
    question.dismiss();
    assert_eq!(answered(&page, "address"), json!({ "answer": false }));
    let lying = json!({ "id": null, "name": "Ours\u{202E}\nhttps://api.openai.com", "baseUrl": "http://elsewhere.example/v1", "defaultModel": "" });
    assert_eq!(
        invoke(&page, "save_provider", &lying)["error"]["code"],
        "address_invalid"
    );
    let user = json!({ "id": null, "name": "", "baseUrl": "https://api.openai.com@elsewhere.example/v1", "defaultModel": "" });
    assert_eq!(
        invoke(&page, "save_provider", &user)["error"]["code"],
        "address_invalid"
    );
    assert_eq!(crate::common::read_settings(&shop.desk), shop.settings());
    assert_eq!(
        shop.provider
            .exchanges()
            .iter()
            .filter(|one| one.request().bearer().is_some())
            .count(),
        0
    );
}
