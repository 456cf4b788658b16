//! What is inside a package: its name and its version, as the system's own package manager reads them. The signature says who
//! made a file; only the file says what it installs.

use std::env;
use std::path::Path;
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minisign_verify::Signature;
use semver::Version;

use super::source::{Kind, SYSTEM_PATH};
use crate::ipc::{UpdateFault, UpdateFaultKind as Fault};

/// What packages of the app are called.
pub(super) const NAME: &str = "chatelaine";

/// Checks that a file, whose signature is right already, installs this app in this version on this machine.
///
/// # Errors
/// What it is instead.
pub(super) fn check(
    kind: Kind,
    file: &Path,
    signature: &str,
    version: &Version,
) -> Result<(), UpdateFault> {
    check_signed_name(signature, kind, version)?;
    let inside = match kind {
        Kind::Deb => {
            let form = "--showformat=${Package}\n${Version}\n${Architecture}\n";
            read("dpkg-deb", &["--show", form], file)?
        }
        Kind::Rpm => {
            let form = "%{NAME}\n%{VERSION}\n%{ARCH}\n";
            let question = [
                "--query",
                "--nosignature",
                "--queryformat",
                form,
                "--package",
            ];
            read("rpm", &question, file)?
        }
        // The name that was signed has to do: nothing on these systems tells what is inside without unpacking it.
        Kind::AppImage | Kind::App | Kind::Nsis | Kind::Msi => return Ok(()),
    };
    compare(&inside, kind, version)
}

/// The name of the file that was signed. It stands in the part of the signature that the signature itself covers.
fn check_signed_name(signature: &str, kind: Kind, version: &Version) -> Result<(), UpdateFault> {
    let unreadable = || UpdateFault::new(Fault::SignatureUnreadable);
    let text = STANDARD
        .decode(signature.trim())
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(unreadable)?;
    let signature = Signature::decode(&text).map_err(|_| unreadable())?;
    let signed = signature.trusted_comment();
    let file = signed
        .split('\t')
        .find_map(|field| field.strip_prefix("file:"))
        .unwrap_or_default();
    if is_file_of(file, kind, version) {
        Ok(())
    } else {
        Err(UpdateFault::new(Fault::OtherProduct).found(file))
    }
}

/// Whether a release's package of that kind and version, for this machine, is called so.
fn is_file_of(file: &str, kind: Kind, version: &Version) -> bool {
    let machine = match env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    let begin = match kind {
        Kind::Deb => format!("Chatelaine_{version}_{}", machine_of(kind)),
        Kind::Rpm => format!("Chatelaine-{version}-1.{}", machine_of(kind)),
        Kind::AppImage => match env::consts::ARCH {
            "x86_64" => format!("Chatelaine_{version}_amd64"),
            other => format!("Chatelaine_{version}_{other}"),
        },
        Kind::App => format!("Chatelaine_{version}_universal"),
        Kind::Nsis => format!("Chatelaine_{version}_{machine}-setup"),
        Kind::Msi => format!("Chatelaine_{version}_{machine}_en-US"),
    };
    let end = format!(".{}", kind.extension());
    let between = file
        .strip_prefix(&begin)
        .and_then(|rest| rest.strip_suffix(&end));
    // What is not signed for its system says so in its name.
    between.is_some_and(|between| ["", "-unsigned", "-unnotarised"].contains(&between))
}

fn read(program: &str, question: &[&str], file: &Path) -> Result<String, UpdateFault> {
    let answer = Command::new(program)
        .args(question)
        .arg(file)
        .env("PATH", SYSTEM_PATH)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| {
            tracing::warn!(%error, program, "a package can't be looked into");
            UpdateFault::new(Fault::PackageUnreadable)
        })?;
    if answer.status.success() {
        Ok(String::from_utf8_lossy(&answer.stdout).into_owned())
    } else {
        Err(UpdateFault::new(Fault::PackageUnreadable))
    }
}

