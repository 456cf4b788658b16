//! A picture of every state, in both widths and themes: for people to look at, and proof that none is blank.

use e2e::dialog::Dialog;
use e2e::provider::{Gate, Provider, Reply, openai};
use e2e::wait::SOON;
use e2e::wait_until;
use e2e::window::{App, Launch, Page, SETTINGS};
use e2e::{Desk, Keyring};
use serde_json::json;

use crate::common::{
    MODEL, ask, ask_and_hear, chat, desk, press, settings, wait_for_words, write_settings,
};
use e2e::gallery::Gallery;

const ANSWER: &str = "A chain holds because **each link closes around the next**, so no link carries the load alone.\n\n\
    ## In outline\n\n\
    ```rust\nfn holds(chain: &[Link]) -> bool {\n    // One weak link is enough.\n    chain.iter().all(|link| link.strength > LOAD)\n}\n```\n\n\
    | Link | Strength |\n| --- | ---: |\n| iron | 40 |\n| steel | 90 |\n\n\
    - Look at the welds.\n- Look at [the maker’s mark](https://example.org/marks).\n\n\
    > The strength of a chain is that of its weakest link.";

#[test]
fn first_pages_in_the_light() {
    first_pages(false);
}

#[test]
fn first_pages_in_the_dark() {
    first_pages(true);
}

#[test]
fn chats_in_the_light() {
    chats(false);
}

#[test]
fn chats_in_the_dark() {
    chats(true);
}

#[test]
fn settings_in_the_light() {
    settings_pages(false);
}

#[test]
fn settings_in_the_dark() {
    settings_pages(true);
}

#[test]
fn no_way_out_in_the_light() {
    no_way_out(false);
}

#[test]
fn no_way_out_in_the_dark() {
    no_way_out(true);
}

#[test]
fn files_in_the_light() {
    files(false);
}

#[test]
fn files_in_the_dark() {
    files(true);
}

/// Before anything is set, the system alone says whether it is dark.
fn launch(desk: &Desk, dark: bool) -> Launch {
    let theme = if dark { "Adwaita:dark" } else { "Adwaita" };
    Launch::new(desk).env("GTK_THEME", theme)
}

/// settings.json with the provider and the theme.
fn themed(provider: &Provider, dark: bool) -> serde_json::Value {
    let mut settings = settings(provider);
    settings["theme"] = json!(if dark { "dark" } else { "light" });
    settings
}

fn first_pages(dark: bool) {
    let bare = desk();
    let app = App::start(&bare, &launch(&bare, dark));
    let page = app.page(SETTINGS);
    wait_for_words(&page, "No keyring to put a key in.");
    Gallery::new(&bare, dark).hang(&page, "no-keyring");
    drop(app);

    let here = Desk::new(Keyring::Unlocked);
    let local = Provider::http();
    let moved = format!("1234={}", local.port());
    let launched = launch(&here, dark).env("CHATELAINE_SWITCH_LOCAL", moved);
    let app = App::start(&here, &launched);
    let page = app.page(SETTINGS);
    wait_for_words(&page, "Use LM Studio on this computer");
    Gallery::new(&here, dark).hang(&page, "first-run-local");
    drop(app);

    let desk = Desk::new(Keyring::Unlocked);
    let provider = Provider::http();
    provider.expect_key("not-a-real-key-but-as-long-as-one");
    let app = App::start(&desk, &launch(&desk, dark));
    let page = app.page(SETTINGS);
    let gallery = Gallery::new(&desk, dark);
    wait_for_words(&page, "Paste your API key");
    gallery.hang(&page, "first-run");

    press(&page, "Use a server of your own");
    page.find_css("input[inputmode=url]")
        .type_text(&provider.base_url());
    gallery.hang(&page, "own-server");
    press(&page, "Add this server");
    Dialog::wait(&desk, "Send your messages to this host").press("Send to this host");
    wait_for_words(&page, "Your server is added.");
    gallery.hang(&page, "own-server-added");
    desk.copy_text("not-a-real-key-but-as-long-as-one");
    page.click("paste-key");
    Dialog::wait(&desk, "Send this key").press("Send to this host");
    wait_for_words(&page, "Accepted. 2 models.");
    gallery.hang(&page, "verified");
}

