//! What scenarios have in common: settings with providers of one's own, a message said, the answer read where a person
//! reads it, and the same conversation as the database holds it.

mod stored;

use std::fs;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::desk::{Desk, Keyring};
use crate::wait::{SOON, wait_for, wait_until};
use crate::window::{App, CHAT, Launch, Page};
pub use stored::{Stored, stored, stored_drafts, wait_until_stored};

/// A provider of one's own, as an entry of `settings.json`. Its id is its name.
#[derive(Debug, Clone)]
pub struct Own {
    /// Id and name.
    pub name: String,
    /// Its protocol, as the settings spell it.
    pub protocol: &'static str,
    /// The base URL.
    pub base_url: String,
    /// The default model.
    pub model: String,
}

impl Own {
    /// An entry that speaks `openai-chat`.
    pub fn new(name: &str, base_url: &str, model: &str) -> Self {
        Self {
            name: name.to_owned(),
            protocol: "openai-chat",
            base_url: base_url.to_owned(),
            model: model.to_owned(),
        }
    }

    /// The same, with another protocol.
    #[must_use]
    pub fn speaking(mut self, protocol: &'static str) -> Self {
        self.protocol = protocol;
        self
    }
}

/// Writes `settings.json` with these providers. New chats use the first one's model.
pub fn settle(desk: &Desk, providers: &[Own]) {
    let model = providers
        .first()
        .map(|first| json!({ "provider": first.name, "model": first.model }));
    let entries: Vec<Value> = providers
        .iter()
        .map(|own| {
            json!({
                "id": own.name, "name": own.name, "protocol": own.protocol,
                "baseUrl": own.base_url, "defaultModel": own.model,
            })
        })
        .collect();
    write_settings(
        desk,
        &json!({ "version": 1, "providers": entries, "model": model }),
    );
}

/// Writes `settings.json` as it is given, so that the start is not a first run.
pub fn write_settings(desk: &Desk, settings: &Value) {
    fs::create_dir_all(desk.data_folder()).expect("the data folder can be made");
    fs::write(
        desk.data_folder().join("settings.json"),
        settings.to_string(),
    )
    .expect("the settings can be written");
}

/// What settings.json holds; `null` where there is none.
pub fn read_settings(desk: &Desk) -> Value {
    let file = fs::read(desk.data_folder().join("settings.json")).unwrap_or_default();
    serde_json::from_slice(&file).unwrap_or_default()
}

/// The app on a new desk with an open keyring, at the first page.
pub fn unlocked() -> Desk {
    Desk::new(Keyring::Unlocked)
}

/// Starts the app, and waits for its first page.
pub fn start(desk: &Desk) -> App<'_> {
    App::start(desk, &Launch::new(desk))
}

/// Starts the app with one provider of one's own, whose model is called `small-talk-1`.
pub fn start_with<'desk>(desk: &'desk Desk, base_url: &str) -> App<'desk> {
    settle(desk, &[Own::new("Workshop", base_url, "small-talk-1")]);
    App::start(desk, &Launch::new(desk))
}

/// The chat window, once one can write in it.
#[track_caller]
pub fn chat<'app>(app: &'app App<'_>) -> Page<'app> {
    let page = app.page(CHAT);
    page.find("composer");
    page
}

/// Types `text` and presses Enter, as a person does.
#[track_caller]
pub fn say(page: &Page<'_>, text: &str) {
    page.type_into("composer", text);
    wait_until("the composer to hold what was typed", SOON, || {
        draft(page) == text
    });
    press_enter(page);
}

/// Asks in a chat window.
#[track_caller]
pub fn ask(page: &Page<'_>, question: &str) {
    page.type_into("composer", question);
    page.click("send");
}

/// Presses Enter in the composer once it can send.
#[track_caller]
pub fn press_enter(page: &Page<'_>) {
    wait_until("the message to be sendable", SOON, || {
        page.all("send").iter().any(|send| send.is_enabled())
    });
    page.type_into("composer", "\u{e007}");
}

/// What stands in the composer.
pub fn draft(page: &Page<'_>) -> String {
    let value = page.run(
        "return document.querySelector('[data-testid=composer]').value",
        Vec::new(),
    );
    value.as_str().unwrap_or_default().to_owned()
}

/// Puts a text into the composer as a paste would: at once, with the event that the page listens for.
pub fn paste_draft(page: &Page<'_>, script: &str) {
    page.run(
        &format!(
            "const field = document.querySelector('[data-testid=composer]'); field.focus(); \
             field.value = {script}; field.dispatchEvent(new InputEvent('input', {{ bubbles: true }}));"
        ),
        Vec::new(),
    );
}

