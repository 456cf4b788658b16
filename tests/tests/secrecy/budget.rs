//! Script in the chat window that spends the user's money by sending.

use e2e::provider::{Provider, Reply, openai};
use e2e::scenario::{
    chat, new_chat, say, start, stored, wait_for_end, wait_until_stored, write_settings,
};
use e2e::script::invoke;
use e2e::wait::{SOON, wait_until};
use e2e::{Desk, Keyring, proof};
use serde_json::{Value, json};

const TURNS: u64 = 1_000;
const BUDGET: u64 = 20;

/// Starts turns as the page itself would, each in a chat of its own, and notes what became of each: the type of its last
/// event, and its error.
const START_TURNS: &str = r"
    const { invoke, transformCallback } = window.__TAURI_INTERNALS__;
    const turn = (number) => new Promise((ended, refused) => {
        const hear = transformCallback(({ message }) => {
            if (['finished', 'failed', 'cancelled'].includes(message?.type))
                ended({ end: message.type, error: message.error ?? null });
        });
        invoke('start_turn', {
            request: {
                conversation: null, text: `Turn ${number}`, asText: true,
                model: { provider: 'Workshop', model: 'small-talk-1' },
            },
            events: '__CHANNEL__:' + hear,
        }).catch(error => refused(error.code));
    });
    window.ends = [];
    const note = end => window.ends.push(end);
    for (let number = 0; number < arguments[0]; number++) turn(number).then(note, note);
";

/// Settings with one provider on this computer and these limits.
pub(crate) fn limited(desk: &Desk, provider: &Provider, limits: &Value) {
    write_settings(
        desk,
        &json!({
            "version": 1,
            "providers": [{
                "id": "Workshop", "name": "Workshop", "protocol": "openai-chat",
                "baseUrl": provider.base_url(), "defaultModel": "small-talk-1",
            }],
            "model": { "provider": "Workshop", "model": "small-talk-1" },
            "limits": limits,
        }),
    );
}

#[test]
fn of_a_thousand_turns_that_script_starts_as_many_arrive_as_the_budget_allows() {
    let desk = Desk::new(Keyring::NoService);
    let provider = Provider::http();
    provider.always(openai::COMPLETIONS, |_| openai::answer("Heard."));
    limited(&desk, &provider, &json!({ "day": { "requests": BUDGET } }));
    let app = start(&desk);
    let page = chat(&app);
    page.run(START_TURNS, vec![TURNS.into()]);
    wait_until("every turn to end", SOON * 12, || {
        page.run("return window.ends.length", vec![]) == TURNS
    });
    let ends = page.run("return window.ends", vec![]);
    let ends = ends.as_array().unwrap();
    let finished = ends.iter().filter(|one| one["end"] == "finished").count();
    let arrived = provider.completions().len() as u64;
    assert_eq!((finished as u64, arrived), (BUDGET, BUDGET));
    let refused: Vec<_> = ends
        .iter()
        .filter(|one| one["error"]["code"] == "budget_requests")
        .collect();
    assert_eq!(refused.len() as u64, TURNS - BUDGET);
    for one in &refused {
        let hit = &one["error"]["limit"];
        assert_eq!(
            (&hit["measure"], &hit["period"], &hit["provider"]),
            (&json!("requests"), &json!("day"), &json!(null))
        );
        assert_eq!(
            (hit["limit"].as_f64(), hit["left"].as_f64()),
            (Some(20.0), Some(0.0))
        );
        assert!(hit["renewsAt"].as_i64().unwrap() > 0);
    }
    // Each question is kept, with the answer's failure.
    let kept = (0..TURNS)
        .filter(|number| {
            let messages = stored(&desk, &format!("Turn {number}"));
            messages.len() == 2 && messages[1].failure_kind() == Some("budget_requests")
        })
        .count();
    assert_eq!(kept as u64, TURNS - BUDGET);

    // A person is told, after a new start too, which opens no new account.
    let app = app.restart();
    let page = chat(&app);
    say(&page, "One more?");
    let shown = wait_for_end(&page, "One more?");
    let error = shown[1].error.clone().expect("an error");
    for part in ["20 requests a day", "reached", "begins anew"] {
        assert!(error.contains(part), "{part:?} in {error:?}");
    }
    let held = wait_until_stored(&desk, "One more?");
    assert_eq!(held[1].failure_kind(), Some("budget_requests"));
    let hit = &held[1].failure.as_ref().unwrap()["limit"];
    assert_eq!((&hit["limit"], &hit["left"]), (&json!(20), &json!(0)));
    let arrived = provider.completions().len() as u64;
    assert_eq!(arrived, BUDGET);
    proof::attack(
        "spend the user's money",
        TURNS,
        arrived - BUDGET,
        "20 of 20 that the budget allows arrived",
    );
}

