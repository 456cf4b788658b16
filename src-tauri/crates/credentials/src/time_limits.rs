//! How long a store may take.

use std::time::Duration;

/// The longest a call to the operating system's store may take before it is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeLimits {
    /// For a call that needs no answer from a person.
    pub call: Duration,
    /// For a call that may open a prompt which a person has to answer.
    pub prompt: Duration,
}

impl Default for TimeLimits {
    fn default() -> Self {
        Self {
            call: Duration::from_secs(5),
            prompt: Duration::from_secs(60),
        }
    }
}
