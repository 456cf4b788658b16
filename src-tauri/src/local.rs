//! Model servers on this computer, found by asking at the addresses that they have from the start. No key goes there, and nothing but
//! this computer is asked.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use credentials::Origin;
use futures_util::future::join_all;
use providers::{OwnKind, Provider, list_models};
use tokio::net::TcpStream;
use tokio::time::timeout;
use url::{Host, Url};

use crate::app::App;
use crate::ipc::LocalServer;

/// How long a server on this computer may take to let somebody in, and to name its models.
const KNOCK: Duration = Duration::from_millis(300);
const PATIENCE: Duration = Duration::from_secs(3);

impl App {
    /// The servers that answer and are not set up yet.
    pub(crate) async fn local_servers(&self) -> Vec<LocalServer> {
        let known: Vec<Origin> = self
            .settings
            .current()
            .providers
            .iter()
            .filter_map(|entry| Origin::of(&Url::parse(&entry.base_url).ok()?).ok())
            .collect();
        let asked = self
            .catalog
            .own_kinds()
            .iter()
            .filter_map(|kind| Some((kind, usual_address(kind)?)))
            .filter(|(_, url)| Origin::of(url).is_ok_and(|origin| !known.contains(&origin)))
            .map(|(kind, url)| self.ask_local(kind, url));
        join_all(asked).await.into_iter().flatten().collect()
    }

    async fn ask_local(&self, kind: &OwnKind, url: Url) -> Option<LocalServer> {
        timeout(KNOCK, TcpStream::connect(address(&url)?))
            .await
            .ok()?
            .ok()?;
        let provider = Provider::own("", &kind.name, kind.protocol, url.as_str()).ok()?;
        let asked = list_models(&self.client, &provider, None, || self.gate.inquire());
        let models = timeout(PATIENCE, asked).await.ok()?.ok()?;
        let first = models.first()?.id.clone();
        Some(LocalServer {
            name: kind.name.clone(),
            host: provider.host(),
            protocol: kind.protocol.into(),
            base_url: url.to_string(),
            models: u32::try_from(models.len()).unwrap_or(u32::MAX),
            first_model: first,
        })
    }
}

fn address(url: &Url) -> Option<SocketAddr> {
    let port = url.port_or_known_default()?;
    match url.host()? {
        Host::Ipv4(address) => Some(SocketAddr::new(IpAddr::V4(address), port)),
        Host::Ipv6(address) => Some(SocketAddr::new(IpAddr::V6(address), port)),
        Host::Domain(_) => None,
    }
}

/// Where a kind of server is from the start, if that is on this computer.
fn usual_address(kind: &OwnKind) -> Option<Url> {
    let url = elsewhere(kind.base_url.clone());
    Origin::of(&url).ok()?.is_loopback().then_some(url)
}

#[cfg(not(feature = "switches"))]
fn elsewhere(url: Url) -> Url {
    url
}

/// Where a test has its servers: `CHATELAINE_SWITCH_LOCAL=11434=40001,1234=1` moves ports. Those it does not name are where nobody is,
/// so that what else runs on a tester's computer is in no test.
#[cfg(feature = "switches")]
fn elsewhere(mut url: Url) -> Url {
    let Ok(places) = std::env::var("CHATELAINE_SWITCH_LOCAL") else {
        return url;
    };
    let port = url.port().map(|port| port.to_string());
    let moved = places.split(',').find_map(|one| {
        let (from, to) = one.split_once('=')?;
        (Some(from) == port.as_deref()).then(|| to.parse().ok())?
    });
    let _ = url.set_port(Some(moved.unwrap_or(1)));
    url
}

#[cfg(test)]
mod tests {
    use super::*;
    use providers::Catalog;

    #[test]
    fn only_this_computer_is_asked_and_each_place_once() {
        let kinds = Catalog::get().own_kinds();
        let places: Vec<_> = kinds
            .iter()
            .filter(|kind| Origin::of(&kind.base_url).is_ok_and(|origin| origin.is_loopback()))
            .map(|kind| address(&kind.base_url).unwrap())
            .collect();
        assert!(places.len() >= 4, "{places:?}");
        for (number, place) in places.iter().enumerate() {
            assert!(place.ip().is_loopback());
            assert!(!places[..number].contains(place), "{place}");
        }
    }
}
