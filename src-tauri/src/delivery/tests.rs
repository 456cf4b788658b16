//! What a window sees of a turn, over the real store and the real turns.

use std::sync::{Arc, Mutex};

use chat::{
    Cap, CompletionEvent, CompletionModel, CompletionRequest, CompletionStream, Failure,
    FailureKind, ModelRef, NewTurn, RequestOptions, SendGate, SendTicket, StartedTurn, StopReason,
    Turns,
};
use markdown::Patch;
use storage::Database;
use tokio::sync::mpsc;

use super::*;

type Step = Result<CompletionEvent, Failure>;

struct Played(Mutex<Option<mpsc::UnboundedReceiver<Step>>>);

impl CompletionModel for Played {
    fn complete(&self, _: CompletionRequest, _: SendTicket) -> CompletionStream {
        let steps = self.0.lock().unwrap().take().unwrap();
        CompletionStream::new(futures_util::stream::unfold(steps, |mut steps| async {
            steps.recv().await.map(|step| (step, steps))
        }))
    }

    fn context_window(&self, _: &str) -> Option<u64> {
        None
    }

    fn is_metered(&self) -> bool {
        true
    }
}

struct Sink(mpsc::UnboundedSender<TurnEvent>);

impl TurnSink for Sink {
    fn send(&self, event: TurnEvent) -> bool {
        self.0.send(event).is_ok()
    }
}

struct World {
    _folder: tempfile::TempDir,
    turns: Arc<Turns>,
    steps: mpsc::UnboundedSender<Step>,
    started: Option<StartedTurn>,
}

impl World {
    async fn begin() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Arc::new(Database::open(&folder.path().join("chats.sqlite")).unwrap());
        let gate = SendGate::new(
            Arc::clone(&database) as _,
            Cap::default(),
            crate::app::now_ms,
        )
        .unwrap();
        let turns = Turns::new(database, gate);
        let (steps, played) = mpsc::unbounded_channel();
        let turn = NewTurn::Say {
            conversation: None,
            text: "Hello".into(),
            attachments: Vec::new(),
            model: ModelRef {
                provider: "p".into(),
                model: "m".into(),
            },
            options: RequestOptions::default(),
        };
        let started = turns
            .start(turn, Arc::new(Played(Mutex::new(Some(played)))))
            .await
            .unwrap();
        Self {
            _folder: folder,
            turns,
            steps,
            started: Some(started),
        }
    }

    fn play(&self, words: &str) {
        self.steps.send(Ok(CompletionEvent::text(words))).unwrap();
    }

    fn end(&self) {
        let reason = StopReason::Done;
        self.steps
            .send(Ok(CompletionEvent::Stopped { reason }))
            .unwrap();
    }
}

fn watch_events(watch: TurnWatch) -> mpsc::UnboundedReceiver<TurnEvent> {
    let (sender, events) = mpsc::unbounded_channel();
    tokio::spawn(deliver(watch, Sink(sender)));
    events
}

/// What a window makes of events: the blocks that it shows.
#[derive(Default)]
struct Window {
    blocks: Vec<Block>,
    reasoning: String,
    events: Vec<TurnEvent>,
}

impl Window {
    fn apply(&mut self, event: TurnEvent) {
        match event.clone() {
            TurnEvent::Snapshot {
                blocks, reasoning, ..
            } => {
                assert!(self.events.is_empty(), "a snapshot comes first or never");
                self.blocks = blocks;
                self.reasoning = reasoning;
            }
            TurnEvent::Blocks {
                keep,
                grow,
                changed,
            } => {
                Patch {
                    keep,
                    grow,
                    changed,
                }
                .apply(&mut self.blocks)
                .unwrap();
            }
            TurnEvent::ReasoningDelta { text } => self.reasoning.push_str(&text),
            _ => {}
        }
        self.events.push(event);
    }

    async fn follow(mut self, mut events: mpsc::UnboundedReceiver<TurnEvent>) -> Self {
        while let Some(event) = events.recv().await {
            self.apply(event);
        }
        self
    }
}

fn is_terminal(event: &TurnEvent) -> bool {
    matches!(
        event,
        TurnEvent::Finished { .. } | TurnEvent::Cancelled | TurnEvent::Failed { .. }
    )
}

const ANSWER: &str =
    "# Title\n\nSome *words*.\n\n```rust\nfn main() {\n    let x = 1;\n}\n```\n\n- one\n- two\n";

