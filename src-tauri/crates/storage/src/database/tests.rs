use std::fs;

use chat::{
    Content, ConversationStore, Failure, FailureKind, MessageState, NewTurn, RequestOptions,
    SendLedger, StoreFailure,
};

use super::*;
use crate::testing::{Folder, answer, messages, model, say, talk, texts};

fn refused_to_write(database: &Database, why: &StoreFailure) {
    let turn = NewTurn::Say {
        conversation: None,
        text: "x".into(),
        attachments: Vec::new(),
        model: model(),
        options: RequestOptions::default(),
    };
    assert_eq!(database.begin_turn(&turn).unwrap_err(), *why);
    assert_eq!(database.note_time(1).unwrap_err(), *why);
}

#[test]
fn the_file_is_kept_as_promised() {
    let folder = Folder::new();
    let database = Database::open(&folder.root().join("new/folder/chats.sqlite")).unwrap();
    let pragma = |name: &str| -> String {
        let connection = database.raw();
        let value: rusqlite::types::Value = connection
            .pragma_query_value(None, name, |row| row.get(0))
            .unwrap();
        format!("{value:?}")
    };
    assert_eq!(pragma("journal_mode"), "Text(\"wal\")");
    assert_eq!(pragma("synchronous"), "Integer(2)");
    assert_eq!(pragma("foreign_keys"), "Integer(1)");
    assert_eq!(database.unwritable(), None);
}

