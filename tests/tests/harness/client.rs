//! The plainest HTTP client there is, so that what is proved of the servers doesn't rest on a library's goodwill.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

/// Either kind of connection.
pub(crate) trait Connection: Read + Write {}
impl<T: Read + Write> Connection for T {}

/// Connects to `host:port` of an origin; trusting `root` when it is one of https.
pub(crate) fn connect(
    origin: &str,
    root: Option<&CertificateDer<'static>>,
) -> io::Result<Box<dyn Connection>> {
    let (scheme, address) = origin.split_once("://").expect("an origin has a scheme");
    let socket = TcpStream::connect(address)?;
    if scheme == "http" {
        return Ok(Box::new(socket));
    }
    let mut roots = RootCertStore::empty();
    roots
        .add(root.expect("https needs a root").clone())
        .expect("an authority can be trusted");
    let config =
        ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring knows the default versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
    let host = address.split(':').next().unwrap_or_default().to_owned();
    let name = ServerName::try_from(host).expect("the host is a name or an address");
    let mut connection =
        ClientConnection::new(Arc::new(config), name).expect("a client can be made");
    let mut socket = socket;
    // To the end of the handshake, so that a refusal is told from a failed request.
    connection.complete_io(&mut socket)?;
    Ok(Box::new(StreamOwned::new(connection, socket)))
}

/// Sends a request with these header lines.
pub(crate) fn send(
    connection: &mut dyn Connection,
    method: &str,
    path: &str,
    headers: &[&str],
    body: &str,
) -> io::Result<()> {
    let mut text = format!(
        "{method} {path} HTTP/1.1\r\nhost: test\r\ncontent-length: {}\r\n",
        body.len()
    );
    for header in headers {
        text.extend([header, "\r\n"]);
    }
    connection.write_all(format!("{text}\r\n{body}").as_bytes())?;
    connection.flush()
}

/// Reads until `end` has come.
pub(crate) fn read_until(connection: &mut dyn Connection, end: &str) -> String {
    let mut read = Vec::new();
    let mut buffer = [0; 4096];
    while !String::from_utf8_lossy(&read).contains(end) {
        let count = connection
            .read(&mut buffer)
            .expect("the server still speaks");
        assert!(
            count > 0,
            "the server closed before {end:?}: {}",
            String::from_utf8_lossy(&read)
        );
        read.extend_from_slice(&buffer[..count]);
    }
    String::from_utf8_lossy(&read).into_owned()
}

/// Reads until the server closes, cleanly or not.
pub(crate) fn read_to_close(connection: &mut dyn Connection) -> Vec<u8> {
    let mut read = Vec::new();
    connection.read_to_end(&mut read).ok();
    read
}

/// One request on a connection of its own, answered and closed.
pub(crate) fn get(origin: &str, path: &str, headers: &[&str]) -> String {
    let mut connection = connect(origin, None).expect("the server listens");
    send(connection.as_mut(), "GET", path, headers, "").expect("the server reads");
    // Every reply that is asked for this way is a JSON object at the top.
    read_until(connection.as_mut(), "}")
}
