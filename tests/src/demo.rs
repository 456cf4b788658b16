//! The conversation with the built-in demo model: what it says, how a window shows it, and where it must agree.

use std::path::Path;
use std::time::Duration;

use crate::wait::wait_for;
use crate::window::Page;

/// What the demo says to a first message.
pub const TOUR: &str = include_str!("../../src-tauri/crates/providers/src/demo/tour.md");
/// How long the answer may take: it is paced, and ends after a few seconds.
const LIMIT: Duration = Duration::from_secs(60);
/// Reads the answer without the labels of its code blocks.
const READ: &str = r"
    const answer = document.querySelector('[data-testid=message-assistant] .prose');
    if (!answer) return null;
    const text = [];
    const walk = (node) => {
        if (node.nodeName === 'FIGCAPTION') return;
        if (node.nodeType === Node.TEXT_NODE) text.push(node.data);
        for (const child of node.childNodes) walk(child);
        if (['P', 'LI', 'TR', 'H2', 'H3', 'H4', 'PRE'].includes(node.nodeName)) text.push('\n');
        if (['TD', 'TH'].includes(node.nodeName)) text.push('  ');
    };
    walk(answer);
    return { text: text.join(''), running: document.querySelector('[data-testid=stop]') !== null };
";

/// Follows the first answer of the window, until Send is back in place of Stop. Gives all of it, as the window shows it.
///
/// Each whole line is handed to `shown` as soon as it is there, and the rest at the end.
#[track_caller]
pub fn read_while_it_grows(page: &Page<'_>, mut shown: impl FnMut(&str)) -> String {
    let mut handed = String::new();
    let all = wait_for("the end of the demo's answer in the window", LIMIT, || {
        // One look for both, so that they are of one moment.
        let look = page.run(READ, Vec::new());
        let is_running = look["running"].as_bool().unwrap_or(true);
        // The end of a block moves down while the block grows.
        let text = look["text"].as_str().unwrap_or_default().trim_end();
        if let Some(new) = text.strip_prefix(&handed) {
            // The last line may still change: markup that is not closed yet is text.
            let whole = new.rfind('\n').map_or(0, |end| end + 1);
            let new = new[..whole].to_owned();
            if !new.is_empty() {
                shown(&new);
            }
            handed.push_str(&new);
        }
        (!is_running && !text.is_empty()).then(|| text.to_owned())
    });
    match all.strip_prefix(&handed) {
        Some(rest) => shown(&format!("{rest}\n")),
        None => shown(&format!("\n\n{all}\n")),
    }
    all
}

/// Compares what a window shows with the demo's text, markup aside.
///
/// # Errors
/// When they differ.
pub fn check_window(shown: &str) -> Result<(), String> {
    let told: String = TOUR
        .lines()
        .filter(|line| !line.starts_with("```"))
        .collect();
    if letters(shown) == letters(&told) {
        Ok(())
    } else {
        Err("the window does not show the demo's text".into())
    }
}

/// Compares the only conversation in a data folder's database with `question` and the demo's text, to the byte.
///
/// # Errors
/// When they differ, or the database can't be read.
pub fn check_database(data: &Path, question: &str) -> Result<(), String> {
    let path = data.join("chats.sqlite");
    let database =
        rusqlite::Connection::open_with_flags(path, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY)
            .map_err(|error| format!("the database can't be opened: {error}"))?;
    let text = |role: &str| {
        database
            .query_row("SELECT text FROM message WHERE role = ?1", [role], |row| {
                row.get::<_, String>(0)
            })
            .map_err(|error| format!("the database holds no {role} message: {error}"))
    };
    if text("user")? != question {
        return Err("the database holds another question".into());
    }
    if text("assistant")? != TOUR {
        return Err("the database holds another answer than the demo's text".into());
    }
    Ok(())
}

/// Letters and digits alone: what is left of a text once its markup is gone.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}
