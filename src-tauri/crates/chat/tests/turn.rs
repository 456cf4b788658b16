//! A turn as its watchers and the disk see it, with a model that does what the test says.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unnecessary_wraps,
    reason = "a test that can't go on must stop"
)]

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chat::{
    Budget, Cap, Citation, CompletionEvent, CompletionModel, CompletionRequest, CompletionStream,
    Content, Conversation, ConversationId, ConversationStore, Failure, FailureKind, Limits,
    Measure, MemoryLedger, Message, MessageId, MessageState, ModelRef, NewTurn, Outcome, Period,
    RequestOptions, RetryWait, Role, SendGate, SendLedger, SendTicket, Spent, StopReason,
    StoreFailure, StoredTurn, ToolCallDelta, Totals, TurnRefusal, TurnWatch, Turns, Usage,
};
use tokio::sync::mpsc;

type Step = Result<CompletionEvent, Failure>;

/// What the scripted stream keeps back until it is cut.
const KEPT_BACK: &str = "…";

/// Plays what the test sends it. Tells how often it was asked, and whether its stream is still held.
struct Scripted {
    steps: Arc<tokio::sync::Mutex<mpsc::UnboundedReceiver<Step>>>,
    asked: AtomicUsize,
    most_output: Mutex<Option<u64>>,
    held: Arc<AtomicBool>,
    store: Arc<Memory>,
}

struct Held {
    steps: Arc<tokio::sync::Mutex<mpsc::UnboundedReceiver<Step>>>,
    flag: Arc<AtomicBool>,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.flag.store(false, Ordering::SeqCst);
    }
}

impl CompletionModel for Scripted {
    fn complete(&self, request: CompletionRequest, _ticket: SendTicket) -> CompletionStream {
        self.asked.fetch_add(1, Ordering::SeqCst);
        *self.most_output.lock().unwrap() = request.most_output;
        let question = request.messages.last().unwrap().text.clone();
        let stored = self.store.messages.lock().unwrap();
        assert!(
            question.starts_with("Your answer was cut off.")
                || stored
                    .iter()
                    .any(|message| message.content.text == question),
            "the question must be stored before the model is asked"
        );
        self.held.store(true, Ordering::SeqCst);
        let held = Held {
            steps: Arc::clone(&self.steps),
            flag: Arc::clone(&self.held),
        };
        CompletionStream::new(futures_util::stream::unfold(held, |held| async {
            let step = held.steps.lock().await.recv().await;
            step.map(|step| (step, held))
        }))
        .with_rest(|| vec![CompletionEvent::text(KEPT_BACK)])
    }

    fn context_window(&self, _: &str) -> Option<u64> {
        None
    }

    fn is_metered(&self) -> bool {
        true
    }
}

/// Keeps messages in memory.
#[derive(Default)]
struct Memory {
    messages: Mutex<Vec<Message>>,
    saves: AtomicUsize,
    refuses: AtomicBool,
}

impl Memory {
    fn answer(&self) -> Message {
        let messages = self.messages.lock().unwrap();
        messages
            .iter()
            .rfind(|message| message.role == Role::Assistant)
            .unwrap()
            .clone()
    }
}

fn message(role: Role, text: &str, state: MessageState) -> Message {
    Message {
        id: MessageId::new(),
        parent: None,
        role,
        content: Content::text(text),
        model: None,
        state,
        created_at: 0,
    }
}

impl ConversationStore for Memory {
    fn conversations(&self) -> Result<Vec<Conversation>, StoreFailure> {
        unreachable!()
    }
    fn open(
        &self,
        _: ConversationId,
        _: Option<MessageId>,
        _: usize,
    ) -> Result<(Conversation, Vec<Message>), StoreFailure> {
        unreachable!()
    }
    fn totals(&self, _: ConversationId) -> Result<Totals, StoreFailure> {
        unreachable!()
    }
    fn message_text(&self, _: ConversationId, _: MessageId) -> Result<String, StoreFailure> {
        unreachable!()
    }
    fn rename(&self, _: ConversationId, _: &str) -> Result<(), StoreFailure> {
        unreachable!()
    }
    fn choose_options(&self, _: ConversationId, _: &RequestOptions) -> Result<(), StoreFailure> {
        unreachable!()
    }
    fn delete(&self, _: ConversationId) -> Result<(), StoreFailure> {
        unreachable!()
    }
    fn restore(&self, _: ConversationId) -> Result<(), StoreFailure> {
        unreachable!()
    }

