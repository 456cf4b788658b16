//! Budgets of money.

use super::*;

#[test]
fn an_answer_is_bounded_by_what_can_be_paid() {
    // A tenth of a dollar: 10,000 tokens of output.
    let place = Place::with(Period::Month, Measure::Cost, 100_000);
    let gate = place.gate();
    let mut reservation = ask_with(&gate, "shop", 3 * 90_000).unwrap();
    assert_eq!(reservation.most_output(), Some(1_000));
    reservation.write(3_000).unwrap();
    let failure = limit(reservation.write(1));
    assert_eq!(failure.kind, FailureKind::BudgetCost);
    let hit = failure.limit.unwrap();
    assert_eq!(
        (hit.measure, hit.limit, hit.left),
        (Measure::Cost, 100_000, 0)
    );
}

#[test]
fn a_question_that_costs_too_much_is_refused() {
    let place = Place::with(Period::Month, Measure::Cost, 100_000);
    let gate = place.gate();
    let failure = ask_with(&gate, "shop", 3 * 100_000)
        .map(|_| ())
        .unwrap_err();
    assert_eq!(failure.kind, FailureKind::BudgetCost);
    assert_eq!(failure.limit.unwrap().left, 100_000);
}

#[test]
fn an_unknown_price_counts_in_tokens_and_not_in_money() {
    let place = Place::new(Limits {
        budgets: vec![
            budget(None, Period::Month, Measure::Cost, 1),
            budget(None, Period::Month, Measure::Tokens, 100_000),
        ],
        ..Limits::default()
    });
    let gate = place.gate();
    turn(&gate, "p", 90_000, 9_000);
    let used = gate
        .usage(&[
            budget(None, Period::Month, Measure::Cost, 1),
            budget(None, Period::Month, Measure::Tokens, 1),
        ])
        .unwrap();
    assert_eq!(
        (used.budgets[0].used, used.budgets[0].unpriced_turns),
        (0, 1)
    );
    assert_eq!(used.budgets[1].used, 99_000);
    let failure = ask_with(&gate, "p", 3_000).map(|_| ()).unwrap_err();
    assert_eq!(failure.kind, FailureKind::BudgetTokens);
}

#[test]
fn cached_tokens_cost_what_the_price_says() {
    let place = Place::new(Limits::default());
    let gate = place.gate();
    let reservation = ask_with(&gate, "shop", 0).unwrap();
    let usage = Usage {
        cached_tokens: Some(400),
        ..reported(1_000, 50)
    };
    reservation.settle(usage, SendEnd::Whole);
    assert_eq!(place.ledger.spent()[0].cost, Some(600 + 40 + 500));
}

#[test]
fn a_price_of_ones_own_goes_before_the_known_one() {
    let own = |provider: &str, output| OwnPrice {
        model: model(provider),
        price: Price {
            input: 0,
            cached_input: None,
            output,
        },
    };
    let place = Place::new(Limits {
        prices: vec![own("shop", 1_000_000), own("p", 2_000_000)],
        ..Limits::default()
    });
    let gate = place.gate();
    for provider in ["shop", "p"] {
        turn(&gate, provider, 1_000, 1_000);
    }
    let costs: Vec<_> = place
        .ledger
        .spent()
        .iter()
        .map(|spent| spent.cost)
        .collect();
    assert_eq!(costs, [Some(1_000), Some(2_000)]);
    assert_eq!(gate.price(&model("q")), None);
}

#[test]
fn where_the_money_is_spent_no_unknown_price_passes_either() {
    let place = Place::with(Period::Month, Measure::Cost, 20_000);
    let gate = place.gate();
    turn(&gate, "p", 1_000, 1_000);
    turn(&gate, "shop", 0, 2_000);
    for provider in ["p", "mall", "shop"] {
        let failure = ask_with(&gate, provider, 0).map(|_| ()).unwrap_err();
        assert_eq!(failure.kind, FailureKind::BudgetCost, "{provider}");
        assert_eq!(failure.limit.unwrap().left, 0);
    }
    place.pass(30 * DAY_MS);
    ask(&gate).unwrap();
}

#[test]
fn an_unknown_price_counts_as_the_providers_dearest_under_a_budget_of_money_alone() {
    let limits = |provider| Limits {
        budgets: vec![budget(provider, Period::Month, Measure::Cost, 100_000)],
        ..Limits::default()
    };
    for (provider, cost) in [
        (None, Some(11_000)),
        (Some("mall"), Some(11_000)),
        (Some("shop"), None),
    ] {
        let place = Place::new(limits(provider));
        let gate = place.gate();
        turn(&gate, "mall", 1_000, 1_000);
        assert_eq!(place.ledger.spent()[0].cost, cost, "{provider:?}");
        assert_eq!(gate.price(&model("mall")), None, "it is not known for that");
    }
    let place = Place::new(limits(None));
    let gate = place.gate();
    turn(&gate, "mall", 0, 9_000);
    let bounded = ask_with(&gate, "mall", 0).unwrap();
    assert_eq!(bounded.most_output(), Some(1_000));
}
