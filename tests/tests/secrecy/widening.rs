//! Script in the settings window that widens what may be spent.

use e2e::dialog::Dialog;
use e2e::provider::{Provider, openai};
use e2e::scenario::{
    chat, new_chat, read_settings, say, start, unlocked, wait_for_end, wait_until_stored,
};
use e2e::script::{answered, invoke, invoke_later};
use e2e::settings_page::settings_from_chat;
use e2e::window::Page;
use e2e::{Desk, Keyring, proof};
use serde_json::{Value, json};

use crate::budget::limited;

#[test]
fn a_limit_that_can_not_be_read_lets_nothing_through() {
    let desk = Desk::new(Keyring::NoService);
    let provider = Provider::http();
    limited(
        &desk,
        &provider,
        &json!({ "day": { "cost": "5 dollars" }, "month": { "requests": 5 } }),
    );
    let app = start(&desk);
    let page = chat(&app);
    say(&page, "Anybody?");
    wait_for_end(&page, "Anybody?");
    let held = wait_until_stored(&desk, "Anybody?");
    assert_eq!(held[1].failure_kind(), Some("budget_cost"));
    assert!(provider.completions().is_empty());
    let page = settings_from_chat(&app);
    let state = &invoke(&page, "limits_state", &json!(null))["answer"];
    let odd: Vec<_> = state["budgets"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|budget| budget["unreadable"] == true)
        .collect();
    assert_eq!(odd.len(), 1);
    assert_eq!(
        (&odd[0]["period"], &odd[0]["measure"]),
        (&json!("day"), &json!("cost"))
    );
    // To mend it lets more through than before, so a person is asked.
    let mend = json!({ "provider": null, "period": "day", "measure": "cost", "value": 5 });
    invoke_later(&page, "mend", "set_budget", mend);
    Dialog::wait(&desk, "Raise this limit").press("Raise the limit");
    assert_eq!(answered(&page, "mend"), json!({ "answer": true }));
    assert_eq!(read_settings(&desk)["limits"]["day"], json!({ "cost": 5 }));
}

#[test]
fn a_limit_that_is_written_by_hand_holds_once_the_app_has_taken_it_in() {
    let desk = Desk::new(Keyring::NoService);
    let provider = Provider::http();
    provider.always(openai::COMPLETIONS, |_| openai::answer("Heard."));
    limited(&desk, &provider, &json!({ "turnsPerHour": 30 }));
    let app = start(&desk);
    let page = settings_from_chat(&app);
    let talk = chat(&app);
    say(&talk, "First?");
    wait_for_end(&talk, "First?");
    limited(&desk, &provider, &json!({ "turnsPerHour": "30" }));
    // Any change of the settings reads the file anew.
    invoke(&page, "set_rotation_reminder", &json!({ "days": 90 }));
    new_chat(&talk);
    say(&talk, "Second?");
    wait_for_end(&talk, "Second?");
    let held = wait_until_stored(&desk, "Second?");
    assert_eq!(held[1].failure_kind(), Some("cap_turns"));
    assert_eq!(provider.completions().len(), 1);
    // What can't be read is nothing, and only a person can make more of it.
    let (command, request) = cap(1);
    invoke_later(&page, "mend", command, request);
    Dialog::wait(&desk, "Raise this limit").press("Raise the limit");
    assert_eq!(answered(&page, "mend"), json!({ "answer": true }));
    assert_eq!(read_settings(&desk)["limits"], json!({ "turnsPerHour": 1 }));
}

