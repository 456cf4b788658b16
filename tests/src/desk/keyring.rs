//! The Secret Service of the desk, in each state that the app must tell apart.

use std::fs;
use std::io::Write as _;
use std::process::Stdio;

use super::Desk;
use crate::wait::{SOON, wait_until};

/// What the login keyring is locked with.
pub const KEYRING_PASSWORD: &str = "open sesame";

const LOGIN: &str = "/org/freedesktop/secrets/collection/login";

/// What becomes of somebody who asks for a secret here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keyring {
    /// A login collection, open.
    Unlocked,
    /// A login collection, locked: a prompt asks for [`KEYRING_PASSWORD`].
    Locked,
    /// A service that nobody used before: it has no collection, and making one asks for a new password.
    Fresh,
    /// A bus, and no Secret Service on it.
    NoService,
    /// No session bus.
    NoBus,
}

impl Desk {
    /// Brings the keyring into `state`, at the start or later. The items stay when it is locked or unlocked.
    ///
    /// # Panics
    /// When a desk with a bus is asked to lose it, or one without to have a service.
    pub fn set_keyring(&self, state: Keyring) {
        let mut daemon = self.keyring.lock().expect("no test shares a desk");
        drop(daemon.take());
        let password = match state {
            Keyring::NoBus | Keyring::NoService => {
                assert_eq!(
                    self.has_bus,
                    state == Keyring::NoService,
                    "a bus stays as it began"
                );
                wait_until("the Secret Service to be gone", SOON, || {
                    self.secret_property("Service", "/org/freedesktop/secrets", "Collections")
                        .is_err()
                });
                return;
            }
            Keyring::Fresh => None,
            Keyring::Unlocked | Keyring::Locked => Some(KEYRING_PASSWORD),
        };
        assert!(self.has_bus, "a Secret Service needs a bus");
        *daemon = Some(self.start_keyring(password));
        let collections =
            || self.secret_property("Service", "/org/freedesktop/secrets", "Collections");
        if password.is_none() {
            wait_until("a fresh Secret Service", SOON, || collections().is_ok());
            return;
        }
        wait_until("an unlocked login keyring", SOON, || {
            self.is_locked() == Some(false)
        });
        if state == Keyring::Locked {
            self.lock_keyring();
        }
    }

    /// Locks the login collection, as a screen saver or a person might at any moment.
    pub fn lock_keyring(&self) {
        self.output(self.tool("dbus-send").args([
            "--session",
            "--print-reply",
            "--dest=org.freedesktop.secrets",
            "/org/freedesktop/secrets",
            "org.freedesktop.Secret.Service.Lock",
            &format!("array:objpath:{LOGIN}"),
        ]));
        wait_until("a locked login keyring", SOON, || {
            self.is_locked() == Some(true)
        });
    }

    /// Whether the login collection is locked; `None` when there is none.
    pub fn is_locked(&self) -> Option<bool> {
        self.secret_property("Collection", LOGIN, "Locked")
            .ok()
            .map(|value| value.contains("true"))
    }

    /// How many items the login collection holds: none, where there is no keyring or no such collection.
    ///
    /// # Panics
    /// When the keyring is there and does not tell: that is not the same as none.
    #[track_caller]
    pub fn keyring_items(&self) -> usize {
        match self.secret_property("Collection", LOGIN, "Items") {
            Ok(items) => items.matches(LOGIN).count(),
            Err(error) => {
                let is_absent = ["ServiceUnknown", "UnknownMethod", "UnknownObject"]
                    .iter()
                    .any(|name| error.contains(name));
                assert!(is_absent, "the keyring does not tell: {error}");
                0
            }
        }
    }

    fn start_keyring(&self, password: Option<&str>) -> crate::processes::Running {
        let control = self.folder().join("run/keyring");
        let log = fs::File::create(self.log_folder().join("keyring")).expect("a log can be made");
        let mut command = self.tool("gnome-keyring-daemon");
        command
            .args([
                "--foreground",
                "--components=secrets",
                "--control-directory",
            ])
            .arg(control)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(log);
        if password.is_some() {
            command.arg("--unlock");
        }
        let mut daemon = self.spawn(&mut command);
        // It takes everything up to the end of its input for the password.
        let mut input = daemon.child().stdin.take().expect("the input is piped");
        input
            .write_all(password.unwrap_or_default().as_bytes())
            .expect("the keyring takes a password");
        daemon
    }

    /// A property of the Secret Service, as `dbus-send` prints it, or the error that it prints.
    fn secret_property(
        &self,
        interface: &str,
        object: &str,
        property: &str,
    ) -> Result<String, String> {
        let output = self.output(self.tool("dbus-send").args([
            "--session",
            "--print-reply=literal",
            "--dest=org.freedesktop.secrets",
            object,
            "org.freedesktop.DBus.Properties.Get",
            &format!("string:org.freedesktop.Secret.{interface}"),
            &format!("string:{property}"),
        ]));
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).into_owned())
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned())
        }
    }
}
