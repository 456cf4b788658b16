//! Native dialogs, read and answered from outside as a person would: no test can be satisfied by a dialog that
//! nobody could have read.

use std::path::Path;
use std::process::Output;
use std::time::Duration;

use serde::Deserialize;

use crate::SYSTEM_PYTHON;
use crate::desk::Desk;
use crate::wait::{SOON, wait_until};

/// Speaks to the accessibility bus.
const READER: &str = include_str!("dialog.py");

/// How long a dialog that is there may take to offer a button, in seconds.
const BUTTON_SECONDS: &str = "5";

/// A dialog that is open on a desk.
///
/// It is known by the pattern that found it, so the pattern should fit no other that may be open at the same time.
#[derive(Debug)]
pub struct Dialog<'desk> {
    desk: &'desk Desk,
    pattern: String,
    content: Content,
}

#[derive(Debug, Deserialize)]
struct Content {
    name: String,
    role: String,
    texts: Vec<String>,
    buttons: Vec<String>,
    places: Vec<[i32; 4]>,
}

impl<'desk> Dialog<'desk> {
    /// Waits for a dialog that has the regular expression (Python's) in its name or in one of its texts.
    #[track_caller]
    pub fn wait(desk: &'desk Desk, pattern: &str) -> Self {
        Self::wait_at_most(desk, pattern, SOON)
    }

    /// The same with a limit of one's own.
    #[track_caller]
    pub fn wait_at_most(desk: &'desk Desk, pattern: &str, limit: Duration) -> Self {
        let output = ask(desk, &["read", pattern, &limit.as_secs_f32().to_string()]);
        assert!(
            output.status.success(),
            "no dialog {pattern:?}: {}",
            said(&output)
        );
        let content = serde_json::from_slice(&output.stdout).expect("the reader prints JSON");
        Self {
            desk,
            pattern: pattern.to_owned(),
            content,
        }
    }

    /// Everything that the open dialogs say, one string each: empty when none is open.
    pub fn all(desk: &Desk) -> Vec<String> {
        let texts = |content: Content| format!("{}\n{}", content.name, content.texts.join("\n"));
        matching(desk, "").into_iter().map(texts).collect()
    }

    /// Its accessible name. For a message dialog that is its kind, such as "Question", not its title.
    pub fn name(&self) -> &str {
        &self.content.name
    }

    /// Its role as a screen reader tells it: `alert` or `dialog`.
    pub fn role(&self) -> &str {
        &self.content.role
    }

    /// Every text in it that can be seen.
    pub fn texts(&self) -> &[String] {
        &self.content.texts
    }

    /// All texts in one.
    pub fn text(&self) -> String {
        self.content.texts.join("\n")
    }

    /// The names of its buttons.
    pub fn buttons(&self) -> &[String] {
        &self.content.buttons
    }

    /// Where its buttons were on the screen when it was found, in pixels: x, y, width and height.
    pub fn button_places(&self) -> &[[i32; 4]] {
        &self.content.places
    }

    /// Presses the button of exactly that name, and waits until the dialog is gone.
    #[track_caller]
    pub fn press(self, button: &str) {
        let output = ask(self.desk, &["press", &self.pattern, BUTTON_SECONDS, button]);
        assert!(
            output.status.success(),
            "no button {button:?}: {}",
            said(&output)
        );
        self.wait_for_end();
    }

    /// Presses Escape in it, and waits until it is gone.
    #[track_caller]
    pub fn dismiss(self) {
        self.press_key("Escape");
        self.wait_for_end();
    }

    /// Presses a key in it, such as `Return`, which presses whatever button has the focus.
    #[track_caller]
    pub fn press_key(&self, key: &str) {
        self.wait_for_keyboard();
        self.desk.press_key_here(key);
    }

    /// Types `text` into its field and confirms with Return, as into a password prompt; then waits until it is gone.
    #[track_caller]
    pub fn enter(self, text: &str) {
        self.fill_in(&[text]);
    }

    /// Chooses a file by the button of that name, in a dialog that shows folders; then waits until it is gone.
    #[track_caller]
    pub fn choose_file(self, path: &Path, button: &str) {
        // A field for the path, which GTK shows on demand.
        self.press_key("ctrl+l");
        let path = path.display().to_string();
        let output = ask(self.desk, &["write", &self.pattern, BUTTON_SECONDS, &path]);
        assert!(output.status.success(), "no field: {}", said(&output));
        // It takes the path in only once it has looked at the folder, and says nothing when it has.
        let description = format!("the dialog {:?} to take {path}", self.pattern);
        wait_until(&description, SOON, || {
            ask(self.desk, &["press", &self.pattern, "0", button]);
            matching(self.desk, &self.pattern).is_empty()
        });
    }

    /// Types each text into a field of its own, with Return behind each; then waits until it is gone.
    #[track_caller]
    pub fn fill_in(self, texts: &[&str]) {
        self.wait_for_keyboard();
        for text in texts {
            self.desk.type_text_here(text);
            self.desk.press_key_here("Return");
        }
        self.wait_for_end();
    }

    /// Waits until it has closed.
    #[track_caller]
    pub fn wait_for_end(&self) {
        wait_until(
            &format!("the dialog {:?} to close", self.pattern),
            SOON,
            || matching(self.desk, &self.pattern).is_empty(),
        );
    }

    #[track_caller]
    fn wait_for_keyboard(&self) {
        let output = ask(
            self.desk,
            &["active", &self.pattern, &SOON.as_secs_f32().to_string()],
        );
        assert!(
            output.status.success(),
            "{:?} never got the keyboard: {}",
            self.pattern,
            said(&output)
        );
    }
}

fn matching(desk: &Desk, pattern: &str) -> Vec<Content> {
    let output = ask(desk, &["list", pattern]);
    assert!(
        output.status.success(),
        "dialogs can't be listed: {}",
        said(&output)
    );
    serde_json::from_slice(&output.stdout).expect("the reader prints JSON")
}

fn ask(desk: &Desk, arguments: &[&str]) -> Output {
    desk.output(
        desk.tool(SYSTEM_PYTHON)
            .args(["-c", READER])
            .args(arguments),
    )
}

fn said(output: &Output) -> String {
    let (heard, complaint) = (&output.stdout, &output.stderr);
    format!(
        "{} {}",
        String::from_utf8_lossy(heard),
        String::from_utf8_lossy(complaint)
    )
}
