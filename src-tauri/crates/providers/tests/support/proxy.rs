//! A proxy on loopback, HTTP or SOCKS, to which every name is this computer. It notes whom it was asked for.

use std::sync::{Arc, Mutex};

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
    /// Hangs up.
    HangsUp,
}

pub(crate) struct GoBetween {
    pub(crate) port: u16,
    /// The hosts with ports that it was asked for, and all that HTTP said beside it.
    pub(crate) asked: Arc<Mutex<Vec<String>>>,
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
        let shared = Arc::clone(&asked);
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                // A client that goes away in the middle is no fault of the proxy's.
                tokio::spawn(serve(client, manner, Arc::clone(&shared)));
            }
        });
        Self { port, asked, task }
    }

    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

async fn serve(
    mut client: TcpStream,
    manner: Manner,
    asked: Arc<Mutex<Vec<String>>>,
) -> std::io::Result<()> {
    let target = match manner {
        Manner::HangsUp => return Ok(()),
        Manner::Http | Manner::HttpRefuses(_) => read_connect(&mut client, &asked).await?,
        Manner::Socks | Manner::SocksRefuses(_) => read_socks(&mut client).await?,
    };
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
        Manner::Http => {
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
async fn read_socks(client: &mut TcpStream) -> std::io::Result<String> {
    assert_eq!(client.read_u8().await?, 5);
    let methods = client.read_u8().await?;
    let mut offered = vec![0; usize::from(methods)];
    client.read_exact(&mut offered).await?;
    client.write_all(&[5, 0]).await?;
    let mut request = [0; 4];
    client.read_exact(&mut request).await?;
    assert_eq!(request[3], 3, "the proxy is given a name");
    let mut name = vec![0; usize::from(client.read_u8().await?)];
    client.read_exact(&mut name).await?;
    let port = client.read_u16().await?;
    Ok(format!("{}:{port}", String::from_utf8_lossy(&name)))
}
