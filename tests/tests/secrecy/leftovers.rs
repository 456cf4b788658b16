//! What is left of a key in the app's own memory once it was removed, and what a crash leaves of one in use.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use e2e::canary::Canary;
use e2e::dialog::Dialog;
use e2e::needle::{Needle, Part};
use e2e::processes::{self, Pid, is_alive};
use e2e::scenario::{chat, say};
use e2e::settings_page::{press, settings, settings_from_chat};
use e2e::wait::SOON;
use e2e::window::{App, CHAT, Launch};
use e2e::workshop::Workshop;
use e2e::{Desk, Keyring, app_binary, disk, memory, proof, wait_until};
use serde_json::json;

/// In how many places of a process's memory all of the key lies.
fn places(pid: Pid, needle: &Needle) -> usize {
    let searched = memory::search_every(pid, needle).unwrap();
    let whole = searched.hits.iter().filter(|hit| hit.part == Part::Whole);
    whole.count()
}

#[track_caller]
fn wait_until_gone(app: &App<'_>, needle: &Needle, when: &str) {
    wait_until(&format!("the key to be out of memory {when}"), SOON, || {
        let searched = memory::search(app.pid(), needle).unwrap();
        searched.hits.is_empty()
    });
}

#[test]
fn of_a_key_that_was_refused_or_removed_nothing_is_left_in_memory() {
    let workshop = Workshop::new(Keyring::Unlocked);
    let needle = workshop.key.needle();
    let app = workshop.start();
    let page = settings_from_chat(&app);

    workshop.desk.copy_text(workshop.key.text());
    press(&page, "Paste a key for Workshop");
    let dialog = Dialog::wait(&workshop.desk, "Send this key to “Workshop”");
    let asked = places(app.pid(), &needle);
    assert!(asked > 0, "as a control: it is found while the dialog asks");
    dialog.press("Cancel");
    wait_until_gone(&app, &needle, "after a no");

    workshop.bind(&page);
    let bound = places(app.pid(), &needle);
    let chat = chat(&app);
    say(&chat, "How are you?");
    chat.wait_for_text("message-assistant", "Hello.");
    chat.wait_until_gone("stop");
    let used = places(app.pid(), &needle);

    let page = settings(&app);
    page.click("remove-key");
    Dialog::wait(&workshop.desk, "Remove the key for “Workshop”").press("Remove");
    page.wait_until_gone("remove-key");
    wait_until_gone(&app, &needle, "after its removal");
    proof::attack(
        "look for a key in the app's own memory after it was refused, and after it was used and removed",
        2,
        0,
        &format!(
            "found in {asked} places while the dialog asks, in {bound} after the paste and in {used} after an answer, \
             while the connection is kept warm"
        ),
    );
}

/// The soft and the hard limit of a process's core file, and its filter, as the kernel tells them.
fn core_limits(pid: Pid) -> Option<(String, String, String)> {
    let limits = fs::read_to_string(format!("/proc/{pid}/limits")).ok()?;
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max core file size"))?;
    let mut fields = line.split_ascii_whitespace().map(ToOwned::to_owned);
    let filter = fs::read_to_string(format!("/proc/{pid}/coredump_filter")).ok()?;
    Some((fields.next()?, fields.next()?, filter.trim().to_owned()))
}

/// Where the kernel writes core files; `None` where it hands them to a program.
fn core_folder(of: &Path) -> Option<PathBuf> {
    let pattern = fs::read_to_string("/proc/sys/kernel/core_pattern").unwrap();
    match pattern.trim() {
        pattern if pattern.starts_with('|') => None,
        pattern if pattern.starts_with('/') => Path::new(pattern).parent().map(Into::into),
        _ => Some(of.to_owned()),
    }
}

/// Whether a core file that holds the key is in that folder. What others have left there is not looked through.
fn has_core(folder: &Path, needle: &Needle) -> bool {
    let entries = fs::read_dir(folder).unwrap().flatten();
    let cores = entries.filter(|entry| entry.file_name().to_string_lossy().contains("core"));
    let mut cores = cores.map(|entry| fs::read(entry.path()).unwrap_or_default());
    cores.any(|core| !needle.search(&core, "a core file", 0).is_empty())
}

/// A program that crashes with the key in memory and no limit; whether its core file holds the key.
fn crash_without_limits(desk: &Desk, key: &Canary, needle: &Needle) -> Option<bool> {
    let folder = desk.folder().join("control");
    fs::create_dir(&folder).unwrap();
    let cores = core_folder(&folder)?;
    let mut command = desk.command("sh");
    // It reads the key from its input, so that it is in memory alone, and ends itself as a fault would.
    command
        .args([
            "-c",
            "ulimit -c unlimited || exit 9; read -r key; kill -SEGV $$",
        ])
        .current_dir(&folder)
        .stdin(Stdio::piped());
    let mut crashing = desk.spawn(&mut command);
    let mut input = crashing.child().stdin.take().unwrap();
    std::io::Write::write_all(&mut input, format!("{}\n", key.text()).as_bytes()).unwrap();
    drop(input);
    // A hard limit of the whole session's can't be lifted.
    let is_limited = crashing.wait(SOON).code() == Some(9);
    (!is_limited).then(|| has_core(&cores, needle))
}

