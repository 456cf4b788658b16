//! The desk's own session bus, which can start only what the desk wants started.

use std::ffi::OsString;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use super::Desk;
use crate::SYSTEM_PYTHON;
use crate::processes::{Leash, Running};
use crate::wait::{SOON, wait_for, wait_until};

/// Owns a name and does nothing else.
const OWN_NAME: &str = include_str!("own_name.py");

/// Services that the bus may start by itself. The Secret Service is not among them: an installed keyring would turn
/// up unasked, and no test could tell "absent" from "locked".
const STARTABLE: [&str; 4] = [
    "org.a11y.Bus",
    "org.gnome.keyring.SystemPrompter",
    "org.gnome.keyring.PrivatePrompter",
    "ca.desrt.dconf",
];

/// A running `dbus-daemon`.
#[derive(Debug)]
pub(super) struct Bus {
    address: String,
    // Held for its end only.
    _daemon: Running,
}

impl Bus {
    pub(super) fn start(
        leash: &Leash,
        root: &Path,
        environment: Vec<(OsString, OsString)>,
    ) -> Self {
        let folder = root.join("bus");
        let services = folder.join("services");
        fs::create_dir_all(&services).expect("the bus's folder can be made");
        for service in STARTABLE {
            let file = format!("{service}.service");
            let installed = Path::new("/usr/share/dbus-1/services").join(&file);
            if installed.exists() {
                fs::copy(installed, services.join(file)).expect("a service file can be copied");
            }
        }
        let configuration = folder.join("session.conf");
        // The socket is not `$XDG_RUNTIME_DIR/bus`, where programs look when no address is given.
        let text = format!(
            "<busconfig><type>session</type><listen>unix:path={}</listen><auth>EXTERNAL</auth>\
             <servicedir>{}</servicedir><policy context=\"default\"><allow own=\"*\"/>\
             <allow send_destination=\"*\" eavesdrop=\"true\"/><allow eavesdrop=\"true\"/></policy></busconfig>",
            folder.join("socket").display(),
            services.display(),
        );
        fs::write(&configuration, text).expect("the bus's configuration can be written");

        let log = fs::File::create(root.join("log/bus")).expect("a log can be made");
        let mut daemon = leash.spawn(
            Command::new("dbus-daemon")
                .arg("--nofork")
                .arg("--print-address")
                .arg(format!("--config-file={}", configuration.display()))
                .env_clear()
                .envs(environment)
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(log),
        );
        let output = daemon.child().stdout.take().expect("the output is piped");
        let mut address = String::new();
        BufReader::new(output)
            .read_line(&mut address)
            .expect("the bus prints its address");
        assert!(
            !address.trim().is_empty(),
            "the bus ended instead of starting"
        );
        Self {
            address: address.trim().to_owned(),
            _daemon: daemon,
        }
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }
}

impl Desk {
    /// Calls a method of `destination` and gives what `dbus-send` prints of the answer, or of the refusal: its name and
    /// its words. `bus` is the address of another bus than the desk's own.
    ///
    /// # Errors
    /// The refusal.
    pub fn call(
        &self,
        bus: Option<&str>,
        destination: &str,
        object: &str,
        method: &str,
        arguments: &[&str],
    ) -> Result<String, String> {
        let bus = bus.map_or("--session".to_owned(), |bus| format!("--bus={bus}"));
        let destination = format!("--dest={destination}");
        let mut command = self.tool("dbus-send");
        command
            .args([&bus, "--print-reply", &destination, object, method])
            .args(arguments);
        let output = self.output(&mut command);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
        if output.status.success() {
            Ok(text(&output.stdout))
        } else {
            Err(text(&output.stderr))
        }
    }

    /// Owns a name on the desk's bus that answers a ping and nothing else, for as long as the process lives.
    pub fn own_name(&self, name: &str) -> Running {
        let owner = self.spawn(self.tool(SYSTEM_PYTHON).args(["-c", OWN_NAME, name]));
        wait_until(&format!("an owner of {name}"), SOON, || {
            self.call(None, name, "/", "org.freedesktop.DBus.Peer.Ping", &[])
                .is_ok()
        });
        owner
    }

    /// Waits for the socket by which a sandboxed web process reaches the session bus; gives its address.
    pub fn filtered_bus(&self) -> String {
        let folder = self.folder().join("run/webkitgtk");
        wait_for("the filter's socket", SOON, || {
            let entries = fs::read_dir(&folder).ok()?;
            let mut paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
            let socket = paths.find(|path| {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                name.starts_with("bus-proxy-")
            })?;
            Some(format!("unix:path={}", socket.display()))
        })
    }
}
