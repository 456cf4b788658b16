//! `cargo xtask test updater`: two versions as real packages, signed with a key of the test's own. The older is installed,
//! and finds, fetches and installs the newer, as an ordinary user whom a real polkit lets or does not let.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::bundle::{self, VERSION};
use crate::cargo::{built, cargo, root, target_folder};
use crate::installed;
use crate::packages::{self, Purpose, as_root};
use crate::process::{Failure, command, output, run, say, succeeds};
use crate::reproducible::check_out;
use crate::system::System;

/// The version that the older one is to be replaced by.
const NEWER: &str = "99.0.0";

/// Where the older one looks: compiled in, and known to the program that plays the scenes.
const ENDPOINT: &str = "https://127.0.0.1:47113/latest.json";

/// Who uses the app in the scenes.
const USER: &str = "chatelaine-test";

/// Where polkit reads rules.
const RULE: &str = "/etc/polkit-1/rules.d/49-chatelaine-test.rules";

/// What the scenes need beside what every window needs.
const PACKAGES: [&str; 2] = ["pkexec", "polkitd"];

/// Why it can't be tried here.
pub(crate) fn not_covered() -> Option<&'static str> {
    if System::here() != System::Debian {
        return Some("the packages are installed with dpkg, through Debian's polkit");
    }
    installed::not_covered()
}

/// Builds two versions, installs the older, and plays the scenes.
pub(crate) fn test() -> Result<(), Failure> {
    packages::ensure(Purpose::Drive)?;
    let all = PACKAGES.iter().all(|package| {
        let status = ["--show", "--showformat=${db:Status-Status}", package];
        output(command("dpkg-query", &root()).args(status)).is_ok_and(|told| told == "installed")
    });
    if !all {
        let install = ["apt-get", "install", "--yes", "--no-install-recommends"];
        run(&mut as_root(&[&install[..], &PACKAGES].concat(), None))?;
    }
    let versions = Versions::build()?;
    run(cargo("build").args(["--package", "e2e", "--bin", "updater"]))?;
    run(&mut as_root(
        &["apt-get", "install", "--yes", "--no-install-recommends"],
        Some(&versions.older),
    ))?;
    let played = play(&versions);
    let cleared = clear();
    played?;
    cleared
}

/// The packages.
struct Versions {
    older: PathBuf,
    newer: PathBuf,
    /// The newer one, which refuses before anything is unpacked.
    broken: PathBuf,
    /// The newer one, which stops when it is unpacked.
    half: PathBuf,
}

impl Versions {
    /// Builds both from the commit that is checked out, in a copy, with a key that exists for this.
    fn build() -> Result<Self, Failure> {
        let work = target_folder()?.join("updater");
        let sources = work.join("sources");
        check_out(&sources, "HEAD")?;
        let key = work.join("key");
        for file in [key.clone(), key.with_extension("pub")] {
            let _ = fs::remove_file(file);
        }
        run(bundle::tauri()
            .args(["signer", "generate", "--ci", "--write-keys"])
            .arg(&key))?;
        let older = package(&work, &sources, &key, "older")?;
        let manifest = sources.join("Cargo.toml");
        let text = fs::read_to_string(&manifest).map_err(|error| Failure::at(&manifest, &error))?;
        let ours = format!("version = \"{VERSION}\"\nedition");
        if !text.contains(&ours) {
            return Err(Failure::new("the workspace's version is not where it was"));
        }
        let text = text.replace(&ours, &format!("version = \"{NEWER}\"\nedition"));
        fs::write(&manifest, text).map_err(|error| Failure::at(&manifest, &error))?;
        let newer = package(&work, &sources, &key, "newer")?;
        let broken_by = |script| broken(&work, &newer, &key, script);
        let (broken, half) = (broken_by("preinst")?, broken_by("postinst")?);
        Ok(Self {
            older,
            newer,
            broken,
            half,
        })
    }
}

