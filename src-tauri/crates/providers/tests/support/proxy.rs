//! A proxy on loopback, HTTP or SOCKS, to which every name is this computer. It notes whom it was asked for.

use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

/// What the proxy makes of a request.
#[derive(Clone, Copy)]
pub(crate) enum Manner {
    /// HTTP, and connects.
    Http,
    /// HTTP, and answers with this status.
    HttpRefuses(u16),
    /// SOCKS 5, and connects.
    Socks,
    /// SOCKS 5, and says no with this code (RFC 1928, 6).
    SocksRefuses(u8),
    /// HTTP, and connects whoever brings a name and a password.
    HttpAsks,
    /// SOCKS 5, and asks for a name and a password (RFC 1929).
    SocksAsks,
    /// Hangs up.
    HangsUp,
}

pub(crate) struct GoBetween {
    pub(crate) port: u16,
    /// The hosts with ports that it was asked for, and all that HTTP said beside it.
    pub(crate) asked: Arc<Mutex<Vec<String>>>,
    /// The names with passwords that it was told, `name:password`; empty where none was.
    logins: Arc<Mutex<Vec<String>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for GoBetween {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl GoBetween {
    pub(crate) async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let logins = Arc::new(Mutex::new(Vec::new()));
        let (shared, told) = (Arc::clone(&asked), Arc::clone(&logins));
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                // A client that goes away in the middle is no fault of the proxy's.
                tokio::spawn(serve(
                    client,
                    manner,
                    Arc::clone(&shared),
                    Arc::clone(&told),
                ));
            }
        });
        Self {
            port,
            asked,
            logins,
            task,
        }
    }

    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    pub(crate) fn logins(&self) -> Vec<String> {
        self.logins.lock().unwrap().clone()
    }
}

async fn serve(
    mut client: TcpStream,
    manner: Manner,
    asked: Arc<Mutex<Vec<String>>>,
    logins: Arc<Mutex<Vec<String>>>,
) -> std::io::Result<()> {
    let target = match manner {
        Manner::HangsUp => return Ok(()),
        Manner::Http | Manner::HttpRefuses(_) | Manner::HttpAsks => {
            read_connect(&mut client, &asked).await?
        }
        Manner::Socks | Manner::SocksRefuses(_) => read_socks(&mut client, None).await?,
        Manner::SocksAsks => read_socks(&mut client, Some(&logins)).await?,
    };
    if matches!(manner, Manner::HttpAsks) {
        let login = asked.lock().unwrap().last().and_then(|head| basic(head));
        logins
            .lock()
            .unwrap()
            .push(login.clone().unwrap_or_default());
        if login.is_none() {
            let asks = "HTTP/1.1 407 Who are you\r\nproxy-authenticate: Basic realm=\"x\"\r\ncontent-length: 0\r\n\r\n";
            return client.write_all(asks.as_bytes()).await;
        }
    }
    asked.lock().unwrap().push(target.clone());
    let port = target.rsplit(':').next().unwrap_or_default();
    match manner {
        Manner::HttpRefuses(status) => {
            let refusal = format!("HTTP/1.1 {status} No\r\ncontent-length: 0\r\n\r\n");
            return client.write_all(refusal.as_bytes()).await;
        }
        Manner::SocksRefuses(code) => {
            return client.write_all(&[5, code, 0, 1, 0, 0, 0, 0, 0, 0]).await;
        }
        Manner::Http | Manner::HttpAsks => {
            client
                .write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")
                .await?;
        }
        _ => client.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await?,
    }
    let mut server = TcpStream::connect(format!("127.0.0.1:{port}")).await?;
    copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}

/// `CONNECT host:port HTTP/1.1` and its headers.
async fn read_connect(
    client: &mut TcpStream,
    asked: &Mutex<Vec<String>>,
) -> std::io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await?);
    }
    let head = String::from_utf8(head).unwrap();
    let target = head.split(' ').nth(1).unwrap_or_default().to_owned();
    asked.lock().unwrap().push(head);
    Ok(target)
}

/// The greeting and the request of RFC 1928, with a name in it.
async fn read_socks(
    client: &mut TcpStream,
    logins: Option<&Mutex<Vec<String>>>,
) -> std::io::Result<String> {
    assert_eq!(client.read_u8().await?, 5);
    let methods = client.read_u8().await?;
    let mut offered = vec![0; usize::from(methods)];
    client.read_exact(&mut offered).await?;
    match logins {
        None => client.write_all(&[5, 0]).await?,
        Some(logins) => {
            assert!(offered.contains(&2), "a login is offered");
            client.write_all(&[5, 2]).await?;
            assert_eq!(client.read_u8().await?, 1);
            let name = read_short(client).await?;
            let password = read_short(client).await?;
            logins.lock().unwrap().push(format!("{name}:{password}"));
            client.write_all(&[1, 0]).await?;
        }
    }
    let mut request = [0; 4];
    client.read_exact(&mut request).await?;
    assert_eq!(request[3], 3, "the proxy is given a name");
    let name = read_short(client).await?;
    let port = client.read_u16().await?;
    Ok(format!("{name}:{port}"))
}

/// A text with its length in a byte before it.
async fn read_short(client: &mut TcpStream) -> std::io::Result<String> {
    let mut text = vec![0; usize::from(client.read_u8().await?)];
    client.read_exact(&mut text).await?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// What stands behind `Proxy-Authorization: Basic`, decoded.
fn basic(head: &str) -> Option<String> {
    let encoded = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        let is_login = name.eq_ignore_ascii_case("proxy-authorization");
        is_login.then(|| value.strip_prefix("Basic ")).flatten()
    })?;
    String::from_utf8(BASE64.decode(encoded).ok()?).ok()
}
