//! `cargo xtask test packages`: the .deb as a person has it: installed, started from its menu's command, removed.

use std::path::Path;

use crate::bundle;
use crate::cargo::{built, cargo, root};
use crate::packages::{self, Purpose, as_root};
use crate::process::{Failure, command, output, run, say, succeeds};

/// What the package must bring.
const FILES: [&str; 6] = [
    "usr/bin/chatelaine",
    "usr/share/applications/Chatelaine.desktop",
    "usr/share/icons/hicolor/scalable/apps/chatelaine.svg",
    "usr/share/man/man1/chatelaine.1.gz",
    "usr/share/metainfo/org.chatelaine.Chatelaine.metainfo.xml",
    "usr/share/doc/chatelaine/copyright",
];

/// The largest .deb, in bytes.
const LARGEST: u64 = 10_000_000;

const PROGRAM: &str = "/usr/bin/chatelaine";

/// Why no package can be installed here.
pub(crate) fn not_covered() -> Option<&'static str> {
    let has_dpkg = cfg!(target_os = "linux") && succeeds(command("dpkg", &root()).arg("--version"));
    if !has_dpkg {
        return Some("packages are installed with dpkg, which this system has not");
    }
    Path::new(PROGRAM)
        .exists()
        .then_some("Chatelaine is installed here already, and would be replaced")
}

/// Builds the packages, looks at them, installs one, has a conversation with it, and removes it.
pub(crate) fn test() -> Result<(), Failure> {
    packages::ensure(Purpose::Drive)?;
    let packages = bundle::packages()?;
    let deb = packages
        .iter()
        .find(|package| package.extension().is_some_and(|end| end == "deb"))
        .ok_or_else(|| Failure::new("no .deb was built"))?;
    look_at(deb)?;
    let mut demo = cargo("build");
    demo.args(["--package", "e2e", "--bin", "demo"]);
    run(&mut demo)?;
    // apt, unlike dpkg, sees whether what it depends on can be had.
    run(&mut as_root(
        &["apt-get", "install", "--yes", "--no-install-recommends"],
        Some(deb.as_path()),
    ))?;
    let used = use_it(&built("demo")?);
    let removed = run(&mut as_root(&["dpkg", "--purge", "chatelaine"], None));
    used?;
    removed?;
    if Path::new(PROGRAM).exists() {
        return Err(Failure::new("the program is still there after its removal"));
    }
    say("installed, used and removed");
    Ok(())
}

fn look_at(deb: &Path) -> Result<(), Failure> {
    let size = std::fs::metadata(deb)
        .map_err(|error| Failure::at(deb, &error))?
        .len();
    if size > LARGEST {
        return Err(Failure::new(format!(
            "the package has {size} bytes, more than {LARGEST}"
        )));
    }
    let list = output(command("dpkg-deb", &root()).arg("--contents").arg(deb))?;
    for file in FILES {
        if !list.lines().any(|line| line.ends_with(file)) {
            return Err(Failure::new(format!("the package lacks {file}")));
        }
    }
    // Where the checkers are there. They are no part of what tests need.
    let has = |program: &str| succeeds(command(program, &root()).arg("--version"));
    if has("lintian") {
        run(command("lintian", &root())
            .args([
                "--fail-on",
                "error",
                "--allow-root",
                "--tag-display-limit",
                "0",
            ])
            .arg(deb))?;
    } else {
        say("lintian is not installed: the package was not checked by it");
    }
    if has("appstreamcli") {
        let metainfo = root().join("src-tauri/packaging/metainfo.xml");
        run(command("appstreamcli", &root())
            .args(["validate", "--no-net"])
            .arg(metainfo))?;
    }
    Ok(())
}

/// Asks the installed program for its version, and has one conversation with the demo.
fn use_it(demo: &Path) -> Result<(), Failure> {
    let version = output(command(PROGRAM, &root()).arg("--version"))?;
    let expected = format!("Chatelaine {}\n", env!("CARGO_PKG_VERSION"));
    if version != expected {
        return Err(Failure::new(format!("it says that it is {version:?}")));
    }
    run(command(demo, &root()).env("CHATELAINE_BIN", PROGRAM))
}
