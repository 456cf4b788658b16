//! What a window is told while it watches.

use markdown::{Growth, Patch, Span};
use serde::Serialize;
use ts_rs::TS;

use super::conversations::{Citation, StopReason, Usage};
use super::error::CommandError;
use markdown::Block;

/// A step of a turn. The first is `Snapshot`; the last is `Finished`, `Cancelled` or `Failed`, and nothing follows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum TurnEvent {
    /// The answer as far as it has come when the watch begins. Its calls and sources follow.
    Snapshot {
        /// The answer's message.
        answer: String,
        /// Its Markdown, parsed.
        blocks: Vec<Block>,
        /// What the model has thought so far.
        reasoning: String,
    },
    /// So many of the oldest messages are not sent: they no longer fit beside the others.
    LeftOut {
        /// How many.
        #[ts(type = "number")]
        messages: u64,
    },
    /// Asking failed before anything of an answer came; it is asked again after a while.
    Waiting {
        /// Why it failed.
        error: CommandError,
        /// How long is waited from now on, in milliseconds.
        #[ts(type = "number")]
        milliseconds: u64,
        /// Which try that will be, after the first one: from 1 to `most`.
        retry: u32,
        /// How often it is asked again at most.
        most: u32,
    },
    /// The wait is over, and it is asked again.
    AskedAgain,
    /// The provider has begun to answer.
    Started,
    /// The answer has grown: keep the first `keep` blocks, let the next one grow if `grow` says how, then these follow.
    Blocks {
        /// How many blocks stay as they are.
        keep: u32,
        /// How the block after those grows.
        grow: Option<Growth>,
        /// The blocks that follow; all later ones are gone.
        changed: Vec<Block>,
    },
    /// Lines of the open code block have got their colours.
    Highlighted {
        /// Which block, counted among the answer's own.
        block: u32,
        /// The first of the lines.
        line: u32,
        /// The lines.
        lines: Vec<Vec<Span>>,
    },
    /// The model has thought on.
    ReasoningDelta {
        /// Plain text.
        text: String,
    },
    /// A call that the model asks for has grown, or is new.
    ToolCall {
        /// Which, from 0.
        index: u32,
        /// The tool's name, when the call is new; may be empty.
        name: Option<String>,
        /// More of the arguments.
        arguments: String,
    },
    /// The model has named more sources.
    Citations {
        /// The new ones.
        citations: Vec<Citation>,
    },
    /// Tokens so far.
    Usage {
        /// As reported.
        usage: Usage,
    },
    /// The model finished.
    Finished {
        /// Why it stopped.
        stop_reason: StopReason,
    },
    /// The person stopped it.
    Cancelled,
    /// It failed; what came stays.
    Failed {
        /// Why.
        error: CommandError,
    },
}

impl From<Patch> for TurnEvent {
    fn from(patch: Patch) -> Self {
        Self::Blocks {
            keep: patch.keep,
            grow: patch.grow,
            changed: patch.changed,
        }
    }
}

/// What the settings window is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum SettingsEvent {
    /// A paste was asked for by the keyboard, and the clipboard holds what may be a key. It is the window's to call
    /// `paste_key`, with the name it has.
    PasteRequested,
    /// Something that the window shows may have changed.
    Changed,
    /// The page to show.
    Page {
        /// Which.
        page: super::shell::SettingsPage,
    },
}

/// What the chat window is told of the rest of the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum AppEvent {
    /// The look has been changed in the settings window.
    AppearanceChanged {
        /// How the windows look now.
        appearance: super::shell::Appearance,
    },
    /// Providers, keys or the chosen model may have changed: list the models again.
    ModelsChanged,
    /// The settings window wants the new version to run. What would be lost by that, this window knows.
    RestartWanted,
}
