//! A provider as it is asked: one of the catalogue's, or one of the user's own.

use credentials::{AuthScheme, Origin, OriginError};
use url::Url;

use crate::catalog::{Catalog, Vendor, Verification};
use crate::protocol::{Abilities, Protocol};
use crate::quirks::Quirks;
use crate::secrets::SecretHeader;

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
#[derive(Debug, Clone)]
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
    secret_headers: Vec<SecretHeader>,
}

impl Provider {
    /// A provider of the user's own. `base_url` is the address up to and without the endpoint's own path, as in `http://127.0.0.1:8080/v1`
    /// without `/chat/completions`. The protocol, and sometimes the host, tells how it wants its key.
    ///
    /// # Errors
    /// [`ProviderError`] if nothing may be sent to that address.
    pub fn own(
        id: impl Into<String>,
        name: impl Into<String>,
        protocol: Protocol,
        base_url: &str,
    ) -> Result<Self, ProviderError> {
        let base_url = base_url_of(base_url)?;
        let host = base_url.host_str().unwrap_or_default();
        let kind = Catalog::get().own_kind_at(protocol, host);
        Ok(Self {
            id: id.into(),
            name: name.into(),
            protocol,
            auth: kind.map_or(AuthScheme::Bearer, |kind| kind.auth.clone()),
            quirks: kind.map_or_else(Quirks::default, |kind| kind.quirks),
            base_url,
            key_need: KeyNeed::Optional,
            verification: Verification::Models,
            known_models: Vec::new(),
            secret_headers: Vec::new(),
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
            secret_headers: Vec::new(),
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

    /// The same provider, with headers beside the key.
    #[must_use]
    pub fn with_secret_headers(mut self, headers: Vec<SecretHeader>) -> Self {
        self.secret_headers = headers;
        self
    }

    /// What goes with every request beside the key.
    pub(crate) fn secret_headers(&self) -> &[SecretHeader] {
        &self.secret_headers
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

    /// What it has a place for in a request.
    pub fn abilities(&self) -> Abilities {
        let abilities = self.protocol.abilities();
        let takes_pdf = self.protocol != Protocol::OpenaiChat || self.quirks.pdf;
        Abilities {
            largest_pdf: if takes_pdf { abilities.largest_pdf } else { 0 },
            ..abilities
        }
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

/// What people copy along with an address.
const ENDPOINTS: [&str; 5] = [
    "/chat/completions",
    "/responses",
    "/messages",
    "/api/chat",
    "/models",
];

/// Reads a base URL: without a query, a fragment, or the endpoint that people copy along.
pub(crate) fn base_url_of(text: &str) -> Result<Url, ProviderError> {
    let mut url = Url::parse(text.trim()).map_err(|_| ProviderError::NotAUrl)?;
    Origin::of(&url)?;
    url.set_query(None);
    url.set_fragment(None);
    let path = url.path().trim_end_matches('/');
    let path = ENDPOINTS
        .iter()
        .find_map(|endpoint| path.strip_suffix(endpoint))
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
    fn a_models_id_stays_in_its_place_in_the_path() {
        let provider = Provider::own("g", "G", Protocol::Gemini, "https://host/v1beta").unwrap();
        for (model, endpoint) in [
            ("gemini-3-pro", "models/gemini-3-pro:streamGenerateContent"),
            ("a?b#c", "models/a%3Fb%23c:streamGenerateContent"),
            ("../../x", "models/x:streamGenerateContent"),
        ] {
            let url = provider.endpoint(&format!("models/{model}:streamGenerateContent"));
            assert_eq!(
                url.as_str(),
                format!("https://host/v1beta/{endpoint}"),
                "{model}"
            );
        }
    }

    #[test]
    fn a_key_goes_where_the_protocol_and_the_host_want_it() {
        let header = |name: &'static str| AuthScheme::Header(http::HeaderName::from_static(name));
        for (protocol, base, auth) in [
            (Protocol::OpenaiChat, "https://host/v1", AuthScheme::Bearer),
            (
                Protocol::OpenaiChat,
                "https://x.openai.azure.com/openai/v1",
                header("api-key"),
            ),
            (
                Protocol::AnthropicMessages,
                "https://host/v1",
                header("x-api-key"),
            ),
            (
                Protocol::Gemini,
                "https://host/v1beta",
                header("x-goog-api-key"),
            ),
            (
                Protocol::Ollama,
                "http://127.0.0.1:11434",
                AuthScheme::Bearer,
            ),
        ] {
            let provider = Provider::own("own", "Own", protocol, base).unwrap();
            assert_eq!(*provider.auth(), auth, "{base}");
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
            assert_eq!(own(base).unwrap_err(), error, "{base}");
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
