//! Asks again where a provider failed before its first byte, a little later, and not often.

use std::time::Duration;

use tokio::time::Instant;

use crate::failure::{Failure, FailureKind};

/// How often a turn is asked again at most.
pub const MOST_RETRIES: u32 = 2;
/// The waits before the first retry, and before the second.
pub type RetryWaits = [Duration; MOST_RETRIES as usize];
/// How long is waited where the provider does not say.
pub const RETRY_WAITS: RetryWaits = [Duration::from_secs(1), Duration::from_secs(4)];
/// A provider that asks for more than this is not waited for; whoever asked decides.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// A turn that is about to be asked again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryWait {
    /// Why it failed.
    pub failure: Failure,
    /// Which retry this will be, from 1 to [`MOST_RETRIES`].
    pub retry: u32,
    /// When it is asked again.
    pub until: Instant,
}

impl RetryWait {
    /// The wait after a failure that came when nothing of an answer had, after `retries` retries; `None` where asking again
    /// would not help, or was tried often enough, or would come too late.
    pub(crate) fn after(
        failure: &Failure,
        retries: u32,
        waits: RetryWaits,
        now: Instant,
    ) -> Option<Self> {
        let usual = *waits.get(usize::try_from(retries).ok()?)?;
        if !may_pass(failure) {
            return None;
        }
        let wait = failure.retry_after_seconds.map_or(usual, |seconds| {
            // The end of a limit's second is the limit's still.
            Duration::from_secs(seconds).max(Duration::from_millis(200))
        });
        (wait <= LONGEST_WAIT).then(|| Self {
            failure: failure.clone(),
            retry: retries + 1,
            until: now + wait,
        })
    }
}

/// Whether the same request may fare better soon. What failed within an answer that had begun is no case for this, and an
/// answer has begun with its head.
fn may_pass(failure: &Failure) -> bool {
    let has_begun = failure.status.is_some_and(|status| status < 400);
    !has_begun
        && matches!(
            failure.kind,
            FailureKind::RateLimited
                | FailureKind::ProviderUnavailable
                | FailureKind::ProviderOverloaded
                | FailureKind::ConnectionLost
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waited(failure: &Failure, retries: u32) -> Option<Duration> {
        let start = Instant::now();
        RetryWait::after(failure, retries, RETRY_WAITS, start).map(|wait| wait.until - start)
    }

    #[test]
    fn the_provider_says_how_long() {
        let limited = |seconds| {
            let failure = Failure::new(FailureKind::RateLimited).with_status(429);
            failure.with_retry_after(seconds)
        };
        let seconds = Duration::from_secs;
        assert_eq!(waited(&limited(Some(7)), 0), Some(seconds(7)));
        assert_eq!(waited(&limited(Some(60)), 1), Some(seconds(60)));
        assert_eq!(waited(&limited(Some(61)), 0), None);
        assert_eq!(waited(&limited(Some(u64::MAX)), 0), None);
        assert_eq!(
            waited(&limited(Some(0)), 0),
            Some(Duration::from_millis(200))
        );
        assert_eq!(waited(&limited(None), 0), Some(seconds(1)));
        assert_eq!(waited(&limited(None), 1), Some(seconds(4)));
        assert_eq!(waited(&limited(None), 2), None);
    }

    #[test]
    fn what_would_fail_again_or_had_begun_is_not_asked_again() {
        use FailureKind as K;
        for (kind, status, again) in [
            (K::ProviderUnavailable, Some(500), true),
            (K::ProviderUnavailable, Some(503), true),
            (K::ProviderOverloaded, Some(529), true),
            (K::ConnectionLost, None, true),
            (K::ConnectionLost, Some(200), false),
            (K::ProviderOverloaded, Some(200), false),
            (K::RateLimited, Some(200), false),
            (K::OutOfCredit, Some(429), false),
            (K::KeyRejected, Some(401), false),
            (K::RequestRefused, Some(400), false),
            (K::FirstByteTimeout, None, false),
            (K::HostUnknown, None, false),
            (K::CapTurns, None, false),
        ] {
            let mut failure = Failure::new(kind);
            failure.status = status;
            assert_eq!(waited(&failure, 0).is_some(), again, "{kind:?} {status:?}");
        }
    }
}
