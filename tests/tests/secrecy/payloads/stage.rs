//! A chat window in which a provider says what it is told to, and what became of it afterwards.

use e2e::Desk;
use e2e::dialog::Dialog;
use e2e::provider::Reply;
use e2e::scenario::{chat, new_chat};
use e2e::settings_page::settings_from_chat;
use e2e::window::{App, Page};
use rusqlite::Connection;

use super::forms::Form;
use super::payload::Payload;
use super::room::Room;
use super::tally::Tally;
use super::watch::{Seen, TOKEN, commands, look, watch};

const SEND: &str = include_str!("send.js");

/// The last answer, and the question above it.
pub(super) const LAST: &str = "[data-testid=transcript] .turn:last-child";

/// After so many answers a new chat is begun: a long transcript is slower to look at.
const LONG: usize = 25;

/// What the chat window calls while it asks, shows and colours an answer, and how often at most for one answer.
const OWN_COMMANDS: [(&str, usize); 10] = [
    ("window_ready", 1),
    // It takes nothing, and asks the chosen provider alone, which says nothing to it: see `warm_up.rs`.
    ("warm_up", 1),
    ("start_turn", 1),
    ("look_for_key", 2),
    // The question while it stands in the composer, and its end there. It is kept and goes nowhere: see `commands/drafts.rs`.
    ("keep_draft", 2),
    ("list_conversations", 2),
    ("open_conversation", 1),
    ("list_models", 1),
    ("highlight_code", 60),
    // Tauri's own way of fetching a message that is too long to be handed over: as often as there are such messages.
    ("plugin%3A__TAURI_CHANNEL__%7Cfetch", usize::MAX),
];

/// The chat window under watch, with the settings window beside it.
pub(super) struct Stage<'a> {
    room: &'a Room,
    pub(super) page: Page<'a>,
    settings: Page<'a>,
    shown: usize,
    hits: usize,
    strays: u64,
    windows: usize,
    place: String,
}

impl<'a> Stage<'a> {
    /// Opens both windows, and watches them from now on.
    pub(super) fn set(room: &'a Room, app: &'a App<'a>) -> Self {
        let page = chat(app);
        let settings = settings_from_chat(app);
        for window in [&page, &settings] {
            watch(window);
        }
        let place = look(&page, LAST).place;
        Self {
            windows: room.desk.window_titles().len(),
            hits: room.sinks.hits().len(),
            strays: room.sinks.strays(),
            shown: 0,
            room,
            page,
            settings,
            place,
        }
    }

    /// Has the provider answer with a payload in one form, and counts what came of it.
    pub(super) fn run(&mut self, payload: &Payload, form: &Form, tally: &mut Tally) {
        let what = format!("{} {form}", payload.name);
        let end = format!("end{}", payload.number);
        let text = format!("{}\n\n{end}", payload.text);
        let answer = form.answer(&text);
        let seen = self.ask(&what, &format!("What is {what}?"), answer, tally);
        let shown = shown_text(&seen.prose);
        if !shown.contains(&end) {
            let lost = format!("{what}: the end is not shown: {:.200}", seen.text);
            tally.lost.push(lost);
        }
        let number = payload.number.to_string();
        let has_number = payload.text.contains(&number);
        if payload.html && has_number && !shown.replace(&end, "").contains(&number) {
            let lost = format!("{what}: it is not shown as text: {:.200}", seen.text);
            tally.lost.push(lost);
        }
    }

    /// Says something, has the provider answer so, and counts what came of it; gives what the turn looks like.
    pub(super) fn ask(
        &mut self,
        what: &str,
        question: &str,
        answer: Reply,
        tally: &mut Tally,
    ) -> Seen {
        if self.shown == LONG {
            self.new_chat(tally);
        }
        self.shown += 1;
        self.ask_in(what, question, false, answer, tally)
    }

    /// The same in a new chat, which the question is to name.
    pub(super) fn ask_anew(
        &mut self,
        what: &str,
        question: &str,
        answer: Reply,
        tally: &mut Tally,
    ) -> Seen {
        self.shown = 1;
        self.ask_in(what, question, true, answer, tally)
    }

