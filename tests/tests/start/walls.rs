use std::path::Path;

use e2e::wait::SOON;
use e2e::wait_until;
use e2e::window::{App, CHAT, Page, SETTINGS};
use serde_json::json;

use crate::common::{ask_and_hear, chat, desk, provider_that_says, start_with};

/// What a window's own script may try, each as the body of a function; `given[0]` is the origin of a server that listens.
/// All must throw or reject.
const REFUSED: [&str; 20] = [
    "document.createElement('p').innerHTML = '<b>x</b>'",
    "document.createElement('p').outerHTML = '<b>x</b>'",
    "document.body.insertAdjacentHTML('beforeend', '<b>x</b>')",
    "document.write('<b>x</b>')",
    "document.createRange().createContextualFragment('<b>x</b>')",
    "new DOMParser().parseFromString('<b>x</b>', 'text/html')",
    "document.createElement('iframe').srcdoc = '<b>x</b>'",
    "document.createElement('script').src = given[0] + '/script.js'",
    "document.createElement('script').text = 'window.breached = 1'",
    "document.createElement('script').textContent = 'window.breached = 1'",
    "document.createElement('p').setAttribute('onclick', 'window.breached = 1')",
    "eval('window.breached = 1')",
    "new Function('window.breached = 1')()",
    "setTimeout('window.breached = 1', 0)",
    "new Worker(given[0] + '/worker.js')",
    "await navigator.serviceWorker.register(given[0] + '/worker.js')",
    "await import(given[0] + '/module.js')",
    "await import('data:text/javascript,window.breached = 1')",
    "await fetch(given[0] + '/fetched')",
    "trustedTypes.createPolicy('anything', { createHTML: text => text })",
];

/// What is not refused by an error but must reach nobody.
const UNHEARD: &str = r"
    const [origin] = given;
    const add = (name, properties) => {
        const element = document.createElement(name);
        Object.assign(element, properties);
        document.body.append(element);
        return element;
    };
    const pictures = [{ src: origin + '/picture.png' }, { srcset: origin + '/picture-2x.png 2x' }].map(
        address => new Promise(done => add('img', { ...address, onload: done, onerror: done })),
    );
    add('link', { rel: 'stylesheet', href: origin + '/style.css' });
    add('link', { rel: 'prefetch', href: origin + '/prefetched' });
    add('link', { rel: 'preconnect', href: origin });
    add('link', { rel: 'dns-prefetch', href: origin });
    add('iframe', { src: origin + '/frame' });
    add('video', { src: origin + '/film' });
    add('audio', { src: origin + '/sound' });
    add('object', { data: origin + '/object' });
    add('embed', { src: origin + '/embedded' });
    add('base', { href: origin });
    add('meta', { httpEquiv: 'refresh', content: '0;url=' + origin + '/refreshed' });
    add('style', {}).append(`@import '${origin}/imported.css'; body { background: url('${origin}/ground.png') }`);
    const form = add('form', { action: origin + '/form', method: 'post' });
    form.submit();
    const link = add('a', { href: origin + '/link', ping: origin + '/ping' });
    link.click();
    add('a', { href: origin + '/other', target: '_blank' }).click();
    const saved = add('a', { href: URL.createObjectURL(new Blob(['x'])), download: 'stolen.txt' });
    saved.click();
    add('a', { href: origin + '/file', download: 'fetched.txt' }).click();
    navigator.sendBeacon?.(origin + '/beacon');
    try { new WebSocket(origin.replace('http', 'ws') + '/socket') } catch {}
    try { new EventSource(origin + '/events') } catch {}
    try { new XMLHttpRequest().open('GET', origin + '/request') } catch {}
    const request = new XMLHttpRequest();
    request.open('GET', origin + '/request');
    request.send();
    // A picture tells when it was refused, and when it was not.
    await Promise.all(pictures);
    return window.open(origin + '/opened') === null && window.open('settings.html') === null;
";

/// Where a window may not go, whoever sends it.
const ELSEWHERE: [&str; 7] = [
    "location.href = given[0] + '/there'",
    "location.assign('about:blank')",
    "location.replace('data:text/html,there')",
    "location.href = 'javascript:window.breached = 1'",
    "location.href = given[1]",
    // The name that stands for the app on Windows is a server's on this computer elsewhere.
    "location.href = given[0].replace('127.0.0.1', 'tauri.localhost') + location.pathname + '?chat'",
    "location.search = '?chat'",
];

