use std::sync::Arc;
use std::thread;

use chat::{
    Attachment, Citation, Failure, FailureKind, LimitHit, LimitPeriod, Measure, ModelRef, Role,
    StopReason, ToolCall, Usage, prompt::prompt_from,
};
use rusqlite::StatementStatus;

use super::*;
use crate::testing::{Folder, answer, messages, model, say, talk, texts};

fn failed(kind: FailureKind) -> MessageState {
    MessageState::Failed(Failure::new(kind))
}

fn again(
    database: &Database,
    conversation: ConversationId,
    answer: MessageId,
) -> Result<StoredTurn, StoreFailure> {
    database.begin_turn(&NewTurn::Again {
        conversation,
        answer,
        model: model(),
    })
}

fn titles(database: &Database) -> Vec<String> {
    let all = database.conversations().unwrap();
    all.into_iter().map(|c| c.title).collect()
}

/// A conversation of `count` messages, written in one go; gives the ids back.
fn long(database: &Database, count: usize) -> (ConversationId, Vec<MessageId>) {
    let turn = say(database, None, "0");
    let mut ids = vec![turn.question, turn.answer];
    answer(database, turn.answer, "1", &MessageState::Complete(None));
    database
        .write(|transaction| {
            for number in 2..count {
                let id = MessageId::new();
                transaction.prepare_cached(
                    "INSERT INTO message (id, conversation_id, parent_id, role, text, reasoning, state, created_at)
                     VALUES (?1, ?2, ?3, ?4, ?5, '', 'complete', 0)",
                )?
                .execute(params![
                    id.to_string(),
                    turn.conversation.to_string(),
                    ids[number - 1].to_string(),
                    if number % 2 == 0 { "user" } else { "assistant" },
                    number.to_string()
                ])?;
                ids.push(id);
            }
            transaction.execute(
                "UPDATE conversation SET leaf_id = ?2 WHERE id = ?1",
                params![turn.conversation.to_string(), ids[count - 1].to_string()],
            )
        })
        .unwrap();
    (turn.conversation, ids)
}

#[test]
fn a_first_turn_makes_a_conversation_that_is_there_after_a_restart() {
    let folder = Folder::new();
    let database = folder.open();
    let turn = say(&database, None, "  Why does bread spread?\nTell me.");
    assert_eq!(turn.history.len(), 1);
    assert_eq!(turn.history[0].id, turn.question);
    let usage = Usage {
        input_tokens: Some(u64::MAX),
        output_tokens: Some(0),
        ..Usage::default()
    };
    let content = Content {
        text: "Because.".into(),
        attachments: Vec::new(),
        reasoning: "Hm.".into(),
        tool_calls: vec![ToolCall {
            id: Some("1".into()),
            name: "look".into(),
            arguments: "{".into(),
        }],
        citations: vec![Citation {
            url: Some("https://a.example".into()),
            ..Citation::default()
        }],
        usage,
        cost: Some(7),
        left_out: 3,
    };
    let done = MessageState::Complete(Some(StopReason::Length));
    database.save_answer(turn.answer, &content, &done).unwrap();
    drop(database);

    let database = folder.open();
    let (conversation, messages) =
        ConversationStore::open(&database, turn.conversation, None, 10).unwrap();
    assert_eq!(conversation.title, "Why does bread spread?");
    assert!(conversation.created_at > 1_700_000_000_000);
    let [question, answer] = messages.try_into().unwrap();
    assert_eq!(question, turn.history[0]);
    assert_eq!(question.content.text, "  Why does bread spread?\nTell me.");
    assert_eq!(
        (question.role, question.parent, question.model),
        (Role::User, None, None)
    );
    assert_eq!(
        (answer.id, answer.parent),
        (turn.answer, Some(turn.question))
    );
    assert_eq!(answer.role, Role::Assistant);
    assert_eq!((answer.model, answer.state), (Some(model()), done));
    // The most that SQLite holds; and zero is not the same as unknown.
    let mut kept = content;
    kept.usage.input_tokens = Some(i64::MAX.unsigned_abs());
    assert_eq!(answer.content, kept);
}

