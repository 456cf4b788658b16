//! Bytes into an age file and back: one passphrase, by scrypt (<https://c2sp.org/age>).

use std::io::{Read, Write};
use std::iter;

use age::secrecy::SecretString;
use age::{DecryptError, Decryptor, Encryptor, scrypt};
use zeroize::Zeroizing;

use super::error::{Damage, SealedError};
use crate::passphrase::Passphrase;

/// What age's own program takes: about a second and 256 MiB. The crate would rather measure, and then a busy computer would get a weak file.
pub(super) const WORK: u8 = 18;

/// The most that is done to open a file.
pub(super) const MOST_WORK: u8 = 20;

/// The size of age's chunks, in bytes.
pub(super) const CHUNK: usize = 64 * 1024;

/// No file of more bytes is read or written.
pub(super) const LARGEST: usize = 4 * 1024 * 1024;

/// Seals a text of at most [`LARGEST`] bytes.
///
/// It is filled up with spaces to whole chunks and one chunk more: age keeps a chunk in a buffer that it does not wipe, and so the last thing
/// in there is spaces. The file's size then tells little of what it holds, too.
pub(super) fn seal(
    text: &[u8],
    passphrase: &Passphrase,
    log_n: u8,
) -> Result<Vec<u8>, SealedError> {
    let chunks = text.len().div_ceil(CHUNK) + 1;
    if (chunks + 1) * CHUNK > LARGEST {
        return Err(SealedError::TooLarge);
    }
    let mut recipient = scrypt::Recipient::new(secret(passphrase));
    recipient.set_work_factor(log_n);
    let encryptor = Encryptor::with_recipients(iter::once(&recipient as &dyn age::Recipient))
        .map_err(|_| SealedError::Io(std::io::ErrorKind::Other))?;
    let mut writer = encryptor.wrap_output(Vec::with_capacity((chunks + 1) * CHUNK))?;
    writer.write_all(text)?;
    writer.write_all(&vec![b' '; chunks * CHUNK - text.len()])?;
    Ok(writer.finish()?)
}

/// Opens what [`seal`] made. The text's spaces are still behind it.
pub(super) fn unseal(
    sealed: &[u8],
    passphrase: &Passphrase,
) -> Result<Zeroizing<Vec<u8>>, SealedError> {
    // Cut off within the header: age calls that an input error, as nothing else is here.
    let decryptor =
        Decryptor::new_buffered(sealed).map_err(|_| SealedError::Damaged(Damage::Header))?;
    if !decryptor.is_scrypt() {
        return Err(SealedError::Damaged(Damage::OtherRecipient));
    }
    let mut identity = scrypt::Identity::new(secret(passphrase));
    identity.set_max_work_factor(MOST_WORK);
    let mut reader = decryptor
        .decrypt(iter::once(&identity as &dyn age::Identity))
        .map_err(|error| why_closed(&error))?;
    // The text is shorter than the file, so the buffer never moves, which would leave a copy behind.
    let mut text = Zeroizing::new(Vec::with_capacity(sealed.len()));
    reader
        .read_to_end(&mut text)
        .map_err(|_| SealedError::Damaged(Damage::Body))?;
    Ok(text)
}

/// age's errors are taken apart and never shown: their words are in whatever language it was last told to speak.
fn why_closed(error: &DecryptError) -> SealedError {
    match error {
        DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => {
            SealedError::WrongPassphrase
        }
        DecryptError::ExcessiveWork { required, .. } => {
            SealedError::TooMuchWork { log_n: *required }
        }
        _ => SealedError::Damaged(Damage::Header),
    }
}

/// A copy that age wipes. Its buffer has no room to spare, so that no shrinking leaves another behind.
fn secret(passphrase: &Passphrase) -> SecretString {
    SecretString::from(passphrase.characters())
}
