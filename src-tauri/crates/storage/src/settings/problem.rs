//! What is wrong with a value in the file.

/// A value that can't be used. It is left out, and stays in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsProblem {
    /// Where it stands: `theme`, `providers[2].baseUrl`.
    pub place: String,
    /// What is wrong.
    pub kind: SettingsProblemKind,
}

/// What is wrong with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingsProblemKind {
    /// A value that the field does not take, by type or by content.
    BadValue,
    /// A field that must be there is missing or empty.
    Missing,
    /// An entry before it has the same id.
    DuplicateId,
    /// No protocol of this version.
    UnknownProtocol,
    /// No address that begins with `http://` or `https://` and names a host.
    BadUrl,
}
