//! The app opens at login when that is asked for, and no longer when it is not.

use std::fs;

use e2e::settings_page::{press, settings_from_chat};
use e2e::wait::SOON;
use e2e::wait_until;
use e2e::window::{App, CHAT, Launch};

use crate::common::desk;

#[test]
fn it_opens_at_login_only_when_asked() {
    let desk = desk();
    let entry = desk
        .home()
        .join(".config/autostart/org.chatelaine.Chatelaine.desktop");
    let app = App::start(&desk, &Launch::new(&desk));
    app.page(CHAT).find("composer");
    assert!(!entry.exists());
    let page = settings_from_chat(&app);
    press(&page, "Appearance");
    let switch = page.find_css("[role=switch]");
    switch.click();
    wait_until("the entry", SOON, || entry.exists());
    let text = fs::read_to_string(&entry).unwrap();
    let program = e2e::app_binary();
    assert!(
        text.contains(&format!("Exec=\"{}\"", program.display())),
        "{text}"
    );
    page.find_css("[role=switch]").click();
    wait_until("the entry to go", SOON, || !entry.exists());
}