/// Three lines: name, version, machine.
fn compare(inside: &str, kind: Kind, version: &Version) -> Result<(), UpdateFault> {
    let mut lines = inside.lines().map(str::trim);
    let mut line = || lines.next().unwrap_or_default();
    let (name, found, machine) = (line(), line(), line());
    if name != NAME {
        return Err(UpdateFault::new(Fault::OtherProduct).found(name));
    }
    // Neither manager takes a hyphen for what comes before a version; both take a tilde.
    let same = Version::parse(&found.replace('~', "-")).is_ok_and(|found| found == *version);
    if !same {
        return Err(UpdateFault::new(Fault::OtherVersion).found(found));
    }
    if machine != machine_of(kind) {
        return Err(UpdateFault::new(Fault::OtherMachine).found(machine));
    }
    Ok(())
}

/// What the package manager calls this machine.
fn machine_of(kind: Kind) -> &'static str {
    match (kind, env::consts::ARCH) {
        (Kind::Deb, "x86_64") => "amd64",
        (Kind::Deb, "aarch64") => "arm64",
        (Kind::Deb, "x86") => "i386",
        (_, other) => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(inside: &str, version: &str) -> Result<(), (Fault, Option<String>)> {
        compare(inside, Kind::Deb, &Version::parse(version).unwrap())
            .map_err(|fault| (fault.kind, fault.found))
    }

    #[test]
    fn a_package_must_be_this_app_in_this_version_for_this_machine() {
        let machine = machine_of(Kind::Deb);
        let of = |name: &str, version: &str| format!("{name}\n{version}\n{machine}\n");
        assert_eq!(compared(&of("chatelaine", "0.2.0"), "0.2.0"), Ok(()));
        assert_eq!(
            compared(&of("chatelaine", "0.2.0~beta.1"), "0.2.0-beta.1"),
            Ok(())
        );
        let found = |kind, found: &str| Err((kind, Some(found.to_owned())));
        assert_eq!(
            compared(&of("castellan", "0.2.0"), "0.2.0"),
            found(Fault::OtherProduct, "castellan")
        );
        assert_eq!(
            compared(&of("chatelaine", "0.1.9"), "0.2.0"),
            found(Fault::OtherVersion, "0.1.9")
        );
        assert_eq!(
            compared("chatelaine\n0.2.0\nvax\n", "0.2.0"),
            found(Fault::OtherMachine, "vax")
        );
        assert_eq!(compared("", "0.2.0"), found(Fault::OtherProduct, ""));
    }

    #[test]
    fn the_name_that_was_signed_must_be_the_app_s() {
        let signed = |comment: &str| {
            let text = format!(
                "untrusted comment: signature\n{}\ntrusted comment: {comment}\n{}\n",
                STANDARD.encode(
                    [b'E', b'D']
                        .iter()
                        .chain(&[0; 72])
                        .copied()
                        .collect::<Vec<u8>>()
                ),
                STANDARD.encode([0; 64]),
            );
            let version = Version::new(0, 2, 0);
            check_signed_name(&STANDARD.encode(text), Kind::Deb, &version)
                .map_err(|fault| fault.kind)
        };
        let deb = format!("Chatelaine_0.2.0_{}.deb", machine_of(Kind::Deb));
        assert_eq!(
            signed(&format!("timestamp:1\tfile:{deb}\tversion:0.2.0")),
            Ok(())
        );
        for other in [
            deb.replace("0.2.0", "0.2.1"),
            deb.replace("Chatelaine", "Chatelaine-Server"),
            deb.replace(".deb", ".rpm"),
            deb.replace(".deb", "-odd.deb"),
            deb.replace(machine_of(Kind::Deb), "vax"),
        ] {
            assert_eq!(
                signed(&format!("timestamp:1\tfile:{other}\tversion:0.2.0")),
                Err(Fault::OtherProduct),
                "{other}"
            );
        }
        assert_eq!(
            signed("timestamp:1\tfile:Castellan_0.2.0_amd64.deb\tversion:0.2.0"),
            Err(Fault::OtherProduct)
        );
        assert_eq!(signed("timestamp:1"), Err(Fault::OtherProduct));
        assert_eq!(
            check_signed_name("not a signature", Kind::Deb, &Version::new(0, 2, 0))
                .map_err(|fault| fault.kind),
            Err(Fault::SignatureUnreadable)
        );
    }
}
