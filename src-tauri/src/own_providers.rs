//! Providers of one's own: added, changed and removed past a native confirmation that names the host.

use credentials::Origin;
use providers::{Protocol, Provider};
use storage::ProviderEntry;
use tauri::{AppHandle, WebviewWindow};

use crate::app::App;

use crate::ipc::{CommandError, ErrorCode, KeyRef, SaveProvider};
use crate::names::{checked_name, is_invisible, shown_name};
use crate::native::dialog::Question;

/// The longest address, in characters: it is read whole in a dialog.
const LONGEST_ADDRESS: usize = 200;

/// The longest id of a model, in characters.
const LONGEST_MODEL: usize = 200;

impl App {
    /// Adds or changes a provider of one's own. False if the person said no.
    ///
    /// # Errors
    /// Why it can't be: a name or an address that can't be used, or settings that can't be written.
    pub(crate) async fn save_provider(
        &self,
        app: &AppHandle,
        window: WebviewWindow,
        request: SaveProvider,
    ) -> Result<bool, CommandError> {
        let name = checked_name(&request.name)?;
        let typed = plain_address(&request.base_url)?;
        let id = request.id.clone().unwrap_or_else(|| self.new_id(&name));
        let provider =
            Provider::own(&id, &name, request.protocol.into(), typed).map_err(address_invalid)?;
        // From here on it is what was understood, not what was typed.
        let base_url = plain_address(provider.base_url().as_str())?.to_owned();
        let name = if name.is_empty() {
            provider.host()
        } else {
            name
        };
        let before = self.entry(&id);
        if request.id.is_some() && before.is_none() {
            return Err(CommandError::new(ErrorCode::ProviderUnknown));
        }
        let unchanged = before
            .as_ref()
            .is_some_and(|entry| normalised(&entry.base_url).as_ref() == Some(&base_url));
        if !unchanged {
            let origin = provider.origin().map_err(address_invalid)?;
            let question = self.question_for_host(&id, &name, &base_url, &origin);
            if !self.dialogs.confirm(app, Some(window), question).await? {
                return Ok(false);
            }
        }
        let default_model = request.default_model.trim();
        if default_model.chars().count() > LONGEST_MODEL {
            return Err(CommandError::new(ErrorCode::NameTooLong));
        }
        let entry = ProviderEntry {
            id: id.clone(),
            name,
            protocol: request.protocol.into(),
            base_url,
            default_model: (!default_model.is_empty()).then(|| default_model.to_owned()),
        };
        if before
            .as_ref()
            .is_some_and(|before| shown_origin(&before.base_url) != shown_origin(&entry.base_url))
        {
            // Bound to the old origin they could go to no other, and would keep every request here.
            self.remove_headers_of(&id).await?;
        }
        self.settings
            .update(move |settings| {
                match settings
                    .providers
                    .iter_mut()
                    .find(|known| known.id == entry.id)
                {
                    Some(known) => *known = entry,
                    None => settings.providers.push(entry),
                }
            })
            .map_err(not_saved)?;
        self.models.forget(&id);
        if let Some(listed) = self.find_provider(&id) {
            self.choose_for_new_chats(&listed).await;
        }
        Ok(true)
    }

    /// Removes a provider of one's own, and its key with it. False if the person said no.
    ///
    /// # Errors
    /// That there is none, that its key can't be removed, or that the settings can't be written.
    pub(crate) async fn remove_provider(
        &self,
        app: &AppHandle,
        window: WebviewWindow,
        id: &str,
    ) -> Result<bool, CommandError> {
        let entry = self
            .entry(id)
            .ok_or_else(|| CommandError::new(ErrorCode::ProviderUnknown))?;
        let keys = self.keys.of(id).len();
        let host = shown_origin(&entry.base_url);
        let question = Question {
            title: format!("Remove “{}”?", shown_name(&entry.name, &host)),
            host,
            address: None,
            body: match keys {
                0 => "Your chats stay.".into(),
                1 => "Its key is removed too. Your chats stay.".into(),
                keys => format!("Its {keys} keys are removed too. Your chats stay."),
            },
            yes: "Remove".into(),
        };
        if !self.dialogs.confirm(app, Some(window), question).await? {
            return Ok(false);
        }
        self.keys.remove_all(id).await?;
        self.remove_headers_of(id).await?;
        self.settings
            .update(|settings| {
                settings.providers.retain(|known| known.id != id);
                if settings
                    .model
                    .as_ref()
                    .is_some_and(|model| model.provider == id)
                {
                    settings.model = None;
                }
            })
            .map_err(not_saved)?;
        self.models.forget(id);
        Ok(true)
    }

