//! A marked key goes through the eight states that a key can be in, and in each it is looked for wherever it must not
//! be: in the memory of everything that web code lives in, in every file, and in what `/proc` shows of a process.

use std::fs;

use e2e::canary::Canary;
use e2e::dialog::Dialog;
use e2e::needle::Needle;
use e2e::provider::{Gate, Reply, openai};
use e2e::scenario::ask;
use e2e::settings_page::{assert_not_in_page, press, settings_from_chat, wait_for_words};
use e2e::window::{App, CHAT, Page, SETTINGS_TITLE};
use e2e::workshop::Workshop;
use e2e::{Desk, Keyring, disk, memory, proof};
use serde_json::json;

/// Less would mean that a web process was not read at all.
const LEAST_MEMORY: u64 = 10 << 20;

/// Puts a text into the page's memory from numbers, so that the driver's own message doesn't hold it.
const PLANT: &str =
    "window.planted = arguments[0].map(code => String.fromCharCode(code - 1)).join('')";

/// What was looked at, and in how many states.
#[derive(Default)]
struct Watch {
    states: Vec<&'static str>,
    /// Web and network processes that were searched.
    processes: u64,
    /// Files, and what `/proc` shows of processes.
    places: u64,
    /// Controls: texts that were planted and found.
    planted_in_memory: u64,
    planted_on_disk: u64,
}

impl Watch {
    /// Looks for the key everywhere, and for a text that a page does hold.
    #[track_caller]
    fn look(&mut self, state: &'static str, shop: &Workshop, app: &App<'_>, page: &Page<'_>) {
        self.states.push(state);
        let needle = shop.key.needle();
        let planted = plant(page);
        let processes = app.web_processes();
        assert!(
            processes.len() >= 2,
            "WebKit has a web and a network process: {processes:?}"
        );
        let mut found = false;
        for process in &processes {
            let searched = memory::search(process.pid, &needle).unwrap();
            assert_eq!(searched.hits, [], "in {}, {state}", process.name);
            assert!(searched.bytes > LEAST_MEMORY, "{} was read", process.name);
            found = found
                || !memory::search(process.pid, &planted)
                    .unwrap()
                    .hits
                    .is_empty();
            self.processes += 1;
        }
        assert!(found, "what a page holds is found, {state}");
        self.planted_in_memory += 1;
        self.look_at_processes(app, &needle, state);
        self.look_at_files(&shop.desk, &needle, state);
    }

    /// In what every program of this user can see of the app's processes.
    #[track_caller]
    fn look_at_processes(&mut self, app: &App<'_>, needle: &Needle, state: &str) {
        let mut pids = vec![app.pid()];
        pids.extend(app.processes().iter().map(|process| process.pid));
        for pid in pids {
            for file in ["environ", "cmdline"] {
                // A process that has just ended shows nothing.
                let Ok(shown) = fs::read(format!("/proc/{pid}/{file}")) else {
                    continue;
                };
                let place = format!("{file} of {pid}");
                assert_eq!(needle.search(&shown, &place, 0), [], "{state}");
                self.places += 1;
            }
        }
    }

    /// In all files of the app and of its user: settings, database, log at TRACE, what WebKit stores, what is temporary.
    #[track_caller]
    fn look_at_files(&mut self, desk: &Desk, needle: &Needle, state: &str) {
        let folders = [
            desk.data_folder(),
            desk.home(),
            desk.log_folder(),
            desk.folder().join("run"),
            desk.folder().join("tmp"),
        ];
        for folder in &folders {
            let searched = disk::search(folder, needle).unwrap();
            assert_eq!(searched.hits, [], "{state}");
            self.places += searched.files as u64;
        }
        let planted = Canary::of_no_shape();
        let file = desk.data_folder().join("planted");
        fs::write(&file, planted.text()).unwrap();
        let found = disk::search(&desk.data_folder(), &planted.needle()).unwrap();
        fs::remove_file(file).unwrap();
        assert!(!found.hits.is_empty(), "what a file holds is found");
        self.planted_on_disk += 1;
    }
}

/// Plants a text in a page; what to look for.
fn plant(page: &Page<'_>) -> Needle {
    let planted = Canary::of_no_shape();
    let codes = planted.text().bytes().map(|byte| u32::from(byte) + 1);
    page.run(PLANT, vec![json!(codes.collect::<Vec<_>>())]);
    Needle::as_it_is(planted.text())
}

