//! The way out as the settings window shows and sets it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::limits::number_or_nothing;
use super::settings::{KeptIn, KeyState};

/// Everything the page of the network shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NetworkState {
    /// The proxy; `null` for straight out.
    pub proxy: Option<ProxyState>,
    /// Hosts that are asked straight.
    pub direct: Vec<String>,
    /// The file of certificates that are trusted beside the system's.
    pub certificates: Option<CertificateFile>,
    /// How long a provider may take: each once.
    pub limits: Vec<WaitLimit>,
    /// The headers that go with requests beside the key, by provider.
    pub headers: Vec<HeaderItem>,
    /// The providers that a header can be added for.
    pub providers: Vec<HeaderProvider>,
    /// Whether this system has a dialog that a password or a header's value can be typed into.
    pub can_ask: bool,
}

/// A provider that a header can be added for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HeaderProvider {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A header that goes with every request to a provider. Its value stays in its store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HeaderItem {
    /// The provider's id.
    pub provider: String,
    /// The provider's name.
    pub provider_name: String,
    /// Where it goes, and nowhere else.
    pub origin: String,
    /// Its name, in small letters.
    pub name: String,
    /// The word before its value, such as `Bearer`; empty for none.
    pub word: String,
    /// Where its value is kept.
    pub kept_in: KeptIn,
    /// Whether it can be read.
    pub state: KeyState,
}

/// Names a header.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HeaderRef {
    /// The provider's id.
    pub provider: String,
    /// Its name, in small letters.
    pub name: String,
}

/// The proxy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProxyState {
    /// Where it is; empty if the settings hold something else.
    pub address: String,
    /// Whether it can be used. If not, nothing goes out.
    pub usable: bool,
    /// The name and the password that it is told, if it asks for one.
    pub login: Option<ProxyLogin>,
}

/// A name, and where its password is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProxyLogin {
    /// The name.
    pub name: String,
    /// Where the password is kept.
    pub kept_in: KeptIn,
    /// Whether it can be read.
    pub state: KeyState,
}

/// A file of certificates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CertificateFile {
    /// Where it is.
    pub shown: String,
    /// How many are in it; `null` if it can't be used.
    pub count: Option<u32>,
}

/// What a provider may take its time for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum WaitName {
    /// To open a connection.
    Connect,
    /// From the question to the first byte of its answer.
    FirstByte,
    /// Between two bytes of an answer.
    Silence,
}

/// How long it may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WaitLimit {
    /// What for.
    pub name: WaitName,
    /// In seconds.
    pub seconds: u16,
    /// The same where nothing is set.
    pub usual: u16,
}

/// Sets or removes the proxy, past a native dialog that names it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SetProxy {
    /// Where it is; `null` or empty for straight out.
    pub address: Option<String>,
    /// Hosts that are asked straight.
    pub direct: Vec<String>,
}

/// Sets how long a provider may take.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SetWaitLimit {
    /// What for.
    pub name: WaitName,
    /// In seconds; `null` for as long as usual.
    #[serde(deserialize_with = "number_or_nothing")]
    pub seconds: Option<f64>,
}
