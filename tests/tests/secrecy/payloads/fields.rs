//! The same hostile text where no Markdown is expected: names, titles, errors. It stays text, in both windows.

use e2e::provider::{Reply, openai};
use e2e::scenario::chat;
use e2e::sinks::{Sinks, apart};
use e2e::wait::SOON;
use e2e::wait_until;
use e2e::window::Page;

use super::payload::{Payload, armed};
use super::room::Room;
use super::stage::Stage;
use super::tally::Tally;
use super::texts::LONE_SURROGATE;
use super::watch::{Seen, TOKEN, look, watch};
use super::{SAMPLE, built_in, is_sample};

const ROW: &str = "hostile text in other fields";

/// All payloads, or a sample of them.
pub(super) fn payloads(http: &str) -> Vec<Payload> {
    let all = built_in()
        .into_iter()
        .flat_map(|(first, drafts)| armed(drafts, first, http));
    // What JSON alone can hold is for answers.
    let mut all: Vec<_> = all
        .filter(|one| !one.text.contains(LONE_SURROGATE))
        .collect();
    if is_sample() {
        all.retain(|payload| payload.number % SAMPLE == 0);
    }
    all
}

/// The letters and digits of a text: what is left of it when a field cuts it, cleans it, or shows it as one line.
pub(super) fn letters(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// What is left of a text where it is cleaned or shown as one line: none of what can't be seen. What joins or turns
/// letters may go as well, so only ASCII is compared.
fn signs(text: &str) -> String {
    text.chars().filter(char::is_ascii_graphic).collect()
}

/// How much of a provider's own words is shown in any case, in characters.
const LONGEST_WORDS: usize = 490;

/// How many letters of a text a short field shows at the least.
const FEWEST: usize = 12;

/// Whether `shown` is the text, or its beginning where a field is short. A text without letters is told by its signs,
/// and one without signs by whatever the field shows of it.
pub(super) fn is_told(shown: &str, text: &str) -> bool {
    let begins =
        |shown: &str, text: &str| text.starts_with(shown) && shown.len() >= FEWEST.min(text.len());
    let (found, expected) = (letters(shown), letters(text));
    if !expected.is_empty() {
        return begins(&found, &expected);
    }
    let (found, expected) = (signs(shown), signs(text));
    if !expected.is_empty() {
        return begins(&found, &expected);
    }
    let other = |text: &str| text.chars().filter(|c| !c.is_ascii()).collect::<String>();
    let (found, expected) = (other(shown), other(text));
    !found.is_empty() && expected.contains(&found) || text.trim().is_empty()
}

#[test]
fn a_text_is_told_by_enough_of_it() {
    for (shown, text, told) in [
        ("<script>window", "<script>window.breached=1", true),
        ("<scr", "<script>window.breached=1", false),
        ("", "<script>window.breached=1", false),
        ("n1", "n1", true),
        ("n", "n1", false),
        ("[]()", "[]()", true),
        ("nothing", "[]()", false),
        ("", "[]()", false),
        ("\u{1d4c8}", "\u{1d4c8}\u{1d4b8}", true),
        ("", "\u{1d4c8}\u{1d4b8}", false),
    ] {
        assert_eq!(is_told(shown, text), told, "{shown:?} for {text:?}");
    }
}

/// What a page may have become by hostile text in its fields.
pub(super) fn judge(what: &str, seen: &Seen, tally: &mut Tally) {
    if seen.breached.is_some() || !seen.polluted.is_empty() || !seen.whole {
        tally.script.push(format!("{what}: {seen:?}"));
    }
    if !seen.foreign.is_empty() {
        tally
            .script
            .push(format!("{what}: somebody made {:?}", seen.foreign));
    }
    if seen.token.as_deref() != Some(TOKEN) {
        tally
            .away
            .push(format!("{what}: the page is {}", seen.place));
    }
    for report in &seen.reports {
        tally
            .leak
            .push(format!("{what}: the policy had to refuse {report}"));
    }
}

pub(super) fn listen(sinks: &Sinks, tally: &mut Tally) {
    for hit in sinks.hits() {
        tally.leak.push(format!("a field: {hit:?}"));
    }
}

/// The texts of all elements that a selector matches.
pub(super) fn texts(page: &Page<'_>, selector: &str) -> Vec<String> {
    let script = "return [...document.querySelectorAll(arguments[0])].map(one => one.textContent)";
    serde_json::from_value(page.run(script, vec![selector.into()])).unwrap()
}

/// Checks that each payload is told somewhere among these texts.
pub(super) fn find_all(what: &str, payloads: &[Payload], shown: &[String], tally: &mut Tally) {
    for payload in payloads {
        tally.attempts += 1;
        if !shown.iter().any(|shown| is_told(shown, &payload.text)) {
            tally.lost.push(format!(
                "{what}: {} is not shown: {:.80?}",
                payload.name, payload.text
            ));
        }
    }
}

pub(super) fn end(tally: &Tally) {
    eprintln!("{} attempts", tally.attempts);
    let found = tally.attempts.saturating_sub(tally.lost.len() as u64);
    let control = format!(
        "{found} texts of {} were found as text in their field",
        tally.attempts
    );
    tally.publish_as(ROW, &control);
    tally.assert_nothing();
}

#[test]
fn names_of_models_are_text() {
    apart(|network| {
        let room = Room::new(network);
        let mut payloads = payloads(&room.sinks.http());
        // The app takes no model whose id has a control character in it, or is longer than this.
        for payload in &mut payloads {
            payload.text = payload.text.replace(['\n', '\t', '\r'], " ");
        }
        payloads.retain(|one| one.text.len() <= 512 && !one.text.chars().any(char::is_control));
        assert!(payloads.len() > 50, "most are fit");
        let names: Vec<&str> = payloads.iter().map(|one| one.text.as_str()).collect();
        room.provider.offer_models(&names);
        let app = room.start();
        let page = chat(&app);
        watch(&page);
        page.click("model-picker");
        let list = "[role=dialog] [role=option]";
        wait_until("the models in the picker", SOON, || {
            texts(&page, list).len() > payloads.len()
        });
        let mut tally = Tally::default();
        judge(
            "the model picker",
            &look(&page, "[role=dialog]"),
            &mut tally,
        );
        find_all(
            "the model picker",
            &payloads,
            &texts(&page, &format!("{list} bdi")),
            &mut tally,
        );
        listen(&room.sinks, &mut tally);
        end(&tally);
    });
}

#[test]
fn what_a_provider_says_of_an_error_is_text() {
    apart(|network| {
        let room = Room::new(network);
        let app = room.start();
        let mut stage = Stage::set(&room, &app);
        let mut tally = Tally::default();
        for payload in payloads(&room.sinks.http()) {
            let what = format!("{} as an error", payload.name);
            let answer = match payload.number % 3 {
                0 => openai::error(400, &payload.text, &payload.text),
                1 => Reply::html(400, &payload.text),
                _ => Reply::stream()
                    .send(openai::opening())
                    .send(openai::error_event("server_error", &payload.text)),
            };
            let seen = stage.ask(&what, &format!("What is {what}?"), answer, &mut tally);
            let told = letters(&seen.text);
            // A provider's own words are shortened, so what comes late in a long text is not shown.
            let begin: String = payload.text.chars().take(LONGEST_WORDS).collect();
            let expected: String = letters(&begin).chars().take(40).collect();
            // A page in HTML is a proxy's, and not told of.
            if payload.number % 3 != 1 && !told.contains(&expected) {
                tally
                    .lost
                    .push(format!("{what} is not shown: {:.300}", seen.text));
            }
        }
        stage.look_around(&mut tally);
        end(&tally);
    });
}

#[test]
fn questions_and_titles_are_text() {
    apart(|network| {
        let room = Room::new(network);
        let app = room.start();
        let mut stage = Stage::set(&room, &app);
        let mut tally = Tally::default();
        for payload in payloads(&room.sinks.http()) {
            // Long ones are for answers: nobody types them.
            if payload.text.len() > 2_000 {
                continue;
            }
            let what = format!("{} as a question", payload.name);
            let question = format!("q{} {}", payload.number, payload.text);
            let seen = stage.ask_anew(&what, &question, openai::answer("Hello."), &mut tally);
            if !letters(&seen.text).starts_with(&letters(&question)) {
                tally
                    .lost
                    .push(format!("{what} is not shown: {:.300}", seen.text));
            }
            let title = "[data-testid=conversation-list] [data-testid=conversation-item]";
            let list = stage.look_at(&what, "[data-testid=conversation-list]", &mut tally);
            if !letters(&list.text).contains(&format!("q{}", payload.number)) {
                tally
                    .lost
                    .push(format!("{what} is no title in {title}: {:.300}", list.text));
            }
        }
        stage.look_around(&mut tally);
        end(&tally);
    });
}
