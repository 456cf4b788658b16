//! WebKit's process sandbox: what draws the pages runs in namespaces of its own, with a filtered session bus. Should a
//! page break into its process, it can't ask the Secret Service for keys, nor read the files of its user.
//!
//! WebKit turns it on when `WEBKIT_FORCE_SANDBOX` is in the environment before GTK starts, and ends the whole app if it
//! then can't make one. So it is tried first, and left off where it fails: a start that works without it is better
//! than none, and the windows say so.

#[cfg(target_os = "linux")]
mod probe;

#[cfg(target_os = "linux")]
pub(crate) use linux::{give_up, needed, tell};

use crate::ipc::SandboxState;

/// Whether the sandbox is up, and if not, why.
pub(crate) fn state() -> SandboxState {
    #[cfg(target_os = "linux")]
    return linux::state();
    #[cfg(not(target_os = "linux"))]
    return SandboxState::NotHere;
}

#[cfg(target_os = "linux")]
mod linux {
    use std::env;
    use std::ffi::{OsStr, OsString};
    use std::fmt::Display;
    use std::fs;
    use std::sync::{Mutex, PoisonError};

    use super::{SandboxState, probe};

    /// WebKit's own switches. What a person sets is left alone.
    const FORCE: &str = "WEBKIT_FORCE_SANDBOX";
    const DISABLE: &str = "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS";
    /// The app's switch: `off` leaves the sandbox off.
    const SWITCH: &str = "CHATELAINE_SANDBOX";
    const OFF: &str = "off";

    /// What came of it at this start.
    static STATE: Mutex<SandboxState> = Mutex::new(SandboxState::SwitchedOff);

    fn set(state: SandboxState) {
        *STATE.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }

    fn get() -> SandboxState {
        STATE.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What decides.
    #[derive(Debug, Default)]
    struct Facts {
        switch: Option<OsString>,
        force: Option<OsString>,
        disable: Option<OsString>,
    }

    impl Facts {
        fn here() -> Self {
            Self {
                switch: env::var_os(SWITCH),
                force: env::var_os(FORCE),
                disable: env::var_os(DISABLE),
            }
        }
    }

    /// What to do.
    #[derive(Debug, PartialEq, Eq)]
    enum Decision {
        /// Turn it on.
        TurnOn,
        /// Nothing: it is as it is.
        Leave(SandboxState),
    }

    fn decide(facts: &Facts, probe: impl FnOnce() -> Result<(), String>) -> Decision {
        let is = |value: &Option<OsString>, word: &str| value.as_deref() == Some(OsStr::new(word));
        if is(&facts.disable, "1") {
            return Decision::Leave(SandboxState::SwitchedOff);
        }
        if facts.force.is_some() {
            return Decision::Leave(if is(&facts.force, "1") {
                SandboxState::On
            } else {
                SandboxState::SwitchedOff
            });
        }
        if is(&facts.switch, OFF) {
            return Decision::Leave(SandboxState::SwitchedOff);
        }
        match probe() {
            Ok(()) => Decision::TurnOn,
            Err(reason) => Decision::Leave(SandboxState::Unavailable { reason }),
        }
    }

    /// What must be in the environment before GTK starts, so that there is a sandbox. Tries whether there can be one.
    pub(crate) fn needed() -> Option<(&'static str, &'static str)> {
        let (state, needed) = match decide(&Facts::here(), probe::run) {
            Decision::TurnOn => (SandboxState::On, Some((FORCE, "1"))),
            Decision::Leave(state) => (state, None),
        };
        set(state);
        needed
    }

    /// WebKit could not be told to turn it on.
    pub(crate) fn give_up(error: &impl Display) {
        set(SandboxState::Unavailable {
            reason: format!("the environment can't be changed: {error}"),
        });
    }

    /// Writes into the log what came of it.
    pub(crate) fn tell() {
        match get() {
            SandboxState::On => tracing::info!("WebKit's process sandbox is on"),
            SandboxState::Unavailable { reason } => {
                tracing::warn!(reason, "WebKit's process sandbox can't be had here");
            }
            SandboxState::SwitchedOff | SandboxState::NotHere => {
                tracing::warn!("WebKit's process sandbox is switched off");
            }
        }
    }

    pub(super) fn state() -> SandboxState {
        match get() {
            SandboxState::On if has_bare_web_process() => SandboxState::Unavailable {
                reason: "WebKit has started its web process without it".into(),
            },
            state => state,
        }
    }

    /// Whether a web process runs outside of a sandbox. Inside one it is no child of the app's but of bubblewrap's.
    fn has_bare_web_process() -> bool {
        let Ok(threads) = fs::read_dir("/proc/self/task") else {
            return false;
        };
        threads.flatten().any(|thread| {
            let children = fs::read_to_string(thread.path().join("children"));
            children
                .unwrap_or_default()
                .split_ascii_whitespace()
                .any(is_web_process)
        })
    }

    fn is_web_process(pid: &str) -> bool {
        // The kernel keeps 15 bytes of a name.
        fs::read_to_string(format!("/proc/{pid}/comm"))
            .is_ok_and(|name| name.trim_end() == "WebKitWebProces")
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        fn off() -> Decision {
            Decision::Leave(SandboxState::SwitchedOff)
        }

        fn never() -> Result<(), String> {
            panic!("nothing is tried where nothing is to be decided");
        }

        fn facts(switch: Option<&str>, force: Option<&str>, disable: Option<&str>) -> Facts {
            Facts {
                switch: switch.map(Into::into),
                force: force.map(Into::into),
                disable: disable.map(Into::into),
            }
        }

        #[test]
        fn it_is_turned_on_where_it_can_be_had() {
            assert_eq!(decide(&Facts::default(), || Ok(())), Decision::TurnOn);
            let other_words = facts(Some("on"), None, Some("0"));
            assert_eq!(decide(&other_words, || Ok(())), Decision::TurnOn);
        }

        #[test]
        fn it_stays_off_where_it_can_not_and_the_reason_is_kept() {
            let reason = || "no namespaces".to_owned();
            assert_eq!(
                decide(&Facts::default(), || Err(reason())),
                Decision::Leave(SandboxState::Unavailable { reason: reason() })
            );
        }

        #[test]
        fn the_switch_leaves_it_off() {
            assert_eq!(decide(&facts(Some("off"), None, None), never), off());
        }

        #[test]
        fn what_a_person_tells_webkit_is_left_alone() {
            let on = Decision::Leave(SandboxState::On);
            assert_eq!(decide(&facts(None, Some("1"), None), never), on);
            assert_eq!(decide(&facts(Some("off"), Some("1"), None), never), on);
            assert_eq!(decide(&facts(None, Some("0"), None), never), off());
            assert_eq!(decide(&facts(None, Some("1"), Some("1")), never), off());
            assert_eq!(decide(&facts(None, None, Some("1")), never), off());
        }
    }
}
