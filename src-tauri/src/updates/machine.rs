//! The machine behind what the windows see: where an update stands, and what may follow from there. Pure.

use std::sync::Arc;

use semver::Version;
use tokio::sync::Notify;

use super::manifest::{Offer, Release};
use crate::ipc::{UpdateFault, UpdateFaultKind, UpdateState, UpdatesOff};

#[derive(Debug, Clone, Default)]
pub(super) struct Inner {
    pub(super) stage: Stage,
    /// The newer version that is known of.
    pub(super) release: Option<Arc<Release>>,
    /// Whether the server is being asked.
    pub(super) checking: bool,
    /// When the server last answered, in milliseconds since 1970.
    pub(super) checked_at: Option<i64>,
    /// Ends the download that goes on. Each has one of its own, so that no word comes too early or too late.
    pub(super) cancel: Arc<Notify>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Stage {
    #[default]
    NotChecked,
    Checking,
    UpToDate {
        older: Option<Version>,
    },
    Available,
    Downloading {
        received: u64,
        total: Option<u64>,
    },
    Ready,
    Installing,
    Installed,
    Failed(UpdateFault),
    /// The server could not be asked. A version that was known before still is.
    CheckFailed(UpdateFault),
}

impl Inner {
    /// Begins to ask the server, unless something is going on that must not be cut short. What is known of a newer version stays
    /// meanwhile.
    pub(super) fn check(&mut self) -> bool {
        let is_idle = matches!(
            self.stage,
            Stage::NotChecked
                | Stage::UpToDate { .. }
                | Stage::Available
                | Stage::Ready
                | Stage::Failed(_)
                | Stage::CheckFailed(_)
        );
        if self.checking || !is_idle {
            return false;
        }
        self.checking = true;
        if self.release.is_none() {
            self.stage = Stage::Checking;
        }
        true
    }

    /// Takes the answer in. Where nobody waits for it, what is known outlives an answer that does not come.
    pub(super) fn checked(
        &mut self,
        offer: Result<Offer, UpdateFault>,
        is_awaited: bool,
        now: i64,
    ) {
        self.checking = false;
        if offer.is_ok() {
            self.checked_at = Some(now);
        }
        let goes_on = matches!(
            self.stage,
            Stage::Downloading { .. } | Stage::Installing | Stage::Installed
        );
        // A person has begun to fetch or to install meanwhile.
        if goes_on || self.is_half() {
            return;
        }
        self.stage = match offer {
            Ok(Offer::Newer(release)) => {
                let known = self.release.as_ref().map(|known| &known.version);
                if self.stage == Stage::Ready && known == Some(&release.version) {
                    return;
                }
                self.release = Some(Arc::new(release));
                Stage::Available
            }
            Err(_) if self.stage == Stage::Ready => return,
            Err(_) if self.release.is_some() && !is_awaited => return,
            Err(fault) => Stage::CheckFailed(fault),
            Ok(Offer::Same) => {
                self.release = None;
                Stage::UpToDate { older: None }
            }
            Ok(Offer::Older(version)) => {
                self.release = None;
                Stage::UpToDate {
                    older: Some(version),
                }
            }
        };
    }

    /// Whether the system's installer stopped half way. Only a person can mend that, and a start of the app ends it.
    pub(super) fn is_half(&self) -> bool {
        let half = UpdateFaultKind::HalfInstalled;
        matches!(&self.stage, Stage::Failed(fault) if fault.kind == half)
    }

    /// Begins to fetch, where there is something to fetch.
    pub(super) fn fetch(&mut self) -> Option<Arc<Release>> {
        let may = matches!(
            self.stage,
            Stage::Available | Stage::Failed(_) | Stage::CheckFailed(_)
        );
        if !may || self.is_half() {
            return None;
        }
        let release = self.release.clone()?;
        let total = release.size;
        self.stage = Stage::Downloading { received: 0, total };
        self.cancel = Arc::default();
        Some(release)
    }

    /// What can be installed: what is ready, or could not be installed before.
    pub(super) fn installable(
        &self,
        has_package: impl Fn(&Release) -> bool,
    ) -> Option<Arc<Release>> {
        let release = self.release.clone()?;
        let may = match self.stage {
            Stage::Ready => true,
            Stage::Failed(_) | Stage::CheckFailed(_) => !self.is_half() && has_package(&release),
            _ => false,
        };
        may.then_some(release)
    }

    /// Begins to install what a person has said yes to, if it is still what can be installed.
    pub(super) fn install(
        &mut self,
        said: &Arc<Release>,
        has_package: impl Fn(&Release) -> bool,
    ) -> bool {
        let is_that = self
            .installable(has_package)
            .is_some_and(|release| Arc::ptr_eq(&release, said));
        if is_that {
            self.stage = Stage::Installing;
        }
        is_that
    }

    /// Notes how much of a download is here, unless it was given up meanwhile.
    pub(super) fn progress(&mut self, received: u64, total: Option<u64>) {
        if matches!(self.stage, Stage::Downloading { .. }) {
            self.stage = Stage::Downloading { received, total };
        }
    }

    /// What comes of a download: its outcome, or nothing if it was stopped. Of one that was given up nobody wants to hear.
    pub(super) fn downloaded(
        &mut self,
        of: &Arc<Release>,
        outcome: Option<Result<(), UpdateFault>>,
    ) {
        let known = self.release.as_ref();
        let is_that = known.is_some_and(|known| Arc::ptr_eq(known, of));
        if !is_that || !matches!(self.stage, Stage::Downloading { .. }) {
            return;
        }
        self.stage = match outcome {
            Some(Ok(())) => Stage::Ready,
            Some(Err(fault)) => Stage::Failed(fault),
            // What has come stays for another time.
            None => Stage::Available,
        };
    }

    pub(super) fn installed(&mut self, outcome: Result<(), UpdateFault>) {
        self.stage = match outcome {
            Ok(()) => Stage::Installed,
            Err(fault) => Stage::Failed(fault),
        };
    }

    pub(super) fn state(&self, off: Option<UpdatesOff>) -> UpdateState {
        let update = self.release.as_deref().map(Release::view);
        match (&self.stage, off, update) {
            // Looking once, when asked, is possible where it is only switched off.
            (_, Some(why @ (UpdatesOff::NotBuiltIn | UpdatesOff::Managed)), _)
            | (Stage::NotChecked, Some(why), _) => UpdateState::Off { why },
            (Stage::Checking, ..) => UpdateState::Checking,
            (Stage::UpToDate { older }, ..) => UpdateState::UpToDate {
                older: older.as_ref().map(ToString::to_string),
            },
            (Stage::CheckFailed(fault), ..) => UpdateState::Failed {
                fault: fault.clone(),
                update: None,
            },
            (Stage::Failed(fault), _, update) => UpdateState::Failed {
                fault: fault.clone(),
                update,
            },
            (Stage::Available, _, Some(update)) => UpdateState::Available { update },
            (&Stage::Downloading { received, total }, _, Some(update)) => {
                UpdateState::Downloading {
                    update,
                    received,
                    total,
                }
            }
            (Stage::Ready, _, Some(update)) => UpdateState::Ready { update },
            (Stage::Installing, _, Some(update)) => UpdateState::Installing { update },
            (Stage::Installed, _, Some(update)) => UpdateState::Installed { update },
            // These never stand without a version.
            (Stage::NotChecked, ..) | (_, _, None) => UpdateState::NotChecked,
        }
    }
}

#[cfg(test)]
mod tests;
