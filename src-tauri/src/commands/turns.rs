//! Turns: start, watch, stop.

use chat::{NewTurn, StartedTurn as Begun};
use markdown::{Highlighter, Span};
use tauri::State;
use tauri::ipc::Channel;

use super::with_store;
use crate::app::App;
use crate::delivery::deliver;
use crate::ipc::{
    CommandError, ConversationItem, ConversationRef, ErrorCode, HighlightCode, MessageBody,
    MessageState, MessageView, ModelRef, RetryTurn, StartTurn, StartedTurn, TurnEvent, Usage,
};
use crate::models::model_label;
use crate::transcript_view::{conversation_id, conversation_item, message_id};

#[tauri::command]
pub(crate) async fn start_turn(
    app: State<'_, App>,
    request: StartTurn,
    events: Channel<TurnEvent>,
) -> Result<StartedTurn, CommandError> {
    let conversation = request
        .conversation
        .as_deref()
        .map(conversation_id)
        .transpose()?;
    let turn = NewTurn::Say {
        conversation,
        text: request.text,
        model: request.model.clone().into(),
    };
    begin(&app, turn, request.model, events).await
}

#[tauri::command]
pub(crate) async fn retry_turn(
    app: State<'_, App>,
    request: RetryTurn,
    events: Channel<TurnEvent>,
) -> Result<StartedTurn, CommandError> {
    let turn = NewTurn::Again {
        conversation: conversation_id(&request.conversation)?,
        answer: message_id(&request.answer)?,
        model: request.model.clone().into(),
    };
    begin(&app, turn, request.model, events).await
}

async fn begin(
    app: &App,
    turn: NewTurn,
    model: ModelRef,
    events: Channel<TurnEvent>,
) -> Result<StartedTurn, CommandError> {
    let asked = app.completion_model(&model.clone().into());
    let Begun {
        conversation,
        question,
        answer,
        watch,
    } = app.turns.start(turn, asked).await?;
    let stored = with_store(&app.database, move |store| {
        store.open(conversation, None, 1)
    })
    .await;
    let item = match stored {
        Ok((conversation, _)) => conversation_item(conversation, true),
        // The turn runs: that its title can't be read is no reason to call it unsent.
        Err(_) => ConversationItem {
            id: conversation.to_string(),
            title: String::new(),
            updated_at: crate::app::now_ms(),
            running: true,
        },
    };
    tauri::async_runtime::spawn(deliver(watch, events));
    Ok(StartedTurn {
        conversation: item,
        question: question.to_string(),
        answer: MessageView {
            id: answer.to_string(),
            body: MessageBody::Assistant {
                blocks: Vec::new(),
                reasoning: String::new(),
                model: model_label(model),
                usage: Usage::default(),
            },
            state: MessageState::Streaming,
            created_at: crate::app::now_ms(),
        },
    })
}

#[tauri::command]
pub(crate) async fn watch_turn(
    app: State<'_, App>,
    request: ConversationRef,
    events: Channel<TurnEvent>,
) -> Result<bool, CommandError> {
    let Some(watch) = app.turns.watch(conversation_id(&request.conversation)?) else {
        return Ok(false);
    };
    tauri::async_runtime::spawn(deliver(watch, events));
    Ok(true)
}

#[tauri::command]
pub(crate) async fn stop_turn(
    app: State<'_, App>,
    request: ConversationRef,
) -> Result<(), CommandError> {
    app.turns.stop(conversation_id(&request.conversation)?);
    Ok(())
}

#[tauri::command]
pub(crate) async fn highlight_code(request: HighlightCode) -> Result<Vec<Vec<Span>>, CommandError> {
    tokio::task::spawn_blocking(move || {
        let Some(mut highlighter) = Highlighter::new(&request.info) else {
            return Vec::new();
        };
        request
            .lines
            .iter()
            .map(|line| highlighter.line(line))
            .collect()
    })
    .await
    .map_err(|_| CommandError::new(ErrorCode::BadRequest))
}
