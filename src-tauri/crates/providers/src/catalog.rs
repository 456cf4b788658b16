//! The vendors that are known: the rows of `catalog.toml`.

use std::sync::OnceLock;

use chat::Price;
use credentials::{AuthScheme, KeyCharset, KeyShape};
use http::HeaderName;
use serde::Deserialize;
use url::Url;

use crate::openai_chat::Quirks;
use crate::protocol::Protocol;
use crate::provider::base_url_of;

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
    /// What its models cost, as far as that is known.
    pub prices: Vec<KnownPrice>,
}

/// What a model costs, as its vendor published it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPrice {
    /// The model's id.
    pub model: String,
    /// The price.
    pub price: Price,
    /// The day on which it was looked up: `2026-11-25`.
    pub date: String,
}

impl Vendor {
    /// Whether this version can talk to it. A key for another is recognised, named and refused before anything is stored.
    pub fn is_supported(&self) -> bool {
        self.protocol.is_supported()
    }
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

    /// What a model of a vendor costs, if that is known: by its id in the table, or by that id with the date of a version
    /// behind it (`-2026-09-22`, `-20260922`), unless that stands in the table itself.
    pub fn price(&self, vendor: &str, model: &str) -> Option<&KnownPrice> {
        let prices = &self.by_id(vendor)?.prices;
        let of = |id: &str| prices.iter().find(|known| known.model == id);
        of(model).or_else(|| of(undated(model)?))
    }

    /// The dearest that any model of a vendor is known to cost, each part by itself.
    pub fn dearest(&self, vendor: &str) -> Option<Price> {
        let prices = self.by_id(vendor)?.prices.iter().map(|known| known.price);
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
    prices: Vec<PriceRow>,
}

/// In dollars per million tokens.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PriceRow {
    model: String,
    input: f64,
    #[serde(default)]
    cached_input: Option<f64>,
    output: f64,
    date: String,
}

impl PriceRow {
    fn into_known(self) -> Result<KnownPrice, String> {
        let money = |dollars: f64| {
            millionths(dollars).ok_or_else(|| format!("{}: {dollars} is no price", self.model))
        };
        Ok(KnownPrice {
            price: Price {
                input: money(self.input)?,
                cached_input: self.cached_input.map(money).transpose()?,
                output: money(self.output)?,
            },
            model: self.model,
            date: self.date,
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
        let auth = match self.auth.as_str() {
            "bearer" => AuthScheme::Bearer,
            header => AuthScheme::Header(
                HeaderName::from_bytes(header.as_bytes()).map_err(|error| error.to_string())?,
            ),
        };
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
            prices: self
                .prices
                .into_iter()
                .map(PriceRow::into_known)
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
            for (index, known) in vendor.prices.iter().enumerate() {
                let model = &known.model;
                let twice = vendor.prices[..index].iter().any(|one| one.model == *model);
                assert!(!twice, "{model}");
                let Price {
                    input,
                    cached_input,
                    output,
                } = known.price;
                assert!(cached_input.is_none_or(|cached| cached < input), "{model}");
                assert!(input > 0 && output >= input, "{model}");
                let is_day = known.date.len() == 10 && known.date.split('-').count() == 3;
                assert!(is_day, "{model}");
            }
        }
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
        assert_eq!(ids, ["openai", "deepseek", "moonshot"]);
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
            assert_eq!(dearest.is_none(), vendor.prices.is_empty());
            for known in &vendor.prices {
                let (price, dearest) = (known.price, dearest.unwrap());
                assert!(dearest.input >= price.input && dearest.output >= price.output);
                assert!(dearest.cost(1_000, 1_000, 10) >= price.cost(1_000, 1_000, 10));
            }
        }
        assert_eq!(catalog.dearest("nobody"), None);
    }

    #[test]
    fn vendors_of_later_protocols_are_named_and_not_supported() {
        let catalog = Catalog::get();
        for id in ["anthropic", "gemini"] {
            assert!(!catalog.by_id(id).unwrap().is_supported(), "{id}");
        }
        assert!(catalog.by_id("openai").unwrap().is_supported());
        assert!(catalog.by_id("nobody").is_none());
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
        let price = "prices=[{model='m',input=-1,output=1,date='2026-11-25'}]\n";
        let priced = format!("{}{price}", row("a", "https://a.example"));
        assert_eq!(
            Catalog::parse(&priced).unwrap_err().to_string(),
            "vendor \"a\": m: -1 is no price"
        );
    }
}
