//! Pictures of a page in every width, and what can be checked of them without eyes.

use std::path::Path;

use serde_json::json;

use crate::desk::Desk;
use crate::wait::{SOON, wait_until};
use crate::window::Page;

/// Fewer colours than this, and nothing but a ground and a frame was drawn.
const FEWEST_COLOURS: u32 = 60;

/// Takes pictures for one theme.
#[derive(Debug)]
pub struct Gallery<'desk> {
    desk: &'desk Desk,
    dark: bool,
}

impl<'desk> Gallery<'desk> {
    /// For the light or the dark.
    pub fn new(desk: &'desk Desk, dark: bool) -> Self {
        Self { desk, dark }
    }

    /// Takes the state in both widths.
    #[track_caller]
    pub fn hang(&self, page: &Page<'_>, state: &str) {
        self.narrow(page, state);
        self.wide(page, state);
    }

    /// Takes it 420 pixels wide.
    #[track_caller]
    pub fn narrow(&self, page: &Page<'_>, state: &str) {
        resize(page, 420);
        self.take(page, state, "narrow");
    }

    /// Takes it 1280 pixels wide.
    #[track_caller]
    pub fn wide(&self, page: &Page<'_>, state: &str) {
        resize(page, 1280);
        self.take(page, state, "wide");
    }

    #[track_caller]
    fn take(&self, page: &Page<'_>, state: &str, width: &str) {
        // Whatever moves has come to rest, and two frames later it is painted.
        page.run_async(
            "await Promise.all(document.getAnimations().filter(one => one.effect.getComputedTiming().endTime < Infinity)\
             .map(one => one.finished.catch(() => null)));\
             for (const _ of [1, 2]) await new Promise(requestAnimationFrame);",
            vec![],
        )
        .unwrap();
        let theme = if self.dark { "dark" } else { "light" };
        let picture = page.screenshot(&format!("{state}-{width}-{theme}"));
        let (colours, brightness) = self.look(&picture);
        let name = picture.display();
        assert!(
            colours > FEWEST_COLOURS,
            "{name} is blank: {colours} colours"
        );
        assert!(
            if self.dark {
                brightness < 0.35
            } else {
                brightness > 0.65
            },
            "{name} is not {theme}: {brightness}"
        );
    }

    /// How many colours a picture has, and how bright it is, from 0 to 1.
    fn look(&self, picture: &Path) -> (u32, f64) {
        let mut identify = self.desk.command("identify");
        identify.args(["-format", "%k %[fx:mean]"]).arg(picture);
        let output = self.desk.output(&mut identify);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let (colours, brightness) = said.split_once(' ').expect("two numbers");
        (colours.parse().unwrap(), brightness.parse().unwrap())
    }
}

#[track_caller]
fn resize(page: &Page<'_>, width: u32) {
    page.resize(width, 800);
    wait_until(&format!("a page about {width} pixels wide"), SOON, || {
        let inner = page.run("return innerWidth", vec![]).as_u64().unwrap_or(0);
        inner <= u64::from(width) && inner + 20 > u64::from(width)
    });
    assert_eq!(
        page.run(
            "return document.documentElement.scrollWidth <= innerWidth",
            vec![]
        ),
        json!(true),
        "nothing is wider than the window"
    );
}