/// Starts one turn in a chat of its own, and gives the chat's id; whether it has ended is kept in the page.
const START_ONE: &str = r"
    const { invoke, transformCallback } = window.__TAURI_INTERNALS__;
    window.end = null;
    const hear = transformCallback(({ message }) => {
        if (['finished', 'failed', 'cancelled'].includes(message?.type))
            window.end = message.error?.code ?? message.type;
    });
    return invoke('start_turn', {
        request: {
            conversation: null, text: `Cut ${arguments[0]}`, asText: true,
            model: { provider: 'Workshop', model: 'small-talk-1' },
        },
        events: '__CHANNEL__:' + hear,
    }).then(started => started.conversation.id, error => { window.end = error.code; return null; });
";

#[test]
fn turns_that_script_stops_before_their_first_word_are_paid_for_all_the_same() {
    const CUT: usize = 12;
    let desk = Desk::new(Keyring::NoService);
    let provider = Provider::http();
    provider.always(openai::COMPLETIONS, |_| Reply::silence());
    limited(&desk, &provider, &json!({ "day": { "tokens": 5_000 } }));
    let app = start(&desk);
    let page = chat(&app);
    let end = || page.run("return window.end", vec![]);
    let mut ends = Vec::new();
    for number in 0..CUT {
        let before = provider.completions().len();
        let conversation = page.run_async(START_ONE, vec![number.into()]).unwrap();
        // Each is stopped once its request is there, as late as a turn without a word can be.
        wait_until("the request or its refusal", SOON, || {
            provider.completions().len() > before || !end().is_null()
        });
        if provider.completions().len() > before {
            invoke(&page, "stop_turn", &json!({ "conversation": conversation }));
        }
        wait_until("the end of the turn", SOON, || !end().is_null());
        ends.push(end().as_str().unwrap().to_owned());
    }
    let arrived = provider.completions().len();
    // One holds 4,096 tokens, and the next what is left.
    assert!((1..=2).contains(&arrived), "{arrived} arrived: {ends:?}");
    let (cut, refused) = ends.split_at(arrived);
    assert!(cut.iter().all(|end| end == "cancelled"), "{ends:?}");
    assert!(refused.iter().all(|end| end == "budget_tokens"), "{ends:?}");
    proof::attack(
        "spend the user's money",
        CUT as u64,
        0,
        &format!(
            "{arrived} of {CUT} turns that were stopped before a word arrived, and used up 5,000 tokens"
        ),
    );
}

#[test]
fn an_answer_that_passes_a_budget_of_tokens_is_stopped_and_kept() {
    let desk = Desk::new(Keyring::NoService);
    let provider = Provider::http();
    limited(&desk, &provider, &json!({ "month": { "tokens": 1000 } }));
    let app = start(&desk);
    let page = chat(&app);
    // A server that does as it likes: what it was asked for, it does not keep to.
    let text = "Brass keys. ".repeat(1_000);
    provider.answer(Reply::stream().send(openai::delta(&text)).stall());
    say(&page, "Tell me everything.");
    let shown = wait_for_end(&page, "Tell me everything.");
    let error = shown[1].error.clone().expect("an error");
    assert!(error.contains("1,000 tokens a month"), "{error:?}");
    let exchange = provider.wait_for_completion(1);
    exchange.wait_for_abandonment(SOON);
    let asked_for = exchange.request().json()["max_tokens"].as_u64().unwrap();
    assert!((900..1_000).contains(&asked_for), "{asked_for}");
    let held = wait_until_stored(&desk, "Tell me everything.");
    assert_eq!(held[1].failure_kind(), Some("budget_tokens"));
    assert_eq!(held[1].text, text);
    // The next is refused before anything is sent.
    new_chat(&page);
    say(&page, "Some more?");
    wait_for_end(&page, "Some more?");
    let held = wait_until_stored(&desk, "Some more?");
    assert_eq!(held[1].failure_kind(), Some("budget_tokens"));
    assert_eq!(provider.completions().len(), 1);
}

#[test]
fn the_limit_of_one_answer_holds_whatever_the_provider_does() {
    let desk = Desk::new(Keyring::NoService);
    let provider = Provider::http();
    limited(&desk, &provider, &json!({ "answerTokens": 50 }));
    let app = start(&desk);
    let page = chat(&app);
    let word = openai::delta("Brass keys. ");
    provider.answer(Reply::stream().send(word.repeat(40)).stall());
    say(&page, "Go on and on.");
    wait_for_end(&page, "Go on and on.");
    let exchange = provider.wait_for_completion(1);
    exchange.wait_for_abandonment(SOON);
    assert_eq!(exchange.request().json()["max_tokens"], 50);
    let held = wait_until_stored(&desk, "Go on and on.");
    assert_eq!(held[1].stop_reason.as_deref(), Some("length"));
    let length = held[1].text.len();
    assert!((300..330).contains(&length), "{length}");
}
