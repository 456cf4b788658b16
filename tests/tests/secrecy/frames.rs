//! Frames and pages from elsewhere: none gets in, and one that is there has no way into Tauri. Tauri's own fetch for
//! channels, which asks no capability, gives a window nothing of the other's.

use std::time::Duration;

use e2e::provider::{Provider, Reply, openai};
use e2e::scenario::{ask, read_settings};
use e2e::script::invoke;
use e2e::settings_page::settings_from_chat;
use e2e::wait::SOON;
use e2e::window::{CHAT, Page, SETTINGS};
use e2e::workshop::Workshop;
use e2e::{Keyring, proof};
use serde_json::{Value, json};

use crate::commands::everything;
use crate::lists::{existing, granted};

/// Takes the key that Tauri knows its own scripts by, as any script in a window can, and puts it into the page.
const STEAL_INVOKE_KEY: &str = "
    if (window.stolen) return;
    const honest = window.fetch;
    window.fetch = (address, options) => {
        window.stolen ??= new Headers(options.headers).get('Tauri-Invoke-Key');
        return honest(address, options);
    };
    await window.__TAURI_INTERNALS__.invoke('app_info');
    window.fetch = honest;
    if (!window.stolen) throw new Error('there is no such key');
";

/// Makes a frame of each kind that a page can try. What it tells is which of them hold something.
const MAKE_FRAMES: &str = "
    const [origin] = given;
    const add = (sandbox, fill) => {
        const frame = document.createElement('iframe');
        if (sandbox !== null) frame.setAttribute('sandbox', sandbox);
        try { fill(frame); } catch { /* Trusted Types */ }
        document.body.append(frame);
        return frame;
    };
    for (const sandbox of ['allow-scripts', 'allow-scripts allow-top-navigation allow-popups']) {
        add(sandbox, frame => { frame.src = 'about:blank'; });
        add(sandbox, frame => { frame.srcdoc = '<script>parent.postMessage(1)</script>'; });
        add(sandbox, frame => { frame.src = 'data:text/html,<script>parent.postMessage(1)</script>'; });
        add(sandbox, frame => { frame.src = URL.createObjectURL(new Blob(['<p>x'], { type: 'text/html' })); });
        add(sandbox, frame => { frame.src = origin + '/frame'; });
        add(sandbox, frame => { frame.src = location.href; });
    }
    return document.querySelectorAll('iframe').length;
";

/// What a frame can see of its way out.
const LOOK: &str = "
    return {
        origin: self.origin, address: location.href, internals: typeof window.__TAURI_INTERNALS__, ipc: typeof window.ipc,
        text: document.documentElement?.textContent ?? '',
        message: typeof window.webkit?.messageHandlers?.ipc?.postMessage,
    };
";

/// Calls every command from within a frame, by both ways. Tells what was
/// answered to `fetch`; the answers to messages come to the page above.
const CALL_FROM_FRAME: &str = "
    const [names, payload, key, ids] = given;
    const answers = [];
    for (const [number, name] of names.entries()) {
        const [callback, error] = ids[number];
        try {
            const answer = await fetch('ipc://localhost/' + encodeURIComponent(name), {
                method: 'POST', body: JSON.stringify(payload),
                headers: { 'Content-Type': 'application/json', 'Tauri-Callback': callback, 'Tauri-Error': error,
                    'Tauri-Invoke-Key': key },
            });
            answers.push([name, answer.headers.get('Tauri-Response'), await answer.text()]);
        } catch (refusal) { answers.push([name, 'refused', String(refusal)]); }
        window.webkit?.messageHandlers?.ipc?.postMessage(JSON.stringify({
            cmd: name, callback, error, payload, options: {}, __TAURI_INVOKE_KEY__: key,
        }));
    }
    return answers;
";

/// Answers to messages come to the page: makes a pair of callbacks for each name, and notes what they hear.
const MAKE_CALLBACKS: &str = "
    const [names] = given;
    window.heard = [];
    const { transformCallback } = window.__TAURI_INTERNALS__;
    const hear = (name, kind) => transformCallback(told => { window.heard.push([name, kind, told ?? null]); });
    return names.map(name => [hear(name, 'answer'), hear(name, 'error')]);
";

