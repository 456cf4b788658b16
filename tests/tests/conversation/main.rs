//! A person asks and watches the answer stream: what the window shows, what the provider was sent, what the disk holds.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod attach;
mod cap;
mod case;
mod composer;
mod drafts;
mod failures;
mod files;
mod hosts;
mod key_shape;
mod llama;
mod odd_streams;
mod parameters;
mod parts;
mod protocols;
mod proxy;
mod retry;
mod stop;
mod whole;

use e2e::{Desk, Keyring};

/// A desk on which nobody asks for a key.
fn desk() -> Desk {
    Desk::new(Keyring::NoService)
}
