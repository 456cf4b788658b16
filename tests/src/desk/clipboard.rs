//! The clipboard of the desk, and owners of it of every kind.

use std::fs;
use std::process::{Command, Stdio};

use super::Desk;
use crate::SYSTEM_PYTHON;
use crate::processes;
use crate::wait::{SOON, wait_until};

/// An owner that offers a picture and no text.
const COPY_IMAGE: &str = include_str!("copy_image.py");

impl Desk {
    /// Copies `text` as a person would who copied it in another program.
    pub fn copy_text(&self, text: &str) {
        let file = self.folder().join("bus/copied");
        fs::write(&file, text).expect("the copied text can be written");
        // `-quiet` keeps it in the foreground, where it can be ended.
        let mut owner = self.tool("xclip");
        owner
            .args(["-quiet", "-selection", "clipboard", "-in"])
            .arg(&file);
        self.own_clipboard(&mut owner, "UTF8_STRING");
        // A copied key must not lie in a file, where the search through the disk would find it.
        fs::remove_file(file).expect("the copied text can be removed");
    }

    /// Copies a picture and nothing else.
    pub fn copy_image(&self) {
        let mut owner = self.tool(SYSTEM_PYTHON);
        owner.args(["-c", COPY_IMAGE]);
        self.own_clipboard(&mut owner, "image/png");
    }

    /// Leaves the clipboard without an owner. One that the app itself has taken is not touched.
    pub fn empty_clipboard(&self) {
        drop(self.clipboard.lock().expect("no test shares a desk").take());
        wait_until("an empty clipboard", SOON, || {
            self.clipboard_targets().is_none()
        });
    }

    /// Stops the owner of the clipboard, so that it never answers whoever asks for the text.
    pub fn freeze_clipboard(&self) {
        let owner = self.clipboard.lock().expect("no test shares a desk");
        let owner = owner.as_ref().expect("something was copied before");
        processes::signal(owner.pid(), "STOP");
    }

    /// The text that the clipboard holds, if it holds any.
    pub fn clipboard_text(&self) -> Option<String> {
        // An owner may be asked for what it doesn't offer, and `xclip` then gives whatever it has.
        self.clipboard_targets()
            .filter(|targets| targets.lines().any(|line| line == "UTF8_STRING"))?;
        let text = self.selection("UTF8_STRING")?;
        Some(String::from_utf8(text).expect("the clipboard's text is UTF-8"))
    }

    fn clipboard_targets(&self) -> Option<String> {
        let targets = self.selection("TARGETS")?;
        Some(String::from_utf8_lossy(&targets).into_owned())
    }

    fn selection(&self, target: &str) -> Option<Vec<u8>> {
        let mut reader = self.tool("xclip");
        reader.args(["-selection", "clipboard", "-out", "-target", target]);
        let output = self.output(&mut reader);
        output.status.success().then_some(output.stdout)
    }

    fn own_clipboard(&self, command: &mut Command, target: &str) {
        self.empty_clipboard();
        let silent = command.stdout(Stdio::null()).stderr(Stdio::null());
        let owner = self.spawn(silent);
        wait_until(&format!("a clipboard that offers {target}"), SOON, || {
            self.clipboard_targets()
                .is_some_and(|targets| targets.lines().any(|line| line == target))
        });
        *self.clipboard.lock().expect("no test shares a desk") = Some(owner);
    }
}
