//! A connection to the chosen provider, opened while somebody writes, so that the question need not wait for one.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::app::App;

/// For how long a connection is taken to be open. Most servers, and the pool, keep one for longer.
const OPEN: Duration = Duration::from_secs(50);

/// To which hosts a connection was opened, and when.
#[derive(Default)]
pub(crate) struct Warmed(Mutex<HashMap<String, Instant>>);

impl Warmed {
    /// Whether it is time to open one; notes that it was done.
    fn is_due(&self, host: &str, now: Instant) -> bool {
        let mut warmed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_open = warmed
            .get(host)
            .is_some_and(|at| now.saturating_duration_since(*at) < OPEN);
        if !is_open {
            warmed.insert(host.to_owned(), now);
        }
        !is_open
    }
}

impl App {
    /// Opens a connection to the chosen model's provider, unless one is open, or it is on this computer, where none takes time. What
    /// goes wrong is told when something is sent.
    pub(crate) async fn warm_up(&self) {
        let model = self.selected_model();
        let Some(listed) = self.find_provider(&model.provider) else {
            return;
        };
        let provider = listed.provider;
        // Only who is set up is asked for anything: a model can be chosen of others.
        if !listed.own && !self.keys.has(provider.id()) {
            return;
        }
        let is_here = provider.origin().is_ok_and(|origin| origin.is_loopback());
        if is_here || !self.warmed.is_due(&provider.host(), Instant::now()) {
            return;
        }
        let Ok(ticket) = self.gate.inquire() else {
            return;
        };
        if let Err(failure) = self.client.warm_up(&provider, ticket).await {
            tracing::debug!(kind = ?failure.kind, "no connection could be opened ahead");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_not_asked_again_while_its_connection_is_open() {
        let warmed = Warmed::default();
        let now = Instant::now();
        assert!(warmed.is_due("a.example", now));
        assert!(!warmed.is_due("a.example", now + OPEN / 2));
        assert!(warmed.is_due("b.example", now + OPEN / 2));
        assert!(warmed.is_due("a.example", now + OPEN));
    }
}