    fn begin_turn(&self, turn: &NewTurn) -> Result<StoredTurn, StoreFailure> {
        if self.refuses.load(Ordering::SeqCst) {
            return Err(StoreFailure::ReadOnly);
        }
        let mut messages = self.messages.lock().unwrap();
        let (conversation, text) = match turn {
            NewTurn::Say {
                conversation, text, ..
            } => (conversation, text),
            NewTurn::GoOn {
                conversation,
                answer,
                ..
            } => {
                let history = messages.clone();
                let cut = messages.iter_mut().find(|one| one.id == *answer).unwrap();
                cut.state = MessageState::Streaming;
                return Ok(StoredTurn {
                    conversation: *conversation,
                    question: history[0].id,
                    answer: *answer,
                    before: Some(cut.content.clone()),
                    history,
                    attachments: BTreeMap::new(),
                    options: RequestOptions::default(),
                });
            }
            NewTurn::Again { .. } => unreachable!(),
        };
        let question = message(Role::User, text, MessageState::Complete(None));
        let answer = message(Role::Assistant, "", MessageState::Streaming);
        messages.push(question.clone());
        messages.push(answer.clone());
        Ok(StoredTurn {
            conversation: conversation.unwrap_or_else(ConversationId::new),
            question: question.id,
            answer: answer.id,
            before: None,
            history: vec![question],
            attachments: BTreeMap::new(),
            options: RequestOptions::default(),
        })
    }

    fn save_answer(
        &self,
        answer: MessageId,
        content: &Content,
        state: &MessageState,
    ) -> Result<(), StoreFailure> {
        self.saves.fetch_add(1, Ordering::SeqCst);
        if self.refuses.load(Ordering::SeqCst) {
            return Err(StoreFailure::Full);
        }
        let mut messages = self.messages.lock().unwrap();
        let message = messages
            .iter_mut()
            .find(|message| message.id == answer)
            .unwrap();
        message.content = content.clone();
        message.state = state.clone();
        Ok(())
    }
}

struct World {
    ledger: Arc<MemoryLedger>,
    store: Arc<Memory>,
    turns: Arc<Turns>,
}

impl World {
    fn with(limits: impl Into<Limits>) -> Self {
        let store = Arc::new(Memory::default());
        let clock = AtomicUsize::new(1);
        let ledger = Arc::new(MemoryLedger::default());
        let gate = SendGate::new(Arc::clone(&ledger) as _, limits, move || {
            i64::try_from(clock.fetch_add(1, Ordering::SeqCst)).unwrap()
        });
        Self {
            ledger,
            turns: Turns::with_retry_waits(
                Arc::clone(&store) as _,
                gate.unwrap(),
                [Duration::ZERO; 2],
            ),
            store,
        }
    }

    fn new() -> Self {
        Self::with(Cap::default())
    }

    fn model(&self) -> (Arc<Scripted>, mpsc::UnboundedSender<Step>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        let model = Scripted {
            steps: Arc::new(tokio::sync::Mutex::new(receiver)),
            asked: AtomicUsize::new(0),
            most_output: Mutex::default(),
            held: Arc::default(),
            store: Arc::clone(&self.store),
        };
        (Arc::new(model), sender)
    }
}

fn say(conversation: Option<ConversationId>, text: &str) -> NewTurn {
    NewTurn::Say {
        conversation,
        text: text.into(),
        attachments: Vec::new(),
        model: ModelRef {
            provider: "p".into(),
            model: "m".into(),
        },
        options: RequestOptions::default(),
    }
}

/// Follows a watch to its end: all the text, and how it ended.
async fn follow(watch: &mut TurnWatch) -> (String, Outcome) {
    let mut text = String::new();
    loop {
        watch.changed().await;
        let step = watch.step();
        text.push_str(&step.text);
        if let Some(outcome) = step.outcome {
            return (text, outcome);
        }
    }
}

/// Waits until a watch has shown some text.
async fn until_text(watch: &mut TurnWatch) -> String {
    loop {
        watch.changed().await;
        let step = watch.step();
        if !step.text.is_empty() {
            return step.text;
        }
    }
}

fn text(words: &str) -> Step {
    Ok(CompletionEvent::text(words))
}

fn stopped() -> Step {
    Ok(CompletionEvent::Stopped {
        reason: StopReason::Done,
    })
}

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
