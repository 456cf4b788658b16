//! The way out, changed. What could lead a request, or a key, past somebody new is confirmed natively.

use std::path::PathBuf;

use credentials::{ApiKey, Credential, Origin, StoreStatus};
use providers::{Proxy, ProxyError, Route};
use storage::network::{LONGEST_WAIT, NetworkSettings, ProxySetting};
use tauri::{AppHandle, WebviewWindow};

use super::{PROXY_ID, certificate_file, route};
use crate::app::{App, now_ms};
use crate::ipc::{CommandError, ErrorCode, KeptIn, SetProxy, SetWaitLimit, WaitName};
use crate::names::is_invisible;
use crate::native::dialog::Question;
use crate::native::files::Choice;
use crate::native::form::{Field, Form};
use crate::own_providers::not_saved;

/// The longest address and the longest host, in characters: they are read whole in a dialog.
const LONGEST_ADDRESS: usize = 200;

/// The most hosts that are asked straight.
const MOST_HOSTS: usize = 50;

/// A name and a password, as they were typed.
struct Login {
    name: String,
    password: ApiKey,
}

impl App {
    /// Sets or removes the proxy, with the hosts that are asked straight. False if the person said no.
    ///
    /// # Errors
    /// That there can be no such proxy or host, or settings that can't be written.
    pub(crate) async fn set_proxy(
        &self,
        app: &AppHandle,
        window: WebviewWindow,
        request: SetProxy,
    ) -> Result<bool, CommandError> {
        let direct = checked_hosts(request.direct)?;
        let address = request.address.unwrap_or_default();
        let address = plain(address.trim())?;
        let proxy = if address.is_empty() {
            None
        } else {
            Some(Proxy::parse(address, &direct).map_err(proxy_invalid)?)
        };
        // From here on it is what was understood, not what was typed.
        let host = proxy.as_ref().and_then(Proxy::address).map(|address| {
            let address = address.as_str().trim_end_matches('/');
            address.replacen("socks5h://", "socks5://", 1)
        });
        let before = self.settings.current().network;
        let binding = |proxy: &Proxy| proxy.binding().and_then(|url| Origin::of(&url).ok());
        let bound = proxy.as_ref().and_then(binding);
        let login = self.keys.of(PROXY_ID).into_iter().next();
        let address_before = match &before.proxy {
            Some(ProxySetting::At(address)) => address.as_str(),
            _ => "",
        };
        let loses_login = login.is_some_and(|login| {
            let is_bound_here = bound
                .as_ref()
                .is_some_and(|bound| login.origin() == bound.to_string());
            !is_bound_here || is_laid_open(address_before, host.as_deref().unwrap_or_default())
        });
        let after = NetworkSettings {
            proxy: host.clone().map(ProxySetting::At),
            direct: direct.clone(),
            ..before.clone()
        };
        if after == before {
            return Ok(true);
        }
        let question = question_for_proxy(host.as_deref(), &direct, loses_login);
        if !self.dialogs.confirm(app, Some(window), question).await? {
            return Ok(false);
        }
        self.settings
            .update(|settings| {
                settings.network.proxy = after.proxy;
                settings.network.direct = after.direct;
            })
            .map_err(not_saved)?;
        if loses_login {
            // Bound to the old proxy it could go to no other; that it stays in its store harms nobody.
            if let Err(error) = self.keys.remove_all(PROXY_ID).await {
                tracing::warn!(code = ?error.code, "the old proxy's password could not be removed");
            }
        }
        self.reroute().await;
        Ok(true)
    }

