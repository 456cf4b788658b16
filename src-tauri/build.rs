//! Gives every command a permission of its own, so that a window can call only what its capability names.

#![allow(
    clippy::expect_used,
    reason = "a build that can't find its own commands must stop"
)]

include!("src/ipc/command_list.rs");

macro_rules! names {
    ($($module:ident :: $name:ident [$($window:ident),+] $request:tt $events:tt -> $result:ty;)+) => {
        &[$(stringify!($name)),+]
    };
}

fn main() {
    println!("cargo::rerun-if-changed=src/ipc/command_list.rs");
    let commands: &[&str] = with_commands!(names);
    let manifest = tauri_build::AppManifest::new().commands(commands);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest))
        .expect("the permissions of the commands");
}
