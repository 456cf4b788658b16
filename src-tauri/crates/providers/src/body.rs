//! The body of a response as a stream, watched while it is silent.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use chat::{Failure, FailureKind};
use futures_util::{Stream, stream};
use reqwest::Response;
use tokio::runtime::Handle;
use tokio::time::timeout;

use crate::client::Client;
use crate::network_error::failure_kind;

/// How long a connection may take to come to rest after the answer's end, so that it can serve the next turn.
const COME_TO_REST: Duration = Duration::from_secs(2);

/// Set once the answer is whole. A body that is dropped before that closes its connection at once.
pub(crate) type Whole = Arc<AtomicBool>;

struct Body {
    response: Option<Response>,
    client: Client,
    limit: Duration,
    late: FailureKind,
    whole: Whole,
}

/// Streams a body. It ends after the first error.
pub(crate) fn stream(
    client: &Client,
    response: Response,
    whole: Whole,
) -> impl Stream<Item = Result<Bytes, Failure>> + Send + use<> {
    let body = Body {
        response: Some(response),
        client: client.clone(),
        limit: client.limits().first_byte,
        late: FailureKind::FirstByteTimeout,
        whole,
    };
    stream::unfold(body, |mut body| async move {
        let chunk = body.next().await?;
        Some((chunk, body))
    })
}

impl Body {
    async fn next(&mut self) -> Option<Result<Bytes, Failure>> {
        let chunk = self.response.as_mut()?.chunk();
        let kind = match self.client.watch.wait(chunk, self.limit, self.late).await {
            Ok(Ok(Some(chunk))) => {
                self.limit = self.client.limits().silence;
                self.late = FailureKind::Silence;
                return Some(Ok(chunk));
            }
            Ok(Ok(None)) => {
                self.response = None;
                return None;
            }
            Ok(Err(error)) => failure_kind(&error),
            Err(kind) => kind,
        };
        self.response = None;
        Some(Err(Failure::new(kind)))
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        let Some(mut response) = self.response.take() else {
            return;
        };
        if !self.whole.load(Ordering::Relaxed) {
            return;
        }
        // The end marker is rarely the body's last byte. A connection that is dropped between the two can't be used again.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(timeout(COME_TO_REST, async move {
                while let Ok(Some(_)) = response.chunk().await {}
            }));
        }
    }
}
