//! The built-in demo model: it runs inside the program, needs no network, and answers every question with a tour.

use std::time::Duration;

use chat::{
    CompletionEvent, CompletionModel, CompletionRequest, CompletionStream, SendTicket, StopReason,
    Usage,
};
use futures_util::{StreamExt, stream};
use tokio::time::{Instant, sleep_until};

/// The provider's id.
pub const PROVIDER_ID: &str = "demo";
/// The model's id.
pub const MODEL_ID: &str = "demo-tour";
/// Between two words.
const PACE: Duration = Duration::from_millis(12);

/// What the demo says to a first message.
pub const TOUR: &str = include_str!("demo/tour.md");

/// What the demo says to every later one.
pub const FOLLOW_UP: &str = include_str!("demo/follow_up.md");

/// Streams [`TOUR`], and [`FOLLOW_UP`] from the second message on.
#[derive(Debug, Clone, Copy, Default)]
pub struct Demo;

impl CompletionModel for Demo {
    fn complete(&self, request: CompletionRequest, _ticket: SendTicket) -> CompletionStream {
        let text = if request.messages.len() > 1 {
            FOLLOW_UP
        } else {
            TOUR
        };
        let said = request.messages.iter();
        let usage = Usage {
            input_tokens: Some(said.map(|message| count(words(&message.text))).sum()),
            output_tokens: Some(count(words(text))),
            reasoning_tokens: None,
            cached_tokens: None,
        };
        let last = [
            CompletionEvent::Usage(usage),
            CompletionEvent::Stopped {
                reason: StopReason::Done,
            },
        ];
        let steps = stream::iter([CompletionEvent::Started])
            .chain(paced(text))
            .chain(stream::iter(last))
            .map(Ok);
        CompletionStream::new(steps.fuse())
    }

    fn context_window(&self, _: &str) -> Option<u64> {
        None
    }

    fn is_metered(&self) -> bool {
        false
    }
}

/// One word after the other, each at its own time, so that a late one doesn't delay the rest.
fn paced(text: &'static str) -> impl futures_util::Stream<Item = CompletionEvent> {
    stream::unfold((None, words(text)), |(due, mut words)| async move {
        let word = words.next()?;
        let due = due.unwrap_or_else(Instant::now);
        sleep_until(due).await;
        Some((CompletionEvent::text(word), (Some(due + PACE), words)))
    })
}

/// The words of a text, each with the white space after it.
fn words(text: &str) -> impl Iterator<Item = &str> + use<'_> {
    text.split_inclusive([' ', '\n'])
}

fn count<'a>(words: impl Iterator<Item = &'a str>) -> u64 {
    words.fold(0, |count, _| count + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chat::{Ask, Cap, MemoryLedger, ModelRef, PromptMessage, Role, SendGate, SendLedger};
    use std::sync::Arc;

    async fn answer(messages: usize) -> Vec<CompletionEvent> {
        let ledger = Arc::new(MemoryLedger::default());
        let gate = SendGate::new(Arc::clone(&ledger) as _, Cap::default(), || 0).unwrap();
        let model = ModelRef {
            provider: PROVIDER_ID.into(),
            model: MODEL_ID.into(),
        };
        let ask = Ask {
            model: &model,
            is_metered: Demo.is_metered(),
            input_bytes: 9,
        };
        let (ticket, _reservation) = gate.reserve(ask).unwrap();
        assert_eq!(ledger.sends_since(0, 0), Ok(Vec::new()));
        let message = PromptMessage::new(Role::User, "two words");
        let request = CompletionRequest::new(MODEL_ID, vec![message; messages]);
        let steps: Vec<_> = Demo.complete(request, ticket).collect().await;
        steps.into_iter().map(Result::unwrap).collect()
    }

    fn text(steps: &[CompletionEvent]) -> String {
        let text = steps.iter().filter_map(|step| match step {
            CompletionEvent::TextDelta { text } => Some(text.as_str()),
            _ => None,
        });
        text.collect()
    }

    #[tokio::test(start_paused = true)]
    async fn it_tells_the_tour_word_by_word_at_a_readable_pace() {
        let start = Instant::now();
        let steps = answer(1).await;
        let took = start.elapsed().as_secs_f32();
        assert!((3.0..=5.0).contains(&took), "{took} s");
        assert_eq!(text(&steps), TOUR);
        assert_eq!(steps.first(), Some(&CompletionEvent::Started));
        let deltas = steps.len() - 3;
        let [
            ..,
            CompletionEvent::Usage(usage),
            CompletionEvent::Stopped { reason },
        ] = steps.as_slice()
        else {
            panic!("{steps:?}");
        };
        assert_eq!(*reason, StopReason::Done);
        assert_eq!(usage.input_tokens, Some(2));
        assert_eq!(usage.output_tokens, u64::try_from(deltas).ok());
    }

    #[tokio::test(start_paused = true)]
    async fn it_says_something_shorter_to_what_follows() {
        assert_eq!(text(&answer(3).await), FOLLOW_UP);
        assert!(FOLLOW_UP.len() < TOUR.len() / 2);
    }

    #[test]
    fn the_tour_shows_what_an_answer_can_hold() {
        for part in ["\n## ", "\n```rust\n", "\n| --- |", "\n- "] {
            assert!(TOUR.contains(part), "{part:?}");
        }
    }
}
