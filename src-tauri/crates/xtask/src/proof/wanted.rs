//! The rows that must be there, in the order of the table in `.github/SECURITY.md`.

/// Every attack, by the name that its tests give it.
pub(crate) const ATTACKS: &[&str] = &[
    "read the key from a web process",
    "call what is not its to call",
    "use a granted command as a channel out",
    "read it while it is pasted",
    "plant a key",
    "have it sent elsewhere by a redirect",
    "have it sent elsewhere by a changed address",
    "have the provider echo the key",
    "spend the user's money",
    "widen a limit from web code",
    "run script from model output",
    "call a command from model output",
    "leak by image, link, style, prefetch, form",
    "navigate away",
    "hostile text in other fields",
    "a key typed or pasted into the composer is sent",
    "a web process that was broken into asks the Secret Service, or reads its user's files",
    "read it from disk, logs, /proc",
    "look for a key in the app's own memory after it was refused, and after it was used and removed",
    "find a key in the core file of a crash",
    "have a bad update installed",
];

/// Every state of the credential store.
pub(crate) const STATES: &[&str] = &[
    "ready",
    "no collection yet",
    "locked",
    "dismissed",
    "absent: no bus",
    "absent: no service",
    "service starts later",
    "hanging",
    "item gone",
    "item changed",
    "item from an older format",
    "memory",
    "sealed file: locked",
    "sealed file: wrong passphrase",
    "sealed file: damaged",
];

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::cargo::root;
    use crate::fingerprint::collect;

    #[test]
    fn every_row_is_written_by_a_test() {
        let mut files = Vec::new();
        collect(&root().join("tests/tests"), &[], &mut files).unwrap();
        let texts: Vec<String> = files
            .iter()
            .filter_map(|file| fs::read_to_string(file).ok())
            .collect();
        for name in ATTACKS.iter().chain(STATES) {
            let literal = format!("\"{name}\"");
            assert!(
                texts.iter().any(|text| text.contains(&literal)),
                "no test writes a row of the name {name}"
            );
        }
    }
}
