//! API keys and the stores that hold them.
//!
//! This crate is the only one that reads a key's characters. A key comes in as clipboard text ([`ApiKey::parse`]), is bound to one
//! [`Origin`] in a [`Credential`], lies in a [`CredentialStore`], and goes out in one way: [`Credential::authorise`] writes it into
//! the headers of a request to that origin. No function gives it back.
//!
//! Text that comes from outside passes a [`Redactor`], or a [`StreamRedactor`] when it comes in pieces.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod api_key;
mod credential;
mod encodings;
mod item_format;
mod item_id;
mod key_in_text;
mod key_shape;
mod key_text;
#[cfg(not(target_os = "linux"))]
mod keyring_store;
mod origin;
mod passphrase;
mod redactor;
mod sealed_store;
#[cfg(target_os = "linux")]
mod secret_service_error;
#[cfg(target_os = "linux")]
mod secret_service_store;
mod session_store;
mod store;
mod stream_redactor;
mod time_limits;

pub use api_key::ApiKey;
pub use credential::{AuthScheme, Credential, OriginMismatch};
pub use item_format::ItemUnreadable;
pub use item_id::ItemId;
pub use key_in_text::{key_in_text, may_become_key};
pub use key_shape::{KeyCharset, KeyShape, Recognition, recognise, recognise_text, redact_shapes};
pub use key_text::KeyTextError;
#[cfg(not(target_os = "linux"))]
pub use keyring_store::SystemStore;
pub use origin::{Origin, OriginError};
pub use passphrase::{Passphrase, PassphraseError};
pub use redactor::{REMOVED, Redactor};
pub use sealed_store::{Damage, SealedError, SealedStore};
#[cfg(target_os = "linux")]
pub use secret_service_store::SystemStore;
pub use session_store::SessionStore;
pub use store::{AbsentReason, CredentialStore, ItemPresence, Pending, StoreError, StoreStatus};
pub use stream_redactor::StreamRedactor;
pub use time_limits::TimeLimits;
