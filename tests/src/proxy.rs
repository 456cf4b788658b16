//! An HTTP proxy on loopback, to which every name is this computer.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::runtime::{block_on, runtime};

/// A running proxy. It opens tunnels and notes which.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

/// What the proxy says to somebody whom it does not know.
const WHO: &[u8] =
    b"HTTP/1.1 407 Who are you\r\nproxy-authenticate: Basic realm=\"x\"\r\ncontent-length: 0\r\n\r\n";

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Proxy {
    /// Starts one.
    pub fn start() -> Self {
        Self::with(None)
    }

    /// Starts one that lets nobody through without this `name:password`.
    pub fn asking(login: &str) -> Self {
        let login = format!("Basic {}", BASE64.encode(login));
        Self::with(Some(login.into()))
    }

    fn with(login: Option<Arc<str>>) -> Self {
        let listener = block_on(TcpListener::bind("127.0.0.1:0"));
        let listener = listener.expect("a loopback port can be had");
        let address = listener.local_addr().expect("a listener has an address");
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let shared = Arc::clone(&asked);
        let task = runtime().spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(tunnel(client, login.clone(), Arc::clone(&shared)));
            }
        });
        Self {
            address,
            asked,
            task,
        }
    }

    /// Its address, as settings take it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The hosts with ports that tunnels were asked for.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("nobody panics with it").clone()
    }
}

async fn tunnel(
    mut client: TcpStream,
    login: Option<Arc<str>>,
    asked: Arc<Mutex<Vec<String>>>,
) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    if login.is_some_and(|login| !head.lines().any(|line| line.ends_with(&*login))) {
        return client.write_all(WHO).await;
    }
    let target = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let port = target.rsplit(':').next().unwrap_or_default().to_owned();
    asked.lock().expect("nobody panics with it").push(target);
    let mut server = TcpStream::connect(format!("127.0.0.1:{port}")).await?;
    client
        .write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")
        .await?;
    copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}
