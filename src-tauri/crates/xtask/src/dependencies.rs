//! The rules for dependencies: who may use what, from where, under which licence, and whether it is used at all.
//! They need nothing but Cargo; `cargo deny` and `cargo machete` are run beside them where they are installed.

mod homes;
mod licences;
mod unused;

use std::fs;

use serde_json::Value;

use crate::cargo::{cargo, has, root};
use crate::process::{self, Failure, run, say};

/// Where crates may come from: the name that Cargo gives crates.io.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// What `cargo metadata` says, as far as the rules need it.
#[derive(Debug)]
struct Metadata {
    packages: Vec<Package>,
}

/// One crate, ours or another's.
#[derive(Debug, Default)]
struct Package {
    name: String,
    version: String,
    /// Where it was fetched from; `None` for a folder.
    source: Option<String>,
    /// The SPDX expression of `Cargo.toml`.
    license: Option<String>,
    manifest: String,
    /// Whether it is a member of the workspace.
    ours: bool,
    dependencies: Vec<Dependency>,
    /// Dependencies that the manifest declares to be in use although no source names them (`package.metadata.cargo-machete.ignored`).
    unnamed: Vec<String>,
}

/// One line of a crate's `Cargo.toml`.
#[derive(Clone, Debug)]
struct Dependency {
    name: String,
    /// The name that sources know it by.
    called: String,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Normal,
    Build,
    Dev,
}

/// Checks every rule and tells every fault.
pub(crate) fn check() -> Result<(), Failure> {
    let text = process::output(cargo("metadata").args(["--format-version", "1", "--locked"]))?;
    let metadata = Metadata::parse(&text)?;
    let allowed = {
        let path = root().join(".cargo/deny.toml");
        let text = fs::read_to_string(&path).map_err(|error| Failure::at(&path, &error))?;
        licences::Allowed::from_deny_toml(&text)?
    };
    let mut faults = homes::faults(&metadata);
    faults.extend(sources(&metadata));
    faults.extend(licences::faults(&metadata, &allowed));
    faults.extend(unused::faults(&metadata)?);
    if faults.is_empty() {
        say(&format!(
            "{} crates: arrows, homes, sources, licences and use are as they should be",
            metadata.packages.len()
        ));
    } else {
        for fault in &faults {
            println!("  {fault}");
        }
    }
    let others = [deny(), machete()];
    if !faults.is_empty() {
        return Err(Failure::new(format!(
            "{} faults in the dependencies",
            faults.len()
        )));
    }
    others.into_iter().collect()
}

fn deny() -> Result<(), Failure> {
    if !has("deny") {
        say("cargo-deny is not installed: left out");
        return Ok(());
    }
    run(cargo("deny").args(["check", "bans", "licenses", "sources"]))
}

fn machete() -> Result<(), Failure> {
    if !has("machete") {
        say("cargo-machete is not installed: left out");
        return Ok(());
    }
    run(&mut cargo("machete"))
}

/// Crates that come neither from crates.io nor from this workspace.
fn sources(metadata: &Metadata) -> Vec<String> {
    metadata
        .packages
        .iter()
        .filter(|package| !package.ours && package.source.as_deref() != Some(REGISTRY))
        .map(|package| {
            let source = package.source.as_deref().unwrap_or("a folder");
            format!(
                "{} {} comes from {source}; only crates.io and this workspace may be used",
                package.name, package.version
            )
        })
        .collect()
}

impl Metadata {
    fn parse(text: &str) -> Result<Self, Failure> {
        let value: Value = serde_json::from_str(text)
            .map_err(|error| Failure::new(format!("`cargo metadata` printed no JSON: {error}")))?;
        let members = strings(&value["workspace_members"]);
        let packages: Vec<Package> = array(&value["packages"])
            .iter()
            .map(|package| Package::read(package, &members))
            .collect();
        // With no crate of ours there is nothing that a rule could find a fault in.
        if !packages.iter().any(|package| package.ours) {
            return Err(Failure::new(
                "`cargo metadata` named no crate of this workspace",
            ));
        }
        Ok(Self { packages })
    }

