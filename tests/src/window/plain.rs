//! The app as a plain process, as a launcher starts it: nothing drives its pages.

use std::fs::{self, File};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::Launch;
use crate::desk::Desk;
use crate::processes::{Pid, Running};

/// A running program. It ends with this.
#[derive(Debug)]
pub struct Plain {
    process: Running,
    output: PathBuf,
    errors: PathBuf,
}

/// How a program ended, and what it said.
#[derive(Debug)]
pub struct Exit {
    /// Its exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// What it wrote to its standard output.
    pub stdout: String,
    /// What it wrote to its standard error.
    pub stderr: String,
}

impl Plain {
    /// Starts the program.
    pub fn start(desk: &Desk, launch: &Launch) -> Self {
        static STARTED: AtomicUsize = AtomicUsize::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let output = desk.log_folder().join(format!("plain-{number}-out"));
        let errors = desk.log_folder().join(format!("plain-{number}-err"));
        let mut command = desk.command(launch.binary());
        command
            .args(launch.arguments())
            .stdout(File::create(&output).expect("a log can be made"))
            .stderr(File::create(&errors).expect("a log can be made"));
        launch.furnish(&mut command);
        Self {
            process: desk.spawn(&mut command),
            output,
            errors,
        }
    }

    /// Its process.
    pub fn pid(&self) -> Pid {
        self.process.pid()
    }

    /// Whether it still runs.
    pub fn is_running(&mut self) -> bool {
        self.process.ended().is_none()
    }

    /// What it has written to its standard error so far.
    pub fn stderr(&self) -> String {
        read(&self.errors)
    }

    /// Waits for its end.
    ///
    /// # Panics
    /// When it still runs after `limit`.
    #[track_caller]
    pub fn wait(mut self, limit: Duration) -> Exit {
        let status = self.process.wait(limit);
        Exit {
            code: status.code(),
            stdout: read(&self.output),
            stderr: read(&self.errors),
        }
    }
}

fn read(file: &PathBuf) -> String {
    String::from_utf8_lossy(&fs::read(file).unwrap_or_default()).into_owned()
}
