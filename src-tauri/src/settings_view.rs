//! What the settings window shows: providers, keys and the store, looked at without a prompt.

use std::io;
use std::path::Path;

use std::num::NonZeroU16;

use credentials::{AbsentReason as Missing, Origin, StoreError, StoreStatus};

use crate::app::App;
use crate::ipc::{
    AbsentReason, KeyCard, OwnKindItem, Protocol, ProviderCard, SettingsState, StoreState,
    VendorItem,
};
use crate::keys::StoreStates;
use crate::network::is_no_provider;
use crate::roster::Listed;

fn own_kind(kind: &providers::OwnKind) -> OwnKindItem {
    OwnKindItem {
        id: kind.id.clone(),
        name: kind.name.clone(),
        protocol: kind.protocol.into(),
        base_url: kind.base_url.to_string(),
        local: Origin::of(&kind.base_url).is_ok_and(|origin| origin.is_loopback()),
    }
}

impl App {
    /// Everything the page of providers and keys shows.
    pub(crate) async fn settings_state(&self) -> SettingsState {
        let states = self.keys.states().await;
        let mut providers = Vec::new();
        for listed in self.roster() {
            providers.push(self.provider_card(&listed, &states).await);
        }
        for orphan in self.orphans() {
            providers.push(self.orphan_card(orphan, &states).await);
        }
        let vendors = self.catalog.vendors().iter();
        SettingsState {
            first_run: !self.settings_exist(),
            sealed: states.sealed_state(),
            rotate_after_days: self.rotate_after_days(),
            store: store_state(states.system),
            providers,
            vendors: vendors
                .map(|vendor| VendorItem {
                    id: vendor.id.clone(),
                    name: vendor.name.clone(),
                    host: providers::Provider::of_vendor(vendor).host(),
                })
                .collect(),
            own_kinds: self.catalog.own_kinds().iter().map(own_kind).collect(),
        }
    }

    /// One provider with the state of its key.
    pub(crate) async fn provider_card(
        &self,
        listed: &Listed,
        states: &StoreStates,
    ) -> ProviderCard {
        let provider = &listed.provider;
        ProviderCard {
            id: provider.id().to_owned(),
            name: provider.name().to_owned(),
            host: provider.host(),
            base_url: provider.base_url().to_string(),
            own: listed.own,
            protocol: provider.protocol().into(),
            local: provider.origin().is_ok_and(|origin| origin.is_loopback()),
            default_model: listed.default_model.clone(),
            keys: self.key_cards(provider.id(), states).await,
            can_revoke: !listed.own && self.catalog.by_id(provider.id()).is_some(),
            orphan: false,
        }
    }

    /// The providers that a key is kept for and nothing else is known of: their entry in the settings is gone, or can't be
    /// used any more. The key can still be removed.
    fn orphans(&self) -> Vec<String> {
        let listed: Vec<_> = self.roster();
        let is_listed = |id: &String| listed.iter().any(|one| one.provider.id() == id);
        let mut orphans: Vec<_> = self
            .keys
            .providers()
            .into_iter()
            .filter(|id| !is_listed(id) && !is_no_provider(id))
            .collect();
        orphans.sort();
        orphans
    }

    async fn orphan_card(&self, id: String, states: &StoreStates) -> ProviderCard {
        let keys = self.key_cards(&id, states).await;
        let origin = keys.first().map(|key| key.origin.clone());
        let base_url = origin.unwrap_or_default();
        let host = base_url.split_once("://").map(|(_, host)| host.to_owned());
        ProviderCard {
            name: crate::names::shown_name(&id, "—"),
            host: host.unwrap_or_default(),
            base_url,
            own: true,
            protocol: Protocol::default(),
            local: false,
            default_model: String::new(),
            keys,
            can_revoke: false,
            orphan: true,
            id,
        }
    }

    async fn key_cards(&self, provider: &str, states: &StoreStates) -> Vec<KeyCard> {
        let rotate_after = self.rotate_after_days();
        let mut cards = Vec::new();
        for known in self.keys.of(provider) {
            cards.push(self.keys.card(&known, states, rotate_after).await);
        }
        cards
    }

    fn rotate_after_days(&self) -> Option<u16> {
        self.settings
            .current()
            .rotate_after_days
            .map(NonZeroU16::get)
    }

    /// Asks the store's own prompt to unlock it, and says how that went. One prompt at a time: whoever asks while one is
    /// open gets its outcome, so that script can't stack prompts.
    pub(crate) async fn unlock_store(&self) -> StoreState {
        let system = self.keys.system();
        let Ok(_prompt) = self.unlocking.try_lock() else {
            let _ended = self.unlocking.lock().await;
            return store_state(system.status().await);
        };
        match system.unlock().await {
            Ok(()) => store_state(system.status().await),
            Err(StoreError::Dismissed) => StoreState::Dismissed,
            Err(error) => store_state(error.into()),
        }
    }

    /// Whether settings have been saved: until then it is the first run.
    pub(crate) fn settings_exist(&self) -> bool {
        is_there(&self.folder.path().join("settings.json"))
    }
}

/// Whether a file is there. One that can't be looked at is: only a clear "no" will do.
fn is_there(path: &Path) -> bool {
    !matches!(path.metadata(), Err(error) if error.kind() == io::ErrorKind::NotFound)
}

/// The store's state in the window's words, with the way out where this system is known.
pub(crate) fn store_state(status: StoreStatus) -> StoreState {
    match status {
        StoreStatus::Ready { collection } => StoreState::Ready { collection },
        StoreStatus::NeedsCollection => StoreState::New,
        StoreStatus::Locked { collection } => StoreState::Locked { collection },
        StoreStatus::TimedOut => StoreState::TimedOut,
        StoreStatus::Failed(detail) => StoreState::Failed { detail },
        StoreStatus::Absent(missing) => {
            let way_out = crate::distribution::keyring_command();
            StoreState::Absent {
                reason: match missing {
                    Missing::NoBus => AbsentReason::NoBus,
                    Missing::NoService => AbsentReason::NoService,
                    Missing::NoStore | Missing::NoFile => AbsentReason::NoStore,
                },
                install: way_out.as_ref().map(|way| way.command.to_owned()),
                distribution: way_out.map(|way| way.distribution.to_owned()),
            }
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_can_not_be_looked_at_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.json");
        assert!(!is_there(&path));
        std::os::unix::fs::symlink("settings.json", &path).unwrap();
        assert!(is_there(&path), "a link that leads back to itself");
    }
}