    fn ours(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| package.ours)
    }
}

impl Package {
    fn read(value: &Value, members: &[String]) -> Self {
        Self {
            name: string(&value["name"]),
            version: string(&value["version"]),
            source: value["source"].as_str().map(str::to_owned),
            license: value["license"].as_str().map(str::to_owned),
            manifest: string(&value["manifest_path"]),
            ours: members.contains(&string(&value["id"])),
            dependencies: array(&value["dependencies"])
                .iter()
                .map(Dependency::read)
                .collect(),
            unnamed: strings(&value["metadata"]["cargo-machete"]["ignored"]),
        }
    }
}

impl Dependency {
    fn read(value: &Value) -> Self {
        let name = string(&value["name"]);
        Self {
            called: value["rename"].as_str().unwrap_or(&name).replace('-', "_"),
            name,
            kind: match value["kind"].as_str() {
                Some("dev") => Kind::Dev,
                Some("build") => Kind::Build,
                _ => Kind::Normal,
            },
        }
    }
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn string(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn strings(value: &Value) -> Vec<String> {
    array(value).iter().map(string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Metadata of a made-up workspace: each crate with its dependencies as `name`, `dev:name` or `build:name`.
    pub(super) fn workspace(crates: &[(&str, &[&str])]) -> Metadata {
        let id = |name: &str| format!("path+file:///made-up/{name}#0.1.0");
        let packages: Vec<Value> = crates
            .iter()
            .map(|(name, dependencies)| {
                let dependencies: Vec<Value> = dependencies
                    .iter()
                    .map(|written| {
                        let (kind, name) = match written.split_once(':') {
                            Some((kind, name)) => (Value::from(kind), name),
                            None => (Value::Null, *written),
                        };
                        serde_json::json!({ "name": name, "kind": kind, "rename": null })
                    })
                    .collect();
                serde_json::json!({
                    "name": name, "version": "0.1.0", "id": id(name), "source": null, "license": "MIT",
                    "manifest_path": format!("/made-up/{name}/Cargo.toml"), "metadata": null,
                    "dependencies": dependencies,
                })
            })
            .collect();
        let members: Vec<String> = crates.iter().map(|(name, _)| id(name)).collect();
        let text =
            serde_json::json!({ "packages": packages, "workspace_members": members }).to_string();
        Metadata::parse(&text).unwrap()
    }

    /// A crate that is not ours.
    pub(super) fn foreign(name: &str, source: Option<&str>, license: Option<&str>) -> Package {
        Package {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            source: source.map(str::to_owned),
            license: license.map(str::to_owned),
            ..Package::default()
        }
    }

    #[test]
    fn only_the_registry_and_the_workspace_are_sources() {
        let mut metadata = workspace(&[("chat", &[])]);
        metadata
            .packages
            .push(foreign("serde", Some(REGISTRY), Some("MIT")));
        assert!(sources(&metadata).is_empty());

        metadata.packages.extend([
            foreign("forked", Some("git+https://example.org/forked#1"), None),
            foreign("beside", None, None),
            foreign("mirrored", Some("registry+https://example.org/index"), None),
        ]);
        let faults = sources(&metadata);
        assert_eq!(faults.len(), 3, "{faults:?}");
        assert!(faults[0].contains("git+https://example.org/forked"));
    }

    #[test]
    fn metadata_without_a_crate_of_ours_is_refused() {
        assert!(Metadata::parse("{}").is_err());
        assert!(Metadata::parse("no JSON").is_err());
    }

    #[test]
    fn a_renamed_dependency_is_known_by_its_new_name() {
        let value = serde_json::json!({ "name": "serde-json", "rename": "my-json", "kind": "dev" });
        let dependency = Dependency::read(&value);
        assert_eq!(dependency.name, "serde-json");
        assert_eq!(dependency.called, "my_json");
        assert_eq!(dependency.kind, Kind::Dev);
    }
}
