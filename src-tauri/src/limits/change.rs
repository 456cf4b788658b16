//! Limits, set.

use chat::{Cap, Measure as Counted, Period as Lasts, USUAL_ANSWER};
use storage::Settings;
use storage::limits::{LimitName, LimitValue, MOST_ANSWER, MOST_COUNT, MOST_MONEY, dollars, whole};
use tauri::{AppHandle, WebviewWindow};

use super::wording;
use crate::app::App;
use crate::ipc::{
    CapKind, CommandError, ErrorCode, Measure, Period, SetAnswerLimit, SetBudget, SetCap, in_units,
};
use crate::names::shown_name;
use crate::native::dialog::Question;
use crate::own_providers::not_saved;

impl App {
    /// Moves a part of the cap. False if the person said no.
    ///
    /// # Errors
    /// That it is no limit, or settings that can't be written.
    pub(crate) async fn set_cap(
        &self,
        app: &AppHandle,
        window: WebviewWindow,
        request: SetCap,
    ) -> Result<bool, CommandError> {
        let (name, most) = match request.kind {
            CapKind::TurnsPerHour => (LimitName::TurnsPerHour, Cap::MOST.turns_per_hour),
            CapKind::OutputTokensPerDay => (
                LimitName::OutputTokensPerDay,
                Cap::MOST.output_tokens_per_day,
            ),
        };
        let value = counted(request.value, most)?;
        self.set_limit(app, window, name, Some(value)).await
    }

    /// Sets or removes a budget. False if the person said no.
    ///
    /// # Errors
    /// That it is no limit, that there is no such provider, or settings that can't be written.
    pub(crate) async fn set_budget(
        &self,
        app: &AppHandle,
        window: WebviewWindow,
        request: SetBudget,
    ) -> Result<bool, CommandError> {
        let measure = match request.measure {
            Measure::Requests => Counted::Requests,
            Measure::Tokens => Counted::Tokens,
            Measure::Cost => Counted::Cost,
        };
        let value = match (request.value, measure) {
            (None, _) => None,
            (Some(value), Counted::Cost) => Some(money(value)?),
            (Some(value), _) => Some(counted(value, MOST_COUNT)?),
        };
        let name = LimitName::Budget {
            provider: request.provider,
            period: match request.period {
                Period::Day => Lasts::Day,
                Period::Month => Lasts::Month,
            },
            measure,
        };
        // Of a provider that is gone a budget can still be removed.
        if let LimitName::Budget {
            provider: Some(id), ..
        } = &name
            && self.find_provider(id).is_none()
            && self.settings.current().limits.get(&name).is_none()
        {
            return Err(CommandError::new(ErrorCode::ProviderUnknown));
        }
        self.set_limit(app, window, name, value).await
    }

    /// Sets or removes the limit of one answer. False if the person said no.
    ///
    /// # Errors
    /// That it is no limit, or settings that can't be written.
    pub(crate) async fn set_answer_limit(
        &self,
        app: &AppHandle,
        window: WebviewWindow,
        request: SetAnswerLimit,
    ) -> Result<bool, CommandError> {
        let most = match request.tokens {
            None => None,
            // An answer of nothing is none.
            Some(tokens) => match counted(tokens, MOST_ANSWER)? {
                0 => return Err(CommandError::new(ErrorCode::LimitInvalid)),
                tokens => Some(tokens),
            },
        };
        self.set_limit(app, window, LimitName::AnswerTokens, most)
            .await
    }

    async fn set_limit(
        &self,
        app: &AppHandle,
        window: WebviewWindow,
        name: LimitName,
        most: Option<u64>,
    ) -> Result<bool, CommandError> {
        let change = LimitChange { name, most };
        let before = change.before(&self.settings.current());
        if change.widens(before) {
            let whose = match &change.name {
                LimitName::Budget {
                    provider: Some(id), ..
                } => format!("“{}”", shown_name(&self.provider_name(id), "—")),
                _ => "all providers together".into(),
            };
            let question = change.question(before, &whose);
            if !self.dialogs.confirm(app, Some(window), question).await? {
                return Ok(false);
            }
            return self.write(|settings| {
                change.make(settings);
                true
            });
        }
        // Without leave it may only be lowered, whatever has been set in the meantime.
        self.write(|settings| {
            let lowers = !change.widens(change.before(settings));
            if lowers {
                change.make(settings);
            }
            lowers
        })
    }

