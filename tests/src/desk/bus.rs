//! The desk's own session bus, which can start only what the desk wants started.

use std::ffi::OsString;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::processes::{Leash, Running};

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
