//! The server's connections: plain HTTP/1.1 by hand, since a library would not let a script misbehave.

use std::io;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use super::{Stage, request};

/// Accepts connections until `ended` resolves, which it does when the test drops its end.
pub(super) async fn run(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    stage: Arc<Stage>,
    mut ended: oneshot::Receiver<()>,
) {
    // Dropped with this function, and every connection with it.
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            _ = &mut ended => return,
            accepted = listener.accept() => accepted,
        };
        let Ok((socket, _)) = accepted else { continue };
        socket.set_nodelay(true).ok();
        let (tls, stage) = (tls.clone(), Arc::clone(&stage));
        // A connection that fails is the client's business, and the script's.
        connections.spawn(async move {
            match tls {
                Some(tls) => serve(tls.accept(socket).await?, &stage).await,
                None => serve(socket, &stage).await,
            }
        });
    }
}

async fn serve<S: AsyncRead + AsyncWrite>(stream: S, stage: &Stage) -> io::Result<()> {
    let (mut reader, mut writer) = tokio::io::split(stream);
    let mut kept = Vec::new();
    while let Some(request) = request::read(&mut reader, &mut kept).await? {
        let exchange = stage.record(request);
        let reply = stage.reply_to(exchange.request());
        let played = tokio::select! {
            played = reply.play(&mut writer) => played,
            gone = closed(&mut reader, &mut kept) => Err(gone),
        };
        match played {
            Ok(goes_on) => {
                exchange.played();
                if !goes_on {
                    break;
                }
            }
            Err(error) => {
                exchange.abandoned();
                return Err(error);
            }
        }
    }
    Ok(())
}

/// Resolves when the client closes the connection; what it sends meanwhile is kept.
async fn closed(reader: &mut (impl AsyncRead + Unpin), kept: &mut Vec<u8>) -> io::Error {
    loop {
        match reader.read_buf(kept).await {
            Ok(0) => return io::ErrorKind::ConnectionAborted.into(),
            Ok(_) => {}
            Err(error) => return error,
        }
    }
}
