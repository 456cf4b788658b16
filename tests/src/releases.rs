//! A server that offers versions of the app, the key that signs them, and packages to offer.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minisign::KeyPair;
use serde_json::{Value, json};

use crate::desk::Desk;
use crate::provider::{Authority, Certificate, Provider, Reply, Request};
use crate::window::Launch;

/// Where the server says what there is.
pub const MANIFEST: &str = "/latest.json";
/// Where the package is.
pub const PACKAGE: &str = "/chatelaine.deb";
/// The kind of package that is offered.
pub const TARGET: &str = "linux-x86_64-deb";
/// The version that is offered where a test names none. The app under test is older.
pub const VERSION: &str = "99.0.0";

/// A key that signs versions.
pub struct Signer(KeyPair);

impl Signer {
    /// A key that nobody else has.
    pub fn new() -> Self {
        Self(KeyPair::generate_unencrypted_keypair().expect("a key can be made"))
    }

    /// Its public half, as a build is told it.
    pub fn public_key(&self) -> String {
        let key = self.0.pk.to_box().expect("a key can be written");
        STANDARD.encode(key.into_string())
    }

    /// Signs a file under a name, with the version beside it as Tauri's own tool writes it.
    pub fn sign(&self, file: &[u8], name: &str, version: &str) -> String {
        self.sign_with(
            file,
            &format!("timestamp:1\tfile:{name}\tversion:{version}"),
        )
    }

    /// Signs a file and a comment.
    pub fn sign_with(&self, file: &[u8], comment: &str) -> String {
        let signature = minisign::sign(
            Some(&self.0.pk),
            &self.0.sk,
            file,
            Some(comment),
            Some("signature of a test"),
        );
        STANDARD.encode(signature.expect("a file can be signed").into_string())
    }
}

impl Default for Signer {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Signer").finish_non_exhaustive()
    }
}

/// The server, and the key that the app trusts.
#[derive(Debug)]
pub struct Releases {
    /// The server.
    pub server: Provider,
    /// The key that the app trusts.
    pub signer: Signer,
    authority: Authority,
}

impl Releases {
    /// A server that offers nothing yet.
    pub fn new() -> Self {
        let authority = Authority::new();
        Self {
            server: Provider::https(&authority, Certificate::Good),
            signer: Signer::new(),
            authority,
        }
    }

    /// Starts the app so that it looks here, and only when it is told to.
    pub fn launch(&self, desk: &Desk) -> Launch {
        self.launch_at(desk, &self.url(MANIFEST))
    }

    /// The same with another address.
    pub fn launch_at(&self, desk: &Desk, endpoint: &str) -> Launch {
        Launch::new(desk)
            .env("SSL_CERT_FILE", self.authority.pem_file(desk.folder()))
            .env("CHATELAINE_SWITCH_UPDATE_ENDPOINT", endpoint)
            .env("CHATELAINE_SWITCH_UPDATE_KEY", self.signer.public_key())
            .env("CHATELAINE_SWITCH_UPDATE_FIRST_MS", "86400000")
            .env("CHATELAINE_SWITCH_UPDATE_PATIENCE_MS", "1500")
    }

    /// An address here.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.server.origin())
    }

    /// What the server says of a version whose package is here.
    pub fn manifest(&self, version: &str, signature: &str) -> Value {
        json!({
            "version": version,
            "notes": "- **Bold** words\n- <img src=x onerror=\"window.broken=1\">",
            "pub_date": "2026-11-21T09:00:00Z",
            "platforms": { TARGET: { "url": self.url(PACKAGE), "signature": signature } },
        })
    }

    /// Says from now on that there is this.
    pub fn offer(&self, manifest: &Value) {
        self.say(Reply::json(200, manifest));
    }

    /// Answers so from now on when it is asked what there is.
    pub fn say(&self, reply: Reply) {
        self.server.always(MANIFEST, move |_| reply.clone());
    }

    /// Gives this package from now on, or what is missing of it.
    pub fn give(&self, package: Vec<u8>) {
        let package = Arc::new(package);
        self.server
            .always(PACKAGE, move |request| whole_or_rest(request, &package));
    }

    /// Signs this package, says that there is this version of it, and gives it.
    pub fn release(&self, package: Vec<u8>, version: &str) {
        let name = format!("Chatelaine_{version}_amd64.deb");
        let signature = self.signer.sign(&package, &name, version);
        let mut manifest = self.manifest(version, &signature);
        manifest["platforms"][TARGET]["size"] = package.len().into();
        self.offer(&manifest);
        self.give(package);
    }
}

impl Default for Releases {
    fn default() -> Self {
        Self::new()
    }
}

/// A file with a tag, or what follows a beginning that somebody has of it.
pub fn whole_or_rest(request: &Request, file: &[u8]) -> Reply {
    let tag = format!("\"{}\"", file.len());
    let from = request
        .header("range")
        .filter(|_| request.header("if-range") == Some(&tag))
        .and_then(|range| {
            range
                .strip_prefix("bytes=")?
                .strip_suffix('-')?
                .parse()
                .ok()
        });
    let reply = match from {
        None => Reply::new(200).send(file),
        Some(from) if from >= file.len() => Reply::new(416),
        Some(from) => {
            let range = format!("bytes {from}-{}/{}", file.len() - 1, file.len());
            Reply::new(206)
                .header("content-range", &range)
                .send(&file[from..])
        }
    };
    reply.header("etag", &tag)
}

/// A package of that name and version, which installs a file of so many bytes that can't be made smaller.
pub fn package(folder: &Path, name: &str, version: &str, bytes: usize) -> Vec<u8> {
    package_for(folder, name, version, "amd64", bytes)
}

/// The same for another machine.
pub fn package_for(
    folder: &Path,
    name: &str,
    version: &str,
    machine: &str,
    bytes: usize,
) -> Vec<u8> {
    let tree = folder.join(format!("{name}-{version}-{machine}"));
    fs::create_dir_all(tree.join("DEBIAN")).expect("a folder can be made");
    fs::create_dir_all(tree.join("usr/share/chatelaine")).expect("a folder can be made");
    let control = format!(
        "Package: {name}\nVersion: {version}\nArchitecture: {machine}\nMaintainer: A test <test@example.invalid>\n\
         Description: Nothing\n"
    );
    fs::write(tree.join("DEBIAN/control"), control).expect("a file can be written");
    // A simple generator: nothing that packs can guess what follows.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    })
    .take(bytes)
    .collect();
    fs::write(tree.join("usr/share/chatelaine/noise"), noise).expect("a file can be written");
    let file = folder.join(format!("{name}-{version}-{machine}.deb"));
    let built = Command::new("dpkg-deb")
        .args(["--build", "--root-owner-group"])
        .arg(&tree)
        .arg(&file)
        .output()
        .expect("dpkg-deb can be run");
    assert!(built.status.success(), "{built:?}");
    fs::read(file).expect("what was just built can be read")
}
