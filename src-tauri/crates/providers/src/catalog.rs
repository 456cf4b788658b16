//! The vendors that are known: the rows of `catalog.toml`.

use std::sync::OnceLock;

use chat::Price;
use credentials::{AuthScheme, KeyCharset, KeyShape};
use http::HeaderName;
use serde::Deserialize;
use url::Url;

use crate::protocol::Protocol;
use crate::provider::base_url_of;
use crate::quirks::Quirks;

const TABLE: &str = include_str!("catalog.toml");

/// One vendor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vendor {
    /// Its id, for good: keys and conversations refer to it.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The protocol it speaks.
    pub protocol: Protocol,
    /// The address that every endpoint's begins with.
    pub base_url: Url,
    /// How it wants its key.
    pub auth: AuthScheme,
    /// A model that chats.
    pub default_model: String,
    /// Its models, where it has no list to ask for.
    pub known_models: Vec<String>,
    /// How it tells whether a key is right.
    pub verification: Verification,
    /// Where a person gets a key and revokes one.
    pub key_url: Url,
    /// Where it departs from its protocol.
    pub quirks: Quirks,
    /// What is known of single models.
    pub models: Vec<KnownModel>,
}

/// What is known of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownModel {
    /// Its id.
    pub id: String,
    /// The most tokens that it reads and writes in one turn.
    pub context: Option<u64>,
    /// Whether it reads pictures.
    pub images: Option<bool>,
    /// Whether it can think before it answers.
    pub reasoning: Option<bool>,
    /// What it costs.
    pub price: Option<KnownPrice>,
}

/// A kind of server of a person's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnKind {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The protocol it speaks.
    pub protocol: Protocol,
    /// Its address from the start, or one that shows the form.
    pub base_url: Url,
    /// How it wants its key.
    pub auth: AuthScheme,
    /// How the names of its hosts end, where that tells it.
    pub hosts: Vec<String>,
    /// Where it departs from its protocol.
    pub quirks: Quirks,
}

/// What a model costs, as its vendor published it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPrice {
    /// The price.
    pub price: Price,
    /// The day on which it was looked up: `2026-11-25`.
    pub date: String,
}

/// How a provider tells whether a key is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verification {
    /// It lists its models only to those who have a key.
    Models,
    /// It lists its models to anybody, or not at all; this endpoint, relative to the base URL, wants a key.
    Endpoint(String),
}

/// The table of vendors.
#[derive(Debug, Default)]
pub struct Catalog {
    vendors: Vec<Vendor>,
    own_kinds: Vec<OwnKind>,
    key_shapes: Vec<KeyShape>,
}

/// The table is broken.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct CatalogError(String);

