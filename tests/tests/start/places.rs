//! Where the app writes when nobody has named a folder: where the platform wants it.

use std::fs;

use e2e::wait::SOON;
use e2e::wait_until;
use e2e::window::{App, Launch, SETTINGS};

use crate::common::desk;

#[test]
fn data_and_log_go_where_the_platform_wants_them() {
    let desk = desk();
    let launch = Launch::new(&desk).without_env("CHATELAINE_DATA_DIR");
    let app = App::start(&desk, &launch);
    app.page(SETTINGS).find("paste-key");
    let data = desk.home().join(".local/share/chatelaine");
    let log = desk.home().join(".local/state/chatelaine/chatelaine.log");
    wait_until("the log", SOON, || {
        fs::read_to_string(&log).is_ok_and(|log| log.contains("the app starts"))
    });
    assert!(data.join("chats.sqlite").exists());
    assert!(!data.join("chatelaine.log").exists());
    assert!(!desk.data_folder().exists());
}
