//! Where a key may be sent.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;
use url::{Host, Url};

/// The longest name that DNS knows, in characters. A longer one could only fill a dialog.
const LONGEST_HOST: usize = 253;

/// The scheme, host and port of a server. Two are equal only if all three are.
///
/// `https` to any host, `http` to this computer only. Its text form is ASCII (`https://api.openai.com`, the scheme's own port left out).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    secure: bool,
    host: Host<String>,
    port: u16,
}

/// Why an address can't have a key bound to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum OriginError {
    /// Not an address at all, or more than an origin where only an origin is wanted.
    #[error("the text is not an origin")]
    NotAnOrigin,
    /// Neither `https` nor `http`.
    #[error("only https addresses can be used")]
    Scheme,
    /// `http` to a host that is not this computer.
    #[error("http can be used for this computer only; other hosts need https")]
    Insecure,
    /// A user name or password stands in the address.
    #[error("the address may not hold a user name or password")]
    UserInfo,
    /// There is no host, one that ends in a dot, or one that is longer than any name can be.
    #[error("the address has no usable host")]
    Host,
    /// Port 0.
    #[error("port 0 can't be used")]
    Port,
}

impl Origin {
    /// The origin of an address. Its path, query and fragment don't matter.
    ///
    /// # Errors
    /// [`OriginError`] if no key may be sent to that address.
    pub fn of(url: &Url) -> Result<Self, OriginError> {
        let secure = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(OriginError::Scheme),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(OriginError::UserInfo);
        }
        let host = url.host().ok_or(OriginError::Host)?.to_owned();
        // "host." and "host" reach the same server but are two names: one key would then have two origins.
        if let Host::Domain(name) = &host
            && (name.is_empty() || name.ends_with('.') || name.len() > LONGEST_HOST)
        {
            return Err(OriginError::Host);
        }
        let port = match url.port_or_known_default() {
            None | Some(0) => return Err(OriginError::Port),
            Some(port) => port,
        };
        let origin = Self { secure, host, port };
        if secure || origin.is_loopback() {
            Ok(origin)
        } else {
            Err(OriginError::Insecure)
        }
    }

    /// The host for a person to read, in ASCII, with the port unless it is the scheme's own: `api.openai.com`, `localhost:8080`, `[::1]:8080`.
    pub fn host(&self) -> String {
        if self.port == self.default_port() {
            self.host.to_string()
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    /// Whether this is the computer itself: 127.0.0.0/8, `::1`, or the name `localhost`. No other name counts, whatever it resolves to.
    pub fn is_loopback(&self) -> bool {
        match &self.host {
            Host::Domain(name) => name == "localhost",
            Host::Ipv4(address) => address.is_loopback(),
            Host::Ipv6(address) => address.is_loopback(),
        }
    }

    /// Whether the connection is encrypted.
    pub fn is_https(&self) -> bool {
        self.secure
    }

    fn default_port(&self) -> u16 {
        if self.secure { 443 } else { 80 }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.secure { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.host())
    }
}

impl FromStr for Origin {
    type Err = OriginError;

    /// Reads the text form back, and only that: no path, no other spelling.
    fn from_str(text: &str) -> Result<Self, OriginError> {
        let url = Url::parse(text).map_err(|_| OriginError::NotAnOrigin)?;
        let origin = Self::of(&url)?;
        if origin.to_string() == text {
            Ok(origin)
        } else {
            Err(OriginError::NotAnOrigin)
        }
    }
}

impl Serialize for Origin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Origin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The text is not repeated in the error: whatever stands in a damaged item is not for a log.
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<String, OriginError> {
        Origin::of(&Url::parse(text).unwrap()).map(|origin| origin.to_string())
    }

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        for (text, origin) in [
            ("https://API.OpenAI.com/v1?a=b#c", "https://api.openai.com"),
            ("https://api.openai.com:443/", "https://api.openai.com"),
            ("https://api.openai.com:8443", "https://api.openai.com:8443"),
            ("https://münchen.example", "https://xn--mnchen-3ya.example"),
            ("https://[2001:db8::1]/", "https://[2001:db8::1]"),
            ("http://localhost:80/v1", "http://localhost"),
            ("http://localhost:443", "http://localhost:443"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://127.1:8080", "http://127.0.0.1:8080"),
            ("http://0x7f.0.0.9:8080", "http://127.0.0.9:8080"),
            ("http://2130706433", "http://127.0.0.1"),
            ("http://[::1]:8080", "http://[::1]:8080"),
        ] {
            assert_eq!(of(text).as_deref(), Ok(origin), "{text}");
            let read: Origin = origin.parse().unwrap();
            assert_eq!(read.to_string(), origin);
        }
    }

    #[test]
    fn http_goes_to_this_computer_only() {
        for text in [
            "http://api.openai.com",
            "http://localhost.evil.com",
            "http://127.0.0.1.evil.com",
            "http://a.localhost",
            "http://localhost.localdomain",
            "http://0.0.0.0",
            "http://192.168.0.1",
            "http://[::ffff:127.0.0.1]",
            "http://[::]",
            "http://128.0.0.1",
        ] {
            assert_eq!(of(text), Err(OriginError::Insecure), "{text}");
        }
    }

    #[test]
    fn other_addresses_are_refused() {
        for (text, error) in [
            ("ftp://api.openai.com", OriginError::Scheme),
            ("file:///etc/passwd", OriginError::Scheme),
            ("data:text/plain,a", OriginError::Scheme),
            ("wss://api.openai.com", OriginError::Scheme),
            ("https://user@api.openai.com", OriginError::UserInfo),
            ("https://:pass@api.openai.com", OriginError::UserInfo),
            ("https://api.openai.com@evil.com", OriginError::UserInfo),
            ("https://api.openai.com:0", OriginError::Port),
            ("https://api.openai.com.", OriginError::Host),
            ("http://localhost.", OriginError::Host),
        ] {
            assert_eq!(of(text), Err(error), "{text}");
        }
    }

    #[test]
    fn odd_notations_are_what_they_mean() {
        for (text, origin) in [
            ("https:\\\\api.openai.com\\v1", "https://api.openai.com"),
            ("https:api.openai.com", "https://api.openai.com"),
            ("https://@api.openai.com", "https://api.openai.com"),
            ("https://api.openai.com:00443", "https://api.openai.com"),
            ("https://api.open\nai.com", "https://api.openai.com"),
            ("https://%61pi.openai.com", "https://api.openai.com"),
            (
                "https://api.openai.com%2eevil.com",
                "https://api.openai.com.evil.com",
            ),
            ("https://api。openai。com", "https://api.openai.com"),
            ("https://ａｐｉ.openai.com", "https://api.openai.com"),
            ("https://api.open\u{AD}ai.com", "https://api.openai.com"),
            ("http://0177.0.0.1:1", "http://127.0.0.1:1"),
            ("http://0x7F000001:1", "http://127.0.0.1:1"),
            ("http://127.0.0.1.:1", "http://127.0.0.1:1"),
            ("http://１２７.0.0.1:1", "http://127.0.0.1:1"),
            ("http://LOCALHOST:1", "http://localhost:1"),
            ("http://[0:0:0:0:0:0:0:1]:1", "http://[::1]:1"),
            ("https://[::ffff:127.0.0.1]", "https://[::ffff:7f00:1]"),
            ("https://256", "https://0.0.1.0"),
        ] {
            assert_eq!(of(text).as_deref(), Ok(origin), "{text}");
        }
        for text in [
            "http://0300.0250.0.1",
            "http://3232235521",
            "http://0",
            "http://0x7f.1.evil.example",
            "http://localhost.example",
            "http://foo.localhost:80",
            "http://[fe80::1]",
            "http://[::ffff:7f00:1]",
            "http://[64:ff9b::127.0.0.1]",
            "http://loc\u{430}lhost",
        ] {
            assert_eq!(of(text), Err(OriginError::Insecure), "{text}");
        }
        for text in [
            "http://[fe80::1%25eth0]",
            "http://[::1%lo]",
            "http://127.0.0.256",
            "http://0x7f.0.0.0.1",
            "https://api.openai.com:65536",
            "https://api.openai.com:-1",
            "https://api openai.com",
            "https://api<.openai.com",
            "https://xn--a.example",
            "https://:443",
            "https://",
            "//api.openai.com",
        ] {
            assert!(Url::parse(text).is_err(), "{text}");
            let refused = text.parse::<Origin>();
            assert_eq!(refused, Err(OriginError::NotAnOrigin), "{text}");
        }
    }

    #[test]
    fn a_look_alike_is_shown_as_what_it_is() {
        for (text, host) in [
            ("https://\u{430}pi.openai.com", "xn--pi-6kc.openai.com"),
            ("https://api.openaı.com", "api.xn--opena-r4a.com"),
            ("https://api.ορεnai.com", "api.xn--nai-3xc3cm.com"),
        ] {
            let origin = Origin::of(&Url::parse(text).unwrap()).unwrap();
            assert!(origin.host().is_ascii(), "{text}");
            assert!(origin.host().contains("xn--"), "{text}");
            assert_eq!(origin.host(), host);
        }
    }

    #[test]
    fn no_host_is_longer_than_a_name_can_be() {
        let name = |length: usize| format!("{}.example", "a".repeat(length - ".example".len()));
        assert!(of(&format!("https://{}", name(LONGEST_HOST))).is_ok());
        for length in [LONGEST_HOST + 1, 1_000_000] {
            let text = format!("https://{}", name(length));
            assert_eq!(of(&text), Err(OriginError::Host));
        }
    }

    #[test]
    fn only_the_text_form_is_read_back() {
        for text in [
            "https://api.openai.com/",
            "https://api.openai.com/v1",
            "HTTPS://api.openai.com",
            "https://api.openai.com:443",
            "api.openai.com",
            "",
        ] {
            assert_eq!(
                text.parse::<Origin>(),
                Err(OriginError::NotAnOrigin),
                "{text}"
            );
        }
        let json = "\"https://api.openai.com:8443\"";
        let origin: Origin = serde_json::from_str(json).unwrap();
        assert_eq!(origin.host(), "api.openai.com:8443");
        assert_eq!(serde_json::to_string(&origin).unwrap(), json);
        assert!(serde_json::from_str::<Origin>("\"http://api.openai.com\"").is_err());
    }

    #[test]
    fn scheme_host_and_port_all_tell_origins_apart() {
        let origins = [
            "https://localhost",
            "http://localhost",
            "https://localhost:80",
            "https://127.0.0.1",
            "https://[::1]",
        ];
        for (i, a) in origins.iter().enumerate() {
            for (j, b) in origins.iter().enumerate() {
                let same = a.parse::<Origin>().unwrap() == b.parse::<Origin>().unwrap();
                assert_eq!(same, i == j, "{a} {b}");
            }
        }
    }
}
