//! Windows come back where they were, and never where nobody sees them.

use std::fs;

use e2e::wait::SOON;
use e2e::wait_until;
use e2e::window::{App, Launch, Page};
use serde_json::{Value, json};

use crate::common::{chat, desk, write_settings};

fn place(page: &Page<'_>) -> Value {
    page.run(
        "return [screenX, screenY, innerWidth, innerHeight]",
        Vec::new(),
    )
}

#[test]
fn a_window_comes_back_as_large_as_it_was() {
    let desk = desk();
    write_settings(&desk, &json!({ "version": 1 }));
    let mut app = App::start(&desk, &Launch::new(&desk));
    let page = chat(&app);
    page.resize(700, 560);
    wait_until("the window to be smaller", SOON, || place(&page)[2] == 700);
    let before = place(&page);
    let kept = desk.data_folder().join("windows.json");
    wait_until("its place to be written down", SOON, || {
        fs::read_to_string(&kept).is_ok_and(|text| text.contains("700"))
    });
    drop(page);
    app.quit();
    drop(app);
    let app = App::start(&desk, &Launch::new(&desk));
    let page = chat(&app);
    wait_until("the window to be as large as before", SOON, || {
        place(&page)[2] == before[2] && place(&page)[3] == before[3]
    });
}

#[test]
fn a_place_that_no_screen_shows_is_not_gone_back_to() {
    let desk = desk();
    write_settings(&desk, &json!({ "version": 1 }));
    let places =
        json!({ "chat": { "x": 90_000.0, "y": -4_000.0, "width": 700.0, "height": 560.0 } });
    fs::write(desk.data_folder().join("windows.json"), places.to_string()).unwrap();
    let app = App::start(&desk, &Launch::new(&desk));
    let page = chat(&app);
    wait_until("the window on the screen", SOON, || {
        let place = place(&page);
        let within =
            |value: &Value, most: i64| value.as_i64().is_some_and(|at| (0..most).contains(&at));
        within(&place[0], 1280) && within(&place[1], 800) && place[2] == 700
    });
}
