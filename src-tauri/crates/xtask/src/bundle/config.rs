//! What is laid over `tauri.conf.json` when packages are built: files that are made for them, and what the environment sets.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::base64;
use crate::cargo::root;
use crate::process::{Failure, command, run};

/// The id that the desktop knows the app by.
const ID: &str = "org.chatelaine.Chatelaine";

/// The icon's sizes beside those that Tauri puts in, each drawn from `icon.svg`, the smallest from `icon-small.svg`.
const SIZES: [&str; 7] = [
    "16x16", "20x20", "24x24", "48x48", "64x64", "256x256", "512x512",
];

pub(super) const RELEASE_PAGE: &str = "CHATELAINE_RELEASE_PAGE";
const ENDPOINT: &str = "CHATELAINE_UPDATE_ENDPOINT";
const PUBKEY: &str = "CHATELAINE_UPDATE_PUBKEY";
const THUMBPRINT: &str = "CHATELAINE_WINDOWS_THUMBPRINT";
const TIMESTAMPS: &str = "CHATELAINE_WINDOWS_TIMESTAMPS";

/// A variable of the environment. One that is empty counts as not set: so come the unset ones of a workflow.
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// What the environment sets.
#[derive(Debug)]
pub(super) struct Settings {
    /// Where the app asks for updates, and the key that it then trusts.
    updates: Option<(String, String)>,
    /// The certificate that signs for Windows, and the server that says when.
    windows: Option<(String, String)>,
    /// What the system that installs the packages will miss, for their names.
    mark: Option<&'static str>,
    /// Whether there is a certificate of Apple's.
    has_identity: bool,
}

impl Settings {
    /// Reads them. What can't be used is an error.
    pub(super) fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, Failure> {
        let both = |one: &str, other: &str| match (variable(one), variable(other)) {
            (None, None) => Ok(None),
            (Some(first), Some(second)) => Ok(Some((first, second))),
            _ => Err(Failure::new(format!("{one} and {other} go together"))),
        };
        let updates = both(ENDPOINT, PUBKEY)?;
        if let Some((endpoint, key)) = &updates {
            is_https(ENDPOINT, endpoint)?;
            is_public_key(key)?;
        }
        if let Some(page) = variable(RELEASE_PAGE) {
            is_https(RELEASE_PAGE, &page)?;
        }
        let windows = both(THUMBPRINT, TIMESTAMPS)?;
        let has = |name: &str| variable(name).is_some();
        let has_identity = has("APPLE_CERTIFICATE") || has("APPLE_SIGNING_IDENTITY");
        let mark = match std::env::consts::OS {
            "macos" if !has_identity => Some("unsigned"),
            "macos" if !has("APPLE_ID") && !has("APPLE_API_KEY") => Some("unnotarised"),
            "windows" if windows.is_none() => Some("unsigned"),
            _ => None,
        };
        Ok(Self {
            updates,
            windows,
            mark,
            has_identity,
        })
    }

    /// What the packages' names say.
    pub(super) fn mark(&self) -> Option<&'static str> {
        self.mark
    }

    fn as_config(&self) -> Value {
        let mut config = json!({ "bundle": {} });
        if let Some((endpoint, key)) = &self.updates {
            config["plugins"]["updater"] =
                json!({ "endpoints": [endpoint], "pubkey": key, "requireSignedVersion": true });
        }
        if let Some((thumbprint, server)) = &self.windows {
            config["bundle"]["windows"] = json!({
                "certificateThumbprint": thumbprint,
                "digestAlgorithm": "sha256",
                "timestampUrl": server,
            });
        }
        if !self.has_identity {
            // A signature that names nobody: Apple's own processors run nothing that has none at all.
            config["bundle"]["macOS"] = json!({ "signingIdentity": "-" });
        }
        config
    }
}

fn is_https(name: &str, value: &str) -> Result<(), Failure> {
    let host = value.strip_prefix("https://").unwrap_or_default();
    if host.is_empty() || host.starts_with('/') || value.contains(char::is_whitespace) {
        return Err(Failure::new(format!(
            "{name} must be an https address, not {value}"
        )));
    }
    Ok(())
}

