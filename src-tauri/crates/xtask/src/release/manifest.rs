//! What clients read to learn of a release: its version, and for each kind of package an address, a signature and a size.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::base64;
use crate::bundle::signature_of;
use crate::process::Failure;

/// How packages that the updater installs end, and the keys by which it looks for them.
const KINDS: [(&str, &[&str]); 6] = [
    ("_amd64.deb", &["linux-x86_64-deb"]),
    (".x86_64.rpm", &["linux-x86_64-rpm"]),
    ("_amd64.AppImage", &["linux-x86_64-appimage"]),
    // One program for both processors.
    (
        "_universal.app.tar.gz",
        &["darwin-aarch64-app", "darwin-x86_64-app"],
    ),
    ("_x64-setup.exe", &["windows-x86_64-nsis"]),
    ("_x64_en-US.msi", &["windows-x86_64-msi"]),
];

/// What `cargo xtask bundle` puts into the names of packages that their system does not know the maker of.
const MARKS: [&str; 2] = ["-unsigned", "-unnotarised"];

/// The packages of one release.
pub(super) struct Artifacts {
    folder: PathBuf,
    version: String,
    /// Their names, by the keys.
    names: BTreeMap<&'static str, String>,
}

impl Artifacts {
    /// The packages in a folder. Other files are passed over; a package of another version is an error.
    pub(super) fn in_folder(folder: &Path, version: &str) -> Result<Self, Failure> {
        let mut names = BTreeMap::new();
        let entries = fs::read_dir(folder).map_err(|error| Failure::at(folder, &error))?;
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let plain = MARKS
                .iter()
                .fold(name.clone(), |name, mark| name.replace(mark, ""));
            let Some((_, keys)) = KINDS.iter().find(|(ending, _)| plain.ends_with(ending)) else {
                continue;
            };
            let is_this = ["_", "-"]
                .iter()
                .any(|part| plain.starts_with(&format!("Chatelaine{part}{version}{part}")));
            if !is_this {
                return Err(Failure::new(format!("{name} is not of version {version}")));
            }
            for key in *keys {
                if let Some(other) = names.insert(*key, name.clone()) {
                    return Err(Failure::new(format!("{other} and {name} are both {key}")));
                }
            }
        }
        if names.is_empty() {
            return Err(Failure::new(format!(
                "{} holds no package that the updater installs",
                folder.display()
            )));
        }
        Ok(Self {
            folder: folder.to_path_buf(),
            version: version.to_owned(),
            names,
        })
    }

    /// The keys of the kinds that are not there. Whoever has such a package would be told that there is none for them.
    pub(super) fn missing(&self) -> Vec<&'static str> {
        KINDS
            .iter()
            .flat_map(|(_, keys)| keys.iter().copied())
            .filter(|key| !self.names.contains_key(key))
            .collect()
    }

    /// The files, each once.
    pub(super) fn files(&self) -> impl Iterator<Item = PathBuf> {
        let mut files: Vec<PathBuf> = self
            .names
            .values()
            .map(|name| self.folder.join(name))
            .collect();
        files.dedup();
        files.into_iter()
    }

    /// The manifest, for files that will lie below `base`.
    pub(super) fn manifest(&self, base: &str, notes: &str, date: &str) -> Result<String, Failure> {
        let base = base.trim_end_matches('/');
        if !base.starts_with("https://") {
            return Err(Failure::new(format!("{base} is not an https address")));
        }
        let mut platforms = BTreeMap::new();
        for (key, name) in &self.names {
            let file = self.folder.join(name);
            let size = fs::metadata(&file)
                .map_err(|error| Failure::at(&file, &error))?
                .len();
            let entry: Value = json!({
                "url": format!("{base}/{name}"),
                "signature": self.signature(&file)?,
                "size": size,
            });
            platforms.insert(key, entry);
        }
        let manifest = json!({
            "version": self.version,
            "notes": notes,
            "pub_date": date,
            "platforms": platforms,
        });
        Ok(format!("{manifest:#}\n"))
    }

    /// The signature as Tauri's command wrote it. One that does not name this version would be refused by every client.
    fn signature(&self, file: &Path) -> Result<String, Failure> {
        let path = signature_of(file);
        let wrapped = fs::read_to_string(&path)
            .map_err(|error| Failure::new(format!("{} is not signed: {error}", file.display())))?;
        let text = base64::text(&wrapped).unwrap_or_default();
        let named = text
            .lines()
            .find_map(|line| line.strip_prefix("trusted comment: "))
            .and_then(|comment| {
                let mut fields = comment.split('\t');
                fields.find_map(|field| field.strip_prefix("version:"))
            });
        if named != Some(&self.version) {
            return Err(Failure::new(format!(
                "{} was signed for {}, not for {}",
                path.display(),
                named.unwrap_or("no version"),
                self.version
            )));
        }
        Ok(wrapped.trim().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    /// `trusted comment: timestamp:1⇥file:x⇥version:1.2.3` below a first line.
    const SIGNATURE: &str =
        "eAp0cnVzdGVkIGNvbW1lbnQ6IHRpbWVzdGFtcDoxCWZpbGU6eAl2ZXJzaW9uOjEuMi4zCg==";
    const DEB: &str = "Chatelaine_1.2.3_amd64.deb";
    const BASE: &str = "https://files.example/v1.2.3/";

    fn signed(scratch: &Scratch, names: &[&str]) {
        for name in names {
            scratch.file(name, name);
            scratch.file(&format!("{name}.sig"), &format!("{SIGNATURE}\n"));
        }
    }

    fn manifest(scratch: &Scratch, base: &str) -> Result<Value, Failure> {
        let text = Artifacts::in_folder(scratch.path(), "1.2.3")?.manifest(
            base,
            "- New.",
            "2026-12-01T00:00:00Z",
        )?;
        Ok(serde_json::from_str(&text).unwrap())
    }

    fn refusal(scratch: &Scratch, base: &str) -> String {
        manifest(scratch, base).unwrap_err().0
    }

    #[test]
    fn every_kind_has_its_key_and_other_files_have_none() {
        let scratch = Scratch::new("manifest-kinds");
        signed(
            &scratch,
            &[
                DEB,
                "Chatelaine-1.2.3-1.x86_64.rpm",
                "Chatelaine_1.2.3_amd64.AppImage",
                "Chatelaine_1.2.3_universal-unsigned.app.tar.gz",
                "Chatelaine_1.2.3_x64-setup.exe",
                "Chatelaine_1.2.3_x64_en-US-unsigned.msi",
            ],
        );
        scratch.file("Chatelaine_1.2.3_universal.dmg", "");
        scratch.file("SHA256SUMS", "");
        let found = manifest(&scratch, BASE).unwrap();
        assert_eq!(found["version"], "1.2.3");
        assert_eq!(found["notes"], "- New.");
        assert_eq!(found["pub_date"], "2026-12-01T00:00:00Z");
        let platforms = found["platforms"].as_object().unwrap();
        let keys: Vec<&str> = platforms.keys().map(String::as_str).collect();
        assert_eq!(
            keys,
            [
                "darwin-aarch64-app",
                "darwin-x86_64-app",
                "linux-x86_64-appimage",
                "linux-x86_64-deb",
                "linux-x86_64-rpm",
                "windows-x86_64-msi",
                "windows-x86_64-nsis",
            ]
        );
        let deb = &platforms["linux-x86_64-deb"];
        assert_eq!(deb["url"], format!("{BASE}{DEB}"));
        assert_eq!(deb["signature"], SIGNATURE);
        assert_eq!(deb["size"], DEB.len());
        assert_eq!(
            platforms["darwin-aarch64-app"],
            platforms["darwin-x86_64-app"]
        );
        let artifacts = Artifacts::in_folder(scratch.path(), "1.2.3").unwrap();
        assert_eq!(artifacts.files().count(), 6);
        assert!(artifacts.missing().is_empty());
        std::fs::remove_file(scratch.path().join("Chatelaine_1.2.3_amd64.AppImage")).unwrap();
        let artifacts = Artifacts::in_folder(scratch.path(), "1.2.3").unwrap();
        assert_eq!(artifacts.missing(), ["linux-x86_64-appimage"]);
    }

    #[test]
    fn a_package_without_a_signature_or_with_that_of_another_version_is_refused() {
        let scratch = Scratch::new("manifest-signature");
        scratch.file(DEB, "");
        assert!(refusal(&scratch, BASE).contains("not signed"));
        let signature = format!("{DEB}.sig");
        // The same comment without a version, and with 1.2.2.
        scratch.file(&signature, "eAp0cnVzdGVkIGNvbW1lbnQ6IHRpbWVzdGFtcDoxCg==");
        assert!(refusal(&scratch, BASE).contains("no version"));
        scratch.file(&signature, "eAp0cnVzdGVkIGNvbW1lbnQ6IHZlcnNpb246MS4yLjIK");
        assert!(refusal(&scratch, BASE).contains("for 1.2.2, not for 1.2.3"));
        scratch.file(&signature, "???");
        assert!(refusal(&scratch, BASE).contains("no version"));
    }

    #[test]
    fn another_version_two_of_a_kind_and_no_package_are_refused() {
        let scratch = Scratch::new("manifest-folder");
        assert!(refusal(&scratch, BASE).contains("no package"));
        signed(&scratch, &["Chatelaine_1.2.30_amd64.deb"]);
        assert!(refusal(&scratch, BASE).contains("is not of version 1.2.3"));
        let twice = Scratch::new("manifest-twice");
        signed(
            &twice,
            &[
                "Chatelaine_1.2.3_x64-setup.exe",
                "Chatelaine_1.2.3_x64-setup-unsigned.exe",
            ],
        );
        assert!(refusal(&twice, BASE).contains("both"));
    }

    #[test]
    fn an_address_without_encryption_is_refused() {
        let scratch = Scratch::new("manifest-address");
        signed(&scratch, &[DEB]);
        assert!(refusal(&scratch, "http://files.example").contains("https"));
    }
}