fn chats(dark: bool) {
    let desk = desk();
    let provider = Provider::http();
    let mut settings = themed(&provider, dark);
    settings["prices"] = json!([{ "provider": "own", "model": MODEL, "input": 0.25, "output": 2 }]);
    write_settings(&desk, &settings);
    let app = App::start(&desk, &Launch::new(&desk));
    let page = chat(&app);
    let gallery = Gallery::new(&desk, dark);
    wait_for_words(&page, "Ask away.");
    gallery.hang(&page, "empty");

    provider.answer(openai::answer(ANSWER));
    ask_and_hear(&page, "Why does a chain hold?", "weakest link");
    wait_until("the code to be coloured", SOON, || {
        !page.all_css("pre span").is_empty()
    });
    gallery.hang(&page, "chat");
    page.click("model-picker");
    wait_for_words(&page, "small-talk-1-mini");
    wait_for_words(&page, "$0.25 in, $2 out per million tokens");
    gallery.wide(&page, "picker");
    page.click("model-picker");
    gallery.narrow(&page, "chat-again");
    press(&page, "Show conversations");
    page.find("conversation-item");
    gallery.narrow(&page, "conversations");
    page.click("conversation-item");
    gallery.wide(&page, "chat-again");

    let gate = Gate::new();
    let streaming = Reply::stream()
        .send(openai::opening())
        .send(openai::delta(
            "A lock holds because its pins stand at different heights, and",
        ))
        .gate(&gate)
        .cut();
    provider.answer(streaming);
    page.click("new-chat");
    ask(&page, "Why does a lock hold?");
    page.wait_for_text("message-assistant", "at different heights");
    gallery.hang(&page, "streaming");
    gate.open();
    wait_for_words(&page, "Kept as far as it came");
    gallery.hang(&page, "partial");

    provider.answer(openai::rate_limited(Some(20)));
    page.click("new-chat");
    ask(&page, "Why does a door hold?");
    page.find("retry-wait");
    gallery.hang(&page, "retry-wait");
    press(&page, "Cancel");
    page.find("message-error");
    gallery.hang(&page, "error");

    page.click("new-chat");
    page.type_into("composer", "sk-proj-EXAMPLE-this-is-not-a-real-key-0000");
    page.wait_for_text("key-notice", "This looks like an API key.");
    gallery.hang(&page, "key-in-composer");
}

/// What settings.json says of the way out, and can't be used.
fn no_way_out(dark: bool) {
    let desk = desk();
    let provider = Provider::http();
    let mut settings = themed(&provider, dark);
    settings["providers"][0]["baseUrl"] = json!("https://api.workshop.invalid/v1");
    settings["network"] = json!({ "proxy": "ftp://127.0.0.1", "certificates": "/nowhere.pem" });
    write_settings(&desk, &settings);
    let app = App::start(&desk, &Launch::new(&desk));
    let page = chat(&app);
    let gallery = Gallery::new(&desk, dark);
    wait_for_words(&page, "network.certificates");
    gallery.hang(&page, "no-way-out-start");
    ask(&page, "Which way?");
    page.wait_for_text("message-error", "nothing was sent");
    gallery.hang(&page, "no-way-out");
    drop(app);

    settings["network"] = json!({ "proxy": "http://127.0.0.1:9" });
    write_settings(&desk, &settings);
    let app = App::start(&desk, &Launch::new(&desk));
    let page = chat(&app);
    ask(&page, "And now?");
    page.wait_for_text("message-error", "can’t be reached");
    Gallery::new(&desk, dark).hang(&page, "proxy-gone");
}