    /// Asks natively for the name and the password that the proxy wants, and keeps them. False if none were given.
    ///
    /// # Errors
    /// That there is no proxy that can be used, or the state of the store that was to take them.
    pub(crate) async fn set_proxy_login(
        &self,
        app: &AppHandle,
        window: WebviewWindow,
    ) -> Result<bool, CommandError> {
        let settings = self.settings.current().network;
        let Some(ProxySetting::At(address)) = &settings.proxy else {
            return Err(CommandError::new(ErrorCode::ProxyAddressInvalid));
        };
        let proxy = Proxy::parse(address, &settings.direct).map_err(proxy_invalid)?;
        let origin = proxy.binding().and_then(|url| Origin::of(&url).ok());
        let origin = origin.ok_or_else(|| CommandError::new(ErrorCode::ProxyAddressInvalid))?;
        let in_the_clear = !address.starts_with("https:");
        let form = login_form(address, in_the_clear);
        let Some(login) = self.dialogs.fill_in(app, Some(window), form).await? else {
            return Ok(false);
        };
        let kept_in = self.place_for_secrets().await;
        let set_at = u64::try_from(now_ms()).unwrap_or(0);
        let credential = Credential::new(login.password, origin, login.name, set_at);
        let before = self.keys.of(PROXY_ID).into_iter().next();
        self.keys
            .put(PROXY_ID, &credential, kept_in, before.as_ref())
            .await?;
        self.reroute().await;
        Ok(true)
    }

    /// Where what is typed here is kept: with the keys, or in memory where there is no such store.
    pub(super) async fn place_for_secrets(&self) -> KeptIn {
        match self.keys.system().status().await {
            StoreStatus::Absent(_) => KeptIn::Session,
            _ => KeptIn::System,
        }
    }

    /// Takes the proxy's name and password out of their store.
    ///
    /// # Errors
    /// The state of the store.
    pub(crate) async fn remove_proxy_login(&self) -> Result<(), CommandError> {
        self.keys.remove_all(PROXY_ID).await?;
        self.reroute().await;
        Ok(())
    }

    /// Has a file of certificates chosen that are trusted beside the system's. False if none was, or the person said no.
    ///
    /// # Errors
    /// That there is none in it, or one that can't be used, or settings that can't be written.
    pub(crate) async fn choose_certificates(
        &self,
        app: &AppHandle,
        window: WebviewWindow,
    ) -> Result<bool, CommandError> {
        let choice = Choice {
            title: "Choose a file of certificates",
            yes: "Choose",
            kind: "Certificates in PEM",
            endings: &["pem", "crt", "cer"],
            several: false,
        };
        let chosen = self
            .dialogs
            .choose_files(app, window.clone(), choice)
            .await?;
        let Some(path) = chosen.into_iter().next() else {
            return Ok(false);
        };
        let Some(count) = certificate_file(path.clone()).await.count else {
            return Err(CommandError::new(ErrorCode::CertificatesInvalid));
        };
        let question = question_for_certificates(&path, count);
        if !self.dialogs.confirm(app, Some(window), question).await? {
            return Ok(false);
        }
        let before = self.settings.current().network.certificates;
        self.keep_certificates(Some(path))?;
        if !self.reroute().await {
            // What TLS does not take is not kept: the next start would do without it too.
            self.keep_certificates(before)?;
            self.reroute().await;
            return Err(CommandError::new(ErrorCode::CertificatesInvalid));
        }
        Ok(true)
    }

    /// Trusts what the system trusts alone.
    ///
    /// # Errors
    /// Settings that can't be written.
    pub(crate) async fn remove_certificates(&self) -> Result<(), CommandError> {
        self.keep_certificates(None)?;
        self.reroute().await;
        Ok(())
    }

    /// Sets how long a provider may take; `None` for as long as usual.
    ///
    /// # Errors
    /// That it is no number of seconds that can be waited, or settings that can't be written.
    pub(crate) async fn set_wait_limit(&self, request: SetWaitLimit) -> Result<(), CommandError> {
        let seconds = match request.seconds {
            None => None,
            Some(seconds) => Some(
                whole_seconds(seconds)
                    .ok_or_else(|| CommandError::new(ErrorCode::WaitLimitInvalid))?,
            ),
        };
        self.settings
            .update(|settings| {
                let limits = &mut settings.network.time_limits;
                *match request.name {
                    WaitName::Connect => &mut limits.connect,
                    WaitName::FirstByte => &mut limits.first_byte,
                    WaitName::Silence => &mut limits.silence,
                } = seconds;
            })
            .map_err(not_saved)?;
        self.reroute().await;
        Ok(())
    }