/// Clicks the first button or entry of that accessible name which can be used, in what `selector` matches, once it is there.
#[track_caller]
pub fn press(page: &Page<'_>, selector: &str, name: &str) {
    const FIND: &str = "
        const within = [...document.querySelectorAll(arguments[0])];
        const all = within.flatMap(one => [...one.querySelectorAll('button, [role=menuitem]')]);
        const named = all.find(one => (one.getAttribute('aria-label') ?? one.innerText).trim() === arguments[1]);
        if (!named || named.disabled) return false;
        named.click();
        return true;
    ";
    let what = format!("a button {name:?} in {selector}");
    wait_until(&what, SOON, || {
        page.run(FIND, vec![selector.into(), name.into()]) == true
    });
}

/// Opens the conversation of that title from the list.
#[track_caller]
pub fn open_chat(page: &Page<'_>, title: &str) {
    const FIND: &str = "
        const all = [...document.querySelectorAll('[data-testid=conversation-item]')];
        const named = all.find(one => one.querySelector('.ellipsis').textContent === arguments[0]);
        named?.click();
        return named !== undefined;
    ";
    wait_until(&format!("the chat {title:?} in the list"), SOON, || {
        page.run(FIND, vec![title.into()]) == true
    });
    wait_until(&format!("the chat {title:?} to be shown"), SOON, || {
        transcript(page)
            .first()
            .is_some_and(|first| first.text == title)
    });
}

/// Opens a new chat.
#[track_caller]
pub fn new_chat(page: &Page<'_>) {
    page.click("new-chat");
    wait_until("an empty chat", SOON, || transcript(page).is_empty());
}

/// Chooses a model by its name, in the picker, by keyboard.
#[track_caller]
pub fn choose_model(page: &Page<'_>, model: &str) {
    page.click("model-picker");
    page.find_css("[role=combobox]").type_text(model);
    wait_until(&format!("the model {model} in the picker"), SOON, || {
        let shown = page.run(
            "return document.querySelector('[role=option].active bdi')?.textContent",
            Vec::new(),
        );
        shown.as_str() == Some(model)
    });
    page.find_css("[role=combobox]").type_text("\u{e007}");
    page.wait_for_text("model-picker", model);
    wait_until("the picker to close", SOON, || {
        page.all_css("[role=combobox]").is_empty()
    });
}

/// A message as the transcript shows it.
#[derive(Debug, Clone, Deserialize)]
pub struct Shown {
    /// `user` or `assistant`.
    pub role: String,
    /// Its words alone.
    pub text: String,
    /// Whether it is still being made.
    pub busy: bool,
    /// What is said of its end: everything beside its words.
    pub ending: String,
    /// All text of its error, folded details too.
    pub error: Option<String>,
}

/// Everything in the transcript, in one look.
pub fn transcript(page: &Page<'_>) -> Vec<Shown> {
    let shown = page.run(READ, Vec::new());
    serde_json::from_value(shown).expect("the script's own shape")
}

const READ: &str = r"
    const text = (element) => element?.textContent ?? '';
    return [...document.querySelectorAll('[data-testid=message-user], [data-testid=message-assistant]')].map(message => {
        if (message.dataset.testid === 'message-user')
            return { role: 'user', text: text(message.querySelector('.words')).trim(), busy: false, ending: '', error: null };
        const error = message.querySelector('[data-testid=message-error]');
        const ending = [...message.children].filter(child => !child.matches('.prose, .meta')).map(text).join(' ');
        return { role: 'assistant', text: text(message.querySelector('.prose')).trim(),
            busy: message.getAttribute('aria-busy') === 'true', ending, error: error && text(error) };
    });
";

/// Waits until the last answer, which follows `question`, is complete or has failed; gives the transcript.
#[track_caller]
pub fn wait_for_end(page: &Page<'_>, question: &str) -> Vec<Shown> {
    wait_for_end_at_most(page, question, SOON)
}

/// The same with a limit of one's own.
#[track_caller]
pub fn wait_for_end_at_most(page: &Page<'_>, question: &str, limit: Duration) -> Vec<Shown> {
    let what = format!("the end of the answer to {question:.60?}");
    let shown = wait_for(&what, limit, || {
        let shown = transcript(page);
        let asked = shown.iter().rfind(|message| message.role == "user")?;
        let last = shown.last()?;
        (asked.text == question.trim() && last.role == "assistant" && !last.busy).then_some(shown)
    });
    page.wait_until_gone("stop");
    shown
}

/// Waits until the last answer shows `part` of its text.
#[track_caller]
pub fn wait_for_words(page: &Page<'_>, part: &str) -> Shown {
    wait_for(&format!("the answer to show {part:?}"), SOON, || {
        transcript(page)
            .pop()
            .filter(|last| last.role == "assistant" && last.text.contains(part))
    })
}
