use e2e::dialog::Dialog;
use e2e::wait::SOON;
use e2e::{Desk, Keyring, wait_until};

/// Opens a GTK message dialog that writes the number of its answer to a file.
fn ask(desk: &Desk) -> (e2e::processes::Running, std::path::PathBuf) {
    let answer = desk.folder().join("answer");
    let script = format!(
        "{}\nconfirmed('{}')",
        include_str!("stand_in/dialogs.py"),
        answer.display()
    );
    (
        desk.spawn(desk.command("/usr/bin/python3").args(["-c", &script])),
        answer,
    )
}

fn answered(file: &std::path::Path, expected: &str) -> bool {
    std::fs::read_to_string(file).is_ok_and(|answer| answer == expected)
}

#[test]
fn a_dialog_is_read_and_its_button_pressed() {
    let desk = Desk::new(Keyring::NoService);
    let (_asking, answer) = ask(&desk);
    let dialog = Dialog::wait(&desk, "will be (sent|given) to");
    assert_eq!((dialog.name(), dialog.role()), ("Question", "alert"));
    assert_eq!(desk.window_titles(), ["Keep this key?"]);
    assert!(
        dialog
            .texts()
            .iter()
            .any(|text| text.contains("https://api.example")),
        "{dialog:?}"
    );
    assert_eq!(dialog.buttons(), ["Cancel", "Keep key"]);
    assert!(!answer.exists(), "nobody has answered yet");
    dialog.press("Keep key");
    wait_until("the answer", SOON, || answered(&answer, "keep"));
    assert!(Dialog::all(&desk).is_empty());
}

#[test]
fn a_dialog_is_dismissed() {
    let desk = Desk::new(Keyring::NoService);
    let (_asking, answer) = ask(&desk);
    Dialog::wait(&desk, "^https://api\\.example$").dismiss();
    wait_until("the answer", SOON, || answered(&answer, "dismissed"));
}

#[test]
fn a_dialog_is_answered_without_a_session_bus() {
    let desk = Desk::new(Keyring::NoBus);
    let (_asking, answer) = ask(&desk);
    Dialog::wait(&desk, "^https://api\\.example$").press("Cancel");
    wait_until("the answer", SOON, || answered(&answer, "cancelled"));
}

#[test]
#[should_panic(expected = "no button \"Open\"")]
fn a_button_that_is_not_there_is_not_pressed() {
    let desk = Desk::new(Keyring::NoService);
    let (_asking, _answer) = ask(&desk);
    Dialog::wait(&desk, "^https://api\\.example$").press("Open");
}
