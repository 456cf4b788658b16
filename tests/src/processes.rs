//! Processes as `/proc` shows them, and children that never outlive their test.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::time::Duration;

use std::os::unix::process::CommandExt as _;

use crate::wait::{wait_for, wait_until};

/// A process id.
pub type Pid = u32;

/// A process and the name of its program (at most 15 bytes, as the kernel keeps it).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Its id.
    pub pid: Pid,
    /// The kernel's name of it.
    pub name: String,
}

/// Whether `pid` is a process that has not ended (a zombie has, once its last thread is gone).
pub fn is_alive(pid: Pid) -> bool {
    let Some((_, _, state)) = status(pid) else {
        return false;
    };
    // The first thread may be over while others still hold the process's files and connections.
    let threads = || fs::read_dir(format!("/proc/{pid}/task")).map_or(0, Iterator::count);
    (state != 'Z' && state != 'X') || threads() > 1
}

/// Every process below `root`, the root not among them, parents before children.
pub fn descendants(root: Pid) -> Vec<Seen> {
    let mut children = BTreeMap::<Pid, Vec<Seen>>::new();
    for pid in all() {
        if let Some((name, parent, _)) = status(pid) {
            children.entry(parent).or_default().push(Seen { pid, name });
        }
    }
    let mut found = Vec::new();
    let mut open = vec![root];
    while let Some(parent) = open.pop() {
        for child in children.remove(&parent).unwrap_or_default() {
            open.push(child.pid);
            found.push(child);
        }
    }
    found
}

/// Sends `signal` (`TERM`, `STOP`, `CONT`, `KILL` …) to `pid`; one that is gone already is no error.
pub fn signal(pid: Pid, signal: &str) {
    // The shell's own `kill`, since safe Rust has none and the program of that name isn't everywhere.
    Command::new("sh")
        .args(["-c", &format!("kill -{signal} {pid}")])
        .stderr(Stdio::null())
        .status()
        .expect("a shell can be started");
}

/// The namespace of that kind (`mnt`, `net`, `pid` …) that `pid` is in; see `namespaces(7)`.
///
/// # Panics
/// When the process is gone.
pub fn namespace(pid: Pid, kind: &str) -> PathBuf {
    fs::read_link(format!("/proc/{pid}/ns/{kind}")).expect("a running process is in a namespace")
}

/// A file or folder as `pid` sees it, from outside: what is not there is not to be seen by it.
pub fn seen_by(pid: Pid, path: &Path) -> PathBuf {
    let inside = path.strip_prefix("/").expect("an absolute path");
    Path::new(&format!("/proc/{pid}/root")).join(inside)
}

/// The environment that `pid` was started with.
///
/// # Panics
/// When the process is gone.
pub fn environment(pid: Pid) -> Vec<String> {
    let environment = fs::read(format!("/proc/{pid}/environ")).expect("a running process has one");
    let text = String::from_utf8_lossy(&environment);
    text.split('\0').map(ToOwned::to_owned).collect()
}

/// The processes that carry `mark` anywhere in their environment.
pub fn marked(mark: &Path) -> Vec<Pid> {
    let mark = mark.as_os_str().as_encoded_bytes();
    all()
        .filter(|pid| {
            fs::read(format!("/proc/{pid}/environ"))
                .is_ok_and(|environ| memchr::memmem::find(&environ, mark).is_some())
        })
        .filter(|pid| is_alive(*pid))
        .collect()
}

fn all() -> impl Iterator<Item = Pid> {
    fs::read_dir("/proc")
        .expect("/proc can be listed")
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
}

/// Name, parent and state letter, from `/proc/PID/stat`; see `proc(5)`. The name is in brackets and may hold any.
fn status(pid: Pid) -> Option<(String, Pid, char)> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (head, tail) = stat.rsplit_once(')')?;
    let name = head.split_once('(')?.1.to_owned();
    let mut fields = tail.split_ascii_whitespace();
    let state = fields.next()?.chars().next()?;
    Some((name, fields.next()?.parse().ok()?, state))
}

/// A process group whose members end with the test, even when the test itself is killed.
///
/// Its first member is a shell that reads from a pipe which only this test process holds: when the pipe closes, by
/// [`Drop`] or by the end of the test, the shell kills the group.
#[derive(Debug)]
pub struct Leash {
    shell: Child,
    held: Option<ChildStdin>,
}

impl Leash {
    /// A new group without members.
    #[expect(
        clippy::new_without_default,
        reason = "it starts a process, which a default should not"
    )]
    pub fn new() -> Self {
        let mut shell = Command::new("sh")
            .args(["-c", "cat >/dev/null; kill -KILL 0"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("a shell can be started");
        let held = shell.stdin.take();
        Self { shell, held }
    }

    /// Starts `command` as a member.
    pub fn spawn(&self, command: &mut Command) -> Running {
        let group = i32::try_from(self.shell.id()).expect("process ids are small");
        let name = command.get_program().to_string_lossy().into_owned();
        let child = command
            .process_group(group)
            .spawn()
            .unwrap_or_else(|error| panic!("{name} can't be started: {error}"));
        Running { name, child }
    }
}

impl Drop for Leash {
    fn drop(&mut self) {
        drop(self.held.take());
        self.shell.wait().ok();
    }
}

/// A process that is killed when this is dropped.
#[derive(Debug)]
pub struct Running {
    name: String,
    child: Child,
}

impl Running {
    /// Its id.
    pub fn pid(&self) -> Pid {
        self.child.id()
    }

    /// The pipes and the rest.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("a child can be asked for")
    }

    /// Waits for its end.
    ///
    /// # Panics
    /// When it is still there after `limit`.
    #[track_caller]
    pub fn wait(&mut self, limit: Duration) -> ExitStatus {
        let what = format!("the end of {}", self.name);
        wait_for(&what, limit, || self.ended())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Kills every process that carries `mark` in its environment, such as services that a bus has started.
pub(crate) fn kill_marked(mark: &Path) {
    wait_until(
        "the last processes of a desk to end",
        crate::wait::SOON,
        || {
            let left = marked(mark);
            for pid in &left {
                signal(*pid, "KILL");
            }
            left.is_empty()
        },
    );
}
