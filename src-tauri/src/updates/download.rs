//! Fetches a package into the data folder. What has come stays there when the rest does not, and is gone on with later.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use providers::{Client, FetchError, Fetched, Resume, Wanted};
use semver::Version;
use serde::{Deserialize, Serialize};
use tokio::fs;
use tokio::task::block_in_place;
use url::Url;

use super::manifest::{self, Release};
use super::source::Kind;
use crate::ipc::{UpdateFault, UpdateFaultKind as Fault};

/// The largest package that is fetched, in bytes. A test has no time for so much: `CHATELAINE_SWITCH_UPDATE_LARGEST`.
fn largest() -> u64 {
    #[cfg(feature = "switches")]
    if let Some(largest) = std::env::var("CHATELAINE_SWITCH_UPDATE_LARGEST")
        .ok()
        .and_then(|bytes| bytes.parse().ok())
    {
        return largest;
    }
    300_000_000
}

/// What the names of fetched files begin with.
const PREFIX: &str = "chatelaine-";

/// What HTTP calls a part of a file that is not there (RFC 9110, 15.5.17).
const NO_SUCH_RANGE: u16 = 416;

/// How long the server may be silent.
pub(super) fn patience() -> Duration {
    #[cfg(feature = "switches")]
    if let Some(patience) = std::env::var("CHATELAINE_SWITCH_UPDATE_PATIENCE_MS")
        .ok()
        .and_then(|ms| ms.parse().ok())
        .map(Duration::from_millis)
    {
        return patience;
    }
    Duration::from_secs(30)
}

/// Asks what there is.
///
/// # Errors
/// Why nothing can be known.
pub(super) async fn manifest(client: &Client, endpoint: &Url) -> Result<Vec<u8>, UpdateFault> {
    // A server that says a byte now and then is as good as silent.
    let whole = tokio::time::timeout(4 * patience(), read_manifest(client, endpoint));
    whole.await.unwrap_or_else(|_| {
        let host = endpoint.host_str().unwrap_or_default();
        Err(UpdateFault::new(Fault::Stalled).at(host))
    })
}

