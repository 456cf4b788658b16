//! The search for a secret through files: their contents and their names.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use crate::needle::{Hit, Needle};

/// Bytes read at once.
const CHUNK: usize = 1 << 20;

/// What a search through folders came to.
#[derive(Debug, Default)]
pub struct Searched {
    /// Where the secret was found.
    pub hits: Vec<Hit>,
    /// How many files were read, so that a test can tell "nothing found" from "nothing read".
    pub files: usize,
}

/// Searches every file at or below `path`. Links are not followed; sockets and pipes hold nothing.
///
/// # Errors
/// When something that is there can't be read. What vanishes meanwhile is passed over.
pub fn search(path: &Path, needle: &Needle) -> io::Result<Searched> {
    let mut searched = Searched::default();
    searched.visit(path, needle)?;
    Ok(searched)
}

impl Searched {
    fn visit(&mut self, path: &Path, needle: &Needle) -> io::Result<()> {
        let Some(kind) = there(fs::symlink_metadata(path))? else {
            return Ok(());
        };
        if let Some(name) = path.file_name() {
            // The name itself would be the secret, so only its folder is told.
            let place = format!("a file name in {}", path.parent().unwrap_or(path).display());
            self.hits
                .extend(needle.search(name.as_encoded_bytes(), &place, 0));
        }
        if kind.is_dir() {
            let Some(entries) = there(fs::read_dir(path))? else {
                return Ok(());
            };
            for entry in entries {
                self.visit(&entry?.path(), needle)?;
            }
        } else if kind.is_file()
            && let Some(file) = there(File::open(path))?
        {
            self.read(file, &path.display().to_string(), needle)?;
        }
        Ok(())
    }

    fn read(&mut self, mut file: File, place: &str, needle: &Needle) -> io::Result<()> {
        self.files += 1;
        let overlap = needle.overlap();
        let mut buffer = vec![0; overlap + CHUNK];
        let (mut kept, mut at) = (0, 0);
        loop {
            let read = file.read(&mut buffer[kept..])?;
            if read == 0 {
                return Ok(());
            }
            let filled = kept + read;
            self.hits
                .extend(needle.search(&buffer[..filled], place, at - kept as u64));
            at += read as u64;
            kept = overlap.min(filled);
            buffer.copy_within(filled - kept..filled, 0);
        }
    }
}

fn there<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
