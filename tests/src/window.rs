//! The app in a real window, driven through WebKit's own driver, and the app as a plain process.

mod app;
mod driver;
mod launch;
mod page;
mod plain;

pub use app::App;
pub use launch::Launch;
pub use page::{Found, Page};
pub use plain::{Exit, Plain};

/// The chat window's page.
pub const CHAT: &str = "chat.html";
/// The settings window's page.
pub const SETTINGS: &str = "settings.html";
/// The chat window's title.
pub const CHAT_TITLE: &str = "Chatelaine";
/// The settings window's title.
pub const SETTINGS_TITLE: &str = "Chatelaine Settings";
