//! The way out in `settings.json`:
//!
//! ```json
//! {
//!   "network": {
//!     "proxy": "socks5://127.0.0.1:1080",
//!     "noProxy": ["intranet.example", "10.0.0.0/8"],
//!     "certificates": "/etc/ssl/company.pem"
//!   }
//! }
//! ```

use std::path::PathBuf;

use serde_json::{Map, Value};

use super::problem::{SettingsProblem, SettingsProblemKind as Kind};

/// How requests leave this computer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NetworkSettings {
    /// The proxy; `None` for straight out.
    pub proxy: Option<ProxySetting>,
    /// Hosts that are asked straight, in the file `noProxy`.
    pub direct: Vec<String>,
    /// A file of certificates in PEM that are trusted beside the system's.
    pub certificates: Option<PathBuf>,
}

/// What the file says of a proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProxySetting {
    /// An address, as written.
    At(String),
    /// Something else. Whoever set a proxy did not want to go straight out.
    Unreadable,
}

/// Reads `network`.
pub(super) fn read(value: Option<&Value>, problems: &mut Vec<SettingsProblem>) -> NetworkSettings {
    let mut bad = |place: String| {
        problems.push(SettingsProblem {
            place,
            kind: Kind::BadValue,
        });
    };
    let none = Map::new();
    let object = match value {
        None | Some(Value::Null) => &none,
        Some(Value::Object(object)) => object,
        Some(_) => {
            bad("network".into());
            return NetworkSettings {
                proxy: Some(ProxySetting::Unreadable),
                ..NetworkSettings::default()
            };
        }
    };
    let proxy = match object.get("proxy") {
        None | Some(Value::Null) => None,
        Some(Value::String(address)) if address.trim().is_empty() => None,
        Some(Value::String(address)) => Some(ProxySetting::At(address.trim().to_owned())),
        Some(_) => {
            bad("network.proxy".into());
            Some(ProxySetting::Unreadable)
        }
    };
    let mut direct = Vec::new();
    match object.get("noProxy") {
        None | Some(Value::Null) => {}
        Some(Value::Array(hosts)) => {
            for (index, host) in hosts.iter().enumerate() {
                match host.as_str().map(str::trim) {
                    Some(host) if is_host(host) => direct.push(host.to_owned()),
                    _ => bad(format!("network.noProxy[{index}]")),
                }
            }
        }
        Some(_) => bad("network.noProxy".into()),
    }
    let certificates = match object.get("certificates") {
        None | Some(Value::Null) => None,
        Some(Value::String(path)) if !path.is_empty() => Some(PathBuf::from(path)),
        Some(_) => {
            bad("network.certificates".into());
            None
        }
    };
    NetworkSettings {
        proxy,
        direct,
        certificates,
    }
}

/// Whether it may be a host, an address or a network; not a list of them.
fn is_host(text: &str) -> bool {
    !text.is_empty() && !text.contains(|c: char| c == ',' || c.is_whitespace() || c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(value: &Value) -> (NetworkSettings, Vec<String>) {
        let mut problems = Vec::new();
        let settings = super::read(Some(value), &mut problems);
        let places = problems.into_iter().map(|problem| problem.place);
        (settings, places.collect())
    }

    #[test]
    fn it_is_read_as_it_is_documented() {
        let (settings, problems) = read(&json!({
            "proxy": " socks5://127.0.0.1:1080",
            "noProxy": ["intranet.example", "10.0.0.0/8"],
            "certificates": "/etc/ssl/company.pem",
        }));
        assert_eq!(problems, Vec::<String>::new());
        let address = ProxySetting::At("socks5://127.0.0.1:1080".into());
        assert_eq!(settings.proxy, Some(address));
        assert_eq!(settings.direct, ["intranet.example", "10.0.0.0/8"]);
        assert_eq!(
            settings.certificates,
            Some(PathBuf::from("/etc/ssl/company.pem"))
        );
        for nothing in [
            json!({}),
            json!(null),
            json!({"proxy": null, "noProxy": null}),
        ] {
            assert_eq!(read(&nothing), (NetworkSettings::default(), Vec::new()));
        }
        assert_eq!(read(&json!({"proxy": " "})).0.proxy, None);
    }

    #[test]
    fn a_proxy_that_can_not_be_read_is_not_none() {
        for value in [
            json!(5),
            json!([]),
            json!({"proxy": 3128}),
            json!({"proxy": {}}),
        ] {
            let (settings, problems) = read(&value);
            assert_eq!(settings.proxy, Some(ProxySetting::Unreadable), "{value}");
            assert_eq!(problems.len(), 1, "{value}");
        }
    }

    #[test]
    fn what_is_no_host_is_told_of_and_left_out() {
        let (settings, problems) = read(&json!({
            "noProxy": ["a.example", "b.example,c.example", "", 7, "d e"],
            "certificates": 1,
        }));
        assert_eq!(settings.direct, ["a.example"]);
        assert_eq!(
            problems,
            [
                "network.noProxy[1]",
                "network.noProxy[2]",
                "network.noProxy[3]",
                "network.noProxy[4]",
                "network.certificates"
            ]
        );
        assert_eq!(
            read(&json!({"noProxy": "a.example"})).1,
            ["network.noProxy"]
        );
    }
}
