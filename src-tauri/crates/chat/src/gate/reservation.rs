//! What one turn has been let through for.

use std::sync::Arc;

use super::price::{Price, Spent};
use super::{MOST_TOKENS_OF_A_TURN, SendGate};
use crate::completion::Usage;
use crate::failure::Failure;
use crate::ports::SendLedger;

/// Bytes of text per token where a provider reports none: few, so that the estimate is cautious.
const BYTES_PER_TOKEN: u64 = 3;
/// Bytes of text per token that no tokeniser passes over a whole answer: an answer with more of them has passed its limit
/// for certain, and not by our estimate alone.
const MOST_BYTES_PER_TOKEN: u64 = 6;

/// How many tokens a text is believed to be.
pub(super) fn tokens_in(bytes: u64) -> u64 {
    bytes.div_ceil(BYTES_PER_TOKEN)
}

/// A limit that an answer has passed: its stream must end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Passed {
    /// The most tokens that one answer may have. The provider was told of it, and has gone on all the same.
    Answer,
    /// Another limit.
    Limit(Failure),
}

/// How a send ended, as far as it matters for what it has cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendEnd {
    /// The answer is whole.
    Whole,
    /// The answer came to an end before its own: what was reported of it may be of an early part.
    Cut,
    /// The provider refused to answer, so it has cost nothing.
    Refused,
}

/// What one turn has been let through for. It counts while the answer comes, and settles when dropped at the latest.
pub struct Reservation {
    gate: Arc<SendGate>,
    /// The ledger's number; `None` for a send that is not counted.
    entry: Option<i64>,
    provider: String,
    /// What it is counted with.
    price: Option<Price>,
    /// What the model itself is known to cost.
    own_price: Option<Price>,
    /// What is kept for it.
    held: Spent,
    /// Of that, what the ledger knows.
    noted: Spent,
    /// Bytes of the answer, its reasoning included.
    bytes: u64,
    /// Whether some of them were reasoning.
    has_reasoned: bool,
    /// The most tokens to ask for.
    most_output: Option<u64>,
    /// The most tokens that the person allows one answer.
    answer_tokens: Option<u64>,
    has_passed: bool,
}

impl Reservation {
    pub(super) fn uncounted(gate: &Arc<SendGate>) -> Self {
        Self::with(gate, None, String::new(), None, Spent::default())
    }

    pub(super) fn of(
        gate: &Arc<SendGate>,
        entry: i64,
        provider: &str,
        price: Option<Price>,
        held: Spent,
    ) -> Self {
        Self::with(gate, Some(entry), provider.to_owned(), price, held)
    }

    fn with(
        gate: &Arc<SendGate>,
        entry: Option<i64>,
        provider: String,
        price: Option<Price>,
        held: Spent,
    ) -> Self {
        Self {
            gate: Arc::clone(gate),
            entry,
            provider,
            price,
            own_price: None,
            held,
            noted: held,
            bytes: 0,
            has_reasoned: false,
            most_output: None,
            answer_tokens: None,
            has_passed: false,
        }
    }

    pub(super) fn bounded(mut self, most_output: Option<u64>, answer_tokens: Option<u64>) -> Self {
        self.most_output = most_output;
        self.answer_tokens = answer_tokens;
        self
    }

    pub(super) fn priced(mut self, own_price: Option<Price>) -> Self {
        self.own_price = own_price;
        self
    }

    /// The most tokens to ask the provider for; `None` leaves it to the provider.
    pub fn most_output(&self) -> Option<u64> {
        self.most_output
    }

    /// Whether the answer has passed a limit, so that its stream was ended.
    pub fn has_passed(&self) -> bool {
        self.has_passed
    }

    fn written(&self) -> u64 {
        tokens_in(self.bytes)
    }

    /// What the answer is believed to have taken where nobody reported it. A model may have reasoned out of sight before
    /// its first word, and much of what it reasons may stay out of sight: then all that is kept for it counts. Where words
    /// came and no reasoning, it is they that count.
    fn believed(&self, end: SendEnd) -> u64 {
        let may_have_reasoned = self.bytes == 0 || (self.has_reasoned && end == SendEnd::Cut);
        if may_have_reasoned {
            self.written().max(self.held.output_tokens)
        } else {
            self.written()
        }
    }

