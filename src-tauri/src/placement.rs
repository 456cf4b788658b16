//! Where the windows were, and how large, for the next start. A place that no screen shows any more is not gone back to.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use tauri::{AppHandle, Monitor, WebviewWindowBuilder, Window, Wry};

use crate::folder::DataFolder;

/// How much of a window's upper edge must be on a screen, in pixels, so that it can be taken hold of.
const HANDLE: (f64, f64) = (120.0, 40.0);

/// The smallest and the largest side that is believed, in pixels.
const SIDES: (f64, f64) = (200.0, 20_000.0);

/// Where a window is, in pixels that don't depend on the screen's density.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Place {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
    #[serde(default)]
    maximized: bool,
}

/// Where each window was last.
#[derive(Default)]
pub(crate) struct Placements {
    places: Mutex<BTreeMap<String, Place>>,
    /// Whether a change waits to be written.
    changing: AtomicBool,
}

impl Placements {
    /// What an earlier run has left. What can't be read is nothing: windows are opened as they are at first.
    pub(crate) fn load(folder: &DataFolder) -> Self {
        let read = fs::read(folder.placements()).ok();
        let places: BTreeMap<String, Place> = read
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default();
        let places = places.into_iter().filter(|(_, place)| place.is_sane());
        Self {
            places: Mutex::new(places.collect()),
            changing: AtomicBool::new(false),
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Place>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes where a window is now. Of a maximised one only that it is: its own place stays.
    pub(crate) fn note(&self, window: &Window) {
        if window.is_minimized().unwrap_or(false) {
            return;
        }
        let maximized = window.is_maximized().unwrap_or(false);
        let mut places = self.lock();
        if let Some(place) = places.get_mut(window.label())
            && maximized
        {
            place.maximized = true;
            return;
        }
        let scale = window.scale_factor().unwrap_or(1.0);
        let (Ok(position), Ok(size)) = (window.outer_position(), window.inner_size()) else {
            return;
        };
        let (position, size) = (
            position.to_logical::<f64>(scale),
            size.to_logical::<f64>(scale),
        );
        let place = Place {
            x: position.x,
            y: position.y,
            width: size.width,
            height: size.height,
            maximized,
        };
        if place.is_sane() {
            places.insert(window.label().to_owned(), place);
        }
    }

    /// Whether this is the first change since the last was written.
    pub(crate) fn begins_to_change(&self) -> bool {
        !self.changing.swap(true, Ordering::Relaxed)
    }

    /// What has changed is about to be written.
    pub(crate) fn is_at_rest(&self) {
        self.changing.store(false, Ordering::Relaxed);
    }

    /// Writes what was noted. That it can't be is no reason to keep anybody.
    pub(crate) fn save(&self, folder: &DataFolder) {
        let text = serde_json::to_vec_pretty(&*self.lock()).unwrap_or_default();
        if let Err(error) = write(&folder.placements(), &text) {
            tracing::warn!(%error, "where the windows are could not be noted");
        }
    }

    /// Forgets all of it.
    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    /// Gives a window that is to be opened the place where it was.
    pub(crate) fn apply<'a>(
        &self,
        app: &AppHandle,
        label: &str,
        builder: WebviewWindowBuilder<'a, Wry, AppHandle>,
    ) -> WebviewWindowBuilder<'a, Wry, AppHandle> {
        let Some(place) = self.lock().get(label).copied() else {
            return builder;
        };
        let screens: Vec<_> = app
            .available_monitors()
            .unwrap_or_default()
            .iter()
            .map(Screen::of)
            .collect();
        let (width, height) = place.size_within(&screens);
        let builder = builder.inner_size(width, height).maximized(place.maximized);
        if place.is_within_reach(&screens) {
            builder.position(place.x, place.y)
        } else {
            builder
        }
    }
}

fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let beside = path.with_extension("json.new");
    fs::write(&beside, bytes)?;
    fs::rename(&beside, path)
}

/// A screen, in pixels that don't depend on its density.
#[derive(Debug, Clone, Copy)]
struct Screen {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

impl Screen {
    fn of(monitor: &Monitor) -> Self {
        let position = monitor.position().to_logical::<f64>(monitor.scale_factor());
        let size = monitor.size().to_logical::<f64>(monitor.scale_factor());
        Self {
            x: position.x,
            y: position.y,
            width: size.width,
            height: size.height,
        }
    }
}

impl Place {
    fn is_sane(&self) -> bool {
        let is_side = |side: f64| (SIDES.0..=SIDES.1).contains(&side);
        self.x.is_finite() && self.y.is_finite() && is_side(self.width) && is_side(self.height)
    }

    /// Whether enough of its upper edge is on a screen.
    fn is_within_reach(&self, screens: &[Screen]) -> bool {
        screens.iter().any(|screen| {
            let right = (self.x + self.width).min(screen.x + screen.width);
            let seen = right - self.x.max(screen.x);
            let is_in_height = self.y >= screen.y && self.y + HANDLE.1 <= screen.y + screen.height;
            seen >= HANDLE.0 && is_in_height
        })
    }

    /// Its size, no larger than the largest screen.
    fn size_within(&self, screens: &[Screen]) -> (f64, f64) {
        let most = |side: fn(&Screen) -> f64| screens.iter().map(side).fold(0.0, f64::max);
        let fit = |size: f64, most: f64| if most > 0.0 { size.min(most) } else { size };
        (
            fit(self.width, most(|screen| screen.width)),
            fit(self.height, most(|screen| screen.height)),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCREENS: [Screen; 2] = [
        Screen {
            x: 0.0,
            y: 0.0,
            width: 1280.0,
            height: 800.0,
        },
        Screen {
            x: 1280.0,
            y: 0.0,
            width: 1920.0,
            height: 1080.0,
        },
    ];

    fn at(x: f64, y: f64) -> Place {
        Place {
            x,
            y,
            width: 900.0,
            height: 700.0,
            maximized: false,
        }
    }

    #[test]
    fn a_place_that_no_screen_shows_is_not_gone_back_to() {
        for (x, y) in [(0.0, 0.0), (-700.0, 10.0), (3000.0, 500.0), (1000.0, 700.0)] {
            assert!(at(x, y).is_within_reach(&SCREENS), "{x} {y}");
        }
        for (x, y) in [
            (-850.0, 10.0),
            (3150.0, 10.0),
            (10.0, -50.0),
            (10.0, 790.0),
            (1e9, 0.0),
        ] {
            assert!(!at(x, y).is_within_reach(&SCREENS), "{x} {y}");
        }
        assert!(!at(0.0, 0.0).is_within_reach(&[]));
    }

    #[test]
    fn a_window_is_no_larger_than_a_screen() {
        let mut place = at(0.0, 0.0);
        place.width = 5000.0;
        assert_eq!(place.size_within(&SCREENS), (1920.0, 700.0));
        assert_eq!(place.size_within(&[]), (5000.0, 700.0));
    }

    #[test]
    fn odd_places_are_none() {
        for json in [
            r#"{"chat":{"x":0,"y":0,"width":1,"height":700}}"#,
            r#"{"chat":{"x":0,"y":0,"width":1e300,"height":700}}"#,
            "not json",
            r#"{"chat":5}"#,
        ] {
            let read: Option<BTreeMap<String, Place>> = serde_json::from_str(json).ok();
            let sane = read.is_some_and(|read| read.values().all(Place::is_sane));
            assert!(!sane, "{json}");
        }
    }
}
