//! One turn, from the user's message to the end of the answer. The backend owns a turn; a window only watches it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::StreamExt;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

use crate::completion::{CompletionEvent, StopReason};
use crate::conversation::MessageState;
use crate::failure::{Failure, FailureKind};
use crate::gate::{Ask, Checkpoint, Passed, Reservation, SendEnd, SendGate, SendTicket};
use crate::ids::{ConversationId, MessageId, ModelRef};
use crate::ports::{CompletionModel, ConversationStore, NewTurn, StoreFailure, StoredTurn};
use crate::progress::{Outcome, Progress, TurnWatch};
use crate::prompt::{Room, fit, input_bytes, prompt_from, prompt_to_go_on};
use crate::request::CompletionRequest;
use crate::retry::{RETRY_WAITS, RetryWait, RetryWaits};

/// The longest message that is taken, in bytes of UTF-8.
pub const LONGEST_MESSAGE: usize = 4 * 1024 * 1024;
/// How often a growing answer goes to disk; the promise is 250 ms.
const SAVE_PERIOD: Duration = Duration::from_millis(200);

/// Why a turn was not begun. Nothing was stored and nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TurnRefusal {
    /// The message says nothing.
    #[error("the message is empty")]
    Empty,
    /// The message is longer than [`LONGEST_MESSAGE`].
    #[error("the message is too long")]
    TooLong,
    /// An answer is being made in this conversation.
    #[error("an answer is being made")]
    Busy,
    /// It could not be stored.
    #[error(transparent)]
    Store(#[from] StoreFailure),
}

/// A turn that has begun.
#[derive(Debug)]
pub struct StartedTurn {
    /// Where it was said.
    pub conversation: ConversationId,
    /// The user's message.
    pub question: MessageId,
    /// The answer that is being made.
    pub answer: MessageId,
    /// Watches it.
    pub watch: TurnWatch,
}

#[derive(Clone)]
struct Running {
    answer: MessageId,
    progress: Arc<Progress>,
    stop: Arc<Notify>,
}

impl Running {
    /// Waits before the turn is asked again; false if it was stopped meanwhile.
    async fn wait(&self, wait: RetryWait) -> bool {
        let until = wait.until;
        self.progress.wait(Some(wait));
        let go_on = tokio::select! {
            biased;
            () = self.stop.notified() => false,
            () = sleep_until(until) => true,
        };
        self.progress.wait(None);
        go_on
    }
}

/// The turns that are running, at most one in a conversation.
pub struct Turns {
    store: Arc<dyn ConversationStore>,
    gate: Arc<SendGate>,
    retry_waits: RetryWaits,
    running: Mutex<HashMap<ConversationId, Running>>,
}

impl Turns {
    /// No turn runs yet.
    pub fn new(store: Arc<dyn ConversationStore>, gate: Arc<SendGate>) -> Arc<Self> {
        Self::with_retry_waits(store, gate, RETRY_WAITS)
    }

