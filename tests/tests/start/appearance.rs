use e2e::wait::SOON;
use e2e::wait_until;
use e2e::window::{App, Launch, Page, SETTINGS};
use serde_json::json;

use crate::common::{chat, desk, press, read_settings, write_settings};

/// How bright the page is, from 0 to 255.
fn brightness(page: &Page<'_>) -> u64 {
    let script = r"
        const colour = getComputedStyle(document.body).backgroundColor;
        const [red, green, blue] = colour.match(/[\d.]+/g).map(Number);
        return Math.round((red + green + blue) / 3);
    ";
    page.run(script, vec![]).as_u64().unwrap()
}

#[track_caller]
fn wait_for(page: &Page<'_>, dark: bool) {
    wait_until(
        if dark { "a dark page" } else { "a light page" },
        SOON,
        || {
            let brightness = brightness(page);
            if dark {
                brightness < 64
            } else {
                brightness > 192
            }
        },
    );
}

/// The size of what one writes and reads, in CSS pixels.
fn text_size(page: &Page<'_>) -> String {
    let script =
        "return getComputedStyle(document.querySelector('[data-testid=composer]')).fontSize";
    page.run(script, vec![]).as_str().unwrap().to_owned()
}

#[test]
fn theme_and_text_size_reach_both_windows_at_once_and_outlive_a_restart() {
    let desk = desk();
    write_settings(&desk, &json!({ "version": 1 }));
    let app = App::start(&desk, &Launch::new(&desk));
    let page = chat(&app);
    page.click("open-settings");
    let pages = app.page(SETTINGS);
    press(&pages, "Appearance");
    wait_for(&page, false);
    assert_eq!(text_size(&page), "15px");

    for (name, dark, saved) in [
        ("Dark", true, "dark"),
        ("Light", false, "light"),
        ("System", false, "system"),
    ] {
        press(&pages, name);
        wait_for(&pages, dark);
        wait_for(&page, dark);
        wait_until("the theme on disk", SOON, || {
            read_settings(&desk)["theme"] == saved
        });
    }
    press(&pages, "Dark");
    press(&pages, "19");
    wait_until("the larger text", SOON, || text_size(&page) == "19px");
    wait_until("both on disk", SOON, || {
        let file = read_settings(&desk);
        file["theme"] == "dark" && file["textSize"] == 19
    });

    let app = app.restart();
    let page = chat(&app);
    wait_for(&page, true);
    assert_eq!(text_size(&page), "19px");
    page.click("open-settings");
    let pages = app.page(SETTINGS);
    wait_for(&pages, true);
    press(&pages, "Appearance");
    for chosen in ["Dark", "19"] {
        wait_until(&format!("{chosen} to be shown as chosen"), SOON, || {
            pages
                .all_css("[role=radio][aria-checked=true]")
                .iter()
                .any(|one| one.text() == chosen)
        });
    }
}

#[test]
fn the_systems_own_dark_is_followed_unless_a_theme_is_chosen() {
    let desk = desk();
    for (theme, dark) in [("system", true), ("light", false)] {
        write_settings(&desk, &json!({ "version": 1, "theme": theme }));
        let app = App::start(&desk, &Launch::new(&desk).env("GTK_THEME", "Adwaita:dark"));
        wait_for(&chat(&app), dark);
    }
}
