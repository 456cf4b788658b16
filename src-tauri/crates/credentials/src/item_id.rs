//! The name of one key in a store.

use std::fmt;

/// Which key of which provider. Its text form, `provider/slot`, is the store item's `item` attribute.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ItemId {
    provider: String,
    slot: u16,
}

impl ItemId {
    /// The only key of a provider, in slot 1.
    pub fn of(provider: impl Into<String>) -> Self {
        Self::in_slot(provider, 1)
    }

    /// One of several keys of a provider.
    pub fn in_slot(provider: impl Into<String>, slot: u16) -> Self {
        Self {
            provider: provider.into(),
            slot,
        }
    }

    /// The provider's id.
    pub fn provider(&self) -> &str {
        &self.provider
    }

    /// The number of the key among the provider's keys.
    pub fn slot(&self) -> u16 {
        self.slot
    }
}

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The slot is always written: a provider whose id ends in "/2" can then never be taken for another one's second key.
        write!(f, "{}/{}", self.provider, self.slot)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_providers_name_cannot_pass_for_a_slot() {
        assert_eq!(ItemId::of("openai").to_string(), "openai/1");
        assert_ne!(
            ItemId::of("a/2").to_string(),
            ItemId::in_slot("a", 2).to_string()
        );
    }
}