    /// Removes a key. False if the person said no.
    ///
    /// # Errors
    /// That there is none, or the state of the store; nothing has changed then.
    pub(crate) async fn remove_key(
        &self,
        app: &AppHandle,
        window: WebviewWindow,
        key: &KeyRef,
    ) -> Result<bool, CommandError> {
        let provider = key.provider.as_str();
        let beside = self.keys.of(provider);
        let key = self
            .keys
            .in_slot(provider, key.slot)
            .ok_or_else(|| CommandError::new(ErrorCode::NoKey))?;
        let host = shown_origin(key.origin());
        let name = match self.find_provider(provider) {
            Some(listed) => listed.called(&host),
            None => format!("“{}”", shown_name(provider, &host)),
        };
        let mut body =
            format!("Your chats stay. The key stays valid at {name} until you revoke it there.");
        if beside.len() > 1 {
            let key_name = shown_name(key.name(), "—");
            body = format!("Its name: “{key_name}”. {body}");
        }
        let place = self.keys.place(key.kept_in());
        let question = Question {
            title: format!("Remove the key for {name} from {place}?"),
            host,
            address: None,
            body,
            yes: "Remove".into(),
        };
        if !self.dialogs.confirm(app, Some(window), question).await? {
            return Ok(false);
        }
        self.keys.remove(&key).await?;
        self.models.forget(provider);
        self.forget_what_was_sent().await;
        Ok(true)
    }

    /// Lets go of the connections over which a key was sent: their buffers hold it for as long as they are open.
    pub(crate) async fn forget_what_was_sent(&self) {
        let client = self.client.clone();
        // Setting up TLS anew reads the system's certificates.
        let _ = tauri::async_runtime::spawn_blocking(move || client.let_go_of_connections()).await;
    }

    /// Makes a key the one of its provider's that is used from now on. Its provider is the same, and it goes to the host that
    /// it is bound to: nothing is widened by it.
    ///
    /// # Errors
    /// That there is none, or that it can't be noted.
    pub(crate) fn use_key(&self, key: &KeyRef) -> Result<(), CommandError> {
        let known = self
            .keys
            .in_slot(&key.provider, key.slot)
            .ok_or_else(|| CommandError::new(ErrorCode::NoKey))?;
        self.keys.make_default(&known)?;
        self.models.forget(&key.provider);
        Ok(())
    }

    /// Opens the page of a vendor on which a key is revoked. False if the person said no.
    ///
    /// # Errors
    /// That no such page is known, or that it can't be opened.
    pub(crate) async fn open_key_page(
        &self,
        app: &AppHandle,
        window: WebviewWindow,
        provider: &str,
    ) -> Result<bool, CommandError> {
        let vendor = self
            .catalog
            .by_id(provider)
            .ok_or_else(|| CommandError::new(ErrorCode::ProviderUnknown))?;
        self.open_link(app, window, vendor.key_url.as_str()).await
    }

    fn entry(&self, id: &str) -> Option<ProviderEntry> {
        let providers = self.settings.current().providers;
        providers.into_iter().find(|entry| entry.id == id)
    }

    fn question_for_host(&self, id: &str, name: &str, base_url: &str, origin: &Origin) -> Question {
        let mut body = format!(
            "From now on chats with “{name}” go to {}, and to no other host. Go on only if you know it.",
            origin.host()
        );
        let bound_elsewhere = self
            .keys
            .of(id)
            .first()
            .is_some_and(|key| key.origin() != origin.to_string());
        if bound_elsewhere {
            body.push_str(" Its key is bound to the old host: paste it again for this one.");
        }
        if self.has_headers(id) {
            body.push_str(" Its secret headers are removed.");
        }
        Question {
            title: "Send your messages to this host?".into(),
            host: origin.to_string(),
            address: (base_url.trim_end_matches('/') != origin.to_string())
                .then(|| base_url.to_owned()),
            body,
            yes: "Send to this host".into(),
        }
    }

