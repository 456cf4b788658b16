use e2e::processes::{is_alive, marked};
use e2e::wait::SOON;
use e2e::{Desk, Keyring, wait_for, wait_until};

#[test]
fn a_desk_is_private_and_ends_whole() {
    let desk = Desk::new(Keyring::Unlocked);
    let other = Desk::new(Keyring::NoBus);
    assert_ne!(desk.display(), other.display());
    let folder = desk.folder().to_owned();
    let inhabitants = marked(&folder);
    assert!(
        inhabitants.len() >= 4,
        "bus, keyring, window manager, accessibility: {inhabitants:?}"
    );

    drop(desk);
    assert!(inhabitants.iter().all(|pid| !is_alive(*pid)));
    assert!(!folder.exists());
    assert!(
        other.window_titles().is_empty(),
        "the other desk is still there"
    );
}

#[test]
fn nothing_of_the_outer_environment_reaches_the_desk() {
    let desk = Desk::new(Keyring::NoService);
    let output = desk.output(&mut desk.command("env"));
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(printed.contains(&format!("HOME={}", desk.home().display())));
    // Set for every test by cargo, so it is there to leak.
    assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some());
    assert!(!printed.contains("CARGO"), "{printed}");
}

#[test]
fn the_clipboard_holds_what_was_copied() {
    let desk = Desk::new(Keyring::NoBus);
    assert_eq!(desk.clipboard_text(), None);
    desk.copy_text("a key \u{1f511}\r\n");
    assert_eq!(
        desk.clipboard_text().as_deref(),
        Some("a key \u{1f511}\r\n")
    );
    let big = "0123456789".repeat(1 << 20);
    desk.copy_text(&big);
    assert!(
        desk.clipboard_text().as_deref() == Some(&big),
        "10 MB come back whole"
    );
    desk.copy_image();
    assert_eq!(desk.clipboard_text(), None);
    desk.copy_text("again");
    desk.empty_clipboard();
    assert_eq!(desk.clipboard_text(), None);
}

#[test]
fn a_frozen_clipboard_never_answers() {
    let desk = Desk::new(Keyring::NoBus);
    desk.copy_text("never to be had");
    desk.freeze_clipboard();
    let mut reader = desk.spawn(
        desk.command("xclip")
            .args(["-selection", "clipboard", "-out"]),
    );
    // It can't be told from one that is slow, other than by time; this only proves that it asks and waits.
    wait_until("the reader to ask", SOON, || {
        let call = std::fs::read_to_string(format!("/proc/{}/wchan", reader.pid()));
        call.is_ok_and(|call| call.contains("poll") || call.contains("select"))
    });
    assert!(reader.ended().is_none());
}

#[test]
fn a_window_is_seen_typed_into_and_pictured() {
    let desk = Desk::new(Keyring::NoBus);
    let typed = desk.folder().join("typed");
    let script = format!(
        "{}\nasked('{}')",
        include_str!("stand_in/dialogs.py"),
        typed.display()
    );
    let _window = desk.spawn(desk.command("/usr/bin/python3").args(["-c", &script]));
    desk.wait_for_window("Ask for a word");
    desk.type_text("Ask for a word", "Some Words, typed");
    desk.press_key("Ask for a word", "Return");
    let word = wait_for("the typed word", SOON, || {
        std::fs::read_to_string(&typed).ok()
    });
    assert_eq!(word, "Some Words, typed");

    let picture = std::fs::read(desk.screenshot("harness-desk")).unwrap();
    assert!(picture.starts_with(b"\x89PNG"));
}
