//! `cargo xtask bindings`: the interface's TypeScript, generated from the shell's types.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::cargo::{built, cargo, kept, root};
use crate::fingerprint::collect;
use crate::interface;
use crate::packages::{self, Purpose};
use crate::process::{self, Failure, run, say};

/// Generated files by their path below the folder.
type Files = BTreeMap<PathBuf, String>;

pub(crate) fn command(arguments: &[String]) -> Result<ExitCode, Failure> {
    let check = match arguments {
        [] => false,
        [flag] if flag == "--check" => true,
        _ => {
            return Err(Failure::new(
                "the only argument there is is --check".to_owned(),
            ));
        }
    };
    packages::ensure(Purpose::Build)?;
    interface::ensure_embeddable()?;
    if check {
        check_drift()?;
    } else {
        write()?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Fails, naming each file, when what is committed is not what the types say.
pub(crate) fn check_drift() -> Result<(), Failure> {
    let generated = generate()?;
    let differences = differences(&generated, &read(&committed())?);
    if differences.is_empty() {
        say(&format!(
            "{} generated files agree with the shell's types",
            generated.len()
        ));
        return Ok(());
    }
    Err(Failure::new(format!(
        "ui/src/lib/bindings is not what the shell's types say; run `cargo xtask bindings`:\n  {}",
        differences.join("\n  ")
    )))
}

/// Brings the committed folder to what the types say.
fn write() -> Result<(), Failure> {
    let generated = generate()?;
    let folder = committed();
    let before = read(&folder)?;
    let differences = differences(&generated, &before);
    for (name, content) in &generated {
        if before.get(name) == Some(content) {
            continue;
        }
        let file = folder.join(name);
        let parent = file.parent().unwrap_or(&folder);
        fs::create_dir_all(parent).map_err(|error| Failure::at(parent, &error))?;
        fs::write(&file, content).map_err(|error| Failure::at(&file, &error))?;
    }
    for name in before.keys().filter(|name| !generated.contains_key(*name)) {
        let file = folder.join(name);
        fs::remove_file(&file).map_err(|error| Failure::at(&file, &error))?;
    }
    say(&format!(
        "{} generated files, {} changed",
        generated.len(),
        differences.len()
    ));
    for difference in differences {
        println!("  {difference}");
    }
    Ok(())
}

/// Has the shell write its types, and reads them.
fn generate() -> Result<Files, Failure> {
    let folder = kept("bindings")?;
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| Failure::at(&folder, &error))?;
    }
    fs::create_dir_all(&folder).map_err(|error| Failure::at(&folder, &error))?;
    run(cargo("build").args([
        "--workspace",
        "--example",
        "bindings",
        "--features",
        "chatelaine/switches",
    ]))?;
    let example = built("examples/bindings")?;
    run(process::command(example, &root()).arg(&folder))?;
    let files = read(&folder)?;
    if files.is_empty() {
        return Err(Failure::new("the shell wrote no TypeScript at all"));
    }
    Ok(files)
}

fn committed() -> PathBuf {
    root().join("ui/src/lib/bindings")
}

/// The TypeScript files below a folder; none when there is no folder.
fn read(folder: &Path) -> Result<Files, Failure> {
    let mut paths = Vec::new();
    collect(folder, &[], &mut paths)?;
    let mut files = Files::new();
    for path in paths {
        if path.extension().is_none_or(|end| end != "ts") {
            continue;
        }
        let content = fs::read_to_string(&path).map_err(|error| Failure::at(&path, &error))?;
        let name = path.strip_prefix(folder).unwrap_or(&path).to_path_buf();
        // Git may have checked the committed ones out with the line ends of Windows.
        files.insert(name, content.replace("\r\n", "\n"));
    }
    Ok(files)
}

/// One line for each file that differs, with the first line that does.
fn differences(generated: &Files, committed: &Files) -> Vec<String> {
    let mut differences = Vec::new();
    for (name, content) in generated {
        match committed.get(name) {
            Some(found) if found == content => {}
            Some(found) => {
                let same = content
                    .lines()
                    .zip(found.lines())
                    .take_while(|(new, old)| new == old)
                    .count();
                differences.push(format!(
                    "{}: differs from line {} on",
                    name.display(),
                    same + 1
                ));
            }
            None => differences.push(format!("{}: is new", name.display())),
        }
    }
    for name in committed.keys() {
        if !generated.contains_key(name) {
            differences.push(format!("{}: is generated no more", name.display()));
        }
    }
    differences
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(list: &[(&str, &str)]) -> Files {
        list.iter()
            .map(|(name, content)| (PathBuf::from(name), (*content).to_owned()))
            .collect()
    }

    #[test]
    fn each_kind_of_drift_is_named_with_its_file() {
        let generated = files(&[
            ("Same.ts", "a\n"),
            ("Turn.ts", "one\ntwo\nthree\n"),
            ("New.ts", "n\n"),
        ]);
        let committed = files(&[
            ("Same.ts", "a\n"),
            ("Turn.ts", "one\ntwo!\nthree\n"),
            ("Old.ts", "o\n"),
        ]);
        assert_eq!(
            differences(&generated, &committed),
            [
                "New.ts: is new",
                "Turn.ts: differs from line 2 on",
                "Old.ts: is generated no more",
            ]
        );
        assert!(differences(&generated, &generated.clone()).is_empty());
    }

    #[test]
    fn a_line_missing_at_the_end_is_drift_too() {
        assert_eq!(
            differences(
                &files(&[("Turn.ts", "one\ntwo\n")]),
                &files(&[("Turn.ts", "one\n")])
            ),
            ["Turn.ts: differs from line 2 on"]
        );
    }
}
