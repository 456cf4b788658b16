//! The same hostile text in the settings window, and in the names that both windows show.

use e2e::provider::{Provider, openai};
use e2e::scenario::{chat, unlocked, write_settings};
use e2e::settings_page::{settings, settings_from_chat};
use e2e::sinks::{Sinks, apart};
use e2e::wait::SOON;
use e2e::window::{App, Launch};
use e2e::workshop::Workshop;
use e2e::{Desk, Keyring, wait_until};
use rusqlite::Connection;
use serde_json::json;

use super::fields::{end, find_all, is_told, judge, letters, listen, payloads, texts};
use super::tally::Tally;
use super::watch::{look, watch};

/// A provider is asked about itself at most 240 times an hour.
const MOST_INQUIRIES: usize = 200;

#[test]
fn what_is_said_of_a_key_is_text_in_settings() {
    apart(|network| {
        let sinks = Sinks::open(network);
        let shop = Workshop::new(Keyring::Unlocked);
        let app = shop.start_and_bind();
        let page = settings(&app);
        watch(&page);
        let mut tally = Tally::default();
        let payloads = payloads(&sinks.http());
        for payload in payloads
            .iter()
            .step_by(payloads.len().div_ceil(MOST_INQUIRIES))
        {
            tally.attempts += 1;
            let what = format!("{} as a verification's error", payload.name);
            let said = format!("v{} {}", payload.number, payload.text);
            shop.provider
                .reply_once(openai::MODELS, openai::error(400, "refused", &said));
            page.click("verify-key");
            // A provider's own words are shortened, so what comes late in a long text is not shown.
            let beginning: String = said.chars().take(200).collect();
            let expected: String = letters(&beginning).chars().take(40).collect();
            wait_until(&what, SOON, || {
                letters(&texts(&page, "body").concat()).contains(&expected)
            });
            judge(&what, &look(&page, "body"), &mut tally);
        }
        for payload in payloads.iter().step_by(8) {
            tally.attempts += 1;
            let what = format!("{} as a key's name", payload.name);
            let name = format!("k{} {}", payload.number, payload.text);
            rename_key(&shop.desk, &name);
            page.reload();
            let number = format!("k{}", payload.number);
            wait_until(&what, SOON, || {
                texts(&page, "body").concat().contains(&number)
            });
            watch(&page);
            let seen = look(&page, "body");
            judge(&what, &seen, &mut tally);
            let shown = texts(&page, "bdi");
            let shown = shown.iter().find(|text| text.contains(&number));
            if !shown.is_some_and(|shown| is_told(shown, &name)) {
                tally.lost.push(format!("{what}: {shown:?}"));
            }
        }
        listen(&sinks, &mut tally);
        end(&tally);
    });
}

/// Changes the name of the one key where the app keeps it, as no window could.
fn rename_key(desk: &Desk, name: &str) {
    let database = Connection::open(desk.data_folder().join("chats.sqlite")).unwrap();
    database.busy_timeout(SOON).unwrap();
    let changed = database.execute("UPDATE credential_record SET name = ?1", [name]);
    assert_eq!(changed, Ok(1));
}

#[test]
fn names_of_providers_are_text_in_both_windows() {
    /// As many as fit into a settings file that a person might have.
    const AT_ONCE: usize = 120;
    apart(|network| {
        let sinks = Sinks::open(network);
        let mut tally = Tally::default();
        for payloads in payloads(&sinks.http()).chunks(AT_ONCE) {
            let (provider, desk) = (Provider::http(), unlocked());
            let entries: Vec<_> = payloads
                .iter()
                .map(|payload| {
                    json!({
                        "id": format!("own-{}", payload.number), "name": payload.text,
                        "protocol": "openai-chat", "baseUrl": provider.base_url(), "defaultModel": "m",
                    })
                })
                .collect();
            write_settings(&desk, &json!({ "version": 1, "providers": entries }));
            let app = App::start(&desk, &Launch::new(&desk));
            let page = chat(&app);
            watch(&page);
            page.click("model-picker");
            let groups = "[role=dialog] .label bdi:first-child";
            wait_until("the providers in the picker", SOON, || {
                texts(&page, groups).len() >= payloads.len()
            });
            judge(
                "the picker's groups",
                &look(&page, "[role=dialog]"),
                &mut tally,
            );
            find_all(
                "the picker's groups",
                payloads,
                &texts(&page, groups),
                &mut tally,
            );
            let settings = settings_from_chat(&app);
            watch(&settings);
            judge("the settings window", &look(&settings, "body"), &mut tally);
            let all = texts(&settings, "body *");
            find_all("the settings window", payloads, &all, &mut tally);
        }
        listen(&sinks, &mut tally);
        end(&tally);
    });
}
