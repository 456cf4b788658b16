//! Prices of one's own, set.

use chat::{ModelRef, OwnPrice, Price};
use storage::Settings;
use tauri::{AppHandle, WebviewWindow};

use super::change::money;
use super::wording;
use crate::app::App;
use crate::ipc::{CommandError, ErrorCode, SetPrice};
use crate::names::{plain, shown_name};
use crate::native::dialog::Question;

/// The longest id of a model, in characters: it is read whole in a dialog.
const LONGEST_MODEL: usize = 120;

impl App {
    /// Sets a price, or goes back to the catalogue's. False if the person said no.
    ///
    /// # Errors
    /// That it is no price, that there is no such provider, or settings that can't be written.
    pub(crate) async fn set_price(
        &self,
        app: &AppHandle,
        window: WebviewWindow,
        request: SetPrice,
    ) -> Result<bool, CommandError> {
        let model = ModelRef {
            provider: request.provider,
            model: request.model,
        };
        let name = shown_model(&model.model)?;
        let is_own = |settings: &Settings| settings.prices.iter().any(|own| own.model == model);
        if self.find_provider(&model.provider).is_none() && !is_own(&self.settings.current()) {
            return Err(CommandError::new(ErrorCode::ProviderUnknown));
        }
        let own = match request.price {
            None => None,
            Some(price) => Some(Price {
                input: money(price.input)?,
                cached_input: None,
                output: money(price.output)?,
            }),
        };
        let known = self
            .catalog
            .price(&model.provider, &model.model)
            .map(|known| known.price);
        let in_force = |settings: &Settings| {
            let own = settings.prices.iter().find(|own| own.model == model);
            own.map(|own| own.price).or(known)
        };
        let make = |settings: &mut Settings| {
            settings.prices.retain(|own| own.model != model);
            settings.prices.extend(own.map(|price| OwnPrice {
                model: model.clone(),
                price,
            }));
        };
        let before = in_force(&self.settings.current());
        let after = own.or(known);
        if is_dearer(before, after) {
            return self.write(|settings| {
                let rises = is_dearer(in_force(settings), after);
                if rises {
                    make(settings);
                }
                rises
            });
        }
        let question = Question {
            title: format!("Count another price for “{name}”?"),
            host: format!("{} → {}", shown_price(before), shown_price(after)),
            address: Some(format!(
                "For “{}”",
                shown_name(&self.provider_name(&model.provider), "—")
            )),
            body: "Budgets of money count with it from now on. A price that is too low lets more be spent than they say."
                .into(),
            yes: "Count this price".into(),
        };
        if !self.dialogs.confirm(app, Some(window), question).await? {
            return Ok(false);
        }
        self.write(|settings| {
            make(settings);
            true
        })
    }
}

/// A model's id as the dialog shows it: whole.
fn shown_model(id: &str) -> Result<String, CommandError> {
    let name = plain(id);
    if name.is_empty() || id.chars().count() > LONGEST_MODEL {
        return Err(CommandError::new(ErrorCode::BadRequest));
    }
    Ok(name)
}

/// Whether no part of a price falls. One that becomes known may be anything, so it is none.
fn is_dearer(before: Option<Price>, after: Option<Price>) -> bool {
    match (before, after) {
        (Some(before), Some(after)) => {
            let cached = |price: Price| price.cached_input.unwrap_or(price.input);
            after.input >= before.input
                && cached(after) >= cached(before)
                && after.output >= before.output
        }
        (None, None) => true,
        (None, Some(_)) | (Some(_), None) => false,
    }
}

fn shown_price(price: Option<Price>) -> String {
    price.map_or_else(
        || "unknown".into(),
        |price| {
            format!(
                "{} in, {} out",
                wording::dollars(price.input),
                wording::dollars(price.output)
            )
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_models_id_is_shown_whole_or_refused() {
        let long = "m".repeat(120);
        assert_eq!(shown_model(&long).unwrap(), long);
        assert_eq!(shown_model("a”\u{202E}b").unwrap(), "ab");
        for bad in ["m".repeat(121), String::new(), "”".into()] {
            assert_eq!(shown_model(&bad).unwrap_err().code, ErrorCode::BadRequest);
        }
    }

    #[test]
    fn a_price_that_falls_anywhere_asks() {
        let price = |input, cached_input, output| Price {
            input,
            cached_input,
            output,
        };
        let before = price(10, Some(5), 20);
        for (after, dearer) in [
            (price(10, Some(5), 20), true),
            (price(11, None, 21), true),
            (price(9, None, 100), false),
            (price(100, None, 19), false),
            (price(10, Some(4), 20), false),
        ] {
            assert_eq!(is_dearer(Some(before), Some(after)), dearer, "{after:?}");
        }
        assert!(!is_dearer(None, Some(before)), "it may be too low");
        assert!(!is_dearer(Some(before), None));
        assert!(is_dearer(None, None), "nothing changes");
    }
}
