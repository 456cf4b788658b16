//! The rule for commands: nothing that comes from web code names a URL or a file without a native yes. Every text that a
//! command takes is classified here, and a command or a text that is not fails the test.

use std::collections::BTreeMap;

use super::COMMANDS;
use crate::ipc::typescript;

/// What a text in an argument may name. Numbers, flags and choices of a closed set name nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Names {
    /// Something that the app knows by this id; an id of nothing known is an error.
    Known,
    /// Nothing: words that are shown, kept or said in a message, and never opened, resolved or run.
    Nothing,
    /// An address. It is used after a native dialog has shown it whole and a person has said yes.
    AfterNativeYes,
}
use Names::{AfterNativeYes, Known, Nothing};

/// Every command with the texts that it takes.
const RULE: &[(&str, &[(&str, Names)])] = &[
    ("app_info", &[]),
    ("window_ready", &[]),
    ("watch_app", &[]),
    ("open_settings", &[]),
    ("open_chat", &[]),
    ("open_link", &[("url", AfterNativeYes)]),
    ("unlock_store", &[]),
    ("forget_crash", &[]),
    ("diagnostics", &[]),
    // There is one copy that it can be about, and a native dialog names it.
    ("put_chats_back", &[]),
    ("list_conversations", &[]),
    (
        "open_conversation",
        &[("conversation", Known), ("before", Known)],
    ),
    (
        "rename_conversation",
        &[("conversation", Known), ("title", Nothing)],
    ),
    (
        "choose_options",
        &[
            ("conversation", Known),
            ("options.system", Nothing),
            ("options.stop", Nothing),
        ],
    ),
    ("delete_conversation", &[("conversation", Known)]),
    ("restore_conversation", &[("conversation", Known)]),
    (
        "message_text",
        &[("conversation", Known), ("message", Known)],
    ),
    ("list_drafts", &[]),
    ("keep_draft", &[("conversation", Known), ("text", Nothing)]),
    // The files are chosen in a native dialog.
    ("choose_files", &[]),
    // Its bytes come with it.
    ("attach_file", &[("name", Nothing), ("data", Nothing)]),
    ("detach_file", &[("id", Known)]),
    ("look_for_key", &[("text", Nothing)]),
    (
        "start_turn",
        &[
            ("conversation", Known),
            ("text", Nothing),
            ("attachments", Known),
            ("model.provider", Known),
            // The provider's to know: it goes into the request's body, or as one segment into the path of the endpoint.
            ("model.model", Nothing),
            ("options.system", Nothing),
            ("options.stop", Nothing),
        ],
    ),
    (
        "retry_turn",
        &[
            ("conversation", Known),
            ("answer", Known),
            ("model.provider", Known),
            ("model.model", Nothing),
        ],
    ),
    ("watch_turn", &[("conversation", Known)]),
    ("stop_turn", &[("conversation", Known)]),
    ("highlight_code", &[("info", Nothing), ("lines", Nothing)]),
    ("list_models", &[]),
    // It goes to the provider of the model that the person has chosen.
    ("warm_up", &[]),
    (
        "choose_model",
        &[("model.provider", Known), ("model.model", Nothing)],
    ),
    ("settings_state", &[]),
    ("watch_settings", &[]),
    (
        "paste_key",
        &[
            ("name", Nothing),
            ("provider", Known),
            ("replace.provider", Known),
        ],
    ),
    ("verify_key", &[("provider", Known)]),
    ("remove_key", &[("provider", Known)]),
    ("use_key", &[("provider", Known)]),
    // The address is the catalogue's own.
    ("open_key_page", &[("provider", Known)]),
    ("unlock_sealed", &[]),
    ("lock_sealed", &[]),
    ("clear_clipboard", &[]),
    (
        "save_provider",
        &[
            ("id", Known),
            ("name", Nothing),
            ("baseUrl", AfterNativeYes),
            ("defaultModel", Nothing),
        ],
    ),
    ("remove_provider", &[("provider", Known)]),
    ("set_rotation_reminder", &[]),
    ("remove_everything", &[]),
    ("set_appearance", &[]),
    ("limits_state", &[]),
    ("set_cap", &[]),
    ("set_budget", &[("provider", Known)]),
    ("set_answer_limit", &[]),
    ("set_price", &[("provider", Known), ("model", Nothing)]),
    ("find_local_servers", &[]),
    ("open_at_login", &[]),
    ("set_open_at_login", &[]),
    // Where updates come from is compiled in.
    ("watch_updates", &[]),
    ("check_for_update", &[]),
    ("set_update_checks", &[]),
    ("update_notes", &[]),
    ("download_update", &[]),
    ("cancel_download", &[]),
    // It takes what a signature stands for, past a native yes.
    ("install_update", &[]),
    ("put_off_update", &[]),
    ("skip_update", &[]),
    // The address is the build's own.
    ("open_release_page", &[]),
    ("network_state", &[]),
    (
        "set_proxy",
        &[("address", AfterNativeYes), ("direct", AfterNativeYes)],
    ),
    // What it takes is typed into a native dialog.
    ("set_proxy_login", &[]),
    ("remove_proxy_login", &[]),
    // The file is chosen in a native dialog.
    ("choose_certificates", &[]),
    ("remove_certificates", &[]),
    // Its name and value are typed into a native dialog.
    ("add_header", &[("provider", Known)]),
    ("remove_header", &[("provider", Known), ("name", Known)]),
    ("set_wait_limit", &[]),
    ("privacy_report", &[]),
];

