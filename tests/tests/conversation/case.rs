//! A reply that is no answer, and what is to become of it on every side.

use e2e::Desk;
use e2e::provider::{Provider, Reply};
use e2e::scenario::{Shown, draft, new_chat, say, wait_for_end, wait_until_stored};
use e2e::window::Page;

/// What the window says when no word of an answer came.
pub(crate) const UNANSWERED: &str = "Your message is saved, and unanswered.";
/// What it says when some came.
pub(crate) const PARTIAL: &str = "Your message and what came of the answer are saved.";
/// How a part of an answer is marked.
pub(crate) const KEPT: &str = "Kept as far as it came";

/// A reply, and what is to become of it.
pub(crate) struct Case {
    /// What is asked: it tells the cases apart.
    pub question: &'static str,
    /// What the provider does.
    pub reply: Reply,
    /// The failure as the database holds it.
    pub kind: &'static str,
    /// What the window says; `{host}` stands for the host.
    pub title: &'static str,
    /// What it says to do, in part.
    pub todo: &'static str,
    /// What of the answer came.
    pub text: &'static str,
}

impl Case {
    pub(crate) fn new(
        question: &'static str,
        reply: Reply,
        kind: &'static str,
        title: &'static str,
        todo: &'static str,
    ) -> Self {
        Self {
            question,
            reply,
            kind,
            title,
            todo,
            text: "",
        }
    }

    /// With this much of an answer before the failure.
    pub(crate) fn after(mut self, text: &'static str) -> Self {
        self.text = text;
        self
    }
}

/// Plays one case in a chat of its own, and checks all sides. Gives all that the error says, folded details too.
pub(crate) fn play(desk: &Desk, page: &Page<'_>, provider: &Provider, case: &Case) -> String {
    let before = provider.completions().len();
    provider.answer_each_try(&case.reply);
    new_chat(page);
    say(page, case.question);
    let shown = wait_for_end(page, case.question);
    let tries = if case.reply.may_pass() { 3 } else { 1 };
    assert_eq!(
        provider.completions().len(),
        before + tries,
        "{}: asked again where it may help, and only there",
        case.question
    );
    let host = format!("127.0.0.1:{}", provider.port());
    check(desk, page, &host, case, &shown)
}

/// Checks what the window and the disk hold of a failure that has come.
pub(crate) fn check(
    desk: &Desk,
    page: &Page<'_>,
    host: &str,
    case: &Case,
    shown: &[Shown],
) -> String {
    let question = case.question;
    let [asked, answer] = shown else {
        panic!("{question}: one question and one answer, not {shown:?}");
    };
    assert_eq!(asked.text, question);
    assert_eq!(answer.text, case.text, "{question}: what came is shown");
    let error = answer.error.clone();
    let error = error.unwrap_or_else(|| panic!("{question}: no error in {answer:?}"));
    let title = case.title.replace("{host}", host);
    let safe = if case.text.is_empty() {
        UNANSWERED
    } else {
        PARTIAL
    };
    for part in [&*title, safe, case.todo, "Retry"] {
        assert!(error.contains(part), "{question}: {part:?} in {error:?}");
    }
    assert_eq!(
        answer.ending.contains(KEPT),
        !case.text.is_empty(),
        "{question}"
    );
    assert_eq!(
        draft(page),
        "",
        "{question}: what was said is in the transcript"
    );

    let held = wait_until_stored(desk, question);
    assert_eq!(held.len(), 2, "{question}");
    assert_eq!((&*held[0].role, &*held[0].text), ("user", question));
    assert_eq!(held[1].state, "failed", "{question}");
    assert_eq!(held[1].failure_kind(), Some(case.kind), "{question}");
    assert_eq!(held[1].text, case.text, "{question}");
    error
}
