//! The running app: its windows, its processes, its end.

use fantoccini::Client;

use super::driver::Driver;
use super::{Launch, Page};
use crate::desk::Desk;
use crate::processes::{self, Pid, Seen};
use crate::runtime::block_on;
use crate::wait::{SOON, wait_for, wait_until};

/// The app under WebDriver. It ends with this.
#[derive(Debug)]
pub struct App<'desk> {
    desk: &'desk Desk,
    launch: Launch,
    // `None` once the session was ended.
    client: Option<Client>,
    pid: Pid,
    driver: Driver,
}

impl<'desk> App<'desk> {
    /// Starts the app; returns when its first window is there.
    pub fn start(desk: &'desk Desk, launch: &Launch) -> Self {
        let driver = Driver::start(desk, launch);
        let client = driver.connect(launch);
        let pid = wait_for("the app's process", SOON, || {
            processes::descendants(driver.pid())
                .first()
                .map(|app| app.pid)
        });
        Self {
            desk,
            launch: launch.clone(),
            client: Some(client),
            pid,
            driver,
        }
    }

    /// Waits for the window that shows this page, such as [`CHAT`](super::CHAT).
    #[track_caller]
    pub fn page(&self, page: &str) -> Page<'_> {
        let what = format!("a window with {page}");
        let handle = wait_for(&what, SOON, || {
            let handles = block_on(self.client().windows()).ok()?;
            handles.into_iter().find(|handle| {
                let url = block_on(async {
                    self.client().switch_to_window(handle.clone()).await.ok()?;
                    self.client().current_url().await.ok()
                });
                url.is_some_and(|url| url.path().trim_start_matches('/') == page)
            })
        });
        Page::new(self.client().clone(), handle, page.to_owned())
    }

    /// Waits until no window shows this page.
    #[track_caller]
    pub fn wait_until_closed(&self, page: &str) {
        wait_until(&format!("the window with {page} to close"), SOON, || {
            !self.open_pages().iter().any(|open| open == page)
        });
    }

    /// The pages that windows show now.
    pub fn open_pages(&self) -> Vec<String> {
        block_on(async {
            let mut pages = Vec::new();
            for handle in self.client().windows().await.unwrap_or_default() {
                // A window that closes meanwhile is no page.
                if self.client().switch_to_window(handle).await.is_ok()
                    && let Ok(url) = self.client().current_url().await
                {
                    pages.push(url.path().trim_start_matches('/').to_owned());
                }
            }
            pages
        })
    }

    /// The app's own process.
    pub fn pid(&self) -> Pid {
        self.pid
    }

    /// Every process below the app's.
    pub fn processes(&self) -> Vec<Seen> {
        processes::descendants(self.pid)
    }

    /// WebKit's web and network processes, whose memory web code could read.
    pub fn web_processes(&self) -> Vec<Seen> {
        let mut processes = self.processes();
        // The kernel keeps 15 bytes of `WebKitWebProcess` and `WebKitNetworkProcess`.
        processes.retain(|seen| {
            seen.name.starts_with("WebKitWebPro") || seen.name.starts_with("WebKitNetwork")
        });
        processes
    }

    /// What the app has written to its standard output and error.
    pub fn log(&self) -> String {
        self.driver.log()
    }

    /// Whether the app still runs.
    pub fn is_running(&self) -> bool {
        processes::is_alive(self.pid)
    }

    /// Waits until the app has ended by itself.
    #[track_caller]
    pub fn wait_for_end(&self) {
        wait_until("the app to end", SOON, || !self.is_running());
    }

    /// Ends the app as the window manager would at the end of a session, and starts it again on the same folders.
    #[track_caller]
    #[must_use = "the app that was started again ends when it is dropped"]
    pub fn restart(mut self) -> Self {
        self.quit();
        Self::start(self.desk, &self.launch)
    }

    /// Kills the app without a word, as a crash or a power cut would, and starts it again on the same folders.
    #[track_caller]
    #[must_use = "the app that was started again ends when it is dropped"]
    pub fn crash_and_restart(mut self) -> Self {
        self.crash();
        Self::start(self.desk, &self.launch)
    }

    /// Kills the app without a word.
    #[track_caller]
    pub fn crash(&mut self) {
        processes::signal(self.pid, "KILL");
        self.wait_for_end();
    }

    /// Asks the app to end, by the signal that a session's end sends, and waits for it.
    #[track_caller]
    pub fn quit(&mut self) {
        processes::signal(self.pid, "TERM");
        self.wait_for_end();
    }

    fn client(&self) -> &Client {
        self.client
            .as_ref()
            .expect("the session lasts as long as this")
    }
}

impl Drop for App<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.desk.picture_failure();
            let log = self.log();
            let tail = log.len().saturating_sub(4000);
            let tail = log.char_indices().map(|(at, _)| at).find(|at| *at >= tail);
            eprintln!("the end of the app's log:\n{}", &log[tail.unwrap_or(0)..]);
        }
        // The session's own end closes the app; when the app is gone already, that only fails.
        if let Some(client) = self.client.take() {
            block_on(async {
                tokio::time::timeout(SOON, client.close()).await.ok();
            });
        }
        processes::signal(self.pid, "KILL");
    }
}
