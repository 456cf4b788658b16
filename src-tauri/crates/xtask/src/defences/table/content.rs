//! What makes text of what a model writes.

use super::{Change, Defence, Shows};

pub(super) const DEFENCES: &[Defence] = &[
    Defence {
        attack: "run script from model output",
        what: "only web and mail addresses become links",
        changes: &[Change {
            file: "src-tauri/crates/markdown/src/link.rs",
            find: "_ => None,\n    }\n}\n\n/// The host",
            replace: "_ => Some(url.into()),\n    }\n}\n\n/// The host",
        }],
        shows: Shows::Program("markdown", "blocks"),
        test: "links_that_may_not_be_offered_are_text_and_hide_nothing",
        says: "left: [Link {",
    },
    Defence {
        attack: "run script from model output",
        what: "an address is judged as a browser would read it",
        changes: &[Change {
            file: "src-tauri/crates/markdown/src/link.rs",
            find: "let url = Url::parse(destination).ok()?;\n    match",
            replace: "if destination.starts_with(\"java\\t\") {\n        return Some(destination.into());\n    }\n    let url = Url::parse(destination).ok()?;\n    match",
        }],
        shows: Shows::Program("markdown", "blocks"),
        test: "links_that_may_not_be_offered_are_text_and_hide_nothing",
        says: "left: [Link {",
    },
    Defence {
        attack: "leak chats by image, link, style, prefetch, form, navigation",
        what: "an image names the host that it would ask",
        changes: &[Change {
            file: "src-tauri/crates/markdown/src/builder.rs",
            find: "let (alt, host) = (plain_text(&inlines), link::host(&destination));",
            replace: "let (alt, host) = (plain_text(&inlines), link::host(\"\") );",
        }],
        shows: Shows::Program("markdown", "blocks"),
        test: "images_are_told_of_with_their_host",
        says: "host: None",
    },
    Defence {
        attack: "leak chats by image, link, style, prefetch, form, navigation",
        what: "other schemes are never opened",
        changes: &[Change {
            file: "src-tauri/src/links.rs",
            find: "|| url.scheme() == \"mailto\";",
            replace: "|| !is_web;",
        }],
        shows: Shows::Unit("chatelaine"),
        test: "links::tests::opens_web_and_mail_addresses_alone",
        says: "file:///etc/passwd",
    },
    Defence {
        attack: "leak chats by image, link, style, prefetch, form, navigation",
        what: "an address with a user name is never opened",
        changes: &[Change {
            file: "src-tauri/src/links.rs",
            find: "(is_web && url.has_host() && is_plain)",
            replace: "(is_web && url.has_host() | is_plain)",
        }],
        shows: Shows::Unit("chatelaine"),
        test: "links::tests::opens_web_and_mail_addresses_alone",
        says: "https://bank.example@evil.example/",
    },
];