#[test]
fn a_conversation_adds_up_what_its_answers_took_and_says_what_is_missing() {
    let folder = Folder::new();
    let database = folder.open();
    let first = talk(&database, None, "one", "unknown");
    let id = first.conversation;
    let done = MessageState::Complete(Some(StopReason::Done));
    for (cost, output_tokens) in [(Some(70), Some(5)), (None, Some(u64::MAX))] {
        let turn = say(&database, Some(id), "more");
        let content = Content {
            usage: Usage {
                input_tokens: Some(10),
                output_tokens,
                ..Usage::default()
            },
            cost,
            ..Content::text("x")
        };
        database.save_answer(turn.answer, &content, &done).unwrap();
    }
    say(&database, Some(id), "still streaming");
    let totals = database.totals(id).unwrap();
    assert_eq!((totals.input_tokens, totals.cost), (20, 70));
    assert!(totals.output_tokens >= i64::MAX.unsigned_abs());
    assert_eq!((totals.uncounted, totals.unpriced), (1, 2));
    let none = database.totals(ConversationId::new()).unwrap();
    assert_eq!(none, Totals::default());
}

#[test]
fn options_are_a_conversations_own_and_may_be_damaged() {
    let folder = Folder::new();
    let database = folder.open();
    let options = RequestOptions {
        system: Some("Be brief.".into()),
        temperature: Some(0.7.try_into().unwrap()),
        stop: vec!["END".into()],
        most_output: Some(300),
        ..RequestOptions::default()
    };
    let begun = database
        .begin_turn(&NewTurn::Say {
            conversation: None,
            text: "q".into(),
            attachments: Vec::new(),
            model: model(),
            options: options.clone(),
        })
        .unwrap();
    assert_eq!(begun.options, options);
    let id = begun.conversation;
    // Another turn has the conversation's own, whatever it brings.
    assert_eq!(say(&database, Some(id), "more").options, options);
    let plain = RequestOptions::default();
    database.choose_options(id, &plain).unwrap();
    assert_eq!(say(&database, Some(id), "more").options, plain);
    assert_eq!(
        database.choose_options(ConversationId::new(), &plain),
        Err(StoreFailure::NotFound)
    );
    for damaged in ["{", "7", "{\"temperature\":9}"] {
        database
            .raw()
            .execute("UPDATE conversation SET options = ?1", [damaged])
            .unwrap();
        let (conversation, _) = ConversationStore::open(&database, id, None, 1).unwrap();
        assert_eq!(conversation.options, plain, "{damaged}");
    }
}

#[test]
fn an_answer_that_was_cut_off_goes_on_in_its_place() {
    let folder = Folder::new();
    let database = folder.open();
    let first = say(&database, None, "q");
    let id = first.conversation;
    let go_on = |database: &Database, answer| {
        database.begin_turn(&NewTurn::GoOn {
            conversation: id,
            answer,
            model: ModelRef {
                provider: "other".into(),
                model: "m".into(),
            },
        })
    };
    let cut = failed(FailureKind::ConnectionLost);
    answer(&database, first.answer, "half", &cut);
    drop(database);
    // In another run, too: it is one that is being made now.
    let database = folder.open();
    let turn = go_on(&database, first.answer).unwrap();
    assert_eq!((turn.answer, turn.question), (first.answer, first.question));
    assert_eq!(turn.before.unwrap().text, "half");
    assert_eq!(texts(&turn.history), ["q", "half"]);
    let shown = messages(&database, id);
    assert_eq!(shown[1].state, MessageState::Streaming);
    assert_eq!(shown[1].model.as_ref().unwrap().provider, "other");
    // After a crash it is cut off again, with what had come.
    answer(
        &database,
        first.answer,
        "half and",
        &MessageState::Streaming,
    );
    drop(database);
    let database = folder.open();
    let shown = messages(&database, id);
    assert_eq!(shown[1].content.text, "half and");
    assert_eq!(shown[1].state, failed(FailureKind::Interrupted));
    go_on(&database, first.answer).unwrap();
    let length = MessageState::Complete(Some(StopReason::Length));
    answer(&database, first.answer, "half and more", &length);
    go_on(&database, first.answer).unwrap();
    // What is whole, says nothing, or is not the last does not go on.
    answer(
        &database,
        first.answer,
        "whole",
        &MessageState::Complete(Some(StopReason::Done)),
    );
    assert_eq!(go_on(&database, first.answer), Err(StoreFailure::NotFound));
    answer(&database, first.answer, " ", &cut);
    assert_eq!(go_on(&database, first.answer), Err(StoreFailure::NotFound));
    answer(&database, first.answer, "half", &cut);
    say(&database, Some(id), "next");
    assert_eq!(go_on(&database, first.answer), Err(StoreFailure::NotFound));
}

