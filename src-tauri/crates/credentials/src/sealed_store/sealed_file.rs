//! One sealed file and what is in memory while it is open. Everything here may block.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::content::Content;
use super::error::SealedError;
use super::{file, seal};
use crate::credential::Credential;
use crate::passphrase::Passphrase;
use crate::store::StoreError;

pub(super) struct SealedFile {
    path: PathBuf,
    /// The binary logarithm of the work for what is written.
    log_n: u8,
    /// Held while the file is opened, written or removed, so that file and memory change together.
    turn: Mutex<()>,
    open: Mutex<Option<Open>>,
}

struct Open {
    passphrase: Arc<Passphrase>,
    content: Content,
    /// The file as it was last read or written.
    sealed: Vec<u8>,
}

impl SealedFile {
    pub(super) fn at(path: PathBuf, log_n: u8) -> Self {
        Self {
            path,
            log_n,
            turn: Mutex::new(()),
            open: Mutex::new(None),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn is_open(&self) -> bool {
        self.memory().is_some()
    }

    pub(super) fn close(&self) {
        self.memory().take();
    }

    pub(super) fn unseal(&self, passphrase: Passphrase) -> Result<(), SealedError> {
        let _turn = self.turn();
        let sealed = file::read(&self.path)?;
        let content = Content::from_text(&seal::unseal(&sealed, &passphrase)?)?;
        self.keep(passphrase, content, sealed);
        Ok(())
    }

    pub(super) fn create(&self, passphrase: Passphrase) -> Result<(), SealedError> {
        passphrase.check_strength()?;
        let _turn = self.turn();
        if file::is_there(&self.path)? {
            return Err(SealedError::Exists);
        }
        let content = Content::default();
        let sealed = self.write(&content.to_text(None), &passphrase)?;
        self.keep(passphrase, content, sealed);
        Ok(())
    }

    pub(super) fn reseal(&self, passphrase: Passphrase) -> Result<(), StoreError> {
        let _turn = self.turn();
        self.close_if_changed()?;
        let text = self.in_memory(|open| open.content.to_text(None))?;
        let sealed = self.write(&text, &passphrase)?;
        if let Some(open) = &mut *self.memory() {
            open.sealed = sealed;
            open.passphrase = Arc::new(passphrase);
        }
        Ok(())
    }

    pub(super) fn delete(&self) -> Result<(), SealedError> {
        let _turn = self.turn();
        file::remove(&self.path)?;
        self.close();
        Ok(())
    }

    /// Puts an item into the file, or takes it out; then the same in memory.
    pub(super) fn change(
        &self,
        name: String,
        changed: Option<Credential>,
    ) -> Result<(), StoreError> {
        let _turn = self.turn();
        self.close_if_changed()?;
        let there = self.in_memory(|open| open.content.get(&name).is_some())?;
        if !there && changed.is_none() {
            return Ok(());
        }
        let (text, passphrase) = self.in_memory(|open| {
            let text = open.content.to_text(Some((&name, changed.as_ref())));
            (text, Arc::clone(&open.passphrase))
        })?;
        let sealed = self.write(&text, &passphrase)?;
        // It may have been closed meanwhile: then the file alone has the change.
        if let Some(open) = &mut *self.memory() {
            open.sealed = sealed;
            open.content.change(name, changed);
        }
        Ok(())
    }

    /// Looks into the open store, if the file is still the one that was opened. If it is not, the store is closed.
    pub(super) fn look<T>(&self, look: impl FnOnce(&Content) -> T) -> Result<T, StoreError> {
        if !matches!(self.is_unchanged(), Ok(true)) {
            // A write of our own may be under way: only between two of them a difference means something.
            let _turn = self.turn();
            self.close_if_changed()?;
        }
        self.in_memory(|open| look(&open.content))
    }

    fn in_memory<T>(&self, look: impl FnOnce(&Open) -> T) -> Result<T, StoreError> {
        self.memory().as_ref().map(look).ok_or(StoreError::Locked)
    }

    fn write(&self, text: &[u8], passphrase: &Passphrase) -> Result<Vec<u8>, SealedError> {
        let sealed = seal::seal(text, passphrase, self.log_n)?;
        file::replace(&self.path, &sealed)?;
        Ok(sealed)
    }

    fn keep(&self, passphrase: Passphrase, content: Content, sealed: Vec<u8>) {
        *self.memory() = Some(Open {
            passphrase: Arc::new(passphrase),
            content,
            sealed,
        });
    }

    /// To be called in turn.
    fn close_if_changed(&self) -> Result<(), SealedError> {
        let unchanged = self.is_unchanged();
        let replaced = matches!(
            unchanged,
            Ok(false) | Err(SealedError::NoFile | SealedError::NotAFile | SealedError::TooLarge)
        );
        if replaced {
            self.close();
        }
        unchanged.map(|_| ())
    }

    /// Whether the file is still what was opened; of a closed store, whether there is one.
    fn is_unchanged(&self) -> Result<bool, SealedError> {
        if !self.is_open() {
            let there = file::is_there(&self.path)?;
            return there.then_some(true).ok_or(SealedError::NoFile);
        }
        let sealed = file::read(&self.path)?;
        Ok(self
            .memory()
            .as_ref()
            .is_none_or(|open| open.sealed == sealed))
    }

    fn memory(&self) -> MutexGuard<'_, Option<Open>> {
        // No code that holds the lock can leave it half changed.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
