//! Whether everything that names the version names the same one.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::changelog::section;
use super::date::is_day;
use crate::process::Failure;

/// Files that may name a version, and then this one.
const NAMING: [&str; 4] = [
    "src-tauri/tauri.conf.json",
    "src-tauri/tauri.macos.conf.json",
    "src-tauri/tauri.windows.conf.json",
    "ui/package.json",
];

const METAINFO: &str = "src-tauri/packaging/metainfo.xml";

/// What speaks against a release, each in a line.
pub(super) fn faults(root: &Path, version: &str, tag: &str) -> Result<Vec<String>, Failure> {
    let read = |name: &str| {
        let path = root.join(name);
        fs::read_to_string(&path).map_err(|error| Failure::at(&path, &error))
    };
    let mut faults = Vec::new();
    if !is_plain(version) {
        faults.push(format!(
            "{version} is not of the form 1.2.3, the only one that all kinds of packages take"
        ));
    }
    if tag != format!("v{version}") {
        faults.push(format!(
            "the workspace's version is {version}: the tag would be v{version}, not {tag}"
        ));
    }
    for name in NAMING {
        let config: Value = serde_json::from_str(&read(name)?)
            .map_err(|error| Failure::new(format!("{name}: {error}")))?;
        if let Some(other) = config["version"].as_str().filter(|other| *other != version) {
            faults.push(format!("{name} says version {other}"));
        }
    }
    let date = match section(&read("CHANGELOG.md")?, version) {
        None => {
            faults.push(format!("CHANGELOG.md has no section [{version}]"));
            None
        }
        Some(section) => {
            if section.is_empty() {
                faults.push(format!("the section [{version}] of CHANGELOG.md is empty"));
            }
            let date = section.date.filter(|date| is_day(date));
            if date.is_none() {
                faults.push(format!(
                    "CHANGELOG.md has no date behind [{version}], as in `## [{version}] - 2026-12-01`"
                ));
            }
            date
        }
    };
    faults.extend(fault_of_metainfo(
        &read(METAINFO)?,
        version,
        date.as_deref(),
    ));
    Ok(faults)
}

fn is_plain(version: &str) -> bool {
    let numbers: Vec<&str> = version.split('.').collect();
    numbers.len() == 3 && numbers.iter().all(|number| number.parse::<u16>().is_ok())
}

fn fault_of_metainfo(metainfo: &str, version: &str, date: Option<&str>) -> Option<String> {
    let example = format!(
        "<release version=\"{version}\" date=\"{}\"/>",
        date.unwrap_or("2026-12-01")
    );
    let named = format!("version=\"{version}\"");
    let release = metainfo
        .split("<release ")
        .skip(1)
        .filter_map(|rest| rest.split('>').next())
        .find(|attributes| attributes.contains(&named));
    match (release, date) {
        (None, _) => Some(format!("{METAINFO} lacks {example} within <releases>")),
        (Some(release), Some(date)) if !release.contains(&format!("date=\"{date}\"")) => Some(
            format!("{METAINFO} has another date than CHANGELOG.md: {example}"),
        ),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    /// Sources that can be released as 1.2.3.
    fn sources(name: &str) -> Scratch {
        let scratch = Scratch::new(name);
        scratch.file("src-tauri/tauri.conf.json", "{}");
        scratch.file("src-tauri/tauri.macos.conf.json", "{}");
        scratch.file("src-tauri/tauri.windows.conf.json", "{}");
        scratch.file("ui/package.json", r#"{ "version": "1.2.3" }"#);
        scratch.file("CHANGELOG.md", "## [1.2.3] - 2026-12-01\n\n- New.\n");
        scratch.file(
            METAINFO,
            "<releases>\n<release version=\"1.2.3\" date=\"2026-12-01\"/>\n</releases>",
        );
        scratch
    }

    fn only_fault(sources: &Scratch, version: &str, tag: &str) -> String {
        let faults = faults(sources.path(), version, tag).unwrap();
        assert_eq!(faults.len(), 1, "{faults:?}");
        faults[0].clone()
    }

    #[test]
    fn what_agrees_has_no_faults() {
        let sources = sources("check-good");
        assert_eq!(
            faults(sources.path(), "1.2.3", "v1.2.3").unwrap(),
            Vec::<String>::new()
        );
    }

    #[test]
    fn another_tag_and_another_version_in_a_file_are_named() {
        let sources = sources("check-version");
        assert!(only_fault(&sources, "1.2.3", "1.2.3").contains("v1.2.3"));
        assert!(only_fault(&sources, "1.2.3", "v1.2.4").contains("v1.2.4"));
        sources.file("src-tauri/tauri.conf.json", r#"{ "version": "1.2.2" }"#);
        assert!(
            only_fault(&sources, "1.2.3", "v1.2.3").contains("tauri.conf.json says version 1.2.2")
        );
    }

    #[test]
    fn a_changelog_without_a_date_a_text_or_a_section_is_named() {
        let sources = sources("check-changelog");
        for (text, fault) in [
            ("## [1.2.3]\n\n- New.\n", "no date"),
            ("## [1.2.3] - soon\n\n- New.\n", "no date"),
            ("## [1.2.3] - 2026-12-01\n\n### Added\n", "empty"),
            ("## [Unreleased]\n\n- New.\n", "no section"),
        ] {
            sources.file("CHANGELOG.md", text);
            let found = only_fault(&sources, "1.2.3", "v1.2.3");
            assert!(found.contains(fault), "{found}");
        }
    }

    #[test]
    fn metadata_without_the_release_or_with_another_date_is_named() {
        let sources = sources("check-metainfo");
        for (text, fault) in [
            ("<component/>", "lacks"),
            ("<release version=\"1.2.30\" date=\"2026-12-01\"/>", "lacks"),
            (
                "<release date=\"2026-12-02\" version=\"1.2.3\">",
                "another date",
            ),
        ] {
            sources.file(METAINFO, text);
            let found = only_fault(&sources, "1.2.3", "v1.2.3");
            assert!(found.contains(fault), "{found}");
        }
    }

    #[test]
    fn a_version_that_not_all_packages_take_is_named() {
        assert!(is_plain("0.1.0") && is_plain("10.20.30"));
        for wrong in ["1.2", "1.2.3-beta.1", "1.2.3.4", "1.2.x", "1.2.70000"] {
            assert!(!is_plain(wrong), "{wrong}");
        }
    }
}
