//! What stands around the two windows: native questions, closed lists, the content policy, the process sandbox.

use super::{Change, Defence, Shows};

const SECRECY: Shows = Shows::Window("secrecy");
const KEYS: Shows = Shows::Window("keys");
const START: Shows = Shows::Window("start");
const CONVERSATION: Shows = Shows::Window("conversation");
const SHELL: Shows = Shows::Unit("chatelaine");

pub(super) const DEFENCES: &[Defence] = &[
    Defence {
        attack: "plant a key, or a clipboard",
        what: "a key is stored after a native yes alone",
        changes: &[Change {
            file: "src-tauri/src/intake.rs",
            find: "let question = self.question(&paste);\n        if !self\n            .dialogs\n            .confirm(app, Some(window.clone()), question)\n            .await?\n        {",
            replace: "let _ = self.question(&paste);\n        if window.label().is_empty() {",
        }],
        shows: SECRECY,
        test: "planting::a_planted_key_needs_a_persons_yes_and_dialogs_do_not_stack",
        says: "Send this key to",
    },
    Defence {
        attack: "plant a key, or a clipboard",
        what: "an address is saved after a native yes alone",
        changes: &[Change {
            file: "src-tauri/src/own_providers.rs",
            find: "if !self.dialogs.confirm(app, Some(window), question).await? {\n                return Ok(false);",
            replace: "let _ = (app, &question);\n            if window.label().is_empty() {\n                return Ok(false);",
        }],
        shows: SECRECY,
        test: "planting::a_planted_key_needs_a_persons_yes_and_dialogs_do_not_stack",
        says: "Send your messages to this host",
    },
    Defence {
        attack: "plant a key, or a clipboard",
        what: "one dialog at a time",
        changes: &[Change {
            file: "src-tauri/src/native/dialog.rs",
            find: "if self.open.swap(true, Ordering::Acquire) {",
            replace: "if self.open.swap(false, Ordering::Acquire) {",
        }],
        shows: SECRECY,
        test: "planting::a_planted_key_needs_a_persons_yes_and_dialogs_do_not_stack",
        says: "script timed out",
    },
    Defence {
        attack: "plant a key, or a clipboard",
        what: "the default answer is no",
        changes: &[
            Change {
                file: "src-tauri/src/native/dialog.rs",
                find: "let cancel = dialog.add_button(\"Cancel\", ResponseType::Cancel);\n        dialog.add_button(&question.yes, ResponseType::Accept);",
                replace: "dialog.add_button(\"Cancel\", ResponseType::Cancel);\n        let cancel = dialog.add_button(&question.yes, ResponseType::Accept);",
            },
            Change {
                file: "src-tauri/src/native/dialog.rs",
                find: "set_default_response(ResponseType::Cancel)",
                replace: "set_default_response(ResponseType::Accept)",
            },
        ],
        shows: KEYS,
        test: "first_run::a_key_of_known_shape_is_kept_by_the_button_past_a_dialog_whose_default_is_no",
        says: "Nothing was stored.",
    },
    Defence {
        attack: "read it while it is pasted",
        what: "the paste keys never reach the page",
        changes: &[Change {
            file: "src-tauri/src/native/paste_keys.rs",
            find: "            Propagation::Stop\n        });",
            replace: "            Propagation::Proceed\n        });",
        }],
        shows: SECRECY,
        test: "planting::a_page_that_listens_hears_nothing_of_a_paste",
        says: "the page heard",
    },
    Defence {
        attack: "read it while it is pasted",
        what: "no context menu and no middle button in the settings window",
        changes: &[
            Change {
                file: "src-tauri/src/native/paste_keys.rs",
                find: "view.connect_context_menu(|_, _, _, _| true);",
                replace: "view.connect_context_menu(|_, _, _, _| false);",
            },
            Change {
                file: "src-tauri/src/native/paste_keys.rs",
                find: "if event.button() == gdk::BUTTON_MIDDLE {",
                replace: "if event.button() == u32::MAX {",
            },
        ],
        shows: KEYS,
        test: "keyboard::the_middle_button_and_the_menu_paste_nothing_in_the_settings_window",
        says: "in the name's field",
    },
    Defence {
        attack: "read it while it is pasted",
        what: "no key theme adds paste keys",
        changes: &[Change {
            file: "src-tauri/src/native/paste_keys.rs",
            find: "settings.set_gtk_key_theme_name(None);",
            replace: "let _ = settings;",
        }],
        shows: KEYS,
        test: "keyboard::a_key_theme_adds_no_way_to_paste",
        says: "\"paste\"",
    },
    Defence {
        attack: "call what is not its to call",
        what: "each window has a list of its own",
        changes: &[Change {
            file: "src-tauri/capabilities/chat.json",
            find: "\"allow-app-info\",",
            replace: "\"allow-app-info\",\n    \"allow-paste-key\",",
        }],
        shows: SHELL,
        test: "ipc::commands::tests::each_window_is_granted_its_list_and_nothing_else",
        says: "assertion `left == right` failed",
    },
    Defence {
        attack: "call what is not its to call",
        what: "no command of Tauri's is granted",
        changes: &[Change {
            file: "src-tauri/capabilities/settings.json",
            find: "\"allow-app-info\",",
            replace: "\"allow-app-info\",\n    \"core:default\",",
        }],
        shows: SHELL,
        test: "ipc::commands::tests::each_window_is_granted_its_list_and_nothing_else",
        says: "assertion `left == right` failed",
    },
    Defence {
        attack: "call what is not its to call",
        what: "a capability is for one window",
        changes: &[Change {
            file: "src-tauri/capabilities/settings.json",
            find: "\"windows\": [\n    \"settings\"\n  ]",
            replace: "\"windows\": [\n    \"*\"\n  ]",
        }],
        shows: SHELL,
        test: "ipc::commands::tests::each_window_is_granted_its_list_and_nothing_else",
        says: "left: [\"*\"]",
    },
    Defence {
        attack: "run script from model output",
        what: "no string becomes nodes: Trusted Types",
        changes: &[Change {
            file: "src-tauri/tauri.conf.json",
            find: "; require-trusted-types-for 'script'; trusted-types 'none'",
            replace: "",
        }],
        shows: START,
        test: "walls::script_in_either_window_reaches_nobody_and_goes_nowhere",
        says: "innerHTML = '<b>x</b>' was allowed",
    },
    Defence {
        attack: "run script from model output",
        what: "no script but the app's own",
        changes: &[Change {
            file: "src-tauri/tauri.conf.json",
            find: "script-src 'self'",
            replace: "script-src 'self' data:",
        }],
        shows: START,
        test: "walls::script_in_either_window_reaches_nobody_and_goes_nowhere",
        says: "data:text/javascript,window.breached = 1') was allowed",
    },
    Defence {
        attack: "leak chats by image, link, style, prefetch, form, navigation",
        what: "connections to IPC alone",
        changes: &[Change {
            file: "src-tauri/tauri.conf.json",
            find: "connect-src ipc:",
            replace: "connect-src * ipc:",
        }],
        shows: START,
        test: "walls::script_in_either_window_reaches_nobody_and_goes_nowhere",
        says: "/fetched",
    },
    Defence {
        attack: "leak chats by image, link, style, prefetch, form, navigation",
        what: "pictures of the app alone",
        changes: &[Change {
            file: "src-tauri/tauri.conf.json",
            find: "img-src 'self'",
            replace: "img-src *",
        }],
        shows: START,
        test: "walls::script_in_either_window_reaches_nobody_and_goes_nowhere",
        says: "/picture.png",
    },
    Defence {
        attack: "leak chats by image, link, style, prefetch, form, navigation",
        what: "nothing that is not named is loaded",
        changes: &[Change {
            file: "src-tauri/tauri.conf.json",
            find: "default-src 'none'",
            replace: "default-src *",
        }],
        shows: START,
        test: "walls::script_in_either_window_reaches_nobody_and_goes_nowhere",
        says: "/film",
    },
    Defence {
        attack: "leak chats by image, link, style, prefetch, form, navigation",
        what: "a window stays on its page",
        changes: &[Change {
            file: "src-tauri/src/windows.rs",
            find: ".on_navigation(move |url| is_own_page(url, &own))",
            replace: ".on_navigation(move |url| is_own_page(url, &own) || url.scheme() != \"tauri\")",
        }],
        shows: START,
        test: "walls::script_in_either_window_reaches_nobody_and_goes_nowhere",
        says: "the page is where it was",
    },
    Defence {
        attack: "leak chats by image, link, style, prefetch, form, navigation",
        what: "a link opens after a native yes alone",
        changes: &[Change {
            file: "src-tauri/src/links.rs",
            find: "if !self.dialogs.confirm(app, Some(window), question).await? {",
            replace: "let _ = (app, &question);\n        if window.label().is_empty() {",
        }],
        shows: START,
        test: "links::a_link_in_an_answer_opens_after_a_native_yes_alone",
        says: "no dialog \"Open this address\"",
    },
    Defence {
        attack: "widen a limit from web code",
        what: "a limit is raised after a native yes alone",
        changes: &[Change {
            file: "src-tauri/src/limits/change.rs",
            find: "let question = change.question(before, &whose);\n            if !self.dialogs.confirm(app, Some(window), question).await? {",
            replace: "let _ = (app, change.question(before, &whose));\n            if window.label().is_empty() {",
        }],
        shows: SECRECY,
        test: "widening::script_lowers_limits_and_can_not_raise_them",
        says: "Raise this limit",
    },
    Defence {
        attack: "leak chats by image, link, style, prefetch, form, navigation",
        what: "an image is told of and not loaded",
        changes: &[Change {
            file: "ui/src/lib/blocks/Inlines.svelte",
            find: "<span class=\"image\" title={inline.url}",
            replace: "<img src={inline.url} alt=\"\" /><span class=\"image\" title={inline.url}",
        }],
        shows: SECRECY,
        test: "payloads::answers_ask_nobody_for_anything",
        says: "findings in",
    },
    Defence {
        attack: "a web process that is broken into asks the Secret Service itself",
        what: "WebKit's process sandbox",
        changes: &[Change {
            file: "src-tauri/src/native/sandbox.rs",
            find: "Decision::TurnOn => (SandboxState::On, Some((FORCE, \"1\"))),",
            replace: "Decision::TurnOn => (SandboxState::On, Some((FORCE, \"0\"))),",
        }],
        shows: SECRECY,
        test: "sandbox::a_web_process_reaches_neither_the_keyring_nor_the_files_of_its_user",
        says: "the web process has its own",
    },
    Defence {
        attack: "read it from disk, logs, crash files, /proc",
        what: "no core file",
        changes: &[Change {
            file: "src-tauri/src/native/leftovers.rs",
            find: "let _ = setrlimit(Resource::Core, none);",
            replace: "let _ = (setrlimit, none);",
        }],
        shows: SECRECY,
        test: "leftovers::a_crash_leaves_no_file_with_a_key",
        says: "no core file, and nothing in it",
    },
    Defence {
        attack: "read it from disk, logs, crash files, /proc",
        what: "no memory for a program that collects crashes",
        changes: &[Change {
            file: "src-tauri/src/native/leftovers.rs",
            find: "let _ = std::fs::write(FILTER, \"0\");",
            replace: "let _ = FILTER;",
        }],
        shows: SECRECY,
        test: "leftovers::a_crash_leaves_no_file_with_a_key",
        says: "no core file, and nothing in it",
    },
    Defence {
        attack: "a key typed or pasted into the composer is sent",
        what: "a text with a key's shape is refused before it is kept or sent",
        changes: &[Change {
            file: "src-tauri/src/commands/turns.rs",
            find: "let text = if request.as_text {",
            replace: "let text = if request.as_text || !request.text.is_empty() {",
        }],
        shows: CONVERSATION,
        test: "key_shape::a_script_that_asks_no_one_is_refused_before_anything_is_kept_or_sent",
        says: "key_in_message",
    },
    Defence {
        attack: "a key typed or pasted into the composer is sent",
        what: "a draft with a key's shape is not kept, and what was kept before it goes",
        changes: &[Change {
            file: "src-tauri/src/commands/drafts.rs",
            find: "Some(_) => drafts.forget(conversation),",
            replace: "Some(_) => drafts.keep(conversation, &text),",
        }],
        shows: CONVERSATION,
        test: "drafts::a_key_that_waits_in_the_composer_is_not_kept_nor_is_what_stood_there_before",
        says: "in vain for the drafts [] on disk",
    },
    Defence {
        attack: "navigate away",
        what: "no window is opened by a page",
        changes: &[Change {
            file: "src-tauri/src/windows.rs",
            find: ".on_new_window(|_, _| NewWindowResponse::Deny)",
            replace: ".on_new_window(|_, _| NewWindowResponse::Allow)",
        }],
        shows: START,
        test: "walls::a_gesture_of_the_person_opens_no_window_and_saves_no_file_for_a_script",
        says: "no window was opened",
    },
    Defence {
        attack: "navigate away",
        what: "nothing is downloaded",
        changes: &[
            Change {
                file: "src-tauri/src/windows.rs",
                find: ".on_download(|_, _| false)",
                replace: ".on_download(|_, _| true)",
            },
            Change {
                file: "src-tauri/src/windows.rs",
                find: "on_navigation(move |url| is_own_page(url, &own))",
                replace: "on_navigation(move |url| url.scheme() == \"blob\" || is_own_page(url, &own))",
            },
        ],
        shows: START,
        test: "walls::a_gesture_of_the_person_opens_no_window_and_saves_no_file_for_a_script",
        says: "it was saved",
    },
];