impl Catalog {
    /// The table that this program was built with.
    pub fn get() -> &'static Self {
        static CATALOG: OnceLock<Catalog> = OnceLock::new();
        CATALOG.get_or_init(|| {
            Self::parse(TABLE).unwrap_or_else(|error| {
                // A test reads the same bytes, so no build that passed it gets here.
                tracing::error!(%error, "the catalogue of vendors is broken");
                Self::default()
            })
        })
    }

    /// Reads a table.
    ///
    /// # Errors
    /// [`CatalogError`] says which row is wrong, and how.
    pub fn parse(table: &str) -> Result<Self, CatalogError> {
        let table: Table =
            toml::from_str(table).map_err(|error| CatalogError(error.to_string()))?;
        let mut catalog = Self::default();
        for row in table.vendor {
            let id = row.id.clone();
            let broken = |what: String| CatalogError(format!("vendor {id:?}: {what}"));
            if catalog.by_id(&id).is_some() {
                return Err(broken("stands there twice".into()));
            }
            catalog
                .key_shapes
                .extend(row.keys.iter().map(|key| KeyShape {
                    provider: row.id.clone(),
                    prefix: key.prefix.clone(),
                    min_len: key.min_len,
                    charset: key.charset,
                }));
            catalog.vendors.push(row.into_vendor().map_err(broken)?);
        }
        for row in table.own {
            let id = row.id.clone();
            let broken = |what: String| CatalogError(format!("own {id:?}: {what}"));
            catalog.own_kinds.push(row.into_kind().map_err(broken)?);
        }
        Ok(catalog)
    }

    /// Every vendor, in the table's order.
    pub fn vendors(&self) -> &[Vendor] {
        &self.vendors
    }

    /// The vendor of this id.
    pub fn by_id(&self, id: &str) -> Option<&Vendor> {
        self.vendors.iter().find(|vendor| vendor.id == id)
    }

    /// The kinds of servers of one's own, in the table's order.
    pub fn own_kinds(&self) -> &[OwnKind] {
        &self.own_kinds
    }

    /// The kind that a host's name tells, of those that speak a protocol.
    pub(crate) fn own_kind_at(&self, protocol: Protocol, host: &str) -> Option<&OwnKind> {
        let host = host.to_ascii_lowercase();
        let speaks = |kind: &&OwnKind| kind.protocol == protocol;
        let told = |kind: &&OwnKind| kind.hosts.iter().any(|end| host.ends_with(end.as_str()));
        let mut kinds = self.own_kinds.iter().filter(speaks);
        kinds
            .clone()
            .find(told)
            .or_else(|| kinds.find(|kind| kind.hosts.is_empty()))
    }

    /// What is known of a model of a vendor: by its id in the table, or by that id with the date of a version behind it
    /// (`-2026-09-22`, `-20260922`), unless that stands in the table itself.
    pub fn model(&self, vendor: &str, model: &str) -> Option<&KnownModel> {
        let models = &self.by_id(vendor)?.models;
        let of = |id: &str| models.iter().find(|known| known.id == id);
        of(model).or_else(|| of(undated(model)?))
    }

    /// What a model of a vendor costs, if that is known.
    pub fn price(&self, vendor: &str, model: &str) -> Option<&KnownPrice> {
        self.model(vendor, model)?.price.as_ref()
    }

    /// The dearest that any model of a vendor is known to cost, each part by itself.
    pub fn dearest(&self, vendor: &str) -> Option<Price> {
        let models = self.by_id(vendor)?.models.iter();
        let prices = models.filter_map(|known| Some(known.price.as_ref()?.price));
        prices.reduce(|one, other| Price {
            input: one.input.max(other.input),
            cached_input: None,
            output: one.output.max(other.output),
        })
    }

    /// What the vendors' keys look like, those of vendors that aren't supported yet among them.
    pub fn key_shapes(&self) -> &[KeyShape] {
        &self.key_shapes
    }
}