async fn read_manifest(client: &Client, endpoint: &Url) -> Result<Vec<u8>, UpdateFault> {
    let wanted = Wanted {
        url: endpoint.clone(),
        patience: patience(),
        resume: None,
    };
    let mut fetched = client.fetch(&wanted).await?;
    let too_large =
        |fetched: &Fetched| UpdateFault::new(Fault::ManifestTooLarge).at(fetched.host());
    if fetched
        .length
        .is_some_and(|length| length > manifest::LARGEST as u64)
    {
        return Err(too_large(&fetched));
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = fetched.chunk().await? {
        if bytes.len() + chunk.len() > manifest::LARGEST {
            return Err(too_large(&fetched));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// The folder that packages are fetched into.
#[derive(Debug, Clone)]
pub(super) struct Staging(PathBuf);

/// The version in the name of a fetched file.
fn version_of(name: &str) -> Option<Version> {
    let rest = name.strip_prefix(PREFIX)?;
    let ends = Kind::ALL.map(|kind| format!(".{}", kind.extension()));
    let version = [".part.json", ".part"]
        .into_iter()
        .chain(ends.iter().map(String::as_str))
        .find_map(|end| rest.strip_suffix(end))?;
    Version::parse(version).ok()
}

/// What must be known of a part to go on with it.
#[derive(Debug, Serialize, Deserialize)]
struct Part {
    url: Url,
    tag: String,
}

impl Staging {
    pub(super) fn at(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// Removes what was fetched of the versions that are to go, and the folder if nothing is left in it.
    ///
    /// # Errors
    /// When something stays that is to go.
    pub(super) fn clear(&self, goes: impl Fn(&Version) -> bool) -> io::Result<()> {
        let entries = match std::fs::read_dir(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            entries => entries?,
        };
        for entry in entries.flatten() {
            let name = entry.file_name();
            if name
                .to_str()
                .and_then(version_of)
                .is_some_and(|it| goes(&it))
            {
                std::fs::remove_file(entry.path())?;
            }
        }
        // It fails where a person has put something there, and that is meant.
        let _ = std::fs::remove_dir(&self.0);
        Ok(())
    }

    /// Where the package of a version is, once it is whole and checked.
    pub(super) fn package(&self, release: &Release, extension: &str) -> PathBuf {
        self.0
            .join(format!("{PREFIX}{}.{extension}", release.version))
    }

    fn part(&self, release: &Release) -> PathBuf {
        self.0.join(format!("{PREFIX}{}.part", release.version))
    }

    fn about_part(&self, release: &Release) -> PathBuf {
        self.0
            .join(format!("{PREFIX}{}.part.json", release.version))
    }

    /// What is here of a package.
    async fn begun(&self, release: &Release) -> Option<Resume> {
        let about = fs::read(self.about_part(release)).await.ok()?;
        let about: Part = serde_json::from_slice(&about).ok()?;
        let bytes = fs::metadata(self.part(release)).await.ok()?.len();
        (about.url == release.url && bytes > 0).then_some(Resume {
            bytes,
            tag: about.tag,
        })
    }

    /// Forgets what is here of a package: it is not what it should be.
    pub(super) async fn forget(&self, release: &Release) {
        for file in [self.part(release), self.about_part(release)] {
            let _ = fs::remove_file(file).await;
        }
    }

    /// Fetches a package, and gives the file that it is in. Nothing of it has been checked but its size. `told` hears how much
    /// is here, and how much there is.
    ///
    /// # Errors
    /// Why it is not whole. Where that can be mended by asking again, what has come stays.
    pub(super) async fn fetch(
        &self,
        client: &Client,
        release: &Release,
        told: impl Fn(u64, Option<u64>),
    ) -> Result<PathBuf, UpdateFault> {
        make_private(&self.0)?;
        let (mut fetched, mut file) = self.open(client, release).await?;
        let total = fetched.length.or(release.size);
        let allowed = release
            .size
            .map_or_else(largest, |size| size.min(largest()));
        let mut received = fetched.from;
        told(received, total);
        let wrong = |kind| UpdateFault::new(kind).at(fetched.host());
        let refused = match (fetched.length, release.size) {
            (Some(length), _) if length > largest() => Some(wrong(Fault::TooLarge)),
            (Some(length), Some(size)) if length != size => {
                Some(wrong(Fault::WrongSize).found(length.to_string()))
            }
            _ => None,
        };
        if let Some(fault) = refused {
            self.forget(release).await;
            return Err(fault);
        }
        loop {
            let chunk = match fetched.chunk().await {
                Ok(Some(chunk)) => chunk,
                Ok(None) => break,
                Err(error) => return Err(error.into()),
            };
            received += chunk.len() as u64;
            if received > allowed {
                self.forget(release).await;
                return Err(UpdateFault::new(Fault::TooLarge).at(fetched.host()));
            }
            // At once, and not by a thread of its own: where the download is given up, no write is still on its way.
            if let Err(error) = block_in_place(|| file.write_all(&chunk)) {
                // A disk that is full is not to stay so for this.
                self.forget(release).await;
                return Err(error.into());
            }
            told(received, total);
        }
        if let Err(error) = block_in_place(|| file.sync_all()) {
            self.forget(release).await;
            return Err(error.into());
        }
        if total.is_some_and(|total| received != total) {
            self.forget(release).await;
            return Err(UpdateFault::new(Fault::WrongSize)
                .at(fetched.host())
                .found(received.to_string()));
        }
        Ok(self.part(release))
    }

    /// Asks for the package, or for what is missing of it, and opens the file that it goes into.
    async fn open(
        &self,
        client: &Client,
        release: &Release,
    ) -> Result<(Fetched, File), UpdateFault> {
        let mut wanted = Wanted {
            url: release.url.clone(),
            patience: patience(),
            resume: self.begun(release).await,
        };
        let fetched = match client.fetch(&wanted).await {
            // All of it is here, or what is here is longer than the file.
            Err(FetchError::Status { status, .. })
                if status == NO_SUCH_RANGE && wanted.resume.is_some() =>
            {
                wanted.resume = None;
                client.fetch(&wanted).await?
            }
            fetched => fetched?,
        };
        let mut options = File::options();
        options.write(true).create(true);
        if fetched.from > 0 {
            options.append(true);
        } else {
            options.truncate(true);
        }
        let file = options.open(self.part(release))?;
        match &fetched.tag {
            Some(tag) => {
                let about = Part {
                    url: release.url.clone(),
                    tag: tag.clone(),
                };
                let about = serde_json::to_vec(&about).map_err(io::Error::other)?;
                fs::write(self.about_part(release), about).await?;
            }
            // Without one nobody can tell whether the rest is of the same file.
            None => {
                let _ = fs::remove_file(self.about_part(release)).await;
            }
        }
        Ok((fetched, file))
    }
}

/// A folder that is open to its owner alone.
fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_what_was_fetched_only_what_is_to_go_goes() {
        let folder = tempfile::tempdir().unwrap();
        let staging = Staging::at(folder.path().join("updates"));
        // Nothing was fetched yet.
        staging.clear(|_| true).unwrap();
        std::fs::create_dir(&staging.0).unwrap();
        for name in [
            "chatelaine-0.2.0.deb",
            "chatelaine-0.2.0-beta.1.part",
            "chatelaine-0.2.0-beta.1.part.json",
            "chatelaine-0.3.0.app.tar.gz",
            "mine.txt",
        ] {
            std::fs::write(staging.0.join(name), "").unwrap();
        }
        staging
            .clear(|version| *version < Version::new(0, 3, 0))
            .unwrap();
        let mut left: Vec<_> = std::fs::read_dir(&staging.0)
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        left.sort();
        assert_eq!(left, ["chatelaine-0.3.0.app.tar.gz", "mine.txt"]);
        std::fs::remove_file(staging.0.join("mine.txt")).unwrap();
        staging.clear(|_| true).unwrap();
        assert!(!staging.0.exists());
    }
}