#[test]
fn files_stay_with_their_message_and_go_with_it() {
    let folder = Folder::new();
    let file = |name: &str, bytes: &[u8]| Attachment::read(name, bytes.to_vec()).unwrap();
    let files = vec![
        file("a.txt", b"one"),
        file("b.png", b"\x89PNG\r\n\x1a\n\0\xff"),
        file("c.pdf", b"%PDF-1.7"),
    ];
    let database = folder.open();
    let begun = database
        .begin_turn(&NewTurn::Say {
            conversation: None,
            text: String::new(),
            attachments: files.clone(),
            model: model(),
            options: RequestOptions::default(),
        })
        .unwrap();
    let id = begun.conversation;
    assert_eq!(titles(&database), ["a.txt"]);
    assert_eq!(begun.attachments[&begun.question], files);
    answer(
        &database,
        begun.answer,
        "I see.",
        &MessageState::Complete(None),
    );
    // Also for the next turn, after a restart, where they lie in the history.
    drop(database);
    let database = folder.open();
    let shown = messages(&database, id);
    let shown_files: Vec<_> = files.iter().map(Attachment::file).collect();
    assert_eq!(shown[0].content.attachments, shown_files);
    let next = say(&database, Some(id), "And?");
    assert_eq!(next.attachments.len(), 1);
    assert_eq!(next.attachments[&begun.question], files);
    // One of a kind that a later version knows hides nothing.
    let other = rusqlite::Connection::open(folder.path()).unwrap();
    other
        .execute(
            "UPDATE attachment SET kind = 'hologram' WHERE name = 'b.png'",
            [],
        )
        .unwrap();
    assert_eq!(messages(&database, id)[0].content.attachments.len(), 2);
    answer(&database, next.answer, "So.", &MessageState::Complete(None));
    database.delete(id).unwrap();
    drop(database);
    drop(folder.open());
    let left: i64 = other
        .query_row("SELECT count(*) FROM attachment", [], |row| row.get(0))
        .unwrap();
    assert_eq!(left, 0);
}

#[test]
fn one_message_gives_its_text_in_its_own_conversation_alone() {
    let folder = Folder::new();
    let database = folder.open();
    let turn = talk(&database, None, "a", "b");
    let other = talk(&database, None, "c", "d");
    let text = |conversation, message| database.message_text(conversation, message);
    assert_eq!(text(turn.conversation, turn.answer).unwrap(), "b");
    assert_eq!(
        text(other.conversation, turn.answer),
        Err(StoreFailure::NotFound)
    );
}

#[test]
fn every_state_comes_back_as_it_was() {
    let folder = Folder::new();
    let database = folder.open();
    let failure = Failure::new(FailureKind::RateLimited)
        .at("api.example.com")
        .with_status(429)
        .with_retry_after(Some(7))
        .with_detail("\"slow\" down\u{0}\n");
    let mut states = vec![
        MessageState::Streaming,
        MessageState::Cancelled,
        MessageState::Failed(failure),
        MessageState::Complete(None),
    ];
    states.extend(
        [
            StopReason::Done,
            StopReason::Length,
            StopReason::Filtered,
            StopReason::ToolUse,
            StopReason::Other,
        ]
        .map(|reason| MessageState::Complete(Some(reason))),
    );
    for state in states {
        let turn = say(&database, None, "q");
        answer(&database, turn.answer, "a\u{0}b", &state);
        let read = messages(&database, turn.conversation).pop().unwrap();
        assert_eq!((read.state, read.content.text.as_str()), (state, "a\u{0}b"));
    }
}

#[test]
fn a_turn_follows_the_last_and_its_history_is_the_whole_path() {
    let folder = Folder::new();
    let database = folder.open();
    let id = talk(&database, None, "a", "b").conversation;
    let turn = say(&database, Some(id), "c");
    assert_eq!(texts(&turn.history), ["a", "b", "c"]);
    let path = messages(&database, id);
    assert_eq!(texts(&path), ["a", "b", "c", ""]);
    for pair in path.windows(2) {
        assert_eq!(pair[1].parent, Some(pair[0].id));
    }
    assert_eq!(path[3].state, MessageState::Streaming);
}

