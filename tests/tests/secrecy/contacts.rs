//! What Privacy & proof says of who was asked, against what the server heard.

use e2e::scenario::{ask, chat, wait_for_end};
use e2e::settings_page::{press, settings_from_chat, wait_for_words};
use e2e::wait::SOON;
use e2e::window::{CHAT, Page};
use e2e::workshop::Workshop;
use e2e::{Keyring, wait_until};

/// The rows of the list of hosts, each as its cells' texts.
fn rows(page: &Page<'_>) -> Vec<Vec<String>> {
    let read = "
        return [...document.querySelectorAll('.contacts tbody tr')]
            .map(row => [...row.children].map(cell => cell.innerText.trim()))
            .filter(row => row.length > 1);
    ";
    serde_json::from_value(page.run(read, vec![])).unwrap()
}

/// Waits until the list says how often the provider was asked for answers and about itself, as often as it was.
#[track_caller]
fn wait_for_the_servers_count(page: &Page<'_>, shop: &Workshop) {
    let host = shop.provider.origin().replace("https://", "");
    wait_until("the list to say what the server heard", SOON, || {
        press(page, "About");
        press(page, "Privacy & proof");
        wait_for_words(page, "Asked in the last 30 days");
        let turns = shop.provider.completions().len();
        let others = shop.provider.exchanges().len() - turns;
        let expected = |what: &str, count: usize| {
            rows(page).iter().any(|row| {
                row.len() == 5
                    && row[0] == host
                    && row[1] == format!("{what}; stays here")
                    && row[2] == count.to_string()
            })
        };
        turns > 0
            && others > 0
            && expected("your messages and its key", turns)
            && expected("its key, to list models or to check it", others)
    });
}

#[test]
fn the_list_of_hosts_says_what_the_server_heard_also_after_a_restart() {
    let shop = Workshop::new(Keyring::Unlocked);
    let app = shop.start();
    let page = settings_from_chat(&app);
    press(&page, "Privacy & proof");
    wait_for_words(&page, "nothing in this time");
    assert_eq!(shop.provider.exchanges().len(), 0);
    press(&page, "Providers & keys");
    shop.bind(&page);
    for question in ["Who are you?", "And I?"] {
        ask(&chat(&app), question);
        wait_for_end(&app.page(CHAT), question);
    }
    wait_for_the_servers_count(&page, &shop);

    let app = app.restart();
    let page = settings_from_chat(&app);
    wait_for_the_servers_count(&page, &shop);
}
