//! `cargo xtask bundle`: packages for this system. Linux' own two are built without a network.

mod config;
mod debian;
mod environment;
mod signing;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::cargo::{root, target_folder};
use crate::interface;
use crate::packages::{self, Purpose};
use crate::process::{Failure, command, run, say};
pub(crate) use environment::{VERSION, source_date};
pub(crate) use signing::{sign, signature_of};

/// One kind of package.
#[derive(Debug, PartialEq, Eq)]
struct Kind {
    /// What Tauri's command calls it.
    name: &'static str,
    /// Where Tauri puts it.
    folder: &'static str,
    /// How its file ends.
    ending: &'static str,
    /// Whether it is built when no kind is named.
    usual: bool,
}

const fn kind(name: &'static str, folder: &'static str, ending: &'static str) -> Kind {
    Kind {
        name,
        folder,
        ending,
        usual: true,
    }
}

const LINUX: [Kind; 3] = [
    kind("deb", "deb", "deb"),
    kind("rpm", "rpm", "rpm"),
    // Tauri downloads the tools for it each time.
    Kind {
        usual: false,
        ..kind("appimage", "appimage", "AppImage")
    },
];

const MACOS: [Kind; 2] = [kind("app", "macos", "app"), kind("dmg", "dmg", "dmg")];

const WINDOWS: [Kind; 2] = [kind("nsis", "nsis", "exe"), kind("msi", "msi", "msi")];

/// Both of Apple's processors in one program.
const UNIVERSAL: &str = "universal-apple-darwin";

/// What is asked for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Asked {
    /// Kinds by their names; none for the usual ones.
    kinds: Vec<String>,
    /// Where copies of the packages go beside their own place.
    into: Option<PathBuf>,
}

/// Builds the packages and says what came of it.
pub(crate) fn bundle(arguments: &[String]) -> Result<ExitCode, Failure> {
    let asked = read(arguments)?;
    let packages = build(&chosen(kinds_here(), &asked.kinds)?)?;
    for package in &packages {
        let size = fs::metadata(package).map_err(|error| Failure::at(package, &error))?;
        #[allow(clippy::cast_precision_loss, reason = "a figure for people")]
        let megabytes = size.len() as f64 / 1e6;
        say(&format!("{megabytes:6.1} MB  {}", package.display()));
    }
    if let Some(folder) = asked.into {
        fs::create_dir_all(&folder).map_err(|error| Failure::at(&folder, &error))?;
        for package in &packages {
            copy_into(&folder, package)?;
            let signature = signature_of(package);
            if signature.exists() {
                copy_into(&folder, &signature)?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Builds the usual packages of this system; gives their files.
pub(crate) fn packages() -> Result<Vec<PathBuf>, Failure> {
    build(&chosen(kinds_here(), &[])?)
}

fn read(arguments: &[String]) -> Result<Asked, Failure> {
    let usage = || Failure::new("usage: bundle [--kinds KIND,KIND] [--into FOLDER]");
    let mut asked = Asked::default();
    let mut left = arguments.iter();
    while let Some(option) = left.next() {
        let value = left.next().filter(|value| !value.is_empty());
        match (option.as_str(), value) {
            ("--kinds", Some(list)) => asked.kinds = list.split(',').map(str::to_owned).collect(),
            ("--into", Some(folder)) => asked.into = Some(PathBuf::from(folder)),
            _ => return Err(usage()),
        }
    }
    Ok(asked)
}

fn kinds_here() -> &'static [Kind] {
    match std::env::consts::OS {
        "linux" => &LINUX,
        "macos" => &MACOS,
        "windows" => &WINDOWS,
        _ => &[],
    }
}

fn chosen<'a>(here: &'a [Kind], names: &[String]) -> Result<Vec<&'a Kind>, Failure> {
    if here.is_empty() {
        return Err(Failure::new("no packages are known for this system"));
    }
    if names.is_empty() {
        return Ok(here.iter().filter(|kind| kind.usual).collect());
    }
    names
        .iter()
        .map(|name| {
            here.iter().find(|kind| kind.name == name).ok_or_else(|| {
                let known: Vec<&str> = here.iter().map(|kind| kind.name).collect();
                Failure::new(format!(
                    "no package `{name}` here; there are {}",
                    known.join(", ")
                ))
            })
        })
        .collect()
}

fn build(kinds: &[&Kind]) -> Result<Vec<PathBuf>, Failure> {
    // What can't be used is said before minutes of compiling.
    let settings = config::Settings::read(config::variable)?;
    packages::ensure(Purpose::Build)?;
    interface::ensure_built()?;
    let prepared = target_folder()?.join("packaging");
    fs::create_dir_all(&prepared).map_err(|error| Failure::at(&prepared, &error))?;
    let config = prepared.join("tauri.json");
    write(&config, &config::merged(&settings, &prepared)?)?;
    let release = if cfg!(target_os = "macos") {
        target_folder()?.join(UNIVERSAL).join("release")
    } else {
        target_folder()?.join("release")
    };
    let bundles = release.join("bundle");
    // Of another version they would pass for this one's.
    let _ = fs::remove_dir_all(&bundles);
    let names: Vec<&str> = kinds.iter().map(|kind| kind.name).collect();
    let mut build = tauri();
    build
        .args(["build", "--ci", "--bundles", &names.join(","), "--config"])
        .arg(&config);
    if cfg!(target_os = "macos") {
        run(command("rustup", &root()).args([
            "target",
            "add",
            "aarch64-apple-darwin",
            "x86_64-apple-darwin",
        ]))?;
        build.args(["--target", UNIVERSAL]);
    }
    environment::prepare(&mut build)?;
    run(&mut build)?;
    let mut packages = Vec::new();
    for kind in kinds {
        let package = found(&bundles, kind)?;
        packages.push(finished(package, &settings)?);
    }
    sign(&packages)?;
    Ok(packages)
}

/// The one package of a kind that was built.
fn found(bundles: &Path, kind: &Kind) -> Result<PathBuf, Failure> {
    let folder = bundles.join(kind.folder);
    let entries = fs::read_dir(&folder).map_err(|error| Failure::at(&folder, &error))?;
    let mut found: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == kind.ending))
        .collect();
    match (found.pop(), found.is_empty()) {
        (Some(package), true) => Ok(package),
        _ => Err(Failure::new(format!(
            "one .{} was due in {}",
            kind.ending,
            folder.display()
        ))),
    }
}

