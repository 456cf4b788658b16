//! The domain: conversations, turns and the gate that every send passes.
//!
//! No I/O, no Tauri, no SQL and no HTTP live here. What the domain needs of the world stands in [`ports`] as traits; the
//! crates beside this one implement them.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod attachment;
mod completion;
pub mod conversation;
pub mod failure;
pub mod gate;
pub mod ids;
pub mod ports;
pub mod progress;
pub mod prompt;
pub mod request;
pub mod retry;
pub mod turn;

pub use attachment::{
    AttachedFile, Attachment, AttachmentContent, AttachmentKind, ImageType, LARGEST_FILE,
    LARGEST_TEXT, LARGEST_TOTAL, MOST_FILES, NotAttachable,
};
pub use completion::{Citation, CompletionEvent, StopReason, ToolCallDelta, Usage};
pub use conversation::{
    Content, Conversation, Message, MessageState, Role, ToolCall, Totals, title_from,
};
pub use failure::{Failure, FailureKind, LimitHit, LimitPeriod, Measure};
pub use gate::{
    Ask, Budget, BudgetUse, Cap, GateUse, Limits, MemoryLedger, OwnPrice, Passed, Period, Price,
    Reservation, SendEnd, SendGate, SendTicket, Span, Spent, USUAL_ANSWER, World,
};
pub use ids::{ConversationId, MessageId, ModelRef};
pub use ports::{
    CompletionModel, CompletionStream, ConversationStore, NewSend, NewTurn, PastSend, SendLedger,
    StoreFailure, StoredTurn,
};
pub use progress::{Outcome, ProgressStep, TurnWatch};
pub use request::{
    CompletionRequest, Effort, NoTemperature, PromptMessage, RequestOptions, Temperature,
};
pub use retry::{MOST_RETRIES, RETRY_WAITS, RetryWait, RetryWaits};
pub use turn::{StartedTurn, TurnRefusal, Turns};
