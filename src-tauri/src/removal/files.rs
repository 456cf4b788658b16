//! The files that the app makes beside its database and its settings, known by their names.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use super::{left, removed};
use crate::folder::DataFolder;
use crate::ipc::{RemovalItem, RemovalPart};

/// What `SQLite` puts beside a database.
const BESIDE: [&str; 3] = ["-wal", "-journal", "-shm"];

/// What the web engine makes in the folder that it is given.
const WEB_DATA: [&str; 15] = [
    "CacheStorage",
    "WebKitCache",
    "applications",
    "cookies",
    "databases",
    "deviceidhashsalts",
    "hsts-storage.sqlite",
    "hsts-storage.sqlite-journal",
    "itp",
    "localstorage",
    "mediakeys",
    "resourcemonitorthrottler",
    "serviceworkers",
    "storage",
    "webapplicationcache",
];

/// Removes what was set aside, and empties the log.
pub(super) fn remove(folder: &DataFolder) -> Vec<RemovalItem> {
    let place = folder.path().display().to_string();
    let (mut count, mut kept) = (0, None);
    for entry in fs::read_dir(folder.path()).into_iter().flatten().flatten() {
        if entry.file_name().to_str().is_some_and(is_set_aside) {
            match fs::remove_file(entry.path()) {
                Ok(()) => count += 1,
                Err(error) => {
                    kept = Some(format!("{}: {error}", entry.file_name().to_string_lossy()));
                }
            }
        }
    }
    let mut items = Vec::new();
    if count > 0 {
        items.push(removed(RemovalPart::SetAside, place.clone(), count));
    }
    if let Some(why) = kept {
        items.push(left(RemovalPart::SetAside, place, why));
    }
    if let Err(error) = fs::remove_file(folder.old_log())
        && error.kind() != io::ErrorKind::NotFound
    {
        let place = folder.old_log().display().to_string();
        items.push(left(RemovalPart::SetAside, place, error));
    }
    let log = folder.log();
    let place = log.display().to_string();
    // It is written on: what runs from now on is told in it.
    match File::options()
        .write(true)
        .open(&log)
        .and_then(|file| file.set_len(0))
    {
        Ok(()) => items.push(removed(RemovalPart::Log, place, 1)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => items.push(left(RemovalPart::Log, place, error)),
    }
    items
}

/// Removes a database that nobody has open.
pub(super) fn remove_database(path: &Path) -> io::Result<()> {
    let beside = BESIDE.into_iter().map(|suffix| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        name.into()
    });
    for file in beside.chain([path.to_owned()]) {
        match fs::remove_file(file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Removes what the web engine has made, and its folder if nothing else is in it.
pub(super) fn remove_web_data(folder: &Path) {
    for name in WEB_DATA {
        let path = folder.join(name);
        let gone = match path.symlink_metadata() {
            Ok(found) if found.is_dir() => fs::remove_dir_all(&path),
            Ok(_) => fs::remove_file(&path),
            Err(_) => Ok(()),
        };
        if let Err(error) = gone {
            tracing::warn!(%error, name, "a part of the windows' data stays");
        }
    }
    // It fails where something else is left, and that is meant.
    let _ = fs::remove_dir(folder);
}

/// Whether the app gives such a name to what it keeps beside: `settings.broken-2026-11-24T231028Z.json`, an old log.
fn is_set_aside(name: &str) -> bool {
    if matches!(
        name,
        "chatelaine.log.old"
            | "chatelaine.crash.txt"
            | "chatelaine.crash.old.txt"
            | "chatelaine.started"
    ) {
        return true;
    }
    let database = BESIDE
        .into_iter()
        .find_map(|suffix| name.strip_suffix(suffix))
        .unwrap_or(name);
    // A copy that was never finished.
    let database = database.strip_suffix(".part").unwrap_or(database);
    let stamp = [
        "settings.broken-",
        "settings.newer-",
        "settings.unreadable-",
    ]
    .into_iter()
    .find_map(|prefix| name.strip_prefix(prefix)?.strip_suffix(".json"))
    .or_else(|| {
        let labels = ["damaged", "before-update", "replaced"];
        let between = database.strip_prefix("chats.")?.strip_suffix(".sqlite")?;
        labels
            .into_iter()
            .find_map(|label| between.strip_prefix(label)?.strip_prefix('-'))
    });
    stamp.is_some_and(is_stamp)
}

/// A time as it stands in such a name, with a number after it if two fell into one second.
fn is_stamp(text: &str) -> bool {
    const SHAPE: &str = "0000-00-00T000000Z";
    let Some((stamp, rest)) = text.split_at_checked(SHAPE.len()) else {
        return false;
    };
    let fits = |(c, shape): (char, char)| match shape {
        '0' => c.is_ascii_digit(),
        other => c == other,
    };
    let is_number = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    stamp.chars().zip(SHAPE.chars()).all(fits)
        && (rest.is_empty() || rest.strip_prefix('-').is_some_and(is_number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_others_are_not_taken_for_ours() {
        for ours in [
            "settings.broken-2026-11-24T231028Z.json",
            "settings.newer-2026-11-24T231028Z-2.json",
            "settings.unreadable-2026-11-24T231028Z.json",
            "chats.damaged-2026-11-24T231028Z.sqlite",
            "chats.damaged-2026-11-24T231028Z.sqlite-wal",
            "chats.before-update-2026-11-24T231028Z.sqlite",
            "chats.replaced-2026-11-24T231028Z.sqlite",
            "chats.before-update-2026-11-24T231028Z.sqlite.part",
            "chats.before-update-2026-11-24T231028Z.sqlite.part-journal",
            "chatelaine.log.old",
        ] {
            assert!(is_set_aside(ours), "{ours}");
        }
        for other in [
            "settings.json",
            "settings.broken-mine.json",
            "settings.broken-2026-11-24T231028Z.json.bak",
            "settings.broken-2026-11-24T231028Z-copy.json",
            "chats.damaged-2026-11-24.sqlite",
            "chats.sqlite",
            "notes.txt",
            "old chatelaine.log.old",
        ] {
            assert!(!is_set_aside(other), "{other}");
        }
    }

    #[test]
    fn what_the_web_engine_did_not_make_stays() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("webview");
        fs::create_dir_all(data.join("storage/deep")).unwrap();
        fs::write(data.join("hsts-storage.sqlite"), "x").unwrap();
        fs::write(data.join("mine.txt"), "x").unwrap();
        remove_web_data(&data);
        let names: Vec<_> = fs::read_dir(&data).unwrap().flatten().collect();
        assert_eq!(names.len(), 1);
        assert_eq!(names[0].file_name(), "mine.txt");
        fs::remove_file(data.join("mine.txt")).unwrap();
        remove_web_data(&data);
        assert!(!data.exists());
    }
}
