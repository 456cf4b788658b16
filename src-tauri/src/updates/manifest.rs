//! What the server says there is to install: the manifest that Tauri's updater defines, with a size beside each address.
//!
//! ```json
//! {
//!   "version": "0.6.0",
//!   "notes": "- Answers can be compared.",
//!   "pub_date": "2026-11-21T09:00:00Z",
//!   "platforms": { "linux-x86_64-deb": { "url": "https://…", "signature": "…", "size": 9100000 } }
//! }
//! ```
//!
//! It is not signed, and so nothing in it is believed: the version is compared with the one in the package's signature,
//! the size bounds the download, and the notes are a stranger's words.

use semver::Version;
use serde_json::{Value, json};
use url::Url;

use crate::ipc::{Update, UpdateFault, UpdateFaultKind as Kind};

/// The largest manifest that is read, in bytes.
pub(super) const LARGEST: usize = 256 * 1024;

/// The longest version, in bytes. It becomes a part of a file's name.
const LONGEST_VERSION: usize = 64;

/// The longest notes that are kept, in characters.
const LONGEST_NOTES: usize = 20_000;

/// A version that is newer than the one that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Release {
    /// Its number.
    pub version: Version,
    /// What is new in it, in Markdown.
    pub notes: String,
    /// The day on which it was published.
    pub date: Option<String>,
    /// Where its package is.
    pub url: Url,
    /// The package's signature.
    pub signature: String,
    /// The package's size in bytes, if the manifest tells it.
    pub size: Option<u64>,
}

impl Release {
    /// As a window sees it.
    pub(super) fn view(&self) -> Update {
        Update {
            version: self.version.to_string(),
            size: self.size,
            date: self.date.clone(),
            notes: self.notes.clone(),
        }
    }

    /// The part of the manifest that the plugin needs, for one kind of package.
    pub(super) fn for_the_plugin(&self, target: &str) -> Value {
        json!({
            "version": self.version.to_string(),
            "platforms": { target: { "url": self.url, "signature": self.signature } },
        })
    }
}

/// What a manifest offers to the version that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Offer {
    /// Something newer.
    Newer(Release),
    /// The same version.
    Same,
    /// An older one.
    Older(Version),
}

/// Reads a manifest for one kind of package.
///
/// # Errors
/// What is wrong with it.
pub(super) fn read(bytes: &[u8], target: &str, running: &Version) -> Result<Offer, UpdateFault> {
    if bytes.trim_ascii().is_empty() {
        return Err(UpdateFault::new(Kind::ManifestEmpty));
    }
    let manifest: Value =
        serde_json::from_slice(bytes).map_err(|_| UpdateFault::new(Kind::ManifestNotJson))?;
    let incomplete = || UpdateFault::new(Kind::ManifestIncomplete);
    let version = match &manifest["version"] {
        Value::String(version) => parse_version(version)?,
        _ => return Err(incomplete()),
    };
    // What comes after a plus sign tells builds of one version apart, and makes none newer.
    match version.cmp_precedence(running) {
        std::cmp::Ordering::Greater => {}
        std::cmp::Ordering::Equal => return Ok(Offer::Same),
        std::cmp::Ordering::Less => return Ok(Offer::Older(version)),
    }
    let platforms = manifest["platforms"].as_object().ok_or_else(incomplete)?;
    let package = platforms
        .get(target)
        .ok_or_else(|| UpdateFault::new(Kind::ManifestPlatform).found(target))?;
    let url = package["url"].as_str().ok_or_else(incomplete)?;
    let url = Url::parse(url).map_err(|_| incomplete())?;
    if url.scheme() != "https" {
        let host = url.host_str().unwrap_or_default().to_owned();
        return Err(UpdateFault::new(Kind::DownloadInsecure).at(host));
    }
    let signature = package["signature"].as_str().unwrap_or_default().trim();
    if signature.is_empty() {
        return Err(UpdateFault::new(Kind::NotSigned));
    }
    let notes = manifest["notes"].as_str().unwrap_or_default().trim();
    Ok(Offer::Newer(Release {
        version,
        notes: notes.chars().take(LONGEST_NOTES).collect(),
        date: manifest["pub_date"].as_str().and_then(day),
        url,
        signature: signature.to_owned(),
        size: package["size"].as_u64(),
    }))
}

fn parse_version(text: &str) -> Result<Version, UpdateFault> {
    let text = text.trim();
    if text.len() > LONGEST_VERSION {
        return Err(UpdateFault::new(Kind::ManifestVersion).found(text));
    }
    Version::parse(text.strip_prefix('v').unwrap_or(text))
        .map_err(|_| UpdateFault::new(Kind::ManifestVersion).found(text))
}

