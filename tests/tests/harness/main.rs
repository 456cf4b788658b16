//! The proof of the harness itself: that it sees what it is to see, and that what it calls broken is broken.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod client;
mod desk;
mod dialog;
mod keyring;
mod llama;
mod provider;
mod search;
mod window;
