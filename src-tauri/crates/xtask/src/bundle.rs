//! `cargo xtask bundle`: packages for this system, without a network.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::json;

use crate::cargo::{root, target_folder};
use crate::interface;
use crate::packages::{self, Purpose};
use crate::process::{Failure, command, run, say};

/// The id that the desktop knows the app by.
const ID: &str = "org.chatelaine.Chatelaine";

/// The icon's sizes beside those that Tauri puts in, each drawn from `icon.svg`, the smallest from `icon-small.svg`.
const SIZES: [&str; 7] = [
    "16x16", "20x20", "24x24", "48x48", "64x64", "256x256", "512x512",
];

/// Builds the packages and says what came of it.
pub(crate) fn bundle(arguments: &[String]) -> Result<ExitCode, Failure> {
    if !arguments.is_empty() {
        return Err(Failure::new("usage: bundle"));
    }
    for package in packages()? {
        let size = fs::metadata(&package).map_err(|error| Failure::at(&package, &error))?;
        #[allow(clippy::cast_precision_loss, reason = "a figure for people")]
        let megabytes = size.len() as f64 / 1e6;
        say(&format!("{megabytes:6.1} MB  {}", package.display()));
    }
    Ok(ExitCode::SUCCESS)
}

/// Builds the packages; gives their files.
pub(crate) fn packages() -> Result<Vec<PathBuf>, Failure> {
    if !cfg!(target_os = "linux") {
        return Err(Failure::new("packages are built on Linux only, for now"));
    }
    packages::ensure(Purpose::Build)?;
    interface::ensure_built()?;
    let prepared = target_folder()?.join("packaging");
    fs::create_dir_all(&prepared).map_err(|error| Failure::at(&prepared, &error))?;
    let config = prepared.join("tauri.linux.json");
    write(&config, &linux_files(&prepared)?)?;
    let bundles = target_folder()?.join("release/bundle");
    // Of another version they would pass for this one's.
    let _ = fs::remove_dir_all(&bundles);
    let tauri = root().join("ui/node_modules/.bin/tauri");
    let mut build = command(tauri, &root());
    build
        .args(["build", "--ci", "--bundles", "deb,rpm", "--config"])
        .arg(&config);
    run(&mut build)?;
    let mut found = Vec::new();
    for kind in ["deb", "rpm"] {
        let folder = bundles.join(kind);
        let entries = fs::read_dir(&folder).map_err(|error| Failure::at(&folder, &error))?;
        found.extend(
            entries
                .flatten()
                .map(|entry| entry.path())
                .filter(|path| path.extension().is_some_and(|end| end == kind)),
        );
    }
    if found.len() == 2 {
        Ok(found)
    } else {
        Err(Failure::new(format!("two packages were due: {found:?}")))
    }
}

/// The files beside the program, some of them made here, as Tauri's configuration names them.
fn linux_files(prepared: &Path) -> Result<String, Failure> {
    let packaging = root().join("src-tauri/packaging");
    let icons = root().join("icons");
    let manual = compressed(&packaging.join("chatelaine.1"), prepared)?;
    let changelog = compressed(&root().join("CHANGELOG.md"), prepared)?;
    let mut common = json!({
        format!("/usr/share/metainfo/{ID}.metainfo.xml"): packaging.join("metainfo.xml"),
        "/usr/share/man/man1/chatelaine.1.gz": manual,
        "/usr/share/icons/hicolor/scalable/apps/chatelaine.svg": icons.join("icon.svg"),
    });
    for size in SIZES {
        let place = format!("/usr/share/icons/hicolor/{size}/apps/chatelaine.png");
        common[place] = json!(icons.join(format!("{size}.png")));
    }
    let mut debian = common.clone();
    debian["/usr/share/doc/chatelaine/copyright"] = json!(packaging.join("copyright"));
    debian["/usr/share/lintian/overrides/chatelaine"] = json!(packaging.join("lintian-overrides"));
    debian["/usr/share/doc/chatelaine/changelog.gz"] = json!(changelog);
    let config = json!({ "bundle": { "linux": { "deb": { "files": debian }, "rpm": { "files": common } } } });
    Ok(config.to_string())
}

/// The same without a name and a time in it, so that it is the same each time.
fn compressed(file: &Path, folder: &Path) -> Result<PathBuf, Failure> {
    let name = file.file_name().unwrap_or_default();
    let copy = folder.join(name);
    fs::copy(file, &copy).map_err(|error| Failure::at(file, &error))?;
    run(command("gzip", folder)
        .args(["--force", "--no-name", "--best"])
        .arg(&copy))?;
    let mut packed = copy.into_os_string();
    packed.push(".gz");
    Ok(packed.into())
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    fs::write(path, text).map_err(|error| Failure::at(path, &error))
}
