//! The commands: decode, call, encode. They have no rules of their own; the list of them is in `ipc`.

pub(crate) mod attachments;
pub(crate) mod conversations;
pub(crate) mod drafts;
pub(crate) mod keys;
pub(crate) mod limits;
pub(crate) mod models;
pub(crate) mod network;
pub(crate) mod preferences;
pub(crate) mod shell;
pub(crate) mod turns;
pub(crate) mod updates;

use std::sync::Arc;

use storage::Database;

use crate::ipc::{CommandError, ErrorCode};

/// Runs a call that may block on the disk off the threads that carry streams.
async fn with_store<T: Send + 'static>(
    store: &Arc<Database>,
    call: impl FnOnce(&Database) -> Result<T, chat::StoreFailure> + Send + 'static,
) -> Result<T, CommandError> {
    let store = Arc::clone(store);
    tokio::task::spawn_blocking(move || call(&store))
        .await
        .map_err(|_| CommandError::new(ErrorCode::DatabaseFailed))?
        .map_err(Into::into)
}
