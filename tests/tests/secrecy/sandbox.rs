//! WebKit's process sandbox: what a web process that was broken into can reach, and a start where there can be none.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use e2e::dialog::Dialog;
use e2e::processes::{self, Pid, Seen, namespace, seen_by};
use e2e::provider::{Provider, openai};
use e2e::scenario::{Own, chat, say, settle, transcript};
use e2e::wait::SOON;
use e2e::window::{App, CHAT_TITLE, Launch, Plain};
use e2e::{Desk, Keyring, app_binary, proof, script, wait_for, wait_until};
use serde_json::json;

const SECRETS: &str = "org.freedesktop.secrets";
const PORTAL: &str = "org.freedesktop.portal.Desktop";
const PING: &str = "org.freedesktop.DBus.Peer.Ping";
const BUS: &str = "org.freedesktop.DBus";

/// Those of these processes that draw pages.
fn drawing(processes: &[Seen]) -> Option<Pid> {
    let web = processes
        .iter()
        .find(|seen| seen.name.starts_with("WebKitWebPro"));
    web.map(|seen| seen.pid)
}

fn web_process(app: Pid) -> Pid {
    wait_for("a web process", SOON, || {
        drawing(&processes::descendants(app))
    })
}

fn log(desk: &Desk) -> String {
    fs::read_to_string(desk.data_folder().join("chatelaine.log")).unwrap_or_default()
}

/// What asks for keys, in words for whoever reads a failure: destination, object, method, arguments.
type Attempt<'a> = (&'a str, &'a str, &'a str, Vec<&'a str>);

/// Ways to the Secret Service.
fn attempts(owner: &str) -> Vec<Attempt<'_>> {
    const SERVICE: &str = "/org/freedesktop/secrets";
    const LOGIN: &str = "/org/freedesktop/secrets/collection/login";
    let search = "org.freedesktop.Secret.Service.SearchItems";
    let open = "org.freedesktop.Secret.Service.OpenSession";
    let get = "org.freedesktop.DBus.Properties.Get";
    let session = vec!["string:plain", "variant:string:"];
    let items = vec!["string:org.freedesktop.Secret.Collection", "string:Items"];
    vec![
        (SECRETS, SERVICE, search, vec!["dict:string:string:"]),
        (owner, SERVICE, search, vec!["dict:string:string:"]),
        (SECRETS, SERVICE, open, session.clone()),
        (owner, SERVICE, open, session),
        (SECRETS, LOGIN, get, items.clone()),
        (owner, LOGIN, get, items),
        (SECRETS, "/", PING, vec![]),
        (
            BUS,
            "/",
            "org.freedesktop.DBus.GetNameOwner",
            vec!["string:org.freedesktop.secrets"],
        ),
    ]
}

/// The name of the connection behind a well-known name, such as `:1.7`.
fn owner(desk: &Desk, name: &str) -> String {
    let name = format!("string:{name}");
    let answer = desk.call(
        None,
        BUS,
        "/",
        "org.freedesktop.DBus.GetNameOwner",
        &[&name],
    );
    let answer = answer.unwrap();
    answer.split('"').nth(1).unwrap().to_owned()
}

