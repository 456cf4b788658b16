//! A copy of the sources in the target folder, with a build folder of its own.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::table::Change;
use crate::cargo::{cargo, debug_folder, root, target_folder};
use crate::fingerprint::collect;
use crate::process::{self, Failure, say};

/// The copy.
pub(super) struct Copy {
    /// What stands for the root of the repository.
    pub(super) sources: PathBuf,
    /// What is built of it. It can't be the real one: Cargo takes two checkouts of one workspace for the same and would
    /// hand out what was built of a changed one.
    pub(super) target: PathBuf,
}

impl Copy {
    /// Brings the copy to what the sources say now. Files that are the same keep their times, so that Cargo builds only
    /// what changed.
    pub(super) fn of_the_sources() -> Result<Self, Failure> {
        let folder = target_folder()?.join("defences");
        let copy = Self {
            sources: folder.join("sources"),
            target: folder.join("target"),
        };
        say(&format!(
            "copying the sources to {}",
            copy.sources.display()
        ));
        let names = process::output(process::command("git", &root()).args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ]))?;
        let mut kept: BTreeSet<PathBuf> = BTreeSet::new();
        for name in names.split('\0').filter(|name| !name.is_empty()) {
            let from = root().join(name);
            // Git still lists what was just removed.
            if from.is_file() {
                bring(&from, &copy.sources.join(name))?;
                kept.insert(PathBuf::from(name));
            }
        }
        copy.remove_all_but(&kept)?;
        copy.take_interface()?;
        copy.link_packages()?;
        copy.take_dependencies()?;
        Ok(copy)
    }

    fn remove_all_but(&self, kept: &BTreeSet<PathBuf>) -> Result<(), Failure> {
        let mut files = Vec::new();
        collect(&self.sources, &["node_modules", "dist", "gen"], &mut files)?;
        for file in files {
            let name = file.strip_prefix(&self.sources).unwrap_or(&file);
            if !kept.contains(name) {
                fs::remove_file(&file).map_err(|error| Failure::at(&file, &error))?;
            }
        }
        Ok(())
    }

    /// Takes the interface as it was built of the real sources.
    pub(super) fn take_interface(&self) -> Result<(), Failure> {
        let (from, to) = (root().join("ui/dist"), self.sources.join("ui/dist"));
        let mut files = Vec::new();
        collect(&from, &[], &mut files)?;
        let mut old = Vec::new();
        collect(&to, &[], &mut old)?;
        for file in &files {
            let name = file.strip_prefix(&from).unwrap_or(file);
            bring(file, &to.join(name))?;
            old.retain(|old| *old != to.join(name));
        }
        for file in old {
            fs::remove_file(&file).map_err(|error| Failure::at(&file, &error))?;
        }
        Ok(())
    }

    /// The interface's packages are read only, so the copy has those of the real sources.
    fn link_packages(&self) -> Result<(), Failure> {
        let link = self.sources.join("ui/node_modules");
        if link.exists() {
            return Ok(());
        }
        // Only Linux comes here: no window is driven elsewhere.
        #[cfg(unix)]
        std::os::unix::fs::symlink(root().join("ui/node_modules"), &link)
            .map_err(|error| Failure::at(&link, &error))?;
        Ok(())
    }

    /// Copies what was built of other people's crates, which spares building them a second time. Cargo checks them as
    /// always; whatever does not fit is built anew.
    fn take_dependencies(&self) -> Result<(), Failure> {
        if self.target.exists() {
            return Ok(());
        }
        say("copying the dependencies that are built already");
        let ours = our_names()?;
        for folder in [".fingerprint", "build", "deps"] {
            let from = debug_folder()?.join(folder);
            let to = self.target.join("debug").join(folder);
            fs::create_dir_all(&to).map_err(|error| Failure::at(&to, &error))?;
            let Ok(entries) = fs::read_dir(&from) else {
                continue;
            };
            let theirs: Vec<PathBuf> = entries
                .flatten()
                .map(|entry| entry.path())
                .filter(|path| !ours.contains(&crate_name(path)))
                .collect();
            for some in theirs.chunks(500) {
                // With their times, by which Cargo tells what is fresh.
                process::output(
                    process::command("cp", &from)
                        .args(["--archive", "--target-directory"])
                        .arg(&to)
                        .args(some),
                )?;
            }
        }
        Ok(())
    }

    /// Makes these changes, and takes them back when what it returns is dropped.
    pub(super) fn change(&self, changes: &[Change]) -> Result<Changed<'_>, Failure> {
        let mut undo = Changed {
            copy: self,
            before: Vec::new(),
        };
        for change in changes {
            let file = self.sources.join(change.file);
            let before = fs::read_to_string(&file).map_err(|error| Failure::at(&file, &error))?;
            let after = change.made_in(&before)?;
            undo.before.push((file.clone(), before));
            fs::write(&file, after).map_err(|error| Failure::at(&file, &error))?;
        }
        Ok(undo)
    }

    /// The shell embeds the interface, and Cargo does not see that it changed.
    pub(super) fn embed_anew(&self) -> Result<(), Failure> {
        let shell = self.sources.join("src-tauri/src/lib.rs");
        let text = fs::read(&shell).map_err(|error| Failure::at(&shell, &error))?;
        fs::write(&shell, text).map_err(|error| Failure::at(&shell, &error))
    }
}

