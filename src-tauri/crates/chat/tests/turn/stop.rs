//! A person, or the end of the app, stops an answer.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use chat::{MessageState, Outcome};

use crate::world::{World, follow, say, text, until_text};

#[tokio::test]
async fn stop_lets_go_of_the_stream_and_keeps_what_came() {
    let world = World::new();
    let (model, steps) = world.model();
    let held = Arc::clone(&model.held);
    let mut started = world.turns.start(say(None, "Hello"), model).await.unwrap();
    steps.send(text("partial")).unwrap();
    until_text(&mut started.watch).await;
    assert!(held.load(Ordering::SeqCst));
    world.turns.stop(started.conversation);
    assert_eq!(follow(&mut started.watch).await.1, Outcome::Cancelled);
    assert!(!held.load(Ordering::SeqCst), "the stream must be dropped");
    let kept = world.store.answer();
    assert_eq!(
        (kept.content.text.as_str(), kept.state),
        ("partial…", MessageState::Cancelled)
    );
}

#[tokio::test]
async fn the_end_of_the_app_stops_and_keeps_every_answer() {
    let world = World::new();
    let (model, steps) = world.model();
    let mut started = world.turns.start(say(None, "Hello"), model).await.unwrap();
    steps.send(text("partial")).unwrap();
    until_text(&mut started.watch).await;
    world.turns.stop_all().await;
    let kept = world.store.answer();
    assert_eq!(
        (kept.content.text.as_str(), kept.state),
        ("partial…", MessageState::Cancelled)
    );
    assert!(world.turns.running().is_empty());
}

#[tokio::test]
async fn stop_before_the_first_word() {
    let world = World::new();
    let (model, _steps) = world.model();
    let mut started = world.turns.start(say(None, "Hello"), model).await.unwrap();
    world.turns.stop(started.conversation);
    assert_eq!(
        follow(&mut started.watch).await,
        ("…".into(), Outcome::Cancelled)
    );
}
