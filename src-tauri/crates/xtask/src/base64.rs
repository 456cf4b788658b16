//! Reading base64, in which Tauri wraps keys and signatures. It is too little for a dependency.

/// The text that is wrapped; `None` when it is none.
pub(crate) fn text(wrapped: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let (mut bits, mut held) = (0_u32, 0_u32);
    for character in wrapped.trim().trim_end_matches('=').bytes() {
        let value = match character {
            b'A'..=b'Z' => character - b'A',
            b'a'..=b'z' => character - b'a' + 26,
            b'0'..=b'9' => character - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            // Eight bits, which fit.
            bytes.push(u8::try_from((bits >> held) & 0xff).ok()?);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_comes_out_whatever_its_length() {
        for (wrapped, plain) in [
            ("", ""),
            ("Zg==", "f"),
            ("Zm8=", "fo"),
            ("Zm9v", "foo"),
            ("Zm9vYmFy\n", "foobar"),
            ("w6/Dvg==", "ïþ"),
        ] {
            assert_eq!(text(wrapped).as_deref(), Some(plain), "{wrapped}");
        }
        assert_eq!(text("Zm9v!"), None);
        assert_eq!(text("/w=="), None);
    }
}
