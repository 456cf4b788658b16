//! CHANGELOG.md, in the form of Keep a Changelog.

/// What the file says of one version.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Section {
    /// The day of the release, as it stands behind the version.
    pub(super) date: Option<String>,
    /// What is below the heading.
    pub(super) text: String,
}

impl Section {
    /// Whether it has nothing but headings.
    pub(super) fn is_empty(&self) -> bool {
        self.text
            .lines()
            .all(|line| line.trim().is_empty() || line.starts_with('#'))
    }
}

/// The section of a version.
pub(super) fn section(changelog: &str, version: &str) -> Option<Section> {
    let heading = format!("## [{version}]");
    let mut lines = changelog.lines();
    let rest = lines.find_map(|line| line.strip_prefix(&heading))?;
    let date = rest
        .trim()
        .strip_prefix('-')
        .map(|date| date.trim().to_owned());
    let text: Vec<&str> = lines
        .take_while(|line| !line.starts_with("## ") && !is_link(line))
        .collect();
    Some(Section {
        date,
        text: text.join("\n").trim().to_owned(),
    })
}

/// Whether the line says where a name in brackets leads; such lines end the file.
fn is_link(line: &str) -> bool {
    line.starts_with('[') && line.contains("]: ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# Changelog\n\n## [Unreleased]\n\n## [1.10.0] - 2026-12-02\n\n### Added\n\n- Two things.\n\n\
                        ## [1.1.0] - 2026-12-01\n\n### Fixed\n\n## [1.0.0]\n\n- [A link](x).\n\n[1.0.0]: https://example.org\n";

    #[test]
    fn a_section_goes_to_the_next_version_or_the_links() {
        let section = |version| section(TEXT, version).unwrap();
        let newest = section("1.10.0");
        assert_eq!(newest.date.as_deref(), Some("2026-12-02"));
        assert_eq!(newest.text, "### Added\n\n- Two things.");
        assert!(!newest.is_empty());
        let oldest = section("1.0.0");
        assert_eq!(
            (oldest.date, oldest.text.as_str()),
            (None, "- [A link](x).")
        );
    }

    #[test]
    fn headings_alone_are_nothing() {
        assert!(section(TEXT, "1.1.0").unwrap().is_empty());
        assert!(section(TEXT, "Unreleased").unwrap().is_empty());
        assert_eq!(section(TEXT, "1.1"), None);
    }
}