/// Builds a .deb of a copy as a release does, and gives where it was put.
fn package(work: &Path, sources: &Path, key: &Path, name: &str) -> Result<PathBuf, Failure> {
    say(&format!("building the {name} version"));
    let public = key.with_extension("pub");
    let public = fs::read_to_string(&public).map_err(|error| Failure::at(&public, &error))?;
    let into = work.join(name);
    let _ = fs::remove_dir_all(&into);
    run(command("cargo", sources)
        // One folder for both, so that what they share is built once, and again only where it changed.
        .env("CARGO_TARGET_DIR", work.join("target"))
        .env("CHATELAINE_UPDATE_ENDPOINT", ENDPOINT)
        .env("CHATELAINE_UPDATE_PUBKEY", public.trim())
        .env("TAURI_SIGNING_PRIVATE_KEY", key)
        .env("TAURI_SIGNING_PRIVATE_KEY_PASSWORD", "")
        .args(["run", "--quiet", "--package", "xtask", "--"])
        .args(["bundle", "--kinds", "deb", "--into"])
        .arg(&into))?;
    let entries = fs::read_dir(&into).map_err(|error| Failure::at(&into, &error))?;
    entries
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|end| end == "deb"))
        .ok_or_else(|| Failure::new(format!("no .deb came of the {name} version")))
}

/// The same package with a script of that name that fails, signed as what it is.
fn broken(work: &Path, newer: &Path, key: &Path, script: &str) -> Result<PathBuf, Failure> {
    let folder = work.join("broken").join(script);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).map_err(|error| Failure::at(&folder, &error))?;
    let tree = folder.join("tree");
    run(command("dpkg-deb", work)
        .arg("--raw-extract")
        .arg(newer)
        .arg(&tree))?;
    let script = tree.join("DEBIAN").join(script);
    fs::write(&script, "#!/bin/sh\nexit 1\n").map_err(|error| Failure::at(&script, &error))?;
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755))
        .map_err(|error| Failure::at(&script, &error))?;
    let package = folder.join(newer.file_name().unwrap_or_default());
    run(command("dpkg-deb", work)
        .args(["--build", "--root-owner-group"])
        .arg(&tree)
        .arg(&package))?;
    run(bundle::tauri()
        .env("TAURI_SIGNING_PRIVATE_KEY_PATH", key)
        .env("TAURI_SIGNING_PRIVATE_KEY_PASSWORD", "")
        .args(["signer", "sign", "--app-version", NEWER])
        .arg(&package))?;
    Ok(package)
}

fn play(versions: &Versions) -> Result<(), Failure> {
    // Whoever plays may not be able to read what was built here.
    let stage = Path::new("/tmp/chatelaine-updater");
    let _ = output(&mut as_root(&["rm", "--recursive", "--force"], Some(stage)));
    fs::create_dir(stage).map_err(|error| Failure::at(stage, &error))?;
    open_to_all(stage, 0o755)?;
    let program = placed(stage, &built("updater")?, "updater")?;
    open_to_all(&program, 0o755)?;
    // Pictures, and what the harness keeps.
    let kept = stage.join("target");
    fs::create_dir(&kept).map_err(|error| Failure::at(&kept, &error))?;
    open_to_all(&kept, 0o777)?;
    if !succeeds(command("id", &root()).arg(USER)) {
        run(&mut as_root(&["useradd", "--create-home", USER], None))?;
    }
    let _services = Services::start()?;
    let scenes = [
        ("denied", "NO", &versions.newer),
        ("broken", "YES", &versions.broken),
        ("half", "YES", &versions.half),
        ("killed", "YES", &versions.newer),
        ("installed", "YES", &versions.newer),
    ];
    for (scene, answer, package) in scenes {
        allow(answer)?;
        // Back to the older one, which dpkg takes whatever is there.
        run(&mut as_root(&["dpkg", "--install"], Some(&versions.older)))?;
        let signature = placed(stage, &bundle::signature_of(package), "package.deb.sig")?;
        let package = placed(stage, package, "package.deb")?;
        say(&format!("the scene \"{scene}\""));
        let words = [
            "runuser",
            "--user",
            USER,
            "--",
            "env",
            "--ignore-environment",
            "PATH=/usr/local/bin:/usr/bin:/bin",
            "CHATELAINE_BIN=/usr/bin/chatelaine",
            "CARGO_TARGET_DIR=/tmp/chatelaine-updater/target",
        ];
        let mut play = as_root(&words, Some(&program));
        play.args([scene, NEWER]).arg(package).arg(signature);
        let played = run(play.current_dir("/"));
        keep_pictures(&kept)?;
        played?;
    }
    say("refused, broken off, stopped half way, killed and installed: as it should be");
    Ok(())
}

/// Copies a file to where everybody can read it.
fn placed(stage: &Path, file: &Path, name: &str) -> Result<PathBuf, Failure> {
    let to = stage.join(name);
    fs::copy(file, &to).map_err(|error| Failure::at(file, &error))?;
    open_to_all(&to, 0o644)?;
    Ok(to)
}

