//! That the sinks hear, and that the payloads are live: the same HTML in a browser of the same engine without our walls.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use e2e::provider::{Provider, Reply};
use e2e::scenario::{Own, chat, say, settle, wait_for_end};
use e2e::sinks::{Hit, Network, Sinks};
use e2e::window::{App, Launch, Plain};
use e2e::{Desk, Keyring, wait_for};

use super::payload::Payload;

/// Opens each payload in a frame, and tells the server whose script ran.
const SHOW: &str = include_str!("control.js");

/// How long the browser may take for all of them.
const LIMIT: Duration = Duration::from_secs(120);

/// What the payloads do where nothing stops them.
#[derive(Debug)]
pub(super) struct Live {
    /// The numbers of those whose script ran.
    pub(super) ran: Vec<usize>,
    /// Everything that the sinks heard.
    pub(super) hits: Vec<Hit>,
}

impl Live {
    /// How many payloads ran their script, reached a sink, and asked for a name of their own.
    pub(super) fn counts(&self) -> (usize, usize, usize) {
        let (mut reached, mut asked) = (BTreeSet::new(), BTreeSet::new());
        for hit in &self.hits {
            match hit {
                Hit::Connection { line, .. } => reached.extend(line.split('/').nth(1)),
                Hit::Question { name } => asked.extend(name.split('.').next()),
            }
        }
        reached.retain(|part| part.parse::<usize>().is_ok());
        (self.ran.len(), reached.len(), asked.len())
    }
}

/// WebKit's own browser, which comes with the library that the app shows its windows with.
fn mini_browser() -> PathBuf {
    const FOLDERS: [&str; 5] = [
        "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1",
        "/usr/lib/aarch64-linux-gnu/webkit2gtk-4.1",
        "/usr/libexec/webkit2gtk-4.1",
        "/usr/lib64/webkit2gtk-4.1",
        "/usr/lib/webkit2gtk-4.1",
    ];
    let found = FOLDERS
        .iter()
        .map(|folder| Path::new(folder).join("MiniBrowser"))
        .find(|path| path.exists());
    found.expect("WebKit's MiniBrowser, which shows that the payloads would work elsewhere")
}

/// Shows the payloads in it.
pub(super) fn unwalled(network: &Network, arm: impl Fn(&str) -> Vec<Payload>) -> Live {
    let sinks = Sinks::open(network);
    let server = Provider::http();
    let payloads = arm(&sinks.http());
    let numbers: Vec<String> = payloads.iter().map(|one| one.number.to_string()).collect();
    for payload in payloads {
        let page = format!("<!doctype html><meta charset=utf-8><body>{}", payload.text);
        server.always(&format!("/{}", payload.number), move |_| {
            Reply::html(200, &page)
        });
    }
    let script = SHOW.replace("NUMBERS", &numbers.join(","));
    let page = format!("<!doctype html><body><script>{script}</script>");
    server.always("/", move |_| Reply::html(200, &page));
    server.always("/ran", |_| Reply::new(204));

    let desk = Desk::new(Keyring::Unlocked);
    let launch = Launch::of(mini_browser()).argument(format!("{}/", server.origin()));
    let _browser = Plain::start(&desk, &launch);
    let report = wait_for("the browser's report", LIMIT, || {
        server.exchanges_for("/ran").into_iter().next()
    });
    let ran: Vec<usize> = serde_json::from_value(report.request().json()).unwrap();
    let hits = sinks.hits();
    Live { ran, hits }
}

/// Has the app itself ask a provider by a name: the name server must hear it, and the port behind it.
pub(super) fn app_is_heard(network: &Network) {
    const NAME: &str = "control.canary.example";
    let desk = Desk::new(Keyring::Unlocked);
    settle(
        &desk,
        &[Own::new("Far", &format!("https://{NAME}/v1"), "m")],
    );
    let sinks = Sinks::open(network);
    let app = App::start(&desk, &Launch::new(&desk));
    let page = chat(&app);
    say(&page, "Is anybody there?");
    let shown = wait_for_end(&page, "Is anybody there?");
    assert!(shown.last().unwrap().error.is_some(), "{shown:?}");
    let hits = sinks.hits();
    let question = Hit::Question {
        name: NAME.to_owned(),
    };
    assert!(
        hits.contains(&question),
        "the app's question is heard: {hits:?}"
    );
    let connected = |hit: &Hit| matches!(hit, Hit::Connection { port: 443, .. });
    assert!(
        hits.iter().any(connected),
        "the app's connection is heard: {hits:?}"
    );
}
