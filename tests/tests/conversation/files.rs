//! Files with a message: chosen in the system's dialog, pasted, dropped, refused, sent and kept.

use std::fs;
use std::path::{Path, PathBuf};

use e2e::Desk;
use e2e::canary::Canary;
use e2e::dialog::Dialog;
use e2e::provider::{Provider, openai};
use e2e::scenario::{chat, open_chat, say, wait_for_end, write_settings};
use e2e::wait::SOON;
use e2e::wait_until;
use e2e::window::{App, Launch, Page};
use serde_json::{Value, json};

use crate::desk;

/// A picture of one pixel.
const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

fn settle(desk: &Desk, provider: &Provider, protocol: &str) {
    let base = match protocol {
        "openai-chat" => provider.base_url(),
        _ => provider.origin(),
    };
    write_settings(
        desk,
        &json!({
            "version": 1,
            "providers": [{ "id": "own", "name": "Workshop", "protocol": protocol, "baseUrl": base, "defaultModel": "m" }],
            "model": { "provider": "own", "model": "m" },
        }),
    );
}

fn file(desk: &Desk, name: &str, bytes: &[u8]) -> PathBuf {
    let path = desk.folder().join(name);
    fs::write(&path, bytes).unwrap();
    path
}

/// Chooses a file by the button beside the composer.
fn attach(desk: &Desk, page: &Page<'_>, path: &Path) {
    page.click("attach");
    Dialog::wait(desk, "Choose files for your message").choose_file(path, "Attach");
}

/// Pastes a file into the composer, as a copied picture comes.
fn paste(page: &Page<'_>, name: &str, base64: &str) {
    hand_over(
        page,
        name,
        base64,
        "document.querySelector('[data-testid=composer]').dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))",
    );
}

/// Drops a file onto the window.
fn drop_file(page: &Page<'_>, name: &str, base64: &str) {
    hand_over(
        page,
        name,
        base64,
        "for (const type of ['dragenter', 'dragover', 'drop']) \
         document.querySelector('main').dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }))",
    );
}

fn hand_over(page: &Page<'_>, name: &str, base64: &str, how: &str) {
    let script = format!(
        "const bytes = Uint8Array.from(atob(arguments[1]), (c) => c.charCodeAt(0)); \
         const data = new DataTransfer(); \
         data.items.add(new File([bytes], arguments[0])); {how}"
    );
    page.run(&script, vec![name.into(), base64.into()]);
}

fn wait_for_files(page: &Page<'_>, expected: &[&str]) {
    wait_until(&format!("the files {expected:?}"), SOON, || {
        let shown = page.texts("file");
        shown.len() == expected.len()
            && shown
                .iter()
                .zip(expected)
                .all(|(shown, name)| shown.contains(name))
    });
}

fn words(page: &Page<'_>) -> String {
    let said = page.run("return document.body.innerText", Vec::new());
    said.as_str().unwrap_or_default().to_owned()
}

fn wait_for_words(page: &Page<'_>, part: &str) {
    wait_until(part, SOON, || words(page).contains(part));
}

#[test]
fn files_are_chosen_sent_shown_and_sent_again_with_the_history() {
    let desk = desk();
    let provider = Provider::http();
    provider.always(openai::COMPLETIONS, |_| openai::answer("I see."));
    settle(&desk, &provider, "openai-chat");
    let mut app = App::start(&desk, &Launch::new(&desk));
    let page = chat(&app);
    attach(
        &desk,
        &page,
        &file(&desk, "notes.md", b"# Notes\nLinks hold."),
    );
    wait_for_files(&page, &["notes.md"]);
    paste(&page, "link.png", PNG);
    wait_for_files(&page, &["notes.md", "link.png"]);
    drop_file(&page, "dropped.txt", "ZHJvcHBlZA==");
    wait_for_files(&page, &["notes.md", "link.png", "dropped.txt"]);
    assert!(!words(&page).contains("Drop files to attach them"));
    say(&page, "What do you see?");
    let shown = wait_for_end(&page, "What do you see?");
    assert_eq!(shown[1].text, "I see.");
    let content = |number: usize| -> Value {
        provider.completions()[number].request().json()["messages"][0]["content"].clone()
    };
    let sent = content(0);
    let parts = sent.as_array().unwrap();
    assert_eq!(
        parts[0]["image_url"]["url"],
        format!("data:image/png;base64,{PNG}")
    );
    let said = parts[1]["text"].as_str().unwrap();
    assert!(said.contains("<file name=\"notes.md\">\n# Notes\nLinks hold.\n</file>"));
    assert!(said.contains("<file name=\"dropped.txt\">\ndropped\n</file>"));
    assert!(said.ends_with("What do you see?"));
    assert!(
        !provider.completions()[0]
            .request()
            .json()
            .to_string()
            .contains("desk-"),
        "no path leaves"
    );
    drop(page);
    app.quit();

    // After a restart they are there, and go with the next question.
    let app = App::start(&desk, &Launch::new(&desk));
    let page = chat(&app);
    open_chat(&page, "What do you see?");
    wait_for_files(&page, &["notes.md", "link.png", "dropped.txt"]);
    say(&page, "And now?");
    wait_until("the second answer", SOON, || {
        provider.completions().len() == 2
    });
    assert_eq!(content(1), sent);
}

