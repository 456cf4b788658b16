//! A certificate authority for one test, and the certificates of servers, sound and not.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

/// A name that no resolver knows. A proxy may.
pub const NAMED_HOST: &str = "api.workshop.invalid";

/// What a server shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certificate {
    /// By the authority, for 127.0.0.1, localhost and [`NAMED_HOST`].
    Good,
    /// The same, but past its end.
    Expired,
    /// By itself.
    SelfSigned,
    /// By the authority, for another host.
    WrongHost,
}

/// The authority. A client trusts it through its PEM file.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    der: CertificateDer<'static>,
    pem: String,
}

impl Authority {
    /// A new one, unknown to every machine.
    pub fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("no names are valid names");
        params
            .distinguished_name
            .push(DnType::CommonName, "End-to-end test authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().expect("a key can be made");
        let certificate = params.self_signed(&key).expect("an authority signs itself");
        Self {
            der: certificate.der().clone(),
            pem: certificate.pem(),
            issuer: Issuer::new(params, key),
        }
    }

    /// Writes its certificate to `folder`, for `SSL_CERT_FILE`.
    pub fn pem_file(&self, folder: &Path) -> PathBuf {
        let file = folder.join("test-authority.pem");
        fs::write(&file, &self.pem).expect("the authority's certificate can be written");
        file
    }

    /// Its certificate.
    pub fn certificate(&self) -> &CertificateDer<'static> {
        &self.der
    }

    pub(super) fn server(&self, kind: Certificate) -> TlsAcceptor {
        let names = match kind {
            Certificate::WrongHost => vec!["elsewhere.example".to_owned()],
            _ => ["127.0.0.1", "localhost", NAMED_HOST]
                .map(str::to_owned)
                .to_vec(),
        };
        let mut params = CertificateParams::new(names).expect("the names are valid");
        if kind == Certificate::Expired {
            params.not_before = date_time_ymd(2001, 1, 1);
            params.not_after = date_time_ymd(2002, 1, 1);
        }
        let key = KeyPair::generate().expect("a key can be made");
        let certificate = if kind == Certificate::SelfSigned {
            params.self_signed(&key)
        } else {
            params.signed_by(&key, &self.issuer)
        };
        let certificate = certificate.expect("a certificate can be signed");
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let config = rustls::ServerConfig::builder_with_provider(Arc::new(
            rustls::crypto::ring::default_provider(),
        ))
        .with_safe_default_protocol_versions()
        .expect("ring knows the default versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .expect("the key belongs to the certificate");
        TlsAcceptor::from(Arc::new(config))
    }
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Authority").finish_non_exhaustive()
    }
}
