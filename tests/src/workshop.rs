//! A provider of one's own on this computer, with TLS, that wants a key: the whole way can be seen on both sides.

use crate::dialog::Dialog;
use crate::provider::{Authority, Certificate, Provider, openai};
use crate::window::{App, Launch, Page};
use crate::{Desk, Keyring};
use serde_json::{Value, json};

use crate::canary::Canary;
use crate::items::assert_only_item;
use crate::scenario::write_settings;
use crate::settings_page::{choose_owner, press, settings_from_chat, wait_for_words};

/// The model that it offers.
pub const MODEL: &str = "small-talk-1";
/// The keyring's name of its key.
pub const ITEM: &str = "own/1";

/// The provider, the desk that it can be reached from, and the key that it wants.
pub struct Workshop {
    /// The desk.
    pub desk: Desk,
    /// Who signed the provider's certificate.
    pub authority: Authority,
    /// The provider.
    pub provider: Provider,
    /// The key.
    pub key: Canary,
}

impl Workshop {
    /// It answers every question with "Hello." to whoever has the key.
    pub fn new(keyring: Keyring) -> Self {
        let (desk, authority) = (Desk::new(keyring), Authority::new());
        let provider = Provider::https(&authority, Certificate::Good);
        let key = Canary::of_no_shape();
        provider.expect_key(key.text());
        provider.always(openai::COMPLETIONS, |_| openai::answer("Hello."));
        Self {
            desk,
            authority,
            provider,
            key,
        }
    }

    /// How the app is started: it knows the authority.
    pub fn launch(&self) -> Launch {
        let authority = self.authority.pem_file(self.desk.folder());
        Launch::new(&self.desk).env("SSL_CERT_FILE", authority)
    }

    /// settings.json with this provider.
    pub fn settings(&self) -> Value {
        settings_for(&self.provider.base_url())
    }

    /// Starts the app with this provider set up, and no key.
    pub fn start(&self) -> App<'_> {
        self.start_as(&self.launch())
    }

    /// The same, started another way.
    pub fn start_as(&self, launch: &Launch) -> App<'_> {
        write_settings(&self.desk, &self.settings());
        App::start(&self.desk, launch)
    }

    /// Pastes the key by its row's button and says yes.
    #[track_caller]
    pub fn bind(&self, page: &Page<'_>) {
        self.desk.copy_text(self.key.text());
        press(page, "Paste a key for Workshop");
        self.confirm();
        wait_for_words(page, "Accepted. 2 models.");
        self.assert_bound();
    }

    /// Starts the app, and binds the key in its settings window.
    #[track_caller]
    pub fn start_and_bind(&self) -> App<'_> {
        let app = self.start();
        self.bind(&settings_from_chat(&app));
        app
    }

    /// Says yes in the dialog that names this provider and its host.
    #[track_caller]
    pub fn confirm(&self) {
        let dialog = Dialog::wait(&self.desk, "Send this key to “Workshop”");
        assert!(
            dialog.text().contains(&self.provider.origin()),
            "{dialog:?}"
        );
        dialog.press("Send to this host");
    }

    /// Chooses it as the owner of a key of no known shape.
    #[track_caller]
    pub fn choose(page: &Page<'_>) {
        choose_owner(page, "Workshop");
    }

    /// Checks that the keyring holds the key, bound to this provider.
    #[track_caller]
    pub fn assert_bound(&self) {
        assert_only_item(&self.desk, ITEM, &self.key, &self.provider.origin());
    }

    /// Checks that the request of that number carried the key.
    #[track_caller]
    pub fn assert_sent(&self, number: usize) {
        let exchange = self.provider.wait_for_completion(number);
        assert!(
            exchange.request().bearer() == Some(self.key.text()),
            "it carries the key"
        );
    }
}

/// settings.json with a provider at that address, chosen for new chats.
pub fn settings_for(base_url: &str) -> Value {
    json!({
        "version": 1,
        "providers": [{
            "id": "own", "name": "Workshop", "protocol": "openai-chat",
            "baseUrl": base_url, "defaultModel": MODEL,
        }],
        "model": { "provider": "own", "model": MODEL },
    })
}
