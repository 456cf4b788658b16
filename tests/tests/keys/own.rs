use e2e::Keyring;
use e2e::dialog::Dialog;
use e2e::provider::{Certificate, Provider};
use e2e::window::{App, CHAT};

use e2e::canary::Canary;
use e2e::items::assert_nothing_stored;
use e2e::scenario::{ask, read_settings};
use e2e::settings_page::{
    assert_not_in_page, leave_by, press, press_way, settings, wait_for_words,
};
use e2e::workshop::{MODEL, Workshop};

#[test]
fn a_server_of_ones_own_is_added_bound_verified_and_asked() {
    let shop = Workshop::new(Keyring::Unlocked);
    let desk = &shop.desk;
    let elsewhere = Provider::https(&shop.authority, Certificate::Good);
    let app = App::start(desk, &shop.launch());
    let page = settings(&app);
    press_way(&page, "Use a server of your own");
    page.find_css("input[inputmode=url]")
        .type_text(&shop.provider.base_url());
    for (label, text) in [("Name", "Workshop"), ("Model", MODEL)] {
        let field = page.run(
            "return [...document.querySelectorAll('label')].find(one => one.innerText.trim().startsWith(arguments[0])).htmlFor",
            vec![label.into()],
        );
        page.find_css(&format!("[id='{}']", field.as_str().unwrap()))
            .type_text(text);
    }
    press(&page, "Add this server");
    let question = Dialog::wait(desk, "Send your messages to this host");
    assert!(
        question.text().contains(&shop.provider.base_url()),
        "{question:?}"
    );
    question.dismiss();
    wait_for_words(&page, "Nothing was changed. You said no in the dialog.");
    assert!(read_settings(desk).is_null());
    assert_eq!(shop.provider.exchanges().len(), 0);

    press(&page, "Add this server");
    Dialog::wait(desk, "Send your messages to this host").press("Send to this host");
    wait_for_words(&page, "Your server is added.");
    assert_eq!(
        read_settings(desk)["providers"][0]["baseUrl"],
        shop.provider.base_url()
    );

    // A key that the server refuses is kept all the same, and the refusal is told.
    let wrong = Canary::of_no_shape();
    desk.copy_text(wrong.text());
    page.click("paste-key");
    shop.confirm();
    wait_for_words(&page, "says the key is wrong.");
    wait_for_words(&page, "The key stays put away.");
    assert_eq!(desk.keyring_items(), 1);
    assert_not_in_page(&page, &wrong);

    desk.copy_text(shop.key.text());
    page.click("paste-key");
    // The page of a stored key goes by the shape, and this one's tells of nobody.
    Workshop::choose(&page);
    let question = Dialog::wait(desk, "Send this key to “Workshop”");
    assert!(
        question
            .text()
            .contains("It takes the place of “Workshop”."),
        "{question:?}"
    );
    question.press("Send to this host");
    wait_for_words(&page, "Accepted. 2 models.");
    assert_eq!(desk.keyring_items(), 1);

    leave_by(&page, "open-chat");
    let chat = app.page(CHAT);
    ask(&chat, "Good day?");
    chat.wait_for_text("message-assistant", "Hello.");
    shop.assert_sent(1);
    assert_eq!(elsewhere.exchanges().len(), 0);
    assert_not_in_page(&chat, &shop.key);
}

#[test]
fn a_key_that_is_not_wanted_there_is_not_put_away() {
    let shop = Workshop::new(Keyring::Unlocked);
    let app = shop.start();
    let page = e2e::settings_page::settings_from_chat(&app);
    shop.desk.copy_text(shop.key.text());
    page.click("paste-key");
    Workshop::choose(&page);
    let question = Dialog::wait(&shop.desk, "Send this key to “Workshop”");
    assert!(
        question
            .text()
            .contains("Go on only if you know this host."),
        "{question:?}"
    );
    question.dismiss();
    wait_for_words(&page, "Nothing was stored.");
    assert_nothing_stored(&shop.desk);
    assert_eq!(shop.provider.exchanges().len(), 0);
}