/// What the callbacks have heard once a later message has been answered.
const HEARD: &str = "
    const honest = window.fetch;
    window.fetch = () => Promise.reject(new Error('no fetch'));
    await window.__TAURI_INTERNALS__.invoke('app_info');
    window.fetch = honest;
    return window.heard;
";

/// What a round of calls from a frame came to.
struct Round {
    /// Calls by `fetch`: what they were answered, unless that was that they are none.
    fetched: Vec<Value>,
    /// Answers that came to the page above: name, `answer` or `error`, and what it was.
    heard: Vec<[Value; 3]>,
}

/// Calls `names` from a frame with that key for Tauri.
fn call_from_frame(page: &Page<'_>, frame: u16, names: &[&String], key: &str) -> Round {
    let ids = page.run_async(MAKE_CALLBACKS, vec![json!(names)]).unwrap();
    let given = vec![json!(names), everything(), json!(key), ids];
    let fetched = page.run_in_frame(frame, CALL_FROM_FRAME, given).unwrap();
    let fetched = fetched.as_array().unwrap();
    assert_eq!(fetched.len(), names.len());
    let refused = |answer: &&Value| answer[1].is_null() || answer[1] == "refused";
    Round {
        fetched: fetched
            .iter()
            .filter(|one| !refused(one))
            .cloned()
            .collect(),
        heard: serde_json::from_value(page.run_async(HEARD, vec![]).unwrap()).unwrap(),
    }
}

/// Tries everything from the frames of one window; tells how many tries that were.
#[track_caller]
fn assert_frames_are_mute(page: &Page<'_>, window: &str, listener: &Provider) -> u64 {
    page.run_async(STEAL_INVOKE_KEY, vec![]).unwrap();
    let stolen = page.run("return window.stolen", vec![]);
    let stolen = stolen.as_str().unwrap();
    let made = page.run_async(MAKE_FRAMES, vec![json!(listener.origin())]);
    let frames = u16::try_from(made.unwrap().as_u64().unwrap()).unwrap();
    assert_eq!(frames, 12);
    for frame in 0..frames {
        let seen = page.run_in_frame(frame, LOOK, vec![]).unwrap();
        // Opaque, empty, and without Tauri's scripts; WebKit's own way to the app is open to every frame.
        let expected = json!({
            "origin": "null", "address": "about:blank", "internals": "undefined", "ipc": "undefined", "text": "",
            "message": "function",
        });
        assert_eq!(seen, expected, "frame {frame} of {window}");
    }
    let (all, mine) = (existing(), granted(window));
    let everything: Vec<&String> = all.iter().collect();
    let others: Vec<&String> = all.iter().filter(|name| !mine.contains(*name)).collect();
    let mut attempts = u64::from(frames);
    for frame in [0, frames - 1] {
        for key in ["", "guessed"] {
            let round = call_from_frame(page, frame, &everything, key);
            assert_eq!(round.fetched, [Value::Null; 0]);
            assert_eq!(round.heard, [[Value::Null, Value::Null, Value::Null]; 0]);
            attempts += 2 * everything.len() as u64;
        }
        // With the page's own key a frame passes for the page, and the page's list still holds.
        let round = call_from_frame(page, frame, &others, stolen);
        assert_eq!(round.fetched, [Value::Null; 0]);
        assert_eq!(round.heard.len(), others.len());
        for [name, kind, told] in &round.heard {
            let refusal = told.as_str().unwrap_or_default();
            assert!(
                kind == "error" && refusal.contains("not allowed"),
                "{name}: {told}"
            );
        }
        attempts += 2 * others.len() as u64;
        // The control: such a message does arrive.
        let round = call_from_frame(page, frame, &[&"app_info".to_owned()], stolen);
        assert_eq!(round.heard[0][1], "answer");
    }
    attempts
}

