//! What is on the screen, and the hands that reach for it: keys, typing and clicks as a person makes them.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::Desk;
use crate::processes::{Leash, Running};
use crate::wait::{SOON, wait_for, wait_until};

/// Width, height and depth of the screen, in pixels and bits.
const SCREEN: &str = "1280x800x24";

/// A window manager that decorates and places, and has no menus and but one key of its own to catch a test's: the one
/// that closes a window.
const WINDOW_MANAGER: &str = r#"<?xml version="1.0"?>
<openbox_config xmlns="http://openbox.org/3.4/rc">
  <focus><focusNew>yes</focusNew><followMouse>no</followMouse></focus>
  <placement><policy>Smart</policy></placement>
  <desktops><number>1</number><popupTime>0</popupTime></desktops>
  <keyboard><keybind key="A-F4"><action name="Close"/></keybind></keyboard>
  <mouse><context name="Client"><mousebind button="Left" action="Press"><action name="Focus"/><action name="Raise"/></mousebind></context></mouse>
</openbox_config>
"#;

/// Starts an X server on a display that it picks itself.
pub(super) fn start_display(leash: &Leash, root: &Path) -> (Running, String) {
    let log = fs::File::create(root.join("log/xvfb")).expect("a log can be made");
    let mut server = leash.spawn(
        Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                SCREEN,
                "-nolisten",
                "tcp",
                "-noreset",
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log),
    );
    let output = server.child().stdout.take().expect("the output is piped");
    let mut number = String::new();
    BufReader::new(output)
        .read_line(&mut number)
        .expect("the X server tells its display");
    assert!(
        !number.trim().is_empty(),
        "the X server ended instead of starting"
    );
    (server, format!(":{}", number.trim()))
}

impl Desk {
    pub(super) fn start_window_manager(&self) -> Running {
        let configuration = self.folder().join("openbox.xml");
        fs::write(&configuration, WINDOW_MANAGER).expect("a configuration can be written");
        let log = fs::File::create(self.log_folder().join("openbox")).expect("a log can be made");
        let manager = self.spawn(
            self.tool("openbox")
                .args(["--sm-disable", "--config-file"])
                .arg(configuration)
                .stdout(log.try_clone().expect("a log can be shared"))
                .stderr(log),
        );
        wait_until("the window manager", SOON, || {
            // A property that only a window manager sets.
            self.output(self.tool("xdotool").arg("get_num_desktops"))
                .status
                .success()
        });
        manager
    }

    /// The titles of the windows that can be seen.
    pub fn window_titles(&self) -> Vec<String> {
        self.windows().into_iter().map(|(_, title)| title).collect()
    }

    /// Waits for a window with exactly this title.
    #[track_caller]
    pub fn wait_for_window(&self, title: &str) {
        self.window(title);
    }

    /// Presses a key or a chord, such as `Return` or `ctrl+v`, in the window of that title.
    #[track_caller]
    pub fn press_key(&self, title: &str, key: &str) {
        self.focus(title);
        self.press_key_here(key);
    }

    /// Types `text`, which is ASCII, into the window of that title.
    #[track_caller]
    pub fn type_text(&self, title: &str, text: &str) {
        self.focus(title);
        self.type_text_here(text);
    }

    /// Presses the left button at (`x`, `y`) of the window of that title, in pixels from its upper left corner.
    #[track_caller]
    pub fn click(&self, title: &str, x: u32, y: u32) {
        self.click_with(title, x, y, 1);
    }

    /// The same with any button: 1 left, 2 middle, 3 right.
    #[track_caller]
    pub fn click_with(&self, title: &str, x: u32, y: u32, button: u8) {
        self.focus(title);
        let window = self.window(title);
        let (x, y, button) = (x.to_string(), y.to_string(), button.to_string());
        self.xdotool(&[
            "mousemove",
            "--sync",
            "--window",
            &window,
            &x,
            &y,
            "click",
            &button,
        ]);
    }

    /// Gives the keyboard to the window of that title.
    #[track_caller]
    pub fn focus(&self, title: &str) {
        let window = self.window(title);
        wait_until(&format!("the window {title:?} to be active"), SOON, || {
            self.output(self.tool("xdotool").args(["windowactivate", &window]));
            let active = self.output(self.tool("xdotool").arg("getactivewindow"));
            String::from_utf8_lossy(&active.stdout).trim() == window
        });
    }

    /// Asks the window manager to close the window of that title, as its × does.
    #[track_caller]
    pub fn close_window(&self, title: &str) {
        // `xdotool windowclose` would destroy it unasked, which no person can.
        self.press_key(title, "alt+F4");
    }

    /// Takes a picture of the whole screen into the folder of screenshots.
    pub fn screenshot(&self, name: &str) -> PathBuf {
        let picture = crate::screenshot_folder().join(format!("{name}.png"));
        let output = self.output(self.tool("import").args(["-window", "root"]).arg(&picture));
        assert!(
            output.status.success(),
            "no screenshot: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        picture
    }

    #[track_caller]
    fn window(&self, title: &str) -> String {
        wait_for(&format!("a window titled {title:?}"), SOON, || {
            let window = self.windows().into_iter().find(|(_, found)| found == title);
            window.map(|(id, _)| id)
        })
    }

    /// Ids and titles of the visible windows that have a title.
    fn windows(&self) -> Vec<(String, String)> {
        let found =
            self.output(
                self.tool("xdotool")
                    .args(["search", "--onlyvisible", "--name", "."]),
            );
        String::from_utf8_lossy(&found.stdout)
            .split_whitespace()
            .filter_map(|id| {
                let name = self.output(self.tool("xdotool").args(["getwindowname", id]));
                let title = String::from_utf8_lossy(&name.stdout).trim_end().to_owned();
                (!title.is_empty()).then(|| (id.to_owned(), title))
            })
            .collect()
    }

    /// Presses a key in whatever window has the keyboard.
    #[track_caller]
    pub(crate) fn press_key_here(&self, key: &str) {
        self.xdotool(&["key", "--clearmodifiers", key]);
    }

    /// Types into whatever window has the keyboard.
    #[track_caller]
    pub(crate) fn type_text_here(&self, text: &str) {
        // For a letter that is on no key, `xdotool` changes the keyboard, and some programs notice too late.
        assert!(text.is_ascii(), "only ASCII can be typed reliably");
        self.xdotool(&["type", "--clearmodifiers", "--delay", "4", "--", text]);
    }

    #[track_caller]
    fn xdotool(&self, arguments: &[&str]) {
        let output = self.output(self.tool("xdotool").args(arguments));
        assert!(
            output.status.success(),
            "xdotool {}: {}",
            arguments[0],
            String::from_utf8_lossy(&output.stderr)
        );
    }
}
