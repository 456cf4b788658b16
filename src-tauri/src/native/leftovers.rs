//! What a crash could leave behind: a core file holds all memory of the process that crashed, keys among it.
//!
//! Two switches, since neither is enough: the limit keeps the kernel from writing a file, but not from handing the
//! memory to a program that collects crashes; the filter leaves that program an image without any memory in it. Both
//! are inherited by every process that the app starts, the web processes among them. See `core(5)`.
//!
//! `PR_SET_DUMPABLE` would do the same and more, but breaks the file dialogs of the desktop's portals.

/// Keeps this process and those that it starts from leaving core files, for good.
pub(crate) fn keep_none() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};

        // The hard limit too, so that no library and no child can raise it again.
        let none = Rlimit {
            current: Some(0),
            maximum: Some(0),
        };
        let _ = setrlimit(Resource::Core, none);
    }
    // No kind of memory: not one bit of the mask in `core(5)`.
    #[cfg(target_os = "linux")]
    let _ = std::fs::write(FILTER, "0");
}

/// Writes into the log what is not as [`keep_none`] would have it.
pub(crate) fn tell() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit};

        if getrlimit(Resource::Core).maximum != Some(0) {
            tracing::warn!("a crash may leave a core file: the limit could not be set");
        }
    }
    #[cfg(target_os = "linux")]
    if !std::fs::read_to_string(FILTER).is_ok_and(|mask| is_empty(&mask)) {
        tracing::warn!("a crash may leave memory to a program that collects crashes");
    }
}

/// Which kinds of memory a core file holds, as a mask.
#[cfg(target_os = "linux")]
const FILTER: &str = "/proc/self/coredump_filter";

/// Whether a mask, in hexadecimal digits, has no bit.
#[cfg(target_os = "linux")]
fn is_empty(mask: &str) -> bool {
    u64::from_str_radix(mask.trim(), 16) == Ok(0)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::is_empty;

    #[test]
    fn a_mask_is_empty_without_a_bit_alone() {
        assert!(is_empty("00000000\n"));
        for mask in ["00000033\n", "00000001", "", "no"] {
            assert!(!is_empty(mask), "{mask:?}");
        }
    }
}
