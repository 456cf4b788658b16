use std::fs;

use chat::{Cap, ModelRef, Price};
use serde_json::{Value, json};

use super::*;
use crate::SettingsFile;
use crate::testing::Folder;

fn budget(provider: Option<&str>, period: Period, measure: Measure) -> LimitName {
    LimitName::Budget {
        provider: provider.map(Into::into),
        period,
        measure,
    }
}

fn load(limits: &Value) -> (Folder, SettingsFile) {
    let folder = Folder::new();
    let content = json!({ "version": 1, "limits": limits });
    fs::write(folder.root().join("settings.json"), content.to_string()).unwrap();
    let (file, _) = SettingsFile::load(folder.root());
    (folder, file)
}

fn on_disk(folder: &Folder) -> Value {
    serde_json::from_slice(&fs::read(folder.root().join("settings.json")).unwrap()).unwrap()
}

fn places(file: &SettingsFile) -> Vec<String> {
    let problems = file.problems().into_iter();
    problems.map(|problem| problem.place).collect()
}

#[test]
fn limits_are_read_as_they_are_documented() {
    let (_folder, file) = load(&json!({
        "turnsPerHour": 30,
        "outputTokensPerDay": 1e6,
        "answerTokens": 4000,
        "day": { "requests": 200, "tokens": 300_000, "cost": 1.5 },
        "month": { "cost": 5.1, "tokens": null },
        "providers": { "openai": { "month": { "cost": 0 } } },
    }));
    assert_eq!(places(&file), [""; 0]);
    let limits = file.current().limits.in_force(Vec::new());
    let expect = |provider: Option<&str>, period, measure, most| Budget {
        provider: provider.map(Into::into),
        period,
        measure,
        most,
    };
    assert_eq!(
        limits,
        Limits {
            cap: Cap {
                turns_per_hour: 30,
                output_tokens_per_day: 1_000_000,
            },
            answer_tokens: Some(4_000),
            budgets: vec![
                expect(None, Period::Day, Measure::Requests, 200),
                expect(None, Period::Day, Measure::Tokens, 300_000),
                expect(None, Period::Day, Measure::Cost, 1_500_000),
                expect(None, Period::Month, Measure::Cost, 5_100_000),
                expect(Some("openai"), Period::Month, Measure::Cost, 0),
            ],
            prices: Vec::new(),
        }
    );
}

#[test]
fn a_limit_that_can_not_be_read_is_told_of_and_lets_nothing_through() {
    for bad in [
        json!(-1),
        json!("20"),
        json!(1e18),
        json!(10_000_000_000_000_000_000_u64),
        json!(0.5),
        json!([]),
        json!(true),
    ] {
        let (_folder, file) = load(&json!({ "day": { "requests": bad }, "answerTokens": bad }));
        assert_eq!(
            places(&file),
            ["limits.answerTokens", "limits.day.requests"],
            "{bad}"
        );
        let limits = file.current().limits.in_force(Vec::new());
        assert_eq!(limits.budgets[0].most, 0, "{bad}");
        assert_eq!(limits.answer_tokens, Some(0), "{bad}");
    }
    for bad in [
        json!(5),
        json!({ "day": 5 }),
        json!({ "providers": [] }),
        json!({ "providers": { "a": 5 } }),
        json!({ "providers": { "a": { "month": 5 } } }),
    ] {
        let (_folder, file) = load(&bad);
        assert_eq!(places(&file).len(), 1, "{bad}");
        assert_eq!(
            file.current().limits.in_force(Vec::new()).budgets[0].most,
            0,
            "{bad}"
        );
    }
}

#[test]
fn a_misspelt_limit_is_told_of() {
    let (_folder, file) = load(
        &json!({ "day": { "requets": 20 }, "week": {}, "providers": { "a": { "year": {} } } }),
    );
    assert_eq!(
        places(&file),
        [
            "limits.day.requets",
            "limits.providers.a.year",
            "limits.week"
        ]
    );
}

#[test]
fn a_cap_that_can_not_be_read_lets_nothing_through_until_it_is_mended() {
    for bad in [json!(-1), json!(1e18), json!("no"), json!(0.5)] {
        let (folder, file) = load(&json!({ "turnsPerHour": bad, "outputTokensPerDay": bad }));
        assert_eq!(
            places(&file),
            ["limits.outputTokensPerDay", "limits.turnsPerHour"]
        );
        let cap = |file: &SettingsFile| file.current().limits.in_force(Vec::new()).cap;
        let closed = Cap {
            turns_per_hour: 0,
            output_tokens_per_day: 0,
        };
        assert_eq!(cap(&file), closed, "{bad}");
        file.update(|settings| settings.limits.set(LimitName::TurnsPerHour, Some(7)))
            .unwrap();
        let mended = json!({ "turnsPerHour": 7, "outputTokensPerDay": bad });
        assert_eq!(on_disk(&folder)["limits"], mended);
        assert_eq!(places(&file), ["limits.outputTokensPerDay"]);
        assert_eq!(cap(&file).turns_per_hour, 7);
    }
    let (_folder, file) = load(&json!({ "turnsPerHour": null }));
    assert_eq!(places(&file), [""; 0]);
    assert_eq!(
        file.current().limits.in_force(Vec::new()).cap,
        Cap::default()
    );
}

