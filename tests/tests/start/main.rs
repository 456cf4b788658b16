//! The app from its start to the next: first run, restarts, broken files, odd surroundings, walls, keys and looks.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod common;

mod appearance;
mod crash;
mod database;
mod display;
mod first_run;
mod keyboard;
mod links;
mod locale;
mod pictures;
mod placement;
mod places;
mod second_start;
mod settings_file;
mod tomorrow;
mod walls;