fn open_to_all(path: &Path, mode: u32) -> Result<(), Failure> {
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
        .map_err(|error| Failure::at(path, &error))
}

fn keep_pictures(kept: &Path) -> Result<(), Failure> {
    let to = target_folder()?.join("e2e/screenshots");
    fs::create_dir_all(&to).map_err(|error| Failure::at(&to, &error))?;
    for picture in fs::read_dir(kept.join("e2e/screenshots"))
        .into_iter()
        .flatten()
        .flatten()
    {
        let _ = fs::copy(picture.path(), to.join(picture.file_name()));
    }
    Ok(())
}

/// Has polkit say this to the user who plays when dpkg is to be run.
fn allow(answer: &str) -> Result<(), Failure> {
    if answer == "NO" {
        // Without a rule it says no, too: that it reads ours is seen by a yes.
        allow("YES")?;
    }
    let rule = format!(
        "polkit.addRule(function (action, subject) {{\n\
         \x20   var ours = [\"/usr/bin/dpkg\", \"/bin/true\", \"/usr/bin/true\"].indexOf(action.lookup(\"program\")) >= 0;\n\
         \x20   if (action.id == \"org.freedesktop.policykit.exec\" && subject.user == \"{USER}\" && ours) return polkit.Result.{answer};\n\
         }});\n"
    );
    let file = target_folder()?.join("updater/rule");
    fs::write(&file, rule).map_err(|error| Failure::at(&file, &error))?;
    let mut place = as_root(&["install", "--mode=0644"], Some(&file));
    run(place.arg(RULE))?;
    // It takes a moment until polkit has noticed.
    let expected = answer == "YES";
    for _ in 0..100 {
        let asks = ["runuser", "--user", USER, "--", "pkexec", "/bin/true"];
        if succeeds(&mut as_root(&asks, None)) == expected {
            return Ok(());
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    Err(Failure::new("polkit does not take the test's rule"))
}

/// The system's bus and polkit, where nobody has started them: a container has neither.
struct Services(Vec<Child>);

impl Services {
    fn start() -> Result<Self, Failure> {
        let mut services = Self(Vec::new());
        let has = |name: &str| {
            let question = [
                "--system",
                "--print-reply",
                "--dest=org.freedesktop.DBus",
                "/",
                "org.freedesktop.DBus.NameHasOwner",
            ];
            let name = format!("string:{name}");
            output(command("dbus-send", &root()).args(question).arg(name))
                .map(|told| told.contains("true"))
        };
        if has("org.freedesktop.DBus").is_err() {
            let _ = run(&mut as_root(&["mkdir", "--parents", "/run/dbus"], None));
            services.add(&mut as_root(
                &["dbus-daemon", "--system", "--nofork", "--nopidfile"],
                None,
            ))?;
            wait_for("the system's bus", || has("org.freedesktop.DBus").is_ok())?;
        }
        let polkit = "org.freedesktop.PolicyKit1";
        if !has(polkit).unwrap_or(false) {
            services.add(&mut as_root(
                &["/usr/lib/polkit-1/polkitd", "--no-debug"],
                None,
            ))?;
            wait_for("polkit", || has(polkit).unwrap_or(false))?;
        }
        Ok(services)
    }

    fn add(&mut self, command: &mut Command) -> Result<(), Failure> {
        let started = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        self.0
            .push(started.map_err(|error| Failure::new(format!("{command:?}: {error}")))?);
        Ok(())
    }
}

impl Drop for Services {
    fn drop(&mut self) {
        for mut child in self.0.drain(..).rev() {
            // Where it was started by sudo, that hands the signal on.
            let pid = child.id().to_string();
            let _ = output(&mut as_root(&["kill", &pid], None));
            let _ = child.wait();
        }
    }
}

fn wait_for(what: &str, is_there: impl Fn() -> bool) -> Result<(), Failure> {
    for _ in 0..100 {
        if is_there() {
            return Ok(());
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    Err(Failure::new(format!("{what} does not come")))
}

/// Leaves the system as it was.
fn clear() -> Result<(), Failure> {
    let purged = run(&mut as_root(&["dpkg", "--purge", "chatelaine"], None));
    let _ = output(&mut as_root(&["rm", "--force"], Some(Path::new(RULE))));
    let _ = output(&mut as_root(&["userdel", "--remove", USER], None));
    let stage = Path::new("/tmp/chatelaine-updater");
    let _ = output(&mut as_root(&["rm", "--recursive", "--force"], Some(stage)));
    purged
}
