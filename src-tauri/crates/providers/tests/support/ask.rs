//! Asks a provider as the app does.

use std::sync::Arc;

use chat::{
    Cap, Citation, CompletionEvent, CompletionModel, CompletionRequest, Failure, MemoryLedger,
    PromptMessage, Role, SendGate, SendTicket,
};
use credentials::{ApiKey, Credential, CredentialStore, ItemId, Origin, SessionStore};
use futures_util::StreamExt;
use providers::{
    ChatModel, Client, ClientOptions, KeyNeed, KeySource, Keyless, Limits, Protocol, Provider,
    Route, StoredKey,
};

use crate::server::{Server, soon};

pub(crate) const KEY: &str = "sk-canary-7Hq2Zx9Lm4Tb6Vn8Wd3Rf5";

pub(crate) fn ticket() -> SendTicket {
    let gate = SendGate::new(Arc::new(MemoryLedger::default()), Cap::default(), || 0).unwrap();
    gate.inquire().unwrap()
}

pub(crate) fn client(limits: Limits, server: &Server) -> Client {
    let extra_roots = if server.root.is_empty() {
        Vec::new()
    } else {
        vec![server.root.clone()]
    };
    Client::with(ClientOptions {
        route: Route {
            limits,
            extra_roots,
            ..Route::default()
        },
        ..ClientOptions::default()
    })
    .unwrap()
}

/// The provider at a server of ours; it wants a key.
pub(crate) fn provider(server: &Server) -> Provider {
    let scheme = if server.root.is_empty() {
        "http"
    } else {
        "https"
    };
    provider_at(&format!("{scheme}://localhost:{}/v1", server.port))
}

pub(crate) fn provider_at(base_url: &str) -> Provider {
    Provider::own("own", "Own", Protocol::OpenaiChat, base_url)
        .unwrap()
        .with_key_need(KeyNeed::Required)
}

pub(crate) fn credential(provider: &Provider) -> Credential {
    let key = ApiKey::parse(KEY.into()).unwrap();
    Credential::new(key, provider.origin().unwrap(), "work", 0)
}

/// A source that holds the key, bound to the provider's own origin.
pub(crate) async fn key_for(provider: &Provider) -> Arc<dyn KeySource> {
    key_bound_to(provider.origin().unwrap()).await
}

pub(crate) async fn key_bound_to(origin: Origin) -> Arc<dyn KeySource> {
    let store = Arc::new(SessionStore::new());
    let key = ApiKey::parse(KEY.into()).unwrap();
    let credential = Credential::new(key, origin, "work", 0);
    store.put(&ItemId::of("own"), &credential).await.unwrap();
    Arc::new(StoredKey::new(store, ItemId::of("own")))
}

pub(crate) fn no_key() -> Arc<dyn KeySource> {
    Arc::new(Keyless)
}

pub(crate) fn request() -> CompletionRequest {
    CompletionRequest::new("m", vec![PromptMessage::new(Role::User, "Why?")])
}

/// What a turn came to: its text, its reasoning, and how it ended.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    pub(crate) text: String,
    pub(crate) reasoning: String,
    /// What tools were to be given, all calls together.
    pub(crate) arguments: String,
    pub(crate) citations: Vec<Citation>,
    pub(crate) stopped: bool,
    pub(crate) failure: Option<Failure>,
}

pub(crate) async fn ask(model: &ChatModel) -> Answer {
    let mut steps = model.complete(request(), ticket());
    let mut answer = Answer::default();
    while let Some(step) = soon(steps.next()).await {
        assert!(
            !answer.stopped && answer.failure.is_none(),
            "a step after the last"
        );
        match step {
            Ok(CompletionEvent::TextDelta { text }) => answer.text += &text,
            Ok(CompletionEvent::ToolCallDelta(delta)) => answer.arguments += &delta.arguments,
            Ok(CompletionEvent::Citation(citation)) => answer.citations.push(citation),
            Ok(CompletionEvent::ReasoningDelta { text }) => answer.reasoning += &text,
            Ok(CompletionEvent::Stopped { .. }) => answer.stopped = true,
            Ok(_) => {}
            Err(failure) => answer.failure = Some(failure),
        }
    }
    answer
}

/// Asks a server with its key.
pub(crate) async fn ask_server(server: &Server, limits: Limits) -> Answer {
    let provider = provider(server);
    let key = key_for(&provider).await;
    ask(&ChatModel::new(client(limits, server), provider, key)).await
}

/// The failure of a turn that said nothing before it.
pub(crate) async fn failure(server: &Server, limits: Limits) -> Failure {
    let answer = ask_server(server, limits).await;
    assert_eq!(answer.text, "");
    answer.failure.expect("the turn should have failed")
}
