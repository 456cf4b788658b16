//! Tries whether bubblewrap can make such a sandbox as WebKit asks for.
//!
//! The arguments are those that WebKitGTK 2.50 gives for its proxy of the session bus, which it starts first and whose
//! failure ends the app (`Source/WebKit/UIProcess/Launcher/glib/BubblewrapLauncher.cpp` and `XDGDBusProxy.cpp`), and
//! the namespace that only its web processes ask for.

use std::fs::DirBuilder;
use std::io::{Read, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, thread};

/// Where WebKit looks for its tools: distributions compile these paths in, and `PATH` plays no part.
const BUBBLEWRAP: &str = "/usr/bin/bwrap";
const PROXY: &str = "/usr/bin/xdg-dbus-proxy";
/// How long the probe may take. It takes some 10 ms; a disk that sleeps takes seconds.
const LIMIT: Duration = Duration::from_secs(5);
/// How long to wait between two looks at whether it has ended.
const LOOK: Duration = Duration::from_millis(1);
/// A filter that allows every call: one instruction, `BPF_RET | BPF_K`, that returns `SECCOMP_RET_ALLOW`.
const ALLOW_ALL: (u16, u8, u8, u32) = (0x06, 0, 0, 0x7fff_0000);
/// The longest reason that is told, in characters.
const LONGEST: usize = 200;

/// What every sandbox of WebKit's is made of.
const WALLS: &str = "--die-with-parent --unshare-uts --unshare-pid --unshare-net --unshare-ipc \
    --ro-bind /etc /etc --dev /dev --proc /proc --tmpfs /tmp \
    --ro-bind /sys/block /sys/block --ro-bind /sys/bus /sys/bus --ro-bind /sys/class /sys/class \
    --ro-bind /sys/dev /sys/dev --ro-bind /sys/devices /sys/devices \
    --ro-bind-try /usr/share /usr/share --ro-bind-try /lib /lib --ro-bind-try /usr/lib /usr/lib \
    --ro-bind-try /usr/local/lib /usr/local/lib --ro-bind-try /lib64 /lib64 --ro-bind-try /usr/lib64 /usr/lib64 \
    --ro-bind-try /lib32 /lib32 --ro-bind-try /usr/lib32 /usr/lib32 --seccomp 0";

/// Tries it.
///
/// # Errors
/// What is missing or was refused, in words.
pub(super) fn run() -> Result<(), String> {
    let runtime = gtk::glib::user_runtime_dir();
    let bus = env::var("DBUS_SESSION_BUS_ADDRESS").ok();
    let bus = bus.as_deref().and_then(folder_of_bus);
    run_with(Path::new(BUBBLEWRAP), Path::new(PROXY), &runtime, bus)
}

fn run_with(
    bubblewrap: &Path,
    proxy: &Path,
    runtime: &Path,
    bus: Option<PathBuf>,
) -> Result<(), String> {
    for (tool, name) in [(bubblewrap, "bubblewrap"), (proxy, "xdg-dbus-proxy")] {
        if !tool.exists() {
            return Err(format!("{name} is not installed: no {}", tool.display()));
        }
    }
    // WebKit makes it too; the sockets of its proxies lie there.
    let sockets = runtime.join("webkitgtk");
    let made = DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&sockets);
    made.map_err(|error| format!("{} can't be made: {error}", sockets.display()))?;

    let mut command = Command::new(bubblewrap);
    command.args(WALLS.split_ascii_whitespace());
    command.arg("--dir").arg(runtime);
    for path in [Some(sockets), bus].into_iter().flatten() {
        command.arg("--bind").arg(&path).arg(&path);
    }
    for path in library_paths() {
        command.arg("--ro-bind-try").arg(&path).arg(&path);
    }
    command.arg("--ro-bind").arg(proxy).arg(proxy);
    command.arg("--").arg(proxy).arg("--version");
    outcome_of(&mut command, LIMIT)
}

