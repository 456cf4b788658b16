use e2e::Keyring;
use e2e::dialog::Dialog;
use e2e::provider::openai;
use e2e::wait::SOON;
use e2e::wait_until;
use e2e::window::{CHAT, Page};

use e2e::canary::Canary;
use e2e::items::{assert_nothing_stored, item};
use e2e::scenario::{ask, start, unlocked};
use e2e::settings_page::{
    assert_not_in_page, choose_owner, leave_by, press, settings, settings_from_chat, wait_for_words,
};
use e2e::workshop::{ITEM, Workshop};

#[test]
fn a_key_tells_its_vendor_and_one_that_many_share_is_asked_about() {
    let desk = unlocked();
    let app = start(&desk);
    let page = settings(&app);
    for (prefix, vendor, host) in [
        ("sk-ant-api03-", "Anthropic", "api.anthropic.com"),
        ("AIza", "Google Gemini", "generativelanguage.googleapis.com"),
    ] {
        let key = Canary::new(prefix, 80);
        desk.copy_text(key.text());
        page.click("paste-key");
        let question = Dialog::wait(&desk, &format!("Keep this key for {vendor}"));
        assert!(question.text().contains(host), "{question:?}");
        question.dismiss();
        wait_for_words(&page, "Nothing was stored.");
        assert_nothing_stored(&desk);
        assert_not_in_page(&page, &key);
    }

    let key = Canary::new("sk-", 48);
    desk.copy_text(key.text());
    page.click("paste-key");
    wait_for_words(&page, "Whose key is it?");
    let first = page.run(
        "return [...document.querySelectorAll('[role=radio] .name')].slice(0, 3).map(one => one.innerText)",
        vec![],
    );
    assert_eq!(
        first,
        serde_json::json!(["OpenAI", "DeepSeek", "Moonshot AI"])
    );
    assert_nothing_stored(&desk);
    choose_owner(&page, "DeepSeek");
    let question = Dialog::wait(&desk, "Keep this key for DeepSeek");
    assert!(
        question.text().contains("https://api.deepseek.com"),
        "{question:?}"
    );
    question.dismiss();
    wait_for_words(&page, "Nothing was stored.");
    assert_nothing_stored(&desk);
    assert_not_in_page(&page, &key);
}

/// What the first element that `selector` names shows, in one line.
fn line_of(page: &Page<'_>, selector: &str) -> String {
    let shown = page.find_css(selector).text();
    let lines: Vec<_> = shown.lines().map(str::trim).collect();
    lines.join(" | ")
}

#[test]
fn a_key_is_named_verified_and_removed() {
    let shop = Workshop::new(Keyring::Unlocked);
    let desk = &shop.desk;
    let app = shop.start();
    let page = settings_from_chat(&app);
    page.find_css("input[aria-label='Name for the key, optional']")
        .type_text("Team of two");
    desk.copy_text(shop.key.text());
    press(&page, "Paste a key for Workshop");
    let question = Dialog::wait(desk, "Send this key to “Workshop”");
    assert!(
        question.text().contains("Name: “Team of two”."),
        "{question:?}"
    );
    question.press("Send to this host");
    wait_for_words(&page, "Accepted. 2 models.");
    assert_eq!(item(desk, ITEM).unwrap()["name"], "Team of two");
    let stored = line_of(&page, "section dl");
    press(&page, "Done");
    wait_for_words(&page, "Team of two");
    page.wait_for_text("credential-status", "Ready");
    let row = line_of(&page, ".text:has([data-testid=credential-status])");
    let ready = format!("{row}; {stored}");
    for (part, shown) in [
        ("Ready", &row),
        (&shop.provider.origin(), &row),
        (&shop.provider.origin(), &stored),
        ("Secret Service", &stored),
    ] {
        assert!(shown.contains(part), "{part:?} in {shown:?}");
    }
    e2e::proof::state("ready", "gnome-keyring", &ready, "Verify, Remove");

    page.click("verify-key");
    wait_for_words(&page, "Accepted. 2 models.");
    shop.provider
        .reply_once(openai::MODELS, openai::error(401, "invalid_api_key", "No."));
    page.click("verify-key");
    page.wait_for_text("message-error", "says the key is wrong");
    shop.assert_bound();

    page.click("remove-key");
    let question = Dialog::wait(desk, "Remove the key for “Workshop” from Secret Service");
    assert!(
        question.text().contains(&shop.provider.origin()),
        "{question:?}"
    );
    question.dismiss();
    wait_for_words(&page, "You said no in the dialog. Nothing was removed.");
    shop.assert_bound();
    page.click("remove-key");
    Dialog::wait(desk, "Remove the key for “Workshop”").press("Remove");
    page.wait_for_text("credential-status", "No key");
    assert_nothing_stored(desk);
    page.wait_until_gone("remove-key");

    // Without it the server is asked without it.
    let chat = app.page(CHAT);
    ask(&chat, "Who is there?");
    chat.wait_for_text("message-error", "says the key is wrong");
    assert_eq!(
        shop.provider.wait_for_completion(1).request().bearer(),
        None
    );
}

#[test]
fn a_vendor_whose_key_was_removed_is_not_asked() {
    let desk = unlocked();
    let app = start(&desk);
    let page = settings(&app);
    desk.copy_text(Canary::openai().text());
    page.click("paste-key");
    Dialog::wait(&desk, "Keep this key for OpenAI").press("Keep key");
    leave_by(&page, "open-chat");
    app.wait_until_closed(e2e::window::SETTINGS);
    let page = settings_from_chat(&app);
    page.click("remove-key");
    Dialog::wait(&desk, "Remove the key for OpenAI").press("Remove");
    wait_for_words(&page, "No key yet.");
    assert_nothing_stored(&desk);
    let chat = app.page(CHAT);
    ask(&chat, "Who is there?");
    chat.wait_for_text("message-error", "There is no key for");
}

#[test]
fn the_clipboard_is_cleared_on_request_if_it_still_holds_the_key() {
    let shop = Workshop::new(Keyring::Unlocked);
    let desk = &shop.desk;
    let app = shop.start();
    let page = settings_from_chat(&app);
    shop.bind(&page);
    wait_for_words(&page, "Still holds the key.");
    press(&page, "Clear it");
    wait_for_words(&page, "Cleared. A clipboard manager may have kept a copy.");
    wait_until("an empty clipboard", SOON, || {
        desk.clipboard_text().unwrap_or_default().is_empty()
    });
    press(&page, "Done");

    press(&page, "More for Workshop");
    desk.copy_text(shop.key.text());
    press(&page, "Paste new");
    shop.confirm();
    wait_for_words(&page, "Still holds the key.");
    desk.copy_text("a shopping list");
    press(&page, "Clear it");
    wait_for_words(&page, "It holds something else by now, and was left alone.");
    assert_eq!(desk.clipboard_text().as_deref(), Some("a shopping list"));
}
