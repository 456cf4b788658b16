use std::fs;

use e2e::wait::SOON;
use e2e::wait_until;
use e2e::window::{CHAT_TITLE, Launch, Plain};
use serde_json::json;

use crate::common::{desk, log, write_settings};

#[test]
fn without_a_display_the_app_says_so_and_ends() {
    let desk = desk();
    let launch = Launch::new(&desk)
        .without_env("DISPLAY")
        .without_env("GDK_BACKEND");
    let exit = Plain::start(&desk, &launch).wait(SOON);
    assert_eq!(exit.code, Some(1), "{}", exit.stderr);
    assert!(
        exit.stderr.contains(
            "Chatelaine can't start: no display: neither DISPLAY nor WAYLAND_DISPLAY leads to one."
        ),
        "{}",
        exit.stderr
    );
    assert!(!exit.stderr.contains("panicked"), "{}", exit.stderr);
    assert!(!desk.data_folder().exists(), "nothing was begun");
}

#[test]
fn the_terminal_is_answered_without_a_display() {
    let desk = desk();
    let asked = |argument: &str| {
        let launch = Launch::new(&desk).without_env("DISPLAY").argument(argument);
        Plain::start(&desk, &launch).wait(SOON)
    };
    let version = asked("--version");
    assert_eq!(version.code, Some(0), "{}", version.stderr);
    assert!(
        version.stdout.starts_with("Chatelaine 0."),
        "{}",
        version.stdout
    );
    assert!(asked("--help").stdout.starts_with("Usage: chatelaine"));
    let odd = asked("--frobnicate");
    assert_eq!(odd.code, Some(2));
    assert!(
        odd.stderr.contains("--frobnicate is not known"),
        "{}",
        odd.stderr
    );
    assert!(!desk.data_folder().exists(), "nothing was begun");
}

#[test]
fn a_page_tells_that_it_is_painted() {
    let desk = desk();
    write_settings(&desk, &json!({ "version": 1 }));
    let mut app = Plain::start(&desk, &Launch::new(&desk));
    wait_until("the page's word in the log", SOON, || {
        log(&desk).contains("the window shows its page window=\"chat\"")
    });
    assert!(app.is_running());
    assert!(!log(&desk).contains("blank"));
}

/// The switch shortens the wait for the page's word, and keeps the word from being heard.
#[test]
fn a_window_that_stays_blank_is_logged_and_the_app_starts_anew_once_without_the_renderer() {
    let desk = desk();
    write_settings(&desk, &json!({ "version": 1 }));
    let launch = Launch::new(&desk).env("CHATELAINE_SWITCH_BLANK_AFTER_MS", "1");
    let mut app = Plain::start(&desk, &launch);
    let times = |words: &str| log(&desk).matches(words).count();
    wait_until(
        "the second start to find its window blank too",
        SOON,
        || times("the window has stayed blank") == 2,
    );
    assert_eq!(times("the app starts "), 2);
    assert_eq!(times("starting anew without WebKit's DMA-BUF renderer"), 1);
    let environment = fs::read(format!("/proc/{}/environ", app.pid())).unwrap();
    let environment = String::from_utf8_lossy(&environment).into_owned();
    assert!(
        environment
            .split('\0')
            .any(|one| one == "WEBKIT_DISABLE_DMABUF_RENDERER=1")
    );
    desk.wait_for_window(CHAT_TITLE);
    assert!(app.is_running(), "{}", app.stderr());
}

#[test]
fn who_has_switched_the_renderer_off_gets_no_second_start() {
    let desk = desk();
    write_settings(&desk, &json!({ "version": 1 }));
    let launch = Launch::new(&desk)
        .env("CHATELAINE_SWITCH_BLANK_AFTER_MS", "1")
        .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
    let mut app = Plain::start(&desk, &launch);
    wait_until("the blank window in the log", SOON, || {
        log(&desk).contains("the window has stayed blank")
    });
    // Its page is painted all the same: by then nothing has begun anew.
    wait_until("the page's word in the log", SOON, || {
        log(&desk).contains("the window shows its page")
    });
    assert_eq!(log(&desk).matches("the app starts ").count(), 1);
    assert!(app.is_running());
}
