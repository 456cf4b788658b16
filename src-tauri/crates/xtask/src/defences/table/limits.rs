//! What bounds what script can spend: the one gate.

use super::{Change, Defence, Shows};

const CHAT: Shows = Shows::Unit("chat");

pub(super) const DEFENCES: &[Defence] = &[
    Defence {
        attack: "spend the user's money",
        what: "the cap of turns and of tokens",
        changes: &[Change {
            file: "src-tauri/crates/chat/src/gate/standing.rs",
            find: "standing.left() == 0 || !fits",
            replace: "!fits",
        }],
        shows: CHAT,
        test: "gate::tests::cap::lets_as_many_turns_through_as_the_cap_says_and_says_when_the_next_may_pass",
        says: "called `Result::unwrap_err()` on an `Ok` value",
    },
    Defence {
        attack: "spend the user's money",
        what: "what a turn may take is kept for it before it is sent",
        changes: &[Change {
            file: "src-tauri/crates/chat/src/gate.rs",
            find: "book.add(UNNUMBERED, now, Some(provider), allowed.held);",
            replace: "book.add(UNNUMBERED, now, Some(provider), Spent::default());",
        }],
        shows: CHAT,
        test: "gate::tests::several::no_limit_is_passed",
        says: "Test failed:",
    },
    Defence {
        attack: "spend the user's money",
        what: "several turns at once count before any has ended",
        changes: &[Change {
            file: "src-tauri/crates/chat/src/gate.rs",
            find: "book.add(UNNUMBERED, now, Some(provider), allowed.held);",
            replace: "book.add(UNNUMBERED, now, None, allowed.held);",
        }],
        shows: CHAT,
        test: "gate::tests::several::of_many_that_ask_at_once_no_more_pass_than_the_budget_holds",
        says: "right: 20",
    },
    Defence {
        attack: "spend the user's money",
        what: "what is kept for a turn is on disk before it is sent",
        changes: &[Change {
            file: "src-tauri/crates/chat/src/gate.rs",
            find: "reserved: allowed.held,",
            replace: "reserved: Spent::default(),",
        }],
        shows: CHAT,
        test: "gate::tests::cap::what_is_kept_for_an_answer_is_on_disk_before_it_comes_and_while_it_grows",
        says: "left: [Spent { input_tokens: 0, output_tokens: 0, cost: None }]",
    },
    Defence {
        attack: "spend the user's money",
        what: "a growing answer is on disk, should the app end without a word",
        changes: &[Change {
            file: "src-tauri/crates/chat/src/gate/reservation.rs",
            find: ".filter(|_| self.noted != self.held)",
            replace: ".filter(|_| self.noted != self.held && self.held.output_tokens == 0)",
        }],
        shows: CHAT,
        test: "gate::tests::cap::what_is_kept_for_an_answer_is_on_disk_before_it_comes_and_while_it_grows",
        says: "called `Option::unwrap()` on a `None` value",
    },
    Defence {
        attack: "spend the user's money",
        what: "a stream that passes a limit is stopped",
        changes: &[Change {
            file: "src-tauri/crates/chat/src/gate/reservation.rs",
            find: "grown.map_err(Passed::Limit)?;",
            replace: "drop(grown);",
        }],
        shows: CHAT,
        test: "gate::tests::cap::ends_a_stream_that_passes_the_day_and_refuses_the_next",
        says: "Ok(())",
    },
    Defence {
        attack: "spend the user's money",
        what: "streams that grow at once share what is left",
        changes: &[Change {
            file: "src-tauri/crates/chat/src/gate.rs",
            find: "book.set(entry, held);\n        (held, grown)",
            replace: "let _ = entry;\n        (held, grown)",
        }],
        shows: CHAT,
        test: "gate::tests::several::no_limit_is_passed",
        says: "Test failed:",
    },
    Defence {
        attack: "spend the user's money",
        what: "an absurd report is cut to what a turn can take",
        changes: &[Change {
            file: "src-tauri/crates/chat/src/gate.rs",
            find: "const MOST_TOKENS_OF_A_TURN: u64 = 200_000;",
            replace: "const MOST_TOKENS_OF_A_TURN: u64 = u64::MAX;",
        }],
        shows: CHAT,
        test: "gate::tests::cap::an_absurd_report_neither_overflows_nor_locks_everybody_out",
        says: "kind: CapTokens",
    },
    Defence {
        attack: "spend the user's money",
        what: "a clock that is set back gives no budget anew",
        changes: &[Change {
            file: "src-tauri/crates/chat/src/gate/book.rs",
            find: "entry.counts_at = earliest;",
            replace: "entry.counts_at = i64::MIN + earliest.min(0);",
        }],
        shows: CHAT,
        test: "gate::tests::clock::set_back_a_year_nobody_gets_the_budget_anew_and_nobody_is_locked_out_for_a_year",
        says: "called `Result::unwrap_err()` on an `Ok` value",
    },
    Defence {
        attack: "spend the user's money",
        what: "money bounds the answer that is asked for",
        changes: &[Change {
            file: "src-tauri/crates/chat/src/gate/standing.rs",
            find: "Counts::Cost => price.map(|price| price.output_for(left)),",
            replace: "Counts::Cost => None,",
        }],
        shows: CHAT,
        test: "gate::tests::money::an_answer_is_bounded_by_what_can_be_paid",
        says: "right: Some(1000)",
    },
    Defence {
        attack: "spend the user's money",
        what: "a question that costs too much is refused",
        changes: &[Change {
            file: "src-tauri/crates/chat/src/gate/standing.rs",
            find: "Counts::Cost => price.map_or(0, |price| price.cost(input_tokens, 0, 0)),",
            replace: "Counts::Cost => 0,",
        }],
        shows: CHAT,
        test: "gate::tests::money::a_question_that_costs_too_much_is_refused",
        says: "called `Result::unwrap_err()` on an `Ok` value",
    },
    Defence {
        attack: "spend the user's money",
        what: "the limit of one answer holds where the provider does not keep it",
        changes: &[Change {
            file: "src-tauri/crates/chat/src/gate/reservation.rs",
            find: "if most.is_some_and(|most| self.bytes > most) {",
            replace: "if most.is_some_and(|most| most == u64::MAX) {",
        }],
        shows: CHAT,
        test: "gate::tests::budgets::the_limit_of_one_answer_is_asked_for_and_holds_where_the_provider_does_not_keep_it",
        says: "right: Err(Answer)",
    },
    Defence {
        attack: "spend the user's money",
        what: "what can not be counted is not sent",
        changes: &[Change {
            file: "src-tauri/crates/chat/src/gate.rs",
            find: "                lock(&self.book).remove(UNNUMBERED);\n                return Err(storage_failed(failure));",
            replace: "                lock(&self.book).number(UNNUMBERED, 1);\n                drop(storage_failed(failure));\n                1",
        }],
        shows: CHAT,
        test: "gate::tests::cap::what_cannot_be_counted_is_not_sent",
        says: "called `Result::unwrap_err()` on an `Ok` value",
    },
    Defence {
        attack: "spend the user's money",
        what: "questions about a provider are bounded",
        changes: &[Change {
            file: "src-tauri/crates/chat/src/gate.rs",
            find: "if inquiries.len() >= INQUIRIES_PER_HOUR {",
            replace: "if inquiries.len() >= usize::MAX {",
        }],
        shows: CHAT,
        test: "gate::tests::cap::inquiries_are_bounded_and_apart_from_turns",
        says: "called `Result::unwrap_err()` on an `Ok` value: SendTicket(())",
    },
];
