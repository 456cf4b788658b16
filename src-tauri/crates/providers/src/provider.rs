//! A provider as it is asked: one of the catalogue's, or one of the user's own.

use credentials::{AuthScheme, Origin, OriginError};
use url::Url;

use crate::catalog::{Vendor, Verification};
use crate::openai_chat::Quirks;
use crate::protocol::Protocol;

/// Whether a provider wants a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyNeed {
    /// Nothing is sent without one.
    Required,
    /// A server on this computer may do without.
    Optional,
}

/// An address that can't be a provider's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// It is no URL.
    #[error("this is not a web address")]
    NotAUrl,
    /// It is one that nothing may be sent to.
    #[error(transparent)]
    Origin(#[from] OriginError),
}

/// A provider. Its address is `https`, or `http` on this computer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    id: String,
    name: String,
    protocol: Protocol,
    base_url: Url,
    auth: AuthScheme,
    key_need: KeyNeed,
    quirks: Quirks,
    verification: Verification,
    known_models: Vec<String>,
}

impl Provider {
    /// A provider of the user's own. `base_url` is the address up to and without `/chat/completions`, as in `http://127.0.0.1:8080/v1`.
    ///
    /// # Errors
    /// [`ProviderError`] if nothing may be sent to that address.
    pub fn own(
        id: impl Into<String>,
        name: impl Into<String>,
        protocol: Protocol,
        base_url: &str,
    ) -> Result<Self, ProviderError> {
        Ok(Self {
            id: id.into(),
            name: name.into(),
            protocol,
            base_url: base_url_of(base_url)?,
            auth: AuthScheme::Bearer,
            key_need: KeyNeed::Optional,
            quirks: Quirks::default(),
            verification: Verification::Models,
            known_models: Vec::new(),
        })
    }

    /// A row of the catalogue.
    pub fn of_vendor(vendor: &Vendor) -> Self {
        Self {
            id: vendor.id.clone(),
            name: vendor.name.clone(),
            protocol: vendor.protocol,
            base_url: vendor.base_url.clone(),
            auth: vendor.auth.clone(),
            key_need: KeyNeed::Required,
            quirks: vendor.quirks,
            verification: vendor.verification.clone(),
            known_models: vendor.known_models.clone(),
        }
    }

    /// The same provider with other departures from the protocol.
    #[must_use]
    pub fn with_quirks(mut self, quirks: Quirks) -> Self {
        self.quirks = quirks;
        self
    }

    /// The same provider with the key in another header.
    #[must_use]
    pub fn with_auth(mut self, auth: AuthScheme) -> Self {
        self.auth = auth;
        self
    }

    /// The same provider, which is or isn't asked without a key.
    #[must_use]
    pub fn with_key_need(mut self, key_need: KeyNeed) -> Self {
        self.key_need = key_need;
        self
    }

    /// The same provider, whose keys are verified in another way.
    #[must_use]
    pub fn with_verification(mut self, verification: Verification) -> Self {
        self.verification = verification;
        self
    }

    /// Its id in the catalogue or in the settings.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The protocol it speaks.
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// The address that every endpoint's begins with.
    pub fn base_url(&self) -> &Url {
        &self.base_url
    }

    /// The origin that its key is bound to.
    ///
    /// # Errors
    /// Never, for an address that was checked when the provider was made; the type can't say so.
    pub fn origin(&self) -> Result<Origin, OriginError> {
        Origin::of(&self.base_url)
    }

    /// Its host for a person to read, with the port unless that is the scheme's own.
    pub fn host(&self) -> String {
        host_of(&self.base_url)
    }

    /// How it wants its key.
    pub fn auth(&self) -> &AuthScheme {
        &self.auth
    }

    /// Whether nothing is sent without a key.
    pub fn needs_key(&self) -> bool {
        self.key_need == KeyNeed::Required
    }

    /// Where it departs from its protocol.
    pub fn quirks(&self) -> Quirks {
        self.quirks
    }

    /// How it tells whether a key is right.
    pub fn verification(&self) -> &Verification {
        &self.verification
    }

    /// Its models, where it has no list to ask for.
    pub fn known_models(&self) -> &[String] {
        &self.known_models
    }

    /// The address of an endpoint.
    pub(crate) fn endpoint(&self, path: &str) -> Url {
        let mut url = self.base_url.clone();
        // Only an address without a host has no path, and none such gets here.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path.split('/'));
        }
        url
    }
}

/// Reads a base URL: without a query, a fragment, or the endpoint that people copy along.
pub(crate) fn base_url_of(text: &str) -> Result<Url, ProviderError> {
    let mut url = Url::parse(text.trim()).map_err(|_| ProviderError::NotAUrl)?;
    Origin::of(&url)?;
    url.set_query(None);
    url.set_fragment(None);
    let path = url.path().trim_end_matches('/');
    let path = path
        .strip_suffix("/chat/completions")
        .unwrap_or(path)
        .to_owned();
    url.set_path(&path);
    Ok(url)
}

/// The host of an address for a person to read, with the port unless that is the scheme's own.
pub(crate) fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(base_url: &str) -> Result<Provider, ProviderError> {
        Provider::own("own", "Own", Protocol::OpenaiChat, base_url)
    }

    #[test]
    fn an_endpoint_keeps_the_base_urls_path() {
        for (base, endpoint) in [
            ("https://host/v1", "https://host/v1/chat/completions"),
            ("https://host/v1/", "https://host/v1/chat/completions"),
            (" https://host ", "https://host/chat/completions"),
            ("https://host/a/b//", "https://host/a/b/chat/completions"),
            (
                "https://host/a%2Fb/v1",
                "https://host/a%2Fb/v1/chat/completions",
            ),
            (
                "https://host/v1/chat/completions",
                "https://host/v1/chat/completions",
            ),
            ("https://host/v1?x=1#y", "https://host/v1/chat/completions"),
            (
                "http://127.0.0.1:8080/v1",
                "http://127.0.0.1:8080/v1/chat/completions",
            ),
        ] {
            let url = own(base).unwrap().endpoint("chat/completions");
            assert_eq!(url.as_str(), endpoint, "{base}");
        }
    }

    #[test]
    fn nothing_may_be_sent_in_the_clear_or_with_a_password() {
        for (base, error) in [
            (
                "http://host/v1",
                ProviderError::Origin(OriginError::Insecure),
            ),
            (
                "https://user:pw@host/v1",
                ProviderError::Origin(OriginError::UserInfo),
            ),
            ("ftp://host", ProviderError::Origin(OriginError::Scheme)),
            ("file:///etc", ProviderError::Origin(OriginError::Scheme)),
            ("host:8080", ProviderError::Origin(OriginError::Scheme)),
            ("", ProviderError::NotAUrl),
            ("not a url", ProviderError::NotAUrl),
        ] {
            assert_eq!(own(base), Err(error), "{base}");
        }
    }

    #[test]
    fn the_host_is_told_with_its_port() {
        assert_eq!(own("https://api.example/v1").unwrap().host(), "api.example");
        assert_eq!(own("http://[::1]:80/v1").unwrap().host(), "[::1]");
        assert_eq!(
            own("http://localhost:1234").unwrap().host(),
            "localhost:1234"
        );
    }
}
