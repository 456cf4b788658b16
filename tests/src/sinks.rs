//! Servers that nobody should ever reach, and a network that leads nowhere else.
//!
//! A test that is [`apart`] runs in a network of its own where every address in the world is this computer's. There the
//! sinks hear any connection to the ports of the web, any question to a name server, and the kernel counts what went
//! to a port where nobody listens.

mod apart;
mod dns;

use std::fs;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::net::{TcpListener, UdpSocket};
use tokio::task::JoinSet;

pub use apart::{Network, apart};

use crate::runtime::{block_on, runtime};

/// How long a connection may take to say what it wants, before it is dropped. It was counted when it came.
const PATIENCE: Duration = Duration::from_secs(2);

/// The ports of the web. Everything that asks for a name ends up at one of them, unless it names a port itself.
const WEB: [u16; 2] = [80, 443];
/// The port of name servers.
const NAMES: u16 = 53;

/// Something that reached a sink.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hit {
    /// A TCP connection, with the first line that it said, if it said one.
    Connection {
        /// The sink's port.
        port: u16,
        /// Its first line, such as `GET /picture.png HTTP/1.1`.
        line: String,
    },
    /// A question to the name server.
    Question {
        /// The name that was asked for.
        name: String,
    },
}

/// The open sinks. They close when this is dropped.
#[derive(Debug)]
pub struct Sinks {
    http: u16,
    hits: Arc<Mutex<Vec<Hit>>>,
    strays_before: u64,
    network: Network,
    // Dropped with this, and every connection with it.
    _tasks: JoinSet<()>,
}

impl Sinks {
    /// Opens a sink on a loopback port, and in a network of its own those of the web and of names too.
    pub fn open(network: &Network) -> Self {
        let hits = Arc::new(Mutex::new(Vec::new()));
        let mut tasks = JoinSet::new();
        let listener = block_on(TcpListener::bind("127.0.0.1:0")).expect("a loopback port");
        let http = listener.local_addr().expect("a listener's address").port();
        spawn(&mut tasks, hear(listener, Arc::clone(&hits)));
        if network.is_apart() {
            for port in WEB {
                spawn(&mut tasks, hear(listen_everywhere(port), Arc::clone(&hits)));
            }
            spawn(
                &mut tasks,
                dns::over_tcp(listen_everywhere(NAMES), Arc::clone(&hits)),
            );
            let socket = block_on(async {
                match UdpSocket::bind(("::", NAMES)).await {
                    Ok(socket) => Ok(socket),
                    Err(_) => UdpSocket::bind(("0.0.0.0", NAMES)).await,
                }
            });
            let socket =
                socket.expect("the port of name servers is free in a network of one's own");
            spawn(&mut tasks, dns::over_udp(socket, Arc::clone(&hits)));
        }
        Self {
            http,
            hits,
            strays_before: if network.is_apart() { strays() } else { 0 },
            network: network.clone(),
            _tasks: tasks,
        }
    }

    /// The loopback sink's authority, such as `127.0.0.1:4711`.
    pub fn http(&self) -> String {
        format!("127.0.0.1:{}", self.http)
    }

    /// Everything that reached a sink so far.
    pub fn hits(&self) -> Vec<Hit> {
        lock(&self.hits).clone()
    }

    /// From now on what the kernel has counted for ports where nobody listens counts as seen: a driver that is being
    /// started is asked before it listens.
    pub fn forgive_strays(&mut self) {
        if self.network.is_apart() {
            self.strays_before = strays();
        }
    }

    /// How many connections and packets went to ports where nobody listens, at whatever address.
    pub fn strays(&self) -> u64 {
        if self.network.is_apart() {
            strays().saturating_sub(self.strays_before)
        } else {
            0
        }
    }

    /// What was listened to, in words for a report.
    pub fn extent(&self) -> String {
        match &self.network {
            Network::Apart => {
                "every address and port of a network of its own, and its name server".to_owned()
            }
            Network::Shared { reason } => {
                format!("one loopback port; names were not watched, since {reason}")
            }
        }
    }
}

fn spawn(tasks: &mut JoinSet<()>, task: impl Future<Output = ()> + Send + 'static) {
    tasks.spawn_on(task, runtime().handle());
}

fn listen_everywhere(port: u16) -> TcpListener {
    let listener = block_on(async {
        match TcpListener::bind(("::", port)).await {
            Ok(listener) => Ok(listener),
            Err(_) => TcpListener::bind(("0.0.0.0", port)).await,
        }
    });
    listener.unwrap_or_else(|error| panic!("port {port} can't be listened on: {error}"))
}

/// Counts every connection as it comes, and notes its first line once that is there.
async fn hear(listener: TcpListener, hits: Arc<Mutex<Vec<Hit>>>) {
    let port = listener.local_addr().map_or(0, |address| address.port());
    let mut talks = JoinSet::new();
    loop {
        let Ok((mut socket, _)) = listener.accept().await else {
            continue;
        };
        let at = {
            let mut hits = lock(&hits);
            let line = String::new();
            hits.push(Hit::Connection { port, line });
            hits.len() - 1
        };
        let hits = Arc::clone(&hits);
        talks.spawn(async move {
            let mut said = [0; 1024];
            let read = tokio::time::timeout(PATIENCE, socket.read(&mut said)).await;
            let length = read.ok().and_then(Result::ok).unwrap_or(0);
            let text = String::from_utf8_lossy(&said[..length]);
            let first = text.lines().next().unwrap_or_default().to_owned();
            if let Some(Hit::Connection { line, .. }) = lock(&hits).get_mut(at) {
                *line = first;
            }
        });
    }
}

/// What this network's kernel has counted: connections that were refused, and datagrams that nobody took. See
/// `/proc/net/snmp` in `proc_pid_net(5)`; each file is a line of names above a line of numbers.
fn strays() -> u64 {
    let text = fs::read_to_string("/proc/net/snmp").unwrap_or_default();
    let count = |protocol: &str, counter: &str| {
        let mut lines = text.lines().filter(|line| line.starts_with(protocol));
        let (names, numbers) = (lines.next()?, lines.next()?);
        let at = names.split(' ').position(|name| name == counter)?;
        numbers.split(' ').nth(at)?.parse::<u64>().ok()
    };
    count("Tcp:", "AttemptFails").unwrap_or(0) + count("Udp:", "NoPorts").unwrap_or(0)
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