    /// Lets requests leave as the settings want it now. Says whether their certificates are trusted: past some that can't be used
    /// everything else holds all the same, as at the start.
    pub(crate) async fn reroute(&self) -> bool {
        // Over reading and installing, so that of two changes the later one's settings are the last.
        let _turn = self.rerouting.lock().await;
        let (route, _) = route(&self.settings.current().network, &self.keys);
        let client = self.client.clone();
        // Setting up TLS reads the system's certificates.
        let rerouted = tokio::task::spawn_blocking(move || {
            let plain = Route {
                extra_roots: Vec::new(),
                ..route.clone()
            };
            let Err(error) = client.reroute(route) else {
                return true;
            };
            tracing::warn!(%error, "the extra certificates can't be used");
            if let Err(error) = client.reroute(plain) {
                tracing::error!(%error, "the way out can't be changed");
            }
            false
        });
        rerouted.await.unwrap_or(false)
    }

    fn keep_certificates(&self, path: Option<PathBuf>) -> Result<(), CommandError> {
        self.settings
            .update(|settings| settings.network.certificates = path)
            .map(drop)
            .map_err(not_saved)
    }
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is whole and between 1 and 3600 there"
)]
fn whole_seconds(seconds: f64) -> Option<u16> {
    let fits = seconds.fract() == 0.0 && (1.0..=f64::from(LONGEST_WAIT)).contains(&seconds);
    fits.then_some(seconds as u16)
}

fn checked_hosts(hosts: Vec<String>) -> Result<Vec<String>, CommandError> {
    let mut checked = Vec::new();
    for host in hosts {
        let host = plain(host.trim())?;
        if host.contains(',') {
            return Err(proxy_invalid("a comma in a host"));
        }
        if !host.is_empty() {
            checked.push(host.to_owned());
        }
    }
    if checked.len() > MOST_HOSTS {
        return Err(proxy_invalid(format!(
            "more than {MOST_HOSTS} hosts that are asked straight"
        )));
    }
    Ok(checked)
}

/// An address or a host that can be read in a dialog, and is what it looks like.
fn plain(text: &str) -> Result<&str, CommandError> {
    let is_odd = |c: char| !c.is_ascii() || c.is_control() || c.is_whitespace() || is_invisible(c);
    if text.chars().any(is_odd) {
        return Err(proxy_invalid(
            "spaces or letters beyond ASCII, which can look like others",
        ));
    }
    if text.len() > LONGEST_ADDRESS {
        return Err(proxy_invalid(format!(
            "more than {LONGEST_ADDRESS} characters"
        )));
    }
    Ok(text)
}

/// Whether a password that went to the proxy encrypted would go there in the clear.
fn is_laid_open(before: &str, after: &str) -> bool {
    before.starts_with("https:") && !after.starts_with("https:")
}

fn question_for_proxy(host: Option<&str>, direct: &[String], loses_login: bool) -> Question {
    let hosts = (!direct.is_empty()).then(|| format!("Straight to: {}", direct.join(", ")));
    let mut body = match host {
        Some(_) => "From now on everything goes out through this proxy, but what stays on this computer and what goes to the hosts named \
                    here. It learns which providers you ask, and when; it can’t read what you write or your keys. Go on only if you \
                    know it."
            .to_owned(),
        None => "From now on everything goes straight out. Go on only if you asked for it.".to_owned(),
    };
    if loses_login {
        body.push_str(" The name and the password of the proxy until now are removed.");
    }
    match host {
        Some(host) => Question {
            title: "Go out through this proxy?".into(),
            host: host.to_owned(),
            address: hosts,
            body,
            yes: "Use this proxy".into(),
        },
        None => Question {
            title: "Go straight out, past no proxy?".into(),
            host: "No proxy".into(),
            address: None,
            body,
            yes: "Go straight out".into(),
        },
    }
}

fn question_for_certificates(path: &std::path::Path, count: u32) -> Question {
    let name = path.file_name().unwrap_or(path.as_os_str());
    let many = if count == 1 {
        "1 certificate".to_owned()
    } else {
        format!("{count} certificates")
    };
    Question {
        title: format!("Trust {many} of this file?"),
        host: name.display().to_string(),
        address: Some(path.display().to_string()),
        body: "Whoever has their key can pass for any provider, and read your messages and keys. Go on only if your own company or \
               you made them."
            .into(),
        yes: "Trust them".into(),
    }
}

