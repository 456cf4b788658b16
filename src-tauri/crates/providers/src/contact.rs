//! Which hosts are asked, for whoever keeps a list of them.

use crate::rate_limits::RateLimits;

/// What a host is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To answer a turn: a person's messages go there.
    Turn,
    /// About itself: its models, or whether it takes a key. No message goes there.
    Inquiry,
    /// Nothing: a connection is opened, so that the next turn need not wait for one.
    Connection,
    /// For a new version of the app.
    Update,
}

/// A request that is about to leave. It names the host and nothing of what is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// The host, with its port if that is not the scheme's own.
    pub host: String,
    /// What it is asked.
    pub purpose: Purpose,
    /// Whether the request carries a key.
    pub with_key: bool,
    /// Bytes of its body.
    pub sent_bytes: u64,
}

/// Hears of every request before it leaves, of one that then fails too.
pub trait ContactLog: Send + Sync {
    /// Notes a request. It must not block: the request waits for it.
    fn note(&self, contact: Contact);

    /// Hears what a host says is left of its own limits. It must not block.
    fn hear_limits(&self, host: &str, limits: RateLimits) {
        let _ = (host, limits);
    }
}

/// Keeps no list.
pub(crate) struct Nobody;

impl ContactLog for Nobody {
    fn note(&self, _contact: Contact) {}
}
