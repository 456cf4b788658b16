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

use e2e::window::{App, Launch};
use e2e::{Desk, Keyring, demo};

const QUESTION: &str = "What is Chatelaine?";

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
    let shown = demo::read_while_it_grows(&page, |new| {
        print!("{new}");
        std::io::stdout().flush().expect("the terminal takes text");
    });
    let picture = page.screenshot("demo-conversation");
    demo::check_window(&shown)?;
    demo::check_database(&desk.data_folder(), QUESTION)?;
    println!("\nThe window, the database and the demo's text agree.");
    println!("Screenshot: {}", picture.display());
    Ok(())
}
