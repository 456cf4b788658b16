//! The Chatelaine desktop app.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::alloc::System;
use std::process::ExitCode;

use zeroizing_alloc::ZeroAlloc;

/// Wipes whatever is freed. Keys pass through the buffers of crates that wipe nothing themselves: HTTP, TLS, D-Bus, JSON.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    chatelaine::run()
}
