//! Keys: how they come in, where they lie, where they go, and that no page, file or log ever holds one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod canary;
mod common;
mod workshop;

mod clipboard;
mod first_run;
mod hostile;
mod keyboard;
mod kinds;
mod lies;
mod moved;
mod own;
mod prompts;
mod secrecy;
mod session;
mod windows;