#[test]
fn files_alone_are_a_message() {
    let desk = desk();
    let provider = Provider::http();
    provider.answer(openai::answer("A picture."));
    settle(&desk, &provider, "openai-chat");
    let app = App::start(&desk, &Launch::new(&desk));
    let page = chat(&app);
    paste(&page, "link.png", PNG);
    wait_for_files(&page, &["link.png"]);
    page.click("send");
    wait_for_words(&page, "A picture.");
    assert_eq!(provider.completions().len(), 1);
    // The chat is called by its first file.
    wait_until("the chat in the list", SOON, || {
        page.texts("conversation")
            .iter()
            .any(|title| title.contains("link.png"))
            || words(&page).matches("link.png").count() >= 2
    });
}

#[test]
fn what_can_not_be_sent_is_told_before_anything_is() {
    let desk = desk();
    let provider = Provider::http();
    settle(&desk, &provider, "ollama");
    let app = App::start(&desk, &Launch::new(&desk));
    let page = chat(&app);
    attach(&desk, &page, &file(&desk, "program.bin", b"\x7fELF\0\0\0"));
    wait_for_words(&page, "program.bin is no text, picture or PDF.");
    attach(&desk, &page, &file(&desk, "nothing.txt", b""));
    wait_for_words(&page, "nothing.txt is empty.");
    let large = vec![b'a'; 1024 * 1024 + 1];
    attach(&desk, &page, &file(&desk, "long.txt", &large));
    wait_for_words(&page, "long.txt is too large");
    assert!(page.all("file").is_empty());
    // Ollama reads no PDF.
    attach(&desk, &page, &file(&desk, "paper.pdf", b"%PDF-1.7\n"));
    wait_for_words(&page, "not read by this model");
    page.type_into("composer", "Read it.");
    assert!(!page.find("send").is_enabled());
    page.find_css("button[aria-label='Remove paper.pdf']")
        .click();
    wait_for_files(&page, &[]);
    wait_until("the message to be sendable", SOON, || {
        page.find("send").is_enabled()
    });
    assert!(provider.exchanges().is_empty());
}

#[test]
fn a_key_in_a_file_is_noticed_before_it_is_sent() {
    let desk = desk();
    let provider = Provider::http();
    provider.answer(openai::answer("Noted."));
    settle(&desk, &provider, "openai-chat");
    let app = App::start(&desk, &Launch::new(&desk));
    let page = chat(&app);
    let key = Canary::new("sk-proj-", 48);
    let env = format!("OPENAI_API_KEY={}\n", key.text());
    attach(&desk, &page, &file(&desk, ".env", env.as_bytes()));
    wait_for_words(&page, "This looks like an API key.");
    page.type_into("composer", "What is it?");
    assert!(!page.find("send").is_enabled());
    assert!(provider.exchanges().is_empty());
    let named = |name: &str| {
        page.run(
            "[...document.querySelectorAll('button')].find((one) => one.innerText.trim() === arguments[0]).click()",
            vec![name.into()],
        );
    };
    named("Send as text");
    wait_for_end(&page, "What is it?");
    assert_eq!(provider.completions().len(), 1);
}
