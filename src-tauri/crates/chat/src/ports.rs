//! What the domain needs of the world, as traits.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::Stream;

use crate::attachment::Attachment;
use crate::completion::CompletionEvent;
use crate::conversation::{Content, Conversation, Message, MessageState, Totals};
use crate::failure::Failure;
use crate::gate::{SendTicket, Spent};
use crate::ids::{ConversationId, MessageId, ModelRef};
use crate::request::{CompletionRequest, RequestOptions};

/// Events of one answer. It ends after `Stopped` or after the first `Err`; dropping it ends the request at the socket.
pub struct CompletionStream {
    steps: Pin<Box<dyn Stream<Item = Result<CompletionEvent, Failure>> + Send>>,
    rest: Option<Rest>,
}

type Rest = Box<dyn FnOnce() -> Vec<CompletionEvent> + Send>;

impl CompletionStream {
    /// A stream that keeps nothing back.
    pub fn new(
        steps: impl Stream<Item = Result<CompletionEvent, Failure>> + Send + 'static,
    ) -> Self {
        Self {
            steps: Box::pin(steps),
            rest: None,
        }
    }

    /// The same stream, with a way to what it keeps back: text that has come and waits for more, since it may be the
    /// beginning of something that must not be shown.
    #[must_use]
    pub fn with_rest(
        mut self,
        rest: impl FnOnce() -> Vec<CompletionEvent> + Send + 'static,
    ) -> Self {
        self.rest = Some(Box::new(rest));
        self
    }

    /// Ends the stream before its time, and gives what it has kept back, as far as it may be shown.
    pub fn cut(self) -> Vec<CompletionEvent> {
        drop(self.steps);
        self.rest.map(|rest| rest()).unwrap_or_default()
    }
}

impl Stream for CompletionStream {
    type Item = Result<CompletionEvent, Failure>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.steps.as_mut().poll_next(context)
    }
}

/// A model that can be asked.
pub trait CompletionModel: Send + Sync {
    /// Asks. The ticket proves that the send gate let this request pass; there is no other way to get one.
    fn complete(&self, request: CompletionRequest, ticket: SendTicket) -> CompletionStream;

    /// How many tokens a model reads and writes in one turn at most, where that is known.
    fn context_window(&self, model: &str) -> Option<u64>;

    /// The largest request that is taken, in bytes, where that is known. Files weigh a third more in it.
    fn largest_request(&self) -> Option<u64> {
        None
    }

    /// Whether requests count against the cap. Only the built-in demo's do not.
    fn is_metered(&self) -> bool;
}

/// The conversations could not be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreFailure {
    /// There is no such conversation or message.
    #[error("not found")]
    NotFound,
    /// The file or its folder may not be written.
    #[error("read-only")]
    ReadOnly,
    /// The disk is full.
    #[error("disk full")]
    Full,
    /// The file is damaged.
    #[error("damaged")]
    Damaged,
    /// Another failure, in the store's own words (no message text in them).
    #[error("{0}")]
    Other(String),
}

/// What begins a turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewTurn {
    /// A new message of the user; begins a conversation where none is given.
    Say {
        /// Where it is said.
        conversation: Option<ConversationId>,
        /// What is said. Empty where files say everything.
        text: String,
        /// The files that come with it, in the person's order.
        attachments: Vec<Attachment>,
        /// Who is to answer.
        model: ModelRef,
        /// What is chosen for the answers, where a conversation is begun; one that is there has its own.
        options: RequestOptions,
    },
    /// Another try at the last answer, which failed or was stopped. One that holds no text gives way to the new one; one
    /// that holds text stays, and the new one follows it.
    Again {
        /// Where it was said.
        conversation: ConversationId,
        /// The answer that failed.
        answer: MessageId,
        /// Who is to answer.
        model: ModelRef,
    },
    /// The last answer goes on from where it was cut off: by the person, by a failure, or by its length.
    GoOn {
        /// Where it was said.
        conversation: ConversationId,
        /// The answer that was cut off.
        answer: MessageId,
        /// Who is to go on.
        model: ModelRef,
    },
}

/// A turn as committed: the user's message is on disk, and so is the place of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredTurn {
    /// The conversation.
    pub conversation: ConversationId,
    /// The user's message that is to be answered.
    pub question: MessageId,
    /// The answer, marked as streaming.
    pub answer: MessageId,
    /// What of the answer is there already, if it goes on from it.
    pub before: Option<Content>,
    /// The history up to the user's message, oldest first; of an answer that goes on, up to what is there of it.
    pub history: Vec<Message>,
    /// The files that came with messages of the history.
    pub attachments: BTreeMap<MessageId, Vec<Attachment>>,
    /// What is chosen for the conversation's answers.
    pub options: RequestOptions,
}

