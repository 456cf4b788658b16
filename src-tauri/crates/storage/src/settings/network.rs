//! The way out in `settings.json`:
//!
//! ```json
//! {
//!   "network": {
//!     "proxy": "socks5://127.0.0.1:1080",
//!     "noProxy": ["intranet.example", "10.0.0.0/8"],
//!     "certificates": "/etc/ssl/company.pem",
//!     "timeLimits": { "connect": 15, "firstByte": 120, "silence": 120 }
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
    /// How long a provider may take.
    pub time_limits: TimeLimits,
}

/// How long a provider may take, in seconds; `None` for as long as usual.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TimeLimits {
    /// For an open connection.
    pub connect: Option<u16>,
    /// From the question to the first byte of its answer.
    pub first_byte: Option<u16>,
    /// Between two bytes of an answer.
    pub silence: Option<u16>,
}

/// The longest time limit that can be set, in seconds.
pub const LONGEST_WAIT: u16 = 3600;

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
        time_limits: read_time_limits(object.get("timeLimits"), &mut bad),
    }
}

fn read_time_limits(value: Option<&Value>, bad: &mut impl FnMut(String)) -> TimeLimits {
    let limits = match value {
        None | Some(Value::Null) => return TimeLimits::default(),
        Some(Value::Object(limits)) => limits,
        Some(_) => {
            bad("network.timeLimits".into());
            return TimeLimits::default();
        }
    };
    let mut seconds = |name: &str| {
        let value = limits.get(name).filter(|value| !value.is_null())?;
        let seconds = value.as_u64().and_then(|seconds| seconds.try_into().ok());
        let seconds = seconds.filter(|seconds| (1..=LONGEST_WAIT).contains(seconds));
        if seconds.is_none() {
            bad(format!("network.timeLimits.{name}"));
        }
        seconds
    };
    TimeLimits {
        connect: seconds("connect"),
        first_byte: seconds("firstByte"),
        silence: seconds("silence"),
    }
}

/// Writes what differs between `before`, which is what `object` says, and `after`.
pub(super) fn write(
    object: &mut Map<String, Value>,
    before: &NetworkSettings,
    after: &NetworkSettings,
) {
    if before == after {
        return;
    }
    let network = object_in(object, "network");
    if before.proxy != after.proxy {
        let address = match &after.proxy {
            Some(ProxySetting::At(address)) => Some(Value::from(address.as_str())),
            Some(ProxySetting::Unreadable) | None => None,
        };
        put(network, "proxy", address);
    }
    if before.direct != after.direct {
        let hosts = (!after.direct.is_empty()).then(|| Value::from(after.direct.clone()));
        put(network, "noProxy", hosts);
    }
    if before.certificates != after.certificates {
        let path = after.certificates.as_ref();
        put(
            network,
            "certificates",
            path.map(|path| Value::from(path.to_string_lossy())),
        );
    }
    if before.time_limits != after.time_limits {
        let limits = object_in(network, "timeLimits");
        let (before, after) = (before.time_limits, after.time_limits);
        for (name, before, after) in [
            ("connect", before.connect, after.connect),
            ("firstByte", before.first_byte, after.first_byte),
            ("silence", before.silence, after.silence),
        ] {
            if before != after {
                put(limits, name, after.map(Value::from));
            }
        }
    }
}

fn put(object: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    match value {
        Some(value) => object.insert(name.into(), value),
        None => object.remove(name),
    };
}

/// The object of that name. What stands in its place and is none was told of as unusable, and goes.
fn object_in<'a>(object: &'a mut Map<String, Value>, name: &str) -> &'a mut Map<String, Value> {
    let slot = object.entry(name).or_insert_with(|| Map::new().into());
    if !slot.is_object() {
        *slot = Map::new().into();
    }
    match slot {
        Value::Object(inner) => inner,
        // It has just been made one.
        _ => unreachable!(),
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
    fn time_limits_are_whole_seconds_of_an_hour() {
        let (settings, problems) = read(&json!({
            "timeLimits": {"connect": 5, "firstByte": 3600, "silence": null},
        }));
        assert_eq!(problems, Vec::<String>::new());
        let limits = settings.time_limits;
        assert_eq!(
            (limits.connect, limits.first_byte, limits.silence),
            (Some(5), Some(3600), None)
        );
        for odd in [json!(0), json!(3601), json!(1.5), json!("5"), json!(-1)] {
            let (settings, problems) = read(&json!({"timeLimits": {"silence": odd}}));
            assert_eq!(problems, ["network.timeLimits.silence"], "{odd}");
            assert_eq!(settings.time_limits, TimeLimits::default());
        }
        assert_eq!(read(&json!({"timeLimits": 5})).1, ["network.timeLimits"]);
    }

    #[test]
    fn what_is_set_is_written_and_all_else_stays() {
        let mut object = json!({"network": {
            "proxy": 5, "noProxy": ["a.example"], "later": true, "timeLimits": {"silence": 9, "total": 1},
        }});
        let object = object.as_object_mut().unwrap();
        let (before, _) = read(&object["network"]);
        let mut after = before.clone();
        after.proxy = Some(ProxySetting::At("http://proxy.example:3128".into()));
        after.certificates = Some("/etc/ssl/company.pem".into());
        after.time_limits.connect = Some(5);
        after.time_limits.silence = None;
        write(object, &before, &after);
        assert_eq!(
            object["network"],
            json!({
                "proxy": "http://proxy.example:3128", "noProxy": ["a.example"], "later": true,
                "certificates": "/etc/ssl/company.pem", "timeLimits": {"connect": 5, "total": 1},
            })
        );
        let before = after.clone();
        after.proxy = None;
        after.direct = Vec::new();
        after.certificates = None;
        write(object, &before, &after);
        assert_eq!(
            object["network"],
            json!({"later": true, "timeLimits": {"connect": 5, "total": 1}})
        );
        let mut other = json!({"network": 7});
        let other = other.as_object_mut().unwrap();
        let (before, _) = read(&other["network"]);
        write(other, &before, &NetworkSettings::default());
        assert_eq!(other["network"], json!({}));
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
