//! A key with the origin it was made for.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, PROXY_AUTHORIZATION};
use thiserror::Error;
use url::Url;
use zeroize::Zeroizing;

use crate::api_key::ApiKey;
use crate::origin::Origin;

/// What one item of a store holds: a key, the origin it is bound to, the name its user gave it and when it was set.
#[derive(Debug)]
pub struct Credential {
    key: ApiKey,
    origin: Origin,
    name: String,
    set_at: u64,
}

/// How a provider wants its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthScheme {
    /// `Authorization: Bearer KEY`
    Bearer,
    /// The bare key in a header of this name, such as `x-api-key`.
    Header(HeaderName),
    /// The key in a header of this name, behind the credential's name as a word of its own if it has one: `Bearer KEY`.
    Worded(HeaderName),
    /// `Proxy-Authorization: Basic …`: the credential's name and its key, for a proxy (RFC 7617).
    ProxyLogin,
}

/// A key was to be sent to an address other than its own. Nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the key is bound to {bound} and can't be sent elsewhere")]
pub struct OriginMismatch {
    /// Where the key may go.
    pub bound: Origin,
    /// Where it was to go; none if that is an address no key may go to.
    pub asked: Option<Origin>,
}

impl Credential {
    /// Binds a key to an origin. `set_at` is the time in milliseconds since 1970.
    pub fn new(key: ApiKey, origin: Origin, name: impl Into<String>, set_at: u64) -> Self {
        Self {
            key,
            origin,
            name: name.into(),
            set_at,
        }
    }

    /// The one origin that the key may be sent to.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The name its user gave the key.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// When the key was set, in milliseconds since 1970.
    pub fn set_at(&self) -> u64 {
        self.set_at
    }

    /// Writes the key into the headers of a request to `url`, in place of what stood there, marked sensitive so that no log and no
    /// header compression keeps it.
    ///
    /// # Errors
    /// [`OriginMismatch`] if `url` is not of the bound origin. The headers are then as they were.
    pub fn authorise(
        &self,
        url: &Url,
        scheme: AuthScheme,
        headers: &mut HeaderMap,
    ) -> Result<(), OriginMismatch> {
        let asked = Origin::of(url).ok();
        if asked.as_ref() != Some(&self.origin) {
            return Err(OriginMismatch {
                bound: self.origin.clone(),
                asked,
            });
        }
        let characters = self.key.characters();
        let (name, text) = match scheme {
            AuthScheme::Bearer => (AUTHORIZATION, ["Bearer ", characters].concat()),
            AuthScheme::Header(name) => (name, characters.to_owned()),
            AuthScheme::Worded(name) if self.name.is_empty() => (name, characters.to_owned()),
            AuthScheme::Worded(name) => (name, [&self.name, " ", characters].concat()),
            AuthScheme::ProxyLogin => {
                let both = Zeroizing::new([&self.name, ":", characters].concat());
                let encoded = Zeroizing::new(BASE64.encode(both.as_bytes()));
                (PROXY_AUTHORIZATION, ["Basic ", &encoded].concat())
            }
        };
        let text = Zeroizing::new(text);
        // A key is visible ASCII, so this can't fail; if it did, an empty header would be refused by the server.
        let mut value =
            HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""));
        value.set_sensitive(true);
        headers.insert(name, value);
        Ok(())
    }

    pub(crate) fn key(&self) -> &ApiKey {
        &self.key
    }

    pub(crate) fn duplicate(&self) -> Self {
        Self {
            key: self.key.duplicate(),
            origin: self.origin.clone(),
            name: self.name.clone(),
            set_at: self.set_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound_to(origin: &str) -> Credential {
        let key = ApiKey::parse("sk-canary".into()).unwrap();
        Credential::new(key, origin.parse().unwrap(), "work", 1)
    }

    fn headers_for(
        bound: &str,
        url: &str,
        scheme: AuthScheme,
    ) -> (Result<(), OriginMismatch>, HeaderMap) {
        let mut headers = HeaderMap::new();
        let url = Url::parse(url).unwrap();
        let result = bound_to(bound).authorise(&url, scheme, &mut headers);
        (result, headers)
    }

    #[test]
    fn the_key_goes_to_its_origin_marked_sensitive() {
        let url = "https://api.openai.com/v1/models";
        for (scheme, name, value) in [
            (AuthScheme::Bearer, "authorization", "Bearer sk-canary"),
            (
                AuthScheme::Header(HeaderName::from_static("x-api-key")),
                "x-api-key",
                "sk-canary",
            ),
            (
                AuthScheme::Worded(HeaderName::from_static("x-gateway")),
                "x-gateway",
                "work sk-canary",
            ),
            (
                AuthScheme::ProxyLogin,
                "proxy-authorization",
                // "work:sk-canary"
                "Basic d29yazpzay1jYW5hcnk=",
            ),
        ] {
            let (result, headers) = headers_for("https://api.openai.com", url, scheme);
            assert_eq!(result, Ok(()));
            assert_eq!(headers[name], value);
            assert!(headers[name].is_sensitive());
            assert!(!format!("{headers:?}").contains("canary"));
        }
    }

    #[test]
    fn the_key_goes_nowhere_else() {
        for url in [
            "https://api.openai.com:8443/v1",
            "http://api.openai.com/v1",
            "https://evil.com/v1",
            "https://api.openai.com.evil.com/v1",
            "https://api.openai.com./v1",
            "https://api.openai.com@evil.com/",
            "https://user@api.openai.com/",
            "https://xn--pi-7ed.openai.com/",
            "https://\u{430}pi.openai.com/",
            "https://openai.com/",
            "https://v1.api.openai.com/",
            "https://api.openai.com%2eevil.com/",
            "https://evil.com/api.openai.com",
            "https://evil.com#@api.openai.com",
            "https://evil.com?@api.openai.com/",
            "https://104.18.7.192/",
            "https://[::1]/",
            "http://localhost/",
            "wss://api.openai.com/",
            "ftp://api.openai.com/",
            "file:///api.openai.com",
        ] {
            let (result, headers) = headers_for("https://api.openai.com", url, AuthScheme::Bearer);
            let error = result.unwrap_err();
            assert_eq!(error.bound.to_string(), "https://api.openai.com", "{url}");
            assert!(headers.is_empty(), "{url}");
            assert!(!format!("{error} {error:?}").contains("canary"));
        }
    }

    #[test]
    fn loopback_addresses_are_not_each_other() {
        let all = [
            "http://localhost:1",
            "http://127.0.0.1:1",
            "http://127.0.0.2:1",
            "http://[::1]:1",
            "https://localhost:1",
            "http://localhost:2",
        ];
        for bound in all {
            for asked in all {
                let (result, headers) = headers_for(bound, asked, AuthScheme::Bearer);
                assert_eq!(result.is_ok(), bound == asked, "{bound} {asked}");
                assert_eq!(headers.is_empty(), bound != asked, "{bound} {asked}");
            }
        }
    }

    #[test]
    fn an_old_header_is_replaced() {
        let mut headers = HeaderMap::new();
        headers.append(AUTHORIZATION, HeaderValue::from_static("a"));
        headers.append(AUTHORIZATION, HeaderValue::from_static("b"));
        let url = Url::parse("http://localhost:1234/v1").unwrap();
        bound_to("http://localhost:1234")
            .authorise(&url, AuthScheme::Bearer, &mut headers)
            .unwrap();
        assert_eq!(headers.get_all(AUTHORIZATION).iter().count(), 1);
    }

    #[test]
    fn debug_shows_nothing_of_the_key() {
        assert!(!format!("{:?}", bound_to("https://a.example")).contains("canary"));
    }
}
