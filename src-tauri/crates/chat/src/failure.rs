//! How a turn can go wrong: a closed list, so that every case has words and an action of its own.

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};

/// What went wrong. The window has a title, a sentence and an action for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// No key is kept for this provider.
    NoKey,
    /// The provider says that the key is wrong (401).
    KeyRejected,
    /// The key is right, but may not do this (403).
    NotPermitted,
    /// The provider does not know the model, or the address (404).
    ModelUnknown,
    /// Too many requests (429).
    RateLimited,
    /// The account has no credit left (402, or a 429 that says so).
    OutOfCredit,
    /// The provider is broken or down (5xx).
    ProviderUnavailable,
    /// The provider is overloaded (529, or 503 that says so).
    ProviderOverloaded,
    /// The provider refused the request for another reason (other 4xx).
    RequestRefused,
    /// The conversation does not fit into the model's context window.
    PromptTooLong,
    /// The host's name can't be resolved.
    HostUnknown,
    /// Nothing listens at the address.
    ConnectionRefused,
    /// There is no way to the host, or no network.
    HostUnreachable,
    /// There is no way to the proxy.
    ProxyUnreachable,
    /// The proxy did not connect to the host: it forbids it, wants a password, or could not.
    ProxyRefused,
    /// A proxy is set that can't be used, so nothing was sent.
    ProxyUnusable,
    /// No connection within the time limit.
    ConnectTimeout,
    /// Connected and asked, but no answer began within the time limit.
    FirstByteTimeout,
    /// The answer began and then fell silent for longer than the time limit.
    Silence,
    /// The host's certificate has expired or is not valid yet.
    CertificateExpired,
    /// The host's certificate is signed by nobody this system trusts.
    CertificateUntrusted,
    /// The host's certificate is for another name.
    CertificateWrongHost,
    /// TLS failed in another way.
    TlsFailed,
    /// The host wants to send the request elsewhere; it was not followed.
    Redirected,
    /// The answer is no API's answer, for instance a web page with status 200.
    NotAnApi,
    /// The provider reported an error in the stream.
    ProviderError,
    /// The stream held something that is not the protocol.
    MalformedStream,
    /// The connection broke in the middle of the answer.
    ConnectionLost,
    /// The stream ended without the protocol's end marker.
    EndedEarly,
    /// One event was larger than the limit.
    EventTooLarge,
    /// The model finished without a word.
    EmptyAnswer,
    /// The credential store is locked.
    StoreLocked,
    /// The file that the key is sealed in is locked.
    SealedLocked,
    /// The prompt of the credential store was dismissed.
    StoreDismissed,
    /// There is no credential store.
    StoreAbsent,
    /// The credential store did not answer within the time limit.
    StoreTimedOut,
    /// The credential store failed in another way.
    StoreFailed,
    /// A key was kept for this provider, and is no longer there.
    KeyGone,
    /// The item in the credential store can't be read any more.
    KeyUnreadable,
    /// The provider's address is not the one that the key is bound to.
    OriginChanged,
    /// As many turns as the cap allows were sent within the hour.
    CapTurns,
    /// As many tokens as the cap allows were written within the day.
    CapTokens,
    /// More questions about providers themselves were asked within the hour than a person would ask.
    CapInquiries,
    /// A budget of requests is used up.
    BudgetRequests,
    /// A budget of tokens does not hold the turn, or the answer has passed it.
    BudgetTokens,
    /// A budget of money does not hold the turn, or the answer has passed it.
    BudgetCost,
    /// The provider is not set up (any more).
    ProviderUnknown,
    /// The answer could not be written to disk.
    StorageFailed,
    /// The app was closed, or crashed, while the answer was coming.
    Interrupted,
}

impl FailureKind {
    /// Whether this can only happen before anything has left for the provider.
    pub fn precedes_sending(self) -> bool {
        matches!(
            self,
            Self::NoKey
                | Self::StoreLocked
                | Self::SealedLocked
                | Self::StoreDismissed
                | Self::StoreAbsent
                | Self::StoreTimedOut
                | Self::StoreFailed
                | Self::KeyGone
                | Self::KeyUnreadable
                | Self::OriginChanged
                | Self::CapTurns
                | Self::CapInquiries
                | Self::BudgetRequests
                | Self::ProviderUnknown
        )
    }
}

