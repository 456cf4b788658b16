//! The app's items in the keyring, as other programs of the same user see them.

use serde_json::Value;

use crate::canary::Canary;
use crate::desk::Desk;
use crate::dialog::Dialog;

/// Everything that the keyring holds of this app: labels, attributes and secrets, as `secret-tool` prints them.
pub fn keyring(desk: &Desk) -> String {
    let mut search = desk.command("secret-tool");
    let output = desk.output(search.args(["search", "--all", "application", "chatelaine"]));
    // It prints attributes to its standard error.
    let (items, attributes) = (&output.stdout, &output.stderr);
    format!(
        "{}{}",
        String::from_utf8_lossy(items),
        String::from_utf8_lossy(attributes)
    )
}

/// What lies in the keyring under that name.
pub fn item(desk: &Desk, name: &str) -> Option<Value> {
    let mut lookup = desk.command("secret-tool");
    let output = desk.output(lookup.args(["lookup", "application", "chatelaine", "item", name]));
    serde_json::from_slice(&output.stdout).ok()
}

/// Removes that item, as another program would.
pub fn remove_item(desk: &Desk, name: &str) {
    let mut clear = desk.command("secret-tool");
    assert!(
        desk.output(clear.args(["clear", "application", "chatelaine", "item", name]))
            .status
            .success()
    );
    assert_eq!(item(desk, name), None);
}

/// Checks that the keyring holds this key, bound to this origin, under that name and nothing else.
#[track_caller]
pub fn assert_only_item(desk: &Desk, name: &str, key: &Canary, origin: &str) {
    assert_eq!(desk.keyring_items(), 1);
    let item = item(desk, name).expect("the item is found by its attributes");
    assert!(item["key"] == key.text(), "the item holds the key");
    assert_eq!(item["origin"], origin);
}

/// Checks that nothing was stored and nothing is asked.
#[track_caller]
pub fn assert_nothing_stored(desk: &Desk) {
    assert_eq!(desk.keyring_items(), 0);
    assert_eq!(Dialog::all(desk), [""; 0]);
}
