//! What is known of a key beside its store, and the order in which a provider's keys stand.

use credentials::{Credential, ItemId};
use storage::CredentialRecord;

use crate::ipc::KeptIn;

/// How the database names the system's store.
const SYSTEM: &str = "system";
/// How it names the sealed file.
const SEALED: &str = "sealed";
/// The name of the session's memory, which never gets into the database.
const SESSION: &str = "session";

/// A key as it is known without reading it.
#[derive(Debug, Clone)]
pub(crate) struct KeyRecord {
    pub(super) record: CredentialRecord,
    pub(super) kept_in: KeptIn,
}

impl KeyRecord {
    /// The origin that the key is bound to, as text.
    pub(crate) fn origin(&self) -> &str {
        &self.record.origin
    }

    /// The name that a person gave it.
    pub(crate) fn name(&self) -> &str {
        &self.record.name
    }

    /// The id of its provider.
    pub(crate) fn provider(&self) -> &str {
        &self.record.provider
    }

    /// Its number among its provider's keys.
    pub(crate) fn slot(&self) -> u16 {
        slot_of(&self.record)
    }

    /// Where it is kept.
    pub(crate) fn kept_in(&self) -> KeptIn {
        self.kept_in
    }

    /// Its name in its store.
    pub(crate) fn item(&self) -> ItemId {
        ItemId::in_slot(self.provider(), self.slot())
    }
}

/// The number stands at the end of the item's name. A name that another program has changed counts as the first key's.
fn slot_of(record: &CredentialRecord) -> u16 {
    let number = record.item.rsplit_once('/').map(|(_, slot)| slot);
    number.and_then(|slot| slot.parse().ok()).unwrap_or(1)
}

/// The records as keys: of each provider's the default first, and no other is one.
pub(super) fn in_order(records: impl Iterator<Item = CredentialRecord>) -> Vec<KeyRecord> {
    let mut keys: Vec<_> = records
        .map(|record| KeyRecord {
            kept_in: match record.store.as_str() {
                SEALED => KeptIn::Sealed,
                SESSION => KeptIn::Session,
                _ => KeptIn::System,
            },
            record,
        })
        .collect();
    // A key of this session that was chosen goes before what was chosen for good.
    keys.sort_by_key(|key| {
        let chosen = key.record.is_default;
        (
            key.record.provider.clone(),
            !(chosen && key.kept_in == KeptIn::Session),
            !chosen,
            key.record.set_at,
        )
    });
    for at in 0..keys.len() {
        let is_first = at == 0 || keys[at - 1].record.provider != keys[at].record.provider;
        keys[at].record.is_default = is_first;
    }
    keys
}

/// Takes the mark of the default from a provider's keys.
pub(super) fn none_is_default(records: &mut [CredentialRecord], provider: &str) {
    for record in records
        .iter_mut()
        .filter(|record| record.provider == provider)
    {
        record.is_default = false;
    }
}

/// Of the keys that are left, the one that is used from now on: the one that was used last, else the oldest.
pub(super) fn heir(left: Vec<KeyRecord>) -> Option<KeyRecord> {
    left.into_iter().max_by_key(|key| {
        (
            key.record.last_used_at,
            std::cmp::Reverse(key.record.set_at),
        )
    })
}

/// What is noted of a key beside the store.
pub(super) fn record_of(
    item: &ItemId,
    credential: &Credential,
    kept_in: KeptIn,
) -> CredentialRecord {
    CredentialRecord {
        item: item.to_string(),
        provider: item.provider().to_owned(),
        name: credential.name().to_owned(),
        origin: credential.origin().to_string(),
        set_at: i64::try_from(credential.set_at()).unwrap_or(0),
        last_used_at: None,
        store: store_name(kept_in).into(),
        is_default: false,
    }
}

/// How a record names a store.
pub(super) fn store_name(kept_in: KeptIn) -> &'static str {
    match kept_in {
        KeptIn::System => SYSTEM,
        KeptIn::Sealed => SEALED,
        KeptIn::Session => SESSION,
    }
}