/// The package as it is handed out.
fn finished(package: PathBuf, settings: &config::Settings) -> Result<PathBuf, Failure> {
    match package.extension().and_then(|end| end.to_str()) {
        Some("deb") => debian::settle(&package)?,
        Some("app") => {
            let archive = archive(&package)?;
            return renamed(archive, settings.mark());
        }
        _ => {}
    }
    renamed(package, settings.mark())
}

/// The app in the form that an update takes. Tauri makes the same, but only together with a signature.
fn archive(app: &Path) -> Result<PathBuf, Failure> {
    let folder = app.parent().unwrap_or(app);
    let archive = folder.join(format!("Chatelaine_{VERSION}_universal.app.tar.gz"));
    // Without it, macOS puts files beside the files that hold attributes, and the app's signature would not hold.
    run(command("tar", folder)
        .env("COPYFILE_DISABLE", "1")
        .args(["-c", "-z", "-f"])
        .arg(&archive)
        .args(app.file_name()))?;
    Ok(archive)
}

/// Says in the file's name what the system that installs it will miss.
fn renamed(package: PathBuf, mark: Option<&str>) -> Result<PathBuf, Failure> {
    let Some(mark) = mark else {
        return Ok(package);
    };
    let name = package.file_name().unwrap_or_default().to_string_lossy();
    let ending = [".app.tar.gz", ".dmg", ".exe", ".msi"]
        .into_iter()
        .find(|ending| name.ends_with(ending))
        .unwrap_or_default();
    let start = name.strip_suffix(ending).unwrap_or(&name);
    let to = package.with_file_name(format!("{start}-{mark}{ending}"));
    fs::rename(&package, &to).map_err(|error| Failure::at(&package, &error))?;
    Ok(to)
}

fn copy_into(folder: &Path, file: &Path) -> Result<(), Failure> {
    let to = folder.join(file.file_name().unwrap_or_default());
    fs::copy(file, &to).map_err(|error| Failure::at(&to, &error))?;
    Ok(())
}

/// Tauri's command, by the script that its package brings: what lies in `.bin` differs between systems.
pub(crate) fn tauri() -> Command {
    let mut command = command("node", &root());
    command.arg(root().join("ui/node_modules/@tauri-apps/cli/tauri.js"));
    command
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    fs::write(path, text).map_err(|error| Failure::at(path, &error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn kinds_and_a_folder_are_read_and_anything_else_is_refused() {
        let asked = read(&words(&["--kinds", "deb,appimage", "--into", "out"])).unwrap();
        assert_eq!(asked.kinds, ["deb", "appimage"]);
        assert_eq!(asked.into.as_deref(), Some(Path::new("out")));
        assert_eq!(read(&[]).unwrap(), Asked::default());
        for wrong in [&["--kinds"][..], &["--kinds", ""], &["deb"]] {
            assert!(read(&words(wrong)).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn what_needs_a_download_is_built_only_when_it_is_named() {
        let names = |kinds: Vec<&Kind>| kinds.iter().map(|kind| kind.name).collect::<Vec<_>>();
        assert_eq!(names(chosen(&LINUX, &[]).unwrap()), ["deb", "rpm"]);
        let asked = words(&["rpm", "appimage"]);
        assert_eq!(names(chosen(&LINUX, &asked).unwrap()), ["rpm", "appimage"]);
        let error = chosen(&LINUX, &words(&["dmg"])).unwrap_err();
        assert!(error.0.contains("deb, rpm, appimage"), "{error}");
        assert!(chosen(&[], &[]).is_err());
    }

    #[test]
    fn a_package_that_the_system_will_not_know_says_so_in_its_name() {
        let scratch = Scratch::new("renamed");
        for (name, marked) in [
            (
                "Chatelaine_1.2.3_universal.app.tar.gz",
                "Chatelaine_1.2.3_universal-unsigned.app.tar.gz",
            ),
            (
                "Chatelaine_1.2.3_x64-setup.exe",
                "Chatelaine_1.2.3_x64-setup-unsigned.exe",
            ),
        ] {
            let path = scratch.file(name, "");
            let to = renamed(path.clone(), Some("unsigned")).unwrap();
            assert_eq!(to.file_name().unwrap(), marked);
            assert!(to.exists() && !path.exists());
        }
        let same = scratch.file("Chatelaine_1.2.3_amd64.deb", "");
        assert_eq!(renamed(same.clone(), None).unwrap(), same);
    }

    #[test]
    fn two_packages_of_one_kind_are_one_too_many() {
        let scratch = Scratch::new("found");
        assert!(found(scratch.path(), &LINUX[0]).is_err());
        let one = scratch.file("deb/a.deb", "");
        assert_eq!(found(scratch.path(), &LINUX[0]).unwrap(), one);
        scratch.file("deb/b.deb", "");
        assert!(found(scratch.path(), &LINUX[0]).is_err());
    }
}