    /// The same, with other waits before what failed is asked again, where the provider does not say how long.
    pub fn with_retry_waits(
        store: Arc<dyn ConversationStore>,
        gate: Arc<SendGate>,
        retry_waits: RetryWaits,
    ) -> Arc<Self> {
        Arc::new(Self {
            store,
            gate,
            retry_waits,
            running: Mutex::default(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ConversationId, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Commits the turn to disk, then asks the model in a task of its own. Must be called on a tokio runtime.
    ///
    /// # Errors
    /// A [`TurnRefusal`]; nothing is stored or sent then. All that goes wrong later is the turn's outcome.
    pub async fn start(
        self: &Arc<Self>,
        turn: NewTurn,
        model: Arc<dyn CompletionModel>,
    ) -> Result<StartedTurn, TurnRefusal> {
        let model_ref = check(&turn)?;
        let turns = Arc::clone(self);
        let (stored, running) = tokio::task::spawn_blocking(move || turns.commit(&turn))
            .await
            .map_err(|_| StoreFailure::Other("the store's thread ended".into()))??;
        let started = StartedTurn {
            conversation: stored.conversation,
            question: stored.question,
            answer: stored.answer,
            watch: TurnWatch::new(running.answer, Arc::clone(&running.progress)),
        };
        tokio::spawn(Arc::clone(self).run(stored, running, model_ref, model));
        Ok(started)
    }

    /// Whether an answer is being made, in whatever conversation.
    pub fn any_runs(&self) -> bool {
        !self.lock().is_empty()
    }

    /// Watches the turn that runs in a conversation, if one does.
    pub fn watch(&self, conversation: ConversationId) -> Option<TurnWatch> {
        let running = self.lock().get(&conversation).cloned()?;
        Some(TurnWatch::new(running.answer, running.progress))
    }

    /// Stops the turn that runs in a conversation. What came is kept.
    pub fn stop(&self, conversation: ConversationId) {
        if let Some(running) = self.lock().get(&conversation) {
            running.stop.notify_one();
        }
    }

    /// The conversations in which an answer is being made.
    pub fn running(&self) -> Vec<ConversationId> {
        self.lock().keys().copied().collect()
    }

    /// Stops every turn, and comes back once each is on disk as far as it came.
    pub async fn stop_all(&self) {
        let running: Vec<Running> = self.lock().values().cloned().collect();
        for turn in &running {
            turn.stop.notify_one();
        }
        for turn in running {
            let mut watch = TurnWatch::new(turn.answer, turn.progress);
            while watch.step().outcome.is_none() {
                watch.changed().await;
            }
        }
    }

    fn commit(&self, turn: &NewTurn) -> Result<(StoredTurn, Running), TurnRefusal> {
        // Held over the write, so that of two starts in one conversation the second is refused.
        let mut map = self.lock();
        let wanted = match turn {
            NewTurn::Say { conversation, .. } => *conversation,
            NewTurn::Again { conversation, .. } | NewTurn::GoOn { conversation, .. } => {
                Some(*conversation)
            }
        };
        if wanted.is_some_and(|id| map.contains_key(&id)) {
            return Err(TurnRefusal::Busy);
        }
        let stored = self.store.begin_turn(turn)?;
        let running = Running {
            answer: stored.answer,
            progress: Progress::after(stored.before.clone().unwrap_or_default()),
            stop: Arc::new(Notify::new()),
        };
        map.insert(stored.conversation, running.clone());
        Ok((stored, running))
    }

    async fn run(
        self: Arc<Self>,
        stored: StoredTurn,
        running: Running,
        model_ref: ModelRef,
        model: Arc<dyn CompletionModel>,
    ) {
        let end = End {
            turns: Arc::clone(&self),
            conversation: stored.conversation,
            progress: Arc::clone(&running.progress),
            outcome: None,
        };
        let (mut messages, last) = match stored.before {
            Some(_) => (
                prompt_to_go_on(&stored.history, &stored.attachments),
                Room::GOING_ON,
            ),
            None => (
                prompt_from(&stored.history, &stored.attachments),
                Room::QUESTION,
            ),
        };
        drop(stored.attachments);
        let options = stored.options;
        let room = Room {
            window: model.context_window(&model_ref.model),
            request: model.largest_request(),
            last,
        };
        let left_out = fit(&mut messages, &options, room);
        if left_out > 0 {
            running.progress.leave_out(left_out);
        }
        let input_bytes = input_bytes(&messages, &options, room.window);
        let is_metered = model.is_metered();
        let mut request = CompletionRequest {
            model: model_ref.model.clone(),
            messages,
            most_output: None,
            options,
        };
        let mut retries = 0;
        let outcome = loop {
            let gate = Arc::clone(&self.gate);
            let asked = model_ref.clone();
            let reserved = tokio::task::spawn_blocking(move || {
                gate.reserve(Ask {
                    model: &asked,
                    is_metered,
                    input_bytes,
                })
            })
            .await;
            let outcome = match reserved {
                Err(_) => Outcome::Failed(Failure::new(FailureKind::StorageFailed)),
                Ok(Err(failure)) => Outcome::Failed(failure),
                Ok(Ok((ticket, reservation))) => {
                    request.most_output =
                        least(reservation.most_output(), request.options.most_output);
                    self.ask(
                        &running,
                        model.as_ref(),
                        request.clone(),
                        ticket,
                        reservation,
                    )
                    .await
                }
            };
            let Some(wait) = self.retry_wait(&outcome, &running, retries) else {
                break outcome;
            };
            if !running.wait(wait).await {
                break outcome;
            }
            retries += 1;
        };
        end.with(self.keep(&running, outcome).await);
    }

    /// The wait before the turn is asked again, if it is.
    fn retry_wait(&self, outcome: &Outcome, running: &Running, retries: u32) -> Option<RetryWait> {
        match outcome {
            Outcome::Failed(failure) if !running.progress.has_begun() => {
                RetryWait::after(failure, retries, self.retry_waits, Instant::now())
            }
            _ => None,
        }
    }

    async fn ask(
        &self,
        running: &Running,
        model: &dyn CompletionModel,
        request: CompletionRequest,
        ticket: SendTicket,
        mut reservation: Reservation,
    ) -> Outcome {
        let outcome = self
            .follow(running, model, request, ticket, &mut reservation)
            .await;
        let was_sent =
            !matches!(&outcome, Outcome::Failed(failure) if failure.kind.precedes_sending());
        let content = running.progress.written();
        let end = match &outcome {
            Outcome::Finished(_) if !reservation.has_passed() => SendEnd::Whole,
            // It came to its end, and said nothing: what is reported of it is of the whole.
            Outcome::Failed(failure) if failure.kind == FailureKind::EmptyAnswer => SendEnd::Whole,
            Outcome::Failed(failure)
                if failure.kind.precedes_an_answer()
                    && content.text.is_empty()
                    && content.reasoning.is_empty()
                    && content.tool_calls.is_empty() =>
            {
                SendEnd::Refused
            }
            _ => SendEnd::Cut,
        };
        let settled = tokio::task::spawn_blocking(move || {
            if was_sent {
                reservation.settle(content.usage, end);
            } else {
                reservation.release();
            }
        });
        // A thread that ends without a word has dropped the reservation, and so settled it.
        let _ = settled.await;
        outcome
    }

    /// Follows the stream to its end, and writes what came to disk as it comes.
    async fn follow(
        &self,
        running: &Running,
        model: &dyn CompletionModel,
        request: CompletionRequest,
        ticket: SendTicket,
        reservation: &mut Reservation,
    ) -> Outcome {
        let mut events = model.complete(request, ticket);
        let mut save = interval(SAVE_PERIOD);
        save.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut saving: Option<JoinHandle<()>> = None;
        let mut unsaved = false;
        let outcome = loop {
            tokio::select! {
                biased;
                () = running.stop.notified() => break Outcome::Cancelled,
                _ = save.tick(), if unsaved => {
                    // A slow disk must not hold the stream up: one write at a time, beside it.
                    if saving.as_ref().is_none_or(JoinHandle::is_finished) {
                        unsaved = false;
                        saving = Some(self.save_in_background(running, reservation.checkpoint()));
                    }
                }
                event = events.next() => match apply(event, &running.progress, reservation) {
                    Some(outcome) => break outcome,
                    None => unsaved = true,
                },
            }
        };
        let is_cut = match &outcome {
            Outcome::Cancelled => true,
            Outcome::Failed(failure) => failure.kind.is_limit(),
            Outcome::Finished(_) => reservation.has_passed(),
        };
        if is_cut {
            for event in events.cut() {
                // Past its end nothing can end it again.
                let _ = apply(Some(Ok(event)), &running.progress, reservation);
            }
        } else {
            drop(events);
        }
        if let Some(saving) = saving {
            let _ = saving.await;
        }
        outcome
    }

    fn save_in_background(&self, running: &Running, cost: Option<Checkpoint>) -> JoinHandle<()> {
        let store = Arc::clone(&self.store);
        let running = running.clone();
        tokio::task::spawn_blocking(move || {
            if let Some(cost) = cost {
                cost.write();
            }
            let content = running.progress.content();
            let saved = store.save_answer(running.answer, &content, &MessageState::Streaming);
            if let Err(failure) = saved {
                tracing::warn!(%failure, "a partial answer could not be written; the end will try again");
            }
        })
    }

    /// Writes the end to disk before anybody hears of it.
    async fn keep(&self, running: &Running, outcome: Outcome) -> Outcome {
        if let Outcome::Failed(failure) = &outcome
            && (failure.kind.precedes_sending() || failure.kind.precedes_an_answer())
            && !running.progress.has_begun()
        {
            running.progress.took_nothing();
        }
        let store = Arc::clone(&self.store);
        let progress = Arc::clone(&running.progress);
        let answer = running.answer;
        let state = outcome.message_state();
        let saved = tokio::task::spawn_blocking(move || {
            store.save_answer(answer, &progress.content(), &state)
        })
        .await;
        match saved {
            Ok(Ok(())) => outcome,
            Ok(Err(failure)) => {
                tracing::error!(%failure, "an answer could not be written");
                Outcome::Failed(Failure::new(FailureKind::StorageFailed))
            }
            Err(_) => Outcome::Failed(Failure::new(FailureKind::StorageFailed)),
        }
    }
}

/// Ends a turn exactly once, even if its task is torn down.
struct End {
    turns: Arc<Turns>,
    conversation: ConversationId,
    progress: Arc<Progress>,
    outcome: Option<Outcome>,
}

impl End {
    fn with(mut self, outcome: Outcome) {
        self.outcome = Some(outcome);
    }
}

impl Drop for End {
    fn drop(&mut self) {
        self.turns.lock().remove(&self.conversation);
        let outcome = self.outcome.take();
        self.progress.end(
            outcome.unwrap_or_else(|| Outcome::Failed(Failure::new(FailureKind::Interrupted))),
        );
    }
}

fn check(turn: &NewTurn) -> Result<ModelRef, TurnRefusal> {
    match turn {
        NewTurn::Say {
            text, attachments, ..
        } if text.trim().is_empty() && attachments.is_empty() => Err(TurnRefusal::Empty),
        NewTurn::Say { text, .. } if text.len() > LONGEST_MESSAGE => Err(TurnRefusal::TooLong),
        NewTurn::Say { model, .. } | NewTurn::Again { model, .. } | NewTurn::GoOn { model, .. } => {
            Ok(model.clone())
        }
    }
}

/// The smaller of two limits.
fn least(one: Option<u64>, other: Option<u64>) -> Option<u64> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// How a turn ends that has passed a limit. Of its own limit an answer is as long as it may be, whoever ends it.
fn cut_off(passed: Passed) -> Outcome {
    match passed {
        Passed::Answer => Outcome::Finished(StopReason::Length),
        Passed::Limit(failure) => Outcome::Failed(failure),
    }
}

/// Takes one event in. Gives the outcome if it was the last.
fn apply(
    event: Option<Result<CompletionEvent, Failure>>,
    progress: &Progress,
    reservation: &mut Reservation,
) -> Option<Outcome> {
    match event {
        None => Some(Outcome::Failed(Failure::new(FailureKind::EndedEarly))),
        Some(Err(failure)) => Some(Outcome::Failed(failure)),
        Some(Ok(CompletionEvent::Started)) => {
            progress.start();
            None
        }
        Some(Ok(CompletionEvent::TextDelta { text })) => {
            progress.push_text(&text);
            reservation.write(text.len()).err().map(cut_off)
        }
        Some(Ok(CompletionEvent::ReasoningDelta { text })) => {
            progress.push_reasoning(&text);
            reservation.reason(text.len()).err().map(cut_off)
        }
        Some(Ok(CompletionEvent::ToolCallDelta(delta))) => {
            let written = delta.arguments.len() + delta.name.as_ref().map_or(0, String::len);
            progress.push_tool_call(delta);
            reservation.write(written).err().map(cut_off)
        }
        Some(Ok(CompletionEvent::Citation(citation))) => {
            progress.push_citation(citation);
            None
        }
        Some(Ok(CompletionEvent::Usage(usage))) => {
            progress.set_usage(usage, reservation.cost_of(usage));
            None
        }
        Some(Ok(CompletionEvent::Stopped { reason })) => Some(
            if matches!(reason, StopReason::Done | StopReason::Other) && !progress.has_answer() {
                Outcome::Failed(Failure::new(FailureKind::EmptyAnswer))
            } else {
                Outcome::Finished(reason)
            },
        ),
    }
}
