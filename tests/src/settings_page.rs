//! The settings window as a person uses it.

use serde_json::json;

use crate::canary::Canary;
use crate::wait::{SOON, wait_until};
use crate::window::{App, CHAT, Page, SETTINGS};

/// The settings window once it can be used.
#[track_caller]
pub fn settings<'app>(app: &'app App<'_>) -> Page<'app> {
    let page = app.page(SETTINGS);
    page.find("paste-key");
    page
}

/// The settings window, opened from the chat.
#[track_caller]
pub fn settings_from_chat<'app>(app: &'app App<'_>) -> Page<'app> {
    app.page(CHAT).click("open-settings");
    settings(app)
}

/// Waits until the page says `part` anywhere, as it is read on screen.
#[track_caller]
pub fn wait_for_words(page: &Page<'_>, part: &str) {
    wait_until(&format!("{part:?} in the window"), SOON, || {
        words(page).contains(part)
    });
}

/// Everything that the page shows as text.
pub fn words(page: &Page<'_>) -> String {
    let text = page.run("return document.body.innerText", vec![]);
    text.as_str().unwrap_or_default().to_owned()
}

/// Clicks the first button, menu entry, option or radio of that accessible name that can be used, once it is there.
#[track_caller]
pub fn press(page: &Page<'_>, name: &str) {
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

/// Clicks one of the ways to begin, which has more words than its name, once it can be used.
#[track_caller]
pub fn press_way(page: &Page<'_>, title: &str) {
    let click = "
        const all = [...document.querySelectorAll('button')];
        const named = all.find(one => one.innerText.includes(arguments[0]));
        if (!named || named.disabled) return false;
        named.click();
        return true;
    ";
    wait_until(&format!("the way {title:?}"), SOON, || {
        page.run(click, vec![title.into()]) == json!(true)
    });
}

/// Clicks what closes the window: the driver would wait for the window's answer in vain.
#[track_caller]
pub fn leave_by(page: &Page<'_>, testid: &str) {
    page.find(testid);
    let click = "
        const found = document.querySelector(`[data-testid=${arguments[0]}]`);
        setTimeout(() => found.click());
    ";
    page.run(click, vec![testid.into()]);
}

/// Chooses whose key it is, and goes on.
#[track_caller]
pub fn choose_owner(page: &Page<'_>, name: &str) {
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

/// Checks that the page holds nothing of the key, neither in sight nor out of it.
#[track_caller]
pub fn assert_not_in_page(page: &Page<'_>, key: &Canary) {
    let all = "
        const fields = [...document.querySelectorAll('input, textarea')].map(field => field.value);
        return document.documentElement.outerHTML + fields.join() + document.title + location.href;
    ";
    let all = page.run(all, vec![]);
    assert!(!key.is_in(all.as_str().unwrap()), "the page holds the key");
}
