//! Files from a release server: what there is to install, and the packages. No key, no cookie and no message goes there.

use std::time::Duration;

use bytes::Bytes;
use chat::{Failure, FailureKind};
use http::header::{
    ACCEPT, CONTENT_LENGTH, CONTENT_RANGE, ETAG, HeaderMap, HeaderValue, IF_RANGE, LOCATION, RANGE,
};
use http::{Request, StatusCode};
use reqwest::Response;
use url::Url;

use crate::client::Client;
use crate::contact::{Contact, Purpose};
use crate::network_error::failure_kind;
use crate::provider::host_of;

/// How many times a server may send on to another address. Forges need one.
const REDIRECTS: usize = 5;

/// A file to fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Where it is. Only https is asked.
    pub url: Url,
    /// How long the server may be silent, before its answer and within it.
    pub patience: Duration,
    /// What is here of it already.
    pub resume: Option<Resume>,
}

/// What is here of a file already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resume {
    /// So many bytes from its beginning.
    pub bytes: u64,
    /// The entity tag that the server gave with them. If the file is another one by now, it comes whole.
    pub tag: String,
}

/// Why a file does not come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FetchError {
    /// The address is not https.
    Insecure,
    /// The server sends on to an address that is not https.
    InsecureRedirect {
        /// The host that sends on.
        host: String,
    },
    /// The server sends on and on.
    TooManyRedirects {
        /// The host that was asked first.
        host: String,
    },
    /// The server has nothing, or can't give it.
    Status {
        /// The host that says so.
        host: String,
        /// What it says.
        status: u16,
    },
    /// The network fails.
    Network(Failure),
}

/// A file that comes.
#[derive(Debug)]
pub struct Fetched {
    client: Client,
    response: Response,
    patience: Duration,
    host: String,
    /// How many bytes there are in all, what was here already included, if the server says.
    pub length: Option<u64>,
    /// Where in the file the first byte that comes belongs: 0, or what was here already.
    pub from: u64,
    /// The entity tag by which the rest can be asked for later, if the server gives a strong one.
    pub tag: Option<String>,
}

impl Fetched {
    /// The next bytes; nothing at the file's end.
    ///
    /// # Errors
    /// When the network fails or the server is silent. What came before stays good.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, FetchError> {
        let chunk = self.response.chunk();
        let watch = &self.client.watch;
        let waited = watch
            .wait(chunk, self.patience, FailureKind::Silence)
            .await
            .and_then(|chunk| chunk.map_err(|error| failure_kind(&error)));
        waited.map_err(|kind| FetchError::Network(Failure::new(kind).at(&self.host)))
    }

    /// The host it comes from.
    pub fn host(&self) -> &str {
        &self.host
    }
}

impl Client {
    /// Asks for a file, and follows where it is sent on to as long as every address on the way is https.
    ///
    /// # Errors
    /// Why it does not come.
    pub async fn fetch(&self, wanted: &Wanted) -> Result<Fetched, FetchError> {
        if wanted.url.scheme() != "https" {
            return Err(FetchError::Insecure);
        }
        let mut url = wanted.url.clone();
        for _ in 0..=REDIRECTS {
            let host = host_of(&url);
            let response = self.ask(&url, wanted).await?;
            let status = response.status();
            if status.is_redirection() && status != StatusCode::NOT_MODIFIED {
                let Some(to) = sent_on(&url, response.headers()) else {
                    let status = status.as_u16();
                    return Err(FetchError::Status { host, status });
                };
                if to.scheme() != "https" {
                    return Err(FetchError::InsecureRedirect { host });
                }
                url = to;
                continue;
            }
            if !status.is_success() {
                let status = status.as_u16();
                return Err(FetchError::Status { host, status });
            }
            return Ok(self.fetched(response, wanted, host));
        }
        let host = host_of(&wanted.url);
        Err(FetchError::TooManyRedirects { host })
    }

    async fn ask(&self, url: &Url, wanted: &Wanted) -> Result<Response, FetchError> {
        let contact = Contact {
            host: host_of(url),
            purpose: Purpose::Update,
            with_key: false,
            sent_bytes: 0,
        };
        let request = || question(url, wanted.resume.as_ref());
        self.dispatch(url, contact, wanted.patience, request)
            .await
            .map_err(FetchError::Network)
    }

    fn fetched(&self, response: Response, wanted: &Wanted, host: String) -> Fetched {
        let headers = response.headers();
        let resumed = (response.status() == StatusCode::PARTIAL_CONTENT)
            .then(|| range(headers))
            .flatten()
            .filter(|(from, _)| {
                let resume = wanted.resume.as_ref();
                resume.is_some_and(|resume| resume.bytes == *from)
            });
        let (from, length) = match resumed {
            Some((from, all)) => (from, all),
            None => (0, number(headers.get(CONTENT_LENGTH))),
        };
        // A weak tag stands for the same meaning, not for the same bytes.
        let tag = headers
            .get(ETAG)
            .and_then(|tag| tag.to_str().ok())
            .filter(|tag| tag.starts_with('"'))
            .map(str::to_owned);
        Fetched {
            client: self.clone(),
            patience: wanted.patience,
            host,
            length,
            from,
            tag,
            response,
        }
    }
}

fn question(url: &Url, resume: Option<&Resume>) -> Result<Request<Vec<u8>>, Failure> {
    let refused = || Failure::new(FailureKind::RequestRefused);
    let mut request = Request::new(Vec::new());
    *request.uri_mut() = url.as_str().parse().map_err(|_| refused())?;
    let headers = request.headers_mut();
    headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
    if let Some(resume) = resume {
        let text = |text: &str| HeaderValue::from_str(text).map_err(|_| refused());
        headers.insert(RANGE, text(&format!("bytes={}-", resume.bytes))?);
        headers.insert(IF_RANGE, text(&resume.tag)?);
    }
    Ok(request)
}

/// Where a server sends on to, if it says.
fn sent_on(from: &Url, headers: &HeaderMap) -> Option<Url> {
    from.join(headers.get(LOCATION)?.to_str().ok()?).ok()
}

/// `bytes 100-199/200`: where it begins, and how much there is in all (RFC 9110, 14.4).
fn range(headers: &HeaderMap) -> Option<(u64, Option<u64>)> {
    let range = headers.get(CONTENT_RANGE)?.to_str().ok()?;
    let (span, all) = range.strip_prefix("bytes ")?.split_once('/')?;
    let (from, _) = span.split_once('-')?;
    Some((from.parse().ok()?, all.parse().ok()))
}

fn number(value: Option<&HeaderValue>) -> Option<u64> {
    value?.to_str().ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: http::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_str(value).unwrap())])
    }

    #[test]
    fn a_range_says_where_it_begins_and_how_much_there_is() {
        let of = |text| range(&headers(CONTENT_RANGE, text));
        assert_eq!(of("bytes 100-199/200"), Some((100, Some(200))));
        assert_eq!(of("bytes 100-199/*"), Some((100, None)));
        for bad in ["bytes */200", "100-199/200", "bytes x-1/2", ""] {
            assert_eq!(of(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_server_sends_on_to_an_address_or_nowhere() {
        let from = Url::parse("https://releases.test/latest.json").unwrap();
        let to = |text| sent_on(&from, &headers(LOCATION, text)).map(String::from);
        assert_eq!(
            to("https://files.test/a").as_deref(),
            Some("https://files.test/a")
        );
        assert_eq!(to("/b").as_deref(), Some("https://releases.test/b"));
        assert_eq!(to("https://"), None);
        assert_eq!(sent_on(&from, &HeaderMap::new()), None);
    }
}
