//! Opens a link in the browser, past a native confirmation that shows the whole address.

use tauri::{AppHandle, WebviewWindow};
use url::Url;

use crate::app::App;
use crate::ipc::{CommandError, ErrorCode};
use crate::native::dialog::Question;

/// The longest address that is opened, in bytes: a longer one can't be shown whole.
const LONGEST: usize = 2_000;

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
            object: url.to_string(),
            body: "It opens outside Chatelaine. The address itself may tell its owner something."
                .into(),
            yes: "Open".into(),
        };
        if !self.dialogs.confirm(app, Some(window), question).await? {
            return Ok(false);
        }
        tauri_plugin_opener::open_url(url.as_str(), None::<&str>).map_err(|error| {
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
    (is_allowed && url.as_str().len() <= LONGEST).then_some(url)
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
    fn a_host_is_shown_as_ascii() {
        assert_eq!(
            checked("https://аpple.com/").unwrap().host_str(),
            Some("xn--pple-43d.com")
        );
    }
}
