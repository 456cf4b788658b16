//! A hand that clicks on everything that a hostile answer shows.

use e2e::dialog::Dialog;
use e2e::provider::openai;
use e2e::sinks::apart;
use e2e::wait::SOON;
use e2e::wait_until;
use serde_json::json;

use super::payload::{armed, text};
use super::room::Room;
use super::stage::{LAST, Stage};
use super::tally::Tally;
use super::watch::{commands, look};
use super::{addresses, loads};

/// Of how many payloads with addresses one is clicked on: each link costs a native dialog.
const SHARE: usize = 14;

/// Clicks on everything in the answer but its links and the window's own buttons, with each button of a mouse.
const CLICK_ALL: &str = "
    for (const element of document.querySelectorAll(`${arguments[0]} .prose *`)) {
        if (element.closest('a, button')) continue;
        element.click();
        for (const type of ['dblclick', 'auxclick', 'mousedown', 'mouseup', 'contextmenu', 'keydown', 'drop']) {
            element.dispatchEvent(new MouseEvent(type, { bubbles: true, cancelable: true, button: 1 }));
        }
    }
    return [...document.querySelectorAll(`${arguments[0]} a`)].map(link => link.href);
";

/// Clicks on the link of that number, with the middle button if it is odd.
const CLICK_LINK: &str = "
    const link = document.querySelectorAll(`${arguments[0]} a`)[arguments[1]];
    const type = arguments[1] % 2 ? 'auxclick' : 'click';
    return link.dispatchEvent(new MouseEvent(type, { bubbles: true, cancelable: true, button: arguments[1] % 2 }));
";

#[test]
fn a_click_anywhere_leads_to_a_native_question_at_most() {
    apart(|network| {
        let room = Room::new(network);
        let app = room.start();
        let mut stage = Stage::set(&room, &app);
        let mut tally = Tally::default();
        let mixed = text(
            "several",
            ["[one](http://{http}/{n}/1), [two](https://{dns}/2), <b onclick={js}>x</b>"],
        );
        let drafts = [addresses::all(), loads::all()].concat();
        let chosen = drafts.into_iter().step_by(SHARE).chain(mixed).collect();
        let mut links_seen = 0;
        for payload in armed(chosen, 8000, &room.sinks.http()) {
            let what = format!("a click on {}", payload.name);
            let question = format!("What is {what}?");
            stage.ask(&what, &question, openai::answer(&payload.text), &mut tally);
            let links: Vec<String> =
                serde_json::from_value(stage.page.run(CLICK_ALL, vec![LAST.into()])).unwrap();
            // Nothing of that was a link, so nothing of it may have called anything.
            stage.look_at(&what, LAST, &mut tally);
            for (number, address) in links.iter().enumerate() {
                links_seen += 1;
                tally.attempts += 1;
                let goes = stage.page.run(CLICK_LINK, vec![LAST.into(), number.into()]);
                if goes == json!(true) {
                    tally
                        .away
                        .push(format!("{what}: the page itself would follow {address}"));
                }
                let dialog = Dialog::wait(&room.desk, "Open this address");
                if !dialog.text().contains(address.as_str()) {
                    tally
                        .lost
                        .push(format!("{what}: {address} is asked as {:?}", dialog.text()));
                }
                dialog.dismiss();
            }
            let asked = commands(&look(&stage.page, LAST).calls);
            let asked = asked.get("open_link").copied().unwrap_or(0);
            if asked != links.len() {
                tally.command.push(format!(
                    "{what}: {asked} of {} links were asked for",
                    links.len()
                ));
            }
        }
        assert!(links_seen >= 2, "there is a link to click on");
        stage.look_around(&mut tally);
        tally.publish("each link was clicked on and answered by a native question");
        tally.assert_nothing();
    });
}

/// What each attack would leave behind, done by hand: the canary set, elements made, a load begun, a command called.
const BREACHES: [(&str, &str); 6] = [
    ("script", "window.breached = 1"),
    ("script", "Object.prototype.polluted = 1"),
    (
        "script",
        "document.querySelector('.prose').append(document.createElement('video'))",
    ),
    (
        "script",
        "document.querySelector('.prose p').setAttribute('name', 'location')",
    ),
    (
        "leak",
        "document.querySelector('.prose').append(Object.assign(new Image(), { src: arguments[0] }))",
    ),
    (
        "command",
        "window.__TAURI_INTERNALS__.invoke('settings_state').catch(() => {})",
    ),
];

#[test]
fn each_breach_would_be_noticed() {
    apart(|network| {
        let room = Room::new(network);
        let app = room.start();
        for (kind, breach) in BREACHES {
            let mut tally = Tally::default();
            let page = e2e::scenario::chat(&app);
            page.reload();
            let mut stage = Stage::set(&room, &app);
            stage.ask(
                "nothing",
                "Is all well?",
                openai::answer("All is well."),
                &mut tally,
            );
            tally.assert_nothing();
            let picture = format!("http://{}/picture.png", room.sinks.http());
            stage.page.run(breach, vec![picture.into()]);
            // Reports of broken rules come a moment later.
            wait_until(breach, SOON, || {
                stage.look_at(breach, LAST, &mut tally);
                let found = match kind {
                    "script" => &tally.script,
                    "leak" => &tally.leak,
                    _ => &tally.command,
                };
                !found.is_empty()
            });
        }
        // A page that is loaded anew is not the one that was there.
        let mut tally = Tally::default();
        let stage = Stage::set(&room, &app);
        stage.page.reload();
        stage.look_at("a page loaded anew", LAST, &mut tally);
        assert!(!tally.away.is_empty(), "a navigation is noticed");
    });
}
