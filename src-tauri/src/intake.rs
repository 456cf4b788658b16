//! How a key comes in: from the clipboard, past a native confirmation, into a store, bound to one origin. The text of the
//! clipboard goes straight into [`ApiKey`]; nothing here can read it again.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};

use credentials::{ApiKey, Credential, KeyTextError, Origin, Recognition, StoreStatus, recognise};
use providers::verify;
use tauri::{AppHandle, WebviewWindow};

use crate::app::{App, now_ms};
use crate::ipc::{CommandError, ErrorCode, KeptIn, KeyRef, PasteKey, PasteOutcome, Verification};
use crate::keys::KeyRecord;
use crate::models::within_limit;
use crate::names::{checked_name, shown_name};
use crate::native::clipboard::{self, ClipboardError};
use crate::native::dialog::{DialogOpen, Question};
use crate::roster::Listed;

/// Remembers which text was pasted as a key, well enough to clear it from the clipboard and no better.
#[derive(Default)]
pub(crate) struct PastedMark {
    hasher: RandomState,
    mark: Mutex<Option<u64>>,
}

impl PastedMark {
    fn set(&self, mark: u64) {
        *self.mark.lock().unwrap_or_else(PoisonError::into_inner) = Some(mark);
    }

    fn of(&self, text: &str) -> u64 {
        self.hasher.hash_one(text)
    }

    fn is(&self, text: &str) -> bool {
        *self.mark.lock().unwrap_or_else(PoisonError::into_inner) == Some(self.of(text))
    }
}

/// Whose key it is, and how that is known.
struct Owner {
    listed: Listed,
    recognised: bool,
}

/// What a person is asked about before a key is put away.
struct Paste<'a> {
    listed: &'a Listed,
    origin: &'a Origin,
    name: &'a str,
    keep_in: KeptIn,
    /// The key that its provider has already, if it has one.
    beside: Option<&'a KeyRecord>,
    /// The key that it takes the place of.
    replaced: Option<&'a KeyRecord>,
}

/// A name like `wanted` that is none of `taken`: keys of one provider are told apart by their names.
fn unlike<'a>(taken: impl Iterator<Item = &'a str>, wanted: &str) -> String {
    let taken: Vec<_> = taken.collect();
    let numbered = (2..).map(|number| format!("{wanted} {number}"));
    std::iter::once(wanted.to_owned())
        .chain(numbered)
        .find(|name| !taken.contains(&name.as_str()))
        .unwrap_or_default()
}

impl App {
    /// Takes a key from the clipboard. Nothing is stored before a person has said yes in a native dialog.
    ///
    /// # Errors
    /// Why nothing was stored.
    pub(crate) async fn paste_key(
        &self,
        app: &AppHandle,
        window: WebviewWindow,
        request: PasteKey,
    ) -> Result<PasteOutcome, CommandError> {
        let name = checked_name(&request.name)?;
        let text = clipboard::read(app).await?;
        let mark = self.pasted.of(&text);
        let key = ApiKey::parse(text)?;
        let owner = match self.owner(&key, request.provider.as_deref())? {
            Ok(owner) => owner,
            Err(candidates) => return Ok(PasteOutcome::ChooseProvider { candidates }),
        };
        let provider = &owner.listed.provider;
        let origin = provider.origin().map_err(|error| {
            CommandError::new(ErrorCode::AddressInvalid).with_detail(error.to_string())
        })?;
        let beside = self.keys.of(provider.id());
        let replaced = request
            .replace
            .as_ref()
            .filter(|old| old.provider == provider.id())
            .and_then(|old| beside.iter().find(|key| key.slot() == old.slot));
        let wanted = match replaced {
            _ if !name.is_empty() => name,
            Some(old) => old.name().to_owned(),
            None => provider.name().to_owned(),
        };
        let others = beside
            .iter()
            .filter(|key| replaced.is_none_or(|old| old.slot() != key.slot()));
        let name = unlike(others.map(KeyRecord::name), &wanted);
        let paste = Paste {
            listed: &owner.listed,
            origin: &origin,
            name: &name,
            keep_in: request.keep_in,
            beside: beside.first(),
            replaced,
        };
        let question = self.question(&paste);
        if !self
            .dialogs
            .confirm(app, Some(window.clone()), question)
            .await?
        {
            return Ok(PasteOutcome::Declined);
        }
        if request.keep_in == KeptIn::Sealed && !self.ready_sealed(app, &window).await? {
            return Ok(PasteOutcome::Declined);
        }
        let set_at = u64::try_from(now_ms()).unwrap_or(0);
        let credential = Credential::new(key, origin, name, set_at);
        self.keys
            .put(provider.id(), &credential, request.keep_in, replaced)
            .await?;
        self.pasted.set(mark);
        self.models.forget(provider.id());
        tracing::info!(
            provider = provider.id(),
            host = provider.host(),
            "a key was put away"
        );
        self.choose_for_new_chats(&owner.listed).await;
        let verification = self.verify_with(&owner.listed, &credential).await;
        let states = self.keys.states().await;
        let card = self.provider_card(&owner.listed, &states).await;
        Ok(PasteOutcome::Stored {
            provider: Box::new(card),
            recognised: owner.recognised,
            collection: match states.system {
                StoreStatus::Ready { collection } if request.keep_in == KeptIn::System => {
                    collection
                }
                _ => None,
            },
            verification,
        })
    }

