//! A name server that knows every name and tells the same address for all of them.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UdpSocket};

use super::{Hit, lock};

/// Where every name leads: an address that is kept for documentation (RFC 5737), and the test's own in a network apart.
const ADDRESS: [u8; 4] = [192, 0, 2, 1];

/// The kinds of question: an IPv4 address (RFC 1035).
const A: u16 = 1;

pub(super) async fn over_udp(socket: UdpSocket, hits: Arc<Mutex<Vec<Hit>>>) {
    let mut packet = [0; 1500];
    loop {
        let Ok((length, from)) = socket.recv_from(&mut packet).await else {
            continue;
        };
        let answer = hear(&packet[..length], &hits);
        socket.send_to(&answer, from).await.ok();
    }
}

pub(super) async fn over_tcp(listener: TcpListener, hits: Arc<Mutex<Vec<Hit>>>) {
    loop {
        if let Ok((socket, _)) = listener.accept().await {
            talk(socket, &hits).await;
        }
    }
}

/// One question with its length before it, and its answer (RFC 1035, 4.2.2).
async fn talk(mut socket: TcpStream, hits: &Mutex<Vec<Hit>>) -> Option<()> {
    let length = usize::from(socket.read_u16().await.ok()?);
    let mut packet = vec![0; length];
    socket.read_exact(&mut packet).await.ok()?;
    let answer = hear(&packet, hits);
    socket
        .write_u16(u16::try_from(answer.len()).ok()?)
        .await
        .ok()?;
    socket.write_all(&answer).await.ok()
}

/// Notes what was asked, whatever it is, and answers it.
fn hear(packet: &[u8], hits: &Mutex<Vec<Hit>>) -> Vec<u8> {
    let question = read(packet);
    let name = question.as_ref().map_or_else(
        || format!("{} bytes that are no question", packet.len()),
        |question| question.name.clone(),
    );
    lock(hits).push(Hit::Question { name });
    question.map_or_else(Vec::new, |question| answer(packet, &question))
}

struct Question {
    name: String,
    kind: u16,
    /// Where the question ends in the packet.
    end: usize,
}

/// The first question of a packet: a header of twelve bytes, labels with their lengths, a kind and a class.
fn read(packet: &[u8]) -> Option<Question> {
    let mut at = 12;
    let mut labels = Vec::new();
    loop {
        let length = usize::from(*packet.get(at)?);
        at += 1;
        if length == 0 {
            break;
        }
        let label = packet.get(at..at + length)?;
        labels.push(String::from_utf8_lossy(label).into_owned());
        at += length;
    }
    let kind = u16::from_be_bytes(packet.get(at..at + 2)?.try_into().ok()?);
    packet.get(at..at + 4)?;
    Some(Question {
        name: labels.join("."),
        kind,
        end: at + 4,
    })
}

/// The address for a question of kind A; for any other that there is nothing of that kind.
fn answer(packet: &[u8], question: &Question) -> Vec<u8> {
    let found = question.kind == A;
    let mut answer = packet[..2].to_vec();
    // An answer, recursion available, no error; one question; none or one answer.
    answer.extend([0x81, 0x80, 0, 1, 0, u8::from(found), 0, 0, 0, 0]);
    answer.extend(&packet[12..question.end]);
    if found {
        // The name as in the question, kind A, class IN, for no time at all, four bytes.
        answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4]);
        answer.extend(ADDRESS);
    }
    answer
}
