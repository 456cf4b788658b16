//! What a request carries that nobody else may see: the key, and headers that are kept like keys.

use std::fmt;
use std::sync::Arc;

use chat::{Failure, FailureKind};
use credentials::{AuthScheme, Credential};
use http::header::{
    ACCEPT, AUTHORIZATION, CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, COOKIE,
    EXPECT, HOST, HeaderMap, HeaderName, TE, TRAILER, TRANSFER_ENCODING, UPGRADE, USER_AGENT,
};
use url::Url;

use crate::key_source::{KeySource, store_failure};
use crate::provider::Provider;

/// Headers that say what a request is, or how it travels.
const TAKEN: [HeaderName; 14] = [
    ACCEPT,
    AUTHORIZATION,
    CONNECTION,
    CONTENT_ENCODING,
    CONTENT_LENGTH,
    CONTENT_TYPE,
    COOKIE,
    EXPECT,
    HOST,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
    USER_AGENT,
];

/// A header that goes with every request to a provider: an organisation, a project, a gateway's token. Its value is kept like a
/// key, and bound to the provider's origin as one.
#[derive(Clone)]
pub struct SecretHeader {
    name: HeaderName,
    value: Arc<dyn KeySource>,
}

impl SecretHeader {
    /// A header of that name. `None` if the name is none, or says what a request is or how it travels.
    pub fn new(name: &str, value: Arc<dyn KeySource>) -> Option<Self> {
        let name = header_name(name)?;
        Some(Self { name, value })
    }
}

/// The name of a header that can be added to requests, in small letters.
pub fn header_name(name: &str) -> Option<HeaderName> {
    let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
    let travels = name.as_str().starts_with("proxy-") || name == "keep-alive";
    (!travels && !TAKEN.contains(&name)).then_some(name)
}

impl fmt::Debug for SecretHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretHeader")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// What one request carries, read from the stores for it alone.
pub(crate) struct Secrets<'a> {
    key: Option<&'a Credential>,
    headers: Vec<(HeaderName, Credential)>,
}

impl<'a> Secrets<'a> {
    /// The key, and the provider's headers beside it.
    ///
    /// # Errors
    /// The state of a store that keeps a header from being read.
    pub(crate) async fn with(
        provider: &Provider,
        key: Option<&'a Credential>,
    ) -> Result<Self, Failure> {
        let mut headers = Vec::new();
        for header in provider.secret_headers() {
            let value = header.value.credential().await;
            let value = value.map_err(|error| {
                store_failure(error)
                    .at(provider.host())
                    .with_detail(format!("the header {}", header.name))
            })?;
            headers.extend(value.map(|value| (header.name.clone(), value)));
        }
        Ok(Self { key, headers })
    }

    /// Every secret in it.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Credential> {
        let headers = self.headers.iter().map(|(_, value)| value);
        self.key.into_iter().chain(headers)
    }

    pub(crate) fn has_key(&self) -> bool {
        self.key.is_some()
    }

    /// Writes all of it into the headers of a request.
    ///
    /// # Errors
    /// That the provider wants a key and there is none, or that a secret is bound to another origin.
    pub(crate) fn authorise(
        &self,
        provider: &Provider,
        url: &Url,
        headers: &mut HeaderMap,
    ) -> Result<(), Failure> {
        let moved = |_| Failure::new(FailureKind::OriginChanged);
        for (name, value) in &self.headers {
            let scheme = AuthScheme::Worded(name.clone());
            value
                .authorise(url, scheme, headers)
                .map_err(|error| moved(error).with_detail(format!("the header {name}")))?;
        }
        // Last, so that no other header can be in its place.
        match self.key {
            Some(key) => key
                .authorise(url, provider.auth().clone(), headers)
                .map_err(moved),
            None if provider.needs_key() => Err(Failure::new(FailureKind::NoKey)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_how_a_request_travels_is_no_header_to_add() {
        for name in ["OpenAI-Organization", "cf-aig-authorization", "X-1"] {
            assert_eq!(
                header_name(name).unwrap().as_str(),
                name.to_ascii_lowercase()
            );
        }
        for name in [
            "",
            "a b",
            "a:b",
            "\u{e4}",
            "Host",
            "Content-Length",
            "authorization",
            "Proxy-Authorization",
            "Cookie",
        ] {
            assert_eq!(header_name(name), None, "{name}");
        }
    }
}