fn script_is_walled_in(page: &Page<'_>, origin: &str, other: &str) {
    for attempt in REFUSED {
        let outcome = page.run_async(attempt, vec![json!(origin)]);
        assert!(outcome.is_err(), "{attempt} was allowed");
    }
    assert_eq!(
        page.run_async(UNHEARD, vec![json!(origin)]),
        Ok(json!(true)),
        "no window was opened, and the page is where it was"
    );
    for attempt in ELSEWHERE {
        // Some of them throw, the others are refused later.
        page.run_async(attempt, vec![json!(origin), json!(other)])
            .ok();
    }
    assert_eq!(
        page.run_async("return window.here", vec![]),
        Ok(json!(true)),
        "no window was opened, and the page is where it was"
    );
}

fn stored(page: &Page<'_>) -> Result<serde_json::Value, String> {
    let script = "return [localStorage.length, sessionStorage.length, document.cookie, \
        (await indexedDB.databases()).length, (await caches?.keys?.())?.length ?? 0]";
    page.run_async(script, vec![])
}

fn has_file(folder: &Path, name: &str) -> bool {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.into_iter().any(|entry| {
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        entry.file_name().to_string_lossy().contains(name)
            || (is_folder && has_file(&entry.path(), name))
    })
}

#[test]
fn script_in_either_window_reaches_nobody_and_goes_nowhere() {
    let desk = desk();
    let listener = e2e::provider::Provider::http();
    let provider = provider_that_says("Still the same page.");
    let app: App<'_> = start_with(&desk, &provider);
    let page = chat(&app);
    page.click("open-settings");
    let pages = app.page(SETTINGS);
    pages.find("paste-key");
    for page in [&page, &pages] {
        assert_eq!(
            stored(page),
            Ok(json!([0, 0, "", 0, 0])),
            "the app keeps nothing in the pages' stores"
        );
        page.run("window.here = true", vec![]);
    }

    script_is_walled_in(&page, &listener.origin(), "settings.html");
    script_is_walled_in(&pages, &listener.origin(), "chat.html");
    // By the time that an answer has come, whatever was on its way has come too.
    ask_and_hear(&page, "Are you still here?", "Still the same page.");
    wait_until("the log to tell of the pages", SOON, || {
        crate::common::log(&desk).contains("window=\"settings\"")
    });

    for (page, name) in [(&page, CHAT), (&pages, SETTINGS)] {
        let state = page.run(
            "return [window.here, window.breached ?? null, location.pathname]",
            vec![],
        );
        assert_eq!(state, json!([true, null, format!("/{name}")]));
    }
    assert_eq!(desk.window_titles().len(), 2, "no window was opened");
    let heard: Vec<_> = listener
        .exchanges()
        .iter()
        .map(|exchange| exchange.request().path().to_owned())
        .collect();
    assert!(heard.is_empty(), "{heard:?}");
    for name in ["stolen", "fetched.txt"] {
        assert!(!has_file(desk.folder(), name), "{name} was saved");
    }
}

/// At a key press, which counts as a person's gesture: opens a window and saves two files.
const AT_A_KEY: &str = "
    const [origin] = arguments;
    document.addEventListener('keydown', () => {
        window.opened = window.open(origin + '/opened');
        const blob = URL.createObjectURL(new Blob(['x'], { type: 'application/octet-stream' }));
        for (const [href, download, target] of [
            [blob, 'stolen-by-hand.txt', ''],
            [origin + '/other', '', '_blank'],
        ]) {
            const link = document.createElement('a');
            Object.assign(link, { href, target });
            if (download) link.download = download;
            document.body.append(link);
            link.click();
            link.remove();
        }
        window.pressed = true;
    }, { once: true });
";

#[test]
fn a_gesture_of_the_person_opens_no_window_and_saves_no_file_for_a_script() {
    let desk = desk();
    let listener = e2e::provider::Provider::http();
    let provider = provider_that_says("Still alone.");
    let app: App<'_> = start_with(&desk, &provider);
    let page = chat(&app);
    page.run(AT_A_KEY, vec![json!(listener.origin())]);
    desk.press_key(e2e::window::CHAT_TITLE, "x");
    wait_until("the key to be heard", SOON, || {
        page.run("return window.pressed === true", vec![]) == json!(true)
    });
    assert_eq!(
        page.run("return window.opened === null", vec![]),
        json!(true),
        "no window was opened"
    );
    ask_and_hear(&page, "Are you still alone?", "Still alone.");
    assert_eq!(desk.window_titles().len(), 1, "no window was opened");
    assert_eq!(listener.exchanges().len(), 0);
    assert!(!has_file(desk.folder(), "stolen-by-hand"), "it was saved");
}
