//! Hostile model output, and hostile text in every other field: nothing of it may run, ask anybody for anything, lead
//! away, or call a command.
//!
//! `CHATELAINE_SAMPLE=1` runs every payload whole and a tenth of them in all forms; otherwise all in all forms.
#![allow(clippy::print_stderr, reason = "a run says what to repeat it with")]

mod addresses;
mod control;
mod drawings;
mod fields;
mod folder;
mod forms;
mod handlers;
mod loads;
mod markup;
mod names;
mod payload;
mod registry;
mod room;
mod scripts;
mod stage;
mod tally;
mod texts;
mod touch;
mod watch;

use std::time::{SystemTime, UNIX_EPOCH};

use e2e::sinks::{Network, apart};
use forms::Form;
use payload::{Draft, Payload, armed};
use room::Room;
use stage::Stage;
use tally::Tally;

/// Of how many payloads one is run in all forms, in a sample.
const SAMPLE: usize = 10;

/// Which forms payloads are run in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Forms {
    /// Whole alone.
    Whole,
    /// All five; in a sample, whole alone for most.
    Sampled,
}

fn is_sample() -> bool {
    std::env::var_os("CHATELAINE_SAMPLE").is_some_and(|value| value == "1")
}

/// What splits are drawn from: `CHATELAINE_SEED`, to repeat a run, or the time.
fn seed() -> u64 {
    let given = std::env::var("CHATELAINE_SEED").ok();
    let seed = given.and_then(|seed| seed.parse().ok()).unwrap_or_else(|| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        u64::from(now.subsec_nanos()) ^ now.as_secs()
    });
    eprintln!("splits are drawn from CHATELAINE_SEED={seed}");
    seed
}

/// Runs drafts as answers of a provider in a chat window, for the rows of hostile answers.
fn run_as_answers(first: usize, drafts: Vec<Draft>) {
    apart(|network| {
        let (tally, control) = run(network, Forms::Sampled, |http| armed(drafts, first, http));
        tally.publish(&control);
        tally.assert_nothing();
    });
}

/// Runs payloads as answers of a provider in a chat window; gives what was found, and what was listened to.
fn run(
    network: &Network,
    wanted: Forms,
    arm: impl FnOnce(&str) -> Vec<Payload>,
) -> (Tally, String) {
    let seed = seed();
    let room = Room::new(network);
    let app = room.start();
    let mut tally = Tally::default();
    let mut stage = Stage::set(&room, &app);
    for payload in arm(&room.sinks.http()) {
        let mut forms = Form::all(seed, payload.number);
        let sampled = is_sample() && payload.number % SAMPLE != 0;
        if sampled || wanted == Forms::Whole {
            forms.truncate(1);
        }
        for form in &forms {
            stage.run(&payload, form, &mut tally);
        }
    }
    stage.look_around(&mut tally);
    eprintln!(
        "{} attempts; the pages changed in {} steps",
        tally.attempts, tally.steps
    );
    (tally, format!("listened to {}", room.sinks.extent()))
}

#[test]
fn scripts_in_answers_do_not_run() {
    run_as_answers(1000, scripts::all());
}

#[test]
fn handlers_in_answers_do_not_run() {
    run_as_answers(2000, handlers::all());
}

#[test]
fn drawings_and_formulas_in_answers_do_not_run() {
    run_as_answers(3000, drawings::all());
}

#[test]
fn answers_ask_nobody_for_anything() {
    run_as_answers(4000, loads::all());
}

#[test]
fn addresses_in_answers_do_not_run() {
    run_as_answers(5000, addresses::all());
}

#[test]
fn hostile_markup_in_answers_is_harmless() {
    run_as_answers(6000, markup::all());
}

#[test]
fn hostile_text_in_answers_is_text() {
    run_as_answers(7000, texts::all());
}

#[test]
fn payloads_from_a_folder_are_harmless() {
    let (folder, _made) = folder::named_or_made();
    // Before the test is started again, so that a wrong folder is told of in one line.
    if let Err(fault) = folder::read(&folder, 1, "") {
        panic!("{fault}");
    }
    apart(|network| {
        let (tally, control) = run(network, Forms::Sampled, |http| {
            folder::read(&folder, 20_000, http).unwrap()
        });
        tally.publish_as("payloads from DIR", &control);
        tally.assert_nothing();
    });
}

#[test]
fn strings_that_others_have_collected_are_harmless() {
    if is_sample() {
        return;
    }
    // Fetched here: the network apart leads nowhere.
    let strings = match registry::strings(10_000) {
        Ok(strings) => strings,
        Err(left_out) => {
            eprintln!("{left_out}");
            return Tally::default().publish(&left_out);
        }
    };
    apart(|network| {
        let count = strings.len();
        let (tally, _) = run(network, Forms::Whole, |_| strings);
        tally.publish(&format!(
            "{count} strings of the package {} with them",
            registry::name()
        ));
        tally.assert_nothing();
    });
}

/// Every built-in payload, each share of them with the number of its first.
fn built_in() -> Vec<(usize, Vec<Draft>)> {
    let shares = [
        scripts::all(),
        handlers::all(),
        drawings::all(),
        loads::all(),
        addresses::all(),
        markup::all(),
        texts::all(),
    ];
    (1..).map(|thousand| thousand * 1000).zip(shares).collect()
}

#[test]
fn the_sinks_hear_and_the_payloads_are_live_elsewhere() {
    apart(|network| {
        let live = control::unwalled(network, |http| {
            let armed = built_in()
                .into_iter()
                .flat_map(|(first, drafts)| armed(drafts, first, http));
            armed.filter(|payload| payload.html).collect()
        });
        control::app_is_heard(network);
        let (ran, reached, asked) = live.counts();
        eprintln!("{ran} ran script, {reached} reached a sink, {asked} asked for a name");
        assert!(
            ran >= 60 && reached >= 30,
            "most payloads are dead: {live:#?}"
        );
        assert!(
            asked >= 8 || !network.is_apart(),
            "no names are heard: {live:#?}"
        );
        let control = format!(
            "of the HTML among them {ran} ran script, {reached} reached a sink and {asked} asked for a name in \
             WebKit's own MiniBrowser; the sinks heard the app's own requests"
        );
        Tally::default().publish(&control);
    });
}

#[test]
fn there_are_enough_payloads_and_no_two_are_the_same() {
    let all = [
        scripts::all(),
        handlers::all(),
        drawings::all(),
        loads::all(),
        addresses::all(),
        markup::all(),
        texts::all(),
    ]
    .concat();
    let mut classes = std::collections::BTreeMap::<_, usize>::new();
    let mut texts = std::collections::BTreeSet::new();
    for draft in &all {
        *classes.entry(draft.class).or_default() += 1;
        assert!(texts.insert(&draft.text), "twice: {}", draft.text);
    }
    eprintln!("{} payloads: {classes:#?}", all.len());
    assert!(all.len() >= 400);
}
