//! A real package that takes the place of the one that runs: what `cargo xtask test updater` starts, as an ordinary user, on a
//! system where the older version is installed.
//!
//! `updater SCENE VERSION PACKAGE SIGNATURE`: the newer version, its package, and the file with its signature.
#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a command-line program that shows what it sees, and ends where it can't go on"
)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use e2e::Keyring;
use e2e::dialog::Dialog;
use e2e::provider::{Provider, Reply};
use e2e::releases::{MANIFEST, PACKAGE, TARGET, whole_or_rest};
use e2e::scenario::{draft, new_chat, open_chat, read_settings, write_settings};
use e2e::settings_page::{press, settings_from_chat, wait_for_words};
use e2e::wait::SOON;
use e2e::wait_until;
use e2e::window::{App, CHAT, Launch, Page};
use e2e::workshop::Workshop;
use serde_json::json;

/// Where the installed version looks. It is compiled in.
const PORT: u16 = 47_113;

/// How long a package may take to be installed on a busy machine.
const INSTALLED: Duration = Duration::from_secs(120);

/// The first look comes some seconds after the start.
const FIRST_LOOK: Duration = Duration::from_secs(60);

/// What the plugin would ask with after `pkexec` has said no. Here each leaves a mark.
const OTHERS: [&str; 3] = ["zenity", "kdialog", "sudo"];

struct Stage {
    shop: Workshop,
    server: Provider,
    version: String,
    package: Arc<Vec<u8>>,
    signature: String,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [scene, version, package, signature] = arguments.as_slice() else {
        panic!("updater SCENE VERSION PACKAGE SIGNATURE");
    };
    let shop = Workshop::new(Keyring::Unlocked);
    let stage = Stage {
        server: Provider::https_at(PORT, &shop.authority),
        shop,
        version: version.clone(),
        package: Arc::new(fs::read(package).expect("the package can be read")),
        signature: fs::read_to_string(signature).expect("the signature can be read"),
    };
    stage.offer();
    match scene.as_str() {
        "installed" => stage.installed(),
        "denied" => stage.not_installed("You may not install"),
        "broken" => stage.not_installed("could not install"),
        "half" => stage.half(),
        "killed" => stage.killed(),
        other => panic!("no scene {other}"),
    }
    println!("{scene}: as it should be");
}

impl Stage {
    fn offer(&self) {
        let manifest = json!({
            "version": self.version,
            "notes": "- Answers can be compared **side by side**.",
            "pub_date": "2026-11-21T09:00:00Z",
            "platforms": { TARGET: {
                "url": format!("{}{PACKAGE}", self.server.origin()),
                "signature": self.signature.trim(),
                "size": self.package.len(),
            } },
        });
        self.server
            .always(MANIFEST, move |_| Reply::json(200, &manifest));
        let package = Arc::clone(&self.package);
        self.server
            .always(PACKAGE, move |request| whole_or_rest(request, &package));
    }

    /// Programs that come before the system's own, and a folder for their marks.
    fn stand_ins(&self, programs: &[(&str, String)]) -> (PathBuf, Launch) {
        let folder = self.shop.desk.folder().join("stand-ins");
        fs::create_dir(&folder).unwrap();
        for (name, script) in programs {
            let file = folder.join(name);
            fs::write(&file, script).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let path = format!("{}:/usr/local/bin:/usr/bin:/bin", folder.display());
        let launch = self.shop.launch().env("PATH", path);
        (folder, launch)
    }

    /// The app as its person has left it: a key in the keyring, a chat, a setting of their own.
    fn lived_in(&self, launch: &Launch) -> App<'_> {
        let mut settings = self.shop.settings();
        settings["textSize"] = json!(17);
        write_settings(&self.shop.desk, &settings);
        let app = App::start(&self.shop.desk, launch);
        self.shop.bind(&settings_from_chat(&app));
        ask(&app.page(CHAT), "Written before the update");
        self.shop.assert_sent(1);
        app
    }

    /// The chat, the setting and the key are as they were, and the key is used.
    fn assert_intact(&self, app: &App<'_>, sent: usize) {
        let chat = app.page(CHAT);
        chat.wait_for_text("conversation-list", "Written before the update");
        assert_eq!(read_settings(&self.shop.desk)["textSize"], json!(17));
        self.shop.assert_bound();
        ask(&chat, "And after it");
        self.shop.assert_sent(sent);
    }

    /// Fetches the newer version by the banner in the chat.
    fn fetch(&self, chat: &Page<'_>) {
        chat.wait_for_text_at_most("update-banner", &self.version, FIRST_LOOK);
        press(chat, "What’s new");
        chat.wait_for_text("update-sheet", "side by side");
        chat.screenshot("updater-notes");
        chat.find("update-sheet").type_text("\u{e00c}"); // Escape
        chat.wait_until_gone("update-sheet");
        press(chat, "Download");
        chat.wait_for_text_at_most("update-banner", "is ready", INSTALLED);
        chat.screenshot("updater-ready");
    }

    /// Says so twice: in the window and in the system's dialog.
    fn install(&self, chat: &Page<'_>) {
        press(chat, "Install and restart");
        Dialog::wait(&self.shop.desk, "Install this version").press("Install");
    }