    fn ask_in(
        &mut self,
        what: &str,
        question: &str,
        fresh: bool,
        answer: Reply,
        tally: &mut Tally,
    ) -> Seen {
        tally.attempts += 1;
        self.room.provider.answer(answer);
        let sent = self
            .page
            .run_async(SEND, vec![question.into(), fresh.into()]);
        if let Err(error) = sent {
            let exchange = self.room.provider.completions().pop();
            let kept = stored_last(&self.room.desk);
            let seen = look(&self.page, LAST);
            panic!("{what} is never answered: {error}; {exchange:?}; {kept:?}; {seen:?}");
        }
        let seen = look(&self.page, LAST);
        self.judge(what, &seen, tally);
        self.listen(what, tally);
        seen
    }

    /// Looks at what `selector` matches in the chat window.
    pub(super) fn look_at(&self, what: &str, selector: &str, tally: &mut Tally) -> Seen {
        let seen = look(&self.page, selector);
        self.judge(what, &seen, tally);
        seen
    }

    /// Begins a new chat, after a look at all of both windows.
    pub(super) fn new_chat(&mut self, tally: &mut Tally) {
        self.look_around(tally);
        new_chat(&self.page);
        self.shown = 0;
        look(&self.page, "body");
    }

    /// Everything that can be seen from a step back: the whole of both windows, other windows, dialogs, the sinks.
    pub(super) fn look_around(&mut self, tally: &mut Tally) {
        let seen = look(&self.page, "body");
        self.judge("the chat window", &seen, tally);
        let seen = look(&self.settings, "body");
        if seen.breached.is_some() || seen.token.as_deref() != Some(TOKEN) || !seen.whole {
            tally.script.push(format!("the settings window: {seen:?}"));
        }
        let titles = self.room.desk.window_titles();
        if titles.len() != self.windows {
            tally.away.push(format!("other windows: {titles:?}"));
        }
        let dialogs = Dialog::all(&self.room.desk);
        if !dialogs.is_empty() {
            tally
                .command
                .push(format!("dialogs that nobody asked for: {dialogs:?}"));
        }
        self.listen("some payload before", tally);
        let strays = self.room.sinks.strays();
        if strays != self.strays {
            tally.leak.push(format!(
                "{} packets to ports where nobody listens",
                strays - self.strays
            ));
            self.strays = strays;
        }
    }

    fn judge(&self, what: &str, seen: &Seen, tally: &mut Tally) {
        if let Some(number) = &seen.breached {
            tally
                .script
                .push(format!("{what}: the script of {number} ran"));
            self.page.run("delete window.breached", vec![]);
        }
        if !seen.polluted.is_empty() {
            tally
                .script
                .push(format!("{what}: objects have {:?}", seen.polluted));
        }
        if !seen.foreign.is_empty() || !seen.whole {
            tally
                .script
                .push(format!("{what}: somebody made {:?}", seen.foreign));
        }
        for report in &seen.reports {
            tally
                .leak
                .push(format!("{what}: the policy had to refuse {report}"));
        }
        if seen.token.as_deref() != Some(TOKEN) || seen.place != self.place {
            tally
                .away
                .push(format!("{what}: the page is {}", seen.place));
        }
        for (name, times) in commands(&seen.calls) {
            let own = OWN_COMMANDS.iter().find(|(own, _)| *own == name);
            if own.is_none_or(|(_, most)| times > *most) {
                tally
                    .command
                    .push(format!("{what}: {name} was called {times} times"));
            }
        }
        tally.steps = tally.steps.max(seen.steps);
    }

    fn listen(&mut self, what: &str, tally: &mut Tally) {
        let hits = self.room.sinks.hits();
        for hit in &hits[self.hits..] {
            tally.leak.push(format!("{what}: {hit:?}"));
        }
        self.hits = hits.len();
    }
}

/// What is shown, without what the app writes for what can't be shown.
fn shown_text(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

/// What the disk holds of the message that was begun last: its state and its text.
fn stored_last(desk: &Desk) -> rusqlite::Result<(String, String)> {
    let database = Connection::open(desk.data_folder().join("chats.sqlite"))?;
    let query = "SELECT state, text FROM message ORDER BY number DESC LIMIT 1";
    database.query_row(query, [], |row| Ok((row.get(0)?, row.get(1)?)))
}
