//! Finds keys again that nothing is known of any more, because the database that knew of them was set aside.

use credentials::{ItemId, ItemPresence};
use providers::Provider;
use storage::CredentialRecord;

use super::{Keys, known};
use crate::app::now_ms;
use crate::ipc::KeptIn;

/// Numbers in a row that no key has before no more are looked for.
const GIVES_UP_AFTER: u16 = 3;

impl Keys {
    /// Looks in these stores, in the sealed file only if that is open, and notes anew what it finds. Never prompts: of
    /// a key in a locked store only that it is there is found out.
    pub(crate) async fn recover(&self, providers: Vec<Provider>, places: &[KeptIn]) -> usize {
        let mut found = 0;
        for provider in providers {
            for kept_in in places {
                found += self.recover_from(&provider, *kept_in).await;
            }
        }
        found
    }

    async fn recover_from(&self, provider: &Provider, kept_in: KeptIn) -> usize {
        let (mut found, mut missed, mut slot) = (0, 0, 0);
        while missed < GIVES_UP_AFTER {
            slot += 1;
            if self.in_slot(provider.id(), slot).is_some() {
                continue;
            }
            let item = ItemId::in_slot(provider.id(), slot);
            match self.store(kept_in).presence(&item).await {
                ItemPresence::Present | ItemPresence::Locked => missed = 0,
                // A store that can't tell now can't tell of the next either.
                ItemPresence::Unknown => break,
                ItemPresence::Missing => {
                    missed += 1;
                    continue;
                }
            }
            let Some(record) = self.noted_anew(provider, &item, kept_in).await else {
                break;
            };
            match self.database.credential_records().put(&record) {
                Ok(()) => found += 1,
                Err(failure) => tracing::warn!(%failure, "a key that was found could not be noted"),
            }
        }
        found
    }

    async fn noted_anew(
        &self,
        provider: &Provider,
        item: &ItemId,
        kept_in: KeptIn,
    ) -> Option<CredentialRecord> {
        if let Ok(credential) = self.store(kept_in).get(item).await {
            return Some(known::record_of(item, &credential, kept_in));
        }
        let name = match item.slot() {
            1 => provider.name().to_owned(),
            slot => format!("{} {slot}", provider.name()),
        };
        Some(CredentialRecord {
            item: item.to_string(),
            provider: provider.id().to_owned(),
            name,
            origin: provider.origin().ok()?.to_string(),
            set_at: now_ms(),
            last_used_at: None,
            store: known::store_name(kept_in).into(),
            is_default: false,
        })
    }
}
