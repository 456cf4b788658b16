//! The one shape of an error that a window sees. The window has words for each code; it shows none of ours.

use chat::{Failure, FailureKind, StoreFailure, TurnRefusal};
use credentials::StoreError;
use serde::Serialize;
use ts_rs::TS;

use super::limits::LimitHit;

/// What went wrong. The window's table of words is total over this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[allow(
    missing_docs,
    reason = "each has its words in the window's table, and its meaning in the domain's own error types"
)]
pub enum ErrorCode {
    // A turn that failed, or a provider that was asked something.
    NoKey,
    KeyRejected,
    NotPermitted,
    ModelUnknown,
    RateLimited,
    OutOfCredit,
    ProviderUnavailable,
    ProviderOverloaded,
    RequestRefused,
    PromptTooLong,
    HostUnknown,
    ConnectionRefused,
    HostUnreachable,
    ProxyUnreachable,
    ProxyRefused,
    ProxyUnusable,
    ConnectTimeout,
    FirstByteTimeout,
    Silence,
    CertificateExpired,
    CertificateUntrusted,
    CertificateWrongHost,
    TlsFailed,
    Redirected,
    NotAnApi,
    ProviderError,
    MalformedStream,
    ConnectionLost,
    EndedEarly,
    EventTooLarge,
    EmptyAnswer,
    StoreLocked,
    SealedLocked,
    StoreDismissed,
    StoreAbsent,
    StoreTimedOut,
    StoreFailed,
    KeyGone,
    KeyUnreadable,
    OriginChanged,
    CapTurns,
    CapTokens,
    CapInquiries,
    BudgetRequests,
    BudgetTokens,
    BudgetCost,
    ProviderUnknown,
    StorageFailed,
    Interrupted,
    // A turn that was not begun, or a conversation that could not be read or written.
    MessageEmpty,
    MessageTooLong,
    AttachmentGone,
    AttachmentNotTaken,
    AttachmentTooLarge,
    TooManyAttachments,
    KeyInMessage,
    TurnInProgress,
    NotFound,
    DatabaseReadOnly,
    DiskFull,
    DatabaseDamaged,
    DatabaseFailed,
    // A paste.
    ClipboardEmpty,
    ClipboardNotText,
    ClipboardTooLarge,
    ClipboardTimedOut,
    NotAKey,
    NameTooLong,
    // Settings.
    AddressInvalid,
    ProxyAddressInvalid,
    CertificatesInvalid,
    WaitLimitInvalid,
    TooManyHeaders,
    LimitInvalid,
    LimitTooLarge,
    SettingsNotSaved,
    SealedDamaged,
    SealedFailed,
    DialogOpen,
    LinkRefused,
    WindowNotOpened,
    // Updates, and the start at login.
    UpdateNotThere,
    TurnRuns,
    UpdateInstalls,
    LoginItemFailed,
    // A call that the app's own pages never make.
    BadRequest,
}

/// What every command answers with when it fails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CommandError {
    /// What went wrong.
    pub code: ErrorCode,
    /// The host it happened with.
    pub host: Option<String>,
    /// The provider, vendor or store that it is about, by the name people know.
    pub subject: Option<String>,
    /// The HTTP status, where there was one.
    pub status: Option<u16>,
    /// How long to wait before another try, in seconds.
    #[ts(type = "number | null")]
    pub retry_after_seconds: Option<u64>,
    /// The other side's own words, redacted and shortened; plain text.
    pub detail: Option<String>,
    /// The limit that was reached, where that was the reason.
    pub limit: Option<Box<LimitHit>>,
}

impl CommandError {
    /// An error of which only the code is known.
    pub fn new(code: ErrorCode) -> Self {
        Self {
            code,
            host: None,
            subject: None,
            status: None,
            retry_after_seconds: None,
            detail: None,
            limit: None,
        }
    }

    /// Adds the name of what it is about.
    #[must_use]
    pub fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// Adds the host it happened with.
    #[must_use]
    pub fn at(mut self, host: impl Into<String>) -> Self {
        self.host = Some(host.into());
        self
    }

    /// Adds a detail in plain text.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }
}

impl From<FailureKind> for ErrorCode {
    fn from(kind: FailureKind) -> Self {
        macro_rules! same {
            ($($name:ident),+ $(,)?) => { match kind { $(FailureKind::$name => Self::$name),+ } };
        }
        same!(
            NoKey,
            KeyRejected,
            NotPermitted,
            ModelUnknown,
            RateLimited,
            OutOfCredit,
            ProviderUnavailable,
            ProviderOverloaded,
            RequestRefused,
            PromptTooLong,
            HostUnknown,
            ConnectionRefused,
            HostUnreachable,
            ProxyUnreachable,
            ProxyRefused,
            ProxyUnusable,
            ConnectTimeout,
            FirstByteTimeout,
            Silence,
            CertificateExpired,
            CertificateUntrusted,
            CertificateWrongHost,
            TlsFailed,
            Redirected,
            NotAnApi,
            ProviderError,
            MalformedStream,
            ConnectionLost,
            EndedEarly,
            EventTooLarge,
            EmptyAnswer,
            StoreLocked,
            SealedLocked,
            StoreDismissed,
            StoreAbsent,
            StoreTimedOut,
            StoreFailed,
            KeyGone,
            KeyUnreadable,
            OriginChanged,
            CapTurns,
            CapTokens,
            CapInquiries,
            BudgetRequests,
            BudgetTokens,
            BudgetCost,
            ProviderUnknown,
            StorageFailed,
            Interrupted,
        )
    }
}

impl From<Failure> for CommandError {
    fn from(failure: Failure) -> Self {
        Self {
            code: failure.kind.into(),
            host: failure.host,
            subject: None,
            status: failure.status,
            retry_after_seconds: failure.retry_after_seconds,
            detail: failure.detail,
            limit: failure.limit.map(|hit| Box::new((*hit).into())),
        }
    }
}

impl From<StoreFailure> for CommandError {
    fn from(failure: StoreFailure) -> Self {
        Self::new(match failure {
            StoreFailure::NotFound => ErrorCode::NotFound,
            StoreFailure::ReadOnly => ErrorCode::DatabaseReadOnly,
            StoreFailure::Full => ErrorCode::DiskFull,
            StoreFailure::Damaged => ErrorCode::DatabaseDamaged,
            StoreFailure::Other(_) => ErrorCode::DatabaseFailed,
        })
    }
}

impl From<TurnRefusal> for CommandError {
    fn from(refusal: TurnRefusal) -> Self {
        match refusal {
            TurnRefusal::Empty => Self::new(ErrorCode::MessageEmpty),
            TurnRefusal::TooLong => Self::new(ErrorCode::MessageTooLong),
            TurnRefusal::Busy => Self::new(ErrorCode::TurnInProgress),
            TurnRefusal::Store(failure) => failure.into(),
        }
    }
}

impl From<StoreError> for CommandError {
    fn from(error: StoreError) -> Self {
        providers::store_failure(error).into()
    }
}
