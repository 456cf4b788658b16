//! The way out: straight, or through a proxy.

use std::fmt;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use credentials::{AuthScheme, Credential};
use http::header::PROXY_AUTHORIZATION;
use http::{HeaderMap, HeaderValue, Uri};
use hyper_util::client::proxy::matcher::Matcher;
use url::Url;
use zeroize::Zeroizing;

/// What is asked straight whatever is set: this computer. A proxy would ask itself, and get to see what was meant to stay here.
const LOOPBACK: &str = "localhost,127.0.0.0/8,::1,::ffff:127.0.0.0/104";

/// Where nobody is (RFC 6761, 6.4).
const NOWHERE: &str = "http://proxy.invalid";

/// The port of a SOCKS proxy that names none (RFC 1928).
const SOCKS_PORT: u16 = 1080;

/// A proxy, and which hosts it is not used for.
#[derive(Clone)]
pub struct Proxy {
    /// `None` if one is set that can't be used: then nothing goes out, since what was meant to go through it must not go straight.
    address: Option<Url>,
    matcher: Arc<Matcher>,
}

/// Why an address can't be a proxy's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProxyError {
    /// It is no address with a host.
    #[error("no address of a proxy")]
    NoAddress,
    /// It begins with something else than `http`, `https`, `socks5` or `socks5h`.
    #[error("no proxy that is known")]
    UnknownScheme,
    /// It holds a user's name or a password, which belong into no file.
    #[error("an address with a name or a password in it")]
    WithPassword,
    /// It holds a path or a query, which a proxy has not.
    #[error("an address with a path")]
    WithPath,
}

impl Proxy {
    /// The proxy at an address such as `http://proxy.example:3128` or `socks5h://127.0.0.1:1080`. Hosts in `direct` are asked
    /// straight, and this computer always is: a name stands for itself and all below it, and there may be addresses, networks
    /// as `10.0.0.0/8`, and `*` for all.
    ///
    /// A SOCKS proxy is given names, never addresses, so that looking them up is its business in both spellings.
    ///
    /// # Errors
    /// [`ProxyError`] if there can be no proxy at the address.
    pub fn parse(address: &str, direct: &[String]) -> Result<Self, ProxyError> {
        let mut address = Url::parse(address).map_err(|_| ProxyError::NoAddress)?;
        if !matches!(address.scheme(), "http" | "https" | "socks5" | "socks5h") {
            return Err(ProxyError::UnknownScheme);
        }
        if address.host_str().is_none_or(str::is_empty) {
            return Err(ProxyError::NoAddress);
        }
        if !address.username().is_empty() || address.password().is_some() {
            return Err(ProxyError::WithPassword);
        }
        let has_path = !matches!(address.path(), "" | "/");
        if has_path || address.query().is_some() || address.fragment().is_some() {
            return Err(ProxyError::WithPath);
        }
        if address.scheme() == "socks5" {
            address
                .set_scheme("socks5h")
                .map_err(|()| ProxyError::UnknownScheme)?;
        }
        Ok(Self {
            address: Some(address),
            matcher: matcher(direct),
        })
    }

    /// Stands for a proxy that is set and can't be used. Nothing goes out but to this computer and to `direct`.
    pub fn unusable(direct: &[String]) -> Self {
        Self {
            address: None,
            matcher: matcher(direct),
        }
    }

    /// Where it is; `None` if it can't be used.
    pub fn address(&self) -> Option<&Url> {
        self.address.as_ref()
    }

    /// What a password for it is bound to: its host and port, as the origin of an address with `https`. The proxy itself may
    /// be asked in the clear, as most are. `None` if it can't be used.
    pub fn binding(&self) -> Option<Url> {
        let address = self.address.as_ref()?;
        let port = address.port_or_known_default().unwrap_or(SOCKS_PORT);
        Url::parse(&format!("https://{}:{port}/", address.host_str()?)).ok()
    }

    /// The header that tells the proxy a name and a password. `None` if they are another proxy's.
    pub(crate) fn login(&self, credential: &Credential) -> Option<HeaderValue> {
        let mut headers = HeaderMap::new();
        credential
            .authorise(&self.binding()?, AuthScheme::ProxyLogin, &mut headers)
            .ok()?;
        headers.remove(PROXY_AUTHORIZATION)
    }

    /// The address to connect to, whether it can be used or not: a pool that were asked all the same would find nobody. A
    /// SOCKS proxy, which knows no headers, takes the name and the password in it.
    pub(crate) fn address_or_nowhere(&self, login: Option<&HeaderValue>) -> Url {
        let Some(address) = &self.address else {
            return nowhere();
        };
        let mut address = address.clone();
        if let Some(login) = login.filter(|_| address.scheme().starts_with("socks")) {
            let (name, password) = decoded(login).unwrap_or_default();
            // An address escapes all but the sign of an escape. It has a host, so it takes both.
            let escaped = |text: &str| Zeroizing::new(text.replace('%', "%25"));
            let _ = address.set_username(&escaped(&name));
            let _ = address.set_password(Some(&escaped(&password)));
        }
        address
    }

