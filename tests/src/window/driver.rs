//! `WebKitWebDriver`, which starts the app and passes its own environment on to it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;

use super::Launch;
use crate::desk::Desk;
use crate::processes::{Pid, Running};
use crate::runtime::block_on;
use crate::wait::{SOON, wait_for};

/// A running driver.
#[derive(Debug)]
pub(super) struct Driver {
    process: Running,
    port: u16,
    log: PathBuf,
}

impl Driver {
    pub(super) fn start(desk: &Desk, launch: &Launch) -> Self {
        static STARTED: AtomicUsize = AtomicUsize::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let log = desk.log_folder().join(format!("app-{number}"));
        let file = fs::File::create(&log).expect("a log can be made");
        let mut command = desk.command("WebKitWebDriver");
        launch.furnish(&mut command);
        command
            .arg("--port=0")
            // Without it the app makes no page that can be driven, and creating a session waits for ever.
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .stdout(file.try_clone().expect("a log can be shared"))
            .stderr(file);
        let process = desk.spawn(&mut command);
        let port = wait_for("the WebDriver to listen", SOON, || {
            listening_port(process.pid())
        });
        Self { process, port, log }
    }

    /// Starts the app.
    pub(super) fn connect(&self, launch: &Launch) -> Client {
        let text =
            |part: &std::ffi::OsStr| part.to_str().expect("WebDriver speaks UTF-8").to_owned();
        let arguments: Vec<_> = launch.arguments().iter().map(|part| text(part)).collect();
        let mut capabilities = Capabilities::new();
        capabilities.insert(
            "webkitgtk:browserOptions".to_owned(),
            json!({ "binary": text(launch.binary().as_os_str()), "args": arguments }),
        );
        let address = format!("http://127.0.0.1:{}", self.port);
        let session = block_on(async {
            let mut builder = ClientBuilder::new(HttpConnector::new());
            let connecting = builder.capabilities(capabilities);
            tokio::time::timeout(SOON * 2, connecting.connect(&address)).await
        });
        match session {
            Ok(Ok(client)) => client,
            Ok(Err(error)) => panic!(
                "the app doesn't start under WebDriver: {error}\n{}",
                self.log()
            ),
            Err(late) => panic!(
                "the app doesn't open a window under WebDriver: {late}\n{}",
                self.log()
            ),
        }
    }

    pub(super) fn pid(&self) -> Pid {
        self.process.pid()
    }

    /// What the driver and the app have written.
    pub(super) fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.log).unwrap_or_default()).into_owned()
    }
}

/// The port that `pid` listens on: the driver picks one and doesn't tell, but the kernel does.
fn listening_port(pid: Pid) -> Option<u16> {
    let sockets: Vec<String> = fs::read_dir(format!("/proc/{pid}/fd"))
        .ok()?
        .filter_map(|entry| fs::read_link(entry.ok()?.path()).ok())
        .filter_map(|target| socket_inode(&target))
        .collect();
    let table = fs::read_to_string(format!("/proc/{pid}/net/tcp")).ok()?;
    // Columns: number, local address, remote address, state (0A is listening), …, the tenth is the inode.
    table.lines().find_map(|line| {
        let columns: Vec<&str> = line.split_ascii_whitespace().collect();
        let ours = *columns.get(3)? == "0A"
            && sockets
                .iter()
                .any(|inode| columns.get(9) == Some(&inode.as_str()));
        let port = columns.get(1)?.rsplit_once(':')?.1;
        ours.then(|| u16::from_str_radix(port, 16).ok()).flatten()
    })
}

fn socket_inode(link: &Path) -> Option<String> {
    let inode = link.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?;
    Some(inode.to_owned())
}
