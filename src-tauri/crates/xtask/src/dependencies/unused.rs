//! Dependencies that no source of their crate names.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Dependency, Kind, Metadata, Package};
use crate::fingerprint::collect;
use crate::process::Failure;

pub(super) fn faults(metadata: &Metadata) -> Result<Vec<String>, Failure> {
    let mut faults = Vec::new();
    for package in metadata.ours() {
        let folder = Path::new(&package.manifest)
            .parent()
            .unwrap_or(Path::new(""));
        let build = code(&[folder.join("build.rs")])?;
        let rest = code(&["src", "tests", "examples", "benches"].map(|name| folder.join(name)))?;
        faults.extend(unused(package, &build, &rest));
    }
    Ok(faults)
}

/// A line for each dependency that neither the build script nor the rest of the sources names.
fn unused(package: &Package, build: &str, rest: &str) -> Vec<String> {
    let is_used = |dependency: &&Dependency| {
        let sources = if dependency.kind == Kind::Build {
            build
        } else {
            rest
        };
        package.unnamed.contains(&dependency.name) || names(sources, &dependency.called)
    };
    package
        .dependencies
        .iter()
        .filter(|dependency| !is_used(dependency))
        .map(|dependency| {
            format!(
                "{} does not use its dependency {}",
                package.name, dependency.name
            )
        })
        .collect()
}

/// All Rust code below the paths, without lines that are comments.
fn code(paths: &[PathBuf]) -> Result<String, Failure> {
    let mut files = Vec::new();
    for path in paths {
        collect(path, &[], &mut files)?;
    }
    let mut code = String::new();
    for file in files {
        if file.extension().is_none_or(|end| end != "rs") {
            continue;
        }
        let text = fs::read_to_string(&file).map_err(|error| Failure::at(&file, &error))?;
        for line in text.lines() {
            if !line.trim_start().starts_with("//") {
                code.push_str(line);
                code.push('\n');
            }
        }
    }
    Ok(code)
}

/// Whether the code names the crate: `name::…`, `use name;`, `use name as …`, `use {name, …}`, `extern crate name`.
fn names(code: &str, name: &str) -> bool {
    let part_of_word = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(name).any(|(at, _)| {
        let before = &code[..at];
        let after = &code[at + name.len()..];
        if before.ends_with(part_of_word) || after.starts_with(part_of_word) {
            return false;
        }
        // `outer::name::…` is a module of another crate, while `::name::…` is the crate.
        let nested = before
            .strip_suffix("::")
            .is_some_and(|outer| outer.ends_with(|c: char| part_of_word(c) || c == '>'));
        let after = after.trim_start();
        let in_path = after.starts_with("::") && !nested;
        let before = before.trim_end();
        let imported = before.ends_with("use") || before.ends_with("extern crate");
        in_path || imported
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::workspace;
    use super::*;

    #[test]
    fn a_crate_is_used_where_a_path_or_an_import_names_it() {
        for code in [
            "use url::Url;",
            "use url;",
            "use url as address;",
            "pub use url::{self, Url};",
            "extern crate url;",
            "fn f() -> ::url::Url {}",
            "#[url::main]\nfn main() {}",
            "#[derive(Debug, url::Error)]",
            "let x = <url::Url as Trait>::f();",
        ] {
            assert!(names(code, "url"), "{code}");
        }
    }

    #[test]
    fn a_word_that_looks_alike_is_no_use() {
        for code in [
            "let url = base_url();",
            "use base_url::Url;",
            "use urls::Url;",
            "use tauri::url::Url;",
            "struct Row { url: String }",
            "",
        ] {
            assert!(!names(code, "url"), "{code}");
        }
    }

    #[test]
    fn a_build_dependency_is_used_by_the_build_script_and_by_nothing_else() {
        let metadata = workspace(&[("chatelaine", &["build:tauri-build", "url", "dev:proptest"])]);
        let package = &metadata.packages[0];
        assert!(
            unused(
                package,
                "tauri_build::build()",
                "use url::Url; use proptest::proptest;"
            )
            .is_empty()
        );
        assert_eq!(
            unused(package, "use url::Url;", "tauri_build::build()"),
            [
                "chatelaine does not use its dependency tauri-build",
                "chatelaine does not use its dependency url",
                "chatelaine does not use its dependency proptest",
            ]
        );
    }

    #[test]
    fn a_dependency_that_only_turns_a_feature_on_is_declared_as_such() {
        let mut metadata = workspace(&[("chatelaine", &["rustls"])]);
        assert_eq!(unused(&metadata.packages[0], "", "").len(), 1);
        metadata.packages[0].unnamed.push("rustls".to_owned());
        assert!(unused(&metadata.packages[0], "", "").is_empty());
    }
}
