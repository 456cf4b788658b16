//! Which commands there are, from the app's own sources: its capabilities, its bindings, and the manifest of permissions
//! that its build writes.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// The list that the windows themselves are built with.
const BINDINGS: &str = include_str!("../../../ui/src/lib/bindings/index.ts");

/// Commands that this app has no part of, that others have, or that only look like the app's own.
pub(crate) const FOREIGN: [&str; 48] = [
    "plugin:fs|read_file",
    "plugin:fs|read_text_file",
    "plugin:fs|write_file",
    "plugin:fs|read_dir",
    "plugin:shell|execute",
    "plugin:shell|spawn",
    "plugin:shell|open",
    "plugin:http|fetch",
    "plugin:http|fetch_send",
    "plugin:websocket|connect",
    "plugin:upload|upload",
    "plugin:store|get",
    "plugin:store|load",
    "plugin:sql|load",
    "plugin:sql|select",
    "plugin:stronghold|get_store_record",
    "plugin:dialog|open",
    "plugin:dialog|save",
    "plugin:dialog|message",
    "plugin:clipboard-manager|read_text",
    "plugin:clipboard-manager|write_text",
    "plugin:global-shortcut|register",
    "plugin:single-instance|init",
    "plugin:updater|check",
    "plugin:updater|download_and_install",
    "plugin:process|exit",
    "plugin:process|restart",
    "plugin:os|platform",
    "plugin:os|hostname",
    "plugin:log|log",
    "plugin:notification|notify",
    "plugin:deep-link|get_current",
    "plugin:autostart|enable",
    "plugin:window-state|save_window_state",
    "plugin:cli|cli_matches",
    "plugin:persisted-scope|allow",
    "plugin:window|",
    "plugin:|paste_key",
    "plugin:__app-acl__|paste_key",
    "plugin:__TAURI_CHANNEL__|fetch|",
    "plugin:__tauri_channel__|fetch",
    "get_key",
    "get_secret",
    "list_keys",
    "Paste_Key",
    "paste_key ",
    "paste-key",
    "start_turn\u{0}",
];

/// A folder of the app's sources.
fn sources(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../src-tauri")
        .join(folder)
}

fn json(path: &Path) -> Value {
    let text = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_slice(&text).unwrap()
}

/// What the capability of that window grants, as names of commands.
pub(crate) fn granted(window: &str) -> BTreeSet<String> {
    let capability = json(&sources("capabilities").join(format!("{window}.json")));
    assert_eq!(capability["windows"], serde_json::json!([window]));
    let permissions = capability["permissions"].as_array().unwrap();
    let name = |permission: &Value| {
        let permission = permission.as_str().unwrap();
        let name = permission.strip_prefix("allow-");
        name.unwrap_or_else(|| panic!("{permission} is no command of the app's"))
            .replace('-', "_")
    };
    permissions.iter().map(name).collect()
}

/// Every command that the app or a part of Tauri in this build has a permission for, as a window would call it.
pub(crate) fn existing() -> BTreeSet<String> {
    let manifests = json(&sources("gen/schemas").join("acl-manifests.json"));
    let mut commands = BTreeSet::new();
    for (part, manifest) in manifests.as_object().unwrap() {
        let plugin = part.strip_prefix("core:").unwrap_or(part);
        for permission in manifest["permissions"].as_object().unwrap().values() {
            for list in ["allow", "deny"] {
                for name in permission["commands"][list].as_array().unwrap() {
                    let name = name.as_str().unwrap();
                    commands.insert(if part == "__app-acl__" {
                        name.to_owned()
                    } else {
                        format!("plugin:{plugin}|{name}")
                    });
                }
            }
        }
    }
    commands
}

/// Whether a command of the app's takes a request.
pub(crate) fn takes_a_request(command: &str) -> bool {
    let line = format!("  {command}: {{ request: ");
    let (_, rest) = BINDINGS
        .split_once(&line)
        .unwrap_or_else(|| panic!("{command} is not in the bindings"));
    !rest.starts_with("null")
}

/// The fields of the request that a command of the app's takes.
pub(crate) fn fields(command: &str) -> Vec<String> {
    let line = format!("  {command}: {{ request: ");
    let (_, rest) = BINDINGS.split_once(&line).unwrap();
    let (request, _) = rest.split_once(';').unwrap();
    if request == "null" {
        return Vec::new();
    }
    let (_, body) = BINDINGS
        .split_once(&format!("export type {request} = {{"))
        .unwrap_or_else(|| panic!("{request} is declared"));
    let (body, _) = body.split_once("};").unwrap();
    // Each field stands on a line of its own, after its comment.
    body.lines()
        .filter(|line| !line.starts_with(" *") && !line.starts_with("/*"))
        .filter_map(|line| line.split_once(": "))
        .map(|(name, _)| name.trim().to_owned())
        .collect()
}

/// Every code that an error of the app's can have.
pub(crate) fn error_codes() -> Vec<String> {
    let (_, rest) = BINDINGS.split_once("export type ErrorCode = ").unwrap();
    let (codes, _) = rest.split_once(';').unwrap();
    codes
        .split(" | ")
        .map(|code| code.trim_matches('"').to_owned())
        .collect()
}

/// No file gives a page from elsewhere anything, and no capability is there but those two.
#[test]
fn no_capability_is_for_a_page_from_elsewhere() {
    let files: Vec<PathBuf> = fs::read_dir(sources("capabilities"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(files.len(), 2, "{files:?}");
    let config = json(&sources("tauri.conf.json"));
    assert_eq!(
        config["app"]["security"]["capabilities"],
        serde_json::json!(["chat", "settings"])
    );
    for file in files {
        let capability = json(&file);
        assert!(capability.get("remote").is_none(), "{}", file.display());
        assert!(capability.get("webviews").is_none(), "{}", file.display());
        assert_eq!(capability["local"], true);
    }
}
