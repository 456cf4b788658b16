//! Writes the TypeScript of all that crosses the border.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ts_rs::{Config, TS, TypeVisitor};

use super::commands::COMMANDS;
use super::{AppEvent, CommandError, SettingsEvent, StartedTurn, TurnEvent};
use super::{AppInfo, ConversationPage, ModelMenu, PasteOutcome, PrivacyReport, SettingsState};

/// The file with every type.
const HEAD: &str =
    "// Generated from src-tauri/src/ipc by `cargo xtask bindings`. Do not edit.\n\n";

struct Declarations {
    config: Config,
    found: BTreeMap<String, String>,
}

impl TypeVisitor for Declarations {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        // A type with an export path is one of ours; others (numbers, lists) are spelled in place, and their elements are
        // visited by the type that has them.
        if T::output_path().is_none() {
            return;
        }
        let name = T::ident(&self.config);
        if self.found.contains_key(&name) {
            return;
        }
        self.found.insert(name, T::decl(&self.config));
        T::visit_dependencies(self);
        T::visit_generics(self);
    }
}

/// The contents of the one generated file, `index.ts`.
pub fn generate() -> String {
    let mut declarations = Declarations {
        config: Config::new(),
        found: BTreeMap::new(),
    };
    macro_rules! visit {
        ($($name:ty),+ $(,)?) => { $(declarations.visit::<$name>();)+ };
    }
    visit!(
        AppEvent,
        AppInfo,
        CommandError,
        ConversationPage,
        ModelMenu,
        PasteOutcome,
        PrivacyReport,
        SettingsEvent,
        SettingsState,
        StartedTurn,
        TurnEvent,
        super::AttachFile,
        super::Attached,
        super::ChooseModel,
        super::ChooseOptions,
        super::ConversationRef,
        super::DraftFileRef,
        super::DraftText,
        super::FoundKey,
        super::HeaderRef,
        super::HighlightCode,
        super::LimitsState,
        super::KeyRef,
        super::ListModels,
        super::LookForKey,
        super::MessageRef,
        super::NetworkState,
        super::OpenChat,
        super::OpenConversation,
        super::OpenLink,
        super::OpenSettings,
        super::PasteKey,
        super::ProviderRef,
        super::Removal,
        super::RenameConversation,
        super::RetryTurn,
        super::SaveProvider,
        markdown::Block,
        super::Updates,
        super::SetOpenAtLogin,
        super::SetUpdateChecks,
        super::SetAnswerLimit,
        super::SetBudget,
        super::SetCap,
        super::SetPrice,
        super::SetProxy,
        super::SetRotationReminder,
        super::SetWaitLimit,
        super::StartTurn,
    );
    let mut out = String::from(HEAD);
    for declaration in declarations.found.values() {
        let _ = writeln!(out, "export {declaration}\n");
    }
    out.push_str("/** Every command: what it takes, what it answers with, and what comes over its channel. */\n");
    out.push_str("export interface Commands {\n");
    for command in COMMANDS {
        let _ = writeln!(
            out,
            "  {}: {{ request: {}; events: {}; result: {} }};",
            command.name,
            typescript_of(command.request),
            typescript_of(command.events),
            typescript_of(command.result),
        );
    }
    out.push_str("}\n\n/** Which window may call which command. */\nexport const commandsOf = {\n");
    for window in ["chat", "settings"] {
        let names: Vec<String> = COMMANDS
            .iter()
            .filter(|command| command.windows.contains(&window))
            .map(|command| format!("'{}'", command.name))
            .collect();
        let _ = writeln!(out, "  {window}: [{}],", names.join(", "));
    }
    out.push_str("} as const;\n");
    out
}

/// Spells a type of the command list in TypeScript.
fn typescript_of(rust: &str) -> String {
    // `stringify!` sets spaces between the tokens.
    let rust = rust.replace(' ', "");
    let rust = rust
        .strip_prefix('(')
        .and_then(|inner| inner.strip_suffix(')'))
        .unwrap_or(&rust);
    if let Some(inner) = rust
        .strip_prefix("Vec<")
        .and_then(|inner| inner.strip_suffix('>'))
    {
        return format!("Array<{}>", typescript_of(inner));
    }
    if let Some(inner) = rust
        .strip_prefix("Option<")
        .and_then(|inner| inner.strip_suffix('>'))
    {
        return format!("{} | null", typescript_of(inner));
    }
    match rust {
        "" => "null".into(),
        "bool" => "boolean".into(),
        "String" => "string".into(),
        name => name.into(),
    }
}