#[test]
fn a_web_process_reaches_neither_the_keyring_nor_the_files_of_its_user() {
    let desk = Desk::new(Keyring::Unlocked);
    settle(&desk, &[]);
    let secret = desk.home().join("secret.txt");
    fs::write(&secret, "mine").unwrap();
    let mut app = Plain::start(&desk, &Launch::new(&desk));
    desk.wait_for_window(CHAT_TITLE);
    let web = web_process(app.pid());

    for kind in ["mnt", "pid", "uts", "net"] {
        assert_ne!(
            namespace(web, kind),
            namespace(app.pid(), kind),
            "the web process has its own {kind} namespace"
        );
    }
    let files = [
        secret,
        desk.data_folder().join("chats.sqlite"),
        desk.data_folder().join("settings.json"),
        desk.data_folder().join("chatelaine.log"),
        desk.folder().join("bus/socket"),
        desk.folder().join("run/keyring/control"),
    ];
    let found = files.iter().filter(|file| seen_by(web, file).exists());
    let found = found.count();
    assert_eq!(found, 0, "none of its user's files is to be seen");
    let network = processes::descendants(app.pid());
    let network = network
        .iter()
        .find(|seen| seen.name.starts_with("WebKitNetwork"))
        .unwrap();
    for file in &files {
        assert!(
            seen_by(network.pid, file).exists(),
            "as a control: {} is seen outside of the sandbox",
            file.display()
        );
    }

    let _portal = desk.own_name(PORTAL);
    let filter = desk.filtered_bus();
    let through_filter = Some(filter.as_str());
    let owner = owner(&desk, SECRETS);
    let ways = attempts(&owner);
    let mut answered = 0;
    for (destination, object, method, arguments) in &ways {
        let control = desk.call(None, destination, object, method, arguments);
        assert!(
            control.is_ok(),
            "as a control: {method} answers {control:?}"
        );
        match desk.call(through_filter, destination, object, method, arguments) {
            Ok(_) => answered += 1,
            Err(refusal) => assert!(
                ["ServiceUnknown", "AccessDenied", "NameHasNoOwner"]
                    .iter()
                    .any(|word| refusal.contains(word)),
                "{method}: {refusal}"
            ),
        }
    }
    assert_eq!(
        answered, 0,
        "the filter lets nothing through to the keyring"
    );
    let names = desk.call(
        through_filter,
        BUS,
        "/",
        "org.freedesktop.DBus.ListNames",
        &[],
    );
    assert!(!names.unwrap().contains(SECRETS), "nor does it name it");
    let portal = desk.call(through_filter, PORTAL, "/", PING, &[]);
    assert!(portal.is_ok(), "what it is there for passes: {portal:?}");

    assert!(log(&desk).contains("WebKit's process sandbox is on"));
    assert!(app.is_running());
    let attempts = ways.len() + files.len();
    proof::attack(
        "a web process that was broken into asks the Secret Service, or reads its user's files",
        attempts as u64,
        (answered + found) as u64,
        "the same calls through the bus itself, and the same files from outside the sandbox, succeed",
    );
}

/// Starts the app where every run of bubblewrap comes to this script.
fn start_with_bubblewrap<'desk>(desk: &'desk Desk, script: &str) -> App<'desk> {
    let executable = |name: &str, text: &str| {
        let path = desk.folder().join(name);
        fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    };
    let stand_in = executable("bwrap", script);
    // In a mount namespace, which all below share: WebKit's own tries come to the stand-in as well.
    let start = executable(
        "start",
        &format!(
            "own=; [ \"$(id -u)\" = 0 ] || own='--user --map-current-user --keep-caps'\n\
             exec unshare $own --mount sh -c 'mount --bind \"$0\" /usr/bin/bwrap && exec \"$@\"' '{}' '{}' \"$@\"",
            stand_in.display(),
            app_binary().display(),
        ),
    );
    App::start(
        desk,
        &Launch::of(start).env("CHATELAINE_DATA_DIR", desk.data_folder()),
    )
}

fn workshop(desk: &Desk) -> Provider {
    let provider = Provider::http();
    provider.always(openai::COMPLETIONS, |_| openai::answer("All is well."));
    settle(
        desk,
        &[Own::new("Workshop", &provider.base_url(), "small-talk-1")],
    );
    provider
}

/// Checks that the app works as ever, without a sandbox, and gives the state that it tells.
fn assert_works_without(app: &App<'_>) -> serde_json::Value {
    let page = chat(app);
    say(&page, "How are you?");
    page.wait_for_text("message-assistant", "All is well.");
    assert_eq!(transcript(&page).len(), 2);
    let web = drawing(&app.processes()).unwrap();
    assert_eq!(namespace(web, "pid"), namespace(app.pid(), "pid"));
    let settings = e2e::settings_page::settings_from_chat(app);
    script::invoke(&settings, "privacy_report", &json!({}))["answer"]["sandbox"].clone()
}

