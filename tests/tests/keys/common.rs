//! What several of these scenarios do.

use std::fs;

use e2e::dialog::Dialog;
use e2e::wait::SOON;
use e2e::window::{App, CHAT, Launch, Page, SETTINGS};
use e2e::{Desk, Keyring, wait_until};
use serde_json::{Value, json};

use crate::canary::Canary;

/// The app on a new desk with an open keyring, at the first page.
pub(crate) fn unlocked() -> Desk {
    Desk::new(Keyring::Unlocked)
}

/// Starts the app, and waits for its first page.
pub(crate) fn start(desk: &Desk) -> App<'_> {
    App::start(desk, &Launch::new(desk))
}

/// The settings window once it can be used.
#[track_caller]
pub(crate) fn settings<'app>(app: &'app App<'_>) -> Page<'app> {
    let page = app.page(SETTINGS);
    page.find("paste-key");
    page
}

/// The settings window, opened from the chat.
#[track_caller]
pub(crate) fn settings_from_chat<'app>(app: &'app App<'_>) -> Page<'app> {
    app.page(CHAT).click("open-settings");
    settings(app)
}

/// Writes settings.json.
pub(crate) fn write_settings(desk: &Desk, settings: &Value) {
    fs::create_dir_all(desk.data_folder()).unwrap();
    fs::write(
        desk.data_folder().join("settings.json"),
        settings.to_string(),
    )
    .unwrap();
}

/// What settings.json holds; `null` where there is none.
pub(crate) fn read_settings(desk: &Desk) -> Value {
    let file = fs::read(desk.data_folder().join("settings.json")).unwrap_or_default();
    serde_json::from_slice(&file).unwrap_or_default()
}

/// Waits until the page says `part` anywhere, as it is read on screen.
#[track_caller]
pub(crate) fn wait_for_words(page: &Page<'_>, part: &str) {
    wait_until(&format!("{part:?} in the window"), SOON, || {
        words(page).contains(part)
    });
}

/// Everything that the page shows as text.
pub(crate) fn words(page: &Page<'_>) -> String {
    let text = page.run("return document.body.innerText", vec![]);
    text.as_str().unwrap_or_default().to_owned()
}

/// Clicks the first button, menu entry, option or radio of that accessible name that can be used, once it is there.
#[track_caller]
pub(crate) fn press(page: &Page<'_>, name: &str) {
    let click = "
        const all = [...document.querySelectorAll('button, [role=menuitem], [role=option], [role=radio], a')];
        const named = all.find(one => (one.getAttribute('aria-label') ?? one.innerText).trim() === arguments[0]);
        if (!named || named.disabled) return false;
        named.click();
        return true;
    ";
    wait_until(&format!("a button named {name:?}"), SOON, || {
        page.run(click, vec![name.into()]) == json!(true)
    });
}

/// Clicks what closes the window: the driver would wait for the window's answer in vain.
#[track_caller]
pub(crate) fn leave_by(page: &Page<'_>, testid: &str) {
    page.find(testid);
    let click = "
        const found = document.querySelector(`[data-testid=${arguments[0]}]`);
        setTimeout(() => found.click());
    ";
    page.run(click, vec![testid.into()]);
}

/// Chooses whose key it is, and goes on.
#[track_caller]
pub(crate) fn choose_owner(page: &Page<'_>, name: &str) {
    wait_for_words(page, "Whose key is it?");
    let choose = "
        const all = [...document.querySelectorAll('[role=radio]')];
        const named = all.find(one => one.querySelector('.name').innerText === arguments[0]);
        named?.click();
        return named !== undefined;
    ";
    wait_until(&format!("{name:?} among the owners"), SOON, || {
        page.run(choose, vec![name.into()]) == json!(true)
    });
    press(page, "Continue");
}

/// Everything that the keyring holds of this app: labels, attributes and secrets, as `secret-tool` prints them.
pub(crate) fn keyring(desk: &Desk) -> String {
    let mut search = desk.command("secret-tool");
    let output = desk.output(search.args(["search", "--all", "application", "chatelaine"]));
    // It prints attributes to its standard error.
    let (items, attributes) = (&output.stdout, &output.stderr);
    format!(
        "{}{}",
        String::from_utf8_lossy(items),
        String::from_utf8_lossy(attributes)
    )
}

/// What lies in the keyring under that name.
pub(crate) fn item(desk: &Desk, name: &str) -> Option<Value> {
    let mut lookup = desk.command("secret-tool");
    let output = desk.output(lookup.args(["lookup", "application", "chatelaine", "item", name]));
    serde_json::from_slice(&output.stdout).ok()
}

/// Removes that item, as another program would.
pub(crate) fn remove_item(desk: &Desk, name: &str) {
    let mut clear = desk.command("secret-tool");
    assert!(
        desk.output(clear.args(["clear", "application", "chatelaine", "item", name]))
            .status
            .success()
    );
    assert_eq!(item(desk, name), None);
}

/// Checks that the keyring holds this key, bound to this origin, under that name and nothing else.
#[track_caller]
pub(crate) fn assert_only_item(desk: &Desk, name: &str, key: &Canary, origin: &str) {
    assert_eq!(desk.keyring_items(), 1);
    let item = item(desk, name).expect("the item is found by its attributes");
    assert!(item["key"] == key.text(), "the item holds the key");
    assert_eq!(item["origin"], origin);
}

/// Checks that nothing was stored and nothing is asked.
#[track_caller]
pub(crate) fn assert_nothing_stored(desk: &Desk) {
    assert_eq!(desk.keyring_items(), 0);
    assert_eq!(Dialog::all(desk), [""; 0]);
}

/// Checks that the page holds nothing of the key, neither in sight nor out of it.
#[track_caller]
pub(crate) fn assert_not_in_page(page: &Page<'_>, key: &Canary) {
    let all = "
        const fields = [...document.querySelectorAll('input, textarea')].map(field => field.value);
        return document.documentElement.outerHTML + fields.join() + document.title + location.href;
    ";
    let all = page.run(all, vec![]);
    assert!(!key.is_in(all.as_str().unwrap()), "the page holds the key");
}

/// Asks in a chat window.
#[track_caller]
pub(crate) fn ask(page: &Page<'_>, question: &str) {
    page.type_into("composer", question);
    page.click("send");
}

/// Calls a command as any script in that window could, and gives its answer or its error.
pub(crate) fn invoke(page: &Page<'_>, command: &str, request: &Value) -> Value {
    let call = "
        const call = window.__TAURI_INTERNALS__.invoke(arguments[0], arguments[1]);
        return call.then(answer => ({ answer }), error => ({ error }));
    ";
    page.run_async(call, vec![command.into(), json!({ "request": request })])
        .unwrap()
}

/// The same, without waiting for it: it is kept under `name` in the page, for [`answered`].
pub(crate) fn invoke_later(page: &Page<'_>, name: &str, command: &str, request: Value) {
    let call = "
        const [name, command, request] = arguments;
        window.__TAURI_INTERNALS__.invoke(command, { request })
            .then(answer => ({ answer }), error => ({ error }))
            .then(outcome => { window['outcome ' + name] = outcome; });
    ";
    page.run(call, vec![name.into(), command.into(), request]);
}

/// Waits for what became of such a call.
#[track_caller]
pub(crate) fn answered(page: &Page<'_>, name: &str) -> Value {
    e2e::wait_for(&format!("the answer to the call {name:?}"), SOON, || {
        let outcome = page.run(
            "return window['outcome ' + arguments[0]] ?? null",
            vec![name.into()],
        );
        (!outcome.is_null()).then_some(outcome)
    })
}