    fn installed(&self) {
        let app = self.lived_in(&self.shop.launch());
        let chat = app.page(CHAT);
        chat.type_into("composer", "Not said yet");
        new_chat(&chat);
        self.fetch(&chat);
        assert_ne!(installed_version(), self.version);
        self.install(&chat);
        wait_until("the newer version to be installed", INSTALLED, || {
            installed_version() == self.version
        });
        // It starts again by itself, as the newer version.
        let log = self.shop.desk.data_folder().join("chatelaine.log");
        let says = format!("the app starts version={}", self.version);
        wait_until("the newer version to start", INSTALLED, || {
            fs::read_to_string(&log).is_ok_and(|log| log.contains(&says))
        });
        drop(chat);
        drop(app);

        let app = App::start(&self.shop.desk, &self.shop.launch());
        self.assert_intact(&app, 2);
        let chat = app.page(CHAT);
        open_chat(&chat, "Written before the update");
        wait_until("the draft", SOON, || draft(&chat) == "Not said yet");
        let page = settings_from_chat(&app);
        press(&page, "About");
        wait_for_words(&page, &self.version);
        press(&page, "Updates");
        page.wait_for_text_at_most("update-state", "newest version", FIRST_LOOK);
        page.screenshot("updater-after");
        let staged = self.shop.desk.data_folder().join("updates");
        wait_until("what was fetched to be removed", SOON, || !staged.exists());
    }

    /// Nothing else is asked, and the version that was there goes on and starts again.
    fn not_installed(&self, words: &str) {
        let mark = self.shop.desk.folder().join("somebody-was-asked");
        let script = format!("#!/bin/sh\necho \"$0 $*\" >>'{}'\nexit 1\n", mark.display());
        let programs: Vec<_> = OTHERS.iter().map(|name| (*name, script.clone())).collect();
        let (_, launch) = self.stand_ins(&programs);
        let before = installed_version();
        let app = self.lived_in(&launch);
        let chat = app.page(CHAT);
        self.fetch(&chat);
        self.install(&chat);
        chat.wait_for_text_at_most("update-banner", words, INSTALLED);
        chat.screenshot(&format!("updater-{}", words.replace(' ', "-")));
        assert_eq!(installed_version(), before);
        let asked = fs::read_to_string(&mark).unwrap_or_default();
        assert_eq!(asked, "", "nobody asks a second time");
        drop(chat);
        drop(app);
        let app = App::start(&self.shop.desk, &launch);
        self.assert_intact(&app, 2);
    }

    /// The installer stops when the newer version is unpacked: that is told as what it is, and the app goes on meanwhile.
    fn half(&self) {
        let app = self.lived_in(&self.shop.launch());
        let chat = app.page(CHAT);
        self.fetch(&chat);
        self.install(&chat);
        chat.wait_for_text_at_most("update-banner", "stopped half way", INSTALLED);
        chat.screenshot("updater-half");
        assert!(installed_version().starts_with("not whole"));
        ask(&chat, "Are you still there?");
        self.shop.assert_sent(2);
        let page = settings_from_chat(&app);
        press(&page, "Updates");
        page.wait_for_text("update-fault", "sudo apt --fix-broken install");
    }

    /// The app is killed while the package is installed.
    fn killed(&self) {
        let folder = self.shop.desk.folder().to_owned();
        let (begun, go) = (folder.join("begun"), folder.join("go"));
        let pkexec = format!(
            "#!/bin/sh\ntouch '{}'\nwhile [ ! -e '{}' ]; do sleep 0.1; done\nexec /usr/bin/pkexec \"$@\"\n",
            begun.display(),
            go.display()
        );
        let (_, launch) = self.stand_ins(&[("pkexec", pkexec)]);
        let mut app = self.lived_in(&launch);
        let chat = app.page(CHAT);
        self.fetch(&chat);
        self.install(&chat);
        wait_until("the installation to begin", INSTALLED, || begun.exists());
        chat.screenshot("updater-installing");
        drop(chat);
        app.crash();
        drop(app);
        let before = installed_version();
        assert_ne!(before, self.version);
        // While nothing is installed yet, what is there starts.
        let app = App::start(&self.shop.desk, &self.shop.launch());
        app.page(CHAT).find("composer");
        drop(app);
        fs::write(&go, "").unwrap();
        wait_until("the newer version to be installed", INSTALLED, || {
            installed_version() == self.version
        });
        let app = App::start(&self.shop.desk, &self.shop.launch());
        self.assert_intact(&app, 2);
        // It still has its manuals and icons listed, and holds its lock meanwhile.
        wait_until("dpkg to be done", INSTALLED, || !runs("dpkg"));
    }
}

/// Whether a program of that name runs.
fn runs(name: &str) -> bool {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    processes
        .map(|process| fs::read_to_string(process.path().join("comm")))
        .any(|found| found.is_ok_and(|found| found.trim() == name))
}

fn ask(chat: &Page<'_>, question: &str) {
    chat.click("new-chat");
    chat.type_into("composer", question);
    chat.click("send");
    chat.wait_for_text("message-assistant", "Hello.");
    chat.wait_until_gone("stop");
}

/// What dpkg has installed, once it is whole.
fn installed_version() -> String {
    let told = Command::new("dpkg-query")
        .args([
            "--show",
            "--showformat=${db:Status-Status} ${Version}",
            "chatelaine",
        ])
        .output()
        .expect("dpkg-query can be run");
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    let program = Path::new("/usr/bin/chatelaine");
    match told.strip_prefix("installed ") {
        Some(version) if program.exists() => version.to_owned(),
        _ => format!("not whole: {told}"),
    }
}
