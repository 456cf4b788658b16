//! Keeps WebKitGTK from showing a blank window.
//!
//! With some drivers WebKit's DMA-BUF renderer draws nothing: NVIDIA's own is the usual case. There it is switched off
//! before GTK starts. If a page has still not painted after a while, the app starts itself anew with the renderer off,
//! once, and says so in the log.

use std::ffi::OsStr;
use std::path::Path;
use std::{env, io};

/// WebKit's own switch. What a person sets is left alone.
const SWITCH: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
/// Where NVIDIA's own driver shows itself.
const NVIDIA: &str = "/proc/driver/nvidia/version";

/// What to do about the renderer before GTK starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Renderer {
    /// Nothing: it works here, or a person has decided.
    Default,
    /// Switch it off.
    MustBeOff,
}

/// Decides by the switch's value and by whether a driver is there that is known to draw nothing.
pub(crate) fn decide(switch: Option<&OsStr>, known_blank: bool) -> Renderer {
    if switch.is_none() && known_blank {
        Renderer::MustBeOff
    } else {
        Renderer::Default
    }
}

/// What must be in the environment before GTK starts, so that the windows show something.
pub(crate) fn needed() -> Option<(&'static str, &'static str)> {
    match decide(env::var_os(SWITCH).as_deref(), Path::new(NVIDIA).exists()) {
        Renderer::Default => None,
        Renderer::MustBeOff => Some((SWITCH, "1")),
    }
}

/// Whether the switch is set: by an earlier start of the app, or by a person, who is left alone.
pub(crate) fn is_decided() -> bool {
    env::var_os(SWITCH).is_some()
}

/// Starts the app anew in this process's place, without the renderer. Comes back only with the reason why it can't.
pub(crate) fn restart_without_dmabuf() -> io::Error {
    super::anew::with(SWITCH, "1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_driver_known_for_blank_windows_switches_the_renderer_off() {
        assert_eq!(decide(None, true), Renderer::MustBeOff);
        assert_eq!(decide(None, false), Renderer::Default);
    }

    #[test]
    fn what_a_person_sets_is_left_alone() {
        assert_eq!(decide(Some(OsStr::new("0")), true), Renderer::Default);
        assert_eq!(decide(Some(OsStr::new("1")), true), Renderer::Default);
    }
}
