//! Tells a window what happens outside it: one channel to the one window of a kind, never a broadcast.

use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use tauri::ipc::Channel;

/// The channel to a window, while it watches. What is told while nobody watches waits, the latest only.
pub(crate) struct WindowEvents<E> {
    state: Mutex<State<E>>,
}

struct State<E> {
    channel: Option<Channel<E>>,
    waiting: Option<E>,
}

impl<E> Default for WindowEvents<E> {
    fn default() -> Self {
        Self {
            state: Mutex::new(State {
                channel: None,
                waiting: None,
            }),
        }
    }
}

impl<E: Serialize + Clone> WindowEvents<E> {
    /// Watches from now on, in place of whoever watched before. What waited is told at once.
    pub(crate) fn watch(&self, channel: Channel<E>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(event) = state.waiting.take() {
            // A window that has gone needs no news.
            let _ = channel.send(event);
        }
        state.channel = Some(channel);
    }

    /// Tells the window, if it is there.
    pub(crate) fn tell(&self, event: E) {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(channel) = &state.channel {
            let _ = channel.send(event);
        }
    }

    /// Tells a window that is about to open.
    pub(crate) fn tell_when_open(&self, event: E) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.channel = None;
        state.waiting = Some(event);
    }
}