#[test]
fn where_no_sandbox_can_be_made_the_app_works_and_says_why() {
    let desk = Desk::new(Keyring::NoService);
    let _provider = workshop(&desk);
    let refusal = "bwrap: setting up uid map: Permission denied";
    let app = start_with_bubblewrap(&desk, &format!("echo '{refusal}' >&2; exit 1"));
    let told = assert_works_without(&app);
    let reason = format!("bubblewrap can't make a sandbox here: {refusal}");
    assert!(log(&desk).contains("WebKit's process sandbox can't be had here"));
    assert!(log(&desk).contains(&reason), "{}", log(&desk));
    assert_eq!(told, json!({ "type": "unavailable", "reason": reason }));
}

#[test]
fn the_switch_starts_the_app_without_a_sandbox() {
    let desk = Desk::new(Keyring::NoService);
    let _provider = workshop(&desk);
    let app = App::start(&desk, &Launch::new(&desk).env("CHATELAINE_SANDBOX", "off"));
    let told = assert_works_without(&app);
    assert!(log(&desk).contains("WebKit's process sandbox is switched off"));
    assert_eq!(told, json!({ "type": "switchedOff" }));
}

#[test]
fn what_opens_a_link_gets_the_environment_that_the_app_was_given() {
    let desk = Desk::new(Keyring::NoService);
    let provider = Provider::http();
    provider.always(openai::COMPLETIONS, |_| {
        openai::answer("Read [it](https://example.org/).")
    });
    settle(
        &desk,
        &[Own::new("Workshop", &provider.base_url(), "small-talk-1")],
    );
    let (tools, opened) = (desk.folder().join("tools"), desk.folder().join("opened"));
    fs::create_dir(&tools).unwrap();
    stand_in_browser(&tools.join("xdg-open"), &opened);
    let path = format!("{}:/usr/local/bin:/usr/bin:/bin", tools.display());
    let app = App::start(&desk, &Launch::new(&desk).env("PATH", path));
    let page = chat(&app);
    say(&page, "Where?");
    page.wait_for_text("message-assistant", "Read it.");
    page.run(
        "document.querySelector('[data-testid=message-assistant] a').click()",
        vec![],
    );
    Dialog::wait(&desk, "Open this address").press("Open");
    let environment = wait_for("the browser", SOON, || fs::read_to_string(&opened).ok());
    assert!(
        environment.contains("CHATELAINE_DATA_DIR="),
        "{environment}"
    );
    for name in ["WEBKIT_FORCE_SANDBOX", "CHATELAINE_ADDED"] {
        assert!(!environment.contains(name), "{environment}");
    }
    let web = drawing(&app.processes()).unwrap();
    assert!(
        processes::environment(web)
            .iter()
            .any(|one| one == "WEBKIT_FORCE_SANDBOX=1"),
        "as a control: WebKit's own processes have it"
    );
}

/// Writes its environment down, whole, before it can be read.
fn stand_in_browser(path: &Path, opened: &Path) {
    let text = format!(
        "#!/bin/sh\nenv > '{0}.part' && mv '{0}.part' '{0}'\n",
        opened.display()
    );
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn what_a_person_tells_webkit_holds() {
    let desk = Desk::new(Keyring::NoService);
    settle(&desk, &[]);
    let launch = Launch::new(&desk).env("WEBKIT_FORCE_SANDBOX", "0");
    let app = Plain::start(&desk, &launch);
    desk.wait_for_window(CHAT_TITLE);
    let web = web_process(app.pid());
    assert_eq!(namespace(web, "pid"), namespace(app.pid(), "pid"));
    wait_until("the state in the log", SOON, || {
        log(&desk).contains("WebKit's process sandbox is switched off")
    });
}
