//! Notices a window that stays blank.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tauri::{AppHandle, Manager};

use crate::app::App;

/// How long a window may take to show its page. Generous: a slow machine is not a broken one.
const LIMIT: Duration = Duration::from_secs(40);

/// The labels of windows whose page has said that it is there.
#[derive(Default)]
pub(crate) struct Painted {
    labels: Mutex<HashSet<String>>,
}

impl Painted {
    /// A page says that it has been painted.
    pub(crate) fn set(&self, label: &str) {
        let mut labels = self.labels.lock().unwrap_or_else(PoisonError::into_inner);
        labels.insert(label.to_owned());
    }

    fn has(&self, label: &str) -> bool {
        #[cfg(feature = "switches")]
        if shortened().is_some() {
            return false;
        }
        let labels = self.labels.lock().unwrap_or_else(PoisonError::into_inner);
        labels.contains(label)
    }
}

/// Watches whether a window that was just opened shows its page. If it does not, that is logged; on Linux the app starts
/// anew, once, without the renderer that shows nothing with some drivers.
pub(crate) fn watch(app: AppHandle, label: &'static str) {
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(limit()).await;
        if app.state::<App>().painted.has(label) || app.get_webview_window(label).is_none() {
            return;
        }
        tracing::error!(label, "the window has stayed blank");
        #[cfg(target_os = "linux")]
        {
            use crate::native::graphics;
            if !graphics::is_decided() {
                tracing::warn!("starting anew without WebKit's DMA-BUF renderer");
                let error = graphics::restart_without_dmabuf();
                tracing::error!(%error, "the app could not start anew");
            }
        }
    });
}

/// How long a page has before it is told to have stayed blank.
fn limit() -> Duration {
    #[cfg(feature = "switches")]
    if let Some(limit) = shortened() {
        return limit;
    }
    LIMIT
}

/// A limit of a test's own, in milliseconds. While there is one, no page is heard: every window counts as blank.
#[cfg(feature = "switches")]
fn shortened() -> Option<Duration> {
    let limit = std::env::var("CHATELAINE_SWITCH_BLANK_AFTER_MS").ok()?;
    limit.parse().ok().map(Duration::from_millis)
}
