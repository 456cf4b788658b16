//! Several turns at once.

use std::thread;

use proptest::prelude::*;

use super::*;

#[test]
fn of_many_that_ask_at_once_no_more_pass_than_the_budget_holds() {
    let place = Place::new(Limits {
        cap: Cap::MOST,
        budgets: vec![budget(None, Period::Day, Measure::Requests, 20)],
        ..Limits::default()
    });
    let gate = place.gate();
    let passed: usize = thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    let held: Vec<_> = (0..125).filter_map(|_| ask(&gate).ok()).collect();
                    held.len()
                })
            })
            .collect();
        threads.into_iter().map(|one| one.join().unwrap()).sum()
    });
    assert_eq!(passed, 20);
    assert_eq!(place.ledger.spent().len(), 20);
}

#[test]
fn streams_that_grow_at_once_share_what_is_left() {
    const MOST: u64 = 40_000;
    let place = Place::with(Period::Day, Measure::Tokens, MOST);
    let gate = place.gate();
    let reservations: Vec<_> = (0..8).map(|_| ask(&gate).unwrap()).collect();
    thread::scope(|scope| {
        for mut reservation in reservations {
            scope.spawn(move || {
                // One word after the other, until there is no room for the next.
                while reservation.write(30).is_ok() {}
                reservation.settle(Usage::default(), SendEnd::Cut);
            });
        }
    });
    let written: u64 = place
        .ledger
        .spent()
        .iter()
        .map(|spent| spent.tokens())
        .sum();
    // Each may have passed by the word that it was stopped at.
    assert!(written <= MOST + 8 * 10, "{written}");
    assert!(written >= MOST, "{written}");
}

#[derive(Debug, Clone)]
enum Step {
    Ask {
        provider: bool,
        input: u64,
    },
    Write {
        which: usize,
        bytes: usize,
    },
    Settle {
        which: usize,
        part: u64,
        whole: bool,
    },
    Release {
        which: usize,
    },
    Pass {
        ms: i64,
    },
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (any::<bool>(), 0..9_000u64).prop_map(|(provider, input)| Step::Ask { provider, input }),
        8 => (any::<usize>(), 0..4_000usize).prop_map(|(which, bytes)| Step::Write { which, bytes }),
        2 => (any::<usize>(), 0..=100u64, any::<bool>())
            .prop_map(|(which, part, whole)| Step::Settle { which, part, whole }),
        1 => any::<usize>().prop_map(|which| Step::Release { which }),
        1 => (0..DAY_MS).prop_map(|ms| Step::Pass { ms }),
        1 => Just(Step::Restart),
    ]
}

fn take<T>(held: &mut Vec<T>, which: usize) -> Option<T> {
    (!held.is_empty()).then(|| held.swap_remove(which % held.len()))
}

proptest! {
    /// Whatever turns do, as long as each is ended when it is told to and a provider reports no more than was kept for it:
    /// what is spent and what is kept never passes a limit, but for the piece of text at which a stream was stopped.
    #[test]
    fn no_limit_is_passed(steps in prop::collection::vec(step(), 1..120)) {
        let limits = Limits {
            budgets: vec![
                budget(None, Period::Day, Measure::Requests, 12),
                budget(None, Period::Day, Measure::Tokens, 30_000),
                budget(Some("shop"), Period::Month, Measure::Tokens, 20_000),
                budget(None, Period::Month, Measure::Cost, 150_000),
            ],
            cap: Cap { turns_per_hour: 9, output_tokens_per_day: 25_000 },
            ..Limits::default()
        };
        let place = Place::new(limits.clone());
        let mut gate = place.gate();
        let mut held: Vec<(Reservation, u64)> = Vec::new();
        // Tokens by which streams have passed a limit before they were ended.
        let mut passed = 0;
        for step in steps {
            match step {
                Step::Ask { provider, input } => {
                    let provider = if provider { "shop" } else { "p" };
                    if let Ok(reservation) = ask_with(&gate, provider, input) {
                        held.push((reservation, input.div_ceil(3)));
                    }
                }
                Step::Write { which, bytes } => {
                    if let Some((mut reservation, input)) = take(&mut held, which) {
                        if reservation.write(bytes).is_ok() {
                            held.push((reservation, input));
                        } else {
                            passed += (bytes as u64).div_ceil(3);
                            reservation.settle(Usage::default(), SendEnd::Cut);
                        }
                    }
                }
                Step::Settle { which, part, whole } => {
                    if let Some((reservation, input)) = take(&mut held, which) {
                        let usage = reported(input * part / 100, 0);
                        let end = if whole { SendEnd::Whole } else { SendEnd::Cut };
                        reservation.settle(usage, end);
                    }
                }
                Step::Release { which } => {
                    if let Some((reservation, _)) = take(&mut held, which) {
                        reservation.release();
                    }
                }
                Step::Pass { ms } => place.pass(ms),
                Step::Restart => {
                    // The app ends without a word: what was on its way stays as it was kept.
                    for (mut reservation, _) in held.drain(..) {
                        if let Some(checkpoint) = reservation.checkpoint() {
                            checkpoint.write();
                        }
                        std::mem::forget(reservation);
                    }
                    gate = place.gate();
                }
            }
            let used = gate.usage(&limits.budgets).unwrap();
            prop_assert!(used.turns <= limits.cap.turns_per_hour);
            prop_assert!(used.output_tokens <= limits.cap.output_tokens_per_day + passed);
            for (budget, used) in limits.budgets.iter().zip(&used.budgets) {
                let over = match budget.measure {
                    Measure::Requests => 0,
                    Measure::Tokens => passed,
                    Measure::Cost => passed * 10,
                };
                prop_assert!(used.used <= budget.most + over, "{budget:?}: {used:?}");
            }
        }
    }
}
