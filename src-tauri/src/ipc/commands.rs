//! The command list as data: for the tests that compare it with the capabilities, and for the TypeScript.

include!("command_list.rs");

/// One command that a window may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommandSpec {
    /// The name that the window calls.
    pub name: &'static str,
    /// The labels of the windows that may call it.
    pub windows: &'static [&'static str],
    /// The type of its one argument `request`, in Rust's spelling; `()` for none.
    pub request: &'static str,
    /// The type of the events on its channel `events`, in Rust's spelling; `()` for none.
    pub events: &'static str,
    /// The type of its answer, in Rust's spelling.
    pub result: &'static str,
}

macro_rules! specs {
    ($($module:ident :: $name:ident [$($window:ident),+] $request:tt $events:tt -> $result:ty;)+) => {
        /// Every command there is.
        pub const COMMANDS: &[CommandSpec] = &[$(CommandSpec {
            name: stringify!($name),
            windows: &[$(stringify!($window)),+],
            request: stringify!($request),
            events: stringify!($events),
            result: stringify!($result),
        }),+];
    };
}
with_commands!(specs);

#[cfg(test)]
mod rule;

#[cfg(test)]
mod tests {
    use super::*;

    /// What a capability file grants.
    fn grants(capability: &str) -> (Vec<String>, Vec<String>) {
        let capability: serde_json::Value = serde_json::from_str(capability).unwrap();
        let list = |field: &str| {
            let values = capability[field].as_array().unwrap();
            values
                .iter()
                .map(|value| value.as_str().unwrap().to_owned())
                .collect()
        };
        assert_eq!(capability["local"], true);
        assert!(
            capability.get("remote").is_none(),
            "no remote page is granted anything"
        );
        (list("windows"), list("permissions"))
    }

    #[test]
    fn each_window_is_granted_its_list_and_nothing_else() {
        for (window, file) in [
            ("chat", include_str!("../../capabilities/chat.json")),
            ("settings", include_str!("../../capabilities/settings.json")),
        ] {
            let (windows, mut granted) = grants(file);
            assert_eq!(windows, [window]);
            let mut listed: Vec<String> = COMMANDS
                .iter()
                .filter(|command| command.windows.contains(&window))
                .map(|command| format!("allow-{}", command.name.replace('_', "-")))
                .collect();
            listed.sort();
            granted.sort();
            assert_eq!(granted, listed, "{window}");
        }
    }

    #[test]
    fn the_window_that_renders_answers_has_no_command_for_keys() {
        for name in [
            "paste_key",
            "verify_key",
            "remove_key",
            "save_provider",
            "remove_provider",
            "settings_state",
        ] {
            let command = COMMANDS
                .iter()
                .find(|command| command.name == name)
                .unwrap();
            assert_eq!(command.windows, ["settings"], "{name}");
        }
    }

    #[test]
    fn no_two_commands_share_a_name() {
        let mut names: Vec<_> = COMMANDS.iter().map(|command| command.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), COMMANDS.len());
    }
}