/// An id without the date of its version, if it has one.
fn undated(id: &str) -> Option<&str> {
    ["-dddd-dd-dd", "-dddddddd"].iter().find_map(|form| {
        let (name, date) = id.split_at_checked(id.len().checked_sub(form.len())?)?;
        let fits = date
            .bytes()
            .zip(form.bytes())
            .all(|(byte, kind)| match kind {
                b'd' => byte.is_ascii_digit(),
                kind => byte == kind,
            });
        fits.then_some(name)
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    vendor: Vec<Row>,
    #[serde(default)]
    own: Vec<OwnRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnRow {
    id: String,
    name: String,
    protocol: Protocol,
    base_url: String,
    #[serde(default)]
    auth: Option<String>,
    #[serde(default)]
    hosts: Vec<String>,
    #[serde(default)]
    quirks: Quirks,
}

impl OwnRow {
    fn into_kind(self) -> Result<OwnKind, String> {
        Ok(OwnKind {
            base_url: base_url_of(&self.base_url).map_err(|error| error.to_string())?,
            auth: auth_of(self.auth.as_deref().unwrap_or("bearer"))?,
            id: self.id,
            name: self.name,
            protocol: self.protocol,
            hosts: self.hosts,
            quirks: self.quirks,
        })
    }
}

fn auth_of(text: &str) -> Result<AuthScheme, String> {
    match text {
        "bearer" => Ok(AuthScheme::Bearer),
        header => HeaderName::from_bytes(header.as_bytes())
            .map(AuthScheme::Header)
            .map_err(|error| error.to_string()),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: String,
    name: String,
    protocol: Protocol,
    base_url: String,
    auth: String,
    default_model: String,
    #[serde(default)]
    known_models: Vec<String>,
    verify: String,
    key_url: String,
    #[serde(default)]
    keys: Vec<KeyRow>,
    #[serde(default)]
    quirks: Quirks,
    #[serde(default)]
    models: Vec<ModelRow>,
}

/// Prices are in dollars per million tokens.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ModelRow {
    id: String,
    #[serde(default)]
    context: Option<u64>,
    #[serde(default)]
    images: Option<bool>,
    #[serde(default)]
    reasoning: Option<bool>,
    #[serde(default)]
    input: Option<f64>,
    #[serde(default)]
    cached_input: Option<f64>,
    #[serde(default)]
    output: Option<f64>,
    #[serde(default)]
    date: Option<String>,
}

impl ModelRow {
    fn into_known(self) -> Result<KnownModel, String> {
        let money = |dollars: f64| {
            millionths(dollars).ok_or_else(|| format!("{}: {dollars} is no price", self.id))
        };
        let price = match (self.input, self.output, self.date) {
            (Some(input), Some(output), Some(date)) => Some(KnownPrice {
                price: Price {
                    input: money(input)?,
                    cached_input: self.cached_input.map(money).transpose()?,
                    output: money(output)?,
                },
                date,
            }),
            (None, None, None) if self.cached_input.is_none() => None,
            _ => return Err(format!("{}: a price is of both ways, with a date", self.id)),
        };
        Ok(KnownModel {
            id: self.id,
            context: self.context,
            images: self.images,
            reasoning: self.reasoning,
            price,
        })
    }
}

/// Dollars as millionths of one.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "what is out of range is refused first"
)]
fn millionths(dollars: f64) -> Option<u64> {
    let fits = (0.0..=100_000.0).contains(&dollars);
    fits.then(|| (dollars * 1e6).round() as u64)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyRow {
    prefix: String,
    min_len: usize,
    #[serde(default)]
    charset: KeyCharset,
}

impl Row {
    fn into_vendor(self) -> Result<Vendor, String> {
        let auth = auth_of(&self.auth)?;
        let verification = match self.verify.as_str() {
            "models" => Verification::Models,
            path => Verification::Endpoint(path.to_owned()),
        };
        Ok(Vendor {
            base_url: base_url_of(&self.base_url).map_err(|error| error.to_string())?,
            id: self.id,
            name: self.name,
            protocol: self.protocol,
            auth,
            default_model: self.default_model,
            known_models: self.known_models,
            verification,
            key_url: Url::parse(&self.key_url).map_err(|error| error.to_string())?,
            quirks: self.quirks,
            models: self
                .models
                .into_iter()
                .map(ModelRow::into_known)
                .collect::<Result<_, _>>()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use credentials::{Recognition, recognise_text};

    #[test]
    fn the_table_is_whole() {
        let catalog = Catalog::parse(TABLE).unwrap();
        assert_eq!(catalog.vendors().len(), Catalog::get().vendors().len());
        for vendor in catalog.vendors() {
            assert_eq!(vendor.base_url.scheme(), "https", "{}", vendor.id);
            assert_eq!(vendor.key_url.scheme(), "https", "{}", vendor.id);
            assert!(!vendor.default_model.is_empty(), "{}", vendor.id);
            for (index, known) in vendor.models.iter().enumerate() {
                let model = &known.id;
                let twice = vendor.models[..index].iter().any(|one| one.id == *model);
                assert!(!twice, "{model}");
                assert!(
                    known.context.is_none_or(|context| context >= 1_024),
                    "{model}"
                );
                assert!(known.context.is_some() || known.price.is_some(), "{model}");
                let Some(KnownPrice { price, date }) = &known.price else {
                    continue;
                };
                let Price {
                    input,
                    cached_input,
                    output,
                } = *price;
                assert!(cached_input.is_none_or(|cached| cached < input), "{model}");
                assert!(input > 0 && output >= input, "{model}");
                let is_day = date.len() == 10 && date.split('-').count() == 3;
                assert!(is_day, "{model}");
            }
        }
        for protocol in Protocol::ALL {
            let kind = catalog.own_kind_at(protocol, "host.example").unwrap();
            assert!(kind.hosts.is_empty(), "{protocol}");
        }
        let azure = catalog.own_kind_at(Protocol::OpenaiChat, "Mine.OpenAI.Azure.com");
        assert_eq!(azure.unwrap().id, "azure");
        let other = catalog.own_kind_at(Protocol::OpenaiChat, "openai.azure.com.example");
        assert_eq!(other.unwrap().id, "compatible");
    }

    #[test]
    fn keys_are_recognised() {
        let shapes = Catalog::get().key_shapes();
        let key = |prefix: &str| format!("{prefix}{}", "aB3".repeat(40));
        for (prefix, id) in [
            ("sk-proj-", "openai"),
            ("sk-svcacct-", "openai"),
            ("sk-or-v1-", "openrouter"),
            ("gsk_", "groq"),
            ("xai-", "xai"),
            ("csk-", "cerebras"),
            ("pplx-", "perplexity"),
            ("fw_", "fireworks"),
            ("sk-ant-api03-", "anthropic"),
            ("AIza", "gemini"),
            ("AQ.", "gemini"),
        ] {
            let recognised = recognise_text(&key(prefix), shapes);
            assert_eq!(recognised, Recognition::Known(id.into()), "{prefix}");
        }
        let Recognition::Shared(ids) = recognise_text(&key("sk-"), shapes) else {
            panic!("plain sk- is shared by many");
        };
        assert_eq!(ids, ["openai", "deepseek", "moonshot", "alibaba"]);
    }

    #[test]
    fn prices_are_exact_and_of_the_very_model() {
        let catalog = Catalog::get();
        let known = catalog.price("openai", "gpt-6-luna").unwrap();
        assert_eq!(
            known.price,
            Price {
                input: 100_000,
                cached_input: Some(10_000),
                output: 500_000
            }
        );
        for dated in ["gpt-6-luna-2026-09-22", "gpt-6-luna-20260922"] {
            assert_eq!(catalog.price("openai", dated), Some(known), "{dated}");
        }
        for other in [
            "gpt-6-luna-large",
            "gpt-6-luna-2026",
            "gpt-6-luna-2026-9-22",
            "ä-20260922",
        ] {
            assert_eq!(catalog.price("openai", other), None, "{other}");
        }
        assert_eq!(catalog.price("openrouter", "gpt-6-luna"), None);
        assert_eq!(catalog.price("nobody", "gpt-6-luna"), None);
    }

    #[test]
    fn the_dearest_price_is_no_less_than_any() {
        let catalog = Catalog::get();
        for vendor in catalog.vendors() {
            let dearest = catalog.dearest(&vendor.id);
            let priced = vendor
                .models
                .iter()
                .filter_map(|model| model.price.as_ref());
            assert_eq!(dearest.is_none(), priced.clone().next().is_none());
            for known in priced {
                let (price, dearest) = (known.price, dearest.unwrap());
                assert!(dearest.input >= price.input && dearest.output >= price.output);
                assert!(dearest.cost(1_000, 1_000, 10) >= price.cost(1_000, 1_000, 10));
            }
        }
        assert_eq!(catalog.dearest("nobody"), None);
    }

    #[test]
    fn a_broken_table_says_what_is_wrong() {
        let row = |id: &str, url: &str| {
            format!(
                "[[vendor]]\nid='{id}'\nname='A'\nprotocol='openai-chat'\nbase_url='{url}'\nauth='bearer'\ndefault_model='m'\nverify='models'\nkey_url='https://a.example'\n"
            )
        };
        assert!(Catalog::parse(&row("a", "https://a.example")).is_ok());
        let twice = row("a", "https://a.example").repeat(2);
        assert_eq!(
            Catalog::parse(&twice).unwrap_err().to_string(),
            "vendor \"a\": stands there twice"
        );
        let insecure = Catalog::parse(&row("a", "http://a.example")).unwrap_err();
        assert!(
            insecure.to_string().starts_with("vendor \"a\": http can"),
            "{insecure}"
        );
        assert!(Catalog::parse("[[vendor]]\nid='a'").is_err());
        let price = "models=[{id='m',input=-1,output=1,date='2026-11-25'}]\n";
        let priced = format!("{}{price}", row("a", "https://a.example"));
        assert_eq!(
            Catalog::parse(&priced).unwrap_err().to_string(),
            "vendor \"a\": m: -1 is no price"
        );
        let undated = format!(
            "{}models=[{{id='m',input=1,output=1}}]\n",
            row("a", "https://a.example")
        );
        assert!(Catalog::parse(&undated).is_err());
    }
}
