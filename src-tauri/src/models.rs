//! The models that providers have told of, remembered while the app runs.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use chat::{Failure, FailureKind};
use futures_util::future::join_all;
use providers::{ModelInfo, Provider, demo, list_models, store_failure};
use tokio::time::timeout;

use crate::app::App;
use crate::ipc::{
    Abilities, CommandError, Measure, ModelGroup, ModelItem, ModelMenu, ModelPrice, ModelRef,
    ProviderLimits, in_units,
};
use crate::roster::Listed;

/// For how long a list is taken as it is.
const FRESH: Duration = Duration::from_secs(600);
/// How long a question about a provider itself may take in all.
const INQUIRY_LIMIT: Duration = Duration::from_secs(30);
/// How long the settings window waits for a provider to name a model.
const PATIENCE: Duration = Duration::from_secs(5);
/// The most models of one provider that the picker is given.
const MOST: usize = 2_000;

/// What providers have told of their models.
#[derive(Default)]
pub(crate) struct KnownModels {
    lists: Mutex<HashMap<String, (Instant, Vec<ModelInfo>)>>,
}

impl KnownModels {
    fn of(&self, provider: &str) -> Option<(Instant, Vec<ModelInfo>)> {
        let lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        lists.get(provider).cloned()
    }

    fn remember(&self, provider: &str, models: Vec<ModelInfo>) {
        let mut lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        lists.insert(provider.to_owned(), (Instant::now(), models));
    }

    /// Forgets what a provider has told: its key or its address has changed.
    pub(crate) fn forget(&self, provider: &str) {
        let mut lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        lists.remove(provider);
    }
}

impl App {
    /// Everything the picker shows. Asks the providers only if `ask` is set and their lists are old.
    pub(crate) async fn model_menu(&self, ask: bool) -> ModelMenu {
        let roster = self.roster();
        let groups = join_all(roster.iter().map(|listed| self.model_group(listed, ask)));
        let local = async {
            if ask {
                self.local_servers().await
            } else {
                Vec::new()
            }
        };
        let (groups, local) = tokio::join!(groups, local);
        ModelMenu {
            local,
            selected: self.selected_model().into(),
            groups: groups.into_iter().chain([demo_group()]).collect(),
        }
    }

    /// New chats use a provider that has just been set up, if they used the demo until now: its default model, or the
    /// first that it tells of.
    pub(crate) async fn choose_for_new_chats(&self, listed: &Listed) {
        let chosen = self.settings.current().model;
        if chosen.is_some_and(|model| model.provider != demo::PROVIDER_ID) {
            return;
        }
        let model = if listed.default_model.is_empty() {
            match timeout(PATIENCE, self.ask_for_models(listed)).await {
                Ok(Ok(models)) => models.into_iter().next().map(|model| model.id),
                // Whoever can't be asked now can be chosen in the picker later.
                _ => None,
            }
        } else {
            Some(listed.default_model.clone())
        };
        let Some(model) = model else { return };
        let model = chat::ModelRef {
            provider: listed.provider.id().to_owned(),
            model,
        };
        if let Err(error) = self
            .settings
            .update(|settings| settings.model = Some(model))
        {
            tracing::warn!(%error, "the model for new chats could not be noted");
        }
    }

    async fn model_group(&self, listed: &Listed, ask: bool) -> ModelGroup {
        let provider = &listed.provider;
        let known = self.models.of(provider.id());
        let is_fresh = known.as_ref().is_some_and(|(at, _)| at.elapsed() < FRESH);
        let mut models = known.map(|(_, models)| models).unwrap_or_default();
        let mut error = None;
        if ask && !is_fresh {
            match self.ask_for_models(listed).await {
                Ok(told) => {
                    self.models.remember(provider.id(), told.clone());
                    models = told;
                }
                Err(failure) => {
                    error = Some(CommandError::from(failure).about(provider.name()));
                }
            }
        }
        if !listed.default_model.is_empty() {
            let at = models.iter().position(|one| one.id == listed.default_model);
            let default = match at {
                Some(at) => models.remove(at),
                None => ModelInfo::of(&listed.default_model),
            };
            models.insert(0, default);
        }
        models.truncate(MOST);
        ModelGroup {
            provider: provider.id().to_owned(),
            name: provider.name().to_owned(),
            host: Some(provider.host()),
            demo: false,
            models: models
                .into_iter()
                .map(|model| self.model_item(provider.id(), model))
                .collect(),
            abilities: provider.abilities().into(),
            left: self
                .heard_limits
                .of(&provider.host())
                .map(|limits| ProviderLimits {
                    requests: limits.requests.map(|one| one.left),
                    tokens: limits.tokens.map(|one| one.left),
                }),
            error,
        }
    }

