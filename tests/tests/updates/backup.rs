//! A new version copies the chats before it changes their form, and offers the copy where its first start broke off.

use std::fs;

use e2e::dialog::Dialog;
use e2e::wait::SOON;
use e2e::wait_until;
use e2e::window::{App, CHAT, Launch};

use crate::common::desk;

#[test]
fn a_first_start_that_broke_off_offers_the_chats_as_they_were() {
    let desk = desk();
    let launch = Launch::new(&desk);
    let mut app = App::start(&desk, &launch);
    let page = app.page(CHAT);
    page.type_into("composer", "Said before the update");
    page.click("send");
    page.find("message-assistant");
    page.wait_until_gone("stop");
    drop(page);
    app.quit();
    drop(app);
    // As it is after a start that changed the chats and then showed no window.
    let folder = desk.data_folder();
    let version = env!("CARGO_PKG_VERSION");
    fs::write(
        folder.join("chatelaine.started"),
        format!("{version} starts\n"),
    )
    .unwrap();
    let copy = folder.join("chats.before-update-2026-11-24T231028Z.sqlite");
    let chats = rusqlite::Connection::open(folder.join("chats.sqlite")).unwrap();
    chats
        .execute("VACUUM INTO ?1", [copy.display().to_string()])
        .unwrap();
    chats
        .execute("UPDATE conversation SET title = 'Spoilt'", [])
        .unwrap();
    drop(chats);

    let app = App::start(&desk, &launch);
    let page = app.page(CHAT);
    let said = page.wait_for_text("start-notice", "showed no window");
    assert!(said.contains(&copy.display().to_string()), "{said}");
    page.find_css("[data-notice=startBrokeOff] .button").click();
    let dialog = Dialog::wait(&desk, "Put the chats back as they were");
    dialog.press("Put back");
    wait_until("the copy to take its place", SOON, || !copy.exists());
    drop(page);
    drop(app);

    let app = App::start(&desk, &launch);
    let page = app.page(CHAT);
    page.wait_for_text("conversation-list", "Said before the update");
    let kept = fs::read_dir(&folder).unwrap().flatten().any(|entry| {
        let name = entry.file_name();
        name.to_string_lossy().starts_with("chats.replaced-")
    });
    assert!(kept, "what was written since is kept");
}