#[test]
fn a_change_touches_its_own_value_alone() {
    let (folder, file) = load(&json!({ "day": { "requests": "many", "note": "mine" }, "week": 1 }));
    let name = budget(Some("own"), Period::Month, Measure::Cost);
    file.update(|settings| settings.limits.set(name, Some(5_100_001)))
        .unwrap();
    assert_eq!(
        on_disk(&folder)["limits"],
        json!({
            "day": { "requests": "many", "note": "mine" },
            "week": 1,
            "providers": { "own": { "month": { "cost": 5.100_001 } } },
        })
    );
    let requests = budget(None, Period::Day, Measure::Requests);
    assert_eq!(
        file.current().limits.get(&requests),
        Some(LimitValue::Unreadable)
    );
    file.update(|settings| settings.limits.set(requests.clone(), Some(20)))
        .unwrap();
    assert_eq!(
        on_disk(&folder)["limits"]["day"],
        json!({ "requests": 20, "note": "mine" })
    );
    file.update(|settings| settings.limits.set(requests, None))
        .unwrap();
    assert_eq!(on_disk(&folder)["limits"]["day"], json!({ "note": "mine" }));
}

#[test]
fn what_is_no_object_is_mended_when_a_person_says_so() {
    for bad in [
        json!(5),
        json!({ "day": 5 }),
        json!({ "providers": { "a": 5 } }),
        json!({ "providers": 5, "month": null }),
    ] {
        let (folder, file) = load(&bad);
        let requests = budget(None, Period::Day, Measure::Requests);
        let mended = file
            .update(|settings| {
                settings.limits.set(LimitName::Whole, None);
                settings.limits.set(requests, Some(7));
            })
            .unwrap();
        assert_eq!(mended.limits.in_force(Vec::new()).budgets.len(), 1, "{bad}");
        assert_eq!(
            on_disk(&folder)["limits"]["day"],
            json!({ "requests": 7 }),
            "{bad}"
        );
        assert_eq!(places(&file), [""; 0], "{bad}");
    }
}

#[test]
fn files_without_limits_get_none() {
    let folder = Folder::new();
    let (file, _) = SettingsFile::load(folder.root());
    file.update(|settings| settings.theme = crate::Theme::Dark)
        .unwrap();
    let written = on_disk(&folder);
    assert!(written.get("limits").is_none() && written.get("prices").is_none());
}

#[test]
fn prices_are_read_and_written_and_bad_ones_stay() {
    let folder = Folder::new();
    let good = json!({ "provider": "a", "model": "m", "input": 0, "output": 1.25 });
    let bad = [
        json!({ "provider": "a", "model": "n", "input": -1, "output": 1 }),
        json!({ "provider": "a", "model": "o", "input": 1 }),
        json!({ "provider": "", "model": "o", "input": 1, "output": 1 }),
        json!(5),
    ];
    let mut prices = vec![good.clone(), good.clone()];
    prices.extend(bad.clone());
    let content = json!({ "version": 1, "prices": prices });
    fs::write(folder.root().join("settings.json"), content.to_string()).unwrap();
    let (file, _) = SettingsFile::load(folder.root());
    assert_eq!(
        places(&file),
        [
            "prices[1]",
            "prices[2]",
            "prices[3]",
            "prices[4]",
            "prices[5]"
        ]
    );
    let own = |model: &str, output| OwnPrice {
        model: ModelRef {
            provider: "a".into(),
            model: model.into(),
        },
        price: Price {
            input: 0,
            cached_input: None,
            output,
        },
    };
    assert_eq!(file.current().prices, [own("m", 1_250_000)]);
    file.update(|settings| settings.prices.push(own("p", 1)))
        .unwrap();
    let mut expected = vec![
        good,
        json!({ "provider": "a", "model": "p", "input": 0, "output": 0.000_001 }),
    ];
    expected.extend(bad);
    assert_eq!(on_disk(&folder)["prices"], Value::Array(expected));
}

#[test]
fn numbers_that_are_no_limits_are_refused() {
    for number in [-1.0, 0.5, 1e18, f64::NAN, f64::INFINITY, -0.1] {
        assert_eq!(whole(number, MOST_COUNT), None, "{number}");
    }
    for number in [-0.01, 1e18, f64::NAN, f64::NEG_INFINITY, 1_000_000.1] {
        assert_eq!(dollars(number), None, "{number}");
    }
    assert_eq!(whole(-0.0, MOST_COUNT), Some(0));
    assert_eq!(whole(1e12, MOST_COUNT), Some(MOST_COUNT));
    assert_eq!(dollars(1e6), Some(MOST_MONEY));
    assert_eq!(dollars(5.1), Some(5_100_000));
}
