//! What somebody who is to help needs to know, safe to post where anybody can read it: versions, the system, and what
//! state things are in. No key, no text, no name of a host, a folder or a person.

use std::fmt::Write as _;
use std::{env, fs};

use credentials::StoreStatus;

use crate::app::App;
use crate::crash;
use crate::ipc::{Notice, SandboxState};

/// The version, and what it was built for, in a line.
pub(crate) fn of_the_build() -> String {
    format!(
        "Chatelaine {} for {} {}\n",
        env!("CARGO_PKG_VERSION"),
        env::consts::OS,
        env::consts::ARCH
    )
}

impl App {
    /// All of it, in lines.
    pub(crate) async fn diagnostics(&self) -> String {
        let store = self.keys.system().status().await;
        let engine = tauri::webview_version().unwrap_or_else(|_| "unknown".into());
        let roster = self.roster();
        let own = roster.iter().filter(|listed| listed.own).count();
        let vendors = roster.iter().filter(|listed| !listed.own);
        let vendors: Vec<_> = vendors.map(|listed| listed.provider.id()).collect();
        let chats = fs::metadata(self.folder.chats()).map_or(0, |file| file.len());
        let notices: Vec<_> = self.notices.iter().map(name_of).collect();
        let lines = [
            ("System", system()),
            ("Web engine", engine),
            (
                "Web engine's sandbox",
                sandbox(&crate::native::sandbox::state()).into(),
            ),
            (
                "Credential store",
                format!("{}, {}", self.keys.system().name(), state_of(&store)),
            ),
            (
                "Sealed file",
                yes_or_no(self.folder.sealed().exists()).into(),
            ),
            ("Vendors set up", one_of(&vendors)),
            ("Servers set up by hand", own.to_string()),
            (
                "Proxy",
                yes_or_no(self.settings.current().network.proxy.is_some()).into(),
            ),
            ("Size of the chats", format!("{chats} bytes")),
            ("Told at this start", one_of(&notices)),
        ];
        let mut text = of_the_build();
        for (what, value) in lines {
            let _ = writeln!(text, "{what}: {value}");
        }
        for (what, file) in [
            ("An earlier run broke", self.folder.earlier_crash()),
            ("This run broke", self.folder.crash()),
        ] {
            if let Some(report) = crash::left_by_an_earlier_run(&file) {
                let _ = write!(text, "\n{what}:\n{report}");
            }
        }
        text
    }
}

fn one_of(names: &[&str]) -> String {
    if names.is_empty() {
        "none".into()
    } else {
        names.join(", ")
    }
}

fn yes_or_no(is: bool) -> &'static str {
    if is { "yes" } else { "no" }
}

/// The system's own name for itself, and what shows its windows.
fn system() -> String {
    let name = fs::read_to_string("/etc/os-release")
        .ok()
        .and_then(|release| crate::distribution::pretty_name(&release))
        .unwrap_or_else(|| env::consts::OS.into());
    // Of the variables only these two are told, and they have a few known values.
    let told = |variable: &str| env::var(variable).unwrap_or_else(|_| "unknown".into());
    if cfg!(target_os = "linux") {
        format!(
            "{name}, {}, {}",
            told("XDG_CURRENT_DESKTOP"),
            told("XDG_SESSION_TYPE")
        )
    } else {
        name
    }
}

fn sandbox(state: &SandboxState) -> &'static str {
    match state {
        SandboxState::On => "on",
        SandboxState::SwitchedOff => "switched off",
        SandboxState::Unavailable { .. } => "not to be had here",
        SandboxState::NotHere => "the system's own",
    }
}

/// Without the collection's name, which a person may have given it, and without what the system says.
fn state_of(status: &StoreStatus) -> &'static str {
    match status {
        StoreStatus::Ready { .. } => "ready",
        StoreStatus::NeedsCollection => "without a collection",
        StoreStatus::Locked { .. } => "locked",
        StoreStatus::Absent(_) => "absent",
        StoreStatus::TimedOut => "no answer in time",
        StoreStatus::Failed(_) => "failed",
    }
}

fn name_of(notice: &Notice) -> &'static str {
    match notice {
        Notice::SettingsSetAside { .. } => "settings set aside",
        Notice::SettingsEntryUnusable { .. } => "an entry of the settings can't be used",
        Notice::ChatsSetAside { .. } => "chats set aside",
        Notice::ChatsReadOnly => "chats can only be read",
        Notice::ChatsNewer => "chats of a newer version",
        Notice::ChatsUnavailable { .. } => "chats can't be opened",
        Notice::StartBrokeOff { .. } => "an earlier start broke off",
        Notice::ChatsPutBack { .. } => "chats put back",
        Notice::ChatsNotPutBack { .. } => "chats could not be put back",
        Notice::Broke { .. } => "an earlier run broke",
    }
}