#[test]
fn no_frame_and_no_page_from_elsewhere_has_a_way_in() {
    let shop = Workshop::new(Keyring::Unlocked);
    let app = shop.start();
    let settings = settings_from_chat(&app);
    let chat = app.page(CHAT);
    let listener = Provider::http();
    listener.always("/there", |_| Reply::html(200, "<p>from elsewhere"));
    let mut attempts = 0;
    for (page, window, file) in [(&chat, "chat", CHAT), (&settings, "settings", SETTINGS)] {
        attempts += assert_frames_are_mute(page, window, &listener);
        page.run("window.here = true", vec![]);
        let there = format!("{}/there", listener.origin());
        for address in [&there, "data:text/html,there"] {
            // One that is refused is never told to have been loaded. Were it only late, the server would know.
            let gone = page.go(address, Duration::from_millis(1500));
            assert!(gone.is_err(), "{address} was loaded");
            attempts += 1;
        }
        let state = page.run("return [window.here, location.pathname]", vec![]);
        assert_eq!(state, json!([true, format!("/{file}")]));
        // The control: the driver can load what the window may show.
        page.go(&format!("tauri://localhost/{file}"), SOON).unwrap();
        assert_eq!(page.run("return window.here ?? null", vec![]), Value::Null);
    }
    assert_eq!(listener.exchanges().len(), 0);
    assert_eq!(shop.provider.exchanges().len(), 0);
    assert_eq!(read_settings(&shop.desk), shop.settings());
    proof::attack(
        "call what is not its to call",
        attempts,
        0,
        "a frame's message with the page's stolen key for Tauri was answered to the page",
    );
}

/// Leaves a piece that the chat window would fetch where Tauri keeps it, and tells its number.
const LEAVE_A_PIECE: &str = "
    const honest = window.fetch;
    const left = new Promise(leave => {
        window.fetch = (address, options) => {
            if (!decodeURIComponent(address).includes('__TAURI_CHANNEL__')) return honest(address, options);
            window.fetch = honest;
            leave(new Headers(options.headers).get('Tauri-Channel-Id'));
            return new Promise(() => {});
        };
    });
    const [item] = await window.__TAURI_INTERNALS__.invoke('list_conversations');
    const callback = window.__TAURI_INTERNALS__.transformCallback(() => {});
    window.ipc.postMessage(JSON.stringify({
        cmd: 'open_conversation', callback, error: callback, options: {}, __TAURI_INVOKE_KEY__: window.stolen,
        payload: { request: { conversation: item.id, before: null } },
    }));
    return left;
";

/// Fetches pieces of these numbers; gives what came.
const FETCH_PIECES: &str = "
    const [numbers, byMessage] = given;
    const honest = window.fetch;
    if (byMessage) window.fetch = () => Promise.reject(new Error('no fetch'));
    const pieces = [];
    for (const number of numbers) {
        const options = { headers: { 'Tauri-Channel-Id': String(number) } };
        try {
            pieces.push(JSON.stringify(
                await window.__TAURI_INTERNALS__.invoke('plugin:__TAURI_CHANNEL__|fetch', null, options)) ?? '');
        } catch { /* there is none of that number */ }
    }
    window.fetch = honest;
    return pieces;
";

#[test]
fn the_fetch_of_channels_gives_a_window_nothing_of_the_other() {
    let shop = Workshop::new(Keyring::Unlocked);
    let app = shop.start_and_bind();
    let (settings, chat) = (app.page(SETTINGS), app.page(CHAT));
    let long = format!("It begins. {}It ends.", "And it goes on. ".repeat(2000));
    shop.provider.answer(openai::answer(&long));
    ask(&chat, "Tell me a long story.");
    chat.wait_for_text("message-assistant", "It ends.");
    chat.wait_until_gone("stop");
    chat.run_async(STEAL_INVOKE_KEY, vec![]).unwrap();
    let left = chat.run_async(LEAVE_A_PIECE, vec![]).unwrap();
    let left: u32 = left.as_str().unwrap().parse().unwrap();
    assert!(left < 1000);

    let numbers: Vec<u32> = (0..1000).chain([u32::MAX]).collect();
    let mut attempts = 0;
    for by_message in [false, true] {
        let given = vec![json!(numbers), json!(by_message)];
        let pieces = settings.run_async(FETCH_PIECES, given).unwrap();
        assert_eq!(
            pieces,
            json!([]),
            "the settings window got a piece of the chat's"
        );
        attempts += numbers.len() as u64;
    }
    let fetched = chat.run_async(FETCH_PIECES, vec![json!([left]), json!(false)]);
    let fetched = fetched.unwrap();
    let piece = fetched[0].as_str().unwrap_or_default();
    assert!(
        piece.contains("It ends."),
        "the piece is there for its own window"
    );
    assert!(invoke(&settings, "app_info", &Value::Null)["answer"].is_object());
    proof::attack(
        "call what is not its to call",
        attempts,
        0,
        "a channel's piece was given to the window that it was left for",
    );
}
