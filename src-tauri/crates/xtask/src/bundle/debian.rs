//! The .deb once more, in such a way that the same files give the same package.
//!
//! Tauri puts files in as the file system lists them, with the times at which it copied them, and counts folders by what
//! the file system needs for them. `dpkg-deb` sorts, and takes `SOURCE_DATE_EPOCH` for what is newer.

use std::fs;
use std::path::Path;

use super::environment::source_date;
use super::write;
use crate::process::{Failure, command, run, say, succeeds};

/// Packs the package again, where `dpkg-deb` is there and the time of the sources is known.
pub(super) fn settle(deb: &Path) -> Result<(), Failure> {
    let folder = deb.parent().unwrap_or(deb);
    let has_dpkg = succeeds(command("dpkg-deb", folder).arg("--version"));
    let (true, Some(seconds)) = (has_dpkg, source_date()) else {
        say("the .deb is as Tauri packed it, which differs each time");
        return Ok(());
    };
    let unpacked = deb.with_extension("unpacked");
    let _ = fs::remove_dir_all(&unpacked);
    run(command("dpkg-deb", folder)
        .arg("--raw-extract")
        .arg(deb)
        .arg(&unpacked))?;
    put_in_order(&unpacked)?;
    // Whatever mask the person who builds has set.
    run(command("chmod", folder)
        .args(["--recursive", "u=rwX,go=rX"])
        .arg(&unpacked))?;
    run(command("dpkg-deb", folder)
        .env("SOURCE_DATE_EPOCH", seconds.to_string())
        // How many work on it shows in what is packed.
        .env("DPKG_DEB_THREADS_MAX", "1")
        .args(["--root-owner-group", "-Zxz", "--build"])
        .arg(&unpacked)
        .arg(deb))?;
    fs::remove_dir_all(&unpacked).map_err(|error| Failure::at(&unpacked, &error))
}

/// Sorts the list of sums, and counts the size as Debian does: whole kibibytes for a file, one for a folder.
fn put_in_order(unpacked: &Path) -> Result<(), Failure> {
    let sums = unpacked.join("DEBIAN/md5sums");
    let mut lines: Vec<String> = read(&sums)?.lines().map(str::to_owned).collect();
    lines.sort_by(|a, b| {
        a.split_once("  ")
            .map(|(_, file)| file)
            .cmp(&b.split_once("  ").map(|(_, file)| file))
    });
    write(&sums, &format!("{}\n", lines.join("\n")))?;
    let control = unpacked.join("DEBIAN/control");
    let size = kibibytes(&unpacked.join("usr"))?;
    let text = with_size(&read(&control)?, size)
        .ok_or_else(|| Failure::new("the package's control file names no size"))?;
    write(&control, &text)
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| Failure::at(path, &error))
}

fn with_size(control: &str, size: u64) -> Option<String> {
    let line = control
        .lines()
        .find(|line| line.starts_with("Installed-Size:"))?;
    Some(control.replacen(line, &format!("Installed-Size: {size}"), 1))
}

fn kibibytes(folder: &Path) -> Result<u64, Failure> {
    let mut sum = 1;
    for entry in fs::read_dir(folder).map_err(|error| Failure::at(folder, &error))? {
        let entry = entry.map_err(|error| Failure::at(folder, &error))?;
        let path = entry.path();
        let data = fs::symlink_metadata(&path).map_err(|error| Failure::at(&path, &error))?;
        sum += if data.is_dir() {
            kibibytes(&path)?
        } else if data.is_file() {
            data.len().div_ceil(1024)
        } else {
            1
        };
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn sums_are_sorted_by_file_and_the_size_depends_on_files_alone() {
        let scratch = Scratch::new("debian");
        let control = scratch.file(
            "DEBIAN/control",
            "Package: chatelaine\nInstalled-Size: 99\nMaintainer: x\n",
        );
        let sums = scratch.file(
            "DEBIAN/md5sums",
            "aa  usr/share/x\nff  usr/bin/y\n00  usr/share/a\n",
        );
        scratch.file("usr/bin/y", &"y".repeat(1025));
        scratch.file("usr/share/a", "a");
        scratch.file("usr/share/x", "");
        put_in_order(scratch.path()).unwrap();
        assert_eq!(
            fs::read_to_string(sums).unwrap(),
            "ff  usr/bin/y\n00  usr/share/a\naa  usr/share/x\n"
        );
        // Three folders, two kibibytes for the program, one for the file that is not empty.
        assert_eq!(
            fs::read_to_string(control).unwrap(),
            "Package: chatelaine\nInstalled-Size: 6\nMaintainer: x\n"
        );
    }

    #[test]
    fn the_same_files_give_the_same_package_whenever_they_were_copied() {
        // Elsewhere the package is left as it is.
        if !succeeds(command("dpkg-deb", Path::new("/")).arg("--version"))
            || source_date().is_none()
        {
            return;
        }
        let packed = |name: &str, other_mask: bool| {
            let scratch = Scratch::new(name);
            scratch.file(
                "tree/DEBIAN/control",
                "Package: x\nVersion: 1\nArchitecture: all\nMaintainer: x\nDescription: x\nInstalled-Size: 9\n",
            );
            let (one, two) = ("00  usr/a\n", "11  usr/b\n");
            let sums = if other_mask { [two, one] } else { [one, two] };
            scratch.file("tree/DEBIAN/md5sums", &sums.concat());
            scratch.file("tree/usr/a", "a");
            let file = scratch.file("tree/usr/b", "b");
            if other_mask {
                // Beyond the commit's time, as everything is that was copied for a package.
                run(command("touch", scratch.path())
                    .args(["-d", "2099-01-01"])
                    .arg(&file))
                .unwrap();
                run(command("chmod", scratch.path()).arg("0600").arg(&file)).unwrap();
            }
            let deb = scratch.path().join("x.deb");
            run(command("dpkg-deb", scratch.path()).args(["-Zgzip", "--build", "tree", "x.deb"]))
                .unwrap();
            settle(&deb).unwrap();
            fs::read(deb).unwrap()
        };
        assert!(packed("settle-one", false) == packed("settle-two", true));
    }
}
