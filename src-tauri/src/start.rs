//! From the first line of `main` to the first window.

use std::fs::{File, TryLockError};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tauri::{AppHandle, Manager, RunEvent, WindowEvent};

use crate::app::App;
use crate::commands::{
    attachments, conversations, drafts, keys, limits, models, network, preferences, shell, turns,
    updates,
};
use crate::folder::{DataFolder, Usual};
use crate::native::leftovers;
use crate::{arguments, crash, log, painted, windows};

include!("ipc/command_list.rs");

macro_rules! handler {
    ($($module:ident :: $name:ident [$($window:ident),+] $request:tt $events:tt -> $result:ty;)+) => {
        tauri::generate_handler![$($module::$name),+]
    };
}

/// How long the end of the app waits for answers to be written.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// How long a window that is moved may go on before its place is written down.
const AT_REST: Duration = Duration::from_millis(500);

/// The plugin that finds an app which runs already.
#[cfg(target_os = "linux")]
const SINGLE_INSTANCE: &str = "single-instance";
/// Marks a start that follows one whose question was not answered.
#[cfg(target_os = "linux")]
const ASKED_IN_VAIN: &str = "CHATELAINE_ASKED_IN_VAIN";

/// Why the app can't start, in words for the terminal or the desktop's log.
#[derive(Debug, thiserror::Error)]
enum CantStart {
    #[cfg(target_os = "linux")]
    #[error(
        "no display: neither DISPLAY nor WAYLAND_DISPLAY leads to one. Start Chatelaine from a desktop session"
    )]
    NoDisplay,
    #[error("it is running already with the data folder {0}")]
    AlreadyRunning(String),
    #[cfg(target_os = "linux")]
    #[error("it is running already, but does not answer: {reason} ({error})")]
    NoAnswer {
        reason: String,
        error: std::io::Error,
    },
    #[error("the data folder can't be used: {0}")]
    Folder(std::io::Error),
    #[error(transparent)]
    Parts(#[from] crate::app::StartError),
    #[error(transparent)]
    Tauri(#[from] tauri::Error),
}

/// Runs the app until its last window is closed, or answers on the terminal what was asked there.
pub fn run() -> ExitCode {
    #[cfg(target_os = "linux")]
    if let Some(order) = arguments::order(std::env::args_os().skip(1)) {
        leftovers::keep_none();
        return crate::updates::run_installer(&order);
    }
    if let Some(answer) = arguments::answered(std::env::args_os().skip(1)) {
        return answer.print();
    }
    match try_run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&error);
            ExitCode::FAILURE
        }
    }
}

#[allow(
    clippy::print_stderr,
    reason = "before there is a window, the terminal is all there is to talk to"
)]
fn say(error: &CantStart) {
    tracing::error!(%error, "the app can't start");
    eprintln!("Chatelaine can't start: {error}.");
}

fn try_run() -> Result<(), CantStart> {
    // First of all: nothing is read into memory before.
    leftovers::keep_none();
    #[cfg(target_os = "linux")]
    {
        furnish();
        if gtk::init().is_err() {
            return Err(CantStart::NoDisplay);
        }
    }
    let app = match build() {
        // The app that was to be brought to the front ended while it was asked to, so this one takes its place.
        #[cfg(target_os = "linux")]
        Err(tauri::Error::PluginInitialization(name, reason)) if name == SINGLE_INSTANCE => {
            let error = crate::native::anew::once(ASKED_IN_VAIN);
            return Err(CantStart::NoAnswer { reason, error });
        }
        built => built?,
    };
    app.run(|handle, event| {
        if let RunEvent::Exit = event {
            let turns = Arc::clone(&handle.state::<App>().turns);
            // What came is written before the process goes; a disk that hangs must not keep it.
            let _ = tauri::async_runtime::block_on(async {
                tokio::time::timeout(LAST_WORDS, turns.stop_all()).await
            });
            handle.state::<App>().keep_places();
            handle.state::<App>().remove_at_quit();
            tracing::info!("the app ends");
            if handle.state::<App>().starts_again.load(Ordering::Relaxed) {
                start_again(handle);
            }
        }
    });
    Ok(())
}

/// Puts into the environment what WebKit reads there, while nothing else runs that could read it.
#[cfg(target_os = "linux")]
fn furnish() {
    use crate::native::{anew, graphics, sandbox};

    let variables = [graphics::needed(), sandbox::needed()];
    let variables: Vec<_> = variables.into_iter().flatten().collect();
    if let Err(error) = anew::add(&variables) {
        sandbox::give_up(&error);
    }
}

fn build() -> tauri::Result<tauri::App> {
    let builder = tauri::Builder::default().plugin(single_instance());
    #[cfg(not(target_os = "linux"))]
    let builder = builder.plugin(tauri_plugin_global_shortcut::Builder::new().build());
    #[cfg(not(target_os = "linux"))]
    let builder = builder.plugin(tauri_plugin_autostart::Builder::new().build());
    builder
        .setup(|app| {
            // Tauri panics on an error from here, and there are better words than a panic's.
            if let Err(error) = set_up(app.handle()) {
                say(&error);
                std::process::exit(1);
            }
            Ok(())
        })
        .on_window_event(|window, event| {
            note_place(window, event);
            if matches!(event, WindowEvent::CloseRequested { .. })
                && window.label() == windows::SETTINGS
            {
                go_on_to_chat(window.app_handle());
            }
        })
        .invoke_handler(with_commands!(handler))
        .build(context())
}

