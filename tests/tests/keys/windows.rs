//! Each window's closed list, tried from the other one.

use e2e::Keyring;
use e2e::dialog::Dialog;
use e2e::window::Page;
use serde_json::{Value, json};

use crate::common::{invoke, settings_from_chat};
use crate::workshop::Workshop;

/// The list that the windows themselves are built with.
const BINDINGS: &str = include_str!("../../../ui/src/lib/bindings/index.ts");

/// The commands of that window.
fn commands_of(window: &str) -> Vec<&'static str> {
    let (_, lists) = BINDINGS.split_once("commandsOf").unwrap();
    let (_, list) = lists.split_once(&format!("{window}: [")).unwrap();
    let (list, _) = list.split_once(']').unwrap();
    list.split(',')
        .map(|name| name.trim().trim_matches('\''))
        .filter(|name| !name.is_empty())
        .collect()
}

/// The commands that one window may call and the other may not.
fn only_of(window: &str, other: &str) -> Vec<&'static str> {
    let allowed = commands_of(other);
    let mut commands = commands_of(window);
    commands.retain(|command| !allowed.contains(command));
    commands
}

/// A request that would do something, were it let through.
fn request(command: &str) -> Value {
    match command {
        "paste_key" => json!({ "name": "", "provider": "own", "keepIn": "session" }),
        "save_provider" => {
            json!({ "id": null, "name": "", "baseUrl": "https://elsewhere.example/v1", "defaultModel": "" })
        }
        "set_appearance" => json!({ "theme": "dark", "textSize": 20 }),
        "open_link" => json!({ "url": "https://elsewhere.example" }),
        "start_turn" => json!({ "conversation": null, "text": "hello", "model": null }),
        _ => json!({ "provider": "own", "demo": false }),
    }
}

#[track_caller]
fn assert_refused(page: &Page<'_>, commands: &[&str]) {
    for command in commands {
        let outcome = invoke(page, command, &request(command));
        let error = outcome["error"]
            .as_str()
            .unwrap_or_else(|| panic!("{command} was let through: {outcome}"));
        assert!(error.contains("not allowed"), "{command}: {error}");
    }
}

#[test]
fn no_window_may_call_what_is_the_others() {
    let shop = Workshop::new(Keyring::Unlocked);
    let app = shop.start();
    let settings = settings_from_chat(&app);
    let chat = app.page(e2e::window::CHAT);
    let (of_settings, of_chat) = (only_of("settings", "chat"), only_of("chat", "settings"));
    assert!(of_settings.contains(&"paste_key") && of_chat.contains(&"start_turn"));
    shop.desk.copy_text(shop.key.text());
    let tauri = [
        "plugin:event|emit",
        "plugin:event|listen",
        "plugin:opener|open_url",
        "plugin:webview|create_webview_window",
        "plugin:window|close",
    ];
    // Tauri has two ways in; without `fetch` it takes the other one.
    for deprive in [
        "",
        "window.fetch = () => Promise.reject(new Error('no fetch'))",
    ] {
        for (page, others) in [(&chat, &of_settings), (&settings, &of_chat)] {
            page.run(deprive, vec![]);
            assert!(invoke(page, "app_info", &Value::Null)["answer"]["version"].is_string());
            assert_refused(page, others);
            assert_refused(page, &tauri);
        }
    }
    assert_eq!(Dialog::all(&shop.desk), [""; 0]);
    assert_eq!(shop.desk.keyring_items(), 0);
    assert_eq!(shop.provider.completions().len(), 0);
    assert_eq!(crate::common::read_settings(&shop.desk), shop.settings());
}