    /// Writes a change and puts it in force. `change` says whether it was made.
    pub(super) fn write(
        &self,
        change: impl FnOnce(&mut Settings) -> bool,
    ) -> Result<bool, CommandError> {
        let mut made = false;
        self.settings
            .update(|settings| made = change(settings))
            .map_err(not_saved)?;
        self.put_limits_in_force();
        self.tell_of_change();
        Ok(made)
    }
}

/// A limit that is to be set.
struct LimitChange {
    name: LimitName,
    most: Option<u64>,
}

impl LimitChange {
    /// How much is allowed now; `None` for anything.
    fn before(&self, settings: &Settings) -> Option<u64> {
        let allowed = |name: &LimitName| match settings.limits.get(name) {
            Some(LimitValue::Most(most)) => Some(most),
            Some(LimitValue::Unreadable) => Some(0),
            None => None,
        };
        let usual = Cap::default();
        match &self.name {
            LimitName::TurnsPerHour => allowed(&self.name).or(Some(usual.turns_per_hour)),
            LimitName::OutputTokensPerDay => {
                allowed(&self.name).or(Some(usual.output_tokens_per_day))
            }
            name if mends_all(name) => allowed(&LimitName::Whole).or_else(|| allowed(name)),
            name => allowed(name),
        }
    }

    /// Whether more is allowed after it than `before`.
    fn widens(&self, before: Option<u64>) -> bool {
        match (before, self.most) {
            // A provider may be asked for more by it than it would write of itself.
            (None, Some(after)) => self.name == LimitName::AnswerTokens && after > USUAL_ANSWER,
            (None, None) => false,
            (Some(_), None) => true,
            (Some(before), Some(after)) => after > before,
        }
    }

    fn make(&self, settings: &mut Settings) {
        if mends_all(&self.name) {
            settings.limits.set(LimitName::Whole, None);
        }
        settings.limits.set(self.name.clone(), self.most);
    }

    fn question(&self, before: Option<u64>, whose: &str) -> Question {
        let (title, yes) = match self.most {
            Some(_) if before.is_none() => ("Set this limit?", "Set the limit"),
            Some(_) => ("Raise this limit?", "Raise the limit"),
            None => ("Remove this limit?", "Remove the limit"),
        };
        let from = wording::limit(&self.name, before);
        let to = wording::limit(&self.name, self.most);
        let more = match self.most {
            Some(_) => "More can be spent from now on.",
            None => "Only the limits that remain hold from now on.",
        };
        Question {
            title: title.into(),
            host: format!("{from} → {to}"),
            address: Some(format!("For {whose}")),
            body: format!("{more} Go on only if you asked for it."),
            yes: yes.into(),
        }
    }
}

/// Whether a limit stands for a part of the file that can't be read, so that setting it mends that part.
fn mends_all(name: &LimitName) -> bool {
    let LimitName::Budget {
        provider,
        period,
        measure,
    } = name
    else {
        return false;
    };
    provider.is_none() && *period == Lasts::Day && *measure == Counted::Requests
}

fn counted(value: f64, most: u64) -> Result<u64, CommandError> {
    whole(value, most).ok_or_else(|| refused(value, Counted::Requests, most))
}

pub(super) fn money(value: f64) -> Result<u64, CommandError> {
    dollars(value).ok_or_else(|| refused(value, Counted::Cost, MOST_MONEY))
}

/// Why a number is no limit.
fn refused(value: f64, measure: Counted, most: u64) -> CommandError {
    let is_too_large = value.is_finite() && value > in_units(measure.into(), most);
    CommandError::new(if is_too_large {
        ErrorCode::LimitTooLarge
    } else {
        ErrorCode::LimitInvalid
    })
}

#[cfg(test)]
mod tests;
