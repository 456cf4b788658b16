//! What a person chooses: when it looks, what they are told of, and when nothing may be installed.

use e2e::provider::{Gate, Provider, Reply, openai};
use e2e::releases::{MANIFEST, Releases, VERSION};
use e2e::settings_page::{press, settings_from_chat, wait_for_words};
use e2e::wait::SOON;
use e2e::window::{App, CHAT, Launch};
use e2e::{wait_until, window::Page};
use serde_json::json;

use crate::common::{
    check, desk, good_release, read_settings, updates_page, wait_for_state, write_settings,
};

/// Looks by itself at once.
fn looking(releases: &Releases, desk: &e2e::Desk) -> Launch {
    releases
        .launch(desk)
        .env("CHATELAINE_SWITCH_UPDATE_FIRST_MS", "0")
}

fn chat<'app>(app: &'app App<'_>) -> Page<'app> {
    let page = app.page(CHAT);
    page.find("composer");
    page
}

#[test]
fn it_looks_at_its_start_tells_of_what_is_there_and_notes_run_nothing() {
    let desk = desk();
    let releases = good_release(&desk);
    let app = App::start(&desk, &looking(&releases, &desk));
    let chat = chat(&app);
    wait_for_state(&chat, "update-banner", "available");
    press(&chat, "What’s new");
    let sheet = chat.wait_for_text("update-sheet", "What’s new in Chatelaine 99.0.0");
    assert!(sheet.contains(env!("CARGO_PKG_VERSION")), "{sheet}");
    // Markdown: the stars are gone, and what looks like a tag is text.
    chat.wait_for_text("update-sheet", "Bold words");
    let broken = chat.run(
        "return { broken: window.broken ?? null, images: document.images.length }",
        vec![],
    );
    assert_eq!(broken["broken"], json!(null));
    press(&chat, "Close");
    chat.wait_until_gone("update-sheet");

    let page = settings_from_chat(&app);
    press(&page, "Updates");
    let notes = page.wait_for_text("update-notes", "**Bold** words");
    assert!(notes.contains("<img src=x onerror="), "{notes}");
    assert_eq!(
        page.run(
            "return document.querySelectorAll('main img').length",
            vec![]
        ),
        json!(0)
    );

    // Nothing but a version, and no cookie.
    let asked = releases.server.exchanges_for(MANIFEST).swap_remove(0);
    let mut names: Vec<_> = asked
        .request()
        .headers()
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["accept", "host", "user-agent"]);
    assert_eq!(
        asked.request().header("user-agent"),
        Some(concat!("Chatelaine/", env!("CARGO_PKG_VERSION")))
    );
    // The list of hosts that were asked has it.
    press(&page, "Privacy & proof");
    wait_for_words(&page, "new version");
}

#[test]
fn what_is_put_off_comes_again_tomorrow_and_what_is_skipped_does_not() {
    let desk = desk();
    let releases = good_release(&desk);
    let app = App::start(&desk, &looking(&releases, &desk));
    let page = chat(&app);
    wait_for_state(&page, "update-banner", "available");
    press(&page, "Later");
    page.wait_until_gone("update-banner");
    let after = read_settings(&desk)["updates"]["remindAfter"]
        .as_i64()
        .unwrap();
    drop(page);
    drop(app);

    // The next day.
    let mut settings = read_settings(&desk);
    settings["updates"]["remindAfter"] = json!(after - 2 * 86_400_000);
    write_settings(&desk, &settings);
    let app = App::start(&desk, &looking(&releases, &desk));
    let page = chat(&app);
    wait_for_state(&page, "update-banner", "available");
    press(&page, "What’s new");
    page.find("update-sheet");
    press(&page, "Skip this version");
    page.wait_until_gone("update-banner");
    assert_eq!(read_settings(&desk)["updates"]["skip"], json!(VERSION));
    drop(page);
    drop(app);

    let app = App::start(&desk, &looking(&releases, &desk));
    let page = updates_page(&app);
    wait_for_state(&page, "update-state", "available");
    assert!(!app.page(CHAT).has("update-banner"));
    press(&page, "Download after all");
    wait_for_state(&page, "update-state", "ready");
    wait_for_state(&app.page(CHAT), "update-banner", "ready");
}

#[test]
fn it_does_not_look_where_that_is_switched_off_and_looks_once_when_asked() {
    let desk = desk();
    let releases = good_release(&desk);
    let app = App::start(&desk, &releases.launch(&desk));
    let page = updates_page(&app);
    page.find_css("[role=switch]").click();
    wait_until("the choice to be kept", SOON, || {
        read_settings(&desk)["updates"]["automatic"] == json!(false)
    });
    drop(page);
    drop(app);
    let app = App::start(&desk, &looking(&releases, &desk));
    let page = updates_page(&app);
    wait_for_state(&page, "update-state", "off");
    check(&page, "available");
    assert_eq!(releases.server.exchanges_for(MANIFEST).len(), 1);
}

#[test]
fn a_build_of_one_s_own_and_one_that_a_package_manager_owns_say_so_and_ask_nobody() {
    let desk = desk();
    let app = App::start(&desk, &Launch::new(&desk));
    let page = updates_page(&app);
    wait_for_words(&page, "it was built from source");
    drop(page);
    drop(app);
    let releases = good_release(&desk);
    let launch = looking(&releases, &desk).env("CHATELAINE_SWITCH_UPDATE_MANAGED", "1");
    let app = App::start(&desk, &launch);
    let page = updates_page(&app);
    wait_for_words(&page, "brings new versions");
    assert!(releases.server.exchanges().is_empty());
}

#[test]
fn nothing_is_installed_while_an_answer_comes() {
    let desk = desk();
    let provider = Provider::http();
    write_settings(
        &desk,
        &json!({
            "version": 1,
            "providers": [{
                "id": "own", "name": "Workshop", "protocol": "openai-chat",
                "baseUrl": provider.base_url(), "defaultModel": "small-talk-1",
            }],
            "model": { "provider": "own", "model": "small-talk-1" },
        }),
    );
    let releases = good_release(&desk);
    let app = App::start(&desk, &releases.launch(&desk));
    let page = updates_page(&app);
    check(&page, "available");
    press(&page, "Download");
    wait_for_state(&page, "update-state", "ready");
    let gate = Gate::new();
    provider.answer(openai::close(
        Reply::stream()
            .send(openai::opening())
            .send(openai::delta("An answer "))
            .gate(&gate),
    ));
    let chat = chat(&app);
    chat.type_into("composer", "Say something");
    chat.click("send");
    chat.wait_for_text("message-assistant", "An answer");
    press(&page, "Install and restart");
    wait_for_words(&page, "answer");
    wait_for_state(&page, "update-state", "ready");
    gate.open();
    chat.wait_until_gone("stop");
}