#[test]
fn another_try_takes_the_place_of_an_empty_answer() {
    let folder = Folder::new();
    let database = folder.open();
    let first = say(&database, None, "q");
    answer(&database, first.answer, "", &failed(FailureKind::NoKey));
    let second = again(&database, first.conversation, first.answer).unwrap();
    assert_eq!(second.question, first.question);
    assert_eq!(texts(&second.history), ["q"]);
    answer(
        &database,
        second.answer,
        "yes",
        &MessageState::Complete(None),
    );
    let path = messages(&database, first.conversation);
    assert_eq!(texts(&path), ["q", "yes"]);
    assert_eq!(path[1].parent, Some(first.question));
}

#[test]
fn another_try_follows_a_partial_answer_and_a_third_takes_the_place_of_an_empty_second() {
    let folder = Folder::new();
    let database = folder.open();
    let first = say(&database, None, "q");
    let id = first.conversation;
    answer(&database, first.answer, "partial", &MessageState::Cancelled);
    let second = again(&database, id, first.answer).unwrap();
    assert_eq!(second.question, first.question);
    assert_eq!(texts(&second.history), ["q", "partial"]);
    assert_eq!(prompt_from(&second.history, &second.attachments).len(), 1);
    answer(&database, second.answer, "", &failed(FailureKind::Silence));
    let third = again(&database, id, second.answer).unwrap();
    assert_eq!(
        (third.question, texts(&third.history)),
        (first.question, vec!["q", "partial"])
    );
    answer(
        &database,
        third.answer,
        "whole",
        &MessageState::Complete(None),
    );
    let path = messages(&database, id);
    assert_eq!(texts(&path), ["q", "partial", "whole"]);
    assert_eq!(path[2].parent, Some(first.answer));
    let next = say(&database, Some(id), "r");
    assert_eq!(texts(&next.history), ["q", "partial", "whole", "r"]);
}

#[test]
fn a_turn_where_there_is_nothing_to_answer_is_refused_and_leaves_nothing() {
    let folder = Folder::new();
    let database = folder.open();
    let one = talk(&database, None, "a", "b");
    let other = talk(&database, None, "c", "d");
    let nowhere = NewTurn::Say {
        conversation: Some(ConversationId::new()),
        text: "x".into(),
        attachments: Vec::new(),
        model: model(),
        options: RequestOptions::default(),
    };
    assert_eq!(database.begin_turn(&nowhere), Err(StoreFailure::NotFound));
    for wrong in [one.question, other.answer, MessageId::new()] {
        assert_eq!(
            again(&database, one.conversation, wrong),
            Err(StoreFailure::NotFound)
        );
    }
    assert_eq!(texts(&messages(&database, one.conversation)), ["a", "b"]);
    let rows: i64 = database
        .raw()
        .query_row("SELECT count(*) FROM message", [], |row| row.get(0))
        .unwrap();
    assert_eq!(rows, 4);
    assert_eq!(
        database.save_answer(
            MessageId::new(),
            &Content::text("x"),
            &MessageState::Streaming
        ),
        Err(StoreFailure::NotFound)
    );
    // A user's words are never overwritten by an answer.
    assert_eq!(
        database.save_answer(one.question, &Content::text("x"), &MessageState::Streaming),
        Err(StoreFailure::NotFound)
    );
}

#[test]
fn the_latest_conversation_comes_first_and_saying_something_brings_one_up() {
    let folder = Folder::new();
    let database = folder.open();
    let one = talk(&database, None, "one", "x").conversation;
    talk(&database, None, "two", "x");
    database
        .raw()
        .execute(
            "UPDATE conversation SET updated_at = updated_at - 1000 * number",
            [],
        )
        .unwrap();
    assert_eq!(titles(&database), ["one", "two"]);
    talk(&database, None, "three", "x");
    assert_eq!(titles(&database), ["three", "one", "two"]);
    database
        .raw()
        .execute("UPDATE conversation SET updated_at = 0", [])
        .unwrap();
    say(&database, Some(one), "more");
    assert_eq!(titles(&database), ["one", "three", "two"]);
}

#[test]
fn a_title_can_be_changed() {
    let folder = Folder::new();
    let database = folder.open();
    let id = talk(&database, None, "a", "b").conversation;
    database
        .rename(id, "Bread; DROP TABLE 'x' \u{1f35e}")
        .unwrap();
    assert_eq!(titles(&database), ["Bread; DROP TABLE 'x' \u{1f35e}"]);
    assert_eq!(
        database.rename(ConversationId::new(), "x"),
        Err(StoreFailure::NotFound)
    );
}

