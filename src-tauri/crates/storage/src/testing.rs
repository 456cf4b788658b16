//! What the tests share.

use std::path::{Path, PathBuf};

use chat::{
    Content, ConversationId, ConversationStore, Message, MessageId, MessageState, ModelRef,
    NewTurn, RequestOptions, StopReason, StoredTurn,
};
use tempfile::TempDir;

use crate::Database;

/// A folder of its own for each test, with a database in it if one is opened.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn root(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.0.path().join("chats.sqlite")
    }

    pub(crate) fn open(&self) -> Database {
        Database::open(&self.path()).unwrap()
    }

    /// The names of the files in the folder, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(self.root())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

pub(crate) fn model() -> ModelRef {
    ModelRef {
        provider: "p".into(),
        model: "m".into(),
    }
}

pub(crate) fn say(
    database: &Database,
    conversation: Option<ConversationId>,
    text: &str,
) -> StoredTurn {
    database
        .begin_turn(&NewTurn::Say {
            conversation,
            text: text.into(),
            attachments: Vec::new(),
            model: model(),
            options: RequestOptions::default(),
        })
        .unwrap()
}

pub(crate) fn answer(database: &Database, id: MessageId, text: &str, state: &MessageState) {
    database
        .save_answer(id, &Content::text(text), state)
        .unwrap();
}

/// A whole turn; gives the conversation back.
pub(crate) fn talk(
    database: &Database,
    conversation: Option<ConversationId>,
    said: &str,
    answered: &str,
) -> StoredTurn {
    let turn = say(database, conversation, said);
    let done = MessageState::Complete(Some(StopReason::Done));
    answer(database, turn.answer, answered, &done);
    turn
}

pub(crate) fn messages(database: &Database, id: ConversationId) -> Vec<Message> {
    ConversationStore::open(database, id, None, 20_000)
        .unwrap()
        .1
}

pub(crate) fn texts(messages: &[Message]) -> Vec<&str> {
    messages.iter().map(|m| m.content.text.as_str()).collect()
}

/// Runs a test whose subject is permissions as somebody whom they bind. Root passes every one, so there the test program
/// runs itself once more, this one test alone, as the user `nobody`; elsewhere `body` runs where it is called.
#[cfg(unix)]
pub(crate) fn as_a_common_user(test: &str, body: impl FnOnce()) {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;

    const NOBODY: u32 = 65_534;
    let folder = tempfile::tempdir().unwrap();
    if folder.path().metadata().unwrap().uid() != 0 {
        return body();
    }
    // Copied to where nobody may go.
    std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).unwrap();
    let program = folder.path().join("tests");
    std::fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    let ran = std::process::Command::new(&program)
        .args(["--exact", test, "--nocapture"])
        .current_dir("/")
        .uid(NOBODY)
        .gid(NOBODY)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(
        ran.status.success() && said.contains("1 passed"),
        "{said}{}",
        String::from_utf8_lossy(&ran.stderr)
    );
}
