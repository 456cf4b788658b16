//! Hosts that can't be asked at all, and certificates that nobody should believe.

use e2e::provider::{Authority, Certificate, Provider, Reply, openai, refused_origin};
use e2e::scenario::{
    Own, chat, choose_model, new_chat, press, say, settle, wait_for_end, wait_for_end_at_most,
    write_settings,
};
use e2e::wait::SOON;
use e2e::window::{App, Launch};
use e2e::{Desk, Keyring};
use serde_json::json;

use crate::case::{Case, check};
use crate::desk;

/// Asked in vain: the reply of a case that never gets one.
fn unasked(
    question: &'static str,
    kind: &'static str,
    title: &'static str,
    todo: &'static str,
) -> Case {
    Case::new(question, Reply::silence(), kind, title, todo)
}

#[test]
fn without_a_key_nothing_is_sent() {
    let desk = Desk::new(Keyring::Unlocked);
    write_settings(
        &desk,
        &json!({ "version": 1, "model": { "provider": "openai", "model": "small-talk-1" } }),
    );
    let app = App::start(&desk, &Launch::new(&desk));
    let page = chat(&app);
    let case = unasked(
        "No key?",
        "no_key",
        "There is no key for {host} yet.",
        "Paste one in Settings, then retry. The built-in demo needs no key.",
    );
    say(&page, case.question);
    let shown = wait_for_end(&page, case.question);
    check(&desk, &page, "api.openai.com", &case, &shown);
    // The way out that it names is there.
    press(&page, "[data-testid=message-error]", "Open settings");
    app.page("settings.html").find("paste-key");
}

#[test]
fn a_host_that_cannot_be_reached_is_told_apart() {
    let desk = desk();
    let refused = refused_origin();
    settle(
        &desk,
        &[
            Own::new("Refused", &refused, "m-refused"),
            Own::new("Unknown", "https://nowhere.invalid/v1", "m-unknown"),
            // A multicast address: no connection can lead there, whatever the network.
            Own::new("Unreachable", "https://224.0.0.1/v1", "m-unreachable"),
        ],
    );
    let app = App::start(&desk, &Launch::new(&desk));
    let page = chat(&app);
    let cases = [
        (
            "m-refused",
            refused.trim_start_matches("http://"),
            unasked(
                "Refused?",
                "connection_refused",
                "{host} accepts no connection.",
                "If it is a program on this computer, start it.",
            ),
        ),
        (
            "m-unknown",
            "nowhere.invalid",
            unasked(
                "Unknown?",
                "host_unknown",
                "No computer answers to the name {host}.",
                "Check the network, and the address in Settings.",
            ),
        ),
        (
            "m-unreachable",
            "224.0.0.1",
            unasked(
                "Unreachable?",
                "host_unreachable",
                "There is no way to {host} from here.",
                "Check the network, then retry.",
            ),
        ),
    ];
    for (model, host, case) in cases {
        new_chat(&page);
        choose_model(&page, model);
        say(&page, case.question);
        // The system may ask several name servers before it gives up.
        let shown = wait_for_end_at_most(&page, case.question, SOON * 2);
        check(&desk, &page, host, &case, &shown);
    }
}

#[test]
fn a_certificate_that_is_not_good_ends_the_talk_before_it_begins() {
    let desk = desk();
    let authority = Authority::new();
    let server = |certificate| Provider::https(&authority, certificate);
    let cases = [
        (
            "m-expired",
            server(Certificate::Expired),
            unasked(
                "Expired?",
                "certificate_expired",
                "The certificate of {host} has expired.",
                "Nothing was sent.",
            ),
        ),
        (
            "m-self-signed",
            server(Certificate::SelfSigned),
            unasked(
                "Self-signed?",
                "certificate_untrusted",
                "{host} shows a certificate that nobody vouches for.",
                "Nothing was sent.",
            ),
        ),
        (
            "m-wrong-host",
            server(Certificate::WrongHost),
            unasked(
                "Wrong host?",
                "certificate_wrong_host",
                "The certificate shown for {host} belongs to another host.",
                "Nothing was sent.",
            ),
        ),
    ];
    let good = server(Certificate::Good);
    let mut own: Vec<_> = cases
        .iter()
        .map(|(model, server, _)| Own::new(model, &server.base_url(), model))
        .collect();
    own.push(Own::new("m-good", &good.base_url(), "m-good"));
    settle(&desk, &own);
    let launch = Launch::new(&desk).env("SSL_CERT_FILE", authority.pem_file(desk.folder()));
    let app = App::start(&desk, &launch);
    let page = chat(&app);
    for (model, server, case) in &cases {
        new_chat(&page);
        choose_model(&page, model);
        say(&page, case.question);
        let shown = wait_for_end(&page, case.question);
        let host = format!("127.0.0.1:{}", server.port());
        check(&desk, &page, &host, case, &shown);
        assert!(
            server.exchanges().is_empty(),
            "{}: nothing was sent",
            case.question
        );
    }
    // With the same authority a good certificate is believed: what was refused above was refused for its own fault.
    good.answer(openai::answer("Over TLS."));
    new_chat(&page);
    choose_model(&page, "m-good");
    say(&page, "Good?");
    assert_eq!(wait_for_end(&page, "Good?")[1].text, "Over TLS.");
    assert_eq!(good.completions().len(), 1);
}
