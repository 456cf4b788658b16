//! A private desktop for one test: display, window manager, home, session bus and keyring, none shared with another
//! test or with the person who runs it.

mod bus;
mod clipboard;
mod keyring;
mod screen;

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use tempfile::TempDir;

use crate::processes::{self, Leash, Running};
use bus::Bus;
pub use keyring::{KEYRING_PASSWORD, Keyring};

/// The desk. Everything on it ends when it is dropped.
///
/// When the test fails, the screen is kept as `failed-TEST.png` among the screenshots.
#[derive(Debug)]
pub struct Desk {
    // In the order in which they are to end; the folder last.
    clipboard: Mutex<Option<Running>>,
    keyring: Mutex<Option<Running>>,
    bus: Bus,
    has_bus: bool,
    window_manager: Option<Running>,
    x_server: Option<Running>,
    leash: Leash,
    display: String,
    pictured: AtomicBool,
    root: TempDir,
}

impl Desk {
    /// A desk whose keyring is in the given state; returns when all of it answers.
    pub fn new(keyring: Keyring) -> Self {
        let root = tempfile::Builder::new()
            .prefix("desk-")
            .tempdir()
            .expect("a temporary folder can be made");
        for folder in FOLDERS {
            fs::create_dir_all(root.path().join(folder)).expect("the desk's folders can be made");
        }
        let private = fs::Permissions::from_mode(0o700);
        fs::set_permissions(root.path().join("run"), private).expect("permissions can be set");

        let leash = Leash::new();
        let (x_server, display) = screen::start_display(&leash, root.path());
        let bus = Bus::start(&leash, root.path(), base_environment(root.path(), &display));
        let mut desk = Self {
            clipboard: Mutex::new(None),
            keyring: Mutex::new(None),
            has_bus: keyring != Keyring::NoBus,
            bus,
            window_manager: None,
            x_server: Some(x_server),
            leash,
            display,
            pictured: AtomicBool::new(false),
            root,
        };
        desk.window_manager = Some(desk.start_window_manager());
        desk.start_accessibility();
        desk.set_keyring(keyring);
        desk
    }

    /// The folder that holds all of the desk's files.
    pub fn folder(&self) -> &Path {
        self.root.path()
    }

    /// The home of whoever sits here.
    pub fn home(&self) -> PathBuf {
        self.root.path().join("home")
    }

    /// A path for the app's data folder, outside the home; not made yet.
    pub fn data_folder(&self) -> PathBuf {
        self.root.path().join("data")
    }

    /// Where the output of programs goes.
    pub fn log_folder(&self) -> PathBuf {
        self.root.path().join("log")
    }

    /// The X display, such as `:99`.
    pub fn display(&self) -> &str {
        &self.display
    }

    /// The whole environment that the app gets here: nothing leaks in from outside.
    pub fn environment(&self) -> Vec<(OsString, OsString)> {
        let mut environment = base_environment(self.root.path(), &self.display);
        let address = if self.has_bus {
            OsString::from(self.bus.address())
        } else {
            // Named but absent. Without the variable GLib would start a bus of its own by `dbus-launch`.
            let mut address = OsString::from("unix:path=");
            address.push(self.root.path().join("no-bus"));
            address
        };
        environment.push(("DBUS_SESSION_BUS_ADDRESS".into(), address));
        environment
    }

    /// `program`, to be run in the app's environment.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .envs(self.environment())
            .current_dir(self.home())
            .stdin(Stdio::null());
        command
    }

    /// `program` on the bus that the desk's own tools use, which is there even when the app has none.
    pub(crate) fn tool(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = self.command(program);
        command
            .env("DBUS_SESSION_BUS_ADDRESS", self.bus.address())
            // Without a locale for UTF-8, `xdotool` can't type a letter beyond ASCII.
            .env("LC_ALL", "C.UTF-8");
        command
    }

    /// Starts `command` so that it ends with the desk.
    pub fn spawn(&self, command: &mut Command) -> Running {
        self.leash.spawn(command)
    }

    /// Runs `command` and returns what it printed.
    pub fn output(&self, command: &mut Command) -> Output {
        let name = command.get_program().to_string_lossy().into_owned();
        command
            .output()
            .unwrap_or_else(|error| panic!("{name} can't be run: {error}"))
    }

    /// Keeps the screen of a test that is failing, once: the first picture still has the windows.
    pub(crate) fn picture_failure(&self) {
        if !std::thread::panicking() || self.pictured.swap(true, Ordering::Relaxed) {
            return;
        }
        let thread = std::thread::current();
        let test = thread.name().unwrap_or("test").replace("::", "-");
        let picture = crate::screenshot_folder().join(format!("failed-{test}.png"));
        // A second panic would hide the first, so this one only tries.
        let taken = self
            .tool("import")
            .args(["-window", "root"])
            .arg(&picture)
            .status();
        if taken.is_ok_and(|status| status.success()) {
            eprintln!("the screen as the test failed: {}", picture.display());
        }
    }

    fn start_accessibility(&self) {
        // Publishes its address on the root window too, so that programs without a session bus are readable.
        let output = self.output(self.tool("dbus-send").args([
            "--session",
            "--print-reply",
            "--dest=org.a11y.Bus",
            "/org/a11y/bus",
            "org.a11y.Bus.GetAddress",
        ]));
        assert!(
            output.status.success(),
            "the accessibility bus doesn't start: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.picture_failure();
        self.clipboard
            .lock()
            .ok()
            .and_then(|mut clipboard| clipboard.take());
        self.keyring
            .lock()
            .ok()
            .and_then(|mut keyring| keyring.take());
        self.window_manager.take();
        self.x_server.take();
        if !std::thread::panicking() {
            processes::kill_marked(self.root.path());
        }
    }
}

const FOLDERS: [&str; 9] = [
    "home",
    "home/.config",
    "home/.local/share",
    "home/.local/state",
    "home/.cache",
    "run",
    "tmp",
    "log",
    "bus",
];

/// All but the session bus.
fn base_environment(root: &Path, display: &str) -> Vec<(OsString, OsString)> {
    let path = |name: &str| root.join(name).into_os_string();
    vec![
        ("PATH".into(), "/usr/local/bin:/usr/bin:/bin".into()),
        // Even where it isn't installed, WebKit then says "en-US"; with C.UTF-8 it says "C".
        ("LANG".into(), "en_US.UTF-8".into()),
        ("USER".into(), "tester".into()),
        ("HOME".into(), path("home")),
        ("XDG_CONFIG_HOME".into(), path("home/.config")),
        ("XDG_DATA_HOME".into(), path("home/.local/share")),
        ("XDG_STATE_HOME".into(), path("home/.local/state")),
        ("XDG_CACHE_HOME".into(), path("home/.cache")),
        ("XDG_RUNTIME_DIR".into(), path("run")),
        ("TMPDIR".into(), path("tmp")),
        ("DISPLAY".into(), display.into()),
        ("GDK_BACKEND".into(), "x11".into()),
        ("LIBGL_ALWAYS_SOFTWARE".into(), "1".into()),
        // Without a graphics card WebKit's threads for painting on one crash now and then, and are slower.
        ("WEBKIT_SKIA_ENABLE_CPU_RENDERING".into(), "1".into()),
    ]
}
