//! The tables of what was proved. Tests write a row for each attack they tried and each state of the credential store
//! they brought about (`tests/src/proof.rs`); here the rows are gathered, checked and shown.

mod rows;
mod wanted;

use std::fs;
use std::path::{Path, PathBuf};

use crate::cargo::kept;
use crate::process::{Failure, say};

use rows::Rows;
pub(crate) use rows::columns;
use wanted::{ATTACKS, STATES};

/// Where the tests of a part write their rows.
pub(crate) fn folder(part: &str) -> Result<PathBuf, Failure> {
    Ok(kept("proof")?.join(part))
}

/// The same, with nothing in it of an earlier run.
pub(crate) fn fresh_folder(part: &str) -> Result<PathBuf, Failure> {
    let folder = folder(part)?;
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| Failure::at(&folder, &error))?;
    }
    fs::create_dir_all(&folder).map_err(|error| Failure::at(&folder, &error))?;
    Ok(folder)
}

/// Shows the attacks that the tests of these parts have tried. Fails unless each was, none got through, and each has a
/// control.
pub(crate) fn show_attacks(folders: &[&Path]) -> Result<(), Failure> {
    let rows = Rows::read(folders)?;
    print!("\n{}\n", rows.attack_table());
    hold(
        &rows.attack_faults(ATTACKS.iter().copied()),
        rows.attacks.len(),
        "attacks",
    )
}

/// Shows the states of the credential store, and fails unless each was brought about.
pub(crate) fn show_states(folders: &[&Path]) -> Result<(), Failure> {
    let rows = Rows::read(folders)?;
    print!("\n{}\n", rows.state_table());
    hold(
        &rows.state_faults(STATES.iter().copied()),
        rows.states.len(),
        "states",
    )
}

fn hold(faults: &[String], rows: usize, what: &str) -> Result<(), Failure> {
    if faults.is_empty() {
        say(&format!("{rows} {what}, none missing"));
        return Ok(());
    }
    Err(Failure::new(format!(
        "the table does not hold:\n  {}",
        faults.join("\n  ")
    )))
}
