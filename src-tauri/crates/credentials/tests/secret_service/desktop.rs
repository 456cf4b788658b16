//! A desktop of one's own for each test: home, session bus, Secret Service, and a display where prompts are to be seen.
//!
//! The address of the bus is read from the environment, so a test starts itself a second time, in the environment that it asks for.

use std::env;
use std::fs;
use std::future::Future;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use credentials::TimeLimits;
use futures_util::StreamExt;
use tempfile::TempDir;

/// Set in a test that runs for the second time.
const INSIDE: &str = "CHATELAINE_TEST_INSIDE";
/// A test that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(100);
/// Limits that no answer of a living service reaches, on a slow machine either.
pub(crate) const GENEROUS: TimeLimits = TimeLimits {
    call: Duration::from_secs(30),
    prompt: Duration::from_secs(60),
};

/// The session bus of a test.
#[derive(Clone, Copy)]
pub(crate) enum Bus {
    /// As a desktop has it: it starts GNOME Keyring when somebody asks for a Secret Service.
    Usual,
    /// It starts nothing.
    WithoutServices,
    /// There is none, and no address of one.
    None,
    /// An address where nobody listens.
    Gone,
    /// An address that is none.
    Nonsense,
}

/// Runs a test on a desktop without a display.
pub(crate) fn headless<F: Future<Output = ()>>(test: &str, bus: Bus, body: impl FnOnce() -> F) {
    run(test, bus, None, body);
}

/// Runs a test on a desktop with a display and a window manager.
pub(crate) fn with_display<F: Future<Output = ()>>(test: &str, body: impl FnOnce() -> F) {
    let display = (!is_inside()).then(Display::start);
    run(test, Bus::Usual, display.as_ref(), body);
}

fn is_inside() -> bool {
    env::var_os(INSIDE).is_some()
}

fn run<F: Future<Output = ()>>(
    test: &str,
    bus: Bus,
    display: Option<&Display>,
    body: impl FnOnce() -> F,
) {
    if is_inside() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime
            .block_on(async { tokio::time::timeout(PATIENCE, body()).await })
            .expect("the test hangs");
        return;
    }
    let home = TempDir::new().unwrap();
    let mut command = start_again(test, bus, home.path());
    command.env("HOME", home.path().join("home"));
    command.env("XDG_RUNTIME_DIR", home.path().join("run"));
    command.env(INSIDE, "1");
    for variable in [
        "DISPLAY",
        "WAYLAND_DISPLAY",
        "XDG_DATA_HOME",
        "XDG_CONFIG_HOME",
        "XDG_CACHE_HOME",
    ] {
        command.env_remove(variable);
    }
    if let Some(display) = display {
        command.env("DISPLAY", &display.name);
    }
    let outcome = command.output().unwrap();
    let said = String::from_utf8_lossy(&outcome.stdout);
    assert!(
        outcome.status.success() && said.contains("1 passed"),
        "{said}\n{}",
        String::from_utf8_lossy(&outcome.stderr)
    );
}

/// The command that runs this test alone, on its own bus.
fn start_again(test: &str, bus: Bus, folder: &Path) -> Command {
    for name in ["home", "run"] {
        fs::create_dir(folder.join(name)).unwrap();
    }
    fs::set_permissions(folder.join("run"), fs::Permissions::from_mode(0o700)).unwrap();
    let this = env::current_exe().unwrap();
    let mut command = match bus {
        Bus::Usual | Bus::WithoutServices => {
            let mut command = Command::new("dbus-run-session");
            if matches!(bus, Bus::WithoutServices) {
                let config = folder.join("bus.conf");
                fs::write(&config, BUS_WITHOUT_SERVICES).unwrap();
                command.arg("--config-file").arg(config);
            }
            command.arg("--").arg(this);
            command
        }
        Bus::None | Bus::Gone | Bus::Nonsense => Command::new(this),
    };
    match bus {
        Bus::Gone => command.env(
            "DBUS_SESSION_BUS_ADDRESS",
            format!("unix:path={}", folder.join("gone").display()),
        ),
        Bus::Nonsense => command.env("DBUS_SESSION_BUS_ADDRESS", "nonsense"),
        _ => command.env_remove("DBUS_SESSION_BUS_ADDRESS"),
    };
    command.args(["--exact", test, "--nocapture", "--test-threads=1"]);
    command
}

