//! What several of these scenarios begin with.

use std::fs;
use std::path::{Path, PathBuf};

use e2e::provider::{Provider, Reply, openai};
use e2e::wait::SOON;
use e2e::window::{App, CHAT, Launch, Page};
use e2e::{Desk, Keyring, wait_until};
use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};

/// The model of the scripted provider.
pub(crate) const MODEL: &str = "small-talk-1";

/// A desk on which nobody asks for a key.
pub(crate) fn desk() -> Desk {
    Desk::new(Keyring::NoService)
}

/// settings.json as it is for somebody who has chosen a loopback provider.
pub(crate) fn settings(provider: &Provider) -> Value {
    json!({
        "version": 1,
        "providers": [{
            "id": "own", "name": "Workshop", "protocol": "openai-chat",
            "baseUrl": provider.base_url(), "defaultModel": MODEL,
        }],
        "model": { "provider": "own", "model": MODEL },
    })
}

/// Writes settings.json.
pub(crate) fn write_settings(desk: &Desk, settings: &Value) {
    write_data(desk, "settings.json", settings.to_string());
}

/// Writes a file of the data folder.
pub(crate) fn write_data(desk: &Desk, name: &str, content: impl AsRef<[u8]>) {
    fs::create_dir_all(desk.data_folder()).unwrap();
    fs::write(desk.data_folder().join(name), content).unwrap();
}

/// What settings.json holds.
pub(crate) fn read_settings(desk: &Desk) -> Value {
    serde_json::from_slice(&fs::read(desk.data_folder().join("settings.json")).unwrap()).unwrap()
}

/// The files of the data folder whose names begin so.
pub(crate) fn kept(desk: &Desk, prefix: &str) -> Vec<PathBuf> {
    let mut found: Vec<_> = fs::read_dir(desk.data_folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with(prefix))
        })
        .collect();
    found.sort();
    found
}

/// A provider that answers every question with `text`.
pub(crate) fn provider_that_says(text: &'static str) -> Provider {
    let provider = Provider::http();
    provider.always(openai::COMPLETIONS, move |_| openai::answer(text));
    provider
}

/// Starts the app as it is for somebody who has chosen `provider`.
pub(crate) fn start_with<'desk>(desk: &'desk Desk, provider: &Provider) -> App<'desk> {
    write_settings(desk, &settings(provider));
    App::start(desk, &Launch::new(desk))
}

/// Asks in a chat window.
#[track_caller]
pub(crate) fn ask(page: &Page<'_>, question: &str) {
    page.type_into("composer", question);
    page.click("send");
}

/// Asks, and waits for the whole of an answer with that text.
#[track_caller]
pub(crate) fn ask_and_hear(page: &Page<'_>, question: &str, answer: &str) {
    ask(page, question);
    page.wait_for_text("message-assistant", answer);
    page.wait_until_gone("stop");
}

/// A whole answer that can be told from others.
pub(crate) fn answer(text: &str) -> Reply {
    openai::answer(text)
}

/// Waits until the page says `part` anywhere, as it is read on screen.
#[track_caller]
pub(crate) fn wait_for_words(page: &Page<'_>, part: &str) {
    wait_until(&format!("{part:?} in the window"), SOON, || {
        words(page).contains(part)
    });
}

/// The texts of all elements of that name, without what the engine adds at their ends.
pub(crate) fn texts(page: &Page<'_>, testid: &str) -> Vec<String> {
    let texts = page.texts(testid);
    texts.iter().map(|text| text.trim().to_owned()).collect()
}

/// Waits until new messages go to a model of exactly that name.
#[track_caller]
pub(crate) fn wait_for_model(page: &Page<'_>, name: &str) {
    wait_until(&format!("the model {name:?}"), SOON, || {
        texts(page, "model-picker") == [name]
    });
}

/// Everything that the page shows as text.
pub(crate) fn words(page: &Page<'_>) -> String {
    let text = page.run("return document.body.innerText", vec![]);
    text.as_str().unwrap_or_default().to_owned()
}

/// Clicks the first button, menu entry, option or radio of that accessible name, once it is there.
#[track_caller]
pub(crate) fn press(page: &Page<'_>, name: &str) {
    // A menu's entry has its key below its name.
    let click = "
        const all = [...document.querySelectorAll('button, [role=menuitem], [role=option], [role=radio]')];
        const name = one => (one.getAttribute('aria-label') ?? one.innerText.trim().split('\\n')[0]).trim();
        const named = all.find(one => name(one) === arguments[0] && !one.disabled);
        named?.click();
        return named !== undefined;
    ";
    wait_until(&format!("a button named {name:?}"), SOON, || {
        page.run(click, vec![name.into()]) == json!(true)
    });
}

/// The chats' database, opened for looking.
pub(crate) fn database(folder: &Path) -> Connection {
    let path = folder.join("chats.sqlite");
    Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap()
}

/// The text and the state of every message, in the order in which they came.
pub(crate) fn messages(desk: &Desk) -> Vec<(String, String)> {
    let database = database(&desk.data_folder());
    let mut rows = database
        .prepare("SELECT text, state FROM message ORDER BY number")
        .unwrap();
    let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    rows.unwrap().map(Result::unwrap).collect()
}

/// The app's own log.
pub(crate) fn log(desk: &Desk) -> String {
    fs::read_to_string(desk.data_folder().join("chatelaine.log")).unwrap_or_default()
}

/// Waits for the chat window with nothing but the composer to be ready for a first word.
pub(crate) fn chat<'app>(app: &'app App<'_>) -> Page<'app> {
    let page = app.page(CHAT);
    page.find("composer");
    page
}
