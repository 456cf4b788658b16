//! The proof that keys are safe from web code: every attack that `.github/SECURITY.md` names, tried in the built app's own
//! window. `cargo xtask test secrecy` runs all of it and prints what got through.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that can't go on fails"
)]

mod addresses;
mod arguments;
mod budget;
mod commands;
mod contacts;
mod echo;
mod frames;
mod leftovers;
mod lists;
mod memory;
mod payloads;
mod planting;
mod redirects;
mod sandbox;
mod widening;
