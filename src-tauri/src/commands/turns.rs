//! Turns: start, watch, stop.

use chat::{ConversationStore, NewTurn, RequestOptions, StartedTurn as Begun};
use credentials::{Recognition, key_in_text};
use markdown::{Highlighter, Span};
use tauri::State;
use tauri::ipc::Channel;

use super::with_store;
use crate::app::App;
use crate::delivery::deliver;
use crate::ipc::{
    CommandError, ConversationItem, ConversationRef, ErrorCode, FoundKey, HighlightCode,
    LookForKey, MessageBody, MessageState, MessageView, ModelRef, Options, RetryTurn, StartTurn,
    StartedTurn, TurnEvent, Usage,
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
    let text = if request.as_text {
        request.text
    } else {
        without_key(&app, request.text).await?
    };
    let options = checked_options(&app, request.options).await?;
    let attachments = app.files_for(&request.model, &request.attachments, request.as_text)?;
    let turn = NewTurn::Say {
        conversation,
        text,
        attachments,
        model: request.model.clone().into(),
        options,
    };
    let begun = begin(&app, turn, request.model, events).await?;
    // They are kept with the message now.
    app.waiting_files.remove(&request.attachments);
    Ok(begun)
}

#[tauri::command]
pub(crate) async fn look_for_key(
    app: State<'_, App>,
    request: LookForKey,
) -> Result<Option<FoundKey>, CommandError> {
    let (_, found) = look_in(&app, request.text).await?;
    Ok(found)
}

/// The text, if it holds nothing of a key's shape. What is said is refused here, before any of it is kept or sent: the
/// window that was to ask first may be out of order.
async fn without_key(app: &App, text: String) -> Result<String, CommandError> {
    match look_in(app, text).await? {
        (text, None) => Ok(text),
        (_, Some(FoundKey { provider })) => {
            let error = CommandError::new(ErrorCode::KeyInMessage);
            Err(match provider {
                Some(name) => error.about(name),
                None => error,
            })
        }
    }
}

/// Options that hold nothing of a key's shape, and nothing that does not fit.
pub(super) async fn checked_options(
    app: &App,
    mut options: Options,
) -> Result<RequestOptions, CommandError> {
    options.system = without_key(app, options.system).await?;
    options.try_into()
}

/// Looks for a key's shape in a text, and gives the text back. Off the threads that carry streams: a text may be long.
pub(crate) async fn look_in(
    app: &App,
    text: String,
) -> Result<(String, Option<FoundKey>), CommandError> {
    let catalog = app.catalog;
    let look = move || {
        let found = key_in_text(&text, catalog.key_shapes());
        let found = found.map(|whose| FoundKey {
            provider: match whose {
                Recognition::Known(id) => catalog.by_id(&id).map(|vendor| vendor.name.clone()),
                Recognition::Shared(_) | Recognition::Unknown => None,
            },
        });
        (text, found)
    };
    tokio::task::spawn_blocking(look)
        .await
        .map_err(|_| CommandError::new(ErrorCode::BadRequest))
}

#[tauri::command]
pub(crate) async fn retry_turn(
    app: State<'_, App>,
    request: RetryTurn,
    events: Channel<TurnEvent>,
) -> Result<StartedTurn, CommandError> {
    let conversation = conversation_id(&request.conversation)?;
    let answer = message_id(&request.answer)?;
    let model = request.model.clone().into();
    let turn = if request.go_on {
        NewTurn::GoOn {
            conversation,
            answer,
            model,
        }
    } else {
        NewTurn::Again {
            conversation,
            answer,
            model,
        }
    };
    begin(&app, turn, request.model, events).await
}

async fn begin(
    app: &App,
    turn: NewTurn,
    model: ModelRef,
    events: Channel<TurnEvent>,
) -> Result<StartedTurn, CommandError> {
    if app.updates.is_installing() {
        return Err(CommandError::new(ErrorCode::UpdateInstalls));
    }
    app.put_limits_in_force();
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
                tool_calls: Vec::new(),
                citations: Vec::new(),
                model: model_label(model),
                usage: Usage::default(),
                left_out: 0,
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
