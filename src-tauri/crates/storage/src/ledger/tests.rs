use super::*;
use crate::testing::{Folder, model};

fn spent(input_tokens: u64, output_tokens: u64, cost: Option<u64>) -> Spent {
    Spent {
        input_tokens,
        output_tokens,
        cost,
    }
}

fn note(database: &Database, at: i64, reserved: Spent) -> i64 {
    let model = model();
    let send = NewSend {
        at,
        model: &model,
        reserved,
    };
    database.note_send(send).unwrap()
}

fn held(database: &Database, since: i64, now: i64) -> Vec<(i64, Option<String>, Spent)> {
    let past = database.sends_since(since, now).unwrap();
    past.into_iter()
        .map(|send| (send.at, send.provider, send.spent))
        .collect()
}

#[test]
fn what_was_sent_outlives_a_restart() {
    let folder = Folder::new();
    let database = folder.open();
    let first = note(&database, 100, spent(1, 2, Some(3)));
    let second = note(&database, 200, spent(4, 5, None));
    let third = note(&database, 300, Spent::default());
    database
        .settle_send(second, spent(u64::MAX, 6, Some(u64::MAX)))
        .unwrap();
    database.withdraw_send(third).unwrap();
    for missing in [
        database.settle_send(third, Spent::default()),
        database.withdraw_send(99),
    ] {
        assert_eq!(missing.unwrap_err(), StoreFailure::NotFound);
    }
    drop(database);
    let database = folder.open();
    let most = i64::MAX.unsigned_abs();
    let p = Some("p".to_owned());
    let expected = [
        (100, p.clone(), spent(1, 2, Some(3))),
        (200, p.clone(), spent(most, 6, Some(most))),
    ];
    assert_eq!(held(&database, 100, 1_000), expected);
    assert_eq!(held(&database, 101, 1_000), expected[1..]);
    assert!(note(&database, 400, Spent::default()) > first);
}

#[test]
fn what_follows_a_send_from_the_future_is_read_with_it() {
    let folder = Folder::new();
    let database = folder.open();
    note(&database, 10, Spent::default());
    note(&database, 900, Spent::default());
    database.note_time(20).unwrap();
    note(&database, 30, Spent::default());
    let p = Some("p".to_owned());
    let nothing = Spent::default();
    assert_eq!(
        held(&database, 100, 200),
        [
            (900, p.clone(), nothing),
            (20, None, nothing),
            (30, p.clone(), nothing)
        ]
    );
    // Once its time has come it is one like the others.
    assert_eq!(held(&database, 100, 900), [(900, p, nothing)]);
}

#[test]
fn a_count_that_can_not_be_does_not_make_a_send_cheap() {
    let folder = Folder::new();
    let database = folder.open();
    note(&database, 1, Spent::default());
    database
        .raw()
        .execute("UPDATE send SET input_tokens = -5, cost = -1", [])
        .unwrap();
    let most = u64::from(u32::MAX);
    assert_eq!(held(&database, 0, 9)[0].2, spent(most, 0, Some(most)));
}

#[test]
fn the_models_that_were_asked_are_known_the_last_one_first() {
    let folder = Folder::new();
    let database = folder.open();
    let ask = |at: i64, provider: &str, model: &str| {
        let model = ModelRef {
            provider: provider.into(),
            model: model.into(),
        };
        let send = NewSend {
            at,
            model: &model,
            reserved: Spent::default(),
        };
        database.note_send(send).unwrap();
    };
    ask(1, "a", "old");
    ask(2, "a", "x");
    ask(3, "b", "x");
    ask(4, "a", "x");
    database.note_time(5).unwrap();
    let asked: Vec<String> = database
        .models_asked(2)
        .unwrap()
        .into_iter()
        .map(|model| format!("{}/{}", model.provider, model.model))
        .collect();
    assert_eq!(asked, ["a/x", "b/x"]);
}
