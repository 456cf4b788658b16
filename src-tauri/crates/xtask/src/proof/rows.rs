//! Rows as the tests wrote them.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::wanted::{ATTACKS, STATES};
use crate::process::Failure;

/// An attack, with all that the tests of its name counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Attack {
    pub(crate) name: String,
    pub(crate) attempts: u64,
    pub(crate) through: u64,
    /// What shows that the tests would have noticed.
    pub(crate) control: String,
}

/// A state of the credential store in one service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) name: String,
    pub(crate) service: String,
    pub(crate) words: String,
    pub(crate) action: String,
}

/// All that was found.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    pub(crate) attacks: Vec<Attack>,
    pub(crate) states: Vec<State>,
}

impl Rows {
    /// Reads the rows in these folders, and puts them in the order in which they are told of.
    pub(crate) fn read(folders: &[&Path]) -> Result<Self, Failure> {
        let mut rows = Self::default();
        for folder in folders {
            if !folder.exists() {
                continue;
            }
            let entries = fs::read_dir(folder).map_err(|error| Failure::at(folder, &error))?;
            let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
            files.sort();
            for file in files {
                let text = fs::read_to_string(&file).map_err(|error| Failure::at(&file, &error))?;
                rows.take(&text)
                    .ok_or_else(|| Failure::new(format!("{} holds no row", file.display())))?;
            }
        }
        // Stable: what is not in the list comes last, in the order of the files.
        rows.attacks.sort_by_key(|attack| {
            let place = ATTACKS.iter().position(|name| *name == attack.name);
            place.unwrap_or(usize::MAX)
        });
        rows.states.sort_by_key(|state| {
            let place = STATES.iter().position(|name| *name == state.name);
            place.unwrap_or(usize::MAX)
        });
        Ok(rows)
    }

    /// Takes one row; none if the text is not one.
    fn take(&mut self, text: &str) -> Option<()> {
        let row: Value = serde_json::from_str(text).ok()?;
        let word = |field: &str| row[field].as_str().map(str::to_owned);
        if let Some(name) = word("state") {
            let state = State {
                name,
                service: word("service")?,
                words: word("words")?,
                action: word("action")?,
            };
            if !self.states.contains(&state) {
                self.states.push(state);
            }
            return Some(());
        }
        let new = Attack {
            name: word("attack")?,
            attempts: row["attempts"].as_u64()?,
            through: row["through"].as_u64()?,
            control: word("control")?,
        };
        match self
            .attacks
            .iter_mut()
            .find(|attack| attack.name == new.name)
        {
            None => self.attacks.push(new),
            Some(attack) => {
                attack.attempts += new.attempts;
                attack.through += new.through;
                // A test without a control would hide behind the others of its name.
                if new.control.trim().is_empty() || attack.control.trim().is_empty() {
                    attack.control.clear();
                } else if !attack.control.contains(&new.control) {
                    attack.control = format!("{}; {}", attack.control, new.control);
                }
            }
        }
        Some(())
    }

    /// What keeps the attacks from being a proof, in words.
    pub(crate) fn attack_faults(&self, wanted: impl Iterator<Item = &'static str>) -> Vec<String> {
        let mut faults: Vec<String> = wanted
            .filter(|name| !self.attacks.iter().any(|attack| attack.name == *name))
            .map(|name| format!("not tried: {name}"))
            .collect();
        for attack in &self.attacks {
            let name = &attack.name;
            if attack.through > 0 {
                faults.push(format!("{} got through: {name}", attack.through));
            }
            if attack.attempts == 0 {
                faults.push(format!("not one attempt: {name}"));
            }
            if attack.control.trim().is_empty() {
                faults.push(format!("no control: {name}"));
            }
        }
        faults
    }

    /// What is missing of the states, in words.
    pub(crate) fn state_faults(&self, wanted: impl Iterator<Item = &'static str>) -> Vec<String> {
        let mut faults: Vec<String> = wanted
            .filter(|name| !self.states.iter().any(|state| state.name == *name))
            .map(|name| format!("not brought about: {name}"))
            .collect();
        for state in &self.states {
            let empty = [&state.service, &state.words, &state.action];
            if empty.iter().any(|text| text.trim().is_empty()) {
                faults.push(format!("says too little: {}", state.name));
            }
        }
        faults
    }

