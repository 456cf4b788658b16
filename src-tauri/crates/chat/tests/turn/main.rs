//! A turn as its watchers and the disk see it, with a model that does what the test says.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unnecessary_wraps,
    reason = "a test that can't go on must stop"
)]

mod failures;
mod going_on;
mod limits;
mod retry;
mod stop;
mod whole;
mod world;