#[test]
fn a_deleted_conversation_can_be_restored_until_the_next_start_and_leaves_no_trace_after_it() {
    let folder = Folder::new();
    let database = folder.open();
    let kept = talk(&database, None, "kept", "x").conversation;
    let gone = say(&database, None, "xylophone lessons");
    let id = gone.conversation;
    database.delete(id).unwrap();
    assert_eq!(titles(&database), ["kept"]);
    assert_eq!(
        ConversationStore::open(&database, id, None, 9),
        Err(StoreFailure::NotFound)
    );
    assert_eq!(database.rename(id, "x"), Err(StoreFailure::NotFound));
    assert_eq!(database.delete(id), Err(StoreFailure::NotFound));
    // Its answer goes on coming, and is there when it is restored.
    answer(&database, gone.answer, "plink", &MessageState::Cancelled);
    database.restore(id).unwrap();
    assert_eq!(
        texts(&messages(&database, id)),
        ["xylophone lessons", "plink"]
    );
    database.delete(id).unwrap();
    drop(database);

    let database = folder.open();
    assert_eq!(database.restore(id), Err(StoreFailure::NotFound));
    assert_eq!(titles(&database), ["kept"]);
    assert_eq!(texts(&messages(&database, kept)), ["kept", "x"]);
    for name in folder.names() {
        let bytes = std::fs::read(folder.root().join(&name)).unwrap();
        let holds = |word: &[u8]| bytes.windows(word.len()).any(|bytes| bytes == word);
        assert!(!holds(b"xylophone") && !holds(b"plink"), "{name}");
        assert!(name != "chats.sqlite" || holds(b"kept"));
    }
}

#[test]
fn a_long_deleted_conversation_goes_whole() {
    let folder = Folder::new();
    let database = folder.open();
    let (id, _) = long(&database, 5_000);
    database.delete(id).unwrap();
    drop(database);
    let left: i64 = folder
        .open()
        .raw()
        .query_row("SELECT count(*) FROM message", [], |row| row.get(0))
        .unwrap();
    assert_eq!(left, 0);
}

#[test]
fn pages_of_a_long_conversation_meet_without_gap_or_overlap() {
    let folder = Folder::new();
    let database = folder.open();
    let (id, ids) = long(&database, 10_000);
    let mut before = None;
    let mut read = Vec::new();
    loop {
        let (_, page) = ConversationStore::open(&database, id, before, 999).unwrap();
        let Some(first) = page.first() else { break };
        before = Some(first.id);
        read.splice(0..0, page.iter().map(|message| message.id));
    }
    assert_eq!(read, ids);
    assert!(
        ConversationStore::open(&database, id, None, 0)
            .unwrap()
            .1
            .is_empty()
    );
    assert_eq!(
        ConversationStore::open(&database, id, Some(MessageId::new()), 9),
        Err(StoreFailure::NotFound)
    );
}

/// `SQLite` counts the steps of its own machine: they depend on the page, not on what lies above it.
#[test]
fn a_page_reads_as_many_rows_as_it_holds() {
    let folder = Folder::new();
    let database = folder.open();
    let steps = |count: usize, limit: usize| {
        let (id, ids) = long(&database, count);
        let connection = database.raw();
        let mut walk = connection.prepare(path::WALK).unwrap();
        let end = ids[count - 1].to_string();
        let limit = i64::try_from(limit).unwrap();
        let rows = walk
            .query_map(params![id.to_string(), end, limit], |row| {
                row.get::<_, i64>(0)
            })
            .unwrap()
            .count();
        assert_eq!(rows, usize::try_from(limit).unwrap());
        assert_eq!(walk.get_status(StatementStatus::FullscanStep), 0);
        walk.get_status(StatementStatus::VmStep)
    };
    let of_few = steps(100, 50);
    let of_many = steps(10_000, 50);
    assert_eq!(of_few, of_many);
    assert!(steps(10_000, 500) > 5 * of_many);
}

