//! Holds one conversation with the built-in demo model in the app's own window, without a display: what `cargo xtask run`
//! does where there is none. Prints the answer as it is read from the window while it grows, and the path of a
//! screenshot. Succeeds only if the window, the database and the demo's text agree.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::expect_used,
    reason = "a command-line program that shows what it sees, and ends where it can't go on"
)]

use std::io::Write as _;
use std::panic::catch_unwind;
use std::process::ExitCode;
use std::time::Duration;

use e2e::window::{App, Launch, Page};
use e2e::{Desk, Keyring, wait_for};

/// What the demo says to a first message.
const TOUR: &str = include_str!("../../../src-tauri/crates/providers/src/demo/tour.md");
const QUESTION: &str = "What is Chatelaine?";
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

fn main() -> ExitCode {
    match catch_unwind(conversation) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(what)) => {
            eprintln!("The demo conversation failed: {what}.");
            ExitCode::FAILURE
        }
        Err(_) => {
            eprintln!(
                "The demo conversation failed: the window stayed blank or got stuck, at the step named above."
            );
            ExitCode::FAILURE
        }
    }
}

fn conversation() -> Result<(), String> {
    println!("No display: starting one (Xvfb), with a Secret Service of its own.");
    let desk = Desk::new(Keyring::Unlocked);
    let app = App::start(&desk, &Launch::new(&desk));
    println!("The app is open. Trying it without a key.");
    app.page("settings.html").click("try-demo");
    let page = app.page("chat.html");
    println!("\n> {QUESTION}\n");
    page.type_into("composer", QUESTION);
    page.click("send");
    let shown = read_while_it_grows(&page);
    let picture = page.screenshot("demo-conversation");
    check_window(&shown)?;
    check_database(&desk)?;
    println!("\nThe window, the database and the demo's text agree.");
    println!("Screenshot: {}", picture.display());
    Ok(())
}

/// Prints the answer as the window shows it, until Send is back in place of Stop. Gives all of it.
fn read_while_it_grows(page: &Page<'_>) -> String {
    let mut printed = String::new();
    let shown = wait_for("the end of the demo's answer in the window", LIMIT, || {
        // One look for both, so that they are of one moment.
        let look = page.run(READ, Vec::new());
        let is_running = look["running"].as_bool().unwrap_or(true);
        // The end of a block moves down while the block grows.
        let shown = look["text"].as_str().unwrap_or_default().trim_end();
        if let Some(new) = shown.strip_prefix(&printed) {
            // The last line may still change: markup that is not closed yet is text.
            let whole = new.rfind('\n').map_or(0, |end| end + 1);
            print!("{}", &new[..whole]);
            std::io::stdout().flush().expect("the terminal takes text");
            printed.push_str(&new[..whole]);
        }
        (!is_running && !shown.is_empty()).then(|| shown.to_owned())
    });
    match shown.strip_prefix(&printed) {
        Some(rest) => println!("{rest}"),
        None => println!("\n\n{shown}"),
    }
    shown
}

/// Letters and digits alone: what is left of a text once its markup is gone.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

fn check_window(shown: &str) -> Result<(), String> {
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

fn check_database(desk: &Desk) -> Result<(), String> {
    let path = desk.data_folder().join("chats.sqlite");
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
    if text("user")? != QUESTION {
        return Err("the database holds another question".into());
    }
    if text("assistant")? != TOUR {
        return Err("the database holds another answer than the demo's text".into());
    }
    Ok(())
}
