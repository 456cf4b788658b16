//! What any script in a window of the app can do, a hostile one too: call commands.

use serde_json::{Value, json};

use crate::wait::{SOON, wait_for};
use crate::window::Page;

/// Calls a command as any script in that window could, and gives its answer or its error.
pub fn invoke(page: &Page<'_>, command: &str, request: &Value) -> Value {
    let call = "
        const call = window.__TAURI_INTERNALS__.invoke(arguments[0], arguments[1]);
        return call.then(answer => ({ answer }), error => ({ error }));
    ";
    page.run_async(call, vec![command.into(), json!({ "request": request })])
        .unwrap()
}

/// The same, without waiting for it: it is kept under `name` in the page, for [`answered`].
pub fn invoke_later(page: &Page<'_>, name: &str, command: &str, request: Value) {
    let call = "
        const [name, command, request] = arguments;
        window.__TAURI_INTERNALS__.invoke(command, { request })
            .then(answer => ({ answer }), error => ({ error }))
            .then(outcome => { window['outcome ' + name] = outcome; });
    ";
    page.run(call, vec![name.into(), command.into(), request]);
}

/// Waits for what became of such a call.
#[track_caller]
pub fn answered(page: &Page<'_>, name: &str) -> Value {
    wait_for(&format!("the answer to the call {name:?}"), SOON, || {
        let outcome = page.run(
            "return window['outcome ' + arguments[0]] ?? null",
            vec![name.into()],
        );
        (!outcome.is_null()).then_some(outcome)
    })
}