    /// Whether a request for `url` goes through it. What can't be told does.
    pub fn covers(&self, url: &Url) -> bool {
        let uri = url.as_str().parse::<Uri>();
        uri.map_or(true, |uri| self.matcher.intercept(&uri).is_some())
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = self.address.as_ref().map(Url::as_str);
        f.debug_struct("Proxy")
            .field("address", &address)
            .finish_non_exhaustive()
    }
}

#[allow(
    clippy::expect_used,
    reason = "the text is a constant, and a test reads it"
)]
fn nowhere() -> Url {
    Url::parse(NOWHERE).expect("an address")
}

/// The name and the password in a header as [`Proxy::login`] makes it.
fn decoded(login: &HeaderValue) -> Option<(String, Zeroizing<String>)> {
    let encoded = login.to_str().ok()?.strip_prefix("Basic ")?;
    let both = Zeroizing::new(BASE64.decode(encoded).ok()?);
    let (name, password) = std::str::from_utf8(&both).ok()?.split_once(':')?;
    Some((name.to_owned(), Zeroizing::new(password.to_owned())))
}

/// Tells what goes through the proxy. The address in it stands for any.
fn matcher(direct: &[String]) -> Arc<Matcher> {
    let mut straight = LOOPBACK.to_owned();
    for host in direct {
        straight.push(',');
        straight.push_str(host.trim().trim_start_matches("*."));
    }
    let matcher = Matcher::builder().all(NOWHERE).no(straight).build();
    Arc::new(matcher)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covers(direct: &[&str], url: &str) -> bool {
        let direct: Vec<String> = direct.iter().map(ToString::to_string).collect();
        let proxy = Proxy::parse("http://proxy.example:3128", &direct).unwrap();
        let unusable = Proxy::unusable(&direct);
        let url = Url::parse(url).unwrap();
        assert_eq!(proxy.covers(&url), unusable.covers(&url));
        proxy.covers(&url)
    }

    #[test]
    fn this_computer_is_asked_straight() {
        for host in [
            "127.0.0.1",
            "127.9.9.9",
            "localhost",
            "LOCALHOST",
            "models.localhost",
            "[::1]",
            "[::ffff:127.0.0.1]",
        ] {
            assert!(!covers(&[], &format!("http://{host}:11434/api")), "{host}");
        }
        for host in [
            "127.0.0.1.example",
            "localhost.example",
            "128.0.0.1",
            "[::2]",
        ] {
            assert!(covers(&[], &format!("https://{host}/v1")), "{host}");
        }
    }

    #[test]
    fn hosts_are_left_out_by_name_address_and_network() {
        let direct = [
            "intranet.example",
            " .lab.example",
            "*.shop.example",
            "10.0.0.0/8",
            "192.0.2.7",
            "fd00::/8",
        ];
        for host in [
            "intranet.example",
            "INTRANET.example",
            "models.intranet.example",
            "a.lab.example",
            "b.shop.example",
            "10.200.3.4",
            "192.0.2.7",
            "[fd00::7]",
        ] {
            assert!(!covers(&direct, &format!("https://{host}/v1")), "{host}");
        }
        for host in ["notintranet.example", "11.0.0.1", "192.0.2.8", "[fe00::7]"] {
            assert!(covers(&direct, &format!("https://{host}/v1")), "{host}");
        }
        assert!(!covers(&["*"], "https://api.example/v1"));
        assert!(covers(&["", " "], "https://api.example/v1"));
    }

    #[test]
    fn what_can_be_no_proxy_is_refused() {
        for (address, error) in [
            ("", ProxyError::NoAddress),
            ("proxy.example:3128", ProxyError::UnknownScheme),
            ("http://", ProxyError::NoAddress),
            ("ftp://proxy.example", ProxyError::UnknownScheme),
            ("socks4://proxy.example", ProxyError::UnknownScheme),
            ("http://me@proxy.example", ProxyError::WithPassword),
            ("socks5://me:word@proxy.example", ProxyError::WithPassword),
            ("http://proxy.example/pac", ProxyError::WithPath),
            ("http://proxy.example/?a", ProxyError::WithPath),
        ] {
            assert_eq!(Proxy::parse(address, &[]).unwrap_err(), error, "{address}");
        }
        for address in [
            "http://proxy.example:3128",
            "https://proxy.example/",
            "socks5h://127.0.0.1:1080",
            "SOCKS5://[::1]:1080",
        ] {
            Proxy::parse(address, &[]).unwrap();
        }
    }

    #[test]
    fn a_socks_proxy_looks_names_up_itself() {
        let proxy = Proxy::parse("socks5://127.0.0.1:1080", &[]).unwrap();
        assert_eq!(proxy.address().unwrap().scheme(), "socks5h");
    }
}
