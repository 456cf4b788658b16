//! A test in a network of its own, by Linux's namespaces.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// Set for the test that was started anew; its value says how.
const HERE: &str = "CHATELAINE_TEST_NETWORK";

/// The value of [`HERE`] in a network of one's own.
const APART: &str = "apart";

/// Which network a test runs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Network {
    /// One of its own: nothing in it leads outside, every address is this computer's.
    Apart,
    /// The computer's, since no other could be had.
    Shared {
        /// Why, in words.
        reason: String,
    },
}

impl Network {
    /// Whether it is one of its own.
    pub fn is_apart(&self) -> bool {
        *self == Self::Apart
    }
}

/// Makes every address local and the name server this computer. `$1` and `$2` are the files for the resolver.
///
/// Addresses that are not the loopback's (of those for documentation: RFC 5737, RFC 3849) must be there, or resolvers that
/// ask only for kinds of address that the computer has itself (`AI_ADDRCONFIG`) never ask at all.
const SET_UP: &str = r#"
set -e
ip link set lo up
ip addr add 192.0.2.2/32 dev lo
ip -6 addr add 2001:db8::2/128 dev lo 2>/dev/null || true
ip route add local 0.0.0.0/0 dev lo
ip -6 route add local ::/0 dev lo 2>/dev/null || true
# Display servers tell by their abstract sockets which numbers are taken, and those are a network's own. Without a folder of
# its own one here would take the socket of one elsewhere away.
mkdir -p -m 1777 /tmp/.X11-unix
mount -t tmpfs -o mode=1777 none /tmp/.X11-unix
mount --bind "$1" /etc/resolv.conf
mount --bind "$2" /etc/nsswitch.conf
if [ -d /run/nscd ]; then mount -t tmpfs none /run/nscd; fi
shift 2
exec "$@"
"#;

/// How a network of one's own is had: as root of a new user namespace, or as root alone.
const WAYS: [&str; 2] = ["--map-root-user", ""];

/// Runs `test` in a network of its own: the test's process is started a second time there, for this test alone.
///
/// Where the system allows no such network, `test` runs in the computer's and is told why.
///
/// # Panics
/// When the test in the other process fails.
#[track_caller]
pub fn apart(test: impl FnOnce(&Network)) {
    match std::env::var(HERE) {
        Ok(here) if here == APART => return test(&Network::Apart),
        Ok(reason) => return test(&Network::Shared { reason }),
        Err(_) => {}
    }
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let mut refusals = Vec::new();
    for way in WAYS {
        let tried = enter(folder.path(), way).arg("true").output();
        match tried {
            Ok(output) if output.status.success() => return again(enter(folder.path(), way)),
            Ok(output) => refusals.push(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
            Err(error) => refusals.push(error.to_string()),
        }
    }
    let reason = format!(
        "no network of its own can be had here ({})",
        refusals.join("; ")
    );
    eprintln!("{reason}");
    test(&Network::Shared { reason });
}

/// A command that gets the program to run in the new network as its further arguments.
fn enter(folder: &Path, way: &str) -> Command {
    let (resolver, switch) = (folder.join("resolv.conf"), folder.join("nsswitch.conf"));
    fs::write(
        &resolver,
        "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n",
    )
    .expect("a file can be written");
    fs::write(&switch, switch_without_other_names()).expect("a file can be written");
    let mut command = Command::new("unshare");
    command.args(["--net", "--mount"]);
    if !way.is_empty() {
        command.arg(way);
    }
    command.args(["sh", "-c", SET_UP, "sh"]);
    command.arg(resolver).arg(switch);
    command.stdin(Stdio::null());
    command
}

/// The computer's own sources of names, except that hosts are asked of files and the name server alone: no daemon that
/// lives in the other network.
fn switch_without_other_names() -> String {
    let here = fs::read_to_string("/etc/nsswitch.conf").unwrap_or_default();
    let mut text: String = here
        .lines()
        .filter(|line| !line.trim_start().starts_with("hosts:"))
        .fold(String::new(), |text, line| text + line + "\n");
    text.push_str("hosts: files dns\n");
    text
}

#[track_caller]
fn again(mut entered: Command) {
    let thread = std::thread::current();
    let name = thread.name().expect("a test's thread has its name");
    let program = std::env::current_exe().expect("the test's own program");
    let status = entered
        .arg(program)
        .args([name, "--exact", "--nocapture", "--test-threads=1"])
        .env(HERE, APART)
        .status()
        .expect("the test can be started again");
    assert!(
        status.success(),
        "the test fails in its own network: {status}"
    );
}
