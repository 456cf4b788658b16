//! How long a provider may take.

use std::time::Duration;

/// Time limits. There is none for the whole answer: a slow model is not a dead one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// From the first packet to an open connection, name look-up and TLS included.
    pub connect: Duration,
    /// From the request to the first byte of the answer, and from the answer's head to the first byte of its body.
    pub first_byte: Duration,
    /// Between two bytes of the answer.
    pub silence: Duration,
    /// How long a connection may stay silent after the computer has been suspended.
    pub after_suspension: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(15),
            first_byte: Duration::from_secs(120),
            silence: Duration::from_secs(120),
            after_suspension: Duration::from_secs(10),
        }
    }
}
