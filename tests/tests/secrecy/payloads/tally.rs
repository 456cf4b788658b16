//! What got through, counted for the tables.

use e2e::proof;

/// What a run of payloads has found: for each way of getting through, what did.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// How many (payload, form) pairs were run.
    pub(super) attempts: u64,
    /// Scripts that ran, and elements that no component makes.
    pub(super) script: Vec<String>,
    /// Connections, questions and loads, refused ones too.
    pub(super) leak: Vec<String>,
    /// Pages that are another, and windows that opened.
    pub(super) away: Vec<String>,
    /// Commands that the window does not call by itself.
    pub(super) command: Vec<String>,
    /// Text that is not shown. No attack, but a defect.
    pub(super) lost: Vec<String>,
    /// How many steps were seen to arrive by themselves.
    pub(super) steps: u64,
}

impl Tally {
    /// Writes what was found into the rows of hostile answers. Several tests have a part in them.
    pub(super) fn publish(&self, control: &str) {
        let rows = [
            ("run script from model output", &self.script),
            ("leak by image, link, style, prefetch, form", &self.leak),
            ("navigate away", &self.away),
            ("call a command from model output", &self.command),
        ];
        for (row, found) in rows {
            proof::attack(row, self.attempts, found.len() as u64, control);
        }
    }

    /// Writes all of it into one row of its own.
    pub(super) fn publish_as(&self, row: &str, control: &str) {
        proof::attack(row, self.attempts, self.all().len() as u64, control);
    }

    fn all(&self) -> Vec<&String> {
        let found = [
            &self.script,
            &self.leak,
            &self.away,
            &self.command,
            &self.lost,
        ];
        found.into_iter().flatten().collect()
    }

    /// # Panics
    /// When anything got through or was lost.
    #[track_caller]
    pub(super) fn assert_nothing(&self) {
        let found = self.all();
        let (count, some) = (found.len(), &found[..found.len().min(40)]);
        assert!(
            count == 0,
            "{count} findings in {} attempts, such as\n{some:#?}",
            self.attempts
        );
    }
}
