//! What these scenarios begin with.

use std::fs;

use e2e::releases::Releases;
use e2e::settings_page::{press, settings_from_chat};
use e2e::wait::SOON;
use e2e::window::{App, CHAT, Page};
use e2e::{Desk, Keyring, wait_until};
use serde_json::{Value, json};

/// A desk on which nobody asks for a key, with settings, so that the chat opens.
pub(crate) fn desk() -> Desk {
    let desk = Desk::new(Keyring::NoService);
    write_settings(&desk, &json!({ "version": 1 }));
    desk
}

pub(crate) fn write_settings(desk: &Desk, settings: &Value) {
    fs::create_dir_all(desk.data_folder()).unwrap();
    fs::write(
        desk.data_folder().join("settings.json"),
        settings.to_string(),
    )
    .unwrap();
}

pub(crate) fn read_settings(desk: &Desk) -> Value {
    serde_json::from_slice(&fs::read(desk.data_folder().join("settings.json")).unwrap()).unwrap()
}

/// The page about updates.
#[track_caller]
pub(crate) fn updates_page<'app>(app: &'app App<'_>) -> Page<'app> {
    app.page(CHAT).find("composer");
    let page = settings_from_chat(app);
    press(&page, "Updates");
    page.find("update-state");
    page
}

/// How things stand on the page or in the banner: `upToDate`, `available` …
pub(crate) fn state(page: &Page<'_>, testid: &str) -> Option<String> {
    page.all(testid).first()?.attribute("data-state")
}

#[track_caller]
pub(crate) fn wait_for_state(page: &Page<'_>, testid: &str, state_wanted: &str) {
    wait_until(&format!("{testid} to be {state_wanted}"), SOON, || {
        state(page, testid).as_deref() == Some(state_wanted)
    });
}

/// Has the app look, and waits for what comes of it.
#[track_caller]
pub(crate) fn check(page: &Page<'_>, comes_to: &str) {
    press(page, "Check now");
    wait_for_state(page, "update-state", comes_to);
}

/// What is there of packages in the data folder.
pub(crate) fn staged(desk: &Desk) -> Vec<String> {
    let entries = fs::read_dir(desk.data_folder().join("updates"));
    let mut names: Vec<_> = entries
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// A server with a version that is newer, whole and right.
pub(crate) fn good_release(desk: &Desk) -> Releases {
    let releases = Releases::new();
    let version = e2e::releases::VERSION;
    let package = e2e::releases::package(desk.folder(), "chatelaine", version, 40_000);
    releases.release(package, version);
    releases
}