/// Runs it to its end.
fn outcome_of(command: &mut Command, limit: Duration) -> Result<(), String> {
    let cant_run = |error| format!("bubblewrap can't be run: {error}");
    let started = Instant::now();
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(cant_run)?;
    if let Some(mut filter) = child.stdin.take() {
        // One that ended before it read this is asked for its reason below.
        let _ = filter.write_all(&filter_bytes());
    }
    let status = loop {
        match child.try_wait().map_err(cant_run)? {
            Some(status) => break status,
            None if started.elapsed() > limit => {
                let _ = child.kill();
                let _ = child.wait();
                return Err("bubblewrap does not come to an end".into());
            }
            None => thread::sleep(LOOK),
        }
    };
    if status.success() {
        return Ok(());
    }
    let mut said = Vec::new();
    if let Some(errors) = child.stderr.take() {
        let _ = errors.take(4096).read_to_end(&mut said);
    }
    let said = String::from_utf8_lossy(&said);
    let line = said.lines().find(|line| !line.trim().is_empty());
    let line = line.map_or_else(|| status.to_string(), ToOwned::to_owned);
    let line: String = line.trim().chars().take(LONGEST).collect();
    Err(format!("bubblewrap can't make a sandbox here: {line}"))
}

/// The filter as the kernel reads it: `struct sock_filter`, in the machine's byte order.
fn filter_bytes() -> Vec<u8> {
    let (code, jump_true, jump_false, value) = ALLOW_ALL;
    let mut bytes = code.to_ne_bytes().to_vec();
    bytes.extend([jump_true, jump_false]);
    bytes.extend(value.to_ne_bytes());
    bytes
}

/// The folder of the session bus's socket, which WebKit binds whether it is there or not.
fn folder_of_bus(address: &str) -> Option<PathBuf> {
    let path = address.strip_prefix("unix:")?.split_once("path=")?.1;
    let path = path.split(',').next()?;
    Some(Path::new(path).parent()?.to_owned())
}

fn library_paths() -> Vec<PathBuf> {
    let paths = env::var_os("LD_LIBRARY_PATH").unwrap_or_default();
    env::split_paths(&paths)
        .filter(|path| path.is_absolute())
        .collect()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// A stand-in for bubblewrap.
    fn stand_in(folder: &Path, script: &str) -> PathBuf {
        let path = folder.join("bwrap");
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    fn reason(bubblewrap: &Path, proxy: &Path, runtime: &Path) -> String {
        run_with(bubblewrap, proxy, runtime, None).unwrap_err()
    }

    #[test]
    fn what_is_not_installed_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let (there, absent) = (Path::new("/bin/sh"), Path::new("/nowhere/tool"));
        let said = reason(absent, there, folder.path());
        assert_eq!(said, "bubblewrap is not installed: no /nowhere/tool");
        let said = reason(there, absent, folder.path());
        assert_eq!(said, "xdg-dbus-proxy is not installed: no /nowhere/tool");
    }

    #[test]
    fn one_that_fails_gives_its_reason() {
        let folder = tempfile::tempdir().unwrap();
        let refusing = stand_in(
            folder.path(),
            "echo 'bwrap: No permissions to create new namespace' >&2; exit 1",
        );
        assert_eq!(
            reason(&refusing, Path::new("/bin/sh"), folder.path()),
            "bubblewrap can't make a sandbox here: bwrap: No permissions to create new namespace"
        );
    }

    #[test]
    fn one_that_fails_without_a_word_gives_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let silent = stand_in(folder.path(), "exit 3");
        assert_eq!(
            reason(&silent, Path::new("/bin/sh"), folder.path()),
            "bubblewrap can't make a sandbox here: exit status: 3"
        );
    }

    #[test]
    fn one_that_never_ends_is_given_up() {
        let said = outcome_of(Command::new("sleep").arg("600"), Duration::from_millis(1));
        assert_eq!(said, Err("bubblewrap does not come to an end".into()));
    }

    #[test]
    fn a_runtime_folder_that_can_not_be_written_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        let sh = Path::new("/bin/sh");
        assert!(reason(sh, sh, &file).contains("webkitgtk can't be made"));
    }

    #[test]
    fn the_folder_of_a_bus_is_read_from_its_address() {
        let folder = |address| folder_of_bus(address);
        assert_eq!(
            folder("unix:path=/run/user/1000/bus,guid=0f"),
            Some("/run/user/1000".into())
        );
        assert_eq!(folder("unix:abstract=/tmp/bus"), None);
        assert_eq!(folder("tcp:host=localhost"), None);
    }
}
