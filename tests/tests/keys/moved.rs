use e2e::Keyring;
use e2e::provider::{Certificate, Provider, openai};
use e2e::window::{App, CHAT};

use e2e::items::{assert_only_item, remove_item};
use e2e::scenario::{ask, write_settings};
use e2e::settings_page::{press, settings_from_chat, wait_for_words};
use e2e::workshop::{ITEM, Workshop, settings_for};

#[test]
fn an_address_changed_by_hand_does_not_get_the_key() {
    let shop = Workshop::new(Keyring::Unlocked);
    let mut app = shop.start_and_bind();
    app.quit();
    drop(app);
    let elsewhere = Provider::https(&shop.authority, Certificate::Good);
    elsewhere.always(openai::COMPLETIONS, |_| {
        openai::answer("Hello from elsewhere.")
    });
    write_settings(&shop.desk, &settings_for(&elsewhere.base_url()));

    let app = App::start(&shop.desk, &shop.launch());
    let chat = app.page(CHAT);
    ask(&chat, "Do you get the key?");
    chat.wait_for_text(
        "message-error",
        "The key was made for another host than 127.0.0.1",
    );
    assert_eq!(elsewhere.completions().len(), 0);
    let page = settings_from_chat(&app);
    wait_for_words(
        &page,
        &format!("Its key is bound to {}", shop.provider.origin()),
    );
    let told = |exchange: &std::sync::Arc<e2e::provider::Exchange>| {
        exchange
            .request()
            .headers()
            .iter()
            .any(|(_, value)| shop.key.is_in(value))
    };
    assert!(
        !elsewhere.exchanges().iter().any(told),
        "the new address got the key"
    );

    // Pasted again, past the dialog that names the new host, it is bound there.
    shop.desk.copy_text(shop.key.text());
    press(&page, "Paste new key for Workshop");
    let question = e2e::dialog::Dialog::wait(&shop.desk, "Send this key to “Workshop”");
    assert!(
        question.text().contains(&elsewhere.origin()),
        "{question:?}"
    );
    question.press("Send to this host");
    wait_for_words(&page, "Accepted. 2 models.");
    assert_only_item(&shop.desk, ITEM, &shop.key, &elsewhere.origin());
    press(&app.page(CHAT), "Retry");
    app.page(CHAT)
        .wait_for_text("message-assistant", "Hello from elsewhere.");
    assert_eq!(shop.provider.completions().len(), 0);
}

#[test]
fn a_key_that_another_program_removed_is_missed_by_name() {
    let shop = Workshop::new(Keyring::Unlocked);
    let app = shop.start_and_bind();
    remove_item(&shop.desk, ITEM);
    let chat = app.page(CHAT);
    ask(&chat, "Is it still there?");
    let told = chat.wait_for_text("message-error", "is no longer there.");
    assert_eq!(shop.provider.completions().len(), 0);
    let app = app.restart();
    let page = settings_from_chat(&app);
    page.wait_for_text("credential-status", "Gone");
    wait_for_words(&page, "Another program may have removed it.");
    shop.desk.copy_text(shop.key.text());
    press(&page, "Paste new key for Workshop");
    shop.confirm();
    wait_for_words(&page, "Accepted. 2 models.");
    e2e::proof::state(
        "item gone",
        "gnome-keyring, secret-tool clear",
        &told,
        "Paste new",
    );
    shop.assert_bound();
}

#[test]
fn a_key_outlives_the_database_that_knew_of_it() {
    let shop = Workshop::new(Keyring::Unlocked);
    let mut app = shop.start_and_bind();
    app.quit();
    drop(app);
    let chats = shop.desk.data_folder().join("chats.sqlite");
    std::fs::write(&chats, "no database any more".repeat(100)).unwrap();

    let app = App::start(&shop.desk, &shop.launch());
    let page = settings_from_chat(&app);
    page.wait_for_text("credential-status", "Ready");
    shop.assert_bound();
    shop.provider
        .answer(openai::answer("Your key is still here."));
    let chat = app.page(CHAT);
    ask(&chat, "Where is my key?");
    chat.wait_for_text("message-assistant", "Your key is still here.");
    let asked = shop.provider.wait_for_completion(1);
    let bearer = asked.request().bearer().unwrap_or_default().to_owned();
    assert!(shop.key.is_in(&bearer), "the key was not sent");
}

/// Writes an item in place of the app's, as another program would.
fn write_item(shop: &Workshop, content: &str) {
    let desk = &shop.desk;
    let file = desk.folder().join("item");
    std::fs::write(&file, content).unwrap();
    let mut store = desk.command("secret-tool");
    store
        .args(["store", "--label", "changed", "application", "chatelaine"])
        .args(["item", ITEM])
        .stdin(std::fs::File::open(&file).unwrap());
    assert!(desk.output(&mut store).status.success());
}

#[test]
fn an_item_that_another_program_changed_or_another_version_wrote_is_not_sent() {
    let shop = Workshop::new(Keyring::Unlocked);
    let app = shop.start_and_bind();
    let chat = app.page(CHAT);
    let unreadable = "holds no key that Chatelaine can read";
    let older = format!("{{\"v\":0,\"secret\":\"{}\"}}", shop.key.text());
    for (content, name, how) in [
        (
            "garbage",
            "item changed",
            "gnome-keyring, secret-tool store",
        ),
        (
            &older,
            "item from an older format",
            "gnome-keyring, an item of version 0",
        ),
    ] {
        write_item(&shop, content);
        chat.click("new-chat");
        ask(&chat, "Is it still readable?");
        let told = chat.wait_for_text("message-error", unreadable);
        assert_eq!(shop.provider.completions().len(), 0);
        e2e::proof::state(name, how, &told, "Paste the key again");
    }
    assert_eq!(shop.desk.keyring_items(), 1, "what is there is left there");
}
