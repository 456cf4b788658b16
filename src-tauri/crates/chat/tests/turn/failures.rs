//! What goes wrong, with the model or with the disk.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use chat::{
    CompletionModel, CompletionRequest, CompletionStream, Failure, FailureKind, MessageState,
    Outcome, SendTicket, StoreFailure, TurnRefusal,
};

use crate::world::{World, follow, say, stopped, text};

#[tokio::test]
async fn the_ways_an_answer_can_end_badly() {
    let failed = Failure::new(FailureKind::ConnectionLost);
    for (steps, text, kind) in [
        (
            vec![text("a"), Err(failed)],
            "a",
            FailureKind::ConnectionLost,
        ),
        (vec![text("a")], "a", FailureKind::EndedEarly),
        (vec![stopped()], "", FailureKind::EmptyAnswer),
        (
            vec![text("\n "), stopped()],
            "\n ",
            FailureKind::EmptyAnswer,
        ),
    ] {
        let world = World::new();
        let (model, sender) = world.model();
        let mut started = world.turns.start(say(None, "Hello"), model).await.unwrap();
        for step in steps {
            sender.send(step).unwrap();
        }
        drop(sender);
        let (said, outcome) = follow(&mut started.watch).await;
        let Outcome::Failed(failure) = outcome else {
            panic!("{kind:?}: {outcome:?}")
        };
        assert_eq!(failure.kind, kind);
        assert_eq!(said, text);
        let kept = world.store.answer();
        assert_eq!(kept.content.text, text);
        assert!(matches!(kept.state, MessageState::Failed(failure) if failure.kind == kind));
    }
}

#[tokio::test]
async fn a_turn_that_cannot_be_stored_is_not_sent() {
    let world = World::new();
    world.store.refuses.store(true, Ordering::SeqCst);
    let (model, _steps) = world.model();
    let refused = world
        .turns
        .start(say(None, "Hello"), Arc::clone(&model) as _)
        .await
        .unwrap_err();
    assert_eq!(refused, TurnRefusal::Store(StoreFailure::ReadOnly));
    assert_eq!(model.asked.load(Ordering::SeqCst), 0);
    assert!(world.turns.running().is_empty());
}

#[tokio::test]
async fn an_answer_that_cannot_be_stored_is_shown_and_said_to_be_unsaved() {
    let world = World::new();
    let (model, steps) = world.model();
    let mut started = world.turns.start(say(None, "Hello"), model).await.unwrap();
    world.store.refuses.store(true, Ordering::SeqCst);
    steps.send(text("worth keeping")).unwrap();
    steps.send(stopped()).unwrap();
    let (said, outcome) = follow(&mut started.watch).await;
    assert_eq!(said, "worth keeping");
    assert!(
        matches!(outcome, Outcome::Failed(failure) if failure.kind == FailureKind::StorageFailed)
    );
}

#[tokio::test]
async fn messages_that_say_nothing_or_too_much_are_refused() {
    let world = World::new();
    for (words, refusal) in [
        (" \n\t ".to_owned(), TurnRefusal::Empty),
        (
            "x".repeat(chat::turn::LONGEST_MESSAGE + 1),
            TurnRefusal::TooLong,
        ),
    ] {
        let (model, _steps) = world.model();
        assert_eq!(
            world
                .turns
                .start(say(None, &words), model)
                .await
                .unwrap_err(),
            refusal
        );
    }
    let (model, _steps) = world.model();
    world
        .turns
        .start(say(None, &"x".repeat(1024 * 1024)), model)
        .await
        .unwrap();
}

struct Panics;

impl CompletionModel for Panics {
    fn complete(&self, _: CompletionRequest, _: SendTicket) -> CompletionStream {
        panic!("a model that breaks")
    }
    fn context_window(&self, _: &str) -> Option<u64> {
        None
    }

    fn is_metered(&self) -> bool {
        true
    }
}

#[tokio::test]
async fn a_model_that_breaks_ends_its_turn_and_no_other() {
    let world = World::new();
    let mut started = world
        .turns
        .start(say(None, "Hello"), Arc::new(Panics))
        .await
        .unwrap();
    let (_, outcome) = follow(&mut started.watch).await;
    assert!(
        matches!(outcome, Outcome::Failed(failure) if failure.kind == FailureKind::Interrupted)
    );
    assert!(world.turns.watch(started.conversation).is_none());
}
