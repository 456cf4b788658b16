//! An answer that was cut off goes on.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use chat::{
    CompletionEvent, ConversationId, Failure, FailureKind, MessageId, MessageState, NewTurn,
    Outcome, SendLedger, StopReason, Usage,
};

use crate::world::{Step, World, follow, say, stopped, text, until_text};

fn counted(input: u64, output: u64) -> Step {
    Ok(CompletionEvent::Usage(Usage {
        input_tokens: Some(input),
        output_tokens: Some(output),
        ..Usage::default()
    }))
}

/// What an answer was cut off with, and the world that it lies in.
async fn cut_off(first: &[Step]) -> (World, ConversationId, MessageId) {
    let world = World::new();
    let (model, steps) = world.model();
    let mut started = world.turns.start(say(None, "Hello"), model).await.unwrap();
    for step in first {
        steps.send(step.clone()).unwrap();
    }
    follow(&mut started.watch).await;
    (world, started.conversation, started.answer)
}

fn go_on(conversation: ConversationId, answer: MessageId) -> NewTurn {
    let NewTurn::Say { model, .. } = say(None, "") else {
        unreachable!()
    };
    NewTurn::GoOn {
        conversation,
        answer,
        model,
    }
}

#[tokio::test]
async fn an_answer_goes_on_where_it_was_cut_off_and_counts_with_both_parts() {
    let lost = || Err(Failure::new(FailureKind::ConnectionLost));
    let (world, conversation, answer) = cut_off(&[text("Good "), counted(7, 1), lost()]).await;
    let (model, steps) = world.model();
    let turn = go_on(conversation, answer);
    let mut started = world
        .turns
        .start(turn, Arc::clone(&model) as _)
        .await
        .unwrap();
    assert_eq!(started.answer, answer);
    assert_eq!(until_text(&mut started.watch).await, "Good ");
    // What was there before is no beginning: what fails now is asked again.
    steps
        .send(Err(
            Failure::new(FailureKind::ProviderUnavailable).with_status(503)
        ))
        .unwrap();
    steps.send(text("day.")).unwrap();
    steps.send(counted(20, 2)).unwrap();
    steps.send(stopped()).unwrap();
    let (said, outcome) = follow(&mut started.watch).await;
    assert_eq!(
        (said.as_str(), outcome),
        ("day.", Outcome::Finished(StopReason::Done))
    );
    assert_eq!(model.asked.load(Ordering::SeqCst), 2);
    let kept = world.store.answer();
    assert_eq!(kept.content.text, "Good day.");
    assert_eq!(kept.content.usage.input_tokens, Some(27));
    assert_eq!(kept.content.usage.output_tokens, Some(3));
    // The budget counts what this request took, not the whole again.
    let sends = world.ledger.sends_since(0, i64::MAX).unwrap();
    assert_eq!(sends.last().unwrap().spent.output_tokens, 2);
}

#[tokio::test]
async fn an_answer_that_could_not_go_on_counts_as_before() {
    let lost = || Err(Failure::new(FailureKind::ConnectionLost));
    let (world, conversation, answer) = cut_off(&[text("Good "), counted(7, 1), lost()]).await;
    let (model, steps) = world.model();
    let turn = go_on(conversation, answer);
    let mut started = world.turns.start(turn, model).await.unwrap();
    steps
        .send(Err(Failure::new(FailureKind::KeyRejected)))
        .unwrap();
    follow(&mut started.watch).await;
    let kept = world.store.answer();
    assert_eq!(kept.content.text, "Good ");
    assert_eq!(kept.content.usage.input_tokens, Some(7));
}

#[tokio::test]
async fn of_an_answer_that_goes_on_what_was_not_told_stays_unknown_and_what_came_stays() {
    let (world, conversation, answer) =
        cut_off(&[text("Good "), Err(Failure::new(FailureKind::EndedEarly))]).await;
    let (model, steps) = world.model();
    let turn = go_on(conversation, answer);
    let mut started = world.turns.start(turn, model).await.unwrap();
    steps.send(counted(20, 2)).unwrap();
    steps
        .send(Err(Failure::new(FailureKind::ConnectionLost)))
        .unwrap();
    let (_, outcome) = follow(&mut started.watch).await;
    assert!(matches!(outcome, Outcome::Failed(_)));
    let kept = world.store.answer();
    assert_eq!(kept.content.text, "Good ");
    assert_eq!(kept.content.usage, Usage::default());
    assert_eq!(
        kept.state,
        MessageState::Failed(Failure::new(FailureKind::ConnectionLost))
    );
}