const BUS_WITHOUT_SERVICES: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

/// An X server with a window manager, gone when dropped.
struct Display {
    server: Child,
    windows: Child,
    name: String,
}

impl Display {
    fn start() -> Self {
        let mut server = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "800x600x24",
                "-nolisten",
                "tcp",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb starts");
        // It writes the number of the free display that it took once it is ready.
        let mut number = String::new();
        BufReader::new(server.stdout.take().unwrap())
            .read_line(&mut number)
            .unwrap();
        let name = format!(":{}", number.trim());
        let windows = Command::new("openbox")
            .env("DISPLAY", &name)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("openbox starts");
        Self {
            server,
            windows,
            name,
        }
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        for process in [&mut self.windows, &mut self.server] {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

/// Starts GNOME Keyring with an unlocked login keyring of this password; it is made on the first start.
pub(crate) async fn start_keyring(password: &str) {
    let mut daemon = Command::new("gnome-keyring-daemon")
        .args(["--unlock", "--components=secrets"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("gnome-keyring-daemon starts");
    let mut input = daemon.stdin.take().unwrap();
    input.write_all(password.as_bytes()).unwrap();
    drop(input);
    assert!(daemon.wait().unwrap().success());
    // That was the process that started the daemon; the daemon itself takes its name a little later.
    name_on_bus("org.freedesktop.secrets").await;
}

/// Waits until a program has this name on the session bus.
async fn name_on_bus(name: &str) {
    let bus = zbus::Connection::session().await.unwrap();
    let names = zbus::fdo::DBusProxy::new(&bus).await.unwrap();
    let mut changes = names
        .receive_name_owner_changed_with_args(&[(0, name)])
        .await
        .unwrap();
    while !names
        .name_has_owner(name.try_into().unwrap())
        .await
        .unwrap()
    {
        changes.next().await.unwrap();
    }
}

/// Runs a program that must succeed.
pub(crate) async fn run_program(program: &str, arguments: &[&str]) {
    let outcome = output(program, arguments).await;
    assert!(
        outcome.status.success(),
        "{program} {arguments:?}: {}",
        String::from_utf8_lossy(&outcome.stderr)
    );
}

async fn output(program: &str, arguments: &[&str]) -> Output {
    tokio::process::Command::new(program)
        .args(arguments)
        .output()
        .await
        .unwrap()
}

/// How xdotool finds the keyring's prompts: not by title, for some have none.
const PROMPTS: [&str; 4] = ["search", "--onlyvisible", "--class", "prompter"];

/// Waits for a prompt of the keyring and gives it the keyboard.
pub(crate) async fn prompt() {
    let focus = [&PROMPTS[..], &["windowfocus", "--sync"]].concat();
    // Also fails when the window is replaced while it looks.
    while !output("xdotool", &focus).await.status.success() {}
}

/// Waits until no prompt of the keyring is to be seen.
async fn no_prompt() {
    while !output("xdotool", &PROMPTS).await.stdout.is_empty() {}
}

/// Makes a call and presses keys in the prompt that it opens.
pub(crate) async fn answer<T>(call: impl Future<Output = T>, keys: &[&str]) -> T {
    let press = async {
        prompt().await;
        // Keys of the keyboard: within a search they would be sent to a window that the first of them may close.
        run_program("xdotool", &[&["key"], keys].concat()).await;
    };
    let (result, ()) = tokio::join!(call, press);
    no_prompt().await;
    result
}

/// Makes a call that makes a keyring, and chooses a password for it with these keys.
///
/// GNOME Keyring loses one such password in 256, and then gives up as if the prompt had been dismissed: it and the program
/// that shows the prompt agree on a secret, and where that begins with a zero byte only one of them counts the byte
/// (`gkm_dh_mechanism_derive` fills up to the length of the prime, gcr's `egg_dh_gen_secret` does not). So there is a second try.
pub(crate) async fn choose_password<T, E>(
    call: impl AsyncFn() -> Result<T, E>,
    keys: &[&str],
) -> Result<T, E> {
    match answer(call(), keys).await {
        Err(_) => answer(call(), keys).await,
        made => made,
    }
}
