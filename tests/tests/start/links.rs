use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use e2e::dialog::Dialog;
use e2e::wait::SOON;
use e2e::wait_until;
use e2e::window::{App, Launch, Page};

use crate::common::{ask_and_hear, chat, desk, provider_that_says, settings, write_settings};

const ADDRESS: &str = "https://example.org/a/long/way?with=a%20question&and=more#place";

/// Clicks the link by the page's own means: the driver waits for the end of its own clicks, which a modal dialog keeps from
/// coming.
fn click(page: &Page<'_>) {
    page.run(
        "document.querySelector('[data-testid=message-assistant] a').click()",
        vec![],
    );
}

#[test]
fn a_link_in_an_answer_opens_after_a_native_yes_alone() {
    let desk = desk();
    let provider = provider_that_says(
        "Read [the whole story](https://example.org/a/long/way?with=a%20question&and=more#place), not [this](file:///etc/passwd).",
    );
    write_settings(&desk, &settings(&provider));
    // Stands in for the desktop's own, and writes down what it was called with.
    let (tools, opened) = (desk.folder().join("tools"), desk.folder().join("opened"));
    fs::create_dir(&tools).unwrap();
    let stand_in = tools.join("xdg-open");
    fs::write(
        &stand_in,
        format!("#!/bin/sh\necho \"$@\" >> '{}'\n", opened.display()),
    )
    .unwrap();
    fs::set_permissions(&stand_in, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:/usr/local/bin:/usr/bin:/bin", tools.display());
    let app = App::start(&desk, &Launch::new(&desk).env("PATH", path));
    let page = chat(&app);
    ask_and_hear(&page, "Where can I read more?", "the whole story");

    let links = page.all_css("[data-testid=message-assistant] a");
    assert_eq!(links.len(), 1, "what may not be opened is no link");
    assert!(
        links[0].attribute("title").unwrap().contains(ADDRESS),
        "it shows where it goes"
    );
    click(&page);
    let dialog = Dialog::wait(&desk, "Open this address");
    assert!(dialog.text().contains(ADDRESS), "{}", dialog.text());
    assert_eq!(dialog.buttons(), ["Cancel", "Open"]);
    dialog.press("Cancel");
    click(&page);
    Dialog::wait(&desk, "Open this address").dismiss();
    assert!(!opened.exists());

    click(&page);
    Dialog::wait(&desk, "Open this address").press("Open");
    wait_until("the address to be opened", SOON, || {
        fs::read_to_string(&opened).is_ok_and(|calls| calls.ends_with('\n'))
    });
    assert_eq!(
        fs::read_to_string(&opened).unwrap(),
        format!("{ADDRESS}\n"),
        "once, and none of the others"
    );
    assert_eq!(page.run("return location.pathname", vec![]), "/chat.html");
}