/// Keeps conversations. Calls may block on the disk.
pub trait ConversationStore: Send + Sync {
    /// Every conversation that is not deleted, the latest first.
    ///
    /// # Errors
    /// When the store can't be read.
    fn conversations(&self) -> Result<Vec<Conversation>, StoreFailure>;

    /// The conversation and the last `limit` messages on its active path, oldest first. With `before`, those that come
    /// before that message.
    ///
    /// # Errors
    /// `NotFound`, or when the store can't be read.
    fn open(
        &self,
        id: ConversationId,
        before: Option<MessageId>,
        limit: usize,
    ) -> Result<(Conversation, Vec<Message>), StoreFailure>;

    /// What the answers of a conversation took. One that is still being made is not in it, nor one that failed before it
    /// began.
    ///
    /// # Errors
    /// When the store can't be read.
    fn totals(&self, conversation: ConversationId) -> Result<Totals, StoreFailure>;

    /// The text of one message, as written.
    ///
    /// # Errors
    /// `NotFound`, or when the store can't be read.
    fn message_text(
        &self,
        conversation: ConversationId,
        message: MessageId,
    ) -> Result<String, StoreFailure>;

    /// Gives a conversation another title.
    ///
    /// # Errors
    /// `NotFound`, or when the store can't be written.
    fn rename(&self, id: ConversationId, title: &str) -> Result<(), StoreFailure>;

    /// Chooses something else for a conversation's next answers.
    ///
    /// # Errors
    /// `NotFound`, or when the store can't be written.
    fn choose_options(
        &self,
        id: ConversationId,
        options: &RequestOptions,
    ) -> Result<(), StoreFailure>;

    /// Hides a conversation. It can be restored until the app starts anew.
    ///
    /// # Errors
    /// `NotFound`, or when the store can't be written.
    fn delete(&self, id: ConversationId) -> Result<(), StoreFailure>;

    /// Takes a deletion back.
    ///
    /// # Errors
    /// `NotFound` once it is gone for good, or when the store can't be written.
    fn restore(&self, id: ConversationId) -> Result<(), StoreFailure>;

    /// Commits the beginning of a turn in one transaction, durably.
    ///
    /// # Errors
    /// `NotFound` if the conversation is not there, or the answer is not its last or was not cut off as the turn says; or
    /// when the store can't be written.
    fn begin_turn(&self, turn: &NewTurn) -> Result<StoredTurn, StoreFailure>;

    /// Writes an answer as far as it has come.
    ///
    /// # Errors
    /// When the store can't be written.
    fn save_answer(
        &self,
        answer: MessageId,
        content: &Content,
        state: &MessageState,
    ) -> Result<(), StoreFailure>;
}

/// A send before it happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewSend<'a> {
    /// What the clock shows, in milliseconds since 1970 (UTC).
    pub at: i64,
    /// Who is asked.
    pub model: &'a ModelRef,
    /// What is kept for it. It counts until the send is settled.
    pub reserved: Spent,
}

/// A send that was noted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastSend {
    /// Its number. Later ones have larger ones; the first is 1.
    pub number: i64,
    /// What the clock showed, in milliseconds since 1970 (UTC).
    pub at: i64,
    /// The provider. `None`: nothing was sent, the time alone was noted.
    pub provider: Option<String>,
    /// What it has taken; what was kept for it, if it was never settled.
    pub spent: Spent,
}

/// Keeps what was sent, so that limits outlive a restart. Calls may block on the disk.
pub trait SendLedger: Send + Sync {
    /// Notes a send before it happens, durably; gives its number.
    ///
    /// # Errors
    /// When the store can't be written.
    fn note_send(&self, send: NewSend<'_>) -> Result<i64, StoreFailure>;

    /// Notes the time alone: what was noted before it and lies after it was sent while the clock was ahead. Gives the
    /// note's number.
    ///
    /// # Errors
    /// When the store can't be written.
    fn note_time(&self, at: i64) -> Result<i64, StoreFailure>;

    /// Notes what a send has taken, or what is kept for it now.
    ///
    /// # Errors
    /// When the store can't be written.
    fn settle_send(&self, number: i64, spent: Spent) -> Result<(), StoreFailure>;

    /// Takes a send back: it turned out that nothing was sent.
    ///
    /// # Errors
    /// When the store can't be written.
    fn withdraw_send(&self, number: i64) -> Result<(), StoreFailure>;

    /// Everything noted at `since` or later, and everything noted after the first that lies later than `now`, in the order
    /// in which it was noted.
    ///
    /// # Errors
    /// When the store can't be read.
    fn sends_since(&self, since: i64, now: i64) -> Result<Vec<PastSend>, StoreFailure>;
}
