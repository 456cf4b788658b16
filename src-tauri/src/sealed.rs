//! The sealed file as the app uses it: made with the first key that is to lie in it, opened by a passphrase that is asked
//! for natively, closed on demand.

use credentials::{Passphrase, SealedError, StoreStatus};
use tauri::{AppHandle, WebviewWindow};

use crate::app::App;
use crate::ipc::{CommandError, ErrorCode, KeptIn, SealedState};
use crate::native::passphrase::{Ask, CAN_ASK};

impl App {
    /// Asks for the passphrase until one opens the file or none is given, and says how the file is then.
    ///
    /// # Errors
    /// That the file can't be read, whatever the passphrase, or that a dialog is open already.
    pub(crate) async fn unlock_sealed(
        &self,
        app: &AppHandle,
        window: WebviewWindow,
    ) -> Result<SealedState, CommandError> {
        let states = self.keys.states().await;
        if states.sealed_state() == SealedState::Locked {
            self.open_sealed(app, &window).await?;
        }
        Ok(self.keys.states().await.sealed_state())
    }

    /// Makes the file usable: opens it, or makes it. False if the person gave no passphrase.
    ///
    /// # Errors
    /// That it can't be read or written, or that this system has no dialog for a passphrase.
    pub(crate) async fn ready_sealed(
        &self,
        app: &AppHandle,
        window: &WebviewWindow,
    ) -> Result<bool, CommandError> {
        if !CAN_ASK {
            return Err(CommandError::new(ErrorCode::SealedFailed));
        }
        match self.keys.states().await.sealed {
            StoreStatus::Ready { .. } => Ok(true),
            StoreStatus::Absent(_) => {
                let Some(new) = self.ask(app, window, Ask::New).await? else {
                    return Ok(false);
                };
                let made = self.keys.sealed().create(new).await;
                made.map(|()| true).map_err(failed)
            }
            _ => self.open_sealed(app, window).await,
        }
    }

    async fn open_sealed(
        &self,
        app: &AppHandle,
        window: &WebviewWindow,
    ) -> Result<bool, CommandError> {
        let mut wrong = false;
        while let Some(passphrase) = self.ask(app, window, Ask::Unlock { wrong }).await? {
            match self.keys.sealed().open(passphrase).await {
                Ok(()) => {
                    // Keys that the database has lost track of are found only while the file is open.
                    self.recover_keys(&[KeptIn::Sealed]).await;
                    return Ok(true);
                }
                Err(SealedError::WrongPassphrase) => wrong = true,
                Err(error) => return Err(failed(error)),
            }
        }
        Ok(false)
    }

    async fn ask(
        &self,
        app: &AppHandle,
        window: &WebviewWindow,
        ask: Ask,
    ) -> Result<Option<Passphrase>, CommandError> {
        Ok(self
            .dialogs
            .passphrase(app, Some(window.clone()), ask)
            .await?)
    }
}

/// What to say of a file that no passphrase opens.
pub(crate) fn failed(error: SealedError) -> CommandError {
    let code = match error {
        SealedError::WrongPassphrase => ErrorCode::SealedLocked,
        SealedError::Damaged(_)
        | SealedError::NotAFile
        | SealedError::OtherVersion { .. }
        | SealedError::TooMuchWork { .. } => ErrorCode::SealedDamaged,
        SealedError::NoFile
        | SealedError::Exists
        | SealedError::Passphrase(_)
        | SealedError::TooLarge
        | SealedError::Io(_) => ErrorCode::SealedFailed,
    };
    CommandError::new(code).with_detail(error.to_string())
}
