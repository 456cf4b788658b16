//! A model that does what the test says, and a store in memory.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chat::{
    Cap, CompletionEvent, CompletionModel, CompletionRequest, CompletionStream, Content,
    Conversation, ConversationId, ConversationStore, Failure, Limits, MemoryLedger, Message,
    MessageId, MessageState, ModelRef, NewTurn, Outcome, RequestOptions, Role, SendGate,
    SendTicket, StopReason, StoreFailure, StoredTurn, Totals, TurnWatch, Turns,
};
use tokio::sync::mpsc;

pub(crate) type Step = Result<CompletionEvent, Failure>;

/// What the scripted stream keeps back until it is cut.
pub(crate) const KEPT_BACK: &str = "…";

/// Plays what the test sends it. Tells how often it was asked, and whether its stream is still held.
pub(crate) struct Scripted {
    pub(crate) steps: Arc<tokio::sync::Mutex<mpsc::UnboundedReceiver<Step>>>,
    pub(crate) asked: AtomicUsize,
    pub(crate) most_output: Mutex<Option<u64>>,
    pub(crate) held: Arc<AtomicBool>,
    pub(crate) store: Arc<Memory>,
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
pub(crate) struct Memory {
    pub(crate) messages: Mutex<Vec<Message>>,
    pub(crate) saves: AtomicUsize,
    pub(crate) refuses: AtomicBool,
}

impl Memory {
    pub(crate) fn answer(&self) -> Message {
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

pub(crate) struct World {
    pub(crate) ledger: Arc<MemoryLedger>,
    pub(crate) store: Arc<Memory>,
    pub(crate) turns: Arc<Turns>,
}

impl World {
    pub(crate) fn with(limits: impl Into<Limits>) -> Self {
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

    pub(crate) fn new() -> Self {
        Self::with(Cap::default())
    }

    pub(crate) fn model(&self) -> (Arc<Scripted>, mpsc::UnboundedSender<Step>) {
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

pub(crate) fn say(conversation: Option<ConversationId>, text: &str) -> NewTurn {
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
pub(crate) async fn follow(watch: &mut TurnWatch) -> (String, Outcome) {
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
pub(crate) async fn until_text(watch: &mut TurnWatch) -> String {
    loop {
        watch.changed().await;
        let step = watch.step();
        if !step.text.is_empty() {
            return step.text;
        }
    }
}

pub(crate) fn text(words: &str) -> Step {
    Ok(CompletionEvent::text(words))
}

pub(crate) fn stopped() -> Step {
    Ok(CompletionEvent::Stopped {
        reason: StopReason::Done,
    })
}