/// A refusal that holds the key as it is, escaped, and in its headers.
fn echo(key: &Canary) -> Reply {
    let text = format!("Incorrect API key provided: {}.", key.text());
    let escaped = key.escaped();
    Reply::new(400)
        .header("content-type", "application/json")
        .header("x-request-id", key.text())
        .send(format!(
            r#"{{"error":{{"message":"{text} Or: {escaped}","code":"{}"}}}}"#,
            key.text()
        ))
}

#[test]
fn a_marked_key_is_nowhere_but_in_the_keyring_and_on_its_way() {
    let shop = Workshop::new(Keyring::Unlocked);
    let (desk, key) = (&shop.desk, &shop.key);
    let mut watch = Watch::default();
    let app = shop.start_as(&shop.launch().env("CHATELAINE_LOG", "trace"));
    shop.bind(&settings_from_chat(&app));
    let app = app.restart();
    let page = settings_from_chat(&app);
    page.wait_for_text("credential-status", "Ready");
    watch.look("at a start with a key that was kept", &shop, &app, &page);

    remove(&shop, &page);
    desk.copy_text(key.text());
    desk.press_key(SETTINGS_TITLE, "ctrl+v");
    Workshop::choose(&page);
    let question = Dialog::wait(desk, "Send this key to “Workshop”");
    watch.look("while it is asked about", &shop, &app, &page);
    question.dismiss();
    wait_for_words(&page, "Nothing was stored.");
    watch.look("after the dialog was refused", &shop, &app, &page);

    desk.press_key(SETTINGS_TITLE, "ctrl+v");
    Workshop::choose(&page);
    shop.confirm();
    wait_for_words(&page, "Accepted. 2 models.");
    shop.assert_bound();
    watch.look("after the paste", &shop, &app, &page);
    press(&page, "Done");
    page.click("verify-key");
    wait_for_words(&page, "Accepted. 2 models.");
    watch.look("after it was verified", &shop, &app, &page);

    let chat = app.page(CHAT);
    let gate = Gate::new();
    let half = Reply::stream()
        .send(openai::opening())
        .send(openai::delta("Half of it"))
        .gate(&gate);
    shop.provider
        .answer(openai::close(half.send(openai::delta(", and the rest."))));
    ask(&chat, "Say something long.");
    chat.wait_for_text("message-assistant", "Half of it");
    shop.assert_sent(1);
    watch.look("while an answer comes", &shop, &app, &chat);
    gate.open();
    chat.wait_for_text("message-assistant", "and the rest.");
    chat.wait_until_gone("stop");

    shop.provider.answer(echo(key));
    chat.click("new-chat");
    ask(&chat, "What did I send?");
    chat.find("message-error");
    let shown = "return document.querySelector('[data-testid=message-error]').textContent";
    let shown = chat.run(shown, vec![]);
    assert!(shown.as_str().unwrap().contains("[key removed]"), "{shown}");
    watch.look("after an error that echoes it", &shop, &app, &chat);

    remove(&shop, &page);
    let app = app.restart();
    let page = settings_from_chat(&app);
    page.wait_for_text("credential-status", "No key");
    watch.look("after it was removed, and a restart", &shop, &app, &page);
    for page in [&page, &app.page(CHAT)] {
        assert_not_in_page(page, key);
    }
    assert_eq!(desk.keyring_items(), 0);

    let log = fs::read_to_string(desk.data_folder().join("chatelaine.log")).unwrap();
    assert!(
        log.contains("a key was put away"),
        "the app has written of all this"
    );
    assert_eq!(watch.states.len(), 8);
    proof::attack(
        "read the key from a web process",
        watch.processes,
        0,
        &format!(
            "a text planted in a page was found {} times",
            watch.planted_in_memory
        ),
    );
    proof::attack(
        "read it from disk, logs, /proc",
        watch.places,
        0,
        &format!(
            "a text planted in a file was found {} times",
            watch.planted_on_disk
        ),
    );
}

/// Removes the key by its row's button.
#[track_caller]
fn remove(shop: &Workshop, page: &Page<'_>) {
    page.click("remove-key");
    Dialog::wait(&shop.desk, "Remove the key for “Workshop”").press("Remove");
    page.wait_for_text("credential-status", "No key");
    assert_eq!(shop.desk.keyring_items(), 0);
}