#[cfg(unix)]
#[test]
fn only_its_owner_may_read_the_file_and_its_log() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let database = folder.open();
    talk(&database, None, "a", "b");
    let names = folder.names();
    assert_eq!(
        names,
        ["chats.sqlite", "chats.sqlite-shm", "chats.sqlite-wal"]
    );
    for name in names {
        let mode = folder
            .root()
            .join(&name)
            .metadata()
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

/// The state of the disk in the middle of a stream, as a crash leaves it: taken while the database is open, so that
/// nothing was closed or folded together.
#[test]
fn after_a_crash_in_mid_stream_the_text_is_kept_and_the_answer_is_interrupted() {
    let (folder, crashed) = (Folder::new(), Folder::new());
    let database = folder.open();
    let turn = say(&database, None, "q");
    answer(
        &database,
        turn.answer,
        "half an ans",
        &MessageState::Streaming,
    );
    let untouched = say(&database, None, "r");
    for name in folder.names() {
        fs::copy(folder.root().join(&name), crashed.root().join(&name)).unwrap();
    }

    let database = crashed.open();
    let interrupted = MessageState::Failed(Failure::new(FailureKind::Interrupted));
    let read = messages(&database, turn.conversation);
    assert_eq!(texts(&read), ["q", "half an ans"]);
    assert_eq!(read[1].state, interrupted);
    let read = messages(&database, untouched.conversation);
    assert_eq!(texts(&read), ["r", ""]);
    assert_eq!(read[1].state, interrupted);
    // One that begins now is not.
    let turn = say(&database, None, "s");
    let read = messages(&database, turn.conversation);
    assert_eq!(read[1].state, MessageState::Streaming);
}

#[test]
fn a_damaged_file_is_told_and_set_aside_whole() {
    let folder = Folder::new();
    let database = folder.open();
    for _ in 0..50 {
        talk(&database, None, &"long ".repeat(200), "x");
    }
    drop(database);
    let sound = fs::read(folder.path()).unwrap();
    let mut garbage_header = sound.clone();
    garbage_header[..100].fill(b'?');
    let mut garbage_inside = sound.clone();
    garbage_inside[8 * 4096..16 * 4096].fill(0xA5);
    let cases = [
        garbage_header,
        garbage_inside,
        sound[..sound.len() / 2].to_vec(),
        sound[..4096 + 700].to_vec(),
        sound[..50].to_vec(),
        b"This is a letter, not a database. ".repeat(400),
    ];
    for (number, damaged) in cases.into_iter().enumerate() {
        let folder = Folder::new();
        let log = beside::suffixed(&folder.path(), "-wal");
        fs::write(folder.path(), &damaged).unwrap();
        fs::write(&log, b"a log").unwrap();
        assert_eq!(
            Database::open(&folder.path()).unwrap_err(),
            OpenError::Damaged,
            "{number}"
        );
        assert_eq!(fs::read(folder.path()).unwrap(), damaged);

        let kept = Database::set_aside(&folder.path()).unwrap();
        let name = kept.file_name().unwrap().to_str().unwrap();
        assert!(
            name.starts_with("chats.damaged-20") && name.ends_with("Z.sqlite"),
            "{name}"
        );
        assert_eq!(fs::read(&kept).unwrap(), damaged);
        assert!(!folder.path().exists() && !log.exists());
        talk(&folder.open(), None, "new", "x");
        fs::write(folder.path(), &damaged).unwrap();
        let second = Database::set_aside(&folder.path()).unwrap();
        assert_ne!(second, kept);
        assert_eq!(fs::read(kept).unwrap(), damaged);
    }
}

/// Whichever page it is: an index, a list that is read at the start, or a text that nobody would read for weeks.
#[test]
fn garbage_in_any_single_page_is_found_at_the_start() {
    let folder = Folder::new();
    let database = folder.open();
    for _ in 0..20 {
        talk(&database, None, &"long ".repeat(400), "x");
    }
    drop(database);
    let sound = fs::read(folder.path()).unwrap();
    let pages = sound.len() / 4096;
    assert!(pages > 15);
    for page in 0..pages {
        let mut damaged = sound.clone();
        damaged[page * 4096..(page + 1) * 4096].fill(0xA5);
        fs::write(folder.path(), &damaged).unwrap();
        let error = Database::open(&folder.path()).unwrap_err();
        assert_eq!(error, OpenError::Damaged, "page {page}");
    }
}

/// A row that breaks a rule of its table, which only another program can have written.
#[test]
fn a_row_against_the_rules_is_no_damage() {
    let folder = Folder::new();
    let database = folder.open();
    let turn = talk(&database, None, "a", "b");
    database
        .raw()
        .execute_batch(
            "PRAGMA writable_schema = ON;
             UPDATE sqlite_schema SET sql = replace(sql, ' NOT NULL, -- user, assistant', ', -- user, assistant');
             PRAGMA writable_schema = RESET;
             UPDATE message SET role = NULL WHERE text = 'b';
             PRAGMA writable_schema = ON;
             UPDATE sqlite_schema SET sql = replace(sql, ', -- user, assistant', ' NOT NULL, -- user, assistant');
             PRAGMA writable_schema = RESET;",
        )
        .unwrap();
    drop(database);
    let database = folder.open();
    let remark: String = database
        .raw()
        .query_row("PRAGMA quick_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(remark, "NULL value in message.role");
    assert_eq!(texts(&messages(&database, turn.conversation)), ["a", "b"]);
}

#[test]
fn an_empty_file_becomes_a_database() {
    let folder = Folder::new();
    fs::write(folder.path(), b"").unwrap();
    talk(&folder.open(), None, "a", "b");
}

#[test]
fn a_file_of_a_later_version_is_left_alone() {
    let folder = Folder::new();
    let database = folder.open();
    database
        .raw()
        .pragma_update(None, "user_version", 99)
        .unwrap();
    drop(database);
    let before = fs::read(folder.path()).unwrap();
    assert_eq!(
        Database::open(&folder.path()).unwrap_err(),
        OpenError::Newer {
            found: 99,
            known: crate::schema::known()
        }
    );
    assert_eq!(fs::read(folder.path()).unwrap(), before);
}

#[test]
fn a_folder_in_the_files_place_is_an_error_of_its_own() {
    let folder = Folder::new();
    fs::create_dir(folder.path()).unwrap();
    let error = Database::open(&folder.path()).unwrap_err();
    assert!(matches!(error, OpenError::Other(_)), "{error:?}");
}

/// Something that stands where the log must go keeps even root from writing.
#[test]
fn where_no_log_can_be_made_reading_works_and_writing_says_why() {
    let folder = Folder::new();
    let database = folder.open();
    let turn = talk(&database, None, "a", "b");
    drop(database);
    fs::create_dir(beside::suffixed(&folder.path(), "-wal")).unwrap();
    let database = folder.open();
    assert_eq!(database.unwritable(), Some(&StoreFailure::ReadOnly));
    assert_eq!(database.conversations().unwrap().len(), 1);
    assert_eq!(texts(&messages(&database, turn.conversation)), ["a", "b"]);
    refused_to_write(&database, &StoreFailure::ReadOnly);
}

#[cfg(unix)]
#[test]
fn a_read_only_folder_or_file_can_be_read_and_writing_says_why() {
    use crate::testing::as_a_common_user;
    use std::os::unix::fs::PermissionsExt;

    let allow = |path: &Path, mode| fs::set_permissions(path, PermissionsExt::from_mode(mode));
    let name = "database::tests::a_read_only_folder_or_file_can_be_read_and_writing_says_why";
    as_a_common_user(name, || {
        // (folder, file)
        for (of_folder, of_file) in [(0o500, 0o400), (0o500, 0o600), (0o700, 0o400)] {
            // A name that means something in an address.
            let folder = Folder::new();
            let path = folder.root().join("chats 100%?#.sqlite");
            let database = Database::open(&path).unwrap();
            let finished = talk(&database, None, "a", "b");
            let unfinished = say(&database, None, "c");
            drop(database);
            allow(&path, of_file).unwrap();
            allow(folder.root(), of_folder).unwrap();
            let database = Database::open(&path).unwrap();
            assert_eq!(database.unwritable(), Some(&StoreFailure::ReadOnly));
            assert_eq!(
                texts(&messages(&database, finished.conversation)),
                ["a", "b"]
            );
            // Nobody streams it any more, though that could not be written.
            assert_eq!(
                messages(&database, unfinished.conversation)[1].state,
                MessageState::Failed(Failure::new(FailureKind::Interrupted))
            );
            refused_to_write(&database, &StoreFailure::ReadOnly);
            drop(database);
            allow(folder.root(), 0o700).unwrap();
        }

        let folder = Folder::new();
        allow(folder.root(), 0o500).unwrap();
        let error = Database::open(&folder.path()).unwrap_err();
        assert_eq!(error, OpenError::ReadOnly);
        allow(folder.root(), 0o700).unwrap();
    });
}

/// A limit on pages gives `SQLite`'s own "disk full", in the midst of a transaction.
#[test]
fn a_full_disk_refuses_a_turn_whole_and_loses_nothing() {
    let folder = Folder::new();
    let database = folder.open();
    let turn = say(&database, None, "q");
    answer(&database, turn.answer, "so far", &MessageState::Streaming);
    let pages: i64 = database
        .raw()
        .pragma_query_value(None, "page_count", |row| row.get(0))
        .unwrap();
    database
        .raw()
        .pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))
        .unwrap();
    let long = "long ".repeat(100_000);
    let said = database.begin_turn(&NewTurn::Say {
        conversation: None,
        text: long.clone(),
        attachments: Vec::new(),
        model: model(),
        options: RequestOptions::default(),
    });
    assert_eq!(said.unwrap_err(), StoreFailure::Full);
    let saved = database.save_answer(
        turn.answer,
        &Content::text(&*long),
        &MessageState::Cancelled,
    );
    assert_eq!(saved.unwrap_err(), StoreFailure::Full);
    assert_eq!(database.conversations().unwrap().len(), 1);
    assert_eq!(
        texts(&messages(&database, turn.conversation)),
        ["q", "so far"]
    );
    database
        .raw()
        .pragma_update_and_check(None, "max_page_count", pages + 1000, |_| Ok(()))
        .unwrap();
    answer(&database, turn.answer, &long, &MessageState::Cancelled);
}

