//! The corpus as the repository keeps it: a text for each target, an input in each line, escaped. As files of their own they would be
//! thousands.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use crate::process::Failure;

/// Writes the inputs of `kept` into a folder, a file each. It may lack, and there may be others in the folder.
pub(super) fn unpack(kept: &Path, folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(|error| Failure::at(folder, &error))?;
    let text = match fs::read_to_string(kept) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Failure::at(kept, &error)),
    };
    for (number, line) in text.lines().enumerate() {
        let input = unescaped(line)
            .ok_or_else(|| Failure::new(format!("{}: line {}", kept.display(), number + 1)))?;
        let path = folder.join(format!("kept-{number:04}"));
        fs::write(&path, input).map_err(|error| Failure::at(&path, &error))?;
    }
    Ok(())
}

/// Writes the inputs of a folder into `kept`, those that are fixtures left out.
pub(super) fn pack(folder: &Path, fixtures: &Path, kept: &Path) -> Result<(), Failure> {
    let fixtures = read_all(fixtures)?;
    let inputs = read_all(folder)?;
    let mut text = String::new();
    for input in inputs.difference(&fixtures) {
        text.push_str(&input.escape_ascii().to_string());
        text.push('\n');
    }
    let parent = kept.parent().unwrap_or(kept);
    fs::create_dir_all(parent).map_err(|error| Failure::at(parent, &error))?;
    fs::write(kept, text).map_err(|error| Failure::at(kept, &error))
}

fn read_all(folder: &Path) -> Result<BTreeSet<Vec<u8>>, Failure> {
    let mut all = BTreeSet::new();
    let entries = fs::read_dir(folder).map_err(|error| Failure::at(folder, &error))?;
    for entry in entries.flatten() {
        let path = entry.path();
        all.insert(fs::read(&path).map_err(|error| Failure::at(&path, &error))?);
    }
    Ok(all)
}

/// The bytes that `escape_ascii` has escaped.
fn unescaped(line: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(line.len());
    let mut rest = line.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'\\' => match rest.next()? {
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                b'x' => {
                    let digits = [rest.next()?, rest.next()?];
                    u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
                }
                sign @ (b'\\' | b'\'' | b'"') => sign,
                _ => return None,
            },
            byte => byte,
        });
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_comes_back() {
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(unescaped(&all.escape_ascii().to_string()), Some(all));
        for odd in ["\\", "\\q", "\\x1", "\\xgg"] {
            assert_eq!(unescaped(odd), None, "{odd}");
        }
    }
}
