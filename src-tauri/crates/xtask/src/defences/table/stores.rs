//! What keeps a store from being weaker than it says.

use super::{Change, Defence, Shows};

const CREDENTIALS: Shows = Shows::Unit("credentials");

pub(super) const DEFENCES: &[Defence] = &[
    Defence {
        attack: "use a weaker store",
        what: "a sealed file is made because a person chose it, never fallen into",
        changes: &[Change {
            file: "src-tauri/crates/credentials/src/sealed_store/sealed_file.rs",
            find: "there.then_some(true).ok_or(SealedError::NoFile)",
            replace: "Ok(there || true)",
        }],
        shows: CREDENTIALS,
        test: "sealed_store::tests::keeping::without_a_file_it_is_absent_and_makes_none",
        says: "right: Absent(NoFile)",
    },
    Defence {
        attack: "use a weaker store",
        what: "a closed file never passes for an empty one",
        changes: &[Change {
            file: "src-tauri/crates/credentials/src/sealed_store/sealed_file.rs",
            find: "self.memory().as_ref().map(look).ok_or(StoreError::Locked)",
            replace: "self.memory().as_ref().map(look).ok_or(StoreError::ItemGone)",
        }],
        shows: CREDENTIALS,
        test: "sealed_store::tests::keeping::keys_are_kept_over_a_restart",
        says: "right: Locked",
    },
    Defence {
        attack: "use a weaker store",
        what: "a file that another program changed is not written over",
        changes: &[Change {
            file: "src-tauri/crates/credentials/src/sealed_store/sealed_file.rs",
            find: "open.sealed == sealed))",
            replace: "open.sealed.len() + sealed.len() > 0))",
        }],
        shows: CREDENTIALS,
        test: "sealed_store::tests::file::the_file_decides_when_another_program_touches_it",
        says: "right: Err(Locked)",
    },
    Defence {
        attack: "use a weaker store",
        what: "a file that is there is never made anew",
        changes: &[Change {
            file: "src-tauri/crates/credentials/src/sealed_store/sealed_file.rs",
            find: "if file::is_there(&self.path)? {\n            return Err(SealedError::Exists);",
            replace: "if file::is_there(&self.path)? && self.log_n == 0 {\n            return Err(SealedError::Exists);",
        }],
        shows: CREDENTIALS,
        test: "sealed_store::tests::file::a_new_file_needs_a_strong_passphrase_and_an_empty_place",
        says: "right: Err(Exists)",
    },
    Defence {
        attack: "use a weaker store",
        what: "a new passphrase is no easy guess",
        changes: &[Change {
            file: "src-tauri/crates/credentials/src/passphrase.rs",
            find: "if self.0.chars().count() < Self::SHORTEST {",
            replace: "if self.0.is_empty() {",
        }],
        shows: CREDENTIALS,
        test: "passphrase::tests::a_new_one_is_held_to_more",
        says: "right: Some(TooShort)",
    },
    Defence {
        attack: "use a weaker store",
        what: "a guess costs a second",
        changes: &[Change {
            file: "src-tauri/crates/credentials/src/sealed_store/seal.rs",
            find: "pub(super) const WORK: u8 = 18;",
            replace: "pub(super) const WORK: u8 = 2;",
        }],
        shows: CREDENTIALS,
        test: "sealed_store::tests::keeping::a_guess_costs_what_it_costs_at_ages_own_program",
        says: "-> scrypt",
    },
    Defence {
        attack: "use a weaker store",
        what: "a sealed file is its owner's alone",
        changes: &[Change {
            file: "src-tauri/crates/credentials/src/sealed_store/file.rs",
            find: "mode(&mut options, 0o600)",
            replace: "mode(&mut options, 0o644)",
        }],
        shows: CREDENTIALS,
        test: "sealed_store::tests::file::only_its_owner_may_read_it_and_links_are_not_followed",
        says: "right: 384",
    },
    Defence {
        attack: "use a weaker store",
        what: "an item of another format is told from a damaged one",
        changes: &[Change {
            file: "src-tauri/crates/credentials/src/item_format.rs",
            find: "if version.v != VERSION {",
            replace: "if version.v == u64::MAX {",
        }],
        shows: CREDENTIALS,
        test: "item_format::tests::another_version_says_so_before_anything_else",
        says: "right: OtherVersion",
    },
    Defence {
        attack: "have it sent elsewhere by a changed address",
        what: "an item whose key another program made into garbage is no key",
        changes: &[Change {
            file: "src-tauri/crates/credentials/src/item_format.rs",
            find: "let key = ApiKey::from_text(&read.key.0).map_err(|_| ItemUnreadable::Damaged)?;",
            replace: "let key = ApiKey::from_text(&read.key.0)\n            .or_else(|_| ApiKey::from_text(\"damaged\"))\n            .map_err(|_| ItemUnreadable::Damaged)?;",
        }],
        shows: CREDENTIALS,
        test: "item_format::tests::what_another_program_wrote_is_refused_and_not_repeated",
        says: "called `Result::unwrap_err()` on an `Ok` value",
    },
    Defence {
        attack: "read the key",
        what: "a passphrase can't be shown, not even for debugging",
        changes: &[Change {
            file: "src-tauri/crates/credentials/src/passphrase.rs",
            find: "pub struct Passphrase(",
            replace: "#[derive(Debug)]\npub struct Passphrase(",
        }],
        shows: Shows::Compiler("credentials"),
        test: "",
        says: "<Passphrase as Without<_>>::CHOSEN",
    },
];