/// A command and its request.
type Call = (&'static str, Value);

fn budget(period: &str, measure: &str, value: &Value) -> Call {
    let request = json!({ "provider": null, "period": period, "measure": measure, "value": value });
    ("set_budget", request)
}

fn price(input: f64, output: f64) -> Call {
    let price = json!({ "input": input, "output": output });
    let request = json!({ "provider": "Workshop", "model": "small-talk-1", "price": price });
    ("set_price", request)
}

fn cap(value: u32) -> Call {
    ("set_cap", json!({ "kind": "turnsPerHour", "value": value }))
}

#[track_caller]
fn assert_what_is_no_limit_is_refused(page: &Page<'_>) {
    let wrong = [
        (budget("day", "requests", &json!(-1)), "limit_invalid"),
        (budget("day", "tokens", &json!(0.5)), "limit_invalid"),
        (budget("day", "cost", &json!("1")), "limit_invalid"),
        (budget("month", "tokens", &json!(1e18)), "limit_too_large"),
        (
            ("set_cap", json!({ "kind": "turnsPerHour", "value": null })),
            "limit_invalid",
        ),
        (cap(1_000_000), "limit_too_large"),
        (price(-1.0, 0.0), "limit_invalid"),
        (
            ("set_answer_limit", json!({ "tokens": 0 })),
            "limit_invalid",
        ),
    ];
    for ((command, request), code) in &wrong {
        let answer = invoke(page, command, request);
        assert_eq!(answer["error"]["code"], *code, "{request}: {answer}");
    }
}

#[test]
fn script_lowers_limits_and_can_not_raise_them() {
    let desk = unlocked();
    let provider = Provider::http();
    provider.always(openai::COMPLETIONS, |_| openai::answer("Heard."));
    let limits = json!({ "answerTokens": 100, "day": { "requests": 1 }, "month": { "cost": 2 } });
    limited(&desk, &provider, &limits);
    let app = start(&desk);
    let page = settings_from_chat(&app);
    let widening = [
        budget("day", "requests", &json!(1_000)),
        budget("day", "requests", &json!(null)),
        budget("month", "cost", &json!(2.000_001)),
        budget("month", "cost", &json!(null)),
        ("set_answer_limit", json!({ "tokens": 101 })),
        ("set_answer_limit", json!({ "tokens": null })),
        cap(61),
        (
            "set_cap",
            json!({ "kind": "outputTokensPerDay", "value": 500_001 }),
        ),
        price(0.0, 0.0),
    ];
    for (index, (command, request)) in widening.iter().enumerate() {
        let name = index.to_string();
        invoke_later(&page, &name, command, request.clone());
        let question = Dialog::wait(
            &desk,
            "Raise this limit|Remove this limit|Count another price",
        );
        assert!(question.text().contains('→'), "{}", question.text());
        // While it is open, another call opens no other.
        let (command, request) = cap(70);
        assert_eq!(
            invoke(&page, command, &request)["error"]["code"],
            "dialog_open"
        );
        question.dismiss();
        assert_eq!(answered(&page, &name), json!({ "answer": false }));
    }
    assert_eq!(read_settings(&desk)["limits"], limits);

    assert_what_is_no_limit_is_refused(&page);
    assert_eq!(read_settings(&desk)["limits"], limits);

    // Lowering needs no leave, and holds at once.
    let (command, request) = budget("day", "requests", &json!(0));
    assert_eq!(invoke(&page, command, &request), json!({ "answer": true }));
    assert!(Dialog::all(&desk).is_empty());
    let talk = chat(&app);
    say(&talk, "Still there?");
    wait_for_end(&talk, "Still there?");
    let held = wait_until_stored(&desk, "Still there?");
    assert_eq!(held[1].failure_kind(), Some("budget_requests"));
    assert!(provider.completions().is_empty());

    // A person can raise it, and knows from what to what.
    let (command, request) = budget("day", "requests", &json!(3));
    invoke_later(&page, "raise", command, request);
    let question = Dialog::wait(&desk, "Raise this limit");
    let text = question.text();
    for part in [
        "0 requests per day → 3 requests per day",
        "For all providers together",
    ] {
        assert!(text.contains(part), "{part:?} in {text:?}");
    }
    question.press("Raise the limit");
    assert_eq!(answered(&page, "raise"), json!({ "answer": true }));
    new_chat(&talk);
    say(&talk, "And now?");
    wait_for_end(&talk, "And now?");
    assert_eq!(provider.completions().len(), 1);
    proof::attack(
        "widen a limit from web code",
        widening.len() as u64 * 2,
        0,
        "with a native yes the same call raised the limit, and one more turn arrived",
    );
}
