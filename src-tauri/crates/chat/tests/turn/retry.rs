//! What fails before its first word is asked again.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use chat::{Cap, Failure, FailureKind, Outcome, RetryWait, SendLedger, StopReason, TurnWatch};

use crate::world::{Step, World, follow, say, stopped, text};

fn busy(seconds: u64) -> Step {
    let failure = Failure::new(FailureKind::RateLimited).with_status(429);
    Err(failure.with_retry_after(Some(seconds)))
}

/// Waits until a watch shows that the turn will be asked again.
async fn until_waiting(watch: &mut TurnWatch) -> RetryWait {
    loop {
        watch.changed().await;
        if let Some(wait) = watch.step().waiting {
            return wait;
        }
    }
}

#[tokio::test]
async fn a_busy_provider_is_asked_again_past_the_gate() {
    let world = World::new();
    let (model, steps) = world.model();
    let asked = Arc::clone(&model);
    let mut started = world.turns.start(say(None, "Hello"), model).await.unwrap();
    steps.send(busy(0)).unwrap();
    let wait = until_waiting(&mut started.watch).await;
    assert_eq!((wait.retry, wait.failure.status), (1, Some(429)));
    steps.send(busy(0)).unwrap();
    while until_waiting(&mut started.watch).await.retry < 2 {}
    steps.send(text("Here.")).unwrap();
    steps.send(stopped()).unwrap();
    let (said, outcome) = follow(&mut started.watch).await;
    assert_eq!(
        (said.as_str(), outcome),
        ("Here.", Outcome::Finished(StopReason::Done))
    );
    assert_eq!(asked.asked.load(Ordering::SeqCst), 3);
    assert_eq!(world.ledger.sends_since(0, 1000).unwrap().len(), 3);
}

#[tokio::test]
async fn after_two_retries_it_has_failed() {
    let world = World::new();
    let (model, steps) = world.model();
    let asked = Arc::clone(&model);
    let mut started = world.turns.start(say(None, "Hello"), model).await.unwrap();
    for _ in 0..4 {
        steps.send(busy(0)).unwrap();
    }
    let (_, outcome) = follow(&mut started.watch).await;
    assert!(
        matches!(&outcome, Outcome::Failed(failure) if failure.kind == FailureKind::RateLimited),
        "{outcome:?}"
    );
    assert_eq!(asked.asked.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_retry_that_a_limit_forbids_is_not_sent() {
    let world = World::with(Cap {
        turns_per_hour: 1,
        ..Cap::default()
    });
    let (model, steps) = world.model();
    let asked = Arc::clone(&model);
    let mut started = world.turns.start(say(None, "Hello"), model).await.unwrap();
    steps.send(busy(0)).unwrap();
    let (_, outcome) = follow(&mut started.watch).await;
    assert!(
        matches!(&outcome, Outcome::Failed(failure) if failure.kind == FailureKind::CapTurns),
        "{outcome:?}"
    );
    assert_eq!(asked.asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn stop_ends_the_wait_and_says_what_had_failed() {
    let world = World::new();
    let (model, steps) = world.model();
    let asked = Arc::clone(&model);
    let mut started = world.turns.start(say(None, "Hello"), model).await.unwrap();
    steps.send(busy(60)).unwrap();
    until_waiting(&mut started.watch).await;
    world.turns.stop(started.conversation);
    let (_, outcome) = follow(&mut started.watch).await;
    assert!(
        matches!(&outcome, Outcome::Failed(failure) if failure.kind == FailureKind::RateLimited),
        "{outcome:?}"
    );
    assert_eq!(asked.asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn an_answer_that_has_begun_is_not_asked_for_again() {
    let world = World::new();
    let (model, steps) = world.model();
    let asked = Arc::clone(&model);
    let mut started = world.turns.start(say(None, "Hello"), model).await.unwrap();
    steps.send(text("Half")).unwrap();
    steps
        .send(Err(Failure::new(FailureKind::ConnectionLost)))
        .unwrap();
    let (said, outcome) = follow(&mut started.watch).await;
    assert!(matches!(outcome, Outcome::Failed(_)) && said == "Half");
    assert_eq!(asked.asked.load(Ordering::SeqCst), 1);
}