    async fn ask_for_models(&self, listed: &Listed) -> Result<Vec<ModelInfo>, Failure> {
        let provider = &listed.provider;
        let key = self.keys.source(provider.id()).credential().await;
        let key = key.map_err(|error| store_failure(error).at(provider.host()))?;
        let provider = &self.with_headers(provider.clone());
        let asked = list_models(&self.client, provider, key.as_ref(), || self.gate.inquire());
        let models = within_limit(provider, asked).await?;
        if models.is_empty() && listed.default_model.is_empty() {
            return Err(Failure::new(FailureKind::ModelUnknown).at(provider.host()));
        }
        Ok(models)
    }

    /// What is known of a model: first what its provider says, then what the catalogue does.
    fn model_item(&self, provider: &str, model: ModelInfo) -> ModelItem {
        let known = self.catalog.model(provider, &model.id);
        ModelItem {
            name: model.name.unwrap_or_else(|| model.id.clone()),
            context: model
                .context
                .or_else(|| known.and_then(|known| known.context)),
            images: model
                .images
                .or_else(|| known.and_then(|known| known.images)),
            reasoning: model
                .reasoning
                .or_else(|| known.and_then(|known| known.reasoning)),
            price: self.shown_price(provider, &model.id),
            id: model.id,
        }
    }

    /// Whether a model reads pictures, where that is known.
    pub(crate) fn reads_images(&self, model: &ModelRef) -> Option<bool> {
        let told = self.models.of(&model.provider).and_then(|(_, models)| {
            let mut models = models.into_iter();
            models.find(|one| one.id == model.model)?.images
        });
        told.or_else(|| {
            self.catalog
                .model(&model.provider, &model.model)
                .and_then(|known| known.images)
        })
    }

    fn shown_price(&self, provider: &str, model: &str) -> Option<ModelPrice> {
        let in_dollars = |money| in_units(Measure::Cost, money);
        let own = self.settings.current().prices.into_iter();
        let own = own
            .map(|own| (own.model, own.price))
            .find(|(of, _)| of.provider == provider && of.model == model);
        let (price, date) = if let Some((_, price)) = own {
            (price, None)
        } else {
            let known = self.catalog.price(provider, model)?;
            (known.price, Some(known.date.clone()))
        };
        Some(ModelPrice {
            input: in_dollars(price.input),
            output: in_dollars(price.output),
            date,
        })
    }

    /// The most tokens that a model reads and writes in one turn, as the catalogue or its provider's list tells.
    pub(crate) fn context_window(&self, model: &chat::ModelRef) -> Option<u64> {
        let known = self.catalog.model(&model.provider, &model.model);
        known.and_then(|known| known.context).or_else(|| {
            let (_, models) = self.models.of(&model.provider)?;
            models.iter().find(|one| one.id == model.model)?.context
        })
    }
}

/// Bounds a question about a provider itself as a whole. An answer to a person may take its time; a list of models that
/// trickles in would keep everything else waiting.
pub(crate) async fn within_limit<T>(
    provider: &Provider,
    asked: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    timeout(INQUIRY_LIMIT, asked)
        .await
        .unwrap_or_else(|_| Err(Failure::new(FailureKind::FirstByteTimeout).at(provider.host())))
}

fn demo_group() -> ModelGroup {
    ModelGroup {
        provider: demo::PROVIDER_ID.into(),
        name: "Demo".into(),
        host: None,
        demo: true,
        models: vec![ModelItem {
            id: demo::MODEL_ID.into(),
            name: "Demo".into(),
            context: None,
            images: None,
            reasoning: None,
            price: None,
        }],
        abilities: Abilities::default(),
        left: None,
        error: None,
    }
}

/// The name beside an answer. It is told even if the provider is no longer set up.
pub(crate) fn model_label(model: ModelRef) -> crate::ipc::ModelLabel {
    let demo = model.provider == demo::PROVIDER_ID;
    crate::ipc::ModelLabel {
        name: if demo {
            "Demo".into()
        } else {
            model.model.clone()
        },
        demo,
        model,
    }
}