    /// An id made from the name, which is nobody else's.
    fn new_id(&self, name: &str) -> String {
        let mut slug = String::new();
        for c in name.chars().flat_map(char::to_lowercase) {
            if c.is_ascii_alphanumeric() {
                slug.push(c);
            } else if !slug.ends_with('-') && !slug.is_empty() {
                slug.push('-');
            }
        }
        let slug = slug.trim_end_matches('-');
        let base = if slug.is_empty() { "own" } else { slug };
        let taken = |id: &str| {
            id == providers::demo::PROVIDER_ID
                || self.catalog.by_id(id).is_some()
                || self.entry(id).is_some()
        };
        let mut id = base.to_owned();
        let mut number = 1;
        while taken(&id) {
            number += 1;
            id = format!("{base}-{number}");
        }
        id
    }
}

/// An address that can be read in a dialog, and is what it looks like.
fn plain_address(text: &str) -> Result<&str, CommandError> {
    let text = text.trim();
    if text
        .chars()
        .any(|c| c.is_control() || c.is_whitespace() || is_invisible(c))
    {
        return Err(address_invalid(
            "the address may not hold spaces or characters that can't be seen",
        ));
    }
    if text.chars().count() > LONGEST_ADDRESS {
        return Err(address_invalid(format!(
            "the address may not be longer than {LONGEST_ADDRESS} characters"
        )));
    }
    Ok(text)
}

/// The address of a settings file as it would be saved now.
fn normalised(base_url: &str) -> Option<String> {
    let provider = Provider::own("", "", Protocol::OpenaiChat, base_url).ok()?;
    Some(provider.base_url().to_string())
}

/// The origin of an address that was not checked when it came in. Of one that can't be used, what can be shown of it.
fn shown_origin(address: &str) -> String {
    let origin = Provider::own("", "", Protocol::OpenaiChat, address)
        .ok()
        .and_then(|provider| provider.origin().ok());
    origin.map_or_else(|| shown_name(address, "—"), |origin| origin.to_string())
}

fn address_invalid(error: impl std::fmt::Display) -> CommandError {
    CommandError::new(ErrorCode::AddressInvalid).with_detail(error.to_string())
}

/// The settings can't be written.
pub(crate) fn not_saved(error: impl std::fmt::Display) -> CommandError {
    CommandError::new(ErrorCode::SettingsNotSaved).with_detail(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_what_it_looks_like() {
        assert_eq!(
            plain_address(" https://host/v1 ").unwrap(),
            "https://host/v1"
        );
        let longest = format!("https://host/{}", "a".repeat(187));
        assert_eq!(plain_address(&longest).unwrap(), longest);
        for address in [
            "https://evil.example/\n\nhttps://api.openai.com",
            "https://evil.example/ https://api.openai.com",
            "https://evil.example/\u{202E}moc",
            "https://evil.example/\u{3164}",
            "\u{1}https://evil.example",
            &format!("{longest}a"),
        ] {
            let error = plain_address(address).unwrap_err();
            assert_eq!(error.code, ErrorCode::AddressInvalid, "{address:?}");
        }
    }

    #[test]
    fn a_settings_file_is_read_as_it_would_be_saved() {
        assert_eq!(
            normalised("HTTPS://Host.example:443/v1/?x").unwrap(),
            "https://host.example/v1"
        );
        assert_eq!(normalised("http://host.example"), None);
    }

    #[test]
    fn of_an_address_that_was_not_checked_the_origin_is_shown() {
        assert_eq!(
            shown_origin("https://аpple.com/\n\nhttps://api.openai.com"),
            "https://xn--pple-43d.com"
        );
        assert_eq!(
            shown_origin("http://host.example\n\u{202E}x"),
            "http://host.example x"
        );
        assert_eq!(shown_origin(""), "—");
    }
}