fn login_form(address: &str, in_the_clear: bool) -> Form<Login> {
    const FIELDS: &[Field] = &[
        Field {
            label: "Name",
            hidden: false,
        },
        Field {
            label: "Password",
            hidden: true,
        },
    ];
    let mut body = format!(
        "For {address}, and for no other proxy. They go to Chatelaine alone, not to the page, and are kept with your keys."
    );
    if in_the_clear {
        body.push_str(" On the way to this proxy they are not encrypted.");
    }
    Form {
        title: "Name and password for the proxy".into(),
        body,
        yes: "Keep them".into(),
        fields: FIELDS,
        complaint: "",
        take: take_login,
    }
}

/// Makes a login of a name and a password, which it wipes, or says what is wrong with them.
fn take_login(texts: Vec<String>) -> Result<Login, String> {
    let mut texts = texts.into_iter();
    let name = texts.next().unwrap_or_default();
    // It is taken before the name is judged, so that it is wiped.
    let password = ApiKey::typed(texts.next().unwrap_or_default());
    let is_plain = |c: char| c.is_ascii_graphic() && c != ':';
    if name.is_empty() || name.len() > 60 || !name.chars().all(is_plain) {
        return Err(
            "Type the name: at most 60 letters, digits and signs of ASCII, no space and no colon."
                .to_owned(),
        );
    }
    let password = password.map_err(|error| match error {
        credentials::KeyTextError::Empty => "Type the password.".to_owned(),
        _ => "This password can’t be used: letters, digits and signs of ASCII, no spaces, no quotes around it."
            .to_owned(),
    })?;
    Ok(Login { name, password })
}

fn proxy_invalid(error: impl std::fmt::Display) -> CommandError {
    CommandError::new(ErrorCode::ProxyAddressInvalid).with_detail(error.to_string())
}

impl From<ProxyError> for CommandError {
    fn from(error: ProxyError) -> Self {
        proxy_invalid(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_whole_seconds_of_an_hour() {
        assert_eq!(whole_seconds(1.0), Some(1));
        assert_eq!(whole_seconds(3600.0), Some(3600));
        for odd in [0.0, -1.0, 0.5, 3601.0, f64::NAN, f64::INFINITY, 65537.0] {
            assert_eq!(whole_seconds(odd), None, "{odd}");
        }
    }

    #[test]
    fn a_password_that_went_encrypted_does_not_go_in_the_clear() {
        assert!(is_laid_open("https://proxy:3128", "http://proxy:3128"));
        assert!(is_laid_open("https://proxy:3128", "socks5://proxy:3128"));
        assert!(!is_laid_open("https://proxy:3128", "https://proxy:3128"));
        assert!(!is_laid_open("http://proxy:3128", "https://proxy:3128"));
    }

    #[test]
    fn hosts_are_what_they_look_like() {
        let hosts = |hosts: &[&str]| checked_hosts(hosts.iter().map(ToString::to_string).collect());
        assert_eq!(
            hosts(&[" a.example ", "", "10.0.0.0/8"]).unwrap(),
            ["a.example", "10.0.0.0/8"]
        );
        for odd in [
            "a.example,b.example",
            "a\u{430}.example",
            "a b",
            "a\u{202E}b",
            &"a".repeat(201),
        ] {
            let error = hosts(&[odd]).unwrap_err();
            assert_eq!(error.code, ErrorCode::ProxyAddressInvalid, "{odd}");
        }
        assert!(hosts(&["a.example"; 51]).is_err());
    }

    #[test]
    fn a_login_is_a_name_and_a_password_that_can_be_sent() {
        let take = |name: &str, password: &str| take_login(vec![name.into(), password.into()]);
        let login = take("me@work", "p:w").unwrap();
        assert_eq!(login.name, "me@work");
        for (name, password) in [("", "w"), ("a:b", "w"), ("a b", "w"), ("m\u{fc}", "w")] {
            let complaint = take(name, password).err().unwrap();
            assert!(complaint.contains("name"), "{complaint}");
        }
        assert_eq!(take("me", "").err().unwrap(), "Type the password.");
        assert!(take("me", "two words").err().unwrap().contains("spaces"));
        assert!(take_login(Vec::new()).is_err());
    }
}
