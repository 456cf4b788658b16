//! Where new versions come from: what the release was built with, and how this copy came onto the computer.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tauri::AppHandle;
use tauri::utils::config::BundleType;
use tauri::utils::platform::bundle_type;
use url::Url;

use crate::ipc::UpdatesOff;

/// Where the system's own programs are: what a person has put before them on their search path does not count here.
pub(super) const SYSTEM_PATH: &str = "/usr/sbin:/usr/bin:/sbin:/bin";

/// Where the releases can be looked at, if the build was told.
const RELEASE_PAGE: Option<&str> = option_env!("CHATELAINE_RELEASE_PAGE");

/// Where new versions come from, and how they are checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Source {
    /// Says what there is.
    pub endpoint: Url,
    /// The public key that every package is signed with, as Tauri writes it.
    pub public_key: String,
    /// How this copy is installed.
    pub kind: Kind,
}

/// How a copy of the app is installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// By dpkg.
    Deb,
    /// By rpm.
    Rpm,
    /// One file that runs where it lies.
    AppImage,
    /// A folder for macOS.
    App,
    /// By the installer for one person on Windows.
    Nsis,
    /// By Windows' own installer.
    Msi,
}

impl Kind {
    /// Every kind.
    pub(super) const ALL: [Self; 6] = [
        Self::Deb,
        Self::Rpm,
        Self::AppImage,
        Self::App,
        Self::Nsis,
        Self::Msi,
    ];

    /// The name of such a package in the manifest.
    pub(crate) fn target(self) -> String {
        let system = match env::consts::OS {
            "macos" => "darwin",
            other => other,
        };
        let kind = match self {
            Self::Deb => "deb",
            Self::Rpm => "rpm",
            Self::AppImage => "appimage",
            Self::App => "app",
            Self::Nsis => "nsis",
            Self::Msi => "msi",
        };
        format!("{system}-{}-{kind}", env::consts::ARCH)
    }

    /// The end of such a file's name.
    pub(crate) fn extension(self) -> &'static str {
        match self {
            Self::Deb => "deb",
            Self::Rpm => "rpm",
            Self::AppImage => "AppImage",
            Self::App => "app.tar.gz",
            Self::Nsis => "exe",
            Self::Msi => "msi",
        }
    }

    /// Whether the system's own package manager has to install it, which takes an administrator's permission.
    pub(crate) fn needs_permission(self) -> bool {
        matches!(self, Self::Deb | Self::Rpm)
    }
}

/// What this copy can be updated from.
///
/// # Errors
/// Why it can't be.
pub(crate) fn find(app: &AppHandle) -> Result<Source, UpdatesOff> {
    let source = built_in(app)?;
    if is_managed(source.kind) {
        return Err(UpdatesOff::Managed);
    }
    Ok(source)
}

/// What this build was made with, wherever it may be by now.
///
/// # Errors
/// If it was made with nothing.
pub(super) fn built_in(app: &AppHandle) -> Result<Source, UpdatesOff> {
    let (endpoint, public_key) = configured(app).ok_or(UpdatesOff::NotBuiltIn)?;
    let kind = kind().ok_or(UpdatesOff::NotBuiltIn)?;
    Ok(Source {
        endpoint,
        public_key,
        kind,
    })
}

/// Where releases can be looked at.
pub(crate) fn release_page() -> Option<&'static str> {
    RELEASE_PAGE.filter(|page| page.starts_with("https://"))
}

/// The server and the key that this build was made with.
fn configured(app: &AppHandle) -> Option<(Url, String)> {
    #[cfg(feature = "switches")]
    if let Some(told) = told_by_a_test() {
        return Some(told);
    }
    let config = app.config().plugins.0.get("updater")?;
    let endpoint = config["endpoints"].get(0)?.as_str()?.parse().ok()?;
    let key = config["pubkey"].as_str().filter(|key| !key.is_empty())?;
    Some((endpoint, key.to_owned()))
}

/// A test's own server and key: `CHATELAINE_SWITCH_UPDATE_ENDPOINT` and `CHATELAINE_SWITCH_UPDATE_KEY`.
#[cfg(feature = "switches")]
fn told_by_a_test() -> Option<(Url, String)> {
    let endpoint = env::var("CHATELAINE_SWITCH_UPDATE_ENDPOINT").ok()?;
    let key = env::var("CHATELAINE_SWITCH_UPDATE_KEY").ok()?;
    Some((endpoint.parse().ok()?, key))
}

fn kind() -> Option<Kind> {
    // A test's program is in no package; it passes for what it is told.
    #[cfg(feature = "switches")]
    if env::var_os("CHATELAINE_SWITCH_UPDATE_ENDPOINT").is_some() {
        return Some(Kind::Deb);
    }
    Some(match bundle_type()? {
        BundleType::Deb => Kind::Deb,
        BundleType::Rpm => Kind::Rpm,
        BundleType::AppImage => Kind::AppImage,
        BundleType::App | BundleType::Dmg => Kind::App,
        BundleType::Nsis => Kind::Nsis,
        BundleType::Msi => Kind::Msi,
    })
}

/// Whether something else brings new versions, or nothing can be put in this copy's place.
fn is_managed(kind: Kind) -> bool {
    if Path::new("/.flatpak-info").exists() || is_in_snap() {
        return true;
    }
    #[cfg(feature = "switches")]
    if env::var_os("CHATELAINE_SWITCH_UPDATE_ENDPOINT").is_some() {
        return env::var_os("CHATELAINE_SWITCH_UPDATE_MANAGED").is_some();
    }
    match kind {
        // Unpacked by hand, or packed anew by a distribution: then the package of that name is none of ours.
        Kind::Deb => !owns_this_program("dpkg-query", &["--search"], "chatelaine:"),
        Kind::Rpm => !owns_this_program("rpm", &["--query", "--file"], "chatelaine-"),
        Kind::AppImage => {
            // The plugin moves the old file away and writes the new one in its place.
            let file = env::var_os("APPIMAGE").map(PathBuf::from);
            let folder = file.as_deref().and_then(Path::parent);
            folder.is_none_or(|folder| tempfile::tempfile_in(folder).is_err())
        }
        Kind::App | Kind::Nsis | Kind::Msi => false,
    }
}

/// Whether this program lies in a snap: the variable alone is also there in what was started from one.
fn is_in_snap() -> bool {
    let snap = env::var_os("SNAP").map(PathBuf::from);
    let program = env::current_exe();
    snap.is_some_and(|snap| program.is_ok_and(|program| program.starts_with(snap)))
}

/// Whether the package manager says that this program's file is its own package's.
fn owns_this_program(manager: &str, question: &[&str], owner: &str) -> bool {
    let Ok(program) = env::current_exe() else {
        return false;
    };
    let answer = Command::new(manager)
        .args(question)
        .arg(program)
        .env("PATH", SYSTEM_PATH)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output();
    answer
        .is_ok_and(|answer| answer.status.success() && answer.stdout.starts_with(owner.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_package_is_looked_for_by_a_name_of_its_own() {
        let mut targets = Kind::ALL.map(Kind::target).to_vec();
        targets.sort();
        targets.dedup();
        assert_eq!(targets.len(), Kind::ALL.len());
        #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
        assert_eq!(Kind::Deb.target(), "linux-x86_64-deb");
    }
}