    /// What reported tokens cost, in millionths of a dollar. `None` if the counts don't tell, or nobody knows the model's
    /// own price: what stands in for that in a budget is no price to tell a person.
    pub fn cost_of(&self, usage: Usage) -> Option<u64> {
        let (input, output) = (usage.input_tokens?, usage.output_tokens?);
        let cached = usage.cached_tokens.unwrap_or(0);
        Some(self.own_price?.cost(input, cached, output))
    }

    /// Counts reasoning as it comes.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub fn reason(&mut self, bytes: usize) -> Result<(), Passed> {
        self.has_reasoned = true;
        self.write(bytes)
    }

    /// Counts text as it comes.
    ///
    /// # Errors
    /// [`Passed`] once the answer passes a limit: the stream must end.
    pub fn write(&mut self, bytes: usize) -> Result<(), Passed> {
        let written = self.count(bytes);
        self.has_passed |= written.is_err();
        written
    }

    fn count(&mut self, bytes: usize) -> Result<(), Passed> {
        self.bytes = self.bytes.saturating_add(bytes as u64);
        let Some(entry) = self.entry else {
            return Ok(());
        };
        let written = self.written();
        let mut grown = Ok(());
        if written > self.held.output_tokens {
            (self.held, grown) =
                self.gate
                    .grow(entry, &self.provider, self.price, self.held, written);
        }
        grown.map_err(Passed::Limit)?;
        let most = self
            .answer_tokens
            .map(|tokens| tokens.saturating_mul(MOST_BYTES_PER_TOKEN));
        if most.is_some_and(|most| self.bytes > most) {
            return Err(Passed::Answer);
        }
        Ok(())
    }

    /// What is kept for the answer, if that has grown, to be written to disk beside its text: should the app end without a
    /// word, it counts.
    pub fn checkpoint(&mut self) -> Option<Checkpoint> {
        let entry = self.entry.filter(|_| self.noted != self.held)?;
        self.noted = self.held;
        Some(Checkpoint {
            ledger: Arc::clone(&self.gate.ledger),
            entry,
            held: self.held,
        })
    }

    /// Settles with what the provider reported, or with the estimate where it reported nothing. What is reported of an
    /// answer that did not come to its end may be of an early part, so there the larger of the two counts: for an answer
    /// without a word, no less than what was kept for it. Whatever is reported, one absurd number doesn't use up a month.
    pub fn settle(mut self, usage: Usage, end: SendEnd) {
        let count = |reported: Option<u64>, estimate: u64| match reported {
            Some(tokens) if end == SendEnd::Cut => tokens.min(MOST_TOKENS_OF_A_TURN).max(estimate),
            Some(tokens) => tokens.min(MOST_TOKENS_OF_A_TURN.max(estimate)),
            None if end == SendEnd::Refused => 0,
            None => estimate,
        };
        let input_tokens = count(usage.input_tokens, self.held.input_tokens);
        let output_tokens = count(usage.output_tokens, self.believed(end));
        let cached = usage.cached_tokens.unwrap_or(0);
        self.settle_with(Spent {
            input_tokens,
            output_tokens,
            cost: self
                .price
                .map(|price| price.cost(input_tokens, cached, output_tokens)),
        });
    }

    /// Gives the reservation back: it turned out that nothing was sent.
    pub fn release(mut self) {
        if let Some(entry) = self.entry.take() {
            self.gate.withdraw(entry);
        }
    }

    fn settle_with(&mut self, spent: Spent) {
        if let Some(entry) = self.entry.take() {
            self.gate.settle(entry, spent);
        }
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        let output_tokens = self.believed(SendEnd::Cut);
        let input_tokens = self.held.input_tokens;
        self.settle_with(Spent {
            input_tokens,
            output_tokens,
            cost: self
                .price
                .map(|price| price.cost(input_tokens, 0, output_tokens)),
        });
    }
}

/// What is kept for an answer at one moment.
pub struct Checkpoint {
    ledger: Arc<dyn SendLedger>,
    entry: i64,
    held: Spent,
}

impl Checkpoint {
    /// Writes it to disk. May block.
    pub fn write(self) {
        if let Err(failure) = self.ledger.settle_send(self.entry, self.held) {
            tracing::warn!(%failure, "what is kept for a growing answer could not be written");
        }
    }
}
