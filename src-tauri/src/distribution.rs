//! Which Linux distribution this is, as far as the command that installs a keyring differs.

use std::fs;

/// How to install a keyring here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WayOut {
    /// The distributions that the command is for.
    pub distribution: &'static str,
    /// The command.
    pub command: &'static str,
}

const WAYS: &[(&[&str], WayOut)] = &[
    (
        &["debian", "ubuntu"],
        WayOut {
            distribution: "Debian and Ubuntu",
            command: "sudo apt install gnome-keyring",
        },
    ),
    (
        &["fedora", "rhel", "centos"],
        WayOut {
            distribution: "Fedora",
            command: "sudo dnf install gnome-keyring",
        },
    ),
    (
        &["arch"],
        WayOut {
            distribution: "Arch Linux",
            command: "sudo pacman -S gnome-keyring",
        },
    ),
    (
        &["suse", "opensuse"],
        WayOut {
            distribution: "openSUSE",
            command: "sudo zypper install gnome-keyring",
        },
    ),
];

/// The command that installs a keyring on this system, if it is known.
pub(crate) fn keyring_command() -> Option<WayOut> {
    let release = fs::read_to_string("/etc/os-release").ok()?;
    way_out(&release)
}

/// What a system calls itself, from its `os-release`.
pub(crate) fn pretty_name(release: &str) -> Option<String> {
    value_of(release, "PRETTY_NAME")
}

fn value_of(release: &str, name: &str) -> Option<String> {
    release.lines().find_map(|line| {
        let value = line.strip_prefix(name)?.strip_prefix('=')?;
        Some(value.trim_matches(['"', '\'']).to_owned())
    })
}

fn way_out(release: &str) -> Option<WayOut> {
    let value = |name| value_of(release, name);
    // Of a derivative the system it derives from counts.
    let ids = [value("ID"), value("ID_LIKE")];
    let ids: Vec<&str> = ids
        .iter()
        .flatten()
        .flat_map(|ids| ids.split_whitespace())
        .collect();
    ids.iter().find_map(|id| {
        WAYS.iter()
            .find(|(names, _)| names.contains(id))
            .map(|(_, way)| *way)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(release: &str) -> Option<&'static str> {
        way_out(release).map(|way| way.command)
    }

    #[test]
    fn knows_the_distribution_or_the_one_it_derives_from() {
        assert_eq!(
            command("ID=debian\n"),
            Some("sudo apt install gnome-keyring")
        );
        assert_eq!(
            command("NAME=\"Linux Mint\"\nID=linuxmint\nID_LIKE=\"ubuntu debian\"\n"),
            Some("sudo apt install gnome-keyring")
        );
        assert_eq!(command("ID=fedora"), Some("sudo dnf install gnome-keyring"));
        assert_eq!(command("ID='arch'"), Some("sudo pacman -S gnome-keyring"));
        assert_eq!(command("ID=plan9"), None);
        assert_eq!(command("VERSION_ID=12\nID_LIKE="), None);
    }
}
