//! The operating system this runs on, as far as installing packages goes.

use std::fs;

/// A family of systems that share a package manager.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum System {
    /// Debian, Ubuntu and what derives from them: apt.
    Debian,
    /// Fedora and its kin: dnf.
    Fedora,
    /// Arch and its kin: pacman.
    Arch,
    /// A Linux whose package manager is not known here.
    OtherLinux,
    MacOs,
    Windows,
    /// Anything else; nothing is known about it.
    Other,
}

impl System {
    /// The system this program runs on.
    pub(crate) fn here() -> Self {
        match std::env::consts::OS {
            "linux" => ["/etc/os-release", "/usr/lib/os-release"]
                .iter()
                .find_map(|path| fs::read_to_string(path).ok())
                .map_or(Self::OtherLinux, |text| Self::from_os_release(&text)),
            "macos" => Self::MacOs,
            "windows" => Self::Windows,
            _ => Self::Other,
        }
    }

    /// Reads `ID` and `ID_LIKE` of an os-release file, the closest relative first.
    fn from_os_release(text: &str) -> Self {
        let value = |key: &str| {
            text.lines()
                .filter_map(|line| line.trim().split_once('='))
                .find(|(name, _)| *name == key)
                .map_or("", |(_, value)| value.trim_matches(['"', '\'']))
        };
        value("ID")
            .split_whitespace()
            .chain(value("ID_LIKE").split_whitespace())
            .find_map(|id| match id {
                "debian" | "ubuntu" => Some(Self::Debian),
                "fedora" | "rhel" | "centos" => Some(Self::Fedora),
                "arch" => Some(Self::Arch),
                _ => None,
            })
            .unwrap_or(Self::OtherLinux)
    }

    /// Whether the window can be driven here without a display: that takes an X server in memory, the engine's own driver and a Secret Service.
    pub(crate) fn drives_windows(self) -> bool {
        matches!(
            self,
            Self::Debian | Self::Fedora | Self::Arch | Self::OtherLinux
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distribution_is_known_by_its_id_or_by_its_kin() {
        for (text, system) in [
            (
                "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\n",
                System::Debian,
            ),
            (
                "NAME=\"Ubuntu\"\nID=ubuntu\nID_LIKE=debian\n",
                System::Debian,
            ),
            (
                "ID=pop\nID_LIKE=\"ubuntu debian\"\nVERSION_ID=\"24.04\"\n",
                System::Debian,
            ),
            ("NAME=\"Fedora Linux\"\nID=fedora\n", System::Fedora),
            (
                "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n",
                System::Fedora,
            ),
            ("ID=manjaro\nID_LIKE='arch'\n", System::Arch),
            ("ID=void\n", System::OtherLinux),
            ("", System::OtherLinux),
        ] {
            assert_eq!(System::from_os_release(text), system, "{text}");
        }
    }

    #[test]
    fn other_keys_that_end_in_id_are_not_taken_for_it() {
        let text = "VERSION_ID=debian\nBUILD_ID=ubuntu\nID=alpine\n";
        assert_eq!(System::from_os_release(text), System::OtherLinux);
    }
}
