//! The licences of all crates, held against the list in `.cargo/deny.toml`, which is cargo-deny's list too.

use super::Metadata;
use crate::process::Failure;

/// Licences that may be used, in SPDX's names, an exception written out (`Apache-2.0 WITH LLVM-exception`).
#[derive(Debug)]
pub(super) struct Allowed(Vec<String>);

impl Allowed {
    /// Reads `allow` in the section `[licenses]`: one array of plain strings, which is all of TOML that is needed here.
    pub(super) fn from_deny_toml(text: &str) -> Result<Self, Failure> {
        let mut in_section = false;
        let mut array: Option<String> = None;
        for line in text.lines() {
            let line = line.split('#').next().unwrap_or_default().trim();
            if let Some(array) = &mut array {
                array.push_str(line);
            } else if line.starts_with('[') {
                in_section = line == "[licenses]";
            } else if in_section
                && let Some((key, value)) = line.split_once('=')
                && key.trim() == "allow"
            {
                array = Some(value.trim().to_owned());
            }
            if let Some(whole) = array
                .as_deref()
                .and_then(|array| array.strip_prefix('['))
                .and_then(|array| array.strip_suffix(']'))
            {
                let names = whole
                    .split(',')
                    .map(|name| name.trim().trim_matches('"').to_owned())
                    .filter(|name| !name.is_empty());
                return Ok(Self(names.collect()));
            }
        }
        Err(Failure::new(
            ".cargo/deny.toml has no list `allow` in [licenses]",
        ))
    }

    /// Whether one may use what is offered under the expression; `None` when it is no SPDX expression.
    fn permits(&self, expression: &str) -> Option<bool> {
        // Older crates write `MIT/Apache-2.0` and mean OR.
        let spaced = expression
            .replace('/', " OR ")
            .replace('(', " ( ")
            .replace(')', " ) ");
        let words: Vec<&str> = spaced.split_whitespace().collect();
        let mut reader = Reader {
            allowed: &self.0,
            words: &words,
        };
        let permitted = reader.any()?;
        reader.words.is_empty().then_some(permitted)
    }
}

/// Reads an SPDX expression from left to right: OR binds least, then AND, then WITH.
struct Reader<'a> {
    allowed: &'a [String],
    words: &'a [&'a str],
}

impl<'a> Reader<'a> {
    fn any(&mut self) -> Option<bool> {
        let mut permitted = self.all()?;
        while self.take("OR") {
            permitted |= self.all()?;
        }
        Some(permitted)
    }

    fn all(&mut self) -> Option<bool> {
        let mut permitted = self.one()?;
        while self.take("AND") {
            permitted &= self.one()?;
        }
        Some(permitted)
    }

    fn one(&mut self) -> Option<bool> {
        if self.take("(") {
            let permitted = self.any()?;
            return self.take(")").then_some(permitted);
        }
        let mut licence = self.name()?.to_owned();
        if self.take("WITH") {
            licence = format!("{licence} WITH {}", self.name()?);
        }
        Some(self.allowed.contains(&licence))
    }

    fn name(&mut self) -> Option<&'a str> {
        let (&word, rest) = self.words.split_first()?;
        if ["OR", "AND", "WITH", "(", ")"].contains(&word) {
            return None;
        }
        self.words = rest;
        Some(word)
    }

    fn take(&mut self, word: &str) -> bool {
        match self.words.split_first() {
            Some((&next, rest)) if next == word => {
                self.words = rest;
                true
            }
            _ => false,
        }
    }
}

pub(super) fn faults(metadata: &Metadata, allowed: &Allowed) -> Vec<String> {
    metadata
        .packages
        .iter()
        .filter_map(|package| {
            let Some(license) = &package.license else {
                return Some(format!(
                    "{} {} names no licence",
                    package.name, package.version
                ));
            };
            let why = match allowed.permits(license) {
                Some(true) => return None,
                Some(false) => "which .cargo/deny.toml does not allow",
                None => "which is no SPDX expression",
            };
            Some(format!(
                "{} {} is under `{license}`, {why}",
                package.name, package.version
            ))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{foreign, workspace};
    use super::*;

    const DENY: &str = "\
[bans]
allow = [\"not-a-licence\"]

[licenses]
# A remark with \"GPL-3.0\" in it.
allow = [
  \"MIT\", # the usual
  \"Apache-2.0\",
  \"Apache-2.0 WITH LLVM-exception\",
]
confidence-threshold = 0.9
";

    fn allowed() -> Allowed {
        Allowed::from_deny_toml(DENY).unwrap()
    }

    #[test]
    fn the_list_is_the_one_in_its_section_without_remarks() {
        assert_eq!(
            allowed().0,
            ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"]
        );
        assert_eq!(
            Allowed::from_deny_toml("[licenses]\nallow = [\"MIT\"]")
                .unwrap()
                .0,
            ["MIT"]
        );
        assert!(Allowed::from_deny_toml("[bans]\nallow = [\"MIT\"]").is_err());
    }

    #[test]
    fn expressions_mean_what_spdx_says() {
        for (expression, permitted) in [
            ("MIT", Some(true)),
            ("GPL-3.0-only", Some(false)),
            ("MIT OR GPL-3.0-only", Some(true)),
            ("GPL-3.0-only/MIT", Some(true)),
            ("MIT AND GPL-3.0-only", Some(false)),
            ("GPL-3.0-only OR MIT AND Apache-2.0", Some(true)),
            ("(GPL-3.0-only OR MIT) AND Apache-2.0", Some(true)),
            ("(GPL-3.0-only OR MIT) AND BSD-4-Clause", Some(false)),
            ("Apache-2.0 WITH LLVM-exception", Some(true)),
            ("MIT WITH LLVM-exception", Some(false)),
            ("", None),
            ("MIT OR", None),
            ("(MIT", None),
            ("MIT Apache-2.0", None),
        ] {
            assert_eq!(allowed().permits(expression), permitted, "{expression}");
        }
    }

    #[test]
    fn each_crate_without_a_permitted_licence_is_named() {
        let mut metadata = workspace(&[("chat", &[])]);
        metadata.packages.extend([
            foreign("fine", None, Some("MIT/Apache-2.0")),
            foreign("copyleft", None, Some("AGPL-3.0-only")),
            foreign("silent", None, None),
        ]);
        let faults = faults(&metadata, &allowed());
        assert_eq!(faults.len(), 2, "{faults:?}");
        assert!(faults[0].starts_with("copyleft 1.0.0 is under `AGPL-3.0-only`"));
        assert!(faults[1].starts_with("silent 1.0.0 names no licence"));
    }
}
