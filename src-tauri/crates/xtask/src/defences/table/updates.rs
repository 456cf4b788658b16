//! What keeps a bad update from being installed.

use super::{Change, Defence, Shows};

const ATTACK: &str = "have a bad update installed";
const SHELL: Shows = Shows::Unit("chatelaine");
const WINDOW: Shows = Shows::Window("updates");
const FETCH: &str = "src-tauri/crates/providers/src/fetch.rs";
const PACKAGE: &str = "src-tauri/src/updates/package.rs";

pub(super) const DEFENCES: &[Defence] = &[
    Defence {
        attack: ATTACK,
        what: "an address that is not encrypted is not asked",
        changes: &[Change {
            file: FETCH,
            find: "if wanted.url.scheme() != \"https\" {",
            replace: "if wanted.url.scheme() == \"ftp\" {",
        }],
        shows: WINDOW,
        test: "refused::an_address_that_is_not_encrypted_is_never_asked",
        says: "is not encrypted, so it was not asked",
    },
    Defence {
        attack: ATTACK,
        what: "no redirect leads to an address that is not encrypted",
        changes: &[Change {
            file: FETCH,
            find: "if to.scheme() != \"https\" {",
            replace: "if to.scheme() == \"ftp\" {",
        }],
        shows: WINDOW,
        test: "refused::what_is_no_manifest_is_refused_each_with_its_words",
        says: "leads on to an address that is not encrypted",
    },
    Defence {
        attack: ATTACK,
        what: "the package's address is encrypted",
        changes: &[Change {
            file: "src-tauri/src/updates/manifest.rs",
            find: "if url.scheme() != \"https\" {",
            replace: "if url.scheme() == \"ftp\" {",
        }],
        shows: SHELL,
        test: "updates::manifest::tests::each_fault_of_a_manifest_has_its_name",
        says: "unwrap_err",
    },
    Defence {
        attack: ATTACK,
        what: "an older version is no update",
        changes: &[Change {
            file: "src-tauri/src/updates/manifest.rs",
            find: "std::cmp::Ordering::Less => return Ok(Offer::Older(version)),",
            replace: "std::cmp::Ordering::Less => {}",
        }],
        shows: SHELL,
        test: "updates::manifest::tests::what_is_not_newer_is_not_offered",
        says: "right: Ok(Older",
    },
    Defence {
        attack: ATTACK,
        what: "a manifest has a largest size",
        changes: &[
            Change {
                file: "src-tauri/src/updates/download.rs",
                find: "if bytes.len() + chunk.len() > manifest::LARGEST {",
                replace: "if chunk.is_empty() {",
            },
            Change {
                file: "src-tauri/src/updates/download.rs",
                find: ".is_some_and(|length| length > manifest::LARGEST as u64)",
                replace: ".is_some_and(|length| length == 1)",
            },
        ],
        shows: WINDOW,
        test: "refused::what_is_no_manifest_is_refused_each_with_its_words",
        says: "far more than there is to say",
    },
    Defence {
        attack: ATTACK,
        what: "a package has a largest size",
        changes: &[Change {
            file: "src-tauri/src/updates/download.rs",
            find: "if received > allowed {",
            replace: "if received > allowed && chunk.is_empty() {",
        }],
        shows: WINDOW,
        test: "refused::a_download_by_a_bad_way_is_refused",
        says: "in vain for update-state to be failed",
    },
    Defence {
        attack: ATTACK,
        what: "the signature of what was fetched is checked",
        changes: &[Change {
            file: "src-tauri/src/updates.rs",
            find: "update.verify(&std::fs::read(&file)?)?;",
            replace: "drop(update);",
        }],
        shows: WINDOW,
        test: "refused::what_is_not_the_package_that_was_made_is_refused_each_with_its_words",
        says: "in vain for update-state to be failed",
    },
    Defence {
        attack: ATTACK,
        what: "the name that was signed is the app's",
        changes: &[Change {
            file: PACKAGE,
            find: "if is_file_of(file, kind, version) {",
            replace: "if is_file_of(file, kind, version) || file.len() < 500 {",
        }],
        shows: SHELL,
        test: "updates::package::tests::the_name_that_was_signed_must_be_the_app_s",
        says: "right: Err(OtherProduct)",
    },
    Defence {
        attack: ATTACK,
        what: "the package inside is the app's",
        changes: &[Change {
            file: PACKAGE,
            find: "if name != NAME {",
            replace: "if name.len() > 50 {",
        }],
        shows: SHELL,
        test: "updates::package::tests::a_package_must_be_this_app_in_this_version_for_this_machine",
        says: "castellan",
    },
    Defence {
        attack: ATTACK,
        what: "the version inside is the announced one",
        changes: &[Change {
            file: PACKAGE,
            find: "let same = Version::parse(&found.replace('~', \"-\")).is_ok_and(|found| found == *version);",
            replace: "let same = version.major < 1000;",
        }],
        shows: SHELL,
        test: "updates::package::tests::a_package_must_be_this_app_in_this_version_for_this_machine",
        says: "OtherVersion",
    },
    Defence {
        attack: ATTACK,
        what: "after a no nothing else asks for a password",
        changes: &[Change {
            file: "src-tauri/src/updates/install.rs",
            find: "symlink(\"/bin/false\", folder.join(other))?;",
            replace: "symlink(\"/bin/true\", folder.join(other))?;",
        }],
        shows: SHELL,
        test: "updates::install::apart::tests::what_pkexec_answers_is_heard_and_nothing_else_asks",
        says: "[true, true, true]",
    },
    Defence {
        attack: ATTACK,
        what: "a person says yes to an installation",
        changes: &[Change {
            file: "src-tauri/src/updates.rs",
            find: "if !self.dialogs.confirm(handle, Some(window), question).await? {",
            replace: "if window.label().is_empty() && !self.dialogs.confirm(handle, Some(window), question).await? {",
        }],
        shows: WINDOW,
        test: "refused::where_nothing_asks_for_permission_the_command_is_told_and_the_package_stays",
        says: "no dialog",
    },
    Defence {
        attack: ATTACK,
        what: "nothing is installed while an answer is made",
        changes: &[Change {
            file: "src-tauri/src/updates.rs",
            find: "if self.turns.any_runs() {",
            replace: "if self.turns.any_runs() && self.catalog.vendors().is_empty() {",
        }],
        shows: WINDOW,
        test: "choices::nothing_is_installed_while_an_answer_comes",
        says: "in vain",
    },
];
