//! The app's own updates, as far as a package is checked and ready: what is refused, what is gone on with, what a person
//! chooses. That a real package then replaces the app is shown by `cargo xtask test updater`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod common;

mod backup;
mod choices;
mod download;
mod login;
mod pictures;
mod refused;
