//! Puts a package in place of the version that runs.
//!
//! The plugin installs. For a .deb or an .rpm it asks for an administrator's permission: by `pkexec`, and where that fails,
//! for whatever reason, by a window of zenity's or kdialog's that takes the person's password and hands it to `sudo`, and at
//! last by `sudo` on a terminal. Of these only the first is right: the password is the system's to ask for, in its own
//! dialog, and a no is a no. So the plugin does that work in a process of its own, with a search path on which the
//! others do nothing, and without a terminal. That process also outlives the app, should it be closed meanwhile.

use std::path::Path;

use tauri::AppHandle;
use tauri_plugin_updater::{Update, Updater, UpdaterExt as _};

use super::manifest::Release;
use super::source::Source;
use crate::ipc::{UpdateFault, UpdateFaultKind as Fault};

#[cfg(target_os = "linux")]
pub(crate) use apart::{ARGUMENT, run};

/// The plugin's own form of a release. It takes none that is not newer than the version that runs.
///
/// # Errors
/// Why the plugin does not take it.
pub(super) fn update(
    app: &AppHandle,
    source: &Source,
    release: &Release,
) -> Result<Update, UpdateFault> {
    // Restored and not asked for: so the plugin never takes a signature without a version, and asks no server.
    updater(app, source)?
        .restore_update(release.for_the_plugin(&source.kind.target()))?
        .ok_or_else(|| UpdateFault::new(Fault::SignedOtherVersion))
}

/// The plugin, for one kind of package.
fn updater(app: &AppHandle, source: &Source) -> tauri_plugin_updater::Result<Updater> {
    app.updater_builder()
        .pubkey(source.public_key.clone())
        .endpoints(vec![source.endpoint.clone()])?
        .target(source.kind.target())
        .build()
}

/// Installs a package. It is checked again, as it is read now.
///
/// # Errors
/// Why the version that runs is still the one that is installed.
pub(super) async fn install(
    app: &AppHandle,
    source: &Source,
    release: &Release,
    package: &Path,
) -> Result<(), UpdateFault> {
    #[cfg(target_os = "linux")]
    if source.kind.needs_permission() {
        return apart::start(source, release, package).await;
    }
    let update = update(app, source, release)?;
    let package = package.to_owned();
    let installed = tokio::task::spawn_blocking(move || {
        let bytes = std::fs::read(package)?;
        update.install(bytes).map_err(UpdateFault::from)
    });
    installed
        .await
        .map_err(|_| UpdateFault::new(Fault::InstallerFailed))?
}

#[cfg(target_os = "linux")]
mod apart {
    use std::env;
    use std::ffi::OsString;
    use std::fs::{self, Permissions};
    use std::io;
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use std::path::{Path, PathBuf};
    use std::process::{ExitCode, Stdio};

    use serde::{Deserialize, Serialize};

    use super::super::manifest::Release;
    use super::super::package::NAME;
    use super::super::source::{self, Kind, SYSTEM_PATH, Source};
    use super::updater;
    use crate::ipc::{UpdateFault, UpdateFaultKind as Fault};

    /// Makes the program install what a file names, in place of opening a window.
    pub(crate) const ARGUMENT: &str = "--install-update";

    /// What asks for permission, and what the plugin would go on to ask with.
    const ASKS: &str = "pkexec";
    const OTHERS: [&str; 3] = ["zenity", "kdialog", "sudo"];

    /// What `pkexec` says when the person closed its dialog, and when they may not do this or nothing could ask them
    /// (pkexec(1)).
    const CLOSED: i32 = 126;
    const NOT_AUTHORISED: i32 = 127;

    /// In place of `pkexec` on the search path, so that what it answers is not lost in the plugin.
    const LISTENS: &str = "#!/bin/sh\n\
        \"$CHATELAINE_ASKS\" \"$@\"\n\
        answer=$?\n\
        echo \"$answer\" >\"$CHATELAINE_ANSWER\"\n\
        exit \"$answer\"\n";

    /// What the process that installs is told.
    #[derive(Debug, Serialize, Deserialize)]
    struct Order {
        release: serde_json::Value,
        package: PathBuf,
    }