/// What a shell does for core files of everything that it starts.
const WITHOUT_LIMITS: &str = "ulimit -c unlimited\necho 0xff > /proc/self/coredump_filter";

/// The limits and the filter of a program that is started like the app, and does nothing about them.
fn limits_of_another(desk: &Desk) -> (String, String, String) {
    let mut command = desk.command("sh");
    command
        .args(["-c", &format!("{WITHOUT_LIMITS}\nexec sleep 600")])
        .stdin(Stdio::null());
    let mut other = desk.spawn(&mut command);
    let pid = other.child().id();
    let sleeps =
        || fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|name| name == "sleep\n");
    wait_until("the other program", SOON, sleeps);
    let seen = core_limits(pid).expect("the other program runs");
    other.child().kill().unwrap();
    seen
}

/// The app as somebody starts it who wants core files of everything.
fn launch_without_limits(workshop: &Workshop) -> Launch {
    let script = workshop.desk.folder().join("start");
    let text = format!(
        "#!/bin/sh\n{WITHOUT_LIMITS}\nexec '{}' \"$@\"\n",
        app_binary().display()
    );
    fs::write(&script, text).unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let authority = workshop.authority.pem_file(workshop.desk.folder());
    Launch::of(script)
        .env("CHATELAINE_DATA_DIR", workshop.desk.data_folder())
        .env("SSL_CERT_FILE", authority)
}

/// As after a failed assertion. The engine has handlers of its own for the signals of a fault, which know a real one.
fn crash(pid: Pid) {
    processes::signal(pid, "ABRT");
    wait_until("the end of what crashed", SOON, || !is_alive(pid));
}

#[test]
fn a_crash_leaves_no_file_with_a_key() {
    let workshop = Workshop::new(Keyring::Unlocked);
    let desk = &workshop.desk;
    let needle = workshop.key.needle();
    let control = crash_without_limits(desk, &workshop.key, &needle);
    assert_ne!(control, Some(false), "as a control: a core file holds it");
    fs::remove_dir_all(desk.folder().join("control")).unwrap();

    let unlimited = limits_of_another(desk);
    let ours = ("0".into(), "0".into(), "00000000".into());
    assert_ne!(unlimited.2, ours.2, "as a control: others have a filter");

    let app = workshop.start_as(&launch_without_limits(&workshop));
    let page = settings_from_chat(&app);
    let mut pids = vec![app.pid()];
    pids.extend(app.processes().iter().map(|seen| seen.pid));
    let limits: Vec<_> = pids.iter().filter_map(|pid| core_limits(*pid)).collect();
    assert!(limits.len() > 4, "the app has children: {limits:?}");
    for limit in &limits {
        assert_eq!(*limit, ours, "no core file, and nothing in it");
    }

    // A page gets hold of the key, and the app holds it while it asks.
    let codes: Vec<u32> = workshop.key.text().bytes().map(Into::into).collect();
    app.page(CHAT).run(
        "window.planted = String.fromCharCode(...arguments[0])",
        vec![json!(codes)],
    );
    desk.copy_text(workshop.key.text());
    press(&page, "Paste a key for Workshop");
    Dialog::wait(desk, "Send this key to “Workshop”");
    let web = app.web_processes();
    let web = web.iter().find(|seen| places(seen.pid, &needle) > 0);
    let web = web.expect("as a control: the page's process holds it");
    assert!(places(app.pid(), &needle) > 0, "as a control: it holds it");
    crash(web.pid);
    crash(app.pid());

    for folder in [core_folder(&desk.home()), Some(desk.folder().into())] {
        let Some(folder) = folder else { continue };
        assert!(!has_core(&folder, &needle), "in {}", folder.display());
    }
    assert_eq!(disk::search(desk.folder(), &needle).unwrap().hits, []);
    let (soft, hard, filter) = &limits[0];
    let read = format!(
        "limits {soft} and {hard} with the filter {filter} in all {} processes, and {} and {} with {} in a program started alike",
        limits.len(),
        unlimited.0,
        unlimited.1,
        unlimited.2
    );
    let control = match control {
        Some(_) => format!("the core file of a program without limits holds the key; {read}"),
        None => read,
    };
    proof::attack("find a key in the core file of a crash", 2, 0, &control);
}