/// The day of a time in RFC 3339.
fn day(time: &str) -> Option<String> {
    let time: jiff::Timestamp = time.parse().ok()?;
    Some(time.strftime("%Y-%m-%d").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TARGET: &str = "linux-x86_64-deb";

    fn manifest() -> Value {
        json!({
            "version": "0.2.0",
            "notes": "  - New.\n",
            "pub_date": "2026-11-21T09:00:00+01:00",
            "platforms": { TARGET: {
                "url": "https://releases.test/a.deb", "signature": "c2ln", "size": 9_100_000
            } },
        })
    }

    fn read_as(manifest: &Value, running: &str) -> Result<Offer, UpdateFault> {
        let running = Version::parse(running).unwrap();
        read(manifest.to_string().as_bytes(), TARGET, &running)
    }

    fn refused(manifest: &Value) -> Kind {
        read_as(manifest, "0.1.0").unwrap_err().kind
    }

    #[test]
    fn a_newer_version_is_offered_with_all_that_is_said_of_it() {
        let Offer::Newer(release) = read_as(&manifest(), "0.1.0").unwrap() else {
            panic!("it is newer");
        };
        assert_eq!(release.version, Version::new(0, 2, 0));
        assert_eq!(release.notes, "- New.");
        assert_eq!(release.date.as_deref(), Some("2026-11-21"));
        assert_eq!(release.size, Some(9_100_000));
    }

    #[test]
    fn what_is_not_newer_is_not_offered() {
        assert_eq!(read_as(&manifest(), "0.2.0"), Ok(Offer::Same));
        assert_eq!(
            read_as(&manifest(), "0.3.0"),
            Ok(Offer::Older(Version::new(0, 2, 0)))
        );
        // A version that is to come is older than the version itself.
        assert!(matches!(
            read_as(&manifest(), "0.2.0-beta.1"),
            Ok(Offer::Newer(_))
        ));
        let mut again = manifest();
        again["version"] = json!("0.2.0+second-build");
        assert_eq!(read_as(&again, "0.2.0"), Ok(Offer::Same));
    }

    #[test]
    fn each_fault_of_a_manifest_has_its_name() {
        let changed = |pointer: &str, value: Value| {
            let mut manifest = manifest();
            *manifest.pointer_mut(pointer).unwrap() = value;
            refused(&manifest)
        };
        let url = format!("/platforms/{TARGET}/url");
        let signature = format!("/platforms/{TARGET}/signature");
        for (kind, expected) in [
            (changed("/version", json!("newest")), Kind::ManifestVersion),
            (
                changed("/version", json!(format!("1.0.0-{}", "a".repeat(90)))),
                Kind::ManifestVersion,
            ),
            (
                changed("/version", json!("1.0.0-../../x")),
                Kind::ManifestVersion,
            ),
            (changed("/version", json!(2)), Kind::ManifestIncomplete),
            (changed("/platforms", json!({})), Kind::ManifestPlatform),
            (changed("/platforms", json!([])), Kind::ManifestIncomplete),
            (
                changed(&url, json!("http://releases.test/a.deb")),
                Kind::DownloadInsecure,
            ),
            (changed(&url, json!("a.deb")), Kind::ManifestIncomplete),
            (changed(&signature, json!("")), Kind::NotSigned),
            (changed(&signature, Value::Null), Kind::NotSigned),
        ] {
            assert_eq!(kind, expected);
        }
    }

    #[test]
    fn what_is_no_manifest_at_all_is_refused() {
        let running = Version::new(0, 1, 0);
        for (bytes, expected) in [
            (&b""[..], Kind::ManifestEmpty),
            (b" \n", Kind::ManifestEmpty),
            (
                b"<!doctype html><title>Sign in</title>",
                Kind::ManifestNotJson,
            ),
            (b"{\"version\": \"0.2", Kind::ManifestNotJson),
            (b"[]", Kind::ManifestIncomplete),
            (b"7", Kind::ManifestIncomplete),
        ] {
            assert_eq!(read(bytes, TARGET, &running).unwrap_err().kind, expected);
        }
    }

    #[test]
    fn notes_without_end_are_cut() {
        let mut long = manifest();
        long["notes"] = json!("ä".repeat(LONGEST_NOTES + 5));
        let Ok(Offer::Newer(release)) = read_as(&long, "0.1.0") else {
            panic!("it is newer");
        };
        assert_eq!(release.notes.chars().count(), LONGEST_NOTES);
    }
}
