//! Payloads from a folder outside the repository: `cargo xtask test secrecy --payloads DIR`.

use std::fs;
use std::path::{Path, PathBuf};

use super::payload::{Payload, fill};

/// The folder that was named, else one with a few odd files, which goes with the second value.
pub(super) fn named_or_made() -> (PathBuf, Option<tempfile::TempDir>) {
    if let Some(named) = std::env::var_os("CHATELAINE_PAYLOADS") {
        return (named.into(), None);
    }
    let made = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| fs::write(made.path().join(name), bytes).unwrap();
    write("empty", b"");
    write("every byte", &(0..=255).collect::<Vec<u8>>());
    write(
        "line\nbreak.md",
        b"<script>{js}</script>\r\n<img src=//{http}/{n}>",
    );
    write("long", &b"[a](http://{http}/{n}) ".repeat(2_000));
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt as _;
        let name = std::ffi::OsStr::from_bytes(b"no \xff text");
        fs::write(made.path().join(name), "<b onclick={js}>x</b>").unwrap();
        std::os::unix::fs::symlink("loop", made.path().join("loop")).unwrap();
    }
    (made.path().to_owned(), Some(made))
}

/// One payload for each file, by its name. Any bytes are taken; what is no UTF-8 becomes U+FFFD, as on the wire.
///
/// # Errors
/// In words: when the folder can't be read, or has no file.
pub(super) fn read(folder: &Path, first: usize, http: &str) -> Result<Vec<Payload>, String> {
    let fault = |error| {
        format!(
            "the payloads in {} can't be read: {error}",
            folder.display()
        )
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(fault)? {
        let path = entry.map_err(fault)?.path();
        if path.is_file() {
            files.push(path);
        }
    }
    if files.is_empty() {
        return Err(format!(
            "there is no file in {}: it takes one payload in each",
            folder.display()
        ));
    }
    files.sort();
    let mut payloads = Vec::new();
    for (number, file) in (first..).zip(files) {
        let bytes = fs::read(&file).map_err(fault)?;
        payloads.push(Payload {
            name: file
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            number,
            text: fill(&String::from_utf8_lossy(&bytes), number, http),
            html: false,
        });
    }
    Ok(payloads)
}

#[test]
fn a_folder_is_read_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let missing = read(&folder.path().join("missing"), 1, "x").unwrap_err();
    assert!(missing.contains("can't be read"), "{missing}");
    let empty = read(folder.path(), 1, "x").unwrap_err();
    assert!(empty.contains("there is no file"), "{empty}");
    fs::write(folder.path().join("b.md"), b"<b>\xff{n} at {http}").unwrap();
    fs::write(folder.path().join("a"), "").unwrap();
    let payloads = read(folder.path(), 7, "127.0.0.1:1").unwrap();
    let told: Vec<_> = payloads
        .iter()
        .map(|one| (one.name.as_str(), one.text.as_str()))
        .collect();
    assert_eq!(told, [("a", ""), ("b.md", "<b>\u{fffd}8 at 127.0.0.1:1")]);
}