/// A secret key in its place would be built into every app.
fn is_public_key(value: &str) -> Result<(), Failure> {
    let text = base64::text(value).unwrap_or_default();
    if text.contains("minisign public key") {
        return Ok(());
    }
    Err(Failure::new(format!(
        "{PUBKEY} is not what `tauri signer generate` writes into its .pub file"
    )))
}

/// The whole of what is laid over.
pub(super) fn merged(settings: &Settings, prepared: &Path) -> Result<String, Failure> {
    let mut config = settings.as_config();
    if cfg!(target_os = "linux") {
        config["bundle"]["linux"] = linux_files(prepared)?;
    }
    Ok(config.to_string())
}

/// The files beside the program, some of them made here.
fn linux_files(prepared: &Path) -> Result<Value, Failure> {
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
    Ok(json!({ "deb": { "files": debian }, "rpm": { "files": common } }))
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

#[cfg(test)]
mod tests {
    use super::*;

    /// `untrusted comment: minisign public key: 00` in base64, as `tauri signer generate` wraps it.
    const KEY: &str = "dW50cnVzdGVkIGNvbW1lbnQ6IG1pbmlzaWduIHB1YmxpYyBrZXk6IDAw";
    const WHERE: &str = "https://updates.example/latest.json";

    fn settings(set: &[(&str, &str)]) -> Result<Settings, Failure> {
        Settings::read(|name| {
            let found = set.iter().find(|(set, _)| *set == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_build_that_is_told_nothing_does_not_update_itself() {
        let config = settings(&[]).unwrap().as_config();
        assert!(config["plugins"].is_null(), "{config}");
        assert!(config["bundle"]["windows"].is_null(), "{config}");
    }

    #[test]
    fn where_updates_come_from_and_their_key_go_into_the_app() {
        let config = settings(&[(ENDPOINT, WHERE), (PUBKEY, KEY)])
            .unwrap()
            .as_config();
        let updater = &config["plugins"]["updater"];
        assert_eq!(updater["endpoints"], json!([WHERE]));
        assert_eq!(updater["pubkey"], KEY);
        assert_eq!(updater["requireSignedVersion"], true);
    }

    #[test]
    fn half_of_a_pair_is_refused_by_its_names() {
        for (set, other) in [
            ((ENDPOINT, WHERE), PUBKEY),
            ((PUBKEY, KEY), ENDPOINT),
            ((THUMBPRINT, "00"), TIMESTAMPS),
        ] {
            let error = settings(&[set]).unwrap_err();
            assert!(
                error.0.contains(set.0) && error.0.contains(other),
                "{error}"
            );
        }
    }

    #[test]
    fn an_address_that_is_not_https_and_a_key_that_is_none_are_refused() {
        for wrong in [
            "http://updates.example/latest.json",
            "https://",
            "https:///x",
            "https://a b",
        ] {
            let error = settings(&[(ENDPOINT, wrong), (PUBKEY, KEY)]).unwrap_err();
            assert!(error.0.contains("https"), "{error}");
            assert!(settings(&[(RELEASE_PAGE, wrong)]).is_err(), "{wrong}");
        }
        for wrong in [
            "RWQ",
            "not base64!",
            "dW50cnVzdGVkIGNvbW1lbnQ6IHNlY3JldCBrZXk=",
        ] {
            assert!(
                settings(&[(ENDPOINT, WHERE), (PUBKEY, wrong)]).is_err(),
                "{wrong}"
            );
        }
    }

    #[test]
    fn what_signs_for_windows_goes_into_its_part() {
        let set = [(THUMBPRINT, "A1B2"), (TIMESTAMPS, "http://time.example")];
        let config = settings(&set).unwrap().as_config();
        assert_eq!(config["bundle"]["windows"]["certificateThumbprint"], "A1B2");
        assert_eq!(
            config["bundle"]["windows"]["timestampUrl"],
            "http://time.example"
        );
    }
}
