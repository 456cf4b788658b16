//! What keeps requests, and what goes with them, on the way that a person chose.

use super::{Change, Defence, Shows};

const ATTACK: &str = "lead requests past a proxy or a certificate of its own";

pub(super) const DEFENCES: &[Defence] = &[
    Defence {
        attack: ATTACK,
        what: "a proxy is set past a native yes",
        changes: &[Change {
            file: "src-tauri/src/network/change.rs",
            find: "let question = question_for_proxy(host.as_deref(), &direct, loses_login);\n        if !self",
            replace: "let question = question_for_proxy(host.as_deref(), &direct, loses_login);\n        if false && !self",
        }],
        shows: Shows::Window("conversation"),
        test: "proxy::a_way_out_that_is_set_on_its_page_holds_at_once",
        says: "no dialog \"Go out through this proxy\"",
    },
    Defence {
        attack: ATTACK,
        what: "a proxy's password goes to its own proxy alone",
        changes: &[Change {
            file: "src-tauri/crates/providers/src/proxy.rs",
            find: ".authorise(&self.binding()?, AuthScheme::ProxyLogin, &mut headers)",
            replace: ".authorise(&credential.origin().to_string().parse().ok()?, AuthScheme::ProxyLogin, &mut headers)",
        }],
        shows: Shows::Program("providers", "proxy"),
        test: "a_password_goes_to_its_own_proxy_alone",
        says: "called `Option::unwrap()` on a `None` value",
    },
    Defence {
        attack: ATTACK,
        what: "what says how a request travels is no header to add",
        changes: &[Change {
            file: "src-tauri/crates/providers/src/secrets.rs",
            find: "(!travels && !TAKEN.contains(&name)).then_some(name)",
            replace: "(!travels || TAKEN.contains(&name)).then_some(name)",
        }],
        shows: Shows::Unit("providers"),
        test: "secrets::tests::what_says_how_a_request_travels_is_no_header_to_add",
        says: "left: Some(\"host\")",
    },
    Defence {
        attack: "have the provider echo the key",
        what: "secret headers are taken out too",
        changes: &[Change {
            file: "src-tauri/crates/providers/src/secrets.rs",
            find: "self.key.into_iter().chain(headers)",
            replace: "self.key.into_iter().chain(headers.take(0))",
        }],
        shows: Shows::Program("providers", "secret_headers"),
        test: "a_provider_that_sends_one_back_shows_nothing_of_it",
        says: "gw-canary",
    },
];
