//! What can go wrong, from all the places where it does, in the form that a window has words for.

use std::io;

use chat::{Failure, FailureKind};
use providers::FetchError;
use tauri_plugin_updater::Error as PluginError;

use crate::ipc::{UpdateFault, UpdateFaultKind as Kind};

impl UpdateFault {
    /// A fault of which only the kind is known.
    pub(super) fn new(kind: Kind) -> Self {
        Self {
            kind,
            host: None,
            status: None,
            found: None,
            by_hand: None,
        }
    }

    /// Adds what was found in place of the right thing.
    pub(super) fn found(self, found: impl Into<String>) -> Self {
        // It comes from outside, and is shown in a line.
        let found: String = found.into().chars().take(80).collect();
        Self {
            found: Some(found),
            ..self
        }
    }

    /// Adds the host it happened with.
    pub(super) fn at(self, host: impl Into<String>) -> Self {
        Self {
            host: Some(host.into()),
            ..self
        }
    }

    /// Adds the command that does it by hand.
    pub(super) fn by_hand(self, command: String) -> Self {
        Self {
            by_hand: Some(command),
            ..self
        }
    }
}

impl From<FetchError> for UpdateFault {
    fn from(error: FetchError) -> Self {
        match error {
            FetchError::Insecure => Self::new(Kind::EndpointInsecure),
            FetchError::InsecureRedirect { host } => Self::new(Kind::RedirectInsecure).at(host),
            FetchError::TooManyRedirects { host } => Self::new(Kind::TooManyRedirects).at(host),
            FetchError::Status { host, status } => Self {
                status: Some(status),
                ..Self::new(Kind::ServerFailed).at(host)
            },
            FetchError::Network(failure) => failure.into(),
        }
    }
}

impl From<Failure> for UpdateFault {
    fn from(failure: Failure) -> Self {
        let kind = match failure.kind {
            FailureKind::HostUnknown => Kind::HostUnknown,
            FailureKind::ConnectionLost => Kind::Cut,
            FailureKind::FirstByteTimeout | FailureKind::Silence => Kind::Stalled,
            FailureKind::CertificateExpired
            | FailureKind::CertificateUntrusted
            | FailureKind::CertificateWrongHost
            | FailureKind::TlsFailed => Kind::CertificateRefused,
            // An address that is none: it came with the manifest.
            FailureKind::RequestRefused => Kind::ManifestIncomplete,
            // What else keeps a request from leaving has to do with the way out: the proxy, its password, its store.
            FailureKind::ConnectionRefused
            | FailureKind::HostUnreachable
            | FailureKind::ConnectTimeout => Kind::HostUnreachable,
            _ => Kind::ProxyFailed,
        };
        Self {
            host: failure.host,
            ..Self::new(kind)
        }
    }
}

impl From<io::Error> for UpdateFault {
    fn from(error: io::Error) -> Self {
        Self::new(match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Kind::DiskFull,
            _ => Kind::NotWritten,
        })
    }
}

impl From<PluginError> for UpdateFault {
    fn from(error: PluginError) -> Self {
        use minisign_verify::Error as Minisign;
        tracing::warn!(%error, "an update is refused");
        match error {
            PluginError::Minisign(Minisign::UnexpectedKeyId) => Self::new(Kind::SignatureOtherKey),
            PluginError::Minisign(Minisign::InvalidSignature) => Self::new(Kind::SignatureWrong),
            PluginError::Minisign(_) | PluginError::Base64(_) | PluginError::SignatureUtf8(_) => {
                Self::new(Kind::SignatureUnreadable)
            }
            PluginError::MissingSignedVersion => Self::new(Kind::SignedNoVersion),
            PluginError::SignedVersionMismatch { signed, .. } => {
                Self::new(Kind::SignedOtherVersion).found(signed)
            }
            PluginError::TargetNotFound(_) | PluginError::TargetsNotFound(_) => {
                Self::new(Kind::ManifestPlatform)
            }
            PluginError::Io(error) => error.into(),
            PluginError::TempDirNotFound | PluginError::TempDirNotOnSameMountPoint => {
                Self::new(Kind::NotWritten)
            }
            PluginError::InvalidUpdaterFormat => Self::new(Kind::PackageUnreadable),
            PluginError::AuthenticationFailed => Self::new(Kind::Denied),
            _ => Self::new(Kind::InstallerFailed),
        }
    }
}
