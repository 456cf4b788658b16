//! Headers that go with every request to a provider beside the key: an organisation, a project, a gateway's token. Name and value
//! are typed into a native dialog; the value is kept like a key and bound to the provider's origin.

use credentials::{ApiKey, Credential, KeyTextError};
use providers::{Provider, SecretHeader, header_name};
use tauri::{AppHandle, WebviewWindow};

use super::PROXY_ID;
use crate::app::{App, now_ms};
use crate::ipc::{CommandError, ErrorCode, HeaderItem, HeaderRef};
use crate::keys::KeyRecord;
use crate::native::dialog::Question;
use crate::native::form::{Field, Form};

/// Between a provider's id and a header's name, in the name that its value is kept under. No provider can be called so.
const INFIX: &str = "/header/";

/// The most headers of one provider.
const MOST_HEADERS: usize = 8;

/// Whether what is kept under this name is no provider's key.
pub(crate) fn is_no_provider(id: &str) -> bool {
    id == PROXY_ID || id.contains(INFIX)
}

/// The provider's id and the header's name.
fn parts(id: &str) -> Option<(&str, &str)> {
    id.split_once(INFIX)
}

/// A header, as it was typed: the word before the value, such as `Bearer`, or none.
struct Typed {
    name: String,
    word: String,
    value: ApiKey,
}

impl App {
    /// The provider with the headers that are kept for it.
    pub(crate) fn with_headers(&self, provider: Provider) -> Provider {
        let headers = self.headers_of(provider.id());
        if headers.is_empty() {
            return provider;
        }
        let headers = headers.into_iter().filter_map(|known| {
            let name = parts(known.provider())?.1.to_owned();
            SecretHeader::new(&name, self.keys.source_of(known))
        });
        let headers = headers.collect();
        provider.with_secret_headers(headers)
    }

    fn headers_of(&self, provider: &str) -> Vec<KeyRecord> {
        let mut records = self.keys.records();
        records.retain(|known| parts(known.provider()).is_some_and(|(id, _)| id == provider));
        records
    }

    /// Whether headers are kept for a provider.
    pub(crate) fn has_headers(&self, provider: &str) -> bool {
        !self.headers_of(provider).is_empty()
    }

    /// Every header that is kept, as the page shows it.
    pub(super) async fn header_items(&self) -> Vec<HeaderItem> {
        let states = self.keys.states().await;
        let mut items = Vec::new();
        for known in self.keys.records() {
            let Some((provider, name)) = parts(known.provider()) else {
                continue;
            };
            let provider_name = match self.find_provider(provider) {
                Some(listed) => listed.provider.name().to_owned(),
                None => provider.to_owned(),
            };
            let card = self.keys.card(&known, &states, None).await;
            items.push(HeaderItem {
                provider: provider.to_owned(),
                provider_name,
                origin: card.origin,
                name: name.to_owned(),
                word: card.name,
                kept_in: card.kept_in,
                state: card.state,
            });
        }
        items.sort_by(|a, b| (&a.provider_name, &a.name).cmp(&(&b.provider_name, &b.name)));
        items
    }

    /// Asks natively for a header of a provider's, and keeps it. False if none was given.
    ///
    /// # Errors
    /// That there is no such provider, or the state of the store that was to take it.
    pub(crate) async fn add_header(
        &self,
        app: &AppHandle,
        window: WebviewWindow,
        provider: &str,
    ) -> Result<bool, CommandError> {
        let listed = self
            .find_provider(provider)
            .ok_or_else(|| CommandError::new(ErrorCode::ProviderUnknown))?;
        let origin = listed.provider.origin().map_err(|error| {
            CommandError::new(ErrorCode::AddressInvalid).with_detail(error.to_string())
        })?;
        if self.headers_of(provider).len() >= MOST_HEADERS {
            return Err(CommandError::new(ErrorCode::TooManyHeaders));
        }
        let form = form(&origin.to_string(), &listed.called(&origin.to_string()));
        let Some(typed) = self.dialogs.fill_in(app, Some(window), form).await? else {
            return Ok(false);
        };
        let id = [provider, INFIX, &typed.name].concat();
        let before = self.keys.of(&id).into_iter().next();
        let set_at = u64::try_from(now_ms()).unwrap_or(0);
        let credential = Credential::new(typed.value, origin, typed.word, set_at);
        let kept_in = self.place_for_secrets().await;
        self.keys
            .put(&id, &credential, kept_in, before.as_ref())
            .await?;
        self.models.forget(provider);
        Ok(true)
    }

