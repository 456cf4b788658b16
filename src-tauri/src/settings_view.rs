//! What the settings window shows: providers, keys and the store, looked at without a prompt.

use std::io;
use std::path::Path;

use credentials::{AbsentReason as Missing, StoreError, StoreStatus};

use crate::app::App;
use crate::ipc::{
    AbsentReason, PrivacyReport, ProviderCard, SettingsState, StoreState, VendorItem,
};
use crate::roster::Listed;

impl App {
    /// Everything the page of providers and keys shows.
    pub(crate) async fn settings_state(&self) -> SettingsState {
        let status = self.keys.system().status().await;
        let mut providers = Vec::new();
        for listed in self.roster() {
            providers.push(self.provider_card(&listed, &status).await);
        }
        let vendors = self
            .catalog
            .vendors()
            .iter()
            .filter(|vendor| vendor.is_supported());
        SettingsState {
            first_run: !self.settings_exist(),
            store: store_state(status),
            providers,
            vendors: vendors
                .map(|vendor| VendorItem {
                    id: vendor.id.clone(),
                    name: vendor.name.clone(),
                    host: providers::Provider::of_vendor(vendor).host(),
                })
                .collect(),
        }
    }

    /// One provider with the state of its key.
    pub(crate) async fn provider_card(
        &self,
        listed: &Listed,
        status: &StoreStatus,
    ) -> ProviderCard {
        let provider = &listed.provider;
        let key = match self.keys.record(provider.id()) {
            Some(record) => Some(self.keys.card(&record, status).await),
            None => None,
        };
        ProviderCard {
            id: provider.id().to_owned(),
            name: provider.name().to_owned(),
            host: provider.host(),
            base_url: provider.base_url().to_string(),
            own: listed.own,
            local: provider.origin().is_ok_and(|origin| origin.is_loopback()),
            default_model: listed.default_model.clone(),
            key,
        }
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

    /// Where things are, and what is in force.
    pub(crate) async fn privacy_report(&self) -> PrivacyReport {
        let cap = self.gate.cap();
        PrivacyReport {
            store: store_state(self.keys.system().status().await),
            data_folder: self.folder.path().display().to_string(),
            turns_per_hour: u32::try_from(cap.turns_per_hour).unwrap_or(u32::MAX),
            output_tokens_per_day: u32::try_from(cap.output_tokens_per_day).unwrap_or(u32::MAX),
            hosts: self
                .roster()
                .iter()
                .map(|listed| listed.provider.host())
                .collect(),
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
                    Missing::NoStore => AbsentReason::NoStore,
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