/// What the build was made with: the pages, the configuration, the icon.
pub(crate) fn context() -> tauri::Context<tauri::Wry> {
    tauri::generate_context!()
}

/// Starts the program that is installed now, in this process's place: so there are never two that hold the data folder.
#[cfg_attr(target_os = "linux", allow(unused_variables))]
fn start_again(handle: &AppHandle) {
    #[cfg(target_os = "linux")]
    if let Ok(program) = crate::native::program::path() {
        let error = crate::native::anew::as_program(&program);
        tracing::error!(%error, "the app could not start again");
    }
    #[cfg(not(target_os = "linux"))]
    handle.request_restart();
}

/// Where a window is, is known before it goes.
fn note_place(window: &tauri::Window, event: &WindowEvent) {
    let Some(app) = window.try_state::<App>() else {
        return;
    };
    match event {
        WindowEvent::Moved(_) | WindowEvent::Resized(_) => {
            app.placements.note(window);
            if app.placements.begins_to_change() {
                // A session may end without a word.
                let handle = window.app_handle().clone();
                tauri::async_runtime::spawn(async move {
                    tokio::time::sleep(AT_REST).await;
                    let app = handle.state::<App>();
                    app.placements.is_at_rest();
                    app.keep_places();
                });
            }
        }
        WindowEvent::CloseRequested { .. } => {
            app.placements.note(window);
            app.keep_places();
        }
        _ => {}
    }
}

/// A second start brings the first one's window to the front. Without a session bus the lock in the data folder keeps
/// two from writing into one place.
fn single_instance() -> tauri::plugin::TauriPlugin<tauri::Wry> {
    let raise = |app: &AppHandle, _: Vec<String>, _: String| windows::raise_any(app);
    let builder = tauri_plugin_single_instance::Builder::new().callback(raise);
    // Apps with different data folders are different apps.
    match DataFolder::override_mark() {
        Some(mark) => builder
            .dbus_id(format!("org.chatelaine.Chatelaine.f{mark:016x}"))
            .build(),
        None => builder.build(),
    }
}

fn set_up(handle: &AppHandle) -> Result<(), CantStart> {
    let folder = DataFolder::prepare(|| usual_folders(handle)).map_err(CantStart::Folder)?;
    let lock = take_lock(&folder)?;
    // Held until the process ends.
    handle.manage(lock);
    // A log that can't be written must not keep anybody from writing to a model.
    let _ = log::start(&folder.log());
    crash::watch(folder.crash());
    leftovers::tell();
    #[cfg(target_os = "linux")]
    crate::native::sandbox::tell();
    tracing::info!(
        version = %handle.package_info().version,
        engine = tauri::webview_version().unwrap_or_default(),
        "the app starts"
    );
    let (app, first_run) = App::open(folder)?;
    let theme = app.appearance().theme;
    let has_lost_records = app.has_lost_records();
    handle.manage(app);
    if has_lost_records {
        let handle = handle.clone();
        tauri::async_runtime::spawn(async move {
            handle
                .state::<App>()
                .recover_keys(&[crate::ipc::KeptIn::System])
                .await;
        });
    }
    windows::apply_theme(handle, theme);
    let label = if first_run {
        windows::SETTINGS
    } else {
        windows::CHAT
    };
    if first_run {
        windows::open_settings(handle)?;
    } else {
        windows::open_chat(handle)?;
    }
    painted::watch(handle.clone(), label);
    crate::updates::begin(handle.clone());
    Ok(())
}

/// The platform's own places: the XDG Base Directory Specification's on Linux.
fn usual_folders(handle: &AppHandle) -> Option<Usual> {
    let paths = handle.path();
    let data = paths.local_data_dir().ok()?.join("chatelaine");
    let logs = if cfg!(target_os = "linux") {
        let named = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from);
        let state = named
            .filter(|folder| folder.is_absolute())
            .or_else(|| Some(paths.home_dir().ok()?.join(".local/state")));
        state.map(|state| state.join("chatelaine"))
    } else if cfg!(target_os = "macos") {
        paths
            .home_dir()
            .ok()
            .map(|home| home.join("Library/Logs/chatelaine"))
    } else {
        None
    };
    Some(Usual {
        logs: logs.unwrap_or_else(|| data.clone()),
        data,
    })
}

fn take_lock(folder: &DataFolder) -> Result<File, CantStart> {
    let lock = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.lock());
    let Ok(lock) = lock else {
        // A folder that can only be read has no second writer either; the database says so in the window.
        return File::open(folder.path()).map_err(CantStart::Folder);
    };
    match lock.try_lock() {
        Err(TryLockError::WouldBlock) => Err(CantStart::AlreadyRunning(
            folder.path().display().to_string(),
        )),
        // Not every file system has locks.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(lock),
    }
}

/// Closing the first page of the first run leads to the chat, with the demo model.
fn go_on_to_chat(handle: &AppHandle) {
    let app = handle.state::<App>();
    if app.chat_was_open.load(Ordering::Relaxed) {
        return;
    }
    if let Err(error) = app.end_first_run(false) {
        tracing::warn!(?error, "the first run will come again");
    }
    if let Err(error) = windows::open_chat(handle) {
        tracing::error!(%error, "the chat window could not be opened");
    }
}
