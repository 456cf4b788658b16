//! What the errors of the Secret Service mean.

use secret_service::Error;
use zbus::fdo;

use crate::store::{AbsentReason, StoreError};

/// The state that an error speaks of. Only names of errors are kept, never their messages: those are a stranger's text.
pub(crate) fn state_of(error: &Error) -> StoreError {
    match error {
        Error::Locked => StoreError::Locked,
        Error::Prompt => StoreError::Dismissed,
        Error::Unavailable => StoreError::Absent(AbsentReason::NoBus),
        Error::NoResult => failed("no result"),
        Error::PromptDisconnected => failed("the connection was closed during a prompt"),
        Error::Crypto(_) => failed("the encrypted session is not understood"),
        Error::Zvariant(_) => failed("an answer is not understood"),
        Error::Zbus(error) => state_of_bus_error(error),
        Error::ZbusFdo(error) => state_of_standard_error(error),
        _ => failed("an unknown error"),
    }
}

fn state_of_bus_error(error: &zbus::Error) -> StoreError {
    match error {
        zbus::Error::MethodError(name, _, _) => state_of_name(name.as_str()),
        zbus::Error::FDO(error) => state_of_standard_error(error),
        // The connection broke under the call: the bus went away.
        zbus::Error::InputOutput(_) | zbus::Error::Connection(..) => {
            StoreError::Absent(AbsentReason::NoBus)
        }
        _ => failed("a D-Bus error"),
    }
}

fn state_of_standard_error(error: &fdo::Error) -> StoreError {
    match error {
        fdo::Error::ZBus(error) => state_of_bus_error(error),
        other => state_of_name(zbus::DBusError::name(other).as_str()),
    }
}

fn state_of_name(name: &str) -> StoreError {
    const BUS: &str = "org.freedesktop.DBus.Error.";
    match name.strip_prefix(BUS).unwrap_or(name) {
        "ServiceUnknown" | "NameHasNoOwner" => StoreError::Absent(AbsentReason::NoService),
        // The bus knows a program that keeps secrets and can't start it.
        cause if cause.starts_with("Spawn.") => StoreError::Absent(AbsentReason::NoService),
        cause if cause.starts_with("org.freedesktop.systemd1.") => {
            StoreError::Absent(AbsentReason::NoService)
        }
        "NoReply" | "Timeout" | "TimedOut" => StoreError::TimedOut,
        "org.freedesktop.Secret.Error.IsLocked" => StoreError::Locked,
        "org.freedesktop.Secret.Error.NoSuchObject" | "UnknownObject" => StoreError::ItemGone,
        _ => failed(name),
    }
}

fn failed(what: &str) -> StoreError {
    StoreError::Failed(what.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_errors_become_states() {
        let no_service = StoreError::Absent(AbsentReason::NoService);
        for (name, state) in [
            (
                "org.freedesktop.DBus.Error.ServiceUnknown",
                no_service.clone(),
            ),
            (
                "org.freedesktop.DBus.Error.Spawn.ChildExited",
                no_service.clone(),
            ),
            ("org.freedesktop.systemd1.NoSuchUnit", no_service),
            ("org.freedesktop.DBus.Error.NoReply", StoreError::TimedOut),
            ("org.freedesktop.Secret.Error.IsLocked", StoreError::Locked),
            (
                "org.freedesktop.Secret.Error.NoSuchObject",
                StoreError::ItemGone,
            ),
            (
                "com.example.Odd",
                StoreError::Failed("com.example.Odd".into()),
            ),
        ] {
            assert_eq!(state_of_name(name), state, "{name}");
        }
    }

    #[test]
    fn a_strangers_message_is_not_kept() {
        let error = Error::ZbusFdo(fdo::Error::Failed("sk-secret".into()));
        assert_eq!(
            state_of(&error),
            StoreError::Failed("org.freedesktop.DBus.Error.Failed".into())
        );
        let error = Error::ZbusFdo(fdo::Error::ServiceUnknown("sk-secret".into()));
        assert_eq!(
            state_of(&error),
            StoreError::Absent(AbsentReason::NoService)
        );
    }
}
