//! A provider's model, asked over the network.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chat::{
    CompletionEvent, CompletionModel, CompletionRequest, CompletionStream, Failure, FailureKind,
    SendTicket,
};
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, stream};
use http::header::CONTENT_TYPE;
use reqwest::Response;

use crate::attached;
use crate::body::{self, Whole};
use crate::client::{Client, Question};
use crate::decode::decode_stream;
use crate::key_source::{self, KeySource};
use crate::protocol::Abilities;
use crate::provider::Provider;
use crate::redaction::{RedactedSteps, Redaction};
use crate::secrets::Secrets;

/// Asks the models of one provider.
#[derive(Clone)]
pub struct ChatModel {
    client: Client,
    provider: Arc<Provider>,
    key: Arc<dyn KeySource>,
    context_window: Option<u64>,
    abilities: Abilities,
}

impl ChatModel {
    /// Asks `provider` over `client` with the key that `key` gives.
    pub fn new(client: Client, provider: Provider, key: Arc<dyn KeySource>) -> Self {
        Self {
            client,
            abilities: provider.abilities(),
            provider: Arc::new(provider),
            key,
            context_window: None,
        }
    }

    /// The same, with what is known of the context window of the model that will be asked, in tokens.
    #[must_use]
    pub fn with_context_window(mut self, tokens: Option<u64>) -> Self {
        self.context_window = tokens;
        self
    }

    /// The same, with what is known of whether the model that will be asked reads pictures.
    #[must_use]
    pub fn with_images(mut self, images: Option<bool>) -> Self {
        if images == Some(false) {
            self.abilities.image_types = &[];
        }
        self
    }

    /// Sends the request; gives the stream of its answer.
    async fn ask(self, request: CompletionRequest, ticket: SendTicket, kept: Kept) -> Steps {
        let host = self.provider.host();
        let credential = match self.key.credential().await {
            Ok(credential) => credential,
            Err(error) => return failed(key_source::store_failure(error).at(host)),
        };
        let secrets = match Secrets::with(&self.provider, credential.as_ref()).await {
            Ok(secrets) => secrets,
            Err(failure) => return failed(failure),
        };
        let redaction = Redaction::of(&secrets);
        let protocol = self.provider.protocol();
        let request = attached::as_taken(&request, self.abilities);
        let turn = protocol.turn_request(&request, self.provider.quirks());
        if turn.body.len() > self.abilities.largest_request {
            return failed(Failure::new(FailureKind::PromptTooLong).at(host));
        }
        let mut url = self.provider.endpoint(&turn.path);
        url.set_query(turn.query);
        let question = Question::post(url, turn.body);
        let sent = self
            .client
            .send(&self.provider, &secrets, question, ticket)
            .await;
        // The key has done its work: from here on only the redaction knows what it looks like.
        drop(secrets);
        drop(credential);
        match sent {
            Ok(response) if is_web_page(&response) => {
                let status = response.status().as_u16();
                failed(
                    Failure::new(FailureKind::NotAnApi)
                        .at(host)
                        .with_status(status),
                )
            }
            Ok(response) => self.follow(response, redaction, host, kept),
            Err(failure) => failed(redaction.failure(failure)),
        }
    }

    fn follow(&self, response: Response, redaction: Redaction, host: String, kept: Kept) -> Steps {
        let status = response.status().as_u16();
        let whole = Whole::default();
        let body = body::stream(&self.client, response, Arc::clone(&whole));
        *lock(&kept) = Some(redaction.steps());
        let steps = decode_stream(self.provider.protocol(), body).flat_map(move |step| {
            let step = step.map_err(|failure| failure.at(&host).with_status(status));
            if matches!(step, Ok(CompletionEvent::Stopped { .. })) {
                whole.store(true, Ordering::Relaxed);
            }
            let shown = lock(&kept).as_mut().map(|redacted| redacted.push(step));
            stream::iter(shown.unwrap_or_default())
        });
        steps.boxed()
    }
}

impl CompletionModel for ChatModel {
    fn complete(&self, request: CompletionRequest, ticket: SendTicket) -> CompletionStream {
        let kept = Kept::default();
        let steps = stream::once(self.clone().ask(request, ticket, Arc::clone(&kept)));
        CompletionStream::new(steps.flatten().fuse()).with_rest(move || {
            lock(&kept)
                .take()
                .map_or_else(Vec::new, RedactedSteps::rest)
        })
    }

    fn context_window(&self, _model: &str) -> Option<u64> {
        self.context_window
    }

    fn largest_request(&self) -> Option<u64> {
        let bytes = self.abilities.largest_request;
        u64::try_from(bytes).ok()
    }

    fn is_metered(&self) -> bool {
        true
    }
}

type Steps = BoxStream<'static, Result<CompletionEvent, Failure>>;

/// What redacts the answer, with the text that it keeps back.
type Kept = Arc<Mutex<Option<RedactedSteps>>>;

fn lock(kept: &Kept) -> MutexGuard<'_, Option<RedactedSteps>> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

fn failed(failure: Failure) -> Steps {
    stream::iter([Err(failure)]).boxed()
}

/// Judged by the declared type; a page that declares another is found by its first byte.
fn is_web_page(response: &Response) -> bool {
    response
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| {
            let kind = kind.trim_start().to_ascii_lowercase();
            kind.starts_with("text/html") || kind.starts_with("application/xhtml")
        })
}
