//! A picture of every state of an update, in both widths and themes.

use e2e::dialog::Dialog;
use e2e::gallery::Gallery;
use e2e::provider::{Gate, Reply};
use e2e::releases::{PACKAGE, Releases, TARGET, VERSION, package};
use e2e::settings_page::press;
use e2e::window::{App, CHAT, Launch};
use serde_json::json;

use crate::common::{check, desk, good_release, updates_page, wait_for_state, write_settings};

#[test]
fn updates_in_the_light() {
    updates(false);
}

#[test]
fn updates_in_the_dark() {
    updates(true);
}

#[test]
fn no_updates_in_the_light() {
    no_updates(false);
}

#[test]
fn no_updates_in_the_dark() {
    no_updates(true);
}

const NOTES: &str = "- Answers can be compared **side by side**, version by version.\n\
    - The thinking of a model is folded under one line, as for the others.\n\
    - Fixed: a chat with a broken attachment could not be opened.";

fn themed(dark: bool) -> serde_json::Value {
    json!({ "version": 1, "theme": if dark { "dark" } else { "light" } })
}

fn updates(dark: bool) {
    let desk = desk();
    write_settings(&desk, &themed(dark));
    let releases = Releases::new();
    let package = package(desk.folder(), "chatelaine", VERSION, 9_100_000);
    let name = "Chatelaine_99.0.0_amd64.deb";
    let signature = releases.signer.sign(&package, name, VERSION);
    let mut manifest = releases.manifest(VERSION, &signature);
    manifest["notes"] = NOTES.into();
    manifest["platforms"][TARGET]["size"] = package.len().into();
    releases.offer(&manifest);
    let gate = Gate::new();
    let reply = Reply::new(200)
        .send(&package[..4_100_000])
        .gate(&gate)
        .send(&package[4_100_000..]);
    releases
        .server
        .reply_once(PACKAGE, Reply::new(200).send(vec![0; package.len()]));
    releases.server.always(PACKAGE, move |_| reply.clone());
    let launch = releases
        .launch(&desk)
        .env("CHATELAINE_SWITCH_UPDATE_PATIENCE_MS", "60000");
    let app = App::start(&desk, &launch);
    let page = updates_page(&app);
    let chat = app.page(CHAT);
    let gallery = Gallery::new(&desk, dark);
    let both = |state: &str| {
        gallery.hang(&page, &format!("updates-{state}"));
        gallery.hang(&chat, &format!("update-banner-{state}"));
    };

    gallery.hang(&page, "updates-not-checked");
    check(&page, "available");
    wait_for_state(&chat, "update-banner", "available");
    both("available");
    press(&chat, "What’s new");
    chat.wait_for_text("update-sheet", "side by side");
    gallery.hang(&chat, "update-sheet");
    let later = "[...document.querySelectorAll('[data-testid=update-sheet] button')]\
        .find(one => one.innerText === 'Later').click()";
    chat.run(later, vec![]);
    chat.wait_until_gone("update-sheet");
    chat.wait_until_gone("update-banner");
    gallery.hang(&page, "updates-put-off");

    press(&page, "Download");
    wait_for_state(&page, "update-state", "failed");
    wait_for_state(&chat, "update-banner", "failed");
    both("refused");
    press(&page, "Try again");
    gate.wait_for_arrival(1);
    chat.wait_for_text("update-banner", "4.1 of 9.1 MB");
    both("downloading");
    gate.open();
    wait_for_state(&page, "update-state", "ready");
    wait_for_state(&chat, "update-banner", "ready");
    both("ready");
    // This program is in no package, and so its installer refuses.
    press(&page, "Install and restart");
    Dialog::wait(&desk, "Install this version").press("Install");
    wait_for_state(&page, "update-state", "failed");
    wait_for_state(&chat, "update-banner", "failed");
    both("by-hand");
}

fn no_updates(dark: bool) {
    let desk = desk();
    write_settings(&desk, &themed(dark));
    let gallery = Gallery::new(&desk, dark);
    let app = App::start(&desk, &Launch::new(&desk));
    let page = updates_page(&app);
    wait_for_state(&page, "update-state", "off");
    gallery.hang(&page, "updates-not-built-in");
    press(&page, "About");
    gallery.hang(&page, "settings-about");
    press(&page, "Appearance");
    page.find_css("[role=switch]").click();
    page.find_css("[role=switch][aria-checked=true]");
    gallery.hang(&page, "settings-appearance-login");
    drop(page);
    drop(app);

    let releases = good_release(&desk);
    let managed = releases
        .launch(&desk)
        .env("CHATELAINE_SWITCH_UPDATE_MANAGED", "1");
    let app = App::start(&desk, &managed);
    let page = updates_page(&app);
    wait_for_state(&page, "update-state", "off");
    gallery.hang(&page, "updates-managed");
    drop(page);
    drop(app);

    let app = App::start(&desk, &releases.launch(&desk));
    let page = updates_page(&app);
    releases.offer(&releases.manifest("0.0.1", "c2ln"));
    check(&page, "upToDate");
    gallery.hang(&page, "updates-up-to-date");
    page.find_css("[role=switch]").click();
    drop(page);
    drop(app);
    let app = App::start(&desk, &releases.launch(&desk));
    let page = updates_page(&app);
    wait_for_state(&page, "update-state", "off");
    gallery.hang(&page, "updates-switched-off");
}
