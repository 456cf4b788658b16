//! The providers that are set up: vendors that a key is kept for, and providers of one's own.

use std::sync::Arc;

use chat::{
    CompletionModel, CompletionRequest, CompletionStream, Failure, FailureKind, ModelRef,
    SendTicket,
};
use providers::{ChatModel, Demo, KeyNeed, Provider, demo};
use storage::ProviderEntry;

use crate::app::App;
use crate::names::shown_name;
use crate::network::is_no_provider;

/// A provider with what the settings say of it.
pub(crate) struct Listed {
    /// How to talk to it.
    pub provider: Provider,
    /// Whether the person added it.
    pub own: bool,
    /// The model that new chats use; empty if none is named.
    pub default_model: String,
}

impl Listed {
    /// Its name as a native dialog says it. One that a person gave stands in quotation marks, which it can't close itself:
    /// it may not pass for the dialog's own words.
    pub(crate) fn called(&self, otherwise: &str) -> String {
        let name = shown_name(self.provider.name(), otherwise);
        if self.own {
            format!("“{name}”")
        } else {
            name
        }
    }
}

impl App {
    /// Every provider that is set up, vendors first. An own one whose address can't be used is left out.
    pub(crate) fn roster(&self) -> Vec<Listed> {
        let with_key = self.keys.providers();
        let settings = self.settings.current();
        let vendors = self
            .catalog
            .vendors()
            .iter()
            .filter(|vendor| with_key.contains(&vendor.id))
            .map(|vendor| Listed {
                provider: Provider::of_vendor(vendor),
                own: false,
                default_model: vendor.default_model.clone(),
            });
        let own = settings
            .providers
            .iter()
            .filter(|entry| !self.is_reserved(&entry.id))
            .filter_map(own);
        vendors.chain(own).collect()
    }

    /// The provider with this id, whether a key is kept for it or not.
    pub(crate) fn find_provider(&self, id: &str) -> Option<Listed> {
        let settings = self.settings.current();
        let entry = settings
            .providers
            .iter()
            .find(|entry| entry.id == id && !self.is_reserved(id));
        entry.and_then(own).or_else(|| {
            let vendor = self.catalog.by_id(id)?;
            Some(Listed {
                provider: Provider::of_vendor(vendor),
                own: false,
                default_model: vendor.default_model.clone(),
            })
        })
    }

    /// Whether an id is the demo's or a vendor's, and so can't be a provider's of one's own.
    pub(crate) fn is_reserved(&self, id: &str) -> bool {
        id == demo::PROVIDER_ID || is_no_provider(id) || self.catalog.by_id(id).is_some()
    }

    /// The model to ask. One that is not there (any more) fails when it is asked, so that the question is kept.
    pub(crate) fn completion_model(&self, model: &ModelRef) -> Arc<dyn CompletionModel> {
        if model.provider == demo::PROVIDER_ID {
            return Arc::new(Demo);
        }
        let Some(listed) = self.find_provider(&model.provider) else {
            return Arc::new(NoSuchProvider);
        };
        let provider = if self.keys.has(&model.provider) {
            // It has a key, so it is not asked without one.
            listed.provider.with_key_need(KeyNeed::Required)
        } else {
            listed.provider
        };
        let key = self.keys.source(provider.id());
        let window = self.context_window(model);
        let provider = self.with_headers(provider);
        let asked = ChatModel::new(self.client.clone(), provider, key)
            .with_context_window(window)
            .with_images(self.reads_images(&model.clone().into()));
        Arc::new(asked)
    }

    /// The model that new turns use: the chosen one, or the demo's until one is chosen.
    pub(crate) fn selected_model(&self) -> ModelRef {
        self.settings.current().model.unwrap_or_else(|| ModelRef {
            provider: demo::PROVIDER_ID.into(),
            model: demo::MODEL_ID.into(),
        })
    }
}

fn own(entry: &ProviderEntry) -> Option<Listed> {
    let protocol = entry.protocol.name().parse().ok()?;
    let provider = Provider::own(&entry.id, &entry.name, protocol, &entry.base_url)
        .inspect_err(|error| {
            tracing::warn!(provider = entry.id, %error, "a provider's address can't be used");
        })
        .ok()?;
    Some(Listed {
        provider,
        own: true,
        default_model: entry.default_model.clone().unwrap_or_default(),
    })
}

/// Stands for a provider that is not set up (any more).
struct NoSuchProvider;

impl CompletionModel for NoSuchProvider {
    fn complete(&self, _request: CompletionRequest, _ticket: SendTicket) -> CompletionStream {
        CompletionStream::new(futures_util::stream::iter([Err(Failure::new(
            FailureKind::ProviderUnknown,
        ))]))
    }

    fn context_window(&self, _: &str) -> Option<u64> {
        None
    }

    fn is_metered(&self) -> bool {
        true
    }
}
