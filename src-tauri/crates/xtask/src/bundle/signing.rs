//! Signatures for the updater, by Tauri's own command.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::config::variable;
use super::environment::VERSION;
use super::tauri;
use crate::process::{Failure, run};

const KEY: &str = "TAURI_SIGNING_PRIVATE_KEY";
const KEY_PATH: &str = "TAURI_SIGNING_PRIVATE_KEY_PATH";
const PASSWORD: &str = "TAURI_SIGNING_PRIVATE_KEY_PASSWORD";

/// Takes the key out of what a command sees.
pub(super) fn hide_key(command: &mut Command) {
    for name in [KEY, KEY_PATH, PASSWORD] {
        command.env_remove(name);
    }
}

/// Signs each file that the updater installs, if there is a key; says whether there was.
///
/// Tauri can sign while it builds. It is done here, because the .deb changes after that, because the key is then not around
/// while code of others is compiled, and because a release signs what other machines have built.
pub(crate) fn sign(files: &[PathBuf]) -> Result<bool, Failure> {
    let Some((name, value)) = key() else {
        return Ok(false);
    };
    // What one downloads by hand: the updater takes the archive of the app.
    for file in files.iter().filter(|file| !is(file, "dmg")) {
        let mut sign = tauri();
        hide_key(&mut sign);
        sign.env(name, &value)
            // Without one it would ask.
            .env(PASSWORD, variable(PASSWORD).unwrap_or_default())
            .args(["signer", "sign", "--app-version", VERSION])
            .arg(file);
        run(&mut sign)?;
        if !signature_of(file).exists() {
            return Err(Failure::new(format!("{} got no signature", file.display())));
        }
    }
    Ok(true)
}

/// Where the signature of a file lies.
pub(crate) fn signature_of(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".sig");
    name.into()
}

/// The key as Tauri's command takes it. Its `build` also takes a path in the variable for the key, its `signer` does not.
fn key() -> Option<(&'static str, String)> {
    if let Some(key) = variable(KEY) {
        let is_path = Path::new(&key).is_file();
        return Some((if is_path { KEY_PATH } else { KEY }, key));
    }
    variable(KEY_PATH).map(|path| (KEY_PATH, path))
}

fn is(file: &Path, ending: &str) -> bool {
    file.extension().is_some_and(|end| end == ending)
}
