use std::fs;

use e2e::processes::{is_alive, marked};
use e2e::wait::SOON;
use e2e::window::{App, CHAT_TITLE, Launch, Plain, SETTINGS, SETTINGS_TITLE};
use e2e::{Desk, Keyring, wait_until};

use crate::common::{
    ask_and_hear, chat, desk, provider_that_says, settings, start_with, texts, write_settings,
};

/// How many processes of the app there are on the desk, its web processes not counted.
fn running(desk: &Desk) -> usize {
    let name = |pid: u32| fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
    marked(desk.folder())
        .into_iter()
        .filter(|pid| name(*pid).trim() == "chatelaine")
        .count()
}

fn active_title(desk: &Desk) -> String {
    let output = desk.output(
        desk.command("xdotool")
            .args(["getactivewindow", "getwindowname"]),
    );
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[test]
fn with_a_session_bus_a_second_start_raises_the_first_ones_window() {
    let desk = desk();
    let provider = provider_that_says("Still here.");
    let app = start_with(&desk, &provider);
    let page = chat(&app);
    page.click("open-settings");
    app.page(SETTINGS);
    desk.focus(SETTINGS_TITLE);
    assert_eq!(active_title(&desk), SETTINGS_TITLE);

    let exit = Plain::start(&desk, &Launch::new(&desk)).wait(SOON);
    assert_eq!(exit.code, Some(0), "{}", exit.stderr);
    wait_until("the chat window to come to the front", SOON, || {
        active_title(&desk) == CHAT_TITLE
    });
    assert_eq!(running(&desk), 1);
    ask_and_hear(&page, "Are you the first?", "Still here.");
}

#[test]
fn without_a_session_bus_a_second_start_says_why_not_and_harms_nothing() {
    let desk = Desk::new(Keyring::NoBus);
    let provider = provider_that_says("Unharmed.");
    let app = start_with(&desk, &provider);
    let page = chat(&app);

    let exit = Plain::start(&desk, &Launch::new(&desk)).wait(SOON);
    assert_eq!(exit.code, Some(1), "{}", exit.stderr);
    let folder = desk.data_folder();
    let told = format!(
        "Chatelaine can't start: it is running already with the data folder {}.",
        folder.display()
    );
    assert!(exit.stderr.contains(&told), "{}", exit.stderr);
    assert!(!exit.stderr.contains("panicked"), "{}", exit.stderr);

    assert!(is_alive(app.pid()));
    assert_eq!(running(&desk), 1);
    ask_and_hear(&page, "Are you well?", "Unharmed.");
}

#[test]
fn two_data_folders_on_one_bus_are_two_apps() {
    let desk = desk();
    let provider = provider_that_says("Each its own.");
    write_settings(&desk, &settings(&provider));
    let other = desk.folder().join("other");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("settings.json"), settings(&provider).to_string()).unwrap();

    let first = App::start(&desk, &Launch::new(&desk));
    let launch = Launch::new(&desk).env("CHATELAINE_DATA_DIR", &other);
    let second = App::start(&desk, &launch);
    assert_ne!(first.pid(), second.pid());
    ask_and_hear(&chat(&first), "In the first", "Each its own.");
    ask_and_hear(&chat(&second), "In the second", "Each its own.");
    assert_eq!(texts(&chat(&first), "conversation-item"), ["In the first"]);
    assert_eq!(
        texts(&chat(&second), "conversation-item"),
        ["In the second"]
    );
    assert_eq!(running(&desk), 2);
}

/// Somebody quits and starts again at once.
#[test]
fn a_start_while_the_first_one_ends_takes_its_place() {
    let desk = desk();
    let owned = desk.folder().join("owned");
    let script = include_str!("stand_in_first.py");
    let mut first = desk.spawn(
        desk.command("/usr/bin/python3")
            .args(["-c", script])
            .arg(&owned),
    );
    wait_until("the stand-in to have the name", SOON, || owned.exists());
    // The name belongs to the usual data folder.
    let launch = Launch::new(&desk).without_env("CHATELAINE_DATA_DIR");
    let mut app = Plain::start(&desk, &launch);
    first.wait(SOON);
    desk.wait_for_window(SETTINGS_TITLE);
    assert!(app.is_running(), "{}", app.stderr());
    let exit = Plain::start(&desk, &launch).wait(SOON);
    assert_eq!(
        exit.code,
        Some(0),
        "the name is its own now: {}",
        exit.stderr
    );
}
