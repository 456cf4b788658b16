//! Waits for the network, with a limit, and notices when the computer was suspended meanwhile.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use chat::FailureKind;
use tokio::time::{Instant, sleep_until};

/// Tells the time of day. Tests bring their own.
pub type WallClock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// How often a wait looks at the clocks.
const LOOK: Duration = Duration::from_secs(2);
/// How far the time of day must run ahead of the monotonic clock, which stands still while the computer sleeps.
const SUSPENDED: Duration = Duration::from_secs(30);

/// Waits with limits.
#[derive(Clone)]
pub(crate) struct Watch {
    wall: WallClock,
    after_suspension: Duration,
}

impl Watch {
    pub(crate) fn new(wall: WallClock, after_suspension: Duration) -> Self {
        Self {
            wall,
            after_suspension,
        }
    }

    /// Waits for `work` at most `limit`; then it fails as `late`. After a suspension the work gets a short grace and then fails as
    /// `ConnectionLost`: the other end gave the connection up long ago, and its goodbye went nowhere.
    pub(crate) async fn wait<T>(
        &self,
        work: impl Future<Output = T>,
        limit: Duration,
        late: FailureKind,
    ) -> Result<T, FailureKind> {
        let mut work = pin!(work);
        let mut deadline = Instant::now() + limit;
        let mut late = late;
        let mut seen = (Instant::now(), (self.wall)());
        loop {
            let look = deadline.min(seen.0 + LOOK);
            tokio::select! {
                biased;
                done = &mut work => return Ok(done),
                () = sleep_until(look) => {}
            }
            let now = (Instant::now(), (self.wall)());
            let by_wall = now.1.duration_since(seen.1).unwrap_or_default();
            if by_wall > now.0.duration_since(seen.0) + SUSPENDED {
                deadline = now.0 + self.after_suspension;
                late = FailureKind::ConnectionLost;
            }
            seen = now;
            if now.0 >= deadline {
                return Err(late);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::pending;
    use std::sync::Mutex;

    const LIMIT: Duration = Duration::from_secs(120);
    const GRACE: Duration = Duration::from_secs(10);

    /// A time of day that follows tokio's clock and can be set ahead or back.
    fn clock() -> (Watch, Arc<Mutex<i64>>) {
        let start = Instant::now();
        let offset = Arc::new(Mutex::new(0));
        let shared = Arc::clone(&offset);
        let wall = move || {
            let base = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000) + start.elapsed();
            let offset: i64 = *shared.lock().unwrap();
            let by = Duration::from_secs(offset.unsigned_abs());
            if offset < 0 { base - by } else { base + by }
        };
        (Watch::new(Arc::new(wall), GRACE), offset)
    }

    async fn waited_after(jump: i64) -> (FailureKind, Duration) {
        let (watch, offset) = clock();
        let start = Instant::now();
        let jumper = async {
            tokio::time::sleep(Duration::from_secs(3)).await;
            *offset.lock().unwrap() = jump;
        };
        let wait = watch.wait(pending::<()>(), LIMIT, FailureKind::Silence);
        let (kind, ()) = tokio::join!(wait, jumper);
        (kind.unwrap_err(), start.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn silence_fails_at_the_limit() {
        let (watch, _) = clock();
        let start = Instant::now();
        let result = watch
            .wait(pending::<()>(), LIMIT, FailureKind::Silence)
            .await;
        assert_eq!(result, Err(FailureKind::Silence));
        assert_eq!(start.elapsed().as_secs(), LIMIT.as_secs());
    }

    #[tokio::test(start_paused = true)]
    async fn after_an_hour_of_sleep_a_silent_connection_is_lost_within_the_grace() {
        let (kind, after) = waited_after(3600).await;
        assert_eq!(kind, FailureKind::ConnectionLost);
        assert!(
            after < Duration::from_secs(3) + LOOK + GRACE + Duration::from_secs(1),
            "{after:?}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_clock_set_back_or_a_little_ahead_is_no_suspension() {
        for jump in [-3600, 5] {
            assert_eq!(waited_after(jump).await.0, FailureKind::Silence);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn work_that_goes_on_after_a_suspension_is_not_lost() {
        let (watch, offset) = clock();
        let work = async {
            *offset.lock().unwrap() = 3600;
            tokio::time::sleep(GRACE).await;
            7
        };
        assert_eq!(watch.wait(work, LIMIT, FailureKind::Silence).await, Ok(7));
    }
}
