//! What keeps a key, and a chat, out of files that others read.

use super::{Change, Defence, Shows};

const STORAGE: Shows = Shows::Unit("storage");

pub(super) const DEFENCES: &[Defence] = &[
    Defence {
        attack: "read it from disk, logs, crash files, /proc",
        what: "the settings are their owner's alone",
        changes: &[Change {
            file: "src-tauri/crates/storage/src/settings/replace.rs",
            find: "mode(&mut options, 0o600)",
            replace: "mode(&mut options, 0o644)",
        }],
        shows: STORAGE,
        test: "settings::tests::a_link_stays_a_link_and_the_file_is_private",
        says: "right: 384",
    },
    Defence {
        attack: "read it from disk, logs, crash files, /proc",
        what: "the chats are their owner's alone",
        changes: &[Change {
            file: "src-tauri/crates/storage/src/database/opening.rs",
            find: "mode(&mut options, 0o600)",
            replace: "mode(&mut options, 0o644)",
        }],
        shows: STORAGE,
        test: "database::tests::only_its_owner_may_read_the_file_and_its_log",
        says: "right: 384",
    },
    Defence {
        attack: "read it from disk, logs, crash files, /proc",
        what: "crates that see requests tell no details in the log",
        changes: &[Change {
            file: "src-tauri/src/log.rs",
            find: "*line.level() <= Level::WARN || !NEVER_IN_DETAIL.contains(&from)",
            replace: "*line.level() <= Level::TRACE || !NEVER_IN_DETAIL.contains(&from)",
        }],
        shows: Shows::Unit("chatelaine"),
        test: "log::tests::crates_that_see_secrets_tell_no_details_at_any_level",
        says: "authorization: canary",
    },
];
