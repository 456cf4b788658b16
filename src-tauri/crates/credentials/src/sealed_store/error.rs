//! Why a sealed file can't be opened, made or written.

use std::io;

use thiserror::Error;

use crate::passphrase::PassphraseError;
use crate::store::{AbsentReason, StoreError};

/// Why a call to a sealed file failed. The file is then as it was. No error holds a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SealedError {
    /// There is no file.
    #[error("there is no sealed file")]
    NoFile,
    /// A new file was to be made where there is one.
    #[error("there is a sealed file already")]
    Exists,
    /// Something other than a file stands at its path: a folder, a device, a symbolic link. Links are not followed.
    #[error("what stands in the sealed file's place is not a file")]
    NotAFile,
    /// The passphrase doesn't open the file. One that was changed in the lines that hold the salt and the sealed file key, and nowhere else,
    /// says the same: nothing in it tells the two apart.
    #[error("the passphrase does not open the file")]
    WrongPassphrase,
    /// The passphrase may not seal a new file.
    #[error(transparent)]
    Passphrase(#[from] PassphraseError),
    /// The file is damaged, or was never one of ours.
    #[error("the sealed file can't be read: {0}")]
    Damaged(Damage),
    /// It opened, and a later version of this program wrote what it holds.
    #[error("the sealed file was written in format {found}, which this version does not know")]
    OtherVersion {
        /// The format it was written in.
        found: u64,
    },
    /// To open it takes more work than is done here: about 4 seconds and 1 GiB of memory.
    #[error("the sealed file asks for too much work to be opened (2^{log_n})")]
    TooMuchWork {
        /// The binary logarithm of the work it asks for.
        log_n: u8,
    },
    /// The file is, or would become, larger than any that is written here.
    #[error("the sealed file is too large")]
    TooLarge,
    /// The file system's own kind of error.
    #[error("the sealed file can't be reached: {0}")]
    Io(io::ErrorKind),
}

/// What is wrong with a sealed file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Damage {
    /// Its first lines are not those of an age file of a known version, or were changed.
    #[error("its header is damaged")]
    Header,
    /// It is an age file for a key pair, not for a passphrase.
    #[error("it is not sealed with a passphrase")]
    OtherRecipient,
    /// It is cut off or was changed.
    #[error("it is cut off or was changed")]
    Body,
    /// The passphrase is right and the file whole, but another program wrote what it holds.
    #[error("it holds something else than keys")]
    Content,
}

impl From<io::Error> for SealedError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::NoFile,
            kind => Self::Io(kind),
        }
    }
}

impl From<SealedError> for StoreError {
    fn from(error: SealedError) -> Self {
        match error {
            SealedError::NoFile => Self::Absent(AbsentReason::NoFile),
            other => Self::Failed(other.to_string()),
        }
    }
}
