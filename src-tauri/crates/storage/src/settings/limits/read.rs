//! JSON to limits.

use std::collections::BTreeMap;

use chat::{Cap, Measure};
use serde_json::{Map, Value};

use super::{
    LimitName, LimitSettings, LimitValue, MEASURES, MOST_ANSWER, MOST_COUNT, PERIODS, dollars,
    whole,
};
use crate::settings::problem::{SettingsProblem, SettingsProblemKind as Kind};

/// Reads `limits`.
pub(in crate::settings) fn read(
    value: Option<&Value>,
    problems: &mut Vec<SettingsProblem>,
) -> LimitSettings {
    let mut reader = Reader {
        found: BTreeMap::new(),
        problems,
    };
    reader.limits(value);
    LimitSettings(reader.found)
}

struct Reader<'a> {
    found: BTreeMap<LimitName, LimitValue>,
    problems: &'a mut Vec<SettingsProblem>,
}

impl Reader<'_> {
    fn tell(&mut self, place: impl Into<String>) {
        self.problems.push(SettingsProblem {
            place: place.into(),
            kind: Kind::BadValue,
        });
    }

    /// The object at a place. What is none lets nothing through.
    fn object<'v>(
        &mut self,
        value: Option<&'v Value>,
        place: &str,
    ) -> Option<&'v Map<String, Value>> {
        match value {
            None | Some(Value::Null) => None,
            Some(Value::Object(object)) => Some(object),
            Some(_) => {
                self.tell(place);
                self.found.insert(LimitName::Whole, LimitValue::Unreadable);
                None
            }
        }
    }

    fn limits(&mut self, value: Option<&Value>) {
        let Some(object) = self.object(value, "limits") else {
            return;
        };
        for (name, value) in object {
            let place = format!("limits.{name}");
            match name.as_str() {
                "turnsPerHour" => {
                    let turns = count(value, Cap::MOST.turns_per_hour);
                    self.put(LimitName::TurnsPerHour, value, turns, &place);
                }
                "outputTokensPerDay" => {
                    let tokens = count(value, Cap::MOST.output_tokens_per_day);
                    self.put(LimitName::OutputTokensPerDay, value, tokens, &place);
                }
                "answerTokens" => {
                    let tokens = count(value, MOST_ANSWER).filter(|tokens| *tokens > 0);
                    self.put(LimitName::AnswerTokens, value, tokens, &place);
                }
                "providers" => {
                    for (id, value) in self.object(Some(value), &place).into_iter().flatten() {
                        let place = format!("limits.providers.{id}");
                        for (name, value) in self.object(Some(value), &place).into_iter().flatten()
                        {
                            self.period(Some(id), name, value, &format!("{place}.{name}"));
                        }
                    }
                }
                _ => self.period(None, name, value, &place),
            }
        }
    }

    fn period(&mut self, provider: Option<&String>, name: &str, value: &Value, place: &str) {
        let Some((_, period)) = PERIODS.iter().find(|(known, _)| *known == name) else {
            return self.tell(place);
        };
        for (name, value) in self.object(Some(value), place).into_iter().flatten() {
            let place = format!("{place}.{name}");
            let Some((_, measure)) = MEASURES.iter().find(|(known, _)| known == name) else {
                self.tell(place);
                continue;
            };
            let most = match measure {
                Measure::Cost => money(value),
                Measure::Requests | Measure::Tokens => count(value, MOST_COUNT),
            };
            let name = LimitName::Budget {
                provider: provider.cloned(),
                period: *period,
                measure: *measure,
            };
            self.put(name, value, most, &place);
        }
    }

    fn put(&mut self, name: LimitName, value: &Value, most: Option<u64>, place: &str) {
        let value = match most {
            Some(most) => LimitValue::Most(most),
            None if value.is_null() => return,
            None => {
                self.tell(place);
                LimitValue::Unreadable
            }
        };
        self.found.insert(name, value);
    }
}

/// A whole number, written as one or as `1e3`.
fn count(value: &Value, most: u64) -> Option<u64> {
    whole(value.as_f64()?, most)
}

/// Dollars, as millionths of one.
pub(super) fn money(value: &Value) -> Option<u64> {
    dollars(value.as_f64()?)
}