    /// Asks a provider whether it takes the key that is kept for it.
    ///
    /// # Errors
    /// Why the key can't be read, or that there is no such provider.
    pub(crate) async fn verify_key(&self, key: &KeyRef) -> Result<Verification, CommandError> {
        let listed = self
            .find_provider(&key.provider)
            .ok_or_else(|| CommandError::new(ErrorCode::ProviderUnknown))?;
        let about = |error: CommandError| error.about(listed.provider.name());
        let known = self
            .keys
            .in_slot(&key.provider, key.slot)
            .ok_or_else(|| about(CommandError::new(ErrorCode::NoKey)))?;
        let credential = self
            .keys
            .source_of(known)
            .credential()
            .await
            .map_err(|error| about(CommandError::from(error)).at(listed.provider.host()))?;
        match credential {
            Some(credential) => Ok(self.verify_with(&listed, &credential).await),
            None => Err(about(CommandError::new(ErrorCode::NoKey))),
        }
    }

    /// Empties the clipboard if it still holds the key that was pasted last. Says whether it did.
    ///
    /// # Errors
    /// Why the clipboard can't be read.
    pub(crate) async fn clear_clipboard(&self, app: &AppHandle) -> Result<bool, CommandError> {
        let text = match clipboard::read(app).await {
            Ok(text) => text,
            Err(ClipboardError::Empty) => return Ok(true),
            Err(error) => return Err(error.into()),
        };
        let ours = self.pasted.is(&text);
        // Parsing wipes the text, whatever it is.
        drop(ApiKey::parse(text));
        if ours {
            clipboard::clear(app).await;
        }
        Ok(ours)
    }

    async fn verify_with(&self, listed: &Listed, credential: &Credential) -> Verification {
        let asked = match self.gate.inquire() {
            Ok(ticket) => {
                let provider = self.with_headers(listed.provider.clone());
                let asked = verify(&self.client, &provider, Some(credential), ticket);
                within_limit(&listed.provider, asked).await
            }
            Err(failure) => Err(failure),
        };
        match asked {
            Ok(verified) => Verification::Accepted {
                models: verified
                    .models
                    .map(|count| u32::try_from(count).unwrap_or(u32::MAX)),
            },
            Err(failure) => Verification::Failed {
                error: CommandError::from(failure).about(listed.provider.name()),
            },
        }
    }

    /// Whose key it is: the provider that was named, or the one that the shape tells. The inner error lists those whose
    /// keys look like this one.
    fn owner(
        &self,
        key: &ApiKey,
        named: Option<&str>,
    ) -> Result<Result<Owner, Vec<String>>, CommandError> {
        if let Some(id) = named {
            return self.owner_named(id, false).map(Ok);
        }
        match recognise(key, self.catalog.key_shapes()) {
            Recognition::Known(id) => self.owner_named(&id, true).map(Ok),
            Recognition::Shared(ids) => Ok(Err(ids)),
            Recognition::Unknown => Ok(Err(Vec::new())),
        }
    }

