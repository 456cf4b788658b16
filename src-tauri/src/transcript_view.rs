//! Conversations and messages in the shape that the chat window shows.

use chat::{Conversation, ConversationId, Message, MessageId, Role};

use crate::ipc::{
    CommandError, ConversationItem, ErrorCode, MessageBody, MessageState, MessageView, ModelRef,
    Usage,
};
use crate::models::model_label;

/// A conversation in the sidebar.
pub(crate) fn conversation_item(conversation: Conversation, running: bool) -> ConversationItem {
    ConversationItem {
        id: conversation.id.to_string(),
        title: conversation.title,
        updated_at: conversation.updated_at,
        running,
    }
}

/// One message. An answer's Markdown is parsed here.
pub(crate) fn message_view(message: Message) -> MessageView {
    let content = message.content;
    let body = match message.role {
        Role::User => MessageBody::User {
            text: content.text,
            files: content.attachments.into_iter().map(Into::into).collect(),
        },
        Role::Assistant => MessageBody::Assistant {
            blocks: markdown::parse(&content.text),
            reasoning: content.reasoning,
            tool_calls: content.tool_calls.into_iter().map(Into::into).collect(),
            citations: content.citations.into_iter().map(Into::into).collect(),
            model: model_label(message.model.map_or_else(unknown_model, ModelRef::from)),
            usage: Usage::of(content.usage, content.cost),
            left_out: content.left_out,
        },
    };
    MessageView {
        id: message.id.to_string(),
        body,
        state: message_state(message.state),
        created_at: message.created_at,
    }
}

fn unknown_model() -> ModelRef {
    ModelRef {
        provider: String::new(),
        model: String::new(),
    }
}

fn message_state(state: chat::MessageState) -> MessageState {
    match state {
        chat::MessageState::Complete(reason) => MessageState::Complete {
            stop_reason: reason.map(Into::into),
        },
        chat::MessageState::Streaming => MessageState::Streaming,
        chat::MessageState::Cancelled => MessageState::Cancelled,
        chat::MessageState::Failed(failure) => MessageState::Failed {
            error: failure.into(),
        },
    }
}

/// Reads a conversation's id.
///
/// # Errors
/// `BadRequest`: the app's own pages only send ids that they were given.
pub(crate) fn conversation_id(text: &str) -> Result<ConversationId, CommandError> {
    ConversationId::parse(text).ok_or_else(|| CommandError::new(ErrorCode::BadRequest))
}

/// Reads a message's id.
///
/// # Errors
/// `BadRequest`: the app's own pages only send ids that they were given.
pub(crate) fn message_id(text: &str) -> Result<MessageId, CommandError> {
    MessageId::parse(text).ok_or_else(|| CommandError::new(ErrorCode::BadRequest))
}
