//! The key itself.

use std::fmt;

use zeroize::Zeroizing;

use crate::key_text::{KeyTextError, find_key};

/// An API key: visible ASCII that fits into a header, wiped from memory when dropped.
///
/// Nothing outside this crate can read its characters or its length. It can't be cloned, shown or serialised. This compiles for a type
/// that can:
/// ```
/// fn cloned<T: Clone>() {}
/// fn shown<T: std::fmt::Display>() {}
/// fn serialised<T: serde::Serialize>() {}
/// cloned::<String>();
/// shown::<String>();
/// serialised::<String>();
/// ```
/// and for a key it does not:
/// ```compile_fail,E0277
/// fn cloned<T: Clone>() {}
/// cloned::<credentials::ApiKey>();
/// ```
/// ```compile_fail,E0277
/// fn shown<T: std::fmt::Display>() {}
/// shown::<credentials::ApiKey>();
/// ```
/// ```compile_fail,E0277
/// fn serialised<T: serde::Serialize>() {}
/// serialised::<credentials::ApiKey>();
/// ```
pub struct ApiKey(Zeroizing<String>);

impl ApiKey {
    /// Takes the key out of clipboard text and wipes the text, whatever the outcome.
    ///
    /// White space, line ends and invisible characters around it are dropped, and so are quotes and a leading `NAME_KEY=` or
    /// `export NAME_KEY=`.
    ///
    /// # Errors
    /// [`KeyTextError`] if there is no text, too much of it, or text that is no key.
    pub fn parse(text: String) -> Result<Self, KeyTextError> {
        let text = Zeroizing::new(text);
        Self::from_text(&text)
    }

    /// Takes a password as it was typed, and wipes the text it came in, whatever the outcome.
    ///
    /// # Errors
    /// [`KeyTextError`] if there is none, or one that could not be kept as it is: with spaces, letters beyond ASCII, or quotes
    /// around it.
    pub fn typed(text: String) -> Result<Self, KeyTextError> {
        let text = Zeroizing::new(text);
        let key = Self::from_text(&text)?;
        if key.characters() == text.as_str() {
            Ok(key)
        } else {
            Err(KeyTextError::NotAKey)
        }
    }

    pub(crate) fn from_text(text: &str) -> Result<Self, KeyTextError> {
        find_key(text).map(|key| Self(Zeroizing::new(key.to_owned())))
    }

    pub(crate) fn characters(&self) -> &str {
        &self.0
    }

    pub(crate) fn duplicate(&self) -> Self {
        Self(self.0.clone())
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(…)")
    }
}

/// The same proof as in the docs of [`ApiKey`], in every build: if the key had one of these traits, two implementations would fit and the
/// compiler could not choose.
const _: () = {
    struct Forbidden;

    trait Without<Marker> {
        const CHOSEN: () = ();
    }
    impl<T: ?Sized> Without<()> for T {}
    impl<T: Clone> Without<(Forbidden, u8)> for T {}
    impl<T: ?Sized + fmt::Display> Without<(Forbidden, u16)> for T {}
    impl<T: ?Sized + serde::Serialize> Without<(Forbidden, u32)> for T {}

    let () = <ApiKey as Without<_>>::CHOSEN;
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_of_the_key() {
        let key = ApiKey::parse(" sk-secret\n".into()).unwrap();
        assert_eq!(key.characters(), "sk-secret");
        assert_eq!(format!("{key:?} {key:#?}"), "ApiKey(…) ApiKey(…)");
    }

    #[test]
    fn what_was_typed_is_taken_as_it_is_or_not_at_all() {
        let typed = |text: &str| ApiKey::typed(text.into());
        assert_eq!(typed("p@ss:w%20rd").unwrap().characters(), "p@ss:w%20rd");
        for altered in [" word", "word\n", "\"word\"", "two words", "w\u{f6}rter"] {
            assert_eq!(
                typed(altered).unwrap_err(),
                KeyTextError::NotAKey,
                "{altered}"
            );
        }
        assert_eq!(typed("").unwrap_err(), KeyTextError::Empty);
    }

    #[test]
    fn a_refusal_shows_nothing_of_the_text() {
        let error = ApiKey::parse("sk-secret and more".into()).unwrap_err();
        assert_eq!(error, KeyTextError::NotAKey);
        assert!(!format!("{error} {error:?}").contains("secret"));
    }
}