    fn owner_named(&self, id: &str, recognised: bool) -> Result<Owner, CommandError> {
        match self.find_provider(id) {
            Some(listed) => Ok(Owner { listed, recognised }),
            None => Err(CommandError::new(ErrorCode::ProviderUnknown)),
        }
    }

    fn question(&self, paste: &Paste<'_>) -> Question {
        let &Paste {
            listed,
            origin,
            name,
            keep_in,
            beside,
            replaced,
        } = paste;
        let vendor = shown_name(listed.provider.name(), &origin.host());
        let place = match keep_in {
            KeptIn::System => format!("It goes into {}", self.keys.system().name()),
            KeptIn::Session => "It stays in memory until you quit".to_owned(),
            KeptIn::Sealed => {
                "It goes into a file that your passphrase seals, which is asked for next if need be"
                    .to_owned()
            }
        };
        let mut body = format!("{place}, and is sent to this host and no other.");
        if name != listed.provider.name() {
            body = format!("Name: “{name}”. {body}");
        }
        let others = match (replaced, beside) {
            (Some(old), _) => {
                let old_name = shown_name(old.name(), &vendor);
                let whence = match old.kept_in() {
                    same if same == keep_in => String::new(),
                    other => format!(", which is removed from {}", self.keys.place(other)),
                };
                format!(" It takes the place of “{old_name}”{whence}.")
            }
            (None, Some(key)) => {
                let key_name = shown_name(key.name(), &vendor);
                format!(
                    " {} has a key already, “{key_name}”. Both are kept; this one is used from now on.",
                    listed.called(&origin.host())
                )
            }
            (None, None) => String::new(),
        };
        body.push_str(&others);
        if origin.is_loopback() {
            body.push_str(
                " While no server of yours listens on this port, another user of this computer could.",
            );
        }
        if listed.own {
            body.push_str(" Go on only if you know this host.");
            Question {
                title: format!("Send this key to “{vendor}”?"),
                host: origin.to_string(),
                address: None,
                body,
                yes: "Send to this host".into(),
            }
        } else {
            Question {
                title: format!("Keep this key for {vendor}?"),
                host: origin.to_string(),
                address: None,
                body,
                yes: "Keep key".into(),
            }
        }
    }
}

impl From<ClipboardError> for CommandError {
    fn from(error: ClipboardError) -> Self {
        Self::new(match error {
            ClipboardError::Empty => ErrorCode::ClipboardEmpty,
            ClipboardError::NotText => ErrorCode::ClipboardNotText,
            ClipboardError::TooLarge => ErrorCode::ClipboardTooLarge,
            ClipboardError::TimedOut => ErrorCode::ClipboardTimedOut,
        })
    }
}

impl From<KeyTextError> for CommandError {
    fn from(error: KeyTextError) -> Self {
        Self::new(match error {
            KeyTextError::Empty => ErrorCode::ClipboardEmpty,
            KeyTextError::TooLong => ErrorCode::ClipboardTooLarge,
            KeyTextError::NotAKey => ErrorCode::NotAKey,
        })
    }
}

impl From<DialogOpen> for CommandError {
    fn from(_: DialogOpen) -> Self {
        Self::new(ErrorCode::DialogOpen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_one_provider_differ_in_their_names() {
        let name = |taken: &[&str]| unlike(taken.iter().copied(), "OpenAI");
        assert_eq!(name(&[]), "OpenAI");
        assert_eq!(name(&["work"]), "OpenAI");
        assert_eq!(name(&["OpenAI", "OpenAI 2"]), "OpenAI 3");
    }

    #[test]
    fn the_mark_knows_the_pasted_text_and_no_other() {
        let pasted = PastedMark::default();
        assert!(!pasted.is("sk-1"));
        pasted.set(pasted.of("sk-1"));
        assert!(pasted.is("sk-1"));
        assert!(!pasted.is("sk-2"));
    }
}
