//! What crosses the border between Rust and the windows: payloads, events, error codes and the one command list. Their
//! TypeScript is generated from here (`cargo xtask bindings`).
//!
//! Nothing here has a field for a key, and no type that could hold one derives `Serialize`.

pub mod attachments;
pub mod commands;
pub mod conversations;
pub mod error;
pub mod events;
pub mod limits;
pub mod models;
pub mod network;
pub mod privacy;
pub mod settings;
pub mod shell;
pub mod typescript;
pub mod updates;

pub use attachments::*;
pub use commands::{COMMANDS, CommandSpec};
pub use conversations::*;
pub use error::{CommandError, ErrorCode};
pub use events::{AppEvent, SettingsEvent, TurnEvent};
pub use limits::*;
pub use models::*;
pub use network::*;
pub use privacy::*;
pub use settings::*;
pub use shell::*;
pub use updates::*;
