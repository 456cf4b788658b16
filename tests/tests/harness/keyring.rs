use std::io::Write as _;
use std::process::Stdio;

use e2e::desk::KEYRING_PASSWORD;
use e2e::dialog::Dialog;
use e2e::processes::Running;
use e2e::wait::SOON;
use e2e::{Desk, Keyring};

/// Stores a secret as another program would; the caller waits for it.
fn store(desk: &Desk) -> Running {
    let mut command = desk.command("secret-tool");
    command
        .args(["store", "--label=harness", "kind", "harness"])
        .stdin(Stdio::piped());
    let mut child = desk.spawn(command.stderr(Stdio::null()));
    let mut input = child.child().stdin.take().unwrap();
    input.write_all(b"kept").unwrap();
    child
}

fn look_up(desk: &Desk) -> Running {
    let mut command = desk.command("secret-tool");
    command.args(["lookup", "kind", "harness"]);
    desk.spawn(command.stdout(Stdio::piped()).stderr(Stdio::null()))
}

fn answer(mut child: Running) -> String {
    child.wait(SOON);
    let mut said = String::new();
    std::io::Read::read_to_string(&mut child.child().stdout.take().unwrap(), &mut said).unwrap();
    said
}

#[test]
fn an_unlocked_keyring_keeps_secrets_and_a_restart_of_it_too() {
    let desk = Desk::new(Keyring::Unlocked);
    assert_eq!(desk.keyring_items(), 0);
    assert!(store(&desk).wait(SOON).success());
    assert_eq!(desk.keyring_items(), 1);
    desk.set_keyring(Keyring::Unlocked);
    assert_eq!(answer(look_up(&desk)), "kept");
}

#[test]
fn a_locked_keyring_asks_for_its_password() {
    let desk = Desk::new(Keyring::Unlocked);
    assert!(store(&desk).wait(SOON).success());
    desk.lock_keyring();
    let waiting = look_up(&desk);
    Dialog::wait(&desk, "[Uu]nlock").enter(KEYRING_PASSWORD);
    assert_eq!(answer(waiting), "kept");
    assert_eq!(desk.is_locked(), Some(false));
}

#[test]
fn a_dismissed_prompt_leaves_it_locked() {
    let desk = Desk::new(Keyring::Locked);
    let mut waiting = store(&desk);
    Dialog::wait(&desk, "[Uu]nlock").dismiss();
    assert!(!waiting.wait(SOON).success());
    assert_eq!(desk.is_locked(), Some(true));
}

#[test]
fn a_fresh_keyring_asks_for_a_new_password() {
    let desk = Desk::new(Keyring::Fresh);
    assert_eq!(desk.is_locked(), None);
    let mut waiting = store(&desk);
    let prompt = Dialog::wait(&desk, "new keyring");
    assert!(prompt.text().contains("Choose the password"), "{prompt:?}");
    prompt.dismiss();
    assert!(!waiting.wait(SOON).success());
}

#[test]
fn an_absent_service_fails_at_once_and_may_come_later() {
    let desk = Desk::new(Keyring::NoService);
    assert!(!store(&desk).wait(SOON).success());
    desk.set_keyring(Keyring::Unlocked);
    assert!(store(&desk).wait(SOON).success());
    desk.set_keyring(Keyring::NoService);
    assert!(!store(&desk).wait(SOON).success());
}

#[test]
fn an_absent_bus_is_absent_for_the_app_alone() {
    let desk = Desk::new(Keyring::NoBus);
    let ping = [
        "--session",
        "--print-reply",
        "--dest=org.freedesktop.DBus",
        "/",
        "org.freedesktop.DBus.Peer.Ping",
    ];
    let output = desk.output(desk.command("dbus-send").args(ping));
    assert!(!output.status.success());
}