impl FailureKind {
    /// Whether nothing was sent, for a limit of the gate was in the way, or the answer was stopped since it passed one.
    pub fn is_limit(self) -> bool {
        matches!(
            self,
            Self::CapTurns
                | Self::CapTokens
                | Self::CapInquiries
                | Self::BudgetRequests
                | Self::BudgetTokens
                | Self::BudgetCost
        )
    }

    /// Whether a provider that fails like this before its first word has written nothing that it could ask money for: it
    /// was not reached, or it refused.
    pub fn precedes_an_answer(self) -> bool {
        matches!(
            self,
            Self::KeyRejected
                | Self::NotPermitted
                | Self::ModelUnknown
                | Self::RateLimited
                | Self::OutOfCredit
                | Self::ProviderUnavailable
                | Self::ProviderOverloaded
                | Self::RequestRefused
                | Self::PromptTooLong
                | Self::HostUnknown
                | Self::ConnectionRefused
                | Self::HostUnreachable
                | Self::ProxyUnreachable
                | Self::ProxyRefused
                | Self::ProxyUnusable
                | Self::ConnectTimeout
                | Self::CertificateExpired
                | Self::CertificateUntrusted
                | Self::CertificateWrongHost
                | Self::TlsFailed
                | Self::Redirected
        )
    }
}

/// A failure with what is known about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{kind:?}{}", .detail.as_deref().map(|d| format!(": {d}")).unwrap_or_default())]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// What went wrong.
    pub kind: FailureKind,
    /// The host it happened with, as shown to people (`api.openai.com`, `127.0.0.1:8080`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The HTTP status, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// How long to wait before another try, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_seconds: Option<u64>,
    /// The provider's own words, redacted and shortened; plain text for a "Details" fold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The limit that was reached, where that was the reason. What another version has written of it, and this one can't
    /// read, is nothing.
    #[serde(
        default,
        deserialize_with = "limit_if_legible",
        skip_serializing_if = "Option::is_none"
    )]
    pub limit: Option<Box<LimitHit>>,
}

/// The stretch of time that a limit counts over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitPeriod {
    /// Any 60 minutes.
    Hour,
    /// A day: of a budget one of the calendar, of the cap any 24 hours.
    Day,
    /// A month of the calendar.
    Month,
}

/// What a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Requests.
    Requests,
    /// Tokens: of a budget those read and written, of the cap those written.
    Tokens,
    /// Millionths of a dollar.
    Cost,
}

/// A limit that a turn would have passed, or has passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LimitHit {
    /// The provider that it is for; `None` for all together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// Over which time it counts.
    pub period: LimitPeriod,
    /// What it counts.
    pub measure: Measure,
    /// How much there may be.
    pub limit: u64,
    /// How much of it was left.
    pub left: u64,
    /// When there is more again, in milliseconds since 1970 (UTC).
    pub renews_at: i64,
}

fn limit_if_legible<'de, D: Deserializer<'de>>(json: D) -> Result<Option<Box<LimitHit>>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Hit(Box<LimitHit>),
        Other(IgnoredAny),
    }
    Ok(match Written::deserialize(json)? {
        Written::Hit(hit) => Some(hit),
        Written::Other(IgnoredAny) => None,
    })
}

impl Failure {
    /// A failure of which only the kind is known.
    pub fn new(kind: FailureKind) -> Self {
        Self {
            kind,
            host: None,
            status: None,
            retry_after_seconds: None,
            detail: None,
            limit: None,
        }
    }

    /// Adds the host it happened with.
    #[must_use]
    pub fn at(mut self, host: impl Into<String>) -> Self {
        self.host = Some(host.into());
        self
    }

    /// Adds the HTTP status.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// Adds the provider's own words. They must have passed redaction.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Adds the limit that was reached.
    #[must_use]
    pub fn with_limit(mut self, limit: LimitHit) -> Self {
        self.limit = Some(Box::new(limit));
        self
    }

    /// Adds how long to wait before another try.
    #[must_use]
    pub fn with_retry_after(mut self, seconds: Option<u64>) -> Self {
        self.retry_after_seconds = seconds;
        self
    }
}
