//! Keys: how they come in, where they lie, where they go, and that no page, file or log ever holds one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod clipboard;
mod first_run;
mod keyboard;
mod kinds;
mod lies;
mod local;
mod moved;
mod own;
mod prompts;
mod removal;
mod sealed;
mod session;
mod several;
