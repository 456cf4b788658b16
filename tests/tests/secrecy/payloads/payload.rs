//! What a payload is, and how it comes to name the sinks of the test that runs it.

/// A hostile text before it knows where it runs. In it stand
///
/// - `{n}`: its number,
/// - `{js}`: a script that sets the canary global to its number,
/// - `{ipc}`: a script that calls a command of the settings window,
/// - `{http}`: host and port of the HTTP sink,
/// - `{dns}`: a host name of its own, which only the DNS sink knows.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    /// The class of attack that it belongs to.
    pub(super) class: &'static str,
    /// The text.
    pub(super) text: String,
    /// Whether a browser that takes it for HTML would do what it wants: it then serves as a control too.
    pub(super) html: bool,
}

/// A payload, ready to be run.
#[derive(Debug, Clone)]
pub(super) struct Payload {
    /// Its name in reports.
    pub(super) name: String,
    /// Its number, from 1.
    pub(super) number: usize,
    /// The text.
    pub(super) text: String,
    /// As in [`Draft`].
    pub(super) html: bool,
}

/// Payloads of one class that HTML would be needed for.
pub(super) fn html(
    class: &'static str,
    texts: impl IntoIterator<Item = impl Into<String>>,
) -> Vec<Draft> {
    drafts(class, true, texts)
}

/// Payloads of one class that are Markdown, or text.
pub(super) fn text(
    class: &'static str,
    texts: impl IntoIterator<Item = impl Into<String>>,
) -> Vec<Draft> {
    drafts(class, false, texts)
}

fn drafts(
    class: &'static str,
    html: bool,
    texts: impl IntoIterator<Item = impl Into<String>>,
) -> Vec<Draft> {
    let draft = |text: String| Draft { class, text, html };
    texts.into_iter().map(Into::into).map(draft).collect()
}

/// Gives each draft its number, from `first` on, and the sinks that it is to reach.
pub(super) fn armed(drafts: Vec<Draft>, first: usize, http: &str) -> Vec<Payload> {
    let arm = |(at, draft): (usize, Draft)| {
        let number = first + at;
        Payload {
            name: format!("{} {number}", draft.class),
            number,
            text: fill(&draft.text, number, http),
            html: draft.html,
        }
    };
    drafts.into_iter().enumerate().map(arm).collect()
}

/// Puts in what a text leaves open.
pub(super) fn fill(text: &str, number: usize, http: &str) -> String {
    let call = "window.__TAURI_INTERNALS__.invoke(`paste_key`,{request:{name:`x`,provider:null,keepIn:`system`}})";
    text.replace("{js}", "window.breached={n}")
        .replace("{ipc}", call)
        .replace("{dns}", "p{n}.canary.example")
        .replace("{n}", &number.to_string())
        .replace("{http}", http)
}
