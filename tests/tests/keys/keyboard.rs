use std::process::Stdio;

use e2e::dialog::Dialog;
use e2e::processes::Running;
use e2e::wait::SOON;
use e2e::window::{Page, SETTINGS_TITLE};
use e2e::{Desk, wait_until};

use e2e::canary::Canary;
use e2e::items::assert_nothing_stored;
use e2e::scenario::{start, unlocked};
use e2e::settings_page::{assert_not_in_page, leave_by, press, settings, wait_for_words};

const NAME: &str = "input[aria-label='Name for the key, optional']";

#[track_caller]
fn wait_for_value(page: &Page<'_>, value: &str) {
    wait_until(&format!("{value:?} in the name's field"), SOON, || {
        page.find_css(NAME).property("value").as_deref() == Some(value)
    });
}

#[test]
fn text_goes_to_the_field_that_has_the_focus_and_a_key_never_does() {
    let desk = unlocked();
    let app = start(&desk);
    let page = settings(&app);
    page.find_css(NAME).click();
    desk.copy_text("Team of two");
    desk.press_key(SETTINGS_TITLE, "ctrl+v");
    wait_for_value(&page, "Team of two");
    assert_nothing_stored(&desk);

    let key = Canary::openai();
    desk.copy_text(&format!(" {}\n", key.text()));
    desk.press_key(SETTINGS_TITLE, "ctrl+v");
    let question = Dialog::wait(&desk, "Keep this key for OpenAI");
    assert!(
        question.text().contains("Name: “Team of two”."),
        "{question:?}"
    );
    question.dismiss();
    wait_for_words(&page, "Nothing was stored.");
    wait_for_value(&page, "Team of two");
    assert_not_in_page(&page, &key);

    // No field has the focus: whatever is pasted may be a key.
    page.run("document.activeElement.blur()", vec![]);
    let unknown = Canary::of_no_shape();
    desk.copy_text(unknown.text());
    desk.press_key(SETTINGS_TITLE, "ctrl+v");
    wait_for_words(&page, "Whose key is it?");
    assert_not_in_page(&page, &unknown);
    press(&page, "Cancel");
    page.find("paste-key");
    page.run("document.activeElement.blur()", vec![]);
    desk.copy_text("No key at all");
    desk.press_key(SETTINGS_TITLE, "ctrl+v");
    page.wait_for_text("message-error", "This does not look like an API key.");
    assert_nothing_stored(&desk);
}

#[test]
fn a_key_theme_adds_no_way_to_paste() {
    let desk = unlocked();
    let gtk = desk.home().join(".config/gtk-3.0");
    std::fs::create_dir_all(&gtk).unwrap();
    std::fs::write(
        gtk.join("settings.ini"),
        "[Settings]\ngtk-key-theme-name=Emacs\n",
    )
    .unwrap();
    let app = start(&desk);
    let page = settings(&app);
    page.find_css(NAME).click();
    page.run(
        "window.heard = [];
         addEventListener('paste', event => window.heard.push('paste'), true);
         addEventListener('keydown', event => window.heard.push(event.key), true);",
        vec![],
    );
    let key = Canary::openai();
    desk.copy_text(key.text());
    // Emacs's paste, and a letter: once that is heard, what came before it has been dealt with.
    desk.press_key(SETTINGS_TITLE, "ctrl+y");
    desk.press_key(SETTINGS_TITLE, "x");
    let heard = e2e::wait_for("the letter to be heard", SOON, || {
        let heard = page.run("return window.heard", vec![]);
        let heard: Vec<String> = serde_json::from_value(heard).unwrap();
        heard.iter().any(|one| one == "x").then_some(heard)
    });
    assert!(heard.iter().any(|one| one == "y"), "{heard:?}");
    assert!(!heard.iter().any(|one| one == "paste"), "{heard:?}");
    wait_for_value(&page, "x");
    assert_not_in_page(&page, &key);
    assert_nothing_stored(&desk);
}

/// Selects `text` in another program: the middle button pastes that.
fn select(desk: &Desk, text: &str) -> Running {
    let file = desk.folder().join("bus/selected");
    std::fs::write(&file, text).unwrap();
    let mut owner = desk.command("xclip");
    owner
        .args(["-quiet", "-selection", "primary", "-in"])
        .arg(&file);
    let owner = desk.spawn(owner.stdout(Stdio::null()).stderr(Stdio::null()));
    wait_until("the selection", SOON, || {
        let mut reader = desk.command("xclip");
        desk.output(reader.args(["-selection", "primary", "-out"]))
            .stdout
            == text.as_bytes()
    });
    owner
}

/// Presses that mouse button in the middle of an element.
fn click_in(desk: &Desk, page: &Page<'_>, title: &str, selector: &str, button: u8) {
    page.find_css(selector);
    let place = "
        const box = document.querySelector(arguments[0]).getBoundingClientRect();
        return [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)];
    ";
    let place = page.run(place, vec![selector.into()]);
    let [x, y] = [0, 1].map(|at| u32::try_from(place[at].as_u64().unwrap()).unwrap());
    // A hand that is there already doesn't move, and `xdotool` would wait for it to.
    let x = x + u32::from(button);
    desk.click_with(title, x, y, button);
}

#[test]
fn the_middle_button_and_the_menu_paste_nothing_in_the_settings_window() {
    let desk = unlocked();
    let app = start(&desk);
    let page = settings(&app);
    let _owner = select(&desk, "selected");
    desk.copy_text("copied");
    click_in(&desk, &page, SETTINGS_TITLE, NAME, 1);
    click_in(&desk, &page, SETTINGS_TITLE, NAME, 2);
    click_in(&desk, &page, SETTINGS_TITLE, NAME, 3);
    // A menu would have taken the keys: `p` is Paste in it.
    desk.type_text(SETTINGS_TITLE, "ping");
    wait_for_value(&page, "ping");

    // In the chat window, which has no keys to keep, the middle button does paste: the test's hand works.
    leave_by(&page, "try-demo");
    let chat = app.page(e2e::window::CHAT);
    chat.find("composer");
    click_in(
        &desk,
        &chat,
        e2e::window::CHAT_TITLE,
        "[data-testid=composer]",
        2,
    );
    wait_until("the selection in the composer", SOON, || {
        chat.find("composer").property("value").as_deref() == Some("selected")
    });
}