/// What the name of a text has when it is an address or a file.
const TELLING: [&str; 14] = [
    "url",
    "uri",
    "path",
    "file",
    "folder",
    "dir",
    "host",
    "origin",
    "address",
    "proxy",
    "endpoint",
    "link",
    "certificate",
    "program",
];

/// The types that the bindings declare: what stands behind each name, without comments.
fn declared(bindings: &str) -> BTreeMap<String, String> {
    let mut code = String::new();
    let mut rest = bindings;
    while let Some((before, comment)) = rest.split_once("/**") {
        code.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    code.push_str(rest);
    code.split("export type ")
        .skip(1)
        .filter_map(|declaration| {
            let (name, body) = declaration.split_once(" = ")?;
            let (body, _) = body.split_once(';')?;
            Some((name.to_owned(), body.to_owned()))
        })
        .collect()
}

/// Splits at `separator` where no bracket is open.
fn split(text: &str, separator: char) -> Vec<&str> {
    let (mut parts, mut depth, mut begin) = (Vec::new(), 0_u32, 0);
    for (at, letter) in text.char_indices() {
        match letter {
            '{' | '<' => depth += 1,
            '}' | '>' => depth = depth.saturating_sub(1),
            _ if letter == separator && depth == 0 => {
                parts.push(&text[begin..at]);
                begin = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[begin..]);
    parts.into_iter().map(str::trim).collect()
}

/// The texts in a type, each by its path.
fn texts(spelled: &str, path: &str, declared: &BTreeMap<String, String>) -> Vec<String> {
    let mut found = Vec::new();
    for variant in split(spelled, '|') {
        let inside = |open: &str, close: char| {
            variant
                .strip_prefix(open)
                .and_then(|rest| rest.strip_suffix(close))
        };
        if let Some(fields) = inside("{", '}') {
            for field in split(fields, ',') {
                let Some((name, of)) = field.split_once(':') else {
                    continue;
                };
                let name = name.trim().trim_matches('"').trim_end_matches('?');
                let path = [path, name].join(".");
                found.extend(texts(of.trim(), path.trim_start_matches('.'), declared));
            }
        } else if let Some(element) = inside("Array<", '>') {
            found.extend(texts(element, path, declared));
        } else if let Some(body) = declared.get(variant) {
            found.extend(texts(body, path, declared));
        } else if !matches!(variant, "number" | "boolean" | "null") && !variant.starts_with('"') {
            // `string`, and whatever is not known to name nothing.
            found.push(path.to_owned());
        }
    }
    found
}

/// Everything in which the commands and the rule do not agree.
fn complaints(
    commands: &[(&str, &str)],
    declared: &BTreeMap<String, String>,
    rule: &[(&str, &[(&str, Names)])],
) -> Vec<String> {
    let mut complaints = Vec::new();
    for (command, _) in rule {
        if !commands.iter().any(|(name, _)| name == command) {
            complaints.push(format!("{command} is in the rule and is no command"));
        }
    }
    for (command, request) in commands {
        let Some((_, classified)) = rule.iter().find(|(name, _)| name == command) else {
            complaints.push(format!("{command} is not classified"));
            continue;
        };
        let request = request.trim_start_matches('(').trim_end_matches(')').trim();
        let taken = if request.is_empty() {
            Vec::new()
        } else {
            texts(request, "", declared)
        };
        for (path, _) in *classified {
            if !taken.iter().any(|text| text == path) {
                complaints.push(format!("{command} takes no text {path}"));
            }
        }
        for path in taken {
            let names = classified.iter().find(|(text, _)| *text == path);
            let last = path.rsplit('.').next().unwrap_or_default().to_lowercase();
            let telling = TELLING.iter().any(|part| last.contains(part));
            match names {
                None => complaints.push(format!("{command}: {path} is not classified")),
                Some((_, names)) if telling && *names != AfterNativeYes => complaints.push(
                    format!("{command}: {path} sounds like an address or a file, and is {names:?}"),
                ),
                Some(_) => {}
            }
        }
    }
    complaints
}

#[test]
fn nothing_from_web_code_names_an_address_or_a_file_without_a_native_yes() {
    let commands: Vec<_> = COMMANDS
        .iter()
        .map(|command| (command.name, command.request))
        .collect();
    let declared = declared(&typescript::generate());
    let complaints = complaints(&commands, &declared, RULE);
    assert!(
        complaints.is_empty(),
        "classify each text in RULE:\n{}",
        complaints.join("\n")
    );
}

#[test]
fn what_is_not_classified_and_what_sounds_like_a_place_is_noticed() {
    let declared = declared(
        "export type Wide = { \n/**\n * Doc: with, all.\n */\nhow: How, inner: Array<Inner>, size: number | null, };\n\n\
         export type How = \"url\" | \"path\";\n\nexport type Inner = { \"type\": \"a\", text: string | null, } | { \"type\": \"b\", filePath: string };\n",
    );
    let commands = [("go", "(Wide)"), ("stay", "()")];
    assert_eq!(
        texts("Wide", "", &declared),
        ["inner.text", "inner.filePath"]
    );
    let sound: &[(&str, &[(&str, Names)])] = &[
        (
            "go",
            &[("inner.text", Nothing), ("inner.filePath", AfterNativeYes)],
        ),
        ("stay", &[]),
    ];
    assert_eq!(complaints(&commands, &declared, sound), [""; 0]);
    for (rule, complaint) in [
        (&sound[..1], "stay is not classified"),
        (
            &[sound[1], ("go", &[("inner.filePath", AfterNativeYes)])],
            "go: inner.text is not classified",
        ),
        (
            &[
                sound[1],
                ("go", &[("inner.text", Nothing), ("inner.filePath", Known)]),
            ],
            "go: inner.filePath sounds like an address or a file, and is Known",
        ),
        (
            &[sound[0], ("stay", &[("url", AfterNativeYes)])],
            "stay takes no text url",
        ),
        (
            &[sound[0], sound[1], ("gone", &[])][..],
            "gone is in the rule and is no command",
        ),
    ] {
        assert_eq!(complaints(&commands, &declared, rule), [complaint]);
    }
}