/// A database as the first version left it: one conversation that was kept, and one that was deleted.
fn of_the_first_version(folder: &Folder) {
    let mut old = rusqlite::Connection::open(folder.path()).unwrap();
    crate::schema::MIGRATIONS.to_version(&mut old, 1).unwrap();
    for (number, id, text, deleted) in [
        (
            1,
            "018f3c1e-0000-7000-8000-000000000001",
            "a plan that stays",
            None,
        ),
        (
            2,
            "018f3c1e-0000-7000-8000-000000000002",
            "a secret that was deleted",
            Some(5),
        ),
    ] {
        old.execute(
            "INSERT INTO conversation (id, title, created_at, updated_at, deleted_at, number)
             VALUES (?1, ?2, 1, 1, ?3, ?4)",
            rusqlite::params![id, text, deleted, number],
        )
        .unwrap();
    }
}

#[test]
fn before_a_newer_version_changes_the_tables_they_are_copied() {
    let folder = Folder::new();
    of_the_first_version(&folder);
    let database = folder.open();
    let copies = Database::copies(&folder.path());
    assert_eq!(copies.len(), 1, "{copies:?}");
    let copy = fs::read(&copies[0]).unwrap();
    let holds = |text: &str| String::from_utf8_lossy(&copy).contains(text);
    assert!(holds("a plan that stays"));
    assert!(!holds("a secret that was deleted"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = copies[0].metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    drop(database);
    // It stays while nothing of it is deleted, and no second one is made.
    let database = folder.open();
    assert_eq!(Database::copies(&folder.path()), copies);
    let kept = database.conversations().unwrap().remove(0).id;
    database.delete(kept).unwrap();
    drop(database);
    drop(folder.open());
    assert!(Database::copies(&folder.path()).is_empty());
}

#[test]
fn a_copy_is_put_back_and_what_was_there_is_kept() {
    let folder = Folder::new();
    of_the_first_version(&folder);
    let database = folder.open();
    talk(&database, None, "said with the new version", "yes");
    drop(database);
    let copy = Database::copies(&folder.path()).remove(0);
    let kept = Database::put_back(&folder.path(), &copy).unwrap();
    let titles = |database: &Database| -> Vec<String> {
        let list = database.conversations().unwrap();
        list.into_iter().map(|item| item.title).collect()
    };
    assert_eq!(titles(&folder.open()), ["a plan that stays"]);
    assert!(titles(&Database::open(&kept).unwrap()).len() > 1);
}

#[test]
fn a_new_database_needs_no_copy() {
    let folder = Folder::new();
    drop(folder.open());
    drop(folder.open());
    assert!(Database::copies(&folder.path()).is_empty());
}

#[test]
fn what_was_deleted_before_an_update_is_in_no_copy_of_an_earlier_one_either() {
    let folder = Folder::new();
    of_the_first_version(&folder);
    let earlier = folder
        .root()
        .join("chats.before-update-2026-01-01T000000Z.sqlite");
    let replaced = folder
        .root()
        .join("chats.replaced-2026-01-01T000000Z.sqlite");
    let unfinished = folder
        .root()
        .join("chats.before-update-2026-01-01T000000Z.sqlite.part-journal");
    for file in [&earlier, &replaced, &unfinished] {
        fs::write(file, "a secret that was deleted").unwrap();
    }
    drop(folder.open());
    assert!(!earlier.exists() && !replaced.exists());
    assert!(!unfinished.exists(), "what was never finished goes too");
    assert_eq!(Database::copies(&folder.path()).len(), 1);
}

#[test]
fn the_latest_copy_is_the_last() {
    let folder = Folder::new();
    for name in ["10Z", "10Z-2", "09Z"] {
        let name = format!("chats.before-update-2026-11-24T2310{name}.sqlite");
        fs::write(folder.root().join(name), "").unwrap();
    }
    // A copy that was not finished is none.
    let unfinished = "chats.before-update-2026-11-24T231099Z.sqlite.part";
    fs::write(folder.root().join(unfinished), "").unwrap();
    let copies = Database::copies(&folder.path());
    assert_eq!(copies.len(), 3);
    assert!(
        copies[2].to_string_lossy().ends_with("10Z-2.sqlite"),
        "{copies:?}"
    );
}

#[test]
fn a_copy_that_can_not_be_put_back_changes_nothing() {
    let folder = Folder::new();
    let database = folder.open();
    talk(&database, None, "said", "yes");
    drop(database);
    let gone = folder.root().join("chats.before-update-x.sqlite");
    Database::put_back(&folder.path(), &gone).unwrap_err();
    assert_eq!(folder.open().conversations().unwrap().len(), 1);
}

#[test]
fn what_is_no_chat_outlives_a_copy_that_is_put_back() {
    let folder = Folder::new();
    of_the_first_version(&folder);
    let database = folder.open();
    database
        .note_send(chat::NewSend {
            at: 5,
            model: &model(),
            reserved: chat::Spent::default(),
        })
        .unwrap();
    let known = database.conversations().unwrap().remove(0).id;
    let new = crate::testing::say(&database, None, "Asked since").conversation;
    for (conversation, text) in [
        (None, "a new chat"),
        (Some(known), "in one that was there"),
        (Some(new), "in one that was not"),
    ] {
        database.drafts().keep(conversation, text).unwrap();
    }
    drop(database);
    let copy = Database::copies(&folder.path()).remove(0);
    let kept = Database::put_back(&folder.path(), &copy).unwrap();
    let database = folder.open();
    assert!(database.sends_since(0, 9).unwrap().is_empty());
    // A key that was removed since is not known of again.
    database
        .raw()
        .execute(
            "INSERT INTO credential_record (item, provider, name, origin, store, set_at, is_default)
             VALUES ('p/1', 'p', 'Gone', 'https://p.test', 'system', 1, 1)",
            [],
        )
        .unwrap();
    database.take_over_from(&kept).unwrap();
    assert_eq!(database.sends_since(0, 9).unwrap().len(), 1);
    let known: i64 = database
        .raw()
        .query_row("SELECT count(*) FROM credential_record", [], |row| {
            row.get(0)
        })
        .unwrap();
    assert_eq!(known, 0);
    // The chats are still those of the copy, and what is being written in them goes on.
    assert_eq!(database.conversations().unwrap().len(), 1);
    let drafts = database.drafts().list().unwrap();
    let texts: Vec<_> = drafts.iter().map(|draft| draft.text.as_str()).collect();
    assert_eq!(texts, ["a new chat", "in one that was there"]);
}

#[test]
fn what_can_not_be_moved_whole_is_not_moved_at_all() {
    let folder = Folder::new();
    fs::write(folder.root().join("chats.sqlite-wal"), "the latest").unwrap();
    // The log is there, its database is not.
    move_all(&folder.path(), &folder.root().join("elsewhere.sqlite")).unwrap_err();
    assert_eq!(folder.names(), ["chats.sqlite-wal"]);
}
