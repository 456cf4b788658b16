//! A provider that sends the app elsewhere: the other server hears nothing, whatever it is that makes it another.

use e2e::provider::{Certificate, Provider, Reply, openai};
use e2e::scenario::ask;
use e2e::settings_page::{settings_from_chat, wait_for_words};
use e2e::wait::SOON;
use e2e::window::CHAT;
use e2e::workshop::{MODEL, Workshop};
use e2e::{Keyring, proof, wait_until};
use serde_json::{Value, json};

const STATUSES: [u16; 5] = [301, 302, 303, 307, 308];

/// Says something in a new chat to that provider, as a script can, and waits until the turn has begun.
const START_TURN: &str = "
    const [provider, model] = given;
    const events = '__CHANNEL__:' + window.__TAURI_INTERNALS__.transformCallback(() => {});
    const request = { conversation: null, text: 'Are you there?', model: { provider, model }, asText: false };
    await window.__TAURI_INTERNALS__.invoke('start_turn', { request, events });
";

/// Servers on another host, on another port alone, and with another scheme; each a provider without a key as well, so
/// that it can be shown to listen.
fn elsewhere(shop: &Workshop) -> ([Provider; 3], [String; 3], Value) {
    let servers = [
        Provider::https(&shop.authority, Certificate::Good),
        Provider::https(&shop.authority, Certificate::Good),
        Provider::http(),
    ];
    let origins = [
        servers[0].origin().replace("127.0.0.1", "localhost"),
        servers[1].origin(),
        servers[2].origin(),
    ];
    let mut settings = shop.settings();
    let entries = settings["providers"].as_array_mut().unwrap();
    for (server, origin) in servers.iter().zip(&origins) {
        server.always(openai::COMPLETIONS, |_| openai::answer("I am."));
        entries.push(json!({
            "id": origin, "name": origin, "protocol": "openai-chat", "baseUrl": format!("{origin}/v1"), "defaultModel": "m",
        }));
    }
    (servers, origins, settings)
}

#[test]
fn no_redirect_takes_a_key_or_a_question_elsewhere() {
    let shop = Workshop::new(Keyring::Unlocked);
    let (servers, origins, settings) = elsewhere(&shop);
    e2e::scenario::write_settings(&shop.desk, &settings);
    let app = e2e::window::App::start(&shop.desk, &shop.launch());
    let page = settings_from_chat(&app);
    shop.bind(&page);
    let chat = app.page(CHAT);
    let (mut cells, mut through) = (0, 0);
    for (server, origin) in servers.iter().zip(&origins) {
        for status in STATUSES {
            let location = format!("{origin}{}", openai::COMPLETIONS);
            shop.provider.answer(Reply::redirect(status, &location));
            chat.click("new-chat");
            ask(&chat, "Where do you send me?");
            chat.wait_for_text("message-error", "wants to send the request elsewhere.");
            chat.wait_until_gone("stop");
            cells += 1;
            shop.assert_sent(cells);
            through += server.exchanges().len();
        }
        // A key that is checked goes by another method.
        shop.provider.reply_once(
            openai::MODELS,
            Reply::redirect(302, &format!("{origin}/v1/models")),
        );
        page.click("verify-key");
        wait_for_words(&page, "wants to send the request elsewhere.");
        page.click("verify-key");
        wait_for_words(&page, "Accepted. 2 models.");
        through += server.exchanges().len();
    }
    assert_eq!((cells, through), (15, 0));

    // The control: each of them listens, and the app would get there.
    for (server, origin) in servers.iter().zip(&origins) {
        chat.run_async(START_TURN, vec![json!(origin), json!(MODEL)])
            .unwrap();
        wait_until(&format!("{origin} to be asked"), SOON, || {
            server.completions().len() == 1
        });
    }
    let told = |server: &Provider| {
        let exchanges = server.exchanges();
        exchanges.iter().any(|one| {
            one.request()
                .headers()
                .iter()
                .any(|(_, value)| shop.key.is_in(value))
        })
    };
    assert!(!servers.iter().any(told), "another server got the key");
    proof::attack(
        "have it sent elsewhere by a redirect",
        cells as u64,
        through as u64,
        "in the window each of the other servers heard a turn that was meant for it",
    );
}