    /// Takes a header out of its store. False if the person said no.
    ///
    /// # Errors
    /// That there is none, or the state of the store.
    pub(crate) async fn remove_header(
        &self,
        app: &AppHandle,
        window: WebviewWindow,
        header: &HeaderRef,
    ) -> Result<bool, CommandError> {
        let id = [&header.provider, INFIX, &header.name].concat();
        let known = self.keys.of(&id).into_iter().next();
        let known = known.ok_or_else(|| CommandError::new(ErrorCode::NoKey))?;
        let name = parts(&id).map_or("", |(_, name)| name);
        let question = Question {
            title: format!("Remove the header {name}?"),
            host: known.origin().to_owned(),
            address: None,
            body: "Requests go there without it from now on.".into(),
            yes: "Remove".into(),
        };
        if !self.dialogs.confirm(app, Some(window), question).await? {
            return Ok(false);
        }
        self.keys.remove(&known).await?;
        self.models.forget(&header.provider);
        self.forget_what_was_sent().await;
        Ok(true)
    }

    /// Takes every header of a provider out of the stores: the provider itself goes.
    ///
    /// # Errors
    /// The state of a store.
    pub(crate) async fn remove_headers_of(&self, provider: &str) -> Result<(), CommandError> {
        for known in self.headers_of(provider) {
            self.keys.remove(&known).await?;
        }
        Ok(())
    }
}

fn form(host: &str, called: &str) -> Form<Typed> {
    const FIELDS: &[Field] = &[
        Field {
            label: "Header",
            hidden: false,
        },
        Field {
            label: "Value",
            hidden: true,
        },
    ];
    Form {
        title: format!("A header for {called}"),
        body: format!(
            "It goes with every request to {host}, and to no other host. What you type goes to Chatelaine alone, not to the page, and \
             is kept with your keys. A word such as Bearer may stand before the value."
        ),
        yes: "Keep it".into(),
        fields: FIELDS,
        complaint: "",
        take,
    }
}

/// Makes a header of its name and its value, which it wipes, or says what is wrong with them.
fn take(texts: Vec<String>) -> Result<Typed, String> {
    let mut texts = texts.into_iter();
    let name = texts.next().unwrap_or_default();
    let (word, value) = worded(texts.next().unwrap_or_default());
    let name = header_name(name.trim())
        .filter(|name| name.as_str().len() <= 60)
        .ok_or("This can’t be such a header. One is named like OpenAI-Organization; those that say how a request travels are not for you to set.")?;
    let value = value.map_err(|error| match error {
        KeyTextError::Empty => "Type the value.",
        _ => "This value can’t be used: letters, digits and signs of ASCII, one word before it at most, no quotes around it.",
    })?;
    Ok(Typed {
        name: name.as_str().to_owned(),
        word,
        value,
    })
}

/// The word before a value, and the value. The text is wiped.
fn worded(mut text: String) -> (String, Result<ApiKey, KeyTextError>) {
    let word = text
        .split_once(' ')
        .map(|(word, _)| word)
        .filter(|word| (1..=20).contains(&word.len()))
        .filter(|word| word.chars().all(|c| c.is_ascii_alphabetic() || c == '-'));
    let Some(word) = word.map(ToOwned::to_owned) else {
        return (String::new(), ApiKey::typed(text));
    };
    // In place: what stays is wiped as one.
    text.drain(..=word.len());
    (word, ApiKey::typed(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_a_name_and_a_value_with_a_word_or_none() {
        let take = |name: &str, value: &str| take(vec![name.into(), value.into()]);
        let plain = take("OpenAI-Organization", "org-1").unwrap();
        assert_eq!(
            (plain.name.as_str(), plain.word.as_str()),
            ("openai-organization", "")
        );
        let worded = take(" cf-aig-authorization ", "Bearer token-1").unwrap();
        assert_eq!(
            (worded.name.as_str(), worded.word.as_str()),
            ("cf-aig-authorization", "Bearer")
        );
        for (name, value, says) in [
            ("Host", "x", "can’t be such a header"),
            ("a b", "x", "can’t be such a header"),
            ("x-a", "", "Type the value."),
            ("x-a", "Bearer ", "Type the value."),
            ("x-a", "one two three", "can’t be used"),
            ("x-a", "w\u{f6}rter", "can’t be used"),
        ] {
            let complaint = take(name, value).err().unwrap();
            assert!(complaint.contains(says), "{name} {value}: {complaint}");
        }
    }

    #[test]
    fn no_provider_is_called_as_what_is_kept_beside_keys() {
        assert!(is_no_provider(PROXY_ID));
        assert!(is_no_provider("openai/header/x-a"));
        assert!(!is_no_provider("openai"));
        assert_eq!(parts("a/b/header/x-a"), Some(("a/b", "x-a")));
    }
}
