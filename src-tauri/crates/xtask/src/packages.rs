//! What the system must have installed, and how it gets there.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo::root;
use crate::process::{self, Failure, run, say};
use crate::system::System;

/// What the packages are needed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To compile the app and open it on a display.
    Build,
    /// To compile it, and to drive its window with no display and a Secret Service of its own.
    Drive,
}

const DEBIAN_BUILD: [&str; 3] = ["build-essential", "pkg-config", "libwebkit2gtk-4.1-dev"];

const DEBIAN_DRIVE: [&str; 16] = [
    "xvfb",
    "xauth",
    "webkit2gtk-driver",
    "gnome-keyring",
    "dbus",
    "dbus-x11",
    "xclip",
    "xdotool",
    "openbox",
    "at-spi2-core",
    "python3-pyatspi",
    "gir1.2-gtk-3.0",
    "python3-venv",
    "imagemagick",
    "libsecret-tools",
    "iproute2",
];

/// Programs by which any Linux shows that the window can be driven.
const PROGRAMS: [&str; 11] = [
    "ip",
    "Xvfb",
    "WebKitWebDriver",
    "gnome-keyring-daemon",
    "dbus-run-session",
    "xclip",
    "xdotool",
    "openbox",
    "import",
    "secret-tool",
    "dpkg-deb",
];

/// Installs what is missing where apt does it, and elsewhere says the command and stops.
pub(crate) fn ensure(purpose: Purpose) -> Result<(), Failure> {
    let system = System::here();
    let missing = match system {
        System::Debian => return ensure_with_apt(purpose),
        System::MacOs => missing_on_macos(),
        System::Windows => missing_on_windows(),
        System::Fedora | System::Arch | System::OtherLinux => missing_on_linux(purpose),
        System::Other => Vec::new(),
    };
    if missing.is_empty() {
        return Ok(());
    }
    Err(Failure::new(advice(system, purpose, &missing)))
}

fn ensure_with_apt(purpose: Purpose) -> Result<(), Failure> {
    let wanted = match purpose {
        Purpose::Build => DEBIAN_BUILD.to_vec(),
        Purpose::Drive => [&DEBIAN_BUILD[..], &DEBIAN_DRIVE[..]].concat(),
    };
    let missing = missing_of(&wanted, &installed(&wanted)?);
    if missing.is_empty() {
        return Ok(());
    }
    say(&format!("installing {}", missing.join(" ")));
    let by_hand = format!("sudo apt-get install {}", missing.join(" "));
    let apt = |arguments: &[&str]| {
        let words = [&["apt-get", "--yes"], arguments].concat();
        run(&mut as_root(&words, None))
    };
    let mut install = vec!["install", "--no-install-recommends"];
    install.extend(&missing);
    apt(&["update"])
        .and_then(|()| apt(&install))
        .map_err(|failure| Failure::new(format!("{failure}\nInstall them by hand:\n  {by_hand}")))
}

/// What dpkg-query knows of the packages: one line `<status> <name>` each, nothing for one it never heard of.
fn installed(packages: &[&str]) -> Result<String, Failure> {
    let output = process::command("dpkg-query", &root())
        .args(["--show", "--showformat=${db:Status-Status} ${Package}\\n"])
        .args(packages)
        .output()
        .map_err(|error| Failure::new(format!("dpkg-query could not be started: {error}")))?;
    // It ends with status 1 as soon as one package is unknown, and still prints the others.
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn missing_of<'a>(wanted: &[&'a str], installed: &str) -> Vec<&'a str> {
    wanted
        .iter()
        .copied()
        .filter(|package| {
            !installed
                .lines()
                .any(|line| line.split_once(' ') == Some(("installed", package)))
        })
        .collect()
}

/// A command as root, with a file behind it or none.
pub(crate) fn as_root(words: &[&str], file: Option<&Path>) -> Command {
    let sudo = if is_root() { &[][..] } else { &["sudo"] };
    let all = [sudo, &["env", "DEBIAN_FRONTEND=noninteractive"], words].concat();
    let mut command = process::command(all[0], &root());
    command.args(&all[1..]).args(file);
    command
}

fn is_root() -> bool {
    process::output(process::command("id", &root()).arg("-u")).is_ok_and(|id| id.trim() == "0")
}

