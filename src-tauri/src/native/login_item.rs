//! Whether the app opens when the person logs in: the desktop's own list of what it starts, changed only when asked.

#[cfg(target_os = "linux")]
pub(crate) use linux::{is_set, set};

#[cfg(not(target_os = "linux"))]
pub(crate) use elsewhere::{is_set, set};

#[cfg(target_os = "linux")]
mod linux {
    use std::path::{Path, PathBuf};
    use std::{fs, io};

    use tauri::{AppHandle, Manager as _};

    /// The entry's name. A desktop takes it for the one in its menu, since that has the same.
    const NAME: &str = "org.chatelaine.Chatelaine.desktop";

    /// Whether the entry is there.
    pub(crate) fn is_set(app: &AppHandle) -> bool {
        let text = entry(app).and_then(fs::read_to_string);
        // A desktop's own settings hide what they are to start no more.
        text.is_ok_and(|text| !text.lines().any(|line| line.trim() == "Hidden=true"))
    }

    /// Writes the entry, or removes it (XDG Autostart Specification).
    ///
    /// # Errors
    /// When it can't be done.
    pub(crate) fn set(app: &AppHandle, open: bool) -> io::Result<()> {
        let entry = entry(app)?;
        if !open {
            return match fs::remove_file(entry) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            };
        }
        // Inside such a sandbox the program's path means nothing to the desktop.
        if Path::new("/.flatpak-info").exists() {
            return Err(io::ErrorKind::Unsupported.into());
        }
        let program = crate::native::program::path()?;
        if let Some(folder) = entry.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(entry, text(&program.display().to_string()))
    }

    fn entry(app: &AppHandle) -> io::Result<PathBuf> {
        let config = app.path().config_dir().map_err(io::Error::other)?;
        Ok(config.join("autostart").join(NAME))
    }

    fn text(program: &str) -> String {
        format!(
            "[Desktop Entry]\nType=Application\nName=Chatelaine\nExec={}\nTryExec={}\nIcon=chatelaine\nTerminal=false\n",
            quoted(program),
            // No command but a name, so that the entry of a program that was removed is passed over.
            program.replace('\\', "\\\\")
        )
    }

    /// A path as one word of a command (Desktop Entry Specification, "The Exec key"): quoted, and that once more as every text in
    /// such a file.
    fn quoted(path: &str) -> String {
        let mut word = String::from("\"");
        for c in path.chars() {
            match c {
                '"' | '`' | '$' => word.extend(['\\', '\\', c]),
                '\\' => word.push_str("\\\\\\\\"),
                '%' => word.push_str("%%"),
                other => word.push(other),
            }
        }
        word.push('"');
        word
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_path_stays_one_word() {
            for (path, word) in [
                ("/usr/bin/chatelaine", r#""/usr/bin/chatelaine""#),
                ("/opt/my apps/chatelaine", r#""/opt/my apps/chatelaine""#),
                (r#"/opt/a"b$c"#, r#""/opt/a\\"b\\$c""#),
                (r"/opt/a\b", r#""/opt/a\\\\b""#),
                ("/opt/100%", r#""/opt/100%%""#),
            ] {
                assert_eq!(quoted(path), word);
            }
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod elsewhere {
    use std::io;

    use tauri::AppHandle;
    use tauri_plugin_autostart::ManagerExt as _;

    /// Whether the system has it on its list.
    pub(crate) fn is_set(app: &AppHandle) -> bool {
        app.autolaunch().is_enabled().unwrap_or(false)
    }

    /// Puts it on the list, or takes it off.
    ///
    /// # Errors
    /// When the system refuses.
    pub(crate) fn set(app: &AppHandle, open: bool) -> io::Result<()> {
        let list = app.autolaunch();
        let changed = if open { list.enable() } else { list.disable() };
        changed.map_err(io::Error::other)
    }
}
