//! The wire protocols of model providers. No other crate speaks HTTP.
//!
//! Bytes become events ([`sse`]), events become steps of an answer ([`openai_chat`], a pure state machine), and [`decode_stream`] joins
//! the two. [`Client`] sends, and turns every way in which a network fails into a [`chat::FailureKind`]. Vendors are rows of a table
//! ([`catalog`]); a [`Provider`] is one of them or one of the user's own, and [`ChatModel`] asks it. [`Demo`] answers offline.
//!
//! Nothing is sent without a [`chat::SendTicket`].
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod catalog;
pub mod demo;
pub mod openai_chat;
pub mod sse;

mod body;
mod chat_model;
mod client;
mod connections;
mod contact;
mod decode;
mod json_answer;
mod key_source;
mod limits;
mod models;
mod network_error;
mod protocol;
mod provider;
mod provider_error;
mod redaction;
mod refusal;
mod watch;

pub use catalog::{Catalog, CatalogError, KnownPrice, Vendor, Verification};
pub use chat_model::ChatModel;
pub use client::{Client, ClientError, ClientOptions, WallClock};
pub use contact::{Contact, ContactLog, Purpose};
pub use decode::decode_stream;
pub use demo::Demo;
pub use key_source::{KeySource, Keyless, StoredKey, store_failure};
pub use limits::Limits;
pub use models::{ModelInfo, Verified, list_models, verify};
pub use protocol::{Protocol, UnknownProtocol};
pub use provider::{KeyNeed, Provider, ProviderError};