/// Files beside what is written, one that the model does not read, one that was not taken, and files that were sent.
fn files(dark: bool) {
    let desk = desk();
    let provider = Provider::http();
    let mut settings = themed(&provider, dark);
    settings["providers"][0]["protocol"] = json!("gemini");
    write_settings(&desk, &settings);
    let app = App::start(&desk, &Launch::new(&desk));
    let page = chat(&app);
    let gallery = Gallery::new(&desk, dark);
    let attach = |name: &str, bytes: &[u8]| {
        let path = desk.folder().join(name);
        std::fs::write(&path, bytes).unwrap();
        page.click("attach");
        Dialog::wait(&desk, "Choose files for your message").choose_file(&path, "Attach");
    };
    let mut report = b"%PDF-1.7
"
    .to_vec();
    report.resize(412_000, b'x');
    attach("a report on how chains hold.pdf", &report);
    attach("links.csv", b"link,strength\niron,40\n");
    page.type_into("composer", "Which link is the weakest?");
    gallery.hang(&page, "files");
    attach("forge.gif", b"GIF89a......");
    wait_for_words(&page, "not read by this model");
    attach("forge.bin", &[0; 400]);
    wait_for_words(&page, "forge.bin is no text, picture or PDF.");
    gallery.hang(&page, "files-refused");
    page.find_css("button[aria-label='Remove forge.gif']")
        .click();
    page.click("send");
    page.wait_for_text("message-user", "Which link is the weakest?");
    page.find("message-error");
    gallery.hang(&page, "files-sent");
}

fn settings_pages(dark: bool) {
    let desk = Desk::new(Keyring::Unlocked);
    let provider = Provider::http();
    provider.offer_models(&[MODEL]);
    provider.answer(openai::answer("Each of them is counted."));
    let mut settings = themed(&provider, dark);
    settings["limits"] = json!({
        "day": { "requests": 6 },
        "month": { "cost": 20 },
        "providers": { "own": { "month": { "requests": 1 } } },
    });
    write_settings(&desk, &settings);
    let app = App::start(&desk, &Launch::new(&desk));
    let page = chat(&app);
    ask_and_hear(&page, "Are my turns counted?", "Each of them");
    ask(&page, "And the second?");
    page.wait_for_text("message-error", "limit of 1 request a month is reached.");
    Gallery::new(&desk, dark).hang(&page, "limit-reached");
    page.click("open-settings");
    let page = app.page(SETTINGS);
    let gallery = Gallery::new(&desk, dark);
    wait_for_words(&page, "Workshop");
    gallery.hang(&page, "settings-keys");
    limits(&page, &gallery);
    network(&page, &gallery);
    for (name, words, state) in [
        ("Appearance", "How both windows look", "settings-appearance"),
        ("Privacy & proof", "What is kept, where", "settings-privacy"),
        (
            "About",
            "A chatelaine is the chain of keys",
            "settings-about",
        ),
    ] {
        press(&page, name);
        wait_for_words(&page, words);
        gallery.hang(&page, state);
    }
}

/// The page of the network, as it is and with an address that is none.
fn network(page: &Page<'_>, gallery: &Gallery<'_>) {
    press(page, "Network");
    wait_for_words(page, "There is no limit for a whole answer");
    gallery.hang(page, "settings-network");
    page.find_css("input[inputmode=url]")
        .type_text("http://me:word@proxy.example:3128");
    press(page, "Save");
    wait_for_words(page, "This can’t be a proxy.");
    gallery.hang(page, "settings-network-refused");
}

/// The page of limits, with a form open, and with what is left of it below.
fn limits(page: &Page<'_>, gallery: &Gallery<'_>) {
    press(page, "Limits");
    wait_for_words(page, "Turns per hour");
    gallery.hang(page, "settings-limits");
    press(page, "Change: Turns per hour");
    page.find_css("form input");
    gallery.hang(page, "settings-limits-form");
    press(page, "Cancel");
    page.run("document.querySelector('main').scrollTop = 1e6", Vec::new());
    gallery.hang(page, "settings-limits-below");
}
