//! Answers that come whole, and who sees them.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use chat::{
    Citation, CompletionEvent, MessageState, Outcome, StopReason, ToolCallDelta, TurnRefusal,
};

use crate::world::{World, follow, say, stopped, text, until_text};

#[tokio::test]
async fn an_answer_is_watched_and_kept_whole() {
    let world = World::new();
    let (model, steps) = world.model();
    let mut started = world.turns.start(say(None, "Hello"), model).await.unwrap();
    for step in [
        Ok(CompletionEvent::Started),
        text("Good "),
        text("day."),
        stopped(),
    ] {
        steps.send(step).unwrap();
    }
    let (said, outcome) = follow(&mut started.watch).await;
    assert_eq!(said, "Good day.");
    assert_eq!(outcome, Outcome::Finished(StopReason::Done));
    let kept = world.store.answer();
    assert_eq!(kept.content.text, "Good day.");
    assert_eq!(kept.state, MessageState::Complete(Some(StopReason::Done)));
    assert!(world.turns.running().is_empty());
}

#[tokio::test]
async fn whoever_comes_late_misses_nothing() {
    let world = World::new();
    let (model, steps) = world.model();
    let mut started = world.turns.start(say(None, "Hello"), model).await.unwrap();
    steps.send(text("one ")).unwrap();
    until_text(&mut started.watch).await;
    let mut late = world.turns.watch(started.conversation).unwrap();
    steps.send(text("two")).unwrap();
    steps.send(stopped()).unwrap();
    assert_eq!(follow(&mut late).await.0, "one two");
    assert_eq!(late.answer(), started.answer);
}

#[tokio::test]
async fn of_two_turns_in_one_conversation_the_second_is_refused() {
    let world = World::new();
    let (model, steps) = world.model();
    let mut started = world.turns.start(say(None, "Hello"), model).await.unwrap();
    let (second, _second_steps) = world.model();
    let refused = world
        .turns
        .start(
            say(Some(started.conversation), "again"),
            Arc::clone(&second) as _,
        )
        .await
        .unwrap_err();
    assert_eq!(refused, TurnRefusal::Busy);
    assert_eq!(second.asked.load(Ordering::SeqCst), 0);
    steps.send(text("x")).unwrap();
    steps.send(stopped()).unwrap();
    follow(&mut started.watch).await;
    world
        .turns
        .start(say(Some(started.conversation), "again"), second)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_partial_answer_is_on_disk_while_it_comes() {
    let world = World::new();
    let (model, steps) = world.model();
    let _started = world.turns.start(say(None, "Hello"), model).await.unwrap();
    steps.send(text("partial")).unwrap();
    let kept = async {
        while world.store.answer().content.text != "partial" {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), kept)
        .await
        .expect("the partial answer is saved");
    assert_eq!(world.store.answer().state, MessageState::Streaming);
}

fn call(index: u32, name: Option<&str>, arguments: &str) -> ToolCallDelta {
    ToolCallDelta {
        index,
        id: None,
        name: name.map(Into::into),
        arguments: arguments.into(),
    }
}

#[tokio::test]
async fn calls_and_sources_are_told_once_and_kept() {
    let world = World::new();
    let (model, steps) = world.model();
    let started = world.turns.start(say(None, "q"), model).await.unwrap();
    let mut watch = started.watch;
    let source = Citation {
        url: Some("https://a.example".into()),
        ..Citation::default()
    };
    for step in [
        CompletionEvent::Started,
        CompletionEvent::ToolCallDelta(call(0, Some("look"), "{")),
        CompletionEvent::ToolCallDelta(call(1, Some(""), "")),
        CompletionEvent::Citation(source.clone()),
    ] {
        steps.send(Ok(step)).unwrap();
    }
    let mut calls = Vec::new();
    let mut sources = Vec::new();
    while sources.is_empty() {
        watch.changed().await;
        let step = watch.step();
        calls.extend(step.tool_calls);
        sources.extend(step.citations);
    }
    for step in [
        CompletionEvent::ToolCallDelta(call(0, None, "}")),
        CompletionEvent::Stopped {
            reason: StopReason::ToolUse,
        },
    ] {
        steps.send(Ok(step)).unwrap();
    }
    let outcome = loop {
        watch.changed().await;
        let step = watch.step();
        calls.extend(step.tool_calls);
        sources.extend(step.citations);
        if let Some(outcome) = step.outcome {
            break outcome;
        }
    };
    assert_eq!(outcome, Outcome::Finished(StopReason::ToolUse));
    let joined = |index| -> String {
        let of = calls.iter().filter(|piece| piece.index == index);
        of.map(|piece| piece.arguments.as_str()).collect()
    };
    assert_eq!((joined(0), joined(1)), ("{}".into(), String::new()));
    let names: Vec<_> = calls
        .iter()
        .filter_map(|piece| piece.name.as_deref())
        .collect();
    assert_eq!(names, ["look", ""]);
    assert_eq!(sources, std::slice::from_ref(&source));
    let kept = world.store.answer().content;
    assert_eq!(kept.citations, [source]);
    let kept: Vec<_> = kept
        .tool_calls
        .iter()
        .map(|call| (call.name.as_str(), call.arguments.as_str()))
        .collect();
    assert_eq!(kept, [("look", "{}"), ("", "")]);
}
