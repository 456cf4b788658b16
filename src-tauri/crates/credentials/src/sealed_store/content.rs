//! What a sealed file holds, as JSON that `age -d` shows:
//!
//! `{"v":1,"items":{"openai/1":{"v":1,"key":"…","origin":"https://…","name":"…","set_at":1730000000000}}}`
//!
//! Each item is what other stores hold as one, under the name of its [`ItemId`](crate::ItemId).

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::error::{Damage, SealedError};
use crate::credential::Credential;
use crate::item_format::ItemUnreadable;

const VERSION: u64 = 1;

#[derive(Deserialize)]
struct Version {
    v: u64,
}

/// A field that this version doesn't know would be lost when the file is written anew: such a file is refused.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Read<'a> {
    #[serde(rename = "v")]
    _version: u64,
    #[serde(borrow)]
    items: BTreeMap<String, &'a RawValue>,
}

/// One item.
pub(super) enum Entry {
    Read(Credential),
    /// It was changed by hand or written by another version. Its bytes go back into the file as they are.
    Unreadable(ItemUnreadable, Zeroizing<Vec<u8>>),
}

/// All items, by the text form of their names.
#[derive(Default)]
pub(super) struct Content {
    items: BTreeMap<String, Entry>,
}

impl Content {
    /// # Errors
    /// [`SealedError::OtherVersion`], or [`Damage::Content`] for anything but what [`Content::to_text`] writes. An item that can't be
    /// understood is no error.
    pub(super) fn from_text(text: &[u8]) -> Result<Self, SealedError> {
        let version: Version = parse(text)?;
        if version.v != VERSION {
            return Err(SealedError::OtherVersion { found: version.v });
        }
        let read: Read<'_> = parse(text)?;
        let items = read.items.into_iter().map(|(name, raw)| {
            let bytes = raw.get().as_bytes();
            let entry = match Credential::from_item(bytes) {
                Ok(credential) => Entry::Read(credential),
                Err(why) => Entry::Unreadable(why, Zeroizing::new(bytes.to_owned())),
            };
            (name, entry)
        });
        Ok(Self {
            items: items.collect(),
        })
    }

    pub(super) fn get(&self, name: &str) -> Option<&Entry> {
        self.items.get(name)
    }

    /// The file's text, with one item put in place of an earlier one, or taken out.
    pub(super) fn to_text(
        &self,
        change: Option<(&str, Option<&Credential>)>,
    ) -> Zeroizing<Vec<u8>> {
        let changed = change.map(|(name, _)| name);
        let mut pieces = Vec::new();
        for (name, entry) in &self.items {
            if changed != Some(name.as_str()) {
                let bytes = match entry {
                    Entry::Read(credential) => credential.to_item(),
                    Entry::Unreadable(_, bytes) => bytes.clone(),
                };
                pieces.push((quoted(name), bytes));
            }
        }
        if let Some((name, Some(credential))) = change {
            pieces.push((quoted(name), credential.to_item()));
        }
        // Copied once, into a buffer that does not move.
        let length: usize = pieces
            .iter()
            .map(|(name, item)| name.len() + item.len() + 2)
            .sum();
        let mut text = Zeroizing::new(Vec::with_capacity(length + 64));
        text.extend_from_slice(format!("{{\"v\":{VERSION},\"items\":{{").as_bytes());
        for (at, (name, item)) in pieces.iter().enumerate() {
            if at > 0 {
                text.push(b',');
            }
            text.extend_from_slice(name.as_bytes());
            text.push(b':');
            text.extend_from_slice(item);
        }
        text.extend_from_slice(b"}}");
        text
    }

    /// Makes the change that [`Content::to_text`] wrote.
    pub(super) fn change(&mut self, name: String, changed: Option<Credential>) {
        match changed {
            Some(credential) => self.items.insert(name, Entry::Read(credential)),
            None => self.items.remove(&name),
        };
    }
}

fn quoted(name: &str) -> String {
    serde_json::Value::from(name).to_string()
}

/// serde's own errors can quote the input, so they end here.
fn parse<'de, T: Deserialize<'de>>(text: &'de [u8]) -> Result<T, SealedError> {
    serde_json::from_slice(text).map_err(|_| SealedError::Damaged(Damage::Content))
}
