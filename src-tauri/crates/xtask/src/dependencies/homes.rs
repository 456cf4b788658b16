//! Arrows between the crates of the house, and the one home that each heavy dependency has.

use super::{Kind, Metadata};

/// Which sibling a crate may use. A crate that is not here is not part of the house yet.
const ARROWS: &[(&str, &[&str])] = &[
    (
        "chatelaine",
        &["chat", "markdown", "providers", "credentials", "storage"],
    ),
    ("providers", &["chat", "credentials"]),
    ("storage", &["chat"]),
    ("chat", &[]),
    ("markdown", &[]),
    ("credentials", &[]),
    ("xtask", &[]),
    // It sees the app from outside: its window, its files, its packets.
    ("e2e", &[]),
];

/// Dependencies that only one crate, their owner, may name.
struct Home {
    /// Their names; one that ends in `*` stands for all that begin so.
    names: &'static [&'static str],
    owner: &'static str,
    /// Crates that may use them in their tests, or that are tests.
    tests: &'static [&'static str],
}

const HOMES: &[Home] = &[
    Home {
        names: &[
            "tauri*",
            "wry",
            "tao",
            "gtk*",
            "gdk*",
            "webkit2gtk*",
            "rfd",
            "arboard",
        ],
        owner: "chatelaine",
        tests: &[],
    },
    Home {
        names: &["reqwest", "eventsource-stream"],
        owner: "providers",
        tests: &[],
    },
    Home {
        names: &["hyper*", "rustls*", "tokio-rustls"],
        owner: "providers",
        tests: &["e2e"],
    },
    Home {
        names: &["keyring*", "secret-service", "zbus*", "age"],
        owner: "credentials",
        tests: &[],
    },
    Home {
        names: &["rusqlite*"],
        owner: "storage",
        tests: &["e2e"],
    },
    Home {
        names: &["pulldown-cmark*", "syntect", "two-face"],
        owner: "markdown",
        tests: &[],
    },
    Home {
        names: &["fantoccini"],
        owner: "e2e",
        tests: &[],
    },
];

pub(super) fn faults(metadata: &Metadata) -> Vec<String> {
    let siblings: Vec<&str> = metadata
        .ours()
        .map(|package| package.name.as_str())
        .collect();
    let mut faults = Vec::new();
    for package in metadata.ours() {
        let name = package.name.as_str();
        let arrows = ARROWS.iter().find(|(from, _)| *from == name);
        if arrows.is_none() {
            faults.push(format!(
                "{name} is a new crate: say in xtask's table of arrows what it may use"
            ));
        }
        for dependency in &package.dependencies {
            let used = dependency.name.as_str();
            if siblings.contains(&used) {
                if arrows.is_some_and(|(_, to)| !to.contains(&used)) {
                    faults.push(format!("{name} must not use its sibling {used}"));
                }
            } else if let Some(home) = HOMES.iter().find(|home| home.covers(used))
                && home.owner != name
                && !home.tests.contains(&name)
            {
                let kind = match dependency.kind {
                    Kind::Normal => "",
                    Kind::Build => " (build dependency)",
                    Kind::Dev => " (dev-dependency)",
                };
                faults.push(format!("{name} uses {used}{kind}; only {} may", home.owner));
            }
        }
    }
    faults
}

impl Home {
    fn covers(&self, name: &str) -> bool {
        self.names.iter().any(|pattern| {
            pattern
                .strip_suffix('*')
                .map_or(*pattern == name, |start| name.starts_with(start))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::workspace;
    use super::*;

    const HOUSE: &[(&str, &[&str])] = &[
        (
            "chatelaine",
            &[
                "chat",
                "markdown",
                "providers",
                "credentials",
                "storage",
                "tauri",
                "build:tauri-build",
                "gtk",
            ],
        ),
        (
            "providers",
            &["chat", "credentials", "reqwest", "dev:hyper"],
        ),
        ("storage", &["chat", "rusqlite"]),
        ("chat", &["serde"]),
        ("markdown", &["pulldown-cmark"]),
        ("credentials", &["keyring", "secret-service"]),
        ("xtask", &["serde_json"]),
        ("e2e", &["rusqlite", "hyper", "fantoccini"]),
    ];

    /// The house with one more dependency.
    fn with(name: &str, dependency: &'static str) -> Vec<String> {
        let mut house: Vec<(&str, Vec<&str>)> = HOUSE
            .iter()
            .map(|(name, dependencies)| (*name, dependencies.to_vec()))
            .collect();
        if let Some((_, dependencies)) = house.iter_mut().find(|(found, _)| *found == name) {
            dependencies.push(dependency);
        }
        let house: Vec<(&str, &[&str])> = house
            .iter()
            .map(|(name, dependencies)| (*name, dependencies.as_slice()))
            .collect();
        faults(&workspace(&house))
    }

    #[test]
    fn the_house_as_designed_has_no_fault() {
        assert_eq!(faults(&workspace(HOUSE)), Vec::<String>::new());
    }

    #[test]
    fn an_arrow_that_points_the_other_way_is_a_fault() {
        for (from, to) in [
            ("chat", "storage"),
            ("chat", "dev:providers"),
            ("credentials", "chat"),
            ("markdown", "chat"),
            ("storage", "credentials"),
            ("providers", "chatelaine"),
            ("e2e", "chatelaine"),
            ("xtask", "chat"),
        ] {
            let faults = with(from, to);
            assert_eq!(faults.len(), 1, "{from} -> {to}: {faults:?}");
            assert!(faults[0].contains("must not use its sibling"), "{faults:?}");
        }
    }

    #[test]
    fn a_dependency_away_from_home_is_a_fault() {
        for (name, dependency) in [
            ("chat", "tauri"),
            ("storage", "tauri-plugin-opener"),
            ("chatelaine", "reqwest"),
            ("credentials", "dev:reqwest"),
            ("chat", "hyper"),
            ("storage", "keyring-core"),
            ("chatelaine", "secret-service"),
            ("chatelaine", "age"),
            ("chatelaine", "rusqlite"),
            ("chat", "build:rusqlite_migration"),
            ("e2e", "tauri"),
            ("chatelaine", "syntect"),
        ] {
            let faults = with(name, dependency);
            assert_eq!(faults.len(), 1, "{name} -> {dependency}: {faults:?}");
            assert!(faults[0].contains("; only "), "{faults:?}");
        }
    }

    #[test]
    fn a_crate_without_a_place_in_the_house_is_a_fault() {
        let mut house = HOUSE.to_vec();
        house.push(("helpers", &["chat"]));
        let faults = faults(&workspace(&house));
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert!(faults[0].contains("helpers is a new crate"));
    }
}