    pub(crate) fn attack_table(&self) -> String {
        let mut lines = vec![["attack", "attempts", "got through", "control"].map(str::to_owned)];
        lines.extend(self.attacks.iter().map(|attack| {
            [
                attack.name.clone(),
                attack.attempts.to_string(),
                attack.through.to_string(),
                attack.control.clone(),
            ]
        }));
        columns(&lines)
    }

    pub(crate) fn state_table(&self) -> String {
        let mut lines =
            vec![["state", "service it ran against", "words", "action"].map(str::to_owned)];
        lines.extend(self.states.iter().map(|state| {
            [&state.name, &state.service, &state.words, &state.action].map(|text| one_line(text))
        }));
        columns(&lines)
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Lines of cells, each column as wide as its widest cell.
pub(crate) fn columns<const N: usize>(lines: &[[String; N]]) -> String {
    let widths: [usize; N] = std::array::from_fn(|column| {
        let cells = lines.iter().map(|line| line[column].chars().count());
        cells.max().unwrap_or_default()
    });
    let mut table = String::new();
    for line in lines {
        let cells = line.iter().zip(widths);
        let cells: Vec<String> = cells
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        // Writing to a String cannot fail.
        let _ = writeln!(table, "{}", cells.join(" | ").trim_end());
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(texts: &[&str]) -> Rows {
        let mut rows = Rows::default();
        for text in texts {
            rows.take(text).unwrap();
        }
        rows
    }

    #[test]
    fn rows_of_one_name_are_added_up_and_keep_their_controls() {
        let rows = rows(&[
            r#"{"attack":"read","attempts":3,"through":0,"control":"found"}"#,
            r#"{"attack":"read","attempts":4,"through":1,"control":"seen"}"#,
        ]);
        assert_eq!(rows.attacks.len(), 1);
        assert_eq!(rows.attacks[0].attempts, 7);
        assert_eq!(rows.attacks[0].through, 1);
        assert_eq!(rows.attacks[0].control, "found; seen");
    }

    #[test]
    fn what_is_missing_gets_through_or_has_no_control_is_a_fault() {
        let rows = rows(&[
            r#"{"attack":"a","attempts":3,"through":2,"control":"x"}"#,
            r#"{"attack":"b","attempts":3,"through":0,"control":" "}"#,
            r#"{"attack":"c","attempts":0,"through":0,"control":"x"}"#,
            r#"{"attack":"d","attempts":1,"through":0,"control":"x"}"#,
        ]);
        assert_eq!(
            rows.attack_faults(["d", "e"].into_iter()),
            [
                "not tried: e",
                "2 got through: a",
                "no control: b",
                "not one attempt: c"
            ]
        );
    }

    #[test]
    fn a_test_without_a_control_does_not_hide_behind_another() {
        for texts in [["x", ""], ["", "x"]] {
            let texts = texts.map(|control| {
                format!(r#"{{"attack":"a","attempts":1,"through":0,"control":"{control}"}}"#)
            });
            let rows = rows(&[&texts[0], &texts[1]]);
            assert_eq!(rows.attack_faults([].into_iter()), ["no control: a"]);
        }
    }

    #[test]
    fn one_state_may_be_shown_against_several_services() {
        let rows = rows(&[
            r#"{"state":"locked","service":"a","words":"w","action":"x"}"#,
            r#"{"state":"locked","service":"b","words":"w","action":"x"}"#,
            r#"{"state":"locked","service":"b","words":"w","action":"x"}"#,
            r#"{"state":"ready","service":"b","words":"","action":"x"}"#,
        ]);
        assert_eq!(rows.states.len(), 3);
        assert_eq!(
            rows.state_faults(["locked", "hanging"].into_iter()),
            ["not brought about: hanging", "says too little: ready"]
        );
    }

    #[test]
    fn what_is_no_row_is_not_taken() {
        for text in [
            "",
            "{}",
            r#"{"attack":"a","attempts":-1,"through":0,"control":"x"}"#,
        ] {
            assert!(Rows::default().take(text).is_none(), "{text}");
        }
    }

    #[test]
    fn columns_line_up() {
        let lines = [["a", "bc"], ["def", "g"]].map(|line| line.map(str::to_owned));
        assert_eq!(columns(&lines), "a   | bc\ndef | g\n");
    }
}
