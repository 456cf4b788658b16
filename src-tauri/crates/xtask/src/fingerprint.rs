//! Whether files changed since a step last succeeded.

use std::fs;
use std::path::{Path, PathBuf};

use crate::process::Failure;

/// A digest of the names and contents of files. It tells a change from no change; it is no defence against anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fingerprint(u64);

impl Fingerprint {
    /// Of all files under `paths`, leaving out folders and files with one of the names in `without`.
    pub(crate) fn of(paths: &[PathBuf], without: &[&str]) -> Result<Self, Failure> {
        let mut files = Vec::new();
        for path in paths {
            collect(path, without, &mut files)?;
        }
        files.sort();
        // FNV-1a, 64 bits: short, and the same on every system and version of Rust.
        let mut digest = 0xcbf2_9ce4_8422_2325_u64;
        let mut take = |bytes: &[u8]| {
            for &byte in bytes {
                digest = (digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        };
        for file in &files {
            let content = fs::read(file).map_err(|error| Failure::at(file, &error))?;
            take(file.to_string_lossy().as_bytes());
            // The length keeps a byte that moves from one file to the next from going unnoticed.
            take(&content.len().to_le_bytes());
            take(&content);
        }
        Ok(Self(digest))
    }

    /// Whether this is what [`Fingerprint::keep`] wrote.
    pub(crate) fn is_kept(self, stamp: &Path) -> bool {
        fs::read_to_string(stamp).is_ok_and(|kept| kept == self.text())
    }

    /// Remembers the state of the files, after the step that depends on them has succeeded.
    pub(crate) fn keep(self, stamp: &Path) -> Result<(), Failure> {
        if let Some(folder) = stamp.parent() {
            fs::create_dir_all(folder).map_err(|error| Failure::at(folder, &error))?;
        }
        fs::write(stamp, self.text()).map_err(|error| Failure::at(stamp, &error))
    }

    fn text(self) -> String {
        format!("{:016x}\n", self.0)
    }
}

/// All files under `path`, which may be a file itself or absent.
pub(crate) fn collect(
    path: &Path,
    without: &[&str],
    files: &mut Vec<PathBuf>,
) -> Result<(), Failure> {
    let left_out = path
        .file_name()
        .is_some_and(|name| without.iter().any(|left_out| name == *left_out));
    if left_out || !path.exists() {
        return Ok(());
    }
    if path.is_file() {
        files.push(path.to_path_buf());
        return Ok(());
    }
    let entries = fs::read_dir(path).map_err(|error| Failure::at(path, &error))?;
    for entry in entries {
        let entry = entry.map_err(|error| Failure::at(path, &error))?;
        collect(&entry.path(), without, files)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of this test's own that is removed again.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("xtask-{}-{name}", std::process::id()));
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }

        fn write(&self, name: &str, content: &str) {
            let path = self.0.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }

        fn fingerprint(&self) -> Fingerprint {
            Fingerprint::of(&[self.0.join("ui")], &["node_modules"]).unwrap()
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn any_change_of_a_name_or_a_content_is_seen() {
        let folder = Folder::new("change");
        folder.write("ui/a.ts", "one");
        folder.write("ui/deep/b.ts", "two");
        let first = folder.fingerprint();
        assert_eq!(first, folder.fingerprint());

        folder.write("ui/deep/b.ts", "twO");
        let changed = folder.fingerprint();
        assert_ne!(first, changed);

        fs::rename(folder.0.join("ui/a.ts"), folder.0.join("ui/c.ts")).unwrap();
        assert_ne!(changed, folder.fingerprint());
    }

    #[test]
    fn what_is_left_out_does_not_count() {
        let folder = Folder::new("without");
        folder.write("ui/a.ts", "one");
        let before = folder.fingerprint();
        folder.write("ui/node_modules/x/index.js", "changed");
        assert_eq!(before, folder.fingerprint());
    }

    #[test]
    fn a_stamp_holds_until_the_files_change() {
        let folder = Folder::new("stamp");
        folder.write("ui/a.ts", "one");
        let stamp = folder.0.join("kept/stamp");
        assert!(!folder.fingerprint().is_kept(&stamp));
        folder.fingerprint().keep(&stamp).unwrap();
        assert!(folder.fingerprint().is_kept(&stamp));
        folder.write("ui/a.ts", "other");
        assert!(!folder.fingerprint().is_kept(&stamp));
    }
}
