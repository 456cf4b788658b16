//! Where a paste in the settings window goes.

/// What to do with a paste that was asked for by the keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PasteRoute {
    /// It may be a key: the page is only told that a paste was asked for.
    Key,
    /// It is text for a field.
    Field,
}

/// Decides where pasted text goes: a text that looks like a known key is never the page's; other text is only if one of
/// its fields can take it.
pub(crate) fn route(looks_like_key: bool, field_has_focus: bool) -> PasteRoute {
    if looks_like_key || !field_has_focus {
        PasteRoute::Key
    } else {
        PasteRoute::Field
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_key_is_never_the_pages() {
        assert_eq!(route(true, true), PasteRoute::Key);
        assert_eq!(route(true, false), PasteRoute::Key);
    }

    #[test]
    fn other_text_is_a_fields_if_one_can_take_it() {
        assert_eq!(route(false, true), PasteRoute::Field);
        assert_eq!(route(false, false), PasteRoute::Key);
    }
}