    /// Installs a package in a process of its own.
    pub(super) async fn start(
        source: &Source,
        release: &Release,
        package: &Path,
    ) -> Result<(), UpdateFault> {
        let by_hand = by_hand(source.kind, package);
        let Some(asks) = on_path(ASKS) else {
            return Err(UpdateFault::new(Fault::NothingAsks).by_hand(by_hand));
        };
        // Not in the data folder: its path may hold a colon, which a search path can't, and may not be executed from.
        let folder = tempfile::Builder::new().prefix("chatelaine-").tempdir()?;
        let answer = folder.path().join("answer");
        let path = narrowed(folder.path())?;
        let order = Order {
            release: release.for_the_plugin(&source.kind.target()),
            package: package.to_owned(),
        };
        let file = folder.path().join("order.json");
        fs::write(&file, serde_json::to_vec(&order).map_err(io::Error::other)?)?;
        let program = crate::native::program::path()?;
        tracing::info!(version = %release.version, "an update is being installed");
        let ended = tokio::process::Command::new(program)
            .arg(ARGUMENT)
            .arg(&file)
            .env("PATH", path)
            .env("CHATELAINE_ASKS", asks)
            .env("CHATELAINE_ANSWER", &answer)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .await?;
        let answer = fs::read_to_string(&answer).ok();
        let answer: Option<i32> = answer.and_then(|answer| answer.trim().parse().ok());
        let kind = source.kind;
        let now = tokio::task::spawn_blocking(move || installed(kind))
            .await
            .unwrap_or(Installed::Unknown);
        tracing::info!(?answer, %ended, ?now, "the installation has ended");
        let fault = match (now, answer) {
            (Installed::Whole(now), _) if now == release.version.to_string() => return Ok(()),
            (Installed::Half, _) => Fault::HalfInstalled,
            (_, Some(CLOSED)) => Fault::Denied,
            (_, Some(NOT_AUTHORISED)) => Fault::NothingAsks,
            _ => Fault::InstallerFailed,
        };
        let by_hand = if fault == Fault::HalfInstalled {
            // What is missing is fetched, and what was begun is ended.
            "sudo apt --fix-broken install".to_owned()
        } else {
            by_hand
        };
        Err(UpdateFault::new(fault).by_hand(by_hand))
    }

    /// What the package manager says of the app.
    #[derive(Debug, Clone, PartialEq, Eq)]
    enum Installed {
        /// This version is installed.
        Whole(String),
        /// One was begun with, and is not whole.
        Half,
        /// It knows of none, or does not tell.
        Unknown,
    }

    /// The search path for the plugin: `pkexec` is listened to, and nothing else that asks does anything.
    fn narrowed(folder: &Path) -> io::Result<OsString> {
        let listens = folder.join(ASKS);
        fs::write(&listens, LISTENS)?;
        fs::set_permissions(&listens, Permissions::from_mode(0o700))?;
        for other in OTHERS {
            symlink("/bin/false", folder.join(other))?;
        }
        // `pkexec` looks on it for what it is to run as root: only the system's own programs are there.
        let all = [folder.to_owned()]
            .into_iter()
            .chain(env::split_paths(SYSTEM_PATH));
        env::join_paths(all).map_err(io::Error::other)
    }

    fn on_path(program: &str) -> Option<PathBuf> {
        env::split_paths(&env::var_os("PATH")?)
            .map(|folder| folder.join(program))
            .find(|file| is_program(file))
    }

    fn is_program(file: &Path) -> bool {
        file.metadata()
            .is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
    }

    /// The command that does it by hand. apt, unlike dpkg, also fetches what a new version needs beside it.
    fn by_hand(kind: Kind, package: &Path) -> String {
        let manager = if kind == Kind::Rpm {
            "rpm -U"
        } else {
            "apt install"
        };
        let package = package.display().to_string();
        format!("sudo {manager} '{}'", package.replace('\'', "'\\''"))
    }

    fn installed(kind: Kind) -> Installed {
        let (program, question): (_, &[&str]) = match kind {
            // rpm unpacks all or nothing, and has no name for what is between.
            Kind::Rpm => (
                "rpm",
                &["--query", "--queryformat", "installed %{VERSION}", NAME],
            ),
            _ => (
                "dpkg-query",
                &[
                    "--show",
                    "--showformat=${db:Status-Status} ${Version}",
                    NAME,
                ],
            ),
        };
        let answer = std::process::Command::new(program)
            .args(question)
            .env("PATH", SYSTEM_PATH)
            .stdin(Stdio::null())
            .output();
        match answer {
            Ok(answer) if answer.status.success() => {
                told_by_manager(&String::from_utf8_lossy(&answer.stdout))
            }
            _ => Installed::Unknown,
        }
    }

