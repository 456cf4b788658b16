//! What became of a page that has shown something hostile.

use std::collections::BTreeMap;

use e2e::window::Page;
use serde::Deserialize;
use serde_json::Value;

const WATCH: &str = include_str!("watch.js");
const LOOK: &str = include_str!("look.js");

/// Set in a page as it is found. A page that was loaded anew, or another one, does not have it.
pub(super) const TOKEN: &str = "the page that was there before";

/// What a look at a page found.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Seen {
    /// The canary global: the number of the payload whose script has run.
    pub(super) breached: Option<String>,
    /// What was added to the prototype of all objects.
    pub(super) polluted: Vec<String>,
    /// [`TOKEN`], as long as it is the same page.
    pub(super) token: Option<String>,
    /// Whether the head, the scripts and the style sheets are as many as before.
    pub(super) whole: bool,
    /// The page's address.
    pub(super) place: String,
    /// What was fetched since the last look: the app's commands, by their addresses.
    pub(super) calls: Vec<String>,
    /// What the policy has refused since the last look.
    pub(super) reports: Vec<String>,
    /// How often the page has changed in all.
    pub(super) steps: u64,
    /// Elements and attributes that no component of the window makes.
    pub(super) foreign: Vec<String>,
    /// All text.
    pub(super) text: String,
    /// The text of answers alone.
    pub(super) prose: String,
}

/// Begins to watch a page.
pub(super) fn watch(page: &Page<'_>) {
    page.run(WATCH, vec![TOKEN.into()]);
}

/// Looks at all elements that `selector` matches, and lets a hand go over them.
pub(super) fn look(page: &Page<'_>, selector: &str) -> Seen {
    let seen: Value = page.run(LOOK, vec![selector.into(), true.into()]);
    serde_json::from_value(seen).expect("the script's own shape")
}

/// How often each command was called. An address that is no command's stays as it is.
pub(super) fn commands(calls: &[String]) -> BTreeMap<String, usize> {
    let mut commands = BTreeMap::new();
    for call in calls {
        let name = call.strip_prefix("ipc://localhost/").unwrap_or(call);
        *commands.entry(name.to_owned()).or_default() += 1;
    }
    commands
}