#[test]
fn two_threads_write_and_a_third_reads_and_every_word_is_there() {
    let folder = Folder::new();
    let database = Arc::new(folder.open());
    let writers: Vec<_> = (0..2)
        .map(|number| {
            let database = Arc::clone(&database);
            thread::spawn(move || {
                let mut conversation = None;
                for turn in 0..20 {
                    let said = talk(
                        &database,
                        conversation,
                        &format!("{number} asks {turn}"),
                        &format!("{number} hears {turn}"),
                    );
                    conversation = Some(said.conversation);
                }
                conversation.unwrap()
            })
        })
        .collect();
    while writers.iter().any(|writer| !writer.is_finished()) {
        for conversation in database.conversations().unwrap() {
            let read = messages(&database, conversation.id);
            // Turns are seen whole or not at all.
            assert_eq!(read.len() % 2, 0);
        }
    }
    for (number, writer) in writers.into_iter().enumerate() {
        let read = messages(&database, writer.join().unwrap());
        let expected: Vec<String> = (0..20)
            .flat_map(|turn| {
                [
                    format!("{number} asks {turn}"),
                    format!("{number} hears {turn}"),
                ]
            })
            .collect();
        assert_eq!(texts(&read), expected);
    }
}

#[test]
fn an_odd_row_hides_nothing() {
    let folder = Folder::new();
    let database = folder.open();
    let id = talk(&database, None, "a", "b").conversation;
    let partial = say(&database, Some(id), "c");
    answer(
        &database,
        partial.answer,
        "partial",
        &failed(FailureKind::Silence),
    );
    talk(&database, Some(id), "d", "e");
    talk(&database, None, "other", "x");
    database
        .raw()
        .execute_batch(
            "UPDATE message SET failure = '{\"kind\": \"from_the_future\", [' WHERE state = 'failed';
             UPDATE message SET state = 'pondering', stop_reason = 'bored' WHERE text = 'b';
             UPDATE message SET role = 'ghost' WHERE text IN ('d', 'e');
             UPDATE message SET output_tokens = -5 WHERE text = 'e';
             UPDATE message SET text = CAST(x'61ff62' AS TEXT) WHERE text = 'c';
             UPDATE conversation SET title = CAST(x'ff' AS TEXT) WHERE title = 'other';
             INSERT INTO conversation (id, title, created_at, updated_at) VALUES ('no id', '', 0, 0);",
        )
        .unwrap();
    let read = messages(&database, id);
    assert_eq!(texts(&read), ["a", "b", "a\u{fffd}b", "partial", "d", "e"]);
    assert_eq!(read[3].state, failed(FailureKind::Interrupted));
    assert_eq!(
        read[1].state,
        MessageState::Complete(Some(StopReason::Other))
    );
    assert_eq!((read[4].role, read[5].role), (Role::User, Role::Assistant));
    assert_eq!(read[5].content.usage.output_tokens, None);
    assert_eq!(database.conversations().unwrap().len(), 2);
    assert_eq!(texts(&say(&database, Some(id), "f").history).len(), 7);
    drop(database);
    // And no such row makes the file a damaged one.
    assert_eq!(messages(&folder.open(), id).len(), 8);
}

#[test]
fn a_torn_tree_shows_what_it_can() {
    let folder = Folder::new();
    let database = folder.open();
    let turn = talk(&database, None, "a", "b");
    let bitten = talk(&database, None, "c", "d");
    database
        .raw()
        .execute_batch(&format!(
            "PRAGMA foreign_keys = OFF;
             UPDATE conversation SET leaf_id = 'nowhere' WHERE id = '{}';
             UPDATE message SET parent_id = '{}' WHERE id = '{}';
             PRAGMA foreign_keys = ON;",
            turn.conversation, bitten.answer, bitten.question,
        ))
        .unwrap();
    assert_eq!(texts(&messages(&database, turn.conversation)), ["a", "b"]);
    assert_eq!(texts(&messages(&database, bitten.conversation)), ["c", "d"]);
}

#[test]
fn a_limit_that_was_reached_is_kept_and_one_of_another_version_hides_nothing() {
    let folder = Folder::new();
    let database = folder.open();
    let turn = say(&database, None, "a");
    let mut failure = Failure::new(FailureKind::BudgetCost).with_limit(LimitHit {
        provider: Some("p".into()),
        period: LimitPeriod::Month,
        measure: Measure::Cost,
        limit: 5_000_000,
        left: 12,
        renews_at: 1_800_000_000_000,
    });
    answer(
        &database,
        turn.answer,
        "",
        &MessageState::Failed(failure.clone()),
    );
    let state = || messages(&database, turn.conversation)[1].state.clone();
    assert_eq!(state(), MessageState::Failed(failure.clone()));
    database
        .raw()
        .execute(
            "UPDATE message SET failure = replace(failure, '\"month\"', '\"decade\"') WHERE failure IS NOT NULL",
            [],
        )
        .unwrap();
    failure.limit = None;
    assert_eq!(state(), MessageState::Failed(failure));
}
