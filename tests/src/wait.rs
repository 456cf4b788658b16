//! Waiting for a condition instead of sleeping, with a failure that names what never came.

use std::time::{Duration, Instant};

/// What most things on a busy machine get done in.
pub const SOON: Duration = Duration::from_secs(20);

/// How long a look at a condition is spared after one that failed.
const PAUSE: Duration = Duration::from_millis(15);

/// Looks with `look` until it finds something, and returns that.
///
/// # Panics
/// After `limit`, naming `what` was awaited.
#[track_caller]
pub fn wait_for<T>(what: &str, limit: Duration, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(
            start.elapsed() < limit,
            "waited {} s in vain for {what}",
            limit.as_secs_f32()
        );
        std::thread::sleep(PAUSE);
    }
}

/// Waits until `condition` holds.
///
/// # Panics
/// After `limit`, naming `what` was awaited.
#[track_caller]
pub fn wait_until(what: &str, limit: Duration, mut condition: impl FnMut() -> bool) {
    wait_for(what, limit, || condition().then_some(()));
}
