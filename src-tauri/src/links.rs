//! Opens a link in the browser, past a native confirmation that shows the whole address.

use tauri::{AppHandle, WebviewWindow};
use url::{Position, Url};

use crate::app::App;
use crate::ipc::{CommandError, ErrorCode};
use crate::native::dialog::Question;

/// The longest address that is opened, in bytes: nobody would read a longer one to its end.
const LONGEST: usize = 2_000;

/// The longest host, or mail address, in bytes: none that is longer can be looked up.
const LONGEST_HOST: usize = 254;

impl App {
    /// Opens a link. False if the person said no.
    ///
    /// # Errors
    /// `LinkRefused` for an address that is never opened, or if there is nothing to open it with.
    pub(crate) async fn open_link(
        &self,
        app: &AppHandle,
        window: WebviewWindow,
        url: &str,
    ) -> Result<bool, CommandError> {
        let url = checked(url).ok_or_else(|| CommandError::new(ErrorCode::LinkRefused))?;
        let question = Question {
            title: "Open this address?".into(),
            host: target(&url).to_owned(),
            address: (target(&url) != url.as_str().trim_end_matches('/')).then(|| url.to_string()),
            body: "It opens outside Chatelaine. The address itself may tell its owner something."
                .into(),
            yes: "Open".into(),
        };
        if !self.dialogs.confirm(app, Some(window), question).await? {
            return Ok(false);
        }
        crate::native::outside::open(url.as_str()).map_err(|error| {
            tracing::warn!(%error, "an address could not be opened");
            CommandError::new(ErrorCode::LinkRefused)
        })?;
        Ok(true)
    }
}

/// An address as it would be opened: http, https or mailto, in ASCII, with no user name that could pass for a host.
fn checked(url: &str) -> Option<Url> {
    if url.len() > LONGEST {
        return None;
    }
    let url = Url::parse(url).ok()?;
    let is_web = matches!(url.scheme(), "http" | "https");
    let is_plain = url.username().is_empty() && url.password().is_none();
    let is_allowed = (is_web && url.has_host() && is_plain) || url.scheme() == "mailto";
    let is_short = url.as_str().len() <= LONGEST && target(&url).len() <= LONGEST_HOST;
    (is_allowed && is_short).then_some(url)
}

/// Where an address leads: its origin, or whom a mail goes to.
fn target(url: &Url) -> &str {
    match url.scheme() {
        "mailto" => &url[..Position::AfterPath],
        _ => &url[..Position::AfterPort],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_web_and_mail_addresses_alone() {
        assert!(checked("https://example.org/a?b#c").is_some());
        assert!(checked("http://example.org").is_some());
        assert!(checked("mailto:a@example.org").is_some());
        for url in [
            "file:///etc/passwd",
            "javascript:alert(1)",
            "data:text/html,x",
            "smb://host/share",
            "example.org",
            "https://bank.example@evil.example/",
            "x-apple.systempreferences:",
        ] {
            assert!(checked(url).is_none(), "{url}");
        }
        assert!(checked(&format!("https://example.org/{}", "a".repeat(LONGEST))).is_none());
    }

    #[test]
    fn a_host_that_nobody_could_read_is_none() {
        let long = "a.".repeat(130);
        for url in [
            format!("https://{long}example"),
            format!("mailto:{long}@example.org"),
        ] {
            assert!(checked(&url).is_none(), "{url}");
        }
    }

    #[test]
    fn what_is_shown_first_is_where_it_leads() {
        for (url, expected) in [
            (
                "HTTPS://Example.org:443/bank.example?a#b",
                "https://example.org",
            ),
            ("http://example.org:8080", "http://example.org:8080"),
            ("http://[::1]:8080/a", "http://[::1]:8080"),
            (
                "mailto:a@example.org?cc=b@c.example",
                "mailto:a@example.org",
            ),
        ] {
            assert_eq!(target(&checked(url).unwrap()), expected, "{url}");
        }
    }

    #[test]
    fn a_host_is_shown_as_ascii() {
        assert_eq!(
            checked("https://аpple.com/").unwrap().host_str(),
            Some("xn--pple-43d.com")
        );
    }
}
