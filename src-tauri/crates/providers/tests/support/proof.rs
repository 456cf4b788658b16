//! A row of the table that `cargo xtask test secrecy` prints, in the form that the end-to-end tests write theirs in.

use serde_json::json;

/// An attack that was tried `attempts` times and got through `through` times, and what shows that the test would have
/// noticed. Nothing is written without `CHATELAINE_PROOF_DIR`.
pub(crate) fn attack(file: &str, name: &str, attempts: usize, through: usize, control: &str) {
    let Some(folder) = std::env::var_os("CHATELAINE_PROOF_DIR") else {
        return;
    };
    let row =
        json!({ "attack": name, "attempts": attempts, "through": through, "control": control });
    let file = std::path::Path::new(&folder).join(format!("attack-{file}.json"));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(file, row.to_string()).unwrap();
}
