use std::os::unix::fs::PermissionsExt as _;

use e2e::needle::{Needle, Part};
use e2e::processes::is_alive;
use e2e::wait::SOON;
use e2e::window::{App, CHAT, Launch, Plain, SETTINGS};
use e2e::{Desk, Keyring, memory};
use serde_json::json;

/// A program of two driven windows that stands in for the app, so that the driving is proved apart from it.
fn stand_in(desk: &Desk) -> Launch {
    let file = desk.folder().join("stand-in");
    let text = format!("#!/usr/bin/python3\n{}", include_str!("stand_in/app.py"));
    std::fs::write(&file, text).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
    Launch::of(file).env("GREETING", "hello from outside")
}

#[test]
fn windows_are_found_by_their_page_and_driven() {
    let desk = Desk::new(Keyring::NoService);
    let app = App::start(&desk, &stand_in(&desk).argument("an argument"));
    assert!(app.log().contains("an argument"));
    let (chat, settings) = (app.page(CHAT), app.page(SETTINGS));
    assert_eq!(
        (chat.title(), settings.title()),
        ("Stand-in".into(), "Stand-in Settings".into())
    );

    chat.wait_for_text("transcript", "hello from outside");
    chat.type_into("composer", "Grüße");
    chat.click("send");
    assert!(
        chat.wait_for_text("transcript", "Grüße.")
            .starts_with("hello from outside")
    );
    assert!(
        !settings.text("transcript").contains("Grüße"),
        "each page is its own"
    );
    assert_eq!(
        chat.run("return arguments[0] + 1", vec![json!(2)]),
        json!(3)
    );
    assert_eq!(
        chat.run_async("return await Promise.resolve(given[0])", vec![json!("x")])
            .unwrap(),
        json!("x")
    );
    assert!(
        chat.run_async("throw new Error('on purpose')", vec![])
            .unwrap_err()
            .contains("on purpose")
    );
    assert!(
        std::fs::read(chat.screenshot("harness-page"))
            .unwrap()
            .starts_with(b"\x89PNG")
    );
}

#[test]
fn web_processes_are_found_and_what_a_page_holds_is_found_in_them() {
    let desk = Desk::new(Keyring::NoService);
    let app = App::start(&desk, &stand_in(&desk));
    let names: Vec<_> = app
        .web_processes()
        .into_iter()
        .map(|seen| seen.name)
        .collect();
    assert!(
        names.iter().any(|name| name.starts_with("WebKitWeb")),
        "{names:?}"
    );
    assert!(
        names.iter().any(|name| name.starts_with("WebKitNetwork")),
        "{names:?}"
    );

    let secret = ["sk", "planted", &"m3Zt".repeat(6)].join("-");
    let needle = Needle::new(&secret);
    let whole = || {
        let searches = app
            .web_processes()
            .into_iter()
            .map(|seen| memory::search(seen.pid, &needle).unwrap());
        searches
            .flat_map(|searched| searched.hits)
            .filter(|hit| hit.part == Part::Whole)
            .count()
    };
    assert_eq!(whole(), 0);
    // The page puts it together, so that the script that travels there isn't what is found.
    let chat = app.page(CHAT);
    chat.run(
        "window.held = ['sk', 'planted', 'm3Zt'.repeat(6)].join('-') + '!'; held.charCodeAt(0)",
        vec![],
    );
    assert!(whole() > 0, "a secret that a page holds is seen");
}

#[test]
fn the_app_restarts_after_its_end_and_after_a_crash() {
    let desk = Desk::new(Keyring::NoService);
    let app = App::start(&desk, &stand_in(&desk));
    let first = app.pid();
    let app = app.restart();
    let second = app.pid();
    assert!(!is_alive(first) && app.is_running());
    let app = app.crash_and_restart();
    assert!(!is_alive(second));
    app.page(CHAT)
        .wait_for_text("transcript", "hello from outside");
    let last = app.pid();
    drop(app);
    e2e::wait_until("the app to end with its test", SOON, || !is_alive(last));
}

#[test]
fn a_plain_start_tells_how_it_ended() {
    let desk = Desk::new(Keyring::NoBus);
    let launch = Launch::of("/bin/sh")
        .argument("-c")
        .argument("echo $WORD$DISPLAY; echo no >&2; exit 7");
    let exit = Plain::start(&desk, &launch.env("WORD", "yes").without_env("DISPLAY")).wait(SOON);
    assert_eq!(
        (exit.code, exit.stdout.as_str(), exit.stderr.as_str()),
        (Some(7), "yes\n", "no\n")
    );
}