    /// Reads `installed 0.2.0`: the states are those of dpkg-query(1).
    fn told_by_manager(answer: &str) -> Installed {
        match answer.trim().split_once(' ') {
            Some(("installed", version)) => Installed::Whole(version.replace('~', "-")),
            Some(("not-installed" | "config-files", _)) | None => Installed::Unknown,
            Some(_) => Installed::Half,
        }
    }

    /// What the process does that installs: reads its order, and lets the plugin do the rest.
    pub(crate) fn run(order: &Path) -> ExitCode {
        // Away from the terminal that the app may have been started from, and from whoever ends the app.
        let _ = rustix::process::setsid();
        match installed_by(order) {
            Some(()) => ExitCode::SUCCESS,
            None => ExitCode::FAILURE,
        }
    }

    fn installed_by(order: &Path) -> Option<()> {
        // A copy that is in no package would be taken for an AppImage, and be overwritten.
        tauri::utils::platform::bundle_type()?;
        let order: Order = serde_json::from_slice(&fs::read(order).ok()?).ok()?;
        let app = tauri::Builder::default()
            .plugin(tauri_plugin_updater::Builder::new().build())
            .build(crate::start::context())
            .ok()?;
        // Whoever can write the order may choose neither the key nor the kind of package.
        let source = source::built_in(app.handle()).ok()?;
        let updater = updater(app.handle(), &source).ok()?;
        let update = updater.restore_update(order.release).ok()??;
        update.install(fs::read(order.package).ok()?).ok()
    }

    #[cfg(test)]
    mod tests {
        use super::*;
        use std::process::Command;

        /// Asks as the plugin does, on the narrowed path, with such a `pkexec`.
        fn asked(pkexec: &str) -> (Option<i32>, Vec<bool>) {
            let folder = tempfile::tempdir().unwrap();
            let real = folder.path().join("real");
            fs::create_dir(&real).unwrap();
            let file = real.join(ASKS);
            fs::write(&file, pkexec).unwrap();
            fs::set_permissions(&file, Permissions::from_mode(0o700)).unwrap();
            let asking = folder.path().join("asking");
            fs::create_dir(&asking).unwrap();
            let path = narrowed(&asking).unwrap();
            let answer = asking.join("answer");
            let command = |program: &str| {
                let mut command = Command::new("/bin/sh");
                command
                    .args(["-c", "exec \"$@\"", "sh", program, "dpkg", "-i", "a b.deb"])
                    .env("PATH", &path)
                    .env("CHATELAINE_ASKS", &file)
                    .env("CHATELAINE_ANSWER", &answer);
                command
            };
            let _ = command(ASKS).status().unwrap();
            let others = OTHERS
                .iter()
                .map(|other| command(other).status().unwrap().success());
            let told = fs::read_to_string(&answer).ok();
            (
                told.and_then(|told| told.trim().parse().ok()),
                others.collect(),
            )
        }

        #[test]
        fn what_pkexec_answers_is_heard_and_nothing_else_asks() {
            let nobody = vec![false; OTHERS.len()];
            let seen = "#!/bin/sh\n[ \"$*\" = 'dpkg -i a b.deb' ] || exit 9\nexit 126\n";
            assert_eq!(asked(seen), (Some(CLOSED), nobody.clone()));
            assert_eq!(asked("#!/bin/sh\nexit 0\n"), (Some(0), nobody));
        }

        #[test]
        fn what_is_not_whole_is_told_from_what_is_not_there() {
            for (answer, expected) in [
                ("installed 0.2.0", Installed::Whole("0.2.0".into())),
                (
                    "installed 0.2.0~beta.1",
                    Installed::Whole("0.2.0-beta.1".into()),
                ),
                ("unpacked 0.2.0", Installed::Half),
                ("half-configured 0.2.0", Installed::Half),
                ("half-installed 0.1.0", Installed::Half),
                ("config-files 0.1.0", Installed::Unknown),
                ("", Installed::Unknown),
            ] {
                assert_eq!(told_by_manager(answer), expected, "{answer}");
            }
        }

        #[test]
        fn the_command_by_hand_can_be_pasted_whatever_the_folder_is_called() {
            let package = Path::new("/home/o'brien/my data/chatelaine-0.2.0.deb");
            assert_eq!(
                by_hand(Kind::Deb, package),
                r"sudo apt install '/home/o'\''brien/my data/chatelaine-0.2.0.deb'"
            );
        }
    }
}
