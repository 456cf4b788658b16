//! The tables, as a row of migrations. One that has shipped is never changed; a change is a new file.

use rusqlite_migration::{M, Migrations};

const STEPS: &[M<'static>] = &[
    M::up(include_str!("migrations/0001_first.sql")),
    M::up(include_str!("migrations/0002_budgets_keys_contacts.sql")),
    M::up(include_str!("migrations/0003_answers.sql")),
    M::up(include_str!("migrations/0004_attachments.sql")),
    M::up(include_str!("migrations/0005_drafts.sql")),
];

/// All migrations, oldest first.
pub(crate) const MIGRATIONS: Migrations<'static> = Migrations::from_slice(STEPS);

/// The newest schema that this version knows; `SQLite`'s `user_version` holds the one of a file.
pub(crate) fn known() -> i64 {
    i64::try_from(STEPS.len()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_migrations_run() {
        MIGRATIONS.validate().unwrap();
    }
}