/// Sources that are changed until this is dropped.
pub(super) struct Changed<'a> {
    copy: &'a Copy,
    before: Vec<(PathBuf, String)>,
}

impl Drop for Changed<'_> {
    fn drop(&mut self) {
        let mut interface = false;
        // The last change first: two may have been made in one file.
        for (file, before) in self.before.iter().rev() {
            interface |= file.starts_with(self.copy.sources.join("ui"));
            // If it fails, the next trial finds other words than it looks for, and says so.
            let _ = fs::write(file, before);
        }
        if interface {
            let _ = self.copy.take_interface();
            let _ = self.copy.embed_anew();
        }
    }
}

/// Copies a file unless it is there already with the same content.
fn bring(from: &Path, to: &Path) -> Result<(), Failure> {
    let content = fs::read(from).map_err(|error| Failure::at(from, &error))?;
    if fs::read(to).is_ok_and(|there| there == content) {
        return Ok(());
    }
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).map_err(|error| Failure::at(folder, &error))?;
    }
    fs::copy(from, to).map_err(|error| Failure::at(to, &error))?;
    Ok(())
}

/// The names under which Cargo keeps what it builds of this workspace.
fn our_names() -> Result<BTreeSet<String>, Failure> {
    let metadata = process::output(cargo("metadata").args(["--no-deps", "--format-version", "1"]))?;
    let metadata: Value = serde_json::from_str(&metadata)
        .map_err(|error| Failure::new(format!("the workspace's metadata: {error}")))?;
    let mut names = BTreeSet::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let targets = package["targets"].as_array().into_iter().flatten();
        for name in targets
            .chain([package])
            .filter_map(|it| it["name"].as_str())
        {
            let name = name.replace('-', "_");
            names.insert(format!("lib{name}"));
            names.insert(name);
        }
    }
    Ok(names)
}

/// `serde_core` of `libserde_core-0123456789abcdef.rlib`, with the `lib`.
fn crate_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let stem = name.split('.').next().unwrap_or_default();
    stem.rsplit_once('-')
        .map_or(stem, |(name, _)| name)
        .replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_built_is_known_by_the_name_of_its_crate() {
        for (file, name) in [
            ("deps/libserde_core-0123456789abcdef.rlib", "libserde_core"),
            ("deps/chat-0123456789abcdef.d", "chat"),
            (
                ".fingerprint/secret-service-0123456789abcdef",
                "secret_service",
            ),
        ] {
            assert_eq!(crate_name(Path::new(file)), name);
        }
    }

    #[test]
    fn everything_of_the_house_is_ours() {
        let ours = our_names().unwrap();
        for name in ["libchat", "chatelaine", "libe2e", "secrecy", "network"] {
            assert!(ours.contains(name), "{name}");
        }
    }
}
