//! What a test has proved, written down for the tables that `cargo xtask test secrecy` and `credentials` print.
//!
//! A row is written after the test's own assertions, from what was counted. Without `CHATELAINE_PROOF_DIR` nothing is.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

/// Rows that this process has written.
static WRITTEN: AtomicU32 = AtomicU32::new(0);

/// Whether long proofs are to run as samples of themselves.
pub fn is_sample() -> bool {
    std::env::var_os("CHATELAINE_SAMPLE").is_some_and(|value| value == "1")
}

/// Where rows go: one file each, so that tests in several processes never write into one.
fn folder() -> Option<PathBuf> {
    std::env::var_os("CHATELAINE_PROOF_DIR").map(PathBuf::from)
}

fn write(kind: &str, name: &str, row: &Value) {
    let Some(folder) = folder() else { return };
    fs::create_dir_all(&folder).expect("the folder of proofs can be made");
    let name: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '-'
            }
        })
        .collect();
    // Several tests may have a part in one row.
    let written = WRITTEN.fetch_add(1, Ordering::Relaxed);
    let file = folder.join(format!(
        "{kind}-{name}-{}-{written}.json",
        std::process::id()
    ));
    fs::write(file, row.to_string()).expect("a row of the proof can be written");
}

/// An attack that was tried `attempts` times and got through `through` times. `control` says what shows that the test
/// would have noticed: what was planted, and that it was found. Rows of one name are added up.
pub fn attack(name: &str, attempts: u64, through: u64, control: &str) {
    let row =
        json!({ "attack": name, "attempts": attempts, "through": through, "control": control });
    write("attack", name, &row);
}

/// A state of the credential store that was brought about in `service`, with the words that the window showed for it
/// and what was offered. Of several lines the first one is told: advice and buttons come after it.
pub fn state(name: &str, service: &str, words: &str, action: &str) {
    let words = words.trim().lines().next().unwrap_or_default();
    let row = json!({ "state": name, "service": service, "words": words, "action": action });
    write("state", name, &row);
}
