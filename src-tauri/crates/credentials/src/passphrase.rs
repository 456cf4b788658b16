//! What a sealed file is opened with.

use thiserror::Error;
use zeroize::Zeroizing;

/// A passphrase of more bytes is refused.
const LONGEST: usize = 1024;

/// A passphrase for a [`SealedStore`](crate::SealedStore), wiped from memory when dropped.
///
/// It is taken as it was typed, spaces and all, and in no other Unicode form, so that `age -d` opens the file with the same keys pressed.
///
/// Nothing outside this crate can read it. It can't be cloned, shown, not even for debugging, or serialised. This compiles for a type that
/// can:
/// ```
/// fn cloned<T: Clone>() {}
/// fn shown<T: std::fmt::Display>() {}
/// fn debugged<T: std::fmt::Debug>() {}
/// fn serialised<T: serde::Serialize>() {}
/// cloned::<String>();
/// shown::<String>();
/// debugged::<String>();
/// serialised::<String>();
/// ```
/// and for a passphrase it does not:
/// ```compile_fail,E0277
/// fn cloned<T: Clone>() {}
/// cloned::<credentials::Passphrase>();
/// ```
/// ```compile_fail,E0277
/// fn shown<T: std::fmt::Display>() {}
/// shown::<credentials::Passphrase>();
/// ```
/// ```compile_fail,E0277
/// fn debugged<T: std::fmt::Debug>() {}
/// debugged::<credentials::Passphrase>();
/// ```
/// ```compile_fail,E0277
/// fn serialised<T: serde::Serialize>() {}
/// serialised::<credentials::Passphrase>();
/// ```
pub struct Passphrase(Zeroizing<String>);

/// Why a text can't be a passphrase. It never holds any of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PassphraseError {
    /// There is nothing.
    #[error("there is no passphrase")]
    Empty,
    /// A new one of fewer than [`Passphrase::SHORTEST`] characters.
    #[error("a new passphrase needs at least {} characters", Passphrase::SHORTEST)]
    TooShort,
    /// A new one of fewer than [`Passphrase::FEWEST_DIFFERENT`] different characters, such as `aaaaaaaaaaaa`.
    #[error(
        "a new passphrase needs at least {} different characters",
        Passphrase::FEWEST_DIFFERENT
    )]
    TooUniform,
    /// More than anyone types.
    #[error("the passphrase is too long")]
    TooLong,
    /// A line end within it, or another control character: it could not be typed again.
    #[error("the passphrase holds a character that can't be typed")]
    Control,
}

impl Passphrase {
    /// The fewest characters of a new passphrase. Who steals the file tries some thousand passphrases an hour and core: twelve letters
    /// without a pattern outlast that, four random words too.
    pub const SHORTEST: usize = 12;

    /// The fewest different characters of a new passphrase.
    pub const FEWEST_DIFFERENT: usize = 5;

    /// Takes a passphrase for a file that is there already, and wipes the text, whatever the outcome. Line ends behind it, which come
    /// along with a paste, are dropped.
    ///
    /// # Errors
    /// [`PassphraseError`] if there is none, too much of it, or one that can't be typed.
    pub fn parse(text: String) -> Result<Self, PassphraseError> {
        let text = Zeroizing::new(text);
        let line = text.trim_end_matches(['\r', '\n']);
        if line.is_empty() {
            Err(PassphraseError::Empty)
        } else if line.len() > LONGEST {
            Err(PassphraseError::TooLong)
        } else if line.chars().any(char::is_control) {
            Err(PassphraseError::Control)
        } else {
            Ok(Self(Zeroizing::new(line.to_owned())))
        }
    }

    /// Takes a passphrase for a new file. It is held to more.
    ///
    /// # Errors
    /// As [`Passphrase::parse`], and if it is easily guessed.
    pub fn parse_new(text: String) -> Result<Self, PassphraseError> {
        let passphrase = Self::parse(text)?;
        passphrase.check_strength()?;
        Ok(passphrase)
    }

    /// Whether two people, or one twice, said the same.
    pub fn same_as(&self, other: &Self) -> bool {
        self.0 == other.0
    }

    /// Whether it may seal a new file.
    pub(crate) fn check_strength(&self) -> Result<(), PassphraseError> {
        if self.0.chars().count() < Self::SHORTEST {
            return Err(PassphraseError::TooShort);
        }
        let first_of_its_kind = |&(at, c): &(usize, char)| !self.0[..at].contains(c);
        let different = self.0.char_indices().filter(first_of_its_kind).count();
        if different < Self::FEWEST_DIFFERENT {
            return Err(PassphraseError::TooUniform);
        }
        Ok(())
    }

    pub(crate) fn characters(&self) -> &str {
        &self.0
    }
}

/// The same proof as in the docs of [`Passphrase`], in every build.
const _: () = {
    struct Forbidden;

    trait Without<Marker> {
        const CHOSEN: () = ();
    }
    impl<T: ?Sized> Without<()> for T {}
    impl<T: Clone> Without<(Forbidden, u8)> for T {}
    impl<T: ?Sized + std::fmt::Display> Without<(Forbidden, u16)> for T {}
    impl<T: ?Sized + std::fmt::Debug> Without<(Forbidden, u32)> for T {}
    impl<T: ?Sized + serde::Serialize> Without<(Forbidden, u64)> for T {}

    let () = <Passphrase as Without<_>>::CHOSEN;
};

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<String, PassphraseError> {
        Passphrase::parse(text.into()).map(|passphrase| passphrase.characters().to_owned())
    }

    fn refused(text: &str) -> Option<PassphraseError> {
        Passphrase::parse_new(text.into()).err()
    }

    #[test]
    fn a_passphrase_is_taken_as_it_was_typed() {
        for text in ["x", " with spaces ", "e\u{301}\u{1F511}", "\u{e9}"] {
            assert_eq!(parsed(text).as_deref(), Ok(text));
        }
        assert_eq!(parsed("pasted\r\n").as_deref(), Ok("pasted"));
        let composed = Passphrase::parse("\u{e9}".into()).ok().unwrap();
        let decomposed = Passphrase::parse("e\u{301}".into()).ok().unwrap();
        assert!(composed.same_as(&composed));
        assert!(!composed.same_as(&decomposed));
    }

    #[test]
    fn what_nobody_can_type_is_refused() {
        assert_eq!(parsed(""), Err(PassphraseError::Empty));
        assert_eq!(parsed("\n"), Err(PassphraseError::Empty));
        for text in ["a\nb", "a\0", "\tb"] {
            assert_eq!(parsed(text), Err(PassphraseError::Control), "{text:?}");
        }
        assert!(parsed(&"a".repeat(LONGEST)).is_ok());
        let longer = "a".repeat(LONGEST + 1);
        assert_eq!(parsed(&longer), Err(PassphraseError::TooLong));
    }

    #[test]
    fn a_new_one_is_held_to_more() {
        assert_eq!(refused("quince-tart"), Some(PassphraseError::TooShort));
        // Characters are counted, not bytes.
        assert_eq!(refused("äöüäöüäöüäö"), Some(PassphraseError::TooShort));
        assert_eq!(refused("aaaaaaaaaaaa"), Some(PassphraseError::TooUniform));
        assert_eq!(refused("121212121212345"), None);
        assert_eq!(refused("1212121212123"), Some(PassphraseError::TooUniform));
        assert_eq!(refused("quince tarts"), None);
    }
}
