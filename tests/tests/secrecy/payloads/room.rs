//! The desk on which a provider says what it is told to, with sinks around it.

use e2e::provider::Provider;
use e2e::scenario::write_settings;
use e2e::sinks::{Network, Sinks};
use e2e::window::{App, Launch};
use e2e::{Desk, Keyring};
use serde_json::json;

/// The desk, the provider and the sinks.
pub(super) struct Room {
    pub(super) desk: Desk,
    pub(super) provider: Provider,
    pub(super) sinks: Sinks,
}

impl Room {
    pub(super) fn new(network: &Network) -> Self {
        let provider = Provider::http();
        let desk = Desk::new(Keyring::Unlocked);
        let settings = json!({
            "version": 1,
            "providers": [{
                "id": "own", "name": "Workshop", "protocol": "openai-chat",
                "baseUrl": provider.base_url(), "defaultModel": "small-talk-1",
            }],
            "model": { "provider": "own", "model": "small-talk-1" },
            "limits": { "turnsPerHour": 3_600, "outputTokensPerDay": 50_000_000 },
        });
        write_settings(&desk, &settings);
        let sinks = Sinks::open(network);
        Self {
            desk,
            provider,
            sinks,
        }
    }

    pub(super) fn start(&self) -> App<'_> {
        App::start(&self.desk, &Launch::new(&self.desk))
    }
}
