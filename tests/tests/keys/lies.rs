//! What script says of a host, in native dialogs: the dialogs say where it leads all the same.

use e2e::Keyring;
use e2e::dialog::Dialog;
use e2e::window::{App, CHAT};
use serde_json::{Value, json};

use e2e::scenario::{read_settings, start, unlocked, write_settings};
use e2e::script::{answered, invoke, invoke_later};
use e2e::settings_page::{settings, settings_from_chat};
use e2e::workshop::Workshop;

/// Width and height of a desk's screen, in pixels.
const SCREEN: [i32; 2] = [1280, 800];

/// Checks that a person sees both buttons whole, and in this order.
#[track_caller]
fn assert_buttons(dialog: &Dialog<'_>, names: [&str; 2]) {
    assert_eq!(dialog.buttons(), names);
    for place in dialog.button_places() {
        let [x, y, width, height] = *place;
        assert!(width > 40 && height > 15, "{place:?}");
        assert!(x >= 0 && y >= 0, "{place:?}");
        assert!(
            x + width <= SCREEN[0] && y + height <= SCREEN[1],
            "{place:?}"
        );
    }
}

fn provider(name: &str, base_url: &str) -> Value {
    json!({ "id": null, "name": name, "baseUrl": base_url, "defaultModel": "" })
}

#[test]
fn a_long_address_hides_neither_its_host_nor_the_buttons() {
    let shop = Workshop::new(Keyring::Unlocked);
    let app = shop.start();
    let page = app.page(CHAT);
    page.find("composer");
    for letter in ["a", "W"] {
        let address = format!("https://evil.example/{}", letter.repeat(1_900));
        invoke_later(&page, letter, "open_link", json!({ "url": address }));
        let question = Dialog::wait(&shop.desk, "Open this address");
        assert_eq!(
            question.texts()[..3],
            ["Open this address?", "https://evil.example", &address]
        );
        assert_buttons(&question, ["Cancel", "Open"]);
        shop.desk.screenshot(&format!("long-address-{letter}"));
        // Cancel has the keyboard, not the address.
        question.press_key("Return");
        question.wait_for_end();
        assert_eq!(answered(&page, letter), json!({ "answer": false }));
    }
}

#[test]
fn a_lying_address_and_name_are_shown_for_what_they_are() {
    let desk = unlocked();
    let app = start(&desk);
    let page = settings(&app);
    let lie = "OpenAI” go to api.openai.com. “Mine";
    let path = "W".repeat(140);
    let address = format!("HTTPS://Еvil.example:443/api.openai.com/{path}/?q#f");
    invoke_later(&page, "lie", "save_provider", provider(lie, &address));
    let question = Dialog::wait(&desk, "Send your messages to this host");
    let shown = format!("https://xn--vil-qdd.example/api.openai.com/{path}");
    assert_eq!(
        question.texts(),
        [
            "Send your messages to this host?",
            "https://xn--vil-qdd.example",
            &shown,
            "From now on chats with “OpenAI go to api.openai.com. Mine” go to xn--vil-qdd.example, and to no other host. \
             Go on only if you know it.",
        ]
    );
    assert_buttons(&question, ["Cancel", "Send to this host"]);
    desk.screenshot("lying-address");
    question.press("Cancel");
    assert_eq!(answered(&page, "lie"), json!({ "answer": false }));
    assert!(read_settings(&desk).is_null());

    for refused in [
        "https://evil.example/\n\nhttps://api.openai.com",
        "https://evil.example/ https://api.openai.com",
        "https://evil.example/\u{202E}moc.ianepo.ipa",
        &format!("https://evil.example/{}", "a".repeat(200)),
    ] {
        let answer = invoke(&page, "save_provider", &provider("Mine", refused));
        assert_eq!(answer["error"]["code"], "address_invalid", "{refused:?}");
    }
    assert!(Dialog::all(&desk).is_empty());

    // What is saved is what was shown, and the same address in another spelling is no change to ask about.
    invoke_later(&page, "yes", "save_provider", provider("Mine", &address));
    Dialog::wait(&desk, "Send your messages to this host").press("Send to this host");
    assert_eq!(answered(&page, "yes"), json!({ "answer": true }));
    let saved = read_settings(&desk)["providers"][0].clone();
    assert_eq!(saved["baseUrl"], shown);
    let mut again = provider("Ours", &address);
    again["id"] = saved["id"].clone();
    assert_eq!(
        invoke(&page, "save_provider", &again),
        json!({ "answer": true })
    );
    assert_eq!(read_settings(&desk)["providers"][0]["name"], "Ours");
}

#[test]
fn a_settings_file_tells_no_lies_either() {
    let shop = Workshop::new(Keyring::Unlocked);
    let mut edited = shop.settings();
    edited["providers"][0]["name"] = json!("OpenAI”?\n\nhttps://api.openai.com");
    let base_url = format!(
        "{}?“\u{202E}https://api.openai.com",
        shop.provider.base_url()
    );
    edited["providers"][0]["baseUrl"] = json!(base_url);
    write_settings(&shop.desk, &edited);
    let app = App::start(&shop.desk, &shop.launch());
    let page = settings_from_chat(&app);
    let name = "OpenAI?  https://api.openai.com";

    let key = json!({ "name": "", "provider": "own", "keepIn": "system" });
    shop.desk.copy_text(shop.key.text());
    invoke_later(&page, "key", "paste_key", key);
    let question = Dialog::wait(&shop.desk, "Send this key to");
    let title = format!("Send this key to “{name}”?");
    assert_eq!(question.texts()[..2], [title, shop.provider.origin()]);
    question.press("Cancel");
    assert_eq!(answered(&page, "key")["answer"]["type"], "declined");

    invoke_later(
        &page,
        "gone",
        "remove_provider",
        json!({ "provider": "own" }),
    );
    let question = Dialog::wait(&shop.desk, "Remove “");
    let title = format!("Remove “{name}”?");
    assert_eq!(question.texts()[..2], [title, shop.provider.origin()]);
    assert_buttons(&question, ["Cancel", "Remove"]);
    question.press("Cancel");
    assert_eq!(answered(&page, "gone"), json!({ "answer": false }));
    assert_eq!(read_settings(&shop.desk), edited);
    assert_eq!(shop.desk.keyring_items(), 0);
}
