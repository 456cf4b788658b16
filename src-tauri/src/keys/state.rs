//! The states of stores and keys, looked at without a prompt.

use credentials::{AbsentReason, CredentialStore, ItemPresence, StoreStatus};

use super::{KeyRecord, Keys};
use crate::app::now_ms;
use crate::ipc::{KeptIn, KeyCard, KeyState, SealedState};
use crate::native::passphrase::CAN_ASK;

const DAY_MS: i64 = 86_400_000;

/// What the stores that can be closed say of themselves.
pub(crate) struct StoreStates {
    /// The system's store.
    pub system: StoreStatus,
    /// The sealed file.
    pub sealed: StoreStatus,
}

impl StoreStates {
    /// The sealed file as the windows see it.
    pub(crate) fn sealed_state(&self) -> SealedState {
        match &self.sealed {
            _ if !CAN_ASK => SealedState::Unavailable,
            StoreStatus::Ready { .. } => SealedState::Open,
            StoreStatus::Absent(_) => SealedState::None,
            _ => SealedState::Locked,
        }
    }
}

impl Keys {
    /// Looks at the stores.
    pub(crate) async fn states(&self) -> StoreStates {
        StoreStates {
            system: self.system.status().await,
            sealed: self.sealed.status().await,
        }
    }

    /// The key as the settings window shows it. `rotate_after` is the days after which it is old.
    pub(crate) async fn card(
        &self,
        known: &KeyRecord,
        states: &StoreStates,
        rotate_after: Option<u16>,
    ) -> KeyCard {
        let age = now_ms().saturating_sub(known.record.set_at);
        KeyCard {
            slot: known.slot(),
            name: known.record.name.clone(),
            origin: known.record.origin.clone(),
            kept_in: known.kept_in,
            is_default: known.record.is_default,
            set_at: known.record.set_at,
            last_used_at: known.record.last_used_at,
            due: rotate_after.is_some_and(|days| age >= i64::from(days) * DAY_MS),
            state: match known.kept_in {
                KeptIn::Session => KeyState::Ready,
                KeptIn::System => self.state_within(known, &states.system).await,
                KeptIn::Sealed => match &states.sealed {
                    StoreStatus::Absent(AbsentReason::NoFile) => KeyState::Gone,
                    sealed => self.state_within(known, sealed).await,
                },
            },
        }
    }

    async fn state_within(&self, known: &KeyRecord, status: &StoreStatus) -> KeyState {
        match status {
            StoreStatus::Locked { .. } => KeyState::Locked,
            StoreStatus::Absent(_) => KeyState::StoreAbsent,
            StoreStatus::TimedOut => KeyState::StoreTimedOut,
            StoreStatus::Failed(_) => KeyState::StoreFailed,
            StoreStatus::NeedsCollection => KeyState::Gone,
            StoreStatus::Ready { .. } => {
                match self.store(known.kept_in).presence(&known.item()).await {
                    ItemPresence::Present => KeyState::Ready,
                    ItemPresence::Locked => KeyState::Locked,
                    ItemPresence::Missing => KeyState::Gone,
                    // The status was looked at a moment ago; what changed since shows at the next look.
                    ItemPresence::Unknown => KeyState::StoreTimedOut,
                }
            }
        }
    }
}
