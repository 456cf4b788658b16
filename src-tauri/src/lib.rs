//! The desktop shell: builds the parts, wires them, and decides nothing. It is the only code that knows Tauri.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

#[cfg(all(feature = "switches", not(debug_assertions)))]
compile_error!(
    "`switches` can turn defences off, for their tests; no release may be built with it"
);

mod app;
mod arguments;
mod attachments;
mod colours;
mod commands;
mod crash;
mod delivery;
mod diagnostics;
mod distribution;
mod first_start;
mod folder;
mod intake;
pub mod ipc;
mod keys;
mod limits;
mod links;
mod local;
mod log;
mod models;
mod names;
mod native;
mod network;
mod own_providers;
mod painted;
mod placement;
mod privacy;
mod removal;
mod roster;
mod sealed;
mod settings_view;
mod start;
mod transcript_view;
mod updates;
mod warm_up;
mod window_events;
mod windows;

pub use start::run;