#[tokio::test]
async fn a_window_ends_with_the_blocks_of_the_whole_answer() {
    let mut world = World::begin().await;
    let events = watch_events(world.started.take().unwrap().watch);
    world.steps.send(Ok(CompletionEvent::Started)).unwrap();
    world
        .steps
        .send(Ok(CompletionEvent::reasoning("Hm.")))
        .unwrap();
    for piece in ANSWER.as_bytes().chunks(3) {
        world.play(std::str::from_utf8(piece).unwrap());
        tokio::task::yield_now().await;
    }
    world.end();
    let window = Window::default().follow(events).await;
    assert_eq!(window.blocks, markdown::parse(ANSWER));
    assert_eq!(window.reasoning, "Hm.");
    let last = window.events.len() - 1;
    let terminals: Vec<_> = window
        .events
        .iter()
        .enumerate()
        .filter(|(_, e)| is_terminal(e))
        .collect();
    assert_eq!(terminals.len(), 1);
    assert_eq!(terminals[0].0, last, "the terminal event is the last");
}

#[tokio::test]
async fn a_window_that_comes_back_gets_a_snapshot_and_goes_on() {
    let mut world = World::begin().await;
    let started = world.started.take().unwrap();
    let mut first = watch_events(started.watch);
    world.play("One. ");
    let mut window = Window::default();
    while window.blocks.is_empty() {
        window.apply(first.recv().await.unwrap());
    }
    // The window reloads: nobody listens any more, then it watches again.
    drop(first);
    world.play("Two. ");
    let again = watch_events(world.turns.watch(started.conversation).unwrap());
    world.play("Three.");
    world.end();
    let window = Window::default().follow(again).await;
    assert!(matches!(window.events[0], TurnEvent::Snapshot { .. }));
    assert_eq!(window.blocks, markdown::parse("One. Two. Three."));
}

#[tokio::test]
async fn messages_stay_small_enough_for_the_fast_path() {
    let mut world = World::begin().await;
    let events = watch_events(world.started.take().unwrap().watch);
    let code = format!(
        "```text\n{}\n```\n",
        "a line of code, not short\n".repeat(2_000)
    );
    world.play("Begin.\n\n");
    world.play(&code);
    world.end();
    let window = Window::default().follow(events).await;
    assert_eq!(window.blocks, markdown::parse(&format!("Begin.\n\n{code}")));
    for event in window.events.iter().skip(1) {
        let size = serde_json::to_vec(event).unwrap().len();
        assert!(size < 8 * 1024, "{size} bytes");
    }
}

#[tokio::test]
async fn an_open_code_block_gets_its_colours_line_by_line() {
    let mut world = World::begin().await;
    let mut events = watch_events(world.started.take().unwrap().watch);
    world.play("```rust\nfn main() {\n    let x = 1;\n}");
    let mut coloured = Vec::new();
    while coloured.len() < 2 {
        if let TurnEvent::Highlighted { block, line, lines } = events.recv().await.unwrap() {
            assert_eq!((block, line as usize), (0, coloured.len()));
            coloured.extend(lines);
        }
    }
    let text: Vec<String> = coloured
        .iter()
        .map(|spans| spans.iter().map(|span| span.text.as_str()).collect())
        .collect();
    assert_eq!(text, ["fn main() {", "    let x = 1;"]);
    assert!(
        coloured[0]
            .iter()
            .any(|span| span.kind == markdown::TokenKind::Keyword)
    );
    world.end();
}

#[tokio::test]
async fn a_failure_is_told_with_what_is_known() {
    let mut world = World::begin().await;
    let events = watch_events(world.started.take().unwrap().watch);
    world.play("partial");
    let failure = Failure::new(FailureKind::RateLimited)
        .at("api.example")
        .with_retry_after(Some(7));
    world.steps.send(Err(failure)).unwrap();
    let window = Window::default().follow(events).await;
    let Some(TurnEvent::Failed { error }) = window.events.last() else {
        panic!("{:?}", window.events.last())
    };
    assert_eq!(error.code, crate::ipc::ErrorCode::RateLimited);
    assert_eq!(error.host.as_deref(), Some("api.example"));
    assert_eq!(error.retry_after_seconds, Some(7));
    assert_eq!(window.blocks, markdown::parse("partial"));
}
