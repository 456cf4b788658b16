//! The wire protocols of model providers. No other crate speaks HTTP.
//!
//! Bytes become events ([`sse`]), events become steps of an answer (a pure state machine for each [`Protocol`]), and
//! [`decode_stream`] joins the two. [`Client`] sends, and turns every way in which a network fails into a [`chat::FailureKind`]. Vendors are rows of a table
//! ([`catalog`]); a [`Provider`] is one of them or one of the user's own, and [`ChatModel`] asks it. [`Demo`] answers offline.
//!
//! Nothing is sent to a provider without a [`chat::SendTicket`]. The app's own release server is no provider: [`Client::fetch`].
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod catalog;
pub mod demo;
pub mod sse;

mod answer;
mod anthropic_messages;
mod attached;
mod body;
mod chat_model;
mod client;
mod connections;
mod contact;
mod decode;
mod decoder;
mod fetch;
mod gemini;
mod json;
mod json_answer;
mod key_source;
mod limits;
mod models;
mod network_error;
mod ollama;
mod openai_chat;
mod openai_responses;
mod protocol;
mod provider;
mod provider_error;
mod proxy;
mod quirks;
mod rate_limits;
mod redaction;
mod refusal;
mod secrets;
mod surrogates;
mod watch;

pub use catalog::{Catalog, CatalogError, KnownModel, KnownPrice, OwnKind, Vendor, Verification};
pub use chat_model::ChatModel;
pub use client::{Client, ClientError, ClientOptions, WallClock};
pub use connections::{Route, certificates_in};
pub use contact::{Contact, ContactLog, Purpose};
pub use decode::{decode_json_lines, decode_stream};
pub use demo::Demo;
pub use fetch::{FetchError, Fetched, Resume, Wanted};
pub use key_source::{KeySource, Keyless, StoredKey, store_failure};
pub use limits::Limits;
pub use models::{ModelInfo, Verified, list_models, verify};
pub use protocol::{Abilities, NotTaken, Protocol, UnknownProtocol};
pub use provider::{KeyNeed, Provider, ProviderError};
pub use proxy::{Proxy, ProxyError};
pub use quirks::Quirks;
pub use rate_limits::{Left, RateLimits};
pub use secrets::{SecretHeader, header_name};