fn missing_on_linux(purpose: Purpose) -> Vec<String> {
    let mut missing = Vec::new();
    let webkit = process::succeeds(
        process::command("pkg-config", &root()).args(["--exists", "webkit2gtk-4.1"]),
    );
    if !webkit {
        missing.push("webkit2gtk-4.1 (with its development files)".to_owned());
    }
    if purpose == Purpose::Drive {
        let absent = PROGRAMS.iter().filter(|program| !on_path(program));
        missing.extend(absent.map(|&program| program.to_owned()));
    }
    missing
}

fn missing_on_macos() -> Vec<String> {
    if process::succeeds(process::command("xcode-select", &root()).arg("-p")) {
        return Vec::new();
    }
    vec!["the Xcode command line tools".to_owned()]
}

fn missing_on_windows() -> Vec<String> {
    // Where the WebView2 runtime says which version of it is installed, for the machine or the user.
    let client = r"Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}";
    let found = [
        r"HKLM\SOFTWARE\WOW6432Node",
        r"HKLM\SOFTWARE",
        r"HKCU\Software",
    ]
    .iter()
    .any(|hive| {
        let key = format!(r"{hive}\{client}");
        process::succeeds(process::command("reg", &root()).args(["query", &key, "/v", "pv"]))
    });
    if found {
        return Vec::new();
    }
    vec!["the WebView2 runtime".to_owned()]
}

/// What to type, for a system where nothing is installed without being asked.
fn advice(system: System, purpose: Purpose, missing: &[String]) -> String {
    let drive = purpose == Purpose::Drive;
    let command = match system {
        System::Fedora if drive => {
            "sudo dnf install gcc pkgconf-pkg-config webkit2gtk4.1-devel /usr/bin/WebKitWebDriver xorg-x11-server-Xvfb \
             xorg-x11-xauth gnome-keyring dbus-daemon dbus-x11 xclip xdotool openbox at-spi2-core python3-pyatspi \
             ImageMagick libsecret iproute dpkg"
        }
        System::Fedora => "sudo dnf install gcc pkgconf-pkg-config webkit2gtk4.1-devel",
        System::Arch if drive => {
            "sudo pacman -S --needed base-devel webkit2gtk-4.1 xorg-server-xvfb xorg-xauth gnome-keyring dbus xclip \
             xdotool openbox at-spi2-core python-atspi imagemagick libsecret iproute2 dpkg"
        }
        System::Arch => "sudo pacman -S --needed base-devel webkit2gtk-4.1",
        System::MacOs => "xcode-select --install",
        System::Windows => "winget install --id Microsoft.EdgeWebView2Runtime",
        System::Debian | System::OtherLinux | System::Other => {
            "(with your package manager; .github/CONTRIBUTING.md lists the packages by their names in Debian)"
        }
    };
    format!(
        "missing: {}. Install what is missing and start again:\n  {command}",
        missing.join(", ")
    )
}

fn on_path(program: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| {
        std::env::split_paths(&path)
            .map(|folder: PathBuf| folder.join(program))
            .any(|file: PathBuf| Path::is_file(&file))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_counts_only_when_it_is_installed() {
        let known = "installed xvfb\nconfig-files xclip\nnot-installed openbox\n";
        let wanted = ["xvfb", "xclip", "openbox", "never-heard-of"];
        assert_eq!(
            missing_of(&wanted, known),
            ["xclip", "openbox", "never-heard-of"]
        );
    }

    #[test]
    fn advice_names_what_is_missing_and_the_command_of_the_system() {
        let missing = ["Xvfb".to_owned(), "xclip".to_owned()];
        for (system, manager) in [
            (System::Fedora, "sudo dnf install"),
            (System::Arch, "sudo pacman -S"),
            (System::MacOs, "xcode-select --install"),
            (System::Windows, "winget install"),
        ] {
            let words = advice(system, Purpose::Drive, &missing);
            assert!(words.contains("Xvfb, xclip"), "{words}");
            assert!(words.contains(manager), "{words}");
        }
        assert!(advice(System::Fedora, Purpose::Drive, &missing).contains("gnome-keyring"));
        assert!(!advice(System::Fedora, Purpose::Build, &missing).contains("gnome-keyring"));
    }
}
