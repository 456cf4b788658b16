//! What a limit forbids is not sent, and what passes one is cut.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use chat::{
    Budget, Cap, CompletionEvent, Failure, FailureKind, Limits, Measure, MessageState, Outcome,
    Period, SendLedger, Spent, StopReason, Usage,
};

use crate::world::{KEPT_BACK, Step, World, follow, say, stopped, text};

#[tokio::test]
async fn nothing_is_sent_past_the_cap_and_the_question_is_kept() {
    let world = World::with(Cap {
        turns_per_hour: 2,
        output_tokens_per_day: 1_000,
    });
    let mut asked = 0;
    for n in 0..5 {
        let (model, steps) = world.model();
        steps.send(text("x")).unwrap();
        steps.send(stopped()).unwrap();
        let question = format!("question {n}");
        let mut started = world
            .turns
            .start(say(None, &question), Arc::clone(&model) as _)
            .await
            .unwrap();
        let (_, outcome) = follow(&mut started.watch).await;
        asked += model.asked.load(Ordering::SeqCst);
        if n >= 2 {
            assert!(
                matches!(outcome, Outcome::Failed(failure) if failure.kind == FailureKind::CapTurns)
            );
            let messages = world.store.messages.lock().unwrap();
            assert!(
                messages
                    .iter()
                    .any(|message| message.content.text == question)
            );
        }
    }
    assert_eq!(asked, 2);
}

fn budget(measure: Measure, most: u64) -> Limits {
    Limits {
        budgets: vec![Budget {
            provider: None,
            period: Period::Day,
            measure,
            most,
        }],
        ..Limits::default()
    }
}

impl World {
    /// Plays a turn to its end; gives how it ended, and the most tokens that the model was asked for, if it was asked.
    async fn play(&self, question: &str, steps: Vec<Step>) -> (Outcome, Option<Option<u64>>) {
        let (model, sender) = self.model();
        // What is asked again fails again.
        let again = steps.last().filter(|step| step.is_err()).cloned();
        for step in steps.into_iter().chain(again.clone()).chain(again) {
            sender.send(step).unwrap();
        }
        let started = self
            .turns
            .start(say(None, question), Arc::clone(&model) as _);
        let outcome = follow(&mut started.await.unwrap().watch).await.1;
        let was_asked = model.asked.load(Ordering::SeqCst) >= 1;
        let most = *model.most_output.lock().unwrap();
        (outcome, was_asked.then_some(most))
    }

    fn spent(&self) -> Vec<Spent> {
        let sent = self.ledger.sends_since(0, i64::MAX).unwrap();
        sent.into_iter().map(|send| send.spent).collect()
    }
}

#[tokio::test]
async fn a_turn_that_would_pass_a_budget_is_kept_and_not_sent() {
    let world = World::with(budget(Measure::Requests, 1));
    let (outcome, asked) = world.play("first", vec![text("x"), stopped()]).await;
    assert_eq!(outcome, Outcome::Finished(StopReason::Done));
    assert_eq!(asked, Some(None), "nothing bounds the answer");
    let (outcome, asked) = world.play("second", vec![text("x"), stopped()]).await;
    assert_eq!(asked, None);
    let Outcome::Failed(failure) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(failure.kind, FailureKind::BudgetRequests);
    assert_eq!(failure.limit.as_ref().unwrap().limit, 1);
    assert_eq!(world.store.answer().state, MessageState::Failed(failure));
}

#[tokio::test]
async fn an_answer_that_passes_a_budget_is_cut_and_kept_with_its_last_letters() {
    let world = World::with(budget(Measure::Tokens, 200));
    let words = "word ".repeat(200);
    let steps = vec![text(&words), text("never"), stopped()];
    let (outcome, asked) = world.play("Go on", steps).await;
    // Five letters and what is around them are taken for six tokens.
    assert_eq!(asked, Some(Some(194)));
    assert!(
        matches!(&outcome, Outcome::Failed(failure) if failure.kind == FailureKind::BudgetTokens),
        "{outcome:?}"
    );
    assert_eq!(
        world.store.answer().content.text,
        format!("{words}{KEPT_BACK}")
    );
    let spent = world.spent()[0];
    assert_eq!(spent.input_tokens, 6);
    assert!(spent.output_tokens >= 1_000 / 3, "{spent:?}");
}

#[tokio::test]
async fn an_answer_that_is_longer_than_asked_for_ends_as_if_the_model_had_ended_it() {
    let world = World::with(Limits {
        answer_tokens: Some(10),
        ..Limits::default()
    });
    let words = "word ".repeat(13);
    let (outcome, asked) = world.play("Go on", vec![text(&words)]).await;
    assert_eq!(asked, Some(Some(10)));
    assert_eq!(outcome, Outcome::Finished(StopReason::Length));
    assert_eq!(
        world.store.answer().content.text,
        format!("{words}{KEPT_BACK}")
    );
    // Nobody has said that it is whole: what it is believed to have taken counts.
    assert!(world.spent()[0].output_tokens >= 22);
}

#[tokio::test]
async fn a_request_that_was_refused_takes_no_tokens_and_one_that_broke_off_does() {
    let world = World::new();
    for (kind, takes) in [
        (FailureKind::RateLimited, false),
        (FailureKind::ConnectionRefused, false),
        (FailureKind::ConnectionLost, true),
        (FailureKind::FirstByteTimeout, true),
    ] {
        world
            .play("Hello there", vec![Err(Failure::new(kind))])
            .await;
        let spent = *world.spent().last().unwrap();
        assert_eq!(spent.input_tokens > 0, takes, "{kind:?}");
    }
    // What never left is no request either.
    let before = world.spent().len();
    let failure = Failure::new(FailureKind::NoKey);
    world.play("Hello", vec![Err(failure)]).await;
    assert_eq!(world.spent().len(), before);
}

#[tokio::test]
async fn what_broke_off_while_a_model_reasoned_takes_more_than_its_words() {
    let lost = || Err(Failure::new(FailureKind::ConnectionLost));
    let reasoning = || Ok(CompletionEvent::reasoning("Hm."));
    let usage = Usage {
        output_tokens: Some(7),
        ..Usage::default()
    };
    for (steps, least, most) in [
        (vec![lost()], 1_000, u64::MAX),
        (vec![text("yes"), lost()], 1, 1),
        (vec![reasoning(), text("yes"), lost()], 1_000, u64::MAX),
        (vec![reasoning(), text("yes"), stopped()], 2, 2),
        // An answer without a word that came to its end is counted as it was reported.
        (vec![Ok(CompletionEvent::Usage(usage)), stopped()], 7, 7),
        (
            vec![Ok(CompletionEvent::Usage(usage)), lost()],
            1_000,
            u64::MAX,
        ),
    ] {
        let world = World::new();
        let shown = format!("{steps:?}");
        world.play("Hello there", steps).await;
        let written = world.spent()[0].output_tokens;
        assert!((least..=most).contains(&written), "{shown}: {written}");
    }
}
